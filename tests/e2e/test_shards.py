"""Shards on one PostgreSQL, each a process with a file system of its own: as the pods of an Indexed Job work."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from sso_sync.sandbox.faults import Fault
from sso_sync.sandbox.server import Sandbox
from sso_sync.spec.account import glance
from sso_sync.spec.shard import Shard, owner
from sso_sync.store.drifts import drifts
from tests.databases import own_database, postgresql
from tests.e2e.conftest import Cli
from tests.e2e.processes import Forked, fork, wait
from tests.report.html.dom import parsed

__all__ = ["own_database", "postgresql"]

pytestmark = pytest.mark.postgresql
SPEC = """\
version: 1
name: {name}
onelogin:
  url: {onelogin}
  credentials: {{client_id: !env {name}_ID, client_secret: !env {name}_SECRET}}
  access: {{roles: [JustCall Users]}}
justcall:
  driver: http
  url: {justcall}
  credentials: {{api_key: !env {name}_KEY, api_secret: !env {name}_PASS}}
  sso: {{enabled: true, default_role: Team Member}}
"""


@pytest.fixture
def accounts(shared_sandbox: Sandbox) -> Iterator[dict[str, Sandbox]]:
    """Two OneLogin accounts, each with a JustCall account of its own."""
    shared_sandbox.reset()
    with Sandbox() as another:
        yield {"first": shared_sandbox, "second": another}


class Cluster:
    """Starts pods: each has the specs, the secrets and the store, and an empty folder to work in."""

    def __init__(self, accounts: dict[str, Sandbox], root: Path) -> None:
        self.accounts = accounts
        self.root = root
        self.specs = root / "specs"
        self.specs.mkdir()
        for name, sandbox in accounts.items():
            text = SPEC.format(name=name, onelogin=sandbox.onelogin_url, justcall=sandbox.justcall_url)
            (self.specs / f"{name}.yaml").write_text(text, encoding="utf-8")
        keys = {name: glance(self.specs / f"{name}.yaml", os.environ).account for name in accounts}
        # The addresses differ from run to run, and two accounts may well fall to one shard of two.
        self.count = next(n for n in range(2, 100) if len({owner(key, n) for key in keys.values()}) == len(keys))
        self.owners = {name: owner(key, self.count) for name, key in keys.items()}
        self._pods = 0

    def folder(self) -> Path:
        self._pods += 1
        made = self.root / f"pod-{self._pods}"
        made.mkdir()
        (made / "specs").symlink_to(self.specs)
        return made

    def start(self, index: int, *words: str) -> Forked:
        """A pod of the shard `index`."""
        shard = str(Shard(index, self.count))
        return fork(
            self.accounts["first"], self.folder(), words[0], "specs", "--shard", shard, "--format", "json", *words[1:]
        )

    def job(self, *words: str) -> list[Forked]:
        """All pods of a Job, at the same time."""
        return [self.start(index, *words) for index in range(self.count)]


@pytest.fixture
def cluster(
    accounts: dict[str, Sandbox], tmp_path: Path, own_database: str, monkeypatch: pytest.MonkeyPatch
) -> Cluster:
    monkeypatch.setenv("SSO_SYNC_STORE", own_database)
    for name, sandbox in accounts.items():
        monkeypatch.setenv(f"{name}_ID", sandbox.client_id)
        monkeypatch.setenv(f"{name}_SECRET", sandbox.client_secret)
        monkeypatch.setenv(f"{name}_KEY", sandbox.api_key)
        monkeypatch.setenv(f"{name}_PASS", sandbox.api_secret)
    return Cluster(accounts, tmp_path)


def test_every_connection_once_a_killed_shard_s_retry_ends_it_and_one_report_tells_all(
    cluster: Cluster, cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = cluster.accounts["first"], cluster.accounts["second"]
    first.faults.add(Fault("hang", method="PUT", path="^/api/2/apps/", when="after"))  # the app is there by then
    pods = cluster.job("apply", "--auto-approve", "--lock-timeout", "60")
    doomed = pods.pop(cluster.owners["first"])
    assert first.faults.wait_for_hang(60)
    doomed.kill()
    doomed.communicate()
    first.faults.clear()

    ended = [wait(pod) for pod in pods]
    assert [pod.code for pod in ended] == [0] * len(pods)
    done = [one for pod in ended for one in pod.json["connections"]]
    assert [(one["plan"]["spec"]["name"], one["verified"]) for one in done] == [("second", True)]
    written = len(list(second.requests.writes()))

    retry = wait(cluster.start(cluster.owners["first"], "apply", "--auto-approve", "--lock-timeout", "60"))
    assert retry.code == 0, retry.err
    (again,) = retry.json["connections"]
    assert (again["plan"]["spec"]["name"], again["verified"]) == ("first", True)
    assert "create the app" not in " ".join(step["summary"] for step in again["applied"])
    assert [len(sandbox.onelogin.apps("JustCall")) for sandbox in (first, second)] == [1, 1]
    assert len(list(second.requests.writes())) == written

    looks = [wait(pod) for pod in cluster.job("drift")]
    assert {pod.code for pod in looks} == {0}
    seen = [one["spec"]["name"] for pod in looks for one in pod.json["connections"]]
    assert sorted(seen) == ["first", "second"]

    monkeypatch.chdir(cluster.folder())
    runs = cli("history", "--format", "json").json["runs"]
    assert sorted((run["connection"], run["outcome"]) for run in runs) == [
        ("first", "done"),
        ("first", "interrupted"),
        ("second", "done"),
    ]
    ran = cli("report", "specs", "--since", "1d")
    assert ran.code == 0
    page = parsed(ran.out)
    assert [row[0] for row in page.table("All connections, the worst first")[1:]] == ["first", "second"]
    for run in runs:
        assert run["run_id"] in page.text
    assert [len(drifts(name)) for name in cluster.accounts] == [2, 2]  # its shard's look, and this one
    assert json.dumps(os.environ["SSO_SYNC_STORE"]) not in ran.out + ran.err
