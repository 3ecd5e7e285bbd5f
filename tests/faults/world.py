"""The sandboxed accounts that are harmed here, the specs that are applied to them, and what "the same end" means."""

from __future__ import annotations

import json
import re
import shutil
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sso_sync import engine
from sso_sync.apply.result import ApplyResult
from sso_sync.plan.guard_names import GUARDS
from sso_sync.plan.model import Plan
from sso_sync.rotating import Request
from sso_sync.sandbox.server import Sandbox
from sso_sync.spec.connection import Connection
from sso_sync.spec.load import load
from tests.e2e.conftest import document, merged, write

__all__ = [
    "APP",
    "SCENARIOS",
    "Scenario",
    "World",
    "applied",
    "assert_nothing_twice",
    "end_state",
    "much_is_wrong",
    "rich",
    "rotated",
]

APP = "JustCall"
_UUID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}")
_SLO = re.compile(r"/slo/\d+$")


# The scenarios take access away on purpose; what refuses that has tests of its own.
GUARDS_OFF = frozenset(GUARDS)

TO_NEXT = Request("Next Certificate (2048-bit)")


def rich(sandbox: Sandbox) -> dict[str, Any]:
    """A spec that manages a bit of everything: app, configuration, parameters, rules, certificate, roles, people."""
    return document(
        sandbox,
        onelogin={
            "app": {
                "description": "Phones",
                "policy": "Strict App Policy",
                "certificate": {"name": "Next Certificate (2048-bit)"},
                "configuration": {"relay_state": "home", "signature_algorithm": "SHA-256", "session_minutes": 600},
                "parameters": {
                    "department": {"value": "department", "label": "Department", "skip_if_blank": True},
                    "title": "title",
                },
                "parameters_mode": "authoritative",
                "rules": [
                    {"name": "first", "actions": [{"action": "set_nameidvalue", "value": ["email"]}]},
                    {"name": "second", "actions": [{"action": "set_nameidvalue", "value": ["username"]}]},
                    {
                        "name": "third",
                        "enabled": False,
                        "conditions": [{"source": "last_login", "operator": ">", "value": "90"}],
                        "actions": [{"action": "set_nameidvalue", "value": ["email"]}],
                    },
                ],
            },
            "access": {
                "roles": [
                    "JustCall Users",
                    {"name": "Desk", "create": True, "members": ["dave.diaz@acme.example", "bob.brown@acme.example"]},
                    {"name": "Empty Role", "members": ["erin.evans@acme.example"]},
                ],
                "users": ["heidi.hall@acme.example"],
            },
        },
    )


def nothing_there(_sandbox: Sandbox) -> None:
    """The account as it comes."""


def much_is_wrong(sandbox: Sandbox) -> None:
    """Our app, in a state that takes every kind of change: labels, deletions, reordering, members out and in."""
    console = sandbox.onelogin
    console.add_app(APP, notes="managed by sso-sync: justcall-test", visible=False)
    console.edit_configuration(APP, audience="old", recipient="", saml_sessionnotonorafter="7")
    console.edit_parameter(APP, "department", label="Dept.", user_attribute_mappings="title")
    console.edit_parameter(APP, "surplus", label="Surplus", user_attribute_mappings="phone")
    for name in ("old", "second", "first"):
        console.add_rule(APP, name, actions=[{"action": "set_nameidvalue", "value": ["username"]}])
    console.add_role("Desk", ["alice.adams@acme.example"])
    console.set_members("Empty Role", ["grace.green@acme.example"])
    for role in ("Contractors", "Desk"):
        console.attach_role(APP, role)
    sandbox.justcall.edit(sso_url="https://old.example/sso", issuer="old")


def _all_is_well(sandbox: Sandbox) -> None:
    """Everything as the rich spec says, so that it can be taken down."""
    much_is_wrong(sandbox)
    console = sandbox.onelogin
    console.add_role(f"{APP} - direct access", ["heidi.hall@acme.example"])
    console.attach_role(APP, f"{APP} - direct access")
    sandbox.justcall.edit(
        enabled=True,
        sso_url=console.sso_url(APP),
        issuer=console.issuer(APP),
        certificate=console.signing_certificate(APP),
    )


@dataclass(frozen=True)
class Scenario:
    """Where an apply begins, and what of the spec differs from the rich one."""

    name: str
    begin: Callable[[Sandbox], None]
    changes: Mapping[str, Any]


SCENARIOS = (
    Scenario("create", nothing_there, {}),
    Scenario("change", much_is_wrong, {}),
    Scenario("decommission", _all_is_well, {"state": "absent"}),
)


@dataclass(frozen=True)
class World:
    """One connection over a sandbox: its spec as a file, and the environment that a run of it sees."""

    sandbox: Sandbox
    path: Path
    environ: dict[str, str]

    @classmethod
    def of(cls, sandbox: Sandbox, folder: Path, spec: Mapping[str, Any], name: str = "spec") -> World:
        environ = {
            "ONELOGIN_CLIENT_ID": sandbox.client_id,
            "ONELOGIN_CLIENT_SECRET": sandbox.client_secret,
            "JUSTCALL_API_KEY": sandbox.api_key,
            "JUSTCALL_API_SECRET": sandbox.api_secret,
            "XDG_CACHE_HOME": str(folder / f"{name}-cache"),
        }
        return cls(sandbox, write(folder / f"{name}.yaml", dict(spec)), environ)

    @classmethod
    def scenario(cls, sandbox: Sandbox, folder: Path, scenario: Scenario) -> World:
        """The world at the scenario's beginning."""
        sandbox.reset()
        scenario.begin(sandbox)
        sandbox.requests.clear()
        shutil.rmtree(folder / "spec-cache", ignore_errors=True)  # its token ended with the former account
        return cls.of(sandbox, folder, merged(rich(sandbox), dict(scenario.changes)))

    def connection(self) -> Connection:
        return load(self.path, self.environ)

    def plan(self) -> Plan:
        return engine.plan(self.connection(), environ=self.environ, overrides=GUARDS_OFF)

    def apply(self) -> ApplyResult | Plan:
        return applied(self.path, self.environ)

    def apply_over(self, guard: str) -> ApplyResult | Plan:
        """An apply that passes one more guard."""
        return applied(self.path, self.environ, guard)

    def assert_in_sync(self) -> None:
        made = self.plan()
        assert made.empty, [change.address for change in made.changes]


def _at_once(_seconds: float) -> None:
    """No waiting."""


def applied(path: Path, environ: dict[str, str], *guards: str) -> ApplyResult | Plan:
    """One apply that nobody objects to."""
    return engine.apply(
        load(path, environ), environ=environ, approve=lambda _: True, overrides=GUARDS_OFF | {*guards}, sleep=_at_once
    )


def rotated(path: Path, environ: dict[str, str], request: Request = TO_NEXT) -> ApplyResult | Plan:
    """One rotation that nobody objects to."""
    return engine.rotate(load(path, environ), request, environ=environ, approve=lambda _: True, sleep=_at_once)


def end_state(sandbox: Sandbox) -> Any:
    """Both sides, with everything that a service numbers replaced by names: two runs may number differently."""
    snapshot = json.loads(json.dumps(sandbox.snapshot()))
    roles = {str(role["id"]): name for name, role in snapshot["onelogin"]["roles"].items()}
    return _named(snapshot, roles)


def _named(value: Any, roles: Mapping[str, str]) -> Any:
    if isinstance(value, str):
        return _SLO.sub("/slo/N", _UUID.sub("UUID", value))
    if isinstance(value, list):
        return [_named(part, roles) for part in value]
    if not isinstance(value, dict):
        return value
    if value and all(key.isdigit() and isinstance(part, dict) and "name" in part for key, part in value.items()):
        return sorted((_named(part, roles) for part in value.values()), key=json.dumps)
    return {
        key: sorted(roles.get(str(number), str(number)) for number in part)
        if key == "role_ids"
        else _named(part, roles)
        for key, part in value.items()
        if key != "id"
    }


def assert_nothing_twice(sandbox: Sandbox) -> None:
    """No app, role, rule or parameter is there a second time."""
    console = sandbox.onelogin
    assert _doubles(app.name for app in console.apps()) == []
    assert _doubles(role.name for role in console.roles()) == []
    for app in console.apps():
        assert _doubles(rule["name"] for rule in console.rules(app.id)) == []
        assert _doubles(parameter.label for parameter in app.parameters.values()) == []


def _doubles(names: Any) -> list[str]:
    return sorted(name for name, number in Counter(names).items() if number > 1)
