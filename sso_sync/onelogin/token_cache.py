"""Access tokens kept between runs: OneLogin throttles the token endpoint (fact sheet §2), and a token lives ten hours.

One file per host and client id, readable by its owner alone, in a folder of its own that is just as private. The cache
is a convenience: whatever is wrong with it, the answer is "nothing cached", never an error.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import stat
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeGuard

__all__ = ["Token", "TokenCache", "is_usable"]

_LOG = logging.getLogger("sso_sync.onelogin")
_LARGEST = 16 * 1024


@dataclass(frozen=True, slots=True)
class Token:
    """A bearer token and when it ends, in seconds since the epoch."""

    value: str = field(repr=False)
    expires_at: float


def is_usable(value: object) -> TypeGuard[str]:
    """Whether `value` can stand in a header."""
    return isinstance(value, str) and value.isascii() and value.isprintable() and bool(value) and " " not in value


class TokenCache:
    """The token of one client on one host, in the folder `tokens` below `folder`."""

    def __init__(self, folder: Path, host: str, client_id: str) -> None:
        digest = hashlib.sha256(f"{host}\n{client_id}".encode()).hexdigest()
        self._folder = folder / "tokens"
        self._file = self._folder / f"{digest}.json"

    def load(self) -> Token | None:
        """The cached token, expired or not; None when there is none that can be trusted."""
        try:
            text = self._read()
            found = json.loads(text) if text is not None else None
            if isinstance(found, dict) and is_usable(value := found.get("access_token")):
                return Token(value, float(found["expires_at"]))
        except (OSError, ValueError, TypeError, KeyError, RecursionError) as error:
            _LOG.debug("the token cache is not used: %s", type(error).__name__)
        return None

    def _read(self) -> str | None:
        """The file's text, unless somebody else could have written or read it. Symbolic links are not followed."""
        with os.fdopen(os.open(self._file, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK), "rb") as file:
            info = os.fstat(file.fileno())
            private = stat.S_ISREG(info.st_mode) and info.st_uid == os.geteuid() and not info.st_mode & 0o077
            return file.read(_LARGEST).decode() if private else None

    def save(self, token: Token) -> None:
        """Replaces the file in one step; a folder that cannot be written to is put up with."""
        try:
            self._make_private_folder()
            # mkstemp creates with 0600, so the token is never readable by others, not even for a moment.
            descriptor, name = tempfile.mkstemp(dir=self._folder, prefix=".token-")
            try:
                with os.fdopen(descriptor, "w") as file:
                    json.dump({"access_token": token.value, "expires_at": token.expires_at}, file)
                Path(name).replace(self._file)
            except BaseException:
                Path(name).unlink(missing_ok=True)
                raise
        except OSError as error:
            _LOG.debug("the token could not be cached: %s", type(error).__name__)

    def _make_private_folder(self) -> None:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        info = self._folder.lstat()
        if not stat.S_ISDIR(info.st_mode) or info.st_uid != os.geteuid():
            raise PermissionError("the folder for tokens belongs to somebody else")
        if info.st_mode & 0o077:
            self._folder.chmod(0o700)
