"""Whatever a run changed, an undo puts back, and an undo of the undo brings it back again."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from sso_sync.sandbox.faults import Fault
from sso_sync.sandbox.server import Sandbox
from tests.e2e.conftest import Cli, Ran, document, write
from tests.e2e.test_journal import _without_ids
from tests.e2e.test_tamper import rich
from tests.stored import harm, lines


def _applied(cli: Cli, spec: Path) -> str:
    """Applies, and answers the id of the run."""
    ran = cli("apply", spec, "--auto-approve", "--format", "json")
    assert ran.code == 0, ran.out + ran.err
    run_id = ran.json["run_id"]
    assert isinstance(run_id, str)
    return run_id


def _undone(cli: Cli, run_id: str, *more: str | Path) -> Ran:
    ran = cli("undo", run_id, *more, "--auto-approve", "--format", "json")
    assert ran.code == 0, ran.out + ran.err
    assert ran.json["verified"] is True, ran.out
    return ran


def _state(sandbox: Sandbox) -> dict[str, Any]:
    return _without_ids(sandbox.snapshot())


def _findings(ran: Ran) -> dict[str, str]:
    found = ran.json["plan"]["findings"]
    return {one["address"]: one["summary"] for one in found if one["summary"].startswith("Not undone")}


def test_everything_that_a_spec_can_change_is_put_back(cli: Cli, sandbox: Sandbox, tmp_path: Path) -> None:
    spec = write(tmp_path / "spec.yaml", rich(sandbox))
    _applied(cli, spec)
    before = _state(sandbox)
    wanted = rich(sandbox)
    app, access = wanted["onelogin"]["app"], wanted["onelogin"]["access"]
    app["description"] = "Telephones"
    app["visible"] = False
    app["configuration"] |= {"relay_state": "start", "session_minutes": 10, "raw": {"sign_slo_request": "0"}}
    app["parameters"] = {"title": "title", "department": None, "firstName": {"skip_if_blank": True}}
    first, second = app["rules"]
    second["actions"] = [{"action": "set_nameidvalue", "value": ["email"]}]
    app["rules"] = [second, {"name": "third", "actions": first["actions"]}]
    access["users"] = ["alice.adams@acme.example"]
    access["roles"] = ["JustCall Users", {"name": "Desk", "create": True, "members": ["carol.clark@acme.example"]}]
    wanted["justcall"]["sso"]["default_role"] = "Admin"
    wanted["guards"] = {"require_login_proof": True}
    write(spec, wanted)
    overridden = cli("apply", spec, "--auto-approve", "--format", "json", *_every_guard())
    assert overridden.code == 0, overridden.out + overridden.err
    after = _state(sandbox)
    assert after != before

    undone = _undone(cli, overridden.json["run_id"], *_every_guard())
    assert _state(sandbox) == before

    again = _undone(cli, undone.json["run_id"], *_every_guard())
    assert _state(sandbox) == after
    runs = cli("history", "--format", "json").json["runs"]
    assert [run["undoes"] for run in runs[:2]] == [undone.json["run_id"], overridden.json["run_id"]]
    assert again.json["run_id"] == runs[0]["run_id"]


def _every_guard() -> list[str]:
    guards = ("max_removals", "required_users", "match_users", "certificate_expiry")
    return [word for guard in guards for word in ("--override", guard)]


def test_an_undone_creation_leaves_nothing_and_disables_justcall_first(
    cli: Cli, sandbox: Sandbox, tmp_path: Path
) -> None:
    before = _state(sandbox)
    spec = write(tmp_path / "spec.yaml", rich(sandbox))
    run_id = _applied(cli, spec)
    sandbox.requests.clear()

    _undone(cli, run_id, *_every_guard())

    assert _state(sandbox) == before
    writes = [(write.method, write.path) for write in sandbox.requests.writes()]
    assert writes[0] == ("PUT", "/sso/saml")
    first = next(iter(sandbox.requests.writes()))
    assert first.body == {"enabled": False}


def test_an_undone_creation_can_be_undone(cli: Cli, sandbox: Sandbox, tmp_path: Path) -> None:
    spec = write(tmp_path / "spec.yaml", rich(sandbox))
    run_id = _applied(cli, spec)
    undone = _undone(cli, run_id, *_every_guard())

    _undone(cli, undone.json["run_id"])

    assert cli("plan", spec, "--detailed-exitcode").code == 0
    assert sandbox.justcall.settings.enabled is True
    assert sandbox.justcall.problem() is None


def test_a_decommissioning_is_undone_as_the_spec_describes_it(cli: Cli, sandbox: Sandbox, spec: Path) -> None:
    people = {"access": {"users": ["heidi.hall@acme.example"]}}
    write(spec, document(sandbox, onelogin=people))
    _applied(cli, spec)
    write(spec, document(sandbox, state="absent", onelogin=people))
    gone = cli("apply", spec, "--auto-approve", "--format", "json", *_every_guard())
    assert gone.code == 0, gone.out

    _undone(cli, gone.json["run_id"])

    write(spec, document(sandbox, onelogin=people))
    assert cli("plan", spec, "--detailed-exitcode").code == 0
    assert sandbox.justcall.settings.enabled is True
    assert sandbox.onelogin.members("JustCall - direct access") == ("heidi.hall@acme.example",)


def test_what_somebody_changed_since_is_reported_and_kept(cli: Cli, sandbox: Sandbox, spec: Path) -> None:
    write(spec, document(sandbox, onelogin={"app": {"configuration": {"relay_state": "a", "login_url": "https://a/"}}}))
    _applied(cli, spec)
    write(spec, document(sandbox, onelogin={"app": {"configuration": {"relay_state": "b", "login_url": "https://b/"}}}))
    run_id = _applied(cli, spec)
    sandbox.onelogin.edit_configuration("JustCall", relaystate="by hand")

    ran = cli("undo", run_id, "--auto-approve", "--format", "json")

    assert ran.code == 0, ran.out + ran.err
    assert _findings(ran) == {"onelogin.app.configuration.relay_state": "Not undone: somebody changed it since the run"}
    configuration = sandbox.onelogin.view("JustCall")["configuration"]
    assert isinstance(configuration, dict)
    assert (configuration["relaystate"], configuration["login"]) == ("by hand", "https://a/")


def test_a_masked_value_is_reported(cli: Cli, sandbox: Sandbox, spec: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RELAY", "s3cret-one")
    text = spec.read_text(encoding="utf-8")
    hidden = "  app:\n    configuration:\n      relay_state: !env RELAY\n  access:"
    spec.write_text(text.replace("  access:", hidden, 1), encoding="utf-8")
    _applied(cli, spec)
    monkeypatch.setenv("RELAY", "s3cret-two")
    run_id = _applied(cli, spec)

    ran = cli("undo", run_id, "--auto-approve", "--format", "json")

    assert list(_findings(ran)) == ["onelogin.app.configuration.relay_state"]
    assert "s3cret" not in ran.out + ran.err
    assert not ran.json["applied"]


def test_a_role_that_others_use_by_now_is_kept(cli: Cli, sandbox: Sandbox, spec: Path) -> None:
    _applied(cli, spec)
    roles = ["JustCall Users", {"name": "Desk", "create": True, "members": ["dave.diaz@acme.example"]}]
    write(spec, document(sandbox, onelogin={"access": {"roles": roles}}))
    run_id = _applied(cli, spec)
    sandbox.onelogin.add_members("Desk", ["frank.fox@acme.example"])

    ran = cli("undo", run_id, "--auto-approve", "--format", "json", *_every_guard())

    assert ran.code == 0, ran.out + ran.err
    assert "people were put into the role since" in _findings(ran)["onelogin.access.roles.Desk"]
    assert "frank.fox@acme.example" in sandbox.onelogin.members("Desk")


def test_an_interrupted_run_can_be_undone(cli: Cli, sandbox: Sandbox, spec: Path) -> None:
    before = _state(sandbox)
    sandbox.faults.add(Fault("error", service="justcall", method="PUT", status=422))
    partial = cli("apply", spec, "--auto-approve", "--format", "json")
    assert partial.code == 7

    _undone(cli, partial.json["run_id"], *_every_guard())

    assert _state(sandbox) == before


def test_an_app_that_is_not_ours_any_more_is_kept(cli: Cli, sandbox: Sandbox, spec: Path) -> None:
    run_id = _applied(cli, spec)
    sandbox.onelogin.edit_app("JustCall", notes="managed by sso-sync: another-team")

    ran = cli("undo", run_id, "--auto-approve", "--format", "json", *_every_guard())

    assert "onelogin.app" in _findings(ran)
    assert len(sandbox.onelogin.apps("JustCall")) == 1


def test_undoing_twice_has_nothing_to_do(cli: Cli, sandbox: Sandbox, spec: Path) -> None:
    run_id = _applied(cli, spec)
    _undone(cli, run_id, *_every_guard())
    sandbox.requests.clear()
    ran = cli("undo", run_id, "--auto-approve")
    assert ran.code == 0
    assert "Nothing to undo" in ran.out
    assert not list(sandbox.requests.writes())


def test_a_guard_refuses_an_undo_as_it_refuses_an_apply(cli: Cli, sandbox: Sandbox, spec: Path) -> None:
    _applied(cli, spec)
    sandbox.onelogin.edit_configuration("JustCall", audience="wrong")
    run_id = _applied(cli, spec)
    ran = cli("undo", run_id, "--auto-approve", "--format", "json")
    assert ran.code == ran.json["exit_code"] == 3
    assert sandbox.justcall.problem() is None


def test_nothing_is_undone_without_a_yes(cli: Cli, sandbox: Sandbox, spec: Path) -> None:
    run_id = _applied(cli, spec)
    before = sandbox.snapshot()
    ran = cli("undo", run_id, *_every_guard())
    assert ran.code == 1
    assert "--auto-approve" in ran.err
    assert sandbox.snapshot() == before


def test_a_run_of_another_connection_or_of_none_is_refused(
    cli: Cli, sandbox: Sandbox, spec: Path, tmp_path: Path
) -> None:
    run_id = _applied(cli, spec)
    other = write(tmp_path / "other.yaml", document(sandbox, name="other", onelogin={"app": {"name": "Other"}}))
    refused = cli("undo", run_id, other, "--auto-approve", "--format", "json")
    missing = cli("undo", "nothing", spec, "--auto-approve", "--format", "json")
    assert refused.code == missing.code == 1
    assert "justcall-test" in refused.json["error"]["summary"]
    assert "history" in missing.json["error"]["next_action"]


def test_a_record_that_somebody_edited_is_an_error(cli: Cli, spec: Path, tmp_path: Path) -> None:
    run_id = _applied(cli, spec)
    intent = lines()[0][1]
    intent["changes"][0]["action"] = "explode"
    harm("UPDATE sso_sync_lines SET body = :body WHERE number = 1", body=json.dumps(intent))
    ran = cli("undo", run_id, "--auto-approve", "--format", "json")
    assert ran.code == ran.json["exit_code"] == 1
    assert "cannot be understood" in ran.json["error"]["summary"]


def test_a_certificate_goes_back_on_both_sides(cli: Cli, sandbox: Sandbox, spec: Path) -> None:
    _applied(cli, spec)
    before = _state(sandbox)
    other = next(one.id for one in sandbox.onelogin.certificates() if "Next" in one.name)
    write(spec, document(sandbox, onelogin={"app": {"certificate": {"id": other}}}))
    run_id = _applied(cli, spec)
    assert _state(sandbox) != before

    _undone(cli, run_id, *_every_guard())

    assert _state(sandbox) == before
    assert sandbox.justcall.problem() is None


def test_an_adoption_is_undone_to_the_last_word(cli: Cli, sandbox: Sandbox, spec: Path) -> None:
    sandbox.onelogin.add_app("JustCall", notes="made by hand in May")
    before = _state(sandbox)
    run_id = _applied(cli, spec)

    ran = cli("undo", run_id, "--auto-approve", "--format", "json", *_needed(cli, run_id))

    assert ran.code == 0, ran.out + ran.err
    # A field that was cleared reads back as "", one that was never set as null: the same to OneLogin (fact sheet §14d).
    assert _blanked(_state(sandbox)) == _blanked(before)


def _blanked(state: Any) -> Any:
    if isinstance(state, dict):
        return {key: _blanked(value) for key, value in state.items()}
    return [_blanked(value) for value in state] if isinstance(state, list) else state or None


def _needed(cli: Cli, run_id: str) -> list[str]:
    """The overrides that this undo needs."""
    refused = cli("undo", run_id, "--auto-approve", "--format", "json").json["plan"]["refusals"]
    return [word for one in refused for word in ("--override", one["guard"])]


def test_the_order_of_rules_is_put_back(cli: Cli, sandbox: Sandbox, tmp_path: Path) -> None:
    wanted = rich(sandbox)
    spec = write(tmp_path / "spec.yaml", wanted)
    _applied(cli, spec)
    before = _state(sandbox)
    wanted["onelogin"]["app"]["rules"].reverse()
    write(spec, wanted)
    run_id = _applied(cli, spec)
    assert _state(sandbox) != before

    _undone(cli, run_id)

    assert _state(sandbox) == before


def test_a_failed_undo_goes_on_when_it_is_run_again(cli: Cli, sandbox: Sandbox, spec: Path) -> None:
    before = _state(sandbox)
    run_id = _applied(cli, spec)
    sandbox.faults.add(Fault("error", service="onelogin", method="DELETE", status=422))
    failed = cli("undo", run_id, "--auto-approve", *_every_guard())
    assert failed.code == 7
    assert f"undo {run_id}" in failed.out

    _undone(cli, run_id, *_every_guard())

    assert _state(sandbox) == before


def test_a_killed_run_that_never_learnt_its_app_is_undone_by_the_mark(
    cli: Cli, sandbox: Sandbox, spec: Path, tmp_path: Path
) -> None:
    run_id = _applied(cli, spec)
    harm("DELETE FROM sso_sync_lines WHERE number > 1")
    assert lines()[0][1]["step"] == "app"

    _undone(cli, run_id, *_every_guard())

    assert sandbox.onelogin.apps("JustCall") == []
    assert sandbox.justcall.settings.enabled is False, "nobody may be sent to an app that is gone"
