"""One apply at a time for each connection on this machine, and who holds it while it does.

The lock is the operating system's, on `.sso-sync/locks/<name>.lock`: it ends with the process, however that ends, so a
dead run blocks nobody. Who holds it stands in a file beside it, which may outlive its writer and only ever informs.
"""

from __future__ import annotations

import contextlib
import getpass
import json
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from filelock import FileLock, Timeout

from sso_sync.clock import Clock, utc_now
from sso_sync.errors import Locked, SsoSyncError
from sso_sync.store.private import STATE, create, folder, unusable

__all__ = ["Holder", "at_work", "holder", "locked", "user"]

_POLL = 0.1  # seconds between two tries while waiting


@dataclass(frozen=True, slots=True)
class Holder:
    """Who holds a lock: the process, where it runs, for whom, since when, and what it was asked to do."""

    pid: int
    host: str
    user: str
    since: datetime
    command: str


def user() -> str:
    """The name of whoever runs this, as far as the system knows one."""
    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError):  # no such entry; which of them depends on the Python version
        return f"uid {os.getuid()}" if hasattr(os, "getuid") else "unknown"


@contextmanager
def locked(name: str, *, command: str, timeout: float = 0.0, clock: Clock = utc_now) -> Iterator[None]:
    """Holds the lock of the connection `name` while the block runs, and lets it go however the block ends.

    `timeout`: seconds to wait for a run that holds it. `command` is what others are told. Raises Locked when the lock
    is still held by then, SsoSyncError when the file system cannot lock.
    """
    place = folder("locks")
    lock = FileLock(place / f"{name}.lock", timeout=max(timeout, 0.0), mode=0o600, poll_interval=_POLL)
    try:
        lock.acquire()
    except Timeout:
        raise _busy(name, holder(name), clock(), timeout) from None
    except OSError as error:
        raise unusable(place, error) from None
    except NotImplementedError:
        raise SsoSyncError.because(
            f"The file system of {place} has no locks",
            next_action="Run sso-sync in a folder on a local disk.",
        ) from None
    try:
        _write(_holder_file(name), Holder(os.getpid(), socket.gethostname(), user(), clock(), command))
        yield
    finally:
        with contextlib.suppress(OSError):
            _holder_file(name).unlink(missing_ok=True)
        lock.release()


def holder(name: str) -> Holder | None:
    """Who holds the lock of the connection `name`, as far as it was written down by somebody who is still alive."""
    return _read(_holder_file(name))


def at_work(name: str, pid: int, started_at: datetime) -> bool:
    """Whether the process `pid`, which began a run of the connection `name` at `started_at`, holds its lock right now.

    The holder's file alone does not tell: it outlives a killed process, and in containers each may be number 1.
    """
    held = holder(name)
    if held is None or held.pid != pid or held.since > started_at:
        return False
    try:
        with FileLock(STATE / "locks" / f"{name}.lock", timeout=0, mode=0o600):
            return False
    except Timeout:
        return True
    except (OSError, NotImplementedError):
        return False


def _holder_file(name: str) -> Path:
    return STATE / "locks" / f"{name}.holder.json"


def _write(path: Path, holder: Holder) -> None:
    """A holder that cannot be written down is no reason not to work: the lock itself is held."""
    document = asdict(holder) | {"since": holder.since.isoformat()}
    with contextlib.suppress(OSError), create(path) as file:
        json.dump(document, file)


def _read(path: Path) -> Holder | None:
    """Who holds the lock; None when nobody wrote it down, or whoever did is dead and another one has not yet."""
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
        holder = Holder(
            int(document["pid"]),
            str(document["host"]),
            str(document["user"]),
            datetime.fromisoformat(document["since"]),
            str(document["command"]),
        )
    except (OSError, ValueError, TypeError, KeyError):
        return None
    return holder if holder.since.tzinfo is not None and _alive(holder) else None


def _alive(holder: Holder) -> bool:
    if holder.host != socket.gethostname() or holder.pid <= 0:
        return holder.pid > 0  # another machine's processes cannot be asked
    try:
        os.kill(holder.pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True  # it is there, and somebody else's
    return True


def _busy(name: str, holder: Holder | None, now: datetime, waited: float) -> Locked:
    who = "by another run"
    if holder is not None:
        since = f"since {holder.since:%Y-%m-%d %H:%M:%S} UTC ({_ago(holder, now)})"
        who = f"by {holder.user} on {holder.host} (process {holder.pid}), {since}"
    patience = f" It did not end within {waited:g} seconds." if waited > 0 else ""
    return Locked.because(
        f"The connection {name!r} is locked {who}",
        detail=(f"It runs: {holder.command}." if holder is not None else "It did not say who it is.") + patience,
        next_action="Wait until that run has ended and run this again, or let it wait with --lock-timeout SECONDS. "
        "A run that died holds no lock.",
    )


def _ago(holder: Holder, now: datetime) -> str:
    seconds = max(int((now - holder.since).total_seconds()), 0)
    for size, word in ((3600, "hour"), (60, "minute")):
        if seconds >= size:
            count = seconds // size
            return f"{count} {word}{'s' if count != 1 else ''} ago"
    return f"{seconds} second{'s' if seconds != 1 else ''} ago"
