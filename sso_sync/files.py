"""Small text files that are either wholly written or not at all."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from sso_sync.errors import SsoSyncError

__all__ = ["write_private", "write_whole"]


def write_whole(path: Path, text: str, *, mode: int = 0o644) -> None:
    """Replaces `path` (UTF-8, folders made as needed); a reader sees the old text or the new one.

    Raises SsoSyncError when the file cannot be written.
    """
    _replace(path, text.encode(), mode)


def write_private(path: Path, content: bytes) -> None:
    """Like `write_whole`, for bytes that belong to their owner alone (0600)."""
    _replace(path, content, 0o600)


def _replace(path: Path, content: bytes, mode: int) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    except OSError as error:
        raise _unwritable(path, error) from None
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(name).chmod(mode)
        Path(name).replace(path)
    except OSError as error:
        Path(name).unlink(missing_ok=True)
        raise _unwritable(path, error) from None


def _unwritable(path: Path, error: OSError) -> SsoSyncError:
    return SsoSyncError.because(
        f"{path} cannot be written: {error.strerror or 'unknown reason'}.",
        next_action="Check the folder and its permissions, then run the command again.",
    )
