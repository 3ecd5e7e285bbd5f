"""The state file: taken up where it was left, all or nothing of a write, one process at a time."""

from __future__ import annotations

import os
import signal
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests

from sso_sync.errors import SsoSyncError
from sso_sync.sandbox import Sandbox, follow_guide
from sso_sync.sandbox.store import Store

from .support import Http, fresh_token

OTHER_PROCESS = """
import sys
from pathlib import Path
from sso_sync.sandbox import Sandbox
with Sandbox(state=Path(sys.argv[1])) as sandbox:
    print(sandbox.onelogin_url, sandbox.client_id, sandbox.client_secret, flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "deep" / "sandbox.sqlite"


@contextmanager
def _other_process(path: Path) -> Iterator[tuple[subprocess.Popen[str], str, str, str]]:
    """A sandbox of another process: itself, its OneLogin's URL, and the credentials."""
    command = [sys.executable, "-c", OTHER_PROCESS, str(path)]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        url, client_id, client_secret = process.stdout.readline().split()
        yield process, url, client_id, client_secret
    finally:
        process.kill()
        process.communicate()


def test_everything_is_there_again(path: Path) -> None:
    with Sandbox(state=path) as sandbox:
        follow_guide(sandbox)
        sandbox.onelogin.grant_directly("JustCall", "erin.evans@acme.example")
        sandbox.onelogin.add_rule("JustCall", "r", actions=[{"action": "set_role", "value": []}])
        sandbox.onelogin.delete_user("heidi.hall@acme.example")
        token, before = fresh_token(sandbox), sandbox.snapshot()
        keys = [certificate.private_key for certificate in sandbox.onelogin.certificates()]
        pairs = (sandbox.client_id, sandbox.client_secret, sandbox.api_key, sandbox.api_secret)
    with Sandbox(state=path) as again:
        assert again.snapshot() == before
        assert [certificate.private_key for certificate in again.onelogin.certificates()] == keys
        assert (again.client_id, again.client_secret, again.api_key, again.api_secret) == pairs
        assert again.justcall.problem() is None
        with Http(again.onelogin_url, f"bearer {token}") as http:
            assert http.get("/api/2/apps").status_code == 200
        assert again.onelogin.add_app("Next").id == again.onelogin.app("JustCall").id + 1


def test_file_is_readable_by_its_owner_only(path: Path) -> None:
    with Sandbox(state=path):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_requests_of_earlier_runs(path: Path) -> None:
    for run in (1, 2):
        with Sandbox(state=path) as sandbox, Http(sandbox.onelogin_url) as http:
            assert sandbox.run == run
            http.get(f"/api/2/run{run}")
            assert [request.path for request in sandbox.requests] == [f"/api/2/run{run}"]
            history = sandbox.requests.history()
            assert [(request.run, request.path) for request in history] == [
                (number, f"/api/2/run{number}") for number in range(1, run + 1)
            ]
            assert history[-1] == sandbox.requests[0]
    with Sandbox(state=path) as sandbox:
        sandbox.requests.clear()
        assert len(sandbox.requests.history()) == 2
        sandbox.requests.clear(history=True)
        assert sandbox.requests.history() == []


def test_reset_of_a_file_taken_up(path: Path) -> None:
    with Sandbox(state=path) as sandbox:
        seeded = sandbox.snapshot()
        sandbox.onelogin.delete_app("Wiki")
    with Sandbox(state=path) as sandbox:
        sandbox.reset()
        after = sandbox.snapshot()
        assert after["justcall"] == seeded["justcall"]
        assert {app.name for app in sandbox.onelogin.apps()} == {"Wiki", "Payroll", "Intranet"}
    with Sandbox(state=path) as sandbox:
        assert sandbox.snapshot() == after


def test_a_refused_write_leaves_nothing_in_the_file(path: Path) -> None:
    with Sandbox(state=path) as sandbox, Http(sandbox.onelogin_url, f"bearer {fresh_token(sandbox)}") as http:
        before = sandbox.snapshot()
        body = {"name": "Half", "connector_id": 110016, "role_ids": [1]}
        assert http.post("/api/2/apps", body).status_code == 422
    with Sandbox(state=path) as sandbox:
        assert sandbox.snapshot() == before


def test_confirmed_writes_survive_a_killed_process(path: Path) -> None:
    with _other_process(path) as (process, url, client_id, client_secret), Http(url) as http:
        answer = http.call(
            "POST", "/auth/oauth2/v2/token", json={"grant_type": "client_credentials"}, auth=(client_id, client_secret)
        )
        http.session.headers["Authorization"] = f"bearer {answer.json()['access_token']}"
        ids = [http.post("/api/2/roles", {"name": f"R{number}"}).json()["id"] for number in range(20)]
        os.kill(process.pid, signal.SIGKILL)
        process.wait(10)
    with Sandbox(state=path) as sandbox:
        assert [sandbox.onelogin.role(f"R{number}").id for number in range(20)] == ids
        assert len([write for write in sandbox.requests.history() if write.is_write]) == 20
        assert len(sandbox.requests.writes()) == 0


@pytest.mark.parametrize(("when", "made"), [("before", 0), ("after", 1)])
def test_an_unconfirmed_write_is_all_or_nothing(path: Path, when: str, made: int) -> None:
    with _other_process(path) as (process, url, client_id, client_secret), Http(url) as http:
        token = http.call(
            "POST", "/auth/oauth2/v2/token", json={"grant_type": "client_credentials"}, auth=(client_id, client_secret)
        ).json()["access_token"]
        http.session.headers["Authorization"] = f"bearer {token}"
        http.post("/_sandbox/faults", {"kind": "hang", "method": "POST", "path": "/apps$", "when": when})
        with ThreadPoolExecutor(1) as pool, Http(url) as control:
            lost = pool.submit(http.post, "/api/2/apps", {"name": "JustCall", "connector_id": 110016})
            while not control.get("/_sandbox/faults").json()["fired"]:
                pass
            process.kill()
            with pytest.raises(requests.ConnectionError):
                lost.result(20)
    with Sandbox(state=path) as sandbox:
        assert len(sandbox.onelogin.apps("JustCall")) == made
        assert len([write for write in sandbox.requests.history() if write.is_write]) == made


def test_one_process_at_a_time(path: Path) -> None:
    with Sandbox(state=path), pytest.raises(SsoSyncError, match="is in use by another run") as refused:
        Store(path, patience=0.05)
    assert refused.value.diagnostics[0].next_action
    with Sandbox(state=path) as sandbox:
        assert sandbox.run == 2


def test_files_that_are_no_sandbox(tmp_path: Path) -> None:
    garbage, foreign = tmp_path / "garbage", tmp_path / "foreign"
    garbage.write_bytes(b"this is no database at all" * 100)
    with sqlite3.connect(foreign) as database:
        database.execute("CREATE TABLE theirs (id INTEGER)")
    database.close()
    for file, message in ((garbage, "is not a sandbox's state"), (foreign, "not this version's sandbox state")):
        before = file.read_bytes()
        with pytest.raises(SsoSyncError, match=message) as refused:
            Sandbox(state=file).start()
        assert "Delete the file" in str(refused.value.diagnostics[0].next_action)
        assert file.read_bytes() == before


def test_records_of_another_version(path: Path) -> None:
    with Sandbox(state=path):
        pass
    with sqlite3.connect(path) as database:
        database.execute("UPDATE records SET body = '{}' WHERE kind = 'apps'")
    database.close()
    with pytest.raises(SsoSyncError, match="records that this version cannot read"):
        Sandbox(state=path).start()


def test_a_place_that_cannot_be_written(tmp_path: Path) -> None:
    blocker = tmp_path / "file"
    blocker.write_text("")
    with pytest.raises(SsoSyncError, match="cannot keep its state in"):
        Sandbox(state=blocker / "sandbox.sqlite").start()
    with pytest.raises(SsoSyncError, match=r"cannot (open|keep its state in)"):
        Sandbox(state=tmp_path).start()


def test_a_file_that_stops_taking_writes_is_no_success(path: Path) -> None:
    def fill_the_disk() -> None:
        with Sandbox(state=path) as sandbox, Http(sandbox.onelogin_url, f"bearer {fresh_token(sandbox)}") as http:
            before = sandbox.snapshot()
            sandbox._database.save_with(_full_disk)
            assert http.post("/api/2/roles", {"name": "New"}).status_code == 500
            assert sandbox.snapshot() == before

    with pytest.raises(RuntimeError, match="the sandbox itself broke"):
        fill_the_disk()


def _full_disk(*_: object) -> None:
    raise sqlite3.OperationalError("database or disk is full")
