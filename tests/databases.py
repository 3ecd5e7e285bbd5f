"""A real PostgreSQL for the tests, from the system's own binaries: one server for all processes of a test run.

It lies in a folder of its own, listens on a Unix socket there and on loopback, and is gone when the last process that
used it is. Each test gets a schema of its own.
"""

from __future__ import annotations

import contextlib
import json
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import uuid
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg
import pytest
from filelock import FileLock

__all__ = ["BOTH", "GUARDED", "PASSWORD", "Server", "binaries", "own_database", "postgresql", "store_url"]

GUARDED, PASSWORD = "guarded", "a pass/word@%"
"""A user who is let in by a password only, and that password."""
BOTH = ("sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql))
"""The databases that a store may be in."""
_FAST = ("fsync", "synchronous_commit", "full_page_writes")  # what a crash of the machine would lose is nobody's


@dataclass(frozen=True)
class Server:
    """A running PostgreSQL: its folder and its port. `url` is that of a database, as `SSO_SYNC_STORE` takes it."""

    folder: str
    port: int

    def url(self, schema: str | None = None) -> str:
        options = f"&options={quote(f'-csearch_path={schema}')}" if schema else ""
        return f"postgresql://tests@/postgres?host={quote(self.folder, safe='')}&port={self.port}{options}"

    def loopback(self, password: str) -> str:
        """The guarded user's, over TCP."""
        return f"postgresql://{GUARDED}:{quote(password, safe='')}@127.0.0.1:{self.port}/postgres"

    def execute(self, statement: str) -> None:
        with psycopg.connect(host=self.folder, port=self.port, user="tests", dbname="postgres", autocommit=True) as it:
            it.execute(statement.encode())


@cache
def binaries() -> Path | None:
    """The folder with initdb and pg_ctl, the newest there is; None without PostgreSQL."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    if found:
        return found[-1].parent
    on_path = shutil.which("initdb")
    return Path(on_path).resolve().parent if on_path else None


@contextlib.contextmanager
def postgresql_server(shared: Path) -> Iterator[Server]:
    """The server of the test run; `shared` is a folder that its processes agree on, there as long as one needs it."""
    with _turn(shared) as users:
        if users["count"] == 0:
            users["server"] = asdict(_started())
        users["count"] += 1
        server = Server(**users["server"])
    try:
        yield server
    finally:
        with _turn(shared) as users:
            users["count"] -= 1
            if users["count"] == 0:
                _stop(server)


@contextlib.contextmanager
def _turn(shared: Path) -> Iterator[dict[str, Any]]:
    """What the processes know of the server, for one of them at a time; nothing is left when nobody needs it."""
    lock, state = shared / "lock", shared / "server.json"
    while True:
        shared.mkdir(mode=0o700, exist_ok=True)
        with contextlib.suppress(FileNotFoundError), FileLock(lock), lock.open() as held:
            if os.fstat(held.fileno()).st_nlink == 0:
                continue  # the last one took it away while this one waited
            users = json.loads(state.read_text()) if state.exists() else {"count": 0, "server": None}
            yield users
            state.write_text(json.dumps(users))
            if users["count"] == 0:
                shutil.rmtree(shared)
            return


def _started() -> Server:
    programs = binaries()
    assert programs is not None, "PostgreSQL is not installed"
    folder = Path(tempfile.mkdtemp(prefix="sso-sync-postgresql-"))
    if os.getuid() == 0:
        account = pwd.getpwnam(_account())
        os.chown(folder, account.pw_uid, account.pw_gid)
    data = folder / "data"
    _run(programs / "initdb", "-D", data, "-U", "tests", "-A", "trust", "-E", "UTF8", "--no-sync", "--no-locale")
    rules = f"local all tests trust\nhost all {GUARDED} 127.0.0.1/32 scram-sha-256\n"
    (data / "pg_hba.conf").write_text(rules)
    server = Server(str(folder), _free_port())
    settings = [f"-c {name}=off" for name in _FAST]
    settings += [f"-p {server.port}", "-c listen_addresses=127.0.0.1", f"-c unix_socket_directories={folder}"]
    settings += ["-c max_connections=200", "-c shared_buffers=16MB", "-c autovacuum=off"]
    _run(programs / "pg_ctl", "-D", data, "-o", " ".join(settings), "-l", folder / "log", "-w", "start")
    server.execute(f"CREATE ROLE {GUARDED} LOGIN PASSWORD '{PASSWORD}'")
    return server


def _stop(server: Server) -> None:
    programs = binaries()
    assert programs is not None
    _run(programs / "pg_ctl", "-D", Path(server.folder) / "data", "-m", "immediate", "stop")
    shutil.rmtree(server.folder, ignore_errors=True)


def _run(program: Path, *words: str | Path) -> None:
    """PostgreSQL refuses to run as root; what it says goes to a file, because a server keeps its streams open."""
    account = _account() if os.getuid() == 0 else None
    with tempfile.TemporaryFile() as said:
        ran = subprocess.run(
            [program, *words], check=False, stdin=subprocess.DEVNULL, stdout=said, stderr=said, user=account, cwd="/"
        )
        said.seek(0)
        assert ran.returncode == 0, said.read().decode("utf-8", "replace")


def _account() -> str:
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name).pw_name
    raise AssertionError("PostgreSQL does not run as root, and there is nobody else here")


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Server]:
    """The server, started by the first process that needs it."""
    run = os.environ.get("PYTEST_XDIST_TESTRUNUID", str(os.getpid()))
    with postgresql_server(Path(tempfile.gettempdir()) / f"sso-sync-tests-{run}") as server:
        yield server


@pytest.fixture
def own_database(postgresql: Server) -> Iterator[str]:
    """The URL of an empty schema for one test."""
    name = f"t{uuid.uuid4().hex}"
    postgresql.execute(f"CREATE SCHEMA {name}")
    yield postgresql.url(name)
    postgresql.execute(f"DROP SCHEMA {name} CASCADE")


@pytest.fixture(params=BOTH)
def store_url(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A store in either database, and nothing in it yet; the test runs in an empty folder."""
    folder = tmp_path / "here"
    folder.mkdir()
    monkeypatch.chdir(folder)
    if request.param == "sqlite":
        url = f"sqlite:///{folder / '.sso-sync' / 'store.sqlite'}"
    else:
        url = str(request.getfixturevalue("own_database"))
        monkeypatch.setenv("SSO_SYNC_STORE", url)
    return url
