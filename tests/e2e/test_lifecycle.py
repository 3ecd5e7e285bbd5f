"""Adoption, renames, certificates and the way out, on both sides."""

from __future__ import annotations

from pathlib import Path

from sso_sync.sandbox.server import Sandbox
from tests.e2e.conftest import Cli, document, write


def test_an_unmarked_app_of_the_name_is_adopted_and_said_so(cli: Cli, sandbox: Sandbox, spec: Path) -> None:
    made = sandbox.onelogin.add_app("JustCall", notes="made by hand in May")

    planned = cli("plan", spec)
    applied = cli("apply", spec, "--auto-approve")

    assert "adopted" in planned.out
    assert applied.code == 0, applied.out + applied.err
    assert [app.id for app in sandbox.onelogin.apps("JustCall")] == [made.id]
    assert sandbox.onelogin.view("JustCall")["notes"] == "made by hand in May\nmanaged by sso-sync: justcall-test"


def test_two_apps_of_one_name_are_an_error_that_names_both(cli: Cli, sandbox: Sandbox, spec: Path) -> None:
    ids = [sandbox.onelogin.add_app("JustCall").id for _ in range(2)]
    ran = cli("plan", spec)
    assert ran.code == 1
    assert all(str(app_id) in ran.err for app_id in ids)
    assert "onelogin.app.id" in ran.err


def test_an_app_is_renamed_in_place(cli: Cli, sandbox: Sandbox, spec: Path, tmp_path: Path) -> None:
    assert cli("apply", spec, "--auto-approve").code == 0
    app_id = sandbox.onelogin.app("JustCall").id
    app = {"name": "Phones", "previously": ["JustCall"]}
    write(spec, document(sandbox, onelogin={"app": app}))

    assert cli("plan", spec, "--format", "json").addresses == ["onelogin.app.name"]
    assert cli("apply", spec, "--auto-approve").code == 0
    assert sandbox.onelogin.app("Phones").id == app_id


def test_an_app_deleted_in_the_console_is_created_again(cli: Cli, sandbox: Sandbox, spec: Path) -> None:
    assert cli("apply", spec, "--auto-approve").code == 0
    sandbox.onelogin.delete_app("JustCall")

    assert "onelogin.app" in cli("plan", spec, "--format", "json").addresses
    assert cli("apply", spec, "--auto-approve").code == 0
    assert sandbox.justcall.problem() is None


def test_a_new_certificate_reaches_both_sides_in_one_apply(cli: Cli, sandbox: Sandbox, spec: Path) -> None:
    assert cli("apply", spec, "--auto-approve").code == 0
    other = next(one.id for one in sandbox.onelogin.certificates() if "Next" in one.name)
    write(spec, document(sandbox, onelogin={"app": {"certificate": {"id": other}}}))
    sandbox.requests.clear()

    planned = cli("plan", spec, "--format", "json")
    applied = cli("apply", spec, "--auto-approve")

    assert planned.addresses == ["onelogin.app.certificate", "justcall.sso.certificate"]
    assert planned.json["changes"][1]["known_after_apply"] is True
    assert applied.code == 0, applied.out
    assert sandbox.justcall.problem() is None
    written = [list(write.body) for write in sandbox.requests.writes() if isinstance(write.body, dict)]
    assert written == [["configuration"], ["certificate"]]


def test_people_and_groups_come_in_through_the_owned_role(cli: Cli, sandbox: Sandbox, spec: Path) -> None:
    access = {"users": ["Heidi.Hall@acme.example"], "groups": ["Sales"]}
    write(spec, document(sandbox, onelogin={"access": access}))

    planned = cli("plan", spec)
    assert cli("apply", spec, "--auto-approve").code == 0

    assert "6 people gain access" not in planned.out
    assert "5 people gain access, nobody loses it." in planned.out
    assert set(sandbox.onelogin.members("JustCall - direct access")) == {
        "alice.adams@acme.example",
        "dave.diaz@acme.example",
        "heidi.hall@acme.example",
    }
    write(spec, document(sandbox, onelogin={"access": {"users": [], "groups": []}}))
    shrunk = cli("plan", spec)
    assert "2 people lose it" in shrunk.out
    assert cli("apply", spec, "--auto-approve").code == 0
    assert sandbox.onelogin.members("JustCall - direct access") == ()


def test_decommissioning_goes_justcall_then_access_then_app(cli: Cli, sandbox: Sandbox, spec: Path) -> None:
    write(spec, document(sandbox, onelogin={"access": {"users": ["heidi.hall@acme.example"]}}))
    assert cli("apply", spec, "--auto-approve").code == 0
    kept = sandbox.justcall.settings.sso_url
    write(spec, document(sandbox, state="absent", onelogin={"access": {"users": ["heidi.hall@acme.example"]}}))
    sandbox.requests.clear()

    ran = cli("apply", spec, "--auto-approve", "--format", "json")

    assert ran.code == 0, ran.out + ran.err
    assert sandbox.onelogin.apps("JustCall") == []
    assert "JustCall - direct access" not in {role.name for role in sandbox.onelogin.roles()}
    assert sandbox.justcall.settings.enabled is False
    assert sandbox.justcall.settings.sso_url == kept
    writes = list(sandbox.requests.writes())
    assert [write.method for write in writes] == ["PUT", "PUT", "DELETE", "DELETE"]
    assert writes[0].path == "/sso/saml"
    assert cli("plan", spec, "--detailed-exitcode").code == 0


def test_an_unmarked_app_is_not_deleted(cli: Cli, sandbox: Sandbox, spec: Path) -> None:
    sandbox.onelogin.add_app("JustCall")
    write(spec, document(sandbox, state="absent"))
    assert cli("apply", spec, "--auto-approve").code == 3
    assert len(sandbox.onelogin.apps("JustCall")) == 1


def test_a_pinned_app_is_decommissioned_and_then_simply_gone(cli: Cli, sandbox: Sandbox, spec: Path) -> None:
    assert cli("apply", spec, "--auto-approve").code == 0
    pinned = {"app": {"id": sandbox.onelogin.app("JustCall").id}}
    write(spec, document(sandbox, state="absent", onelogin=pinned))

    assert cli("apply", spec, "--auto-approve").code == 0
    assert cli("plan", spec, "--detailed-exitcode").code == 0
