"""What cannot be seen in a text: control and formatting characters, and white space at its ends."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping

from sso_sync.errors import Diagnostic
from sso_sync.marked.words import dotted
from sso_sync.spec.connection import SpecPath
from sso_sync.spec.lints.look import Look

__all__ = ["invisible"]

_INVISIBLE = frozenset({"Cc", "Cf", "Zl", "Zp"})
# The joiners are part of how some scripts are written.
_JOINERS = frozenset({"\N{ZERO WIDTH JOINER}", "\N{ZERO WIDTH NON-JOINER}"})
_LAYOUT = frozenset("\n\r\t")
_LONG_TEXTS = frozenset({"certificate", "description"})
_VERBATIM = frozenset({"raw", "macro", "expression", "transformation", "default_values", "conditions", "actions"})


def invisible(look: Look) -> Iterator[Diagnostic]:
    """Every text that is written in the spec, and every name of a parameter or a raw key."""
    for path, text, is_name in _texts(look.spec.model_dump(exclude_unset=True), ()):
        if text.isascii() and text.isprintable() and text == text.strip():
            continue  # as nearly every one of what may be thousands
        allowed = _LAYOUT if path[-1] in _LONG_TEXTS or "raw" in path else frozenset()
        # What is printable has nothing in it that cannot be seen.
        unseen = () if text.isprintable() else (char for char in text if _unseen(char) and char not in allowed)
        hidden = next(iter(unseen), None)
        if hidden is not None:
            secret = look.connection.is_sensitive(path) and not is_name
            code = "" if secret else f" U+{ord(hidden):04X}"
            yield look.error(
                path,
                f"{_named(path, is_name=is_name)} contains the invisible character{code}",
                detail="Names are compared exactly, and this one cannot be seen." if hidden not in _LAYOUT else None,
                next_action="Retype it on one line; a text after `|` or `>` ends with a line break.",
            )
        elif text != text.strip() and not _VERBATIM.intersection(path) and path[-1] not in _LONG_TEXTS:
            yield look.warning(
                path,
                f"{_named(path, is_name=is_name)} begins or ends with a space",
                detail="Names are compared exactly.",
                next_action="Remove the space.",
            )


def _named(path: SpecPath, *, is_name: bool) -> str:
    return f"The name of `{dotted(path)}`" if is_name else f"`{dotted(path)}`"


def _unseen(char: str) -> bool:
    return unicodedata.category(char) in _INVISIBLE and char not in _JOINERS


def _texts(value: object, path: SpecPath) -> Iterator[tuple[SpecPath, str, bool]]:
    """Each text below `path` with its place, and whether it is the name of that place itself."""
    if isinstance(value, str):
        yield path, value, False
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _texts(item, (*path, index))
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield (*path, key), key, True
            yield from _texts(item, (*path, key))
