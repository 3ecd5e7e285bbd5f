"""From a path to text: what can be wrong with a file before anybody looks at its YAML."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from sso_sync.errors import Diagnostic, SpecError
from sso_sync.marked.kind import FileKind
from sso_sync.marked.place import Mark
from sso_sync.marked.problem import error_at

__all__ = ["MAX_BYTES", "UnreadableError", "decode", "read_bytes"]

MAX_BYTES = 1024 * 1024
"""A spec of a thousand people is a twentieth of this; more is a wrong file."""

_UTF16 = (b"\xff\xfe", b"\xfe\xff")
# What YAML allows unescaped (YAML 1.2 §5.1), so that the parser itself never meets anything else.
_CONTROL = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class UnreadableError(Exception):
    """The file cannot be read at all; the text is a clause to follow the file's name, such as "does not exist"."""


def read_bytes(path: Path, kind: FileKind[Any]) -> bytes:
    """The file's content, at most `MAX_BYTES`. Raises UnreadableError."""
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except FileNotFoundError:
        raise UnreadableError("does not exist") from None
    except IsADirectoryError:
        raise UnreadableError("is a folder, not a file") from None
    except PermissionError:
        raise UnreadableError("may not be read by this user") from None
    except (OSError, ValueError) as error:  # ValueError: a NUL in the name
        reason = error.strerror if isinstance(error, OSError) else None
        raise UnreadableError(f"cannot be read: {reason or 'this is not a file name'}") from None
    if len(data) > MAX_BYTES:
        raise UnreadableError(f"is larger than {MAX_BYTES // 1024} KiB, too large for a {kind.one}")
    return data


def decode(data: bytes, file: str, kind: FileKind[Any]) -> str:
    """The text of a file, with or without a byte order mark. Raises SpecError when it is not UTF-8 text."""
    if data.startswith(_UTF16):
        raise SpecError(
            error_at(
                Mark(file, 1, 1),
                f"The file is UTF-16, and {kind.many} are UTF-8",
                next_action="Save it as UTF-8 (in PowerShell: `Set-Content -Encoding utf8`).",
            )
        )
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise SpecError(_not_utf8(data, file, error)) from None
    control = _CONTROL.search(text)
    if control:
        raise SpecError(
            error_at(
                _mark_of(file, text[: control.start()]),
                f"The file contains the control character U+{ord(control.group()):04X}",
                detail="Control characters are invisible, and YAML does not allow them.",
                next_action="Delete it; retyping the line is the surest way.",
            )
        )
    return text


def _not_utf8(data: bytes, file: str, error: UnicodeDecodeError) -> Diagnostic:
    # A byte order mark is skipped before positions are counted.
    body = error.object
    before = body[: error.start]
    return error_at(
        _mark_of(file, before.decode("utf-8", "replace")),
        f"The file is not UTF-8: byte 0x{body[error.start]:02X} does not belong to any character",
        detail=f"It is byte {error.start + len(data) - len(body) + 1} of the file, on line {before.count(10) + 1}.",
        next_action="Save the file as UTF-8.",
    )


def _mark_of(file: str, before: str) -> Mark:
    """The place that follows the text `before`."""
    return Mark(file, before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1)
