"""Many connections of one run: what they share, in what order they write, and what they may cost."""

from __future__ import annotations

import signal
import time
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from sso_sync.sandbox.faults import Fault
from sso_sync.sandbox.server import Sandbox
from tests.documents import conform
from tests.e2e.conftest import Cli, Document, document, write
from tests.e2e.processes import fork, wait

ALICE, BOB = "alice.adams@acme.example", "bob.brown@acme.example"


def _spec(sandbox: Sandbox, name: str, roles: list[Any], **onelogin: Any) -> Document:
    """A connection with an app of its own. There is one JustCall, so a person enters what belongs there."""
    over = {"name": name, "onelogin": {"app": {"name": f"JustCall {name}"}, "access": {"roles": roles}, **onelogin}}
    made = document(sandbox, **over)
    made["justcall"] = {
        "driver": "attested",
        "users_url": sandbox.justcall_url,
        "service_provider": {"acs_url": "https://bifrost.justcall.io/passport/login/callback", "entity_id": "JustCall"},
    }
    return made


@pytest.fixture
def fleet(sandbox: Sandbox, tmp_path: Path) -> Path:
    """Three connections of one account; the second one opens its app to a role that the first one makes."""
    folder = tmp_path / "specs"
    folder.mkdir()
    shared = {"name": "Shared", "create": True, "members": [ALICE, BOB]}
    for name, roles in (("a", [shared, "JustCall Users"]), ("b", ["Shared"]), ("c", ["JustCall Users"])):
        write(folder / f"{name}.yaml", _spec(sandbox, name, roles))
    return folder


def _records(sandbox: Sandbox, what: str) -> list[Document]:
    found: Any = sandbox.snapshot()["onelogin"]
    return list(found[what].values())


def _asked(sandbox: Sandbox) -> Counter[str]:
    return Counter(f"{request.method} {request.path}" for request in sandbox.requests)


def test_one_account_is_read_once_and_written_one_after_the_other(cli: Cli, sandbox: Sandbox, fleet: Path) -> None:
    ran = cli("apply", fleet, "--auto-approve", "--format", "json", "--override", "max_removals")
    assert ran.code == 0
    assert [one["plan"]["spec"]["name"] for one in ran.json["connections"]] == ["a", "b", "c"]
    assert all(one["failed"] == [] and one["applied"] for one in ran.json["connections"])
    # b was planned after a had made the role, and both were read back from OneLogin.
    apps = {app["name"]: app for app in _records(sandbox, "apps")}
    assert apps["JustCall b"]["role_ids"] == [apps["JustCall a"]["role_ids"][-1]]
    assert "[3/3]" in ran.err

    for path in fleet.iterdir():  # with SSO on, JustCall's people matter to each
        path.write_text(path.read_text(encoding="utf-8") + "  sso: {enabled: true, default_role: Team Member}\n")
    sandbox.requests.clear()
    ran = cli("plan", fleet, "--format", "json", "--override", "require_login_proof")
    assert ran.code == 0
    assert {change["side"] for one in ran.json["connections"] for change in one["changes"]} <= {"justcall"}
    asked = _asked(sandbox)
    assert [asked[f"GET /api/2/{what}"] for what in ("apps", "roles")] == [1, 1]
    assert asked["GET /v2.1/users"] == 1
    whole = Counter(f"{request.path} {request.query}" for request in sandbox.requests)
    assert set(whole.values()) == {1}  # whatever it is, it is asked for once


def test_what_was_written_is_looked_at_and_not_remembered(cli: Cli, sandbox: Sandbox, fleet: Path) -> None:
    """OneLogin shows a write a moment late: the first look back is stale, and only a second real one sees it."""
    words = ("apply", fleet, "--auto-approve", "--format", "json", "--override", "max_removals")
    for people in ([ALICE, BOB], [ALICE, BOB, "carol.clark@acme.example"]):
        shared = {"name": "Shared", "create": True, "members": people}
        write(fleet / "a.yaml", document(sandbox, name="a", onelogin={"access": {"roles": [shared]}}))
        if len(people) == 2:
            assert cli(*words).code == 0
    sandbox.faults.add(Fault("stale", method="GET", path="/roles/[0-9]+/users", nth=2))
    ran = cli(*words)
    assert sandbox.faults.fired
    assert ran.code == 0
    assert ran.json["connections"][0]["verified"] is True


def test_a_budget_ends_in_one_clear_error_and_never_half_way(cli: Cli, sandbox: Sandbox, fleet: Path) -> None:
    ran = cli("plan", fleet, "--budget", "3", "--format", "json")
    assert ran.code == 6
    onelogin = [line for line in _asked(sandbox).elements() if "/api/2/" in line]
    assert len(onelogin) <= 3
    reasons = {one["changes"][0]["reason"] for one in ran.json["connections"]}
    assert any("The budget of 3 requests to 127.0.0.1" in reason for reason in reasons)

    sandbox.requests.clear()
    ran = cli("apply", fleet / "c.yaml", "--auto-approve", "--budget", "9")
    assert ran.code == 6
    assert "does not suffice" in ran.err
    assert "Nothing was changed." in ran.err
    assert not [request for request in sandbox.requests if request.is_write and "/api/" in request.path]
    assert cli("apply", fleet / "c.yaml", "--auto-approve", "--budget", "200").code == 0


def test_what_onelogin_says_of_its_limit_is_obeyed_before_it_has_to_refuse(
    cli: Cli, sandbox: Sandbox, fleet: Path
) -> None:
    assert cli("apply", fleet, "--auto-approve", "--quiet", "--override", "max_removals").code == 0
    ids = {app["name"]: app["id"] for app in _records(sandbox, "apps")}
    for name in "abc":
        write(fleet / f"{name}.yaml", _spec(sandbox, name, ["JustCall Users"], app={"id": ids[f"JustCall {name}"]}))
    sandbox.variants.rate_limit_counts_v2 = True
    sandbox.variants.rate_limit = 2
    sandbox.requests.clear()
    ran = cli("plan", fleet, "--format", "json", "--parallel", "1")
    # The roles and its own app are what the first one takes; the others would take one each, and know better.
    assert ran.code == 6
    assert [request.status for request in sandbox.requests if "/api/2/" in request.path] == [200, 200]
    for one in ran.json["connections"][1:]:
        assert "asks to be left alone" in one["changes"][0]["reason"]


def test_ctrl_c_in_many_applies_ends_each_in_good_order(sandbox: Sandbox, tmp_path: Path) -> None:
    """Two accounts (one server by two names), each in the middle of its first write, and one that waits its turn."""
    folder = tmp_path / "specs"
    folder.mkdir()
    by_name = sandbox.onelogin_url.replace("127.0.0.1", "localhost")
    write(folder / "a.yaml", _spec(sandbox, "a", ["JustCall Users"]))
    write(folder / "b.yaml", _spec(sandbox, "b", ["JustCall Users"], url=by_name))
    write(folder / "c.yaml", _spec(sandbox, "c", ["JustCall Users"]))
    sandbox.faults.add(Fault("hang", method="POST", path="/api/2/apps$", times=2))
    process = fork(sandbox, tmp_path, "apply", "specs", "--auto-approve", "--format", "json")
    deadline = time.monotonic() + 60
    while sum(fired.fault.kind == "hang" for fired in sandbox.faults.fired) < 2:
        assert time.monotonic() < deadline, "they do not run at the same time"
        sandbox.faults.wait_for_hang(0.1)
    process.send_signal(signal.SIGINT)
    sandbox.faults.release()
    ended = wait(process)
    assert ended.code == 7, ended.err
    conform(ended.json)
    one, two, never = ended.json["connections"]
    for done in (one, two):
        assert len(done["applied"]) == 1
        assert done["skipped"]
        assert done["exit_code"] == 7
    assert never["error"]["summary"] == "interrupted"
    names = {app["name"] for app in _records(sandbox, "apps")}
    assert names >= {"JustCall a", "JustCall b"}
    assert "JustCall c" not in names
