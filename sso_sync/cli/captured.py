"""The file that holds a captured SAML response, or stdin."""

from __future__ import annotations

import sys
from pathlib import Path

from sso_sync.errors import Diagnostic, SsoSyncError
from sso_sync.saml.capture import CaptureError, responses_in

__all__ = ["captured"]

_LARGEST = 64 * 1024 * 1024  # bytes; a HAR file of a long session is large
_STDIN = "-"


def captured(name: str) -> tuple[bytes, ...]:
    """The XML of every response in the file, in its order; at least one. Raises SsoSyncError."""
    shown = "stdin" if name == _STDIN else name
    try:
        return responses_in(_read(name), name=shown)
    except OSError as problem:
        reason = problem.strerror or "it cannot be read"
        raise SsoSyncError(
            Diagnostic("error", f"{shown} cannot be read: {reason}", file=None if name == _STDIN else name)
        ) from None
    except CaptureError as problem:
        raise SsoSyncError.because(str(problem)) from None


def _read(name: str) -> bytes:
    if name == _STDIN:
        data = sys.stdin.buffer.read(_LARGEST + 1)
    else:
        with Path(name).open("rb") as file:
            data = file.read(_LARGEST + 1)
    if len(data) > _LARGEST:
        raise CaptureError(f"{name} is larger than {_LARGEST // 1024**2} MiB; capture the login alone.")
    return data
