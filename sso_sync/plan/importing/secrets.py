"""What a live side holds and a committed file must not: such values become `!env NAME`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from sso_sync.plan.importing.document import Env
from sso_sync.spec.connection import SpecPath

__all__ = ["hidden", "looks_secret", "variables"]

_WORD = r"(?:pass(?:word|wd|phrase)?|pwd|secret|token|api[_-]?key|access[_-]?key|credentials?|signature)"
_SECRET_NAME = re.compile(rf"(?:^|[^a-z]){_WORD}(?:$|[^a-z])", re.IGNORECASE)
_SECRET_TEXT = re.compile(
    rf"://[^/\s@]+:[^/\s@]*@|(?:^|[?&;#\s_-]){_WORD}\s*[=:]\s*\S|\bBearer\s+\S|\beyJ[\w-]+\.[\w-]+\.", re.IGNORECASE
)
_NO_NAME = re.compile("[^A-Z0-9]+")


def looks_secret(text: str) -> bool:
    """Whether a text seems to hold a credential: in a URL, as `token=…`, as a bearer token or a JWT."""
    return _SECRET_TEXT.search(text) is not None


def hidden(value: Any, path: SpecPath, connection: str, *, named: bool = False) -> Any:
    """`value` with an `Env` in place of each text in it that seems secret.

    `named`: also any text at all, where the last name in `path` says that it is one, such as `api_token`. The variable
    is called after the connection and the place.
    """
    if isinstance(value, str):
        suspect = looks_secret(value) or (named and bool(value) and _SECRET_NAME.search(str(path[-1])) is not None)
        return Env(_variable(connection, path), value) if suspect else value
    if isinstance(value, Mapping):
        return {key: hidden(below, (*path, key), connection) for key, below in value.items()}
    if isinstance(value, list):
        return [hidden(below, (*path, index), connection) for index, below in enumerate(value)]
    return value


def variables(tree: Any, path: SpecPath = ()) -> Iterator[tuple[str, SpecPath]]:
    """Every variable that a tree takes a value from, with the place that it is for."""
    if isinstance(tree, Env):
        yield tree.name, path
    elif isinstance(tree, Mapping):
        for key, below in tree.items():
            yield from variables(below, (*path, key))
    elif isinstance(tree, list):
        for index, below in enumerate(tree):
            yield from variables(below, (*path, index))


def _variable(connection: str, path: SpecPath) -> str:
    place = path[2:] if path[:2] == ("onelogin", "app") else path
    words = _NO_NAME.sub("_", "_".join(map(str, (connection, *place))).upper()).strip("_")
    return words if words[:1].isalpha() else f"SSO_{words}"
