"""Files of the tool's own: 0600 in folders of 0700, because they tell who has access to what."""

from __future__ import annotations

from pathlib import Path

from sso_sync.errors import SsoSyncError

__all__ = ["STATE", "folder", "unusable"]

STATE = Path(".sso-sync")
"""The tool's folder, in the working directory."""


def folder(*parts: str) -> Path:
    """A folder below `.sso-sync/`, made when it is missing. Raises SsoSyncError when it cannot be."""
    path = STATE
    try:
        path.mkdir(mode=0o700, exist_ok=True)
        if path.stat().st_mode & 0o077:  # somebody's umask made it, before there was anything private in it
            path.chmod(0o700)
        for part in parts:
            path = path / part
            path.mkdir(mode=0o700, exist_ok=True)
    except OSError as error:
        raise unusable(path, error) from None
    return path


def unusable(path: Path, error: OSError) -> SsoSyncError:
    """Why nothing was started: the place for the lock or the record cannot be used."""
    return SsoSyncError.because(
        f"{path} cannot be used: {error.strerror or 'unknown reason'}",
        detail="sso-sync keeps its locks and the record of its runs there; without them nothing is changed.",
        next_action="Check the folder and its permissions, then run the command again.",
    )
