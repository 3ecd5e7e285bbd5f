"""Names that other people wrote, on both live sides: what is printed about them is harmless in every format."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

import pytest

from sso_sync.safe import visible
from sso_sync.sandbox.server import Sandbox
from tests.counting import THOROUGH, attempt
from tests.e2e.conftest import document, write
from tests.hostile.support import ATTACKS, Ran, assert_well_behaved, sso_sync
from tests.report.judges import JUDGES
from tests.report.test_hostile import ALLOWED, page

_FORMS = ("text", "json", "markdown", "sarif", "junit", "github", "prometheus")
# Every name in every format, or for a quick run each in one, beginning with another format for each.
CASES = [
    (name, form)
    for number, name in enumerate(ATTACKS)
    for turn, form in enumerate(_FORMS)
    if os.environ.get(THOROUGH) or turn == number % len(_FORMS)
]
_OWN_LINES = ("Plan:", "Next:", "error:", "refused by", "warning:")


def live(sandbox: Sandbox, name: str) -> dict[str, Any]:
    """Puts `name` wherever a live side has room for one; a spec of plain words that changes much of it."""
    console = sandbox.onelogin
    console.add_user("mallory@acme.example", name, name, company=name)
    console.add_user("removed@acme.example", name, name)
    console.add_user(f"{name}@acme.example", name, name)
    console.add_role("Desk", ["removed@acme.example", f"{name}@acme.example"])
    console.add_role(name, ["removed@acme.example"])
    app = console.add_app(name, description=name, notes=f"{name}\nmanaged by sso-sync: justcall-test").id
    console.edit_configuration(app, relaystate=name, audience=name)
    console.edit_parameter(app, name, label=name, user_attribute_mappings=name, default_values=name)
    console.edit_parameter(app, "department", label=name, user_attribute_mappings=name, default_values=name)
    console.add_rule(app, name, actions=[{"action": "set_nameidvalue", "value": [name]}])
    for role in ("Desk", name):
        console.attach_role(app, role)
    console.grant_directly(app, "mallory@acme.example")
    sandbox.justcall.edit(issuer=name, sso_url=name, default_role="Admin")
    return document(
        sandbox,
        onelogin={
            "app": {
                "description": "Phones",
                "configuration": {"relay_state": "home"},
                "parameters": {"department": {"value": "department", "label": "Department"}},
                "parameters_mode": "authoritative",
                "rules": [],
            },
            "access": {"roles": [{"name": "Desk", "members": ["mallory@acme.example"]}], "users": []},
        },
    )


def forged(text: str) -> list[str]:
    """Lines that begin like lines of the tool's own."""
    return [line for line in text.splitlines() if line.startswith(_OWN_LINES)]


def assert_harmless(ran: Ran, form: str, name: str) -> None:
    assert_well_behaved(ran, document=form == "json")
    if form in JUDGES:
        JUDGES[form](ran.out)
    if form == "text":
        evil = ("error: forged", "Next: sso-sync apply evil.yaml", "Plan: 0 to create, 0 to change, 0 to delete.")
        assert not [line for line in forged(ran.out + ran.err) if line.startswith(evil)]
    if form == "markdown":
        found = page(ran.out)
        assert set(found.elements) <= ALLOWED
        assert not found.attributes
        assert not re.search(r"@everyone|://evil|<script|onerror", found.prose)


@pytest.mark.parametrize(("name", "form"), CASES, ids=range(len(CASES)))
def test_in_live_state(home: Path, sandbox: Sandbox, name: str, form: str) -> None:
    path = write(home / "spec.yaml", live(sandbox, name))
    with attempt("hostile names", "harmless"):
        planned = sso_sync("plan", path, "--format", form)
        assert_harmless(planned, form, name)
        guards = ("max_removals", "match_users", "required_users")
        overrides = [word for guard in guards for word in ("--override", guard)]
        done = sso_sync("apply", path, "--auto-approve", "-v", "--format", form, *overrides)
        assert_harmless(done, form, name)
        if form == "json":
            addresses = [change["address"] for change in planned.json["changes"]]
            assert f"onelogin.app.rules.{name}" in addresses
            assert f"onelogin.access.roles.{name}" in addresses
    if form == "text":
        words = re.sub(r"\s+", " ", planned.out + planned.err)
        assert visible(name).split()[0][:8] in words, "a hostile name is shown, not hidden"


@pytest.mark.parametrize(("name", "form"), CASES, ids=range(len(CASES)))
def test_in_what_an_error_quotes(home: Path, sandbox: Sandbox, name: str, form: str) -> None:
    """Two apps of one name, a role that is missing, an owner who is somebody else: errors and refusals quote names."""
    sandbox.onelogin.add_app(name)
    sandbox.onelogin.add_app(name)
    twice = write(home / "twice.yaml", document(sandbox, onelogin={"app": {"name": name}}))
    missing = write(
        home / "missing.yaml", document(sandbox, name="b", onelogin={"access": {"roles": [name], "users": [name]}})
    )
    sandbox.onelogin.add_app("Owned", notes=f"managed by sso-sync: {name}")
    owned = write(home / "owned.yaml", document(sandbox, name="c", onelogin={"app": {"name": "Owned"}}))
    for path in (twice, missing, owned):
        with attempt("hostile names", "harmless"):
            assert_harmless(sso_sync("plan", path, "--format", form), form, name)
    with attempt("hostile names", "harmless"):
        assert_harmless(sso_sync("plan", home, "--format", form), form, name)
