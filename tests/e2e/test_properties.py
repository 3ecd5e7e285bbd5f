"""For any live state and any valid spec, over real HTTP: apply then plan is empty, and the rest stays.

The planner's own properties are proved without a network in tests/plan; here the client, the drivers, the executor and
the services' manners take part.
"""

from __future__ import annotations

import tempfile
from contextlib import chdir
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from sso_sync import engine
from sso_sync.apply.result import ApplyResult
from sso_sync.errors import ExitCode
from sso_sync.plan.model import Plan
from sso_sync.sandbox.server import Sandbox
from sso_sync.spec.connection import Connection
from sso_sync.spec.load import load
from tests.e2e.conftest import document, merged, write

APP = "JustCall"
OWNED = "JustCall - direct access"
PEOPLE = ["alice.adams@acme.example", "bob.brown@acme.example", "dave.diaz@acme.example", "judy.jones@acme.example"]
ROLES = ["JustCall Users", "Contractors", "Empty Role"]

_TEXT = st.sampled_from(["", "home", "A & B", "ünï", "https://x.example/y?z=1"])
_FIELD = st.sampled_from(["email", "firstname", "lastname", "department", "none"])


def _maybe(keys: dict[str, st.SearchStrategy[Any]]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({}, optional=keys)


def _people() -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(PEOPLE), unique=True, max_size=3)


def _name_of(role: str | dict[str, Any]) -> str:
    return role if isinstance(role, str) else str(role["name"])


_ROLE = st.one_of(
    st.sampled_from(ROLES),
    st.builds(lambda members: {"name": "Desk", "create": True, "members": members}, _people()),
    st.just({"name": "Empty Role", "members": []}),
)
_PARAMETER = st.one_of(
    _FIELD,
    st.none(),
    st.fixed_dictionaries(
        {"value": _FIELD},
        optional={
            "label": st.sampled_from(["One", "Two & three"]),
            "skip_if_blank": st.booleans(),
            "include_in_assertion": st.booleans(),
            "default_values": st.sampled_from([None, "", "x", ["x", "y"]]),
        },
    ),
    st.just({"macro": "{firstname}.{lastname}"}),
)
_RULES = st.lists(
    st.builds(
        lambda name, enabled, source: {
            "name": name,
            "enabled": enabled,
            "actions": [{"action": "set_nameidvalue", "value": [source]}],
        },
        st.sampled_from(["one", "two", "three"]),
        st.booleans(),
        st.sampled_from(["email", "username"]),
    ),
    max_size=3,
    unique_by=lambda rule: str(rule["name"]),
)
SPECS = st.fixed_dictionaries(
    {
        "onelogin": _maybe(
            {
                "app": _maybe(
                    {
                        "description": st.one_of(st.none(), _TEXT),
                        "visible": st.booleans(),
                        "policy": st.sampled_from([None, "Strict App Policy"]),
                        "configuration": _maybe(
                            {
                                "acs_url_validator": st.sampled_from(["anchored", "guide", "^https://x/$"]),
                                "relay_state": st.one_of(st.none(), _TEXT),
                                "signature_element": st.sampled_from(["response", "assertion", "both"]),
                                "signature_algorithm": st.sampled_from(["SHA-256", "SHA-384"]),
                                "session_minutes": st.integers(0, 2000),
                                "encrypt_assertion": st.booleans(),
                            }
                        ),
                        "parameters": st.dictionaries(
                            st.sampled_from(["department", "https://x.example/role", "phone"]), _PARAMETER, max_size=3
                        ),
                        "parameters_mode": st.sampled_from(["additive", "authoritative"]),
                        "rules": _RULES,
                    }
                ),
                "access": _maybe(
                    {
                        "mode": st.sampled_from(["authoritative", "additive"]),
                        "roles": st.lists(_ROLE, max_size=3, unique_by=_name_of),
                        "users": _people(),
                        "groups": st.sampled_from([[], ["Sales"], ["Sales", "Support"]]),
                    }
                ),
            }
        )
    },
    optional={"justcall": st.just({"sso": {"default_role": "Admin"}})},
)

EDITS = st.lists(
    st.sampled_from(
        [
            lambda s: s.onelogin.edit_app(APP, visible=False, description="x &amp; y"),
            lambda s: s.onelogin.edit_app(APP, notes="call Bob first"),
            lambda s: s.onelogin.edit_app(APP, policy_id=None),
            lambda s: s.onelogin.edit_configuration(APP, audience="", recipient=None, validator=".*"),
            lambda s: s.onelogin.edit_configuration(APP, relaystate="elsewhere", saml_nameid_format_id="2"),
            lambda s: s.onelogin.edit_parameter(APP, "surplus", user_attribute_mappings="title"),
            lambda s: s.onelogin.edit_parameter(APP, "department", label="Old", user_attribute_mappings="title"),
            lambda s: s.onelogin.add_rule(APP, "two", actions=[{"action": "set_nameidvalue", "value": ["email"]}]),
            lambda s: s.onelogin.add_rule(APP, "old", actions=[{"action": "set_nameidvalue", "value": ["email"]}]),
            lambda s: s.onelogin.attach_role(APP, "Everyone"),
            lambda s: s.onelogin.grant_directly(APP, "grace.green@acme.example"),
            lambda s: s.justcall.edit(enabled=True, sso_url="https://old.example", issuer="x"),
            lambda s: s.justcall.edit(certificate="not a certificate", default_role="Admin"),
        ]
    ),
    max_size=5,
)

# Odd validators and roles that lose dozens of people are wanted here: what is on trial is what an apply does.
_OVERRIDES = frozenset({"acs_url_validator", "max_removals"})


def _live(sandbox: Sandbox, *, app: bool, edits: list[Any]) -> None:
    sandbox.reset()
    if app:
        sandbox.onelogin.add_app(APP)
    for edit in edits:
        try:
            edit(sandbox)
        except LookupError:
            continue  # an edit of an app that is not there


def _connection(sandbox: Sandbox, folder: str, spec: dict[str, Any]) -> tuple[Connection, dict[str, str]]:
    environ = {
        "ONELOGIN_CLIENT_ID": sandbox.client_id,
        "ONELOGIN_CLIENT_SECRET": sandbox.client_secret,
        "JUSTCALL_API_KEY": sandbox.api_key,
        "JUSTCALL_API_SECRET": sandbox.api_secret,
    }
    # SSO itself is left out: whether a login would work with this spec is Test Connection's business.
    base = document(sandbox, justcall={"sso": {"default_role": "Team Member"}})
    del base["justcall"]["sso"]["enabled"], base["onelogin"]["access"]
    return load(write(Path(folder) / "spec.yaml", merged(base, spec)), environ), environ


def _bystanders(sandbox: Sandbox, spec: Connection) -> list[Any]:
    """What no spec of this test names: other apps, other roles' people, JustCall's people and read-only values."""
    mine = {OWNED, "Desk", "Empty Role"}
    return [
        [sandbox.onelogin.view(app.id) for app in sandbox.onelogin.apps() if app.name != APP],
        {role.name: sandbox.onelogin.members(role.id) for role in sandbox.onelogin.roles() if role.name not in mine},
        sandbox.justcall.users(),
        sandbox.justcall.settings.acs_url,
        sandbox.justcall.settings.enabled,
        spec.name,
    ]


@settings(max_examples=40)
@given(spec=SPECS, app=st.booleans(), edits=EDITS)
def test_apply_then_plan_is_empty_and_the_rest_is_untouched(
    shared_sandbox: Sandbox, spec: dict[str, Any], app: bool, edits: list[Any]
) -> None:
    sandbox = shared_sandbox
    _live(sandbox, app=app, edits=edits)
    with tempfile.TemporaryDirectory() as folder, chdir(folder):
        connection, environ = _connection(sandbox, folder, spec)
        before = (sandbox.onelogin.snapshot(), sandbox.justcall.snapshot())
        bystanders = _bystanders(sandbox, connection)

        planned = engine.plan(connection, environ=environ, overrides=_OVERRIDES)
        assert (sandbox.onelogin.snapshot(), sandbox.justcall.snapshot()) == before
        assert planned.errors == ()
        assert planned.refusals == ()

        # A test of stale or unusable values may fail on purpose; what was written must be right all the same.
        applied = engine.apply(
            connection, environ=environ, approve=lambda _: True, overrides=_OVERRIDES, sleep=lambda _: None
        )
        again = engine.plan(connection, environ=environ)

    assert again.summary.automatic == 0, (again.changes, applied)
    if isinstance(applied, ApplyResult) and "justcall.test" not in {step.id for step in applied.plan.steps}:
        assert applied.exit_code is ExitCode.OK, applied
    assert _bystanders(sandbox, connection) == bystanders


@settings(max_examples=15)
@given(spec=SPECS, edits=EDITS)
def test_a_second_apply_sends_nothing(shared_sandbox: Sandbox, spec: dict[str, Any], edits: list[Any]) -> None:
    sandbox = shared_sandbox
    _live(sandbox, app=True, edits=edits)
    with tempfile.TemporaryDirectory() as folder, chdir(folder):
        connection, environ = _connection(sandbox, folder, spec)
        for _ in range(2):
            sandbox.requests.clear()
            second = engine.apply(
                connection, environ=environ, approve=lambda _: True, overrides=_OVERRIDES, sleep=lambda _: None
            )

    assert isinstance(second, Plan), second
    assert list(sandbox.requests.writes()) == []
