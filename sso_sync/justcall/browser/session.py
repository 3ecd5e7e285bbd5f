"""A saved JustCall session: where it is kept, how it is read, and when it can no longer be used.

It stands for a signed-in person, so it is guarded like a password: a file of its owner's alone, or a variable of the
environment. Nothing of what it holds is ever in a message.
"""

from __future__ import annotations

import base64
import json
import os
import re
import shlex
import stat
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from sso_sync.clock import Clock, utc_now
from sso_sync.errors import CredentialsRefused, SsoSyncError
from sso_sync.files import write_whole
from sso_sync.justcall.browser.storage_state import (
    Malformed,
    StorageState,
    has_run_out,
    is_empty,
    kept_state,
    origin_of,
    values,
    well_formed,
)

__all__ = [
    "NoSession",
    "Session",
    "SessionExpired",
    "SessionUnusable",
    "environment_names",
    "kept_state",
    "load_session",
    "no_longer_accepted",
    "refreshed",
    "save_session",
    "secrets_of",
    "session_file",
    "signed_in",
]

_VERSION = 1
_LARGEST = 8 * 1024 * 1024
_SHORTEST_SECRET = 8  # shorter values, such as "1" or "en-US", would be masked all over the page
_VARIABLE = "JUSTCALL_SESSION"


class NoSession(CredentialsRefused):
    """Nobody has signed in yet, or what is there holds nothing."""


class SessionExpired(CredentialsRefused):
    """There is a session, but its time is over."""


class SessionUnusable(CredentialsRefused):
    """There is something, but it must not or cannot be taken for a session."""


@dataclass(frozen=True)
class Session:
    """A signed-in browser's state and where it was found.

    The moments are None for a bare storage state from the environment, which does not tell them. `where` is for people:
    the path of the file, or the name of the variable.
    """

    storage_state: StorageState = field(repr=False)
    saved_at: datetime | None
    signed_in_at: datetime | None
    source: Literal["file", "environment"]
    where: str


def session_file(connection: str, app_url: str, environ: Mapping[str, str]) -> Path:
    """`${XDG_STATE_HOME:-~/.local/state}/sso-sync/sessions/<host>/<connection>.json`; the host with its port, if any.

    Raises SsoSyncError for an account without a home.
    """
    base = environ.get("XDG_STATE_HOME", "")
    home = environ.get("HOME") or environ.get("USERPROFILE")
    if not Path(base).is_absolute():  # the XDG specification has such a value ignored
        if not home:
            raise SsoSyncError.because(
                "There is no place for JustCall sessions: this account has no home folder",
                next_action="Set XDG_STATE_HOME to a folder of your own, or hand the session over in the environment "
                f"variable {_VARIABLE}.",
            )
        base = f"{home}/.local/state"
    host = re.sub(r"[^a-z0-9.-]", "_", urlsplit(app_url).netloc.rpartition("@")[2].lower()).strip(".")
    return Path(base) / "sso-sync" / "sessions" / (host or "_") / f"{connection}.json"


def environment_names(connection: str) -> tuple[str, str]:
    """The variables that may hold a session of this connection, the one that decides first."""
    own = connection.upper().replace("-", "_")
    return f"{_VARIABLE}_{own}", _VARIABLE


def load_session(
    connection: str, app_url: str, environ: Mapping[str, str], *, spec: Path | None = None, clock: Clock = utc_now
) -> Session:
    """The session of a connection: from the environment, or else from its file.

    `spec` completes the command that the errors name. Raises NoSession, SessionExpired (every cookie has run out) and
    SessionUnusable (a file that others can read, damaged content, saved for another address), which all end with exit
    code 6, and SsoSyncError for an account without a home.

    The state is as it was handed over. What was not written by `save_session` may hold other services' cookies: use
    `kept_state` before it goes into a browser.
    """
    login = _login(spec)
    for name in environment_names(connection):
        if text := environ.get(name):
            session = _parsed(_decoded(text), app_url, "environment", name, login)
            break
    else:
        path = session_file(connection, app_url, environ)
        session = _parsed(_read(path, app_url, login), app_url, "file", str(path), login)
    if is_empty(session.storage_state):
        raise NoSession.because(
            f"There is no JustCall session in {session.where}: it holds no cookie and no storage", next_action=login
        )
    if has_run_out(session.storage_state, clock()):
        raise SessionExpired.because(
            f"The JustCall session in {session.where} has expired: every cookie has run out",
            detail=_signed_in(session),
            next_action=login,
        )
    return session


def signed_in(
    storage_state: StorageState,
    connection: str,
    app_url: str,
    environ: Mapping[str, str],
    *,
    clock: Clock = utc_now,
) -> Session:
    """The session of somebody who has signed in just now, to be saved; `storage_state` as `kept_state` answers it."""
    now = clock()
    return Session(storage_state, now, now, "file", str(session_file(connection, app_url, environ)))


def save_session(session: Session, connection: str, app_url: str, environ: Mapping[str, str]) -> Path:
    """Writes the session to its file, wholly or not at all, 0600 in folders of 0700; answers the file.

    One that came from the environment is renewed there, not here: whether to save it at all is the caller's decision.
    Raises SsoSyncError when the file cannot be written.
    """
    path = session_file(connection, app_url, environ)
    document = {
        "version": _VERSION,
        "app_url": app_url,
        "saved_at": _moment(session.saved_at),
        "signed_in_at": _moment(session.signed_in_at),
        "storage_state": session.storage_state,
    }
    _make_private(path.parent)
    write_whole(path, json.dumps(document, indent=1, ensure_ascii=True) + "\n", mode=0o600)
    return path


def refreshed(session: Session, storage_state: StorageState, *, clock: Clock = utc_now) -> Session:
    """The session with the state that the browser has now: JustCall may have renewed its cookies."""
    return replace(session, storage_state=storage_state, saved_at=clock())


def secrets_of(session: Session) -> frozenset[str]:
    """Every value of a cookie or of the local storage that is long enough to be a secret, to be masked."""
    return frozenset(one for one in values(session.storage_state) if len(one) >= _SHORTEST_SECRET)


def no_longer_accepted(session: Session, *, spec: Path | None = None) -> SessionExpired:
    """The error for a session whose cookies have not run out, but which leads to JustCall's login page."""
    return SessionExpired.because(
        f"JustCall no longer accepts the session in {session.where}",
        detail=_signed_in(session),
        next_action=_login(spec),
    )


def _login(spec: Path | None) -> str:
    return f"Sign in: sso-sync browser login {shlex.quote(str(spec)) if spec else 'SPEC'}"


def _signed_in(session: Session) -> str | None:
    return f"Somebody signed in at {session.signed_in_at:%Y-%m-%d %H:%M} UTC." if session.signed_in_at else None


def _read(path: Path, app_url: str, login: str) -> str:
    """The text of a session file that only its owner can read. Raises NoSession and SessionUnusable."""
    try:
        # O_NONBLOCK: a pipe in place of the file must not stop the run.
        with os.fdopen(os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0)), "rb") as file:
            info = os.fstat(file.fileno())
            if not stat.S_ISREG(info.st_mode):
                raise SessionUnusable.because(f"{path} is no file", next_action=f"Remove it. {login}")
            if os.name == "posix" and info.st_mode & 0o077:
                raise SessionUnusable.because(
                    f"The JustCall session in {path} is open to others (mode {info.st_mode & 0o777:04o})",
                    detail="Whoever can read it is signed in to JustCall.",
                    next_action=f"chmod 600 {shlex.quote(str(path))} (and sign out in JustCall if somebody may have "
                    "copied it)",
                )
            return file.read(_LARGEST).decode("utf-8", "replace")
    except FileNotFoundError:
        raise NoSession.because(
            f"There is no JustCall session for {urlsplit(app_url).netloc}: nobody has signed in yet",
            detail=f"It would be in {path}, or in the environment variable {_VARIABLE}.",
            next_action=login,
        ) from None
    except OSError as problem:
        raise SessionUnusable.because(
            f"The JustCall session in {path} cannot be read: {problem.strerror or 'unknown reason'}", next_action=login
        ) from None


def _decoded(text: str) -> str:
    """JSON as it is; anything else is taken for base64 of it, however it was wrapped."""
    if text.lstrip().startswith("{"):
        return text
    try:
        return base64.b64decode("".join(text.split()), validate=True).decode("utf-8")
    except ValueError:
        return ""  # which is no JSON either


def _parsed(text: str, app_url: str, source: Literal["file", "environment"], where: str, login: str) -> Session:
    try:
        found = json.loads(text)
        if not isinstance(found, dict):
            raise Malformed
        if source == "environment" and "version" not in found:
            if "cookies" not in found:
                raise Malformed
            return Session(well_formed(found), None, None, source, where)
        session, address = _unpacked(found, source, where)
    except (ValueError, RecursionError):
        # Nothing of the content may be told, and the parser's own words quote it.
        raise SessionUnusable.because(
            f"What is in {where} is no JustCall session: it is damaged, or was written by another version",
            next_action=login,
        ) from None
    if origin_of(address) != origin_of(app_url):
        raise SessionUnusable.because(
            f"The JustCall session in {where} was saved for another address than {app_url}",
            detail="It is not sent to an address that it was not made for.",
            next_action=login,
        )
    return session


def _unpacked(found: dict[str, Any], source: Literal["file", "environment"], where: str) -> tuple[Session, str]:
    """The session in a document and the address it is for. Raises ValueError."""
    if found.get("version") != _VERSION or not isinstance(found.get("app_url"), str):
        raise Malformed
    origin_of(found["app_url"])
    state = well_formed(found.get("storage_state"))
    session = Session(state, _time(found.get("saved_at")), _time(found.get("signed_in_at")), source, where)
    return session, found["app_url"]


def _time(found: object) -> datetime | None:
    if found is None:
        return None
    if not isinstance(found, str):
        raise Malformed
    moment = datetime.fromisoformat(found)
    if moment.tzinfo is None:
        raise Malformed
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        raise Malformed from None


def _moment(moment: datetime | None) -> str | None:
    return moment.isoformat(timespec="seconds") if moment else None


def _make_private(folder: Path) -> None:
    """Makes the folder and its two parents, which are the tool's own, and keeps everybody else out of them."""
    try:
        for one in (folder.parent.parent, folder.parent, folder):
            one.mkdir(mode=0o700, parents=True, exist_ok=True)
            if os.name == "posix" and one.stat().st_mode & 0o077:
                one.chmod(0o700)
    except OSError as problem:
        raise SsoSyncError.because(
            f"{folder} cannot be used for the JustCall session: {problem.strerror or 'unknown reason'}",
            next_action="Check the folder and its permissions, then run the command again.",
        ) from None
