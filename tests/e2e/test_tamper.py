"""Somebody changes one value by hand: the plan names exactly that address, the drift says on which side, and the apply
sends exactly that key.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from sso_sync.sandbox.server import Sandbox
from tests.e2e.conftest import Cli, document, write

APP = "JustCall"


def rich(sandbox: Sandbox) -> dict[str, Any]:
    """A spec that manages a bit of everything."""
    return document(
        sandbox,
        onelogin={
            "app": {
                "description": "Phones",
                "policy": "Strict App Policy",
                "configuration": {
                    "relay_state": "home",
                    "signature_algorithm": "SHA-256",
                    "signature_element": "both",
                    "encrypt_assertion": False,
                    "not_before_minutes": 3,
                    "session_minutes": 600,
                    "login_url": "https://app.justcall.io/login",
                    "raw": {"sign_slo_request": "1"},
                },
                "parameters": {
                    "department": {"value": "department", "label": "Dept", "skip_if_blank": True},
                },
                "rules": [
                    {
                        "name": "first",
                        "conditions": [{"source": "last_login", "operator": ">", "value": "90"}],
                        "actions": [{"action": "set_nameidvalue", "value": ["email"]}],
                    },
                    {"name": "second", "actions": [{"action": "set_nameidvalue", "value": ["username"]}]},
                ],
            },
            "access": {
                "roles": ["JustCall Users", {"name": "Desk", "create": True, "members": ["dave.diaz@acme.example"]}],
                "users": ["heidi.hall@acme.example"],
            },
        },
    )


@dataclass(frozen=True)
class Tamper:
    """`sent` is what apply writes: (method, the path's end, body); None in a body stands for a value of the run."""

    name: str
    address: str
    by_hand: Callable[[Sandbox], object]
    method: str
    path: str
    body: Callable[[Sandbox], Any]


def _configuration(key: str, wire: str, wrong: Any, right: Any) -> Tamper:
    return Tamper(
        key,
        f"onelogin.app.configuration.{key}",
        lambda sandbox: sandbox.onelogin.edit_configuration(APP, **{wire: wrong}),
        "PUT",
        "/api/2/apps/{app}",
        lambda _: {"configuration": {wire: right}},
    )


def _attribute(key: str, wire: str, wrong: Any, right: Any) -> Tamper:
    return Tamper(
        key,
        f"onelogin.app.{key}",
        lambda sandbox: sandbox.onelogin.edit_app(APP, **{wire: wrong}),
        "PUT",
        "/api/2/apps/{app}",
        lambda _: {wire: right},
    )


def _parameter(name: str, field: str, wire: str, wrong: Any, right: Any, wire_name: str | None = None) -> Tamper:
    there = wire_name or name
    return Tamper(
        f"{name}.{field}",
        f"onelogin.app.parameters.{name}.{field}",
        lambda sandbox: sandbox.onelogin.edit_parameter(APP, there, **{wire: wrong}),
        "PUT",
        "/api/2/apps/{app}",
        lambda _: {"parameters": {there: {wire: right}}},
    )


def _setting(field: str, wrong: Callable[[Sandbox], Any], right: Callable[[Sandbox], Any]) -> Tamper:
    return Tamper(
        f"justcall {field}",
        f"justcall.sso.{field}",
        lambda sandbox: sandbox.justcall.edit(**{field: wrong(sandbox)}),
        "PUT",
        "/sso/saml",
        lambda sandbox: {field: right(sandbox)},
    )


ACS = "https://bifrost.justcall.io/passport/login/callback"
VALIDATOR = r"^https:\/\/bifrost\.justcall\.io\/passport\/login\/callback$"
GUIDE = VALIDATOR.removeprefix("^").removesuffix("$")

TAMPERS = [
    _attribute("name", "name", "JustCall old", "JustCall"),
    _attribute("visible", "visible", False, True),
    _attribute("description", "description", "Fax", "Phones"),
    _configuration("audience", "audience", "https://justcall.example", "JustCall"),
    _configuration("acs_url", "consumer_url", f"{ACS}/", ACS),
    _configuration("acs_url_validator", "validator", GUIDE, VALIDATOR),
    _configuration("recipient", "recipient", "", ACS),
    _configuration("nameid_format", "saml_nameid_format_id", "3", "0"),
    _configuration("relay_state", "relaystate", "", "home"),
    _configuration("signature_algorithm", "signature_algorithm", "SHA-1", "SHA-256"),
    _configuration("signature_element", "saml_sign_element", "1", "2"),
    _configuration("encrypt_assertion", "encrypt_assertion", "1", "0"),
    _configuration("not_before_minutes", "saml_notbefore", "4", "3"),
    _configuration("session_minutes", "saml_sessionnotonorafter", "1440", "600"),
    _configuration("login_url", "login", "https://elsewhere.example", "https://app.justcall.io/login"),
    _configuration("raw.sign_slo_request", "sign_slo_request", "0", "1"),
    _parameter("nameid", "value", "user_attribute_mappings", "username", "email", "saml_username"),
    _parameter("email", "include_in_assertion", "include_in_saml_assertion", False, True),
    _parameter("firstName", "value", "user_attribute_mappings", "lastname", "firstname"),
    _parameter("department", "skip_if_blank", "skip_if_blank", False, True),
    _setting("sso_url", lambda _: "https://old.example/sso", lambda sandbox: sandbox.onelogin.sso_url(APP)),
    _setting("issuer", lambda _: "https://old.example/issuer", lambda sandbox: sandbox.onelogin.issuer(APP)),
    _setting("certificate", lambda _: None, lambda sandbox: sandbox.onelogin.signing_certificate(APP)),
    _setting("default_role", lambda _: "Admin", lambda _: "Team Member"),
    _setting("enabled", lambda _: False, lambda _: True),
    Tamper(
        "policy",
        "onelogin.app.policy",
        lambda sandbox: sandbox.onelogin.edit_app(APP, policy_id=None),
        "PUT",
        "/api/2/apps/{app}",
        lambda sandbox: {"policy_id": _policy(sandbox, "Strict App Policy")},
    ),
    Tamper(
        "the ownership mark",
        "onelogin.app.notes",
        lambda sandbox: sandbox.onelogin.edit_app(APP, notes="call Bob before you change this"),
        "PUT",
        "/api/2/apps/{app}",
        lambda _: {"notes": "call Bob before you change this\nmanaged by sso-sync: justcall-test"},
    ),
    Tamper(
        "role attached",
        "onelogin.access.roles.Contractors",
        lambda sandbox: sandbox.onelogin.attach_role(APP, "Contractors"),
        "PUT",
        "/api/2/apps/{app}",
        lambda sandbox: {"role_ids": _roles(sandbox, "JustCall Users", "Desk", "JustCall - direct access")},
    ),
    Tamper(
        "role detached",
        "onelogin.access.roles.Desk",
        lambda sandbox: sandbox.onelogin.detach_role(APP, "Desk"),
        "PUT",
        "/api/2/apps/{app}",
        lambda sandbox: {"role_ids": _roles(sandbox, "JustCall Users", "Desk", "JustCall - direct access")},
    ),
    Tamper(
        "member gone",
        "onelogin.access.roles.Desk.members.dave.diaz@acme.example",
        lambda sandbox: sandbox.onelogin.set_members("Desk", []),
        "POST",
        "/users",
        lambda sandbox: [sandbox.onelogin.user("dave.diaz@acme.example").id],
    ),
    Tamper(
        "member too many",
        "onelogin.access.roles.Desk.members.erin.evans@acme.example",
        lambda sandbox: sandbox.onelogin.add_members("Desk", ["erin.evans@acme.example"]),
        "DELETE",
        "/users",
        lambda sandbox: [sandbox.onelogin.user("erin.evans@acme.example").id],
    ),
    Tamper(
        "person without access",
        "onelogin.access.users.heidi.hall@acme.example",
        lambda sandbox: sandbox.onelogin.set_members("JustCall - direct access", []),
        "POST",
        "/users",
        lambda sandbox: [sandbox.onelogin.user("heidi.hall@acme.example").id],
    ),
]


def _policy(sandbox: Sandbox, name: str) -> int:
    return next(policy.id for policy in sandbox.onelogin.policies() if policy.name == name)


def _roles(sandbox: Sandbox, *names: str) -> list[int]:
    return sorted(sandbox.onelogin.role(name).id for name in names)


def _canonical(body: Any) -> Any:
    return {**body, "role_ids": sorted(body["role_ids"])} if isinstance(body, dict) and "role_ids" in body else body


@pytest.mark.parametrize("tamper", TAMPERS, ids=lambda tamper: tamper.name)
def test_one_value_one_address_one_key(cli: Cli, sandbox: Sandbox, tmp_path: Path, tamper: Tamper) -> None:
    spec = write(tmp_path / "spec.yaml", rich(sandbox))
    assert cli("apply", spec, "--auto-approve").code == 0
    app_id = sandbox.onelogin.app(APP).id
    tamper.by_hand(sandbox)

    sandbox.requests.clear()
    planned = cli("plan", spec, "--detailed-exitcode", "--format", "json")
    drifted = cli("drift", spec, "--format", "json")
    read_only = list(sandbox.requests.writes())
    sandbox.requests.clear()
    applied = cli("apply", spec, "--auto-approve", "--format", "json")

    assert planned.code == 2
    assert planned.addresses == [tamper.address]
    assert drifted.code == 2
    assert drifted.addresses == [tamper.address]
    (found,) = drifted.json["changes"]
    assert found["direction"] == found["side"] == tamper.address.partition(".")[0]
    assert read_only == []
    assert applied.code == 0, applied.err + applied.out
    writes = [write for write in sandbox.requests.writes() if write.path != "/sso/saml/test"]
    assert [(write.method, _canonical(write.body)) for write in writes] == [(tamper.method, tamper.body(sandbox))]
    assert writes[0].path.endswith(tamper.path.format(app=app_id))
    assert cli("plan", spec, "--detailed-exitcode").code == 0


def test_the_list_is_long_enough() -> None:
    """The promise is about any single managed value; this many different ones on both sides are tried."""
    assert len(TAMPERS) >= 20
    assert {tamper.address.split(".")[0] for tamper in TAMPERS} == {"onelogin", "justcall"}


def test_a_deleted_parameter_comes_back(cli: Cli, sandbox: Sandbox, tmp_path: Path) -> None:
    spec = write(tmp_path / "spec.yaml", rich(sandbox))
    assert cli("apply", spec, "--auto-approve").code == 0
    sandbox.onelogin.remove_parameter(APP, "lastName")

    assert cli("plan", spec, "--format", "json").addresses == ["onelogin.app.parameters.lastName"]
    assert cli("apply", spec, "--auto-approve").code == 0
    assert cli("plan", spec, "--detailed-exitcode").code == 0


def test_a_changed_label_is_deleted_and_created_with_all_it_held(cli: Cli, sandbox: Sandbox, tmp_path: Path) -> None:
    spec = write(tmp_path / "spec.yaml", rich(sandbox))
    assert cli("apply", spec, "--auto-approve").code == 0
    sandbox.onelogin.edit_parameter(APP, "department", default_values="none given")
    changed = rich(sandbox)
    changed["onelogin"]["app"]["parameters"]["department"]["label"] = "Department"
    write(spec, changed)

    assert cli("plan", spec, "--format", "json").addresses == ["onelogin.app.parameters.department.label"]
    assert cli("apply", spec, "--auto-approve").code == 0

    parameters = sandbox.onelogin.view(APP)["parameters"]
    assert isinstance(parameters, dict)
    department = parameters["department"]
    assert isinstance(department, dict)
    assert department["label"] == "Department"
    assert department["default_values"] == "none given"
    assert department["skip_if_blank"] is True
    assert cli("plan", spec, "--detailed-exitcode").code == 0


def test_a_rule_edited_by_hand_is_put_back(cli: Cli, sandbox: Sandbox, tmp_path: Path) -> None:
    spec = write(tmp_path / "spec.yaml", rich(sandbox))
    assert cli("apply", spec, "--auto-approve").code == 0
    rule = next(rule for rule in sandbox.onelogin.rules(APP) if rule["name"] == "second")
    assert isinstance(rule["id"], int)
    sandbox.onelogin.edit_rule(APP, rule["id"], enabled=False, position=None)

    assert cli("plan", spec, "--format", "json").addresses == ["onelogin.app.rules.second"]
    assert cli("apply", spec, "--auto-approve").code == 0
    assert [rule["name"] for rule in sandbox.onelogin.rules(APP)] == ["first", "second"]
    assert cli("plan", spec, "--detailed-exitcode").code == 0


def test_a_direct_grant_is_shown_for_a_person_to_remove(cli: Cli, sandbox: Sandbox, tmp_path: Path) -> None:
    spec = write(tmp_path / "spec.yaml", rich(sandbox))
    assert cli("apply", spec, "--auto-approve").code == 0
    sandbox.onelogin.grant_directly(APP, "grace.green@acme.example")

    ran = cli("plan", spec, "--detailed-exitcode", "--format", "json")

    assert ran.code == 2
    assert ran.addresses == ["onelogin.access.users.grace.green@acme.example"]
    assert ran.json["changes"][0]["action"] == "manual"
    assert ran.json["summary"]["manual"] == 1
