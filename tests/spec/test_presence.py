"""Presence is the contract: omitted, null, [], a value and !unmanaged are five different things."""

from __future__ import annotations

from functools import reduce
from pathlib import Path
from typing import Any

import pytest

from sso_sync.spec.model import UNMANAGED, Access, Role, Spec, given
from tests.spec.support import HEAD, connection

SANDBOX = HEAD + "sandbox: true\n"
OMITTED = object()


def written(folder: Path, path: str, value: str | None) -> tuple[Any, bool, bool]:
    """What is at `path` when `value` is written there: the value, whether it counts as written, and as managed."""
    *parents, name = path.split(".")
    text = "{}" if value is None else f"{{{name}: {value} }}"
    for parent in reversed(parents):
        text = f"{{{parent}: {text}}}"
    spec: Spec = connection(folder, SANDBOX + text[1:-1] + "\n").spec
    holder: Any = reduce(getattr, parents, spec)
    return getattr(holder, name), name in holder.model_fields_set, given(holder, name)


@pytest.mark.parametrize(
    ("path", "value", "expected", "is_given"),
    [
        ("onelogin.app.description", None, None, False),
        ("onelogin.app.description", "null", None, True),
        ("onelogin.app.description", "''", "", True),
        ("onelogin.app.description", "x", "x", True),
        ("onelogin.app.description", "!unmanaged", UNMANAGED, False),
        ("onelogin.app.configuration.recipient", None, None, False),
        ("onelogin.app.configuration.recipient", "null", None, True),
        ("onelogin.app.configuration.recipient", "!unmanaged", UNMANAGED, False),
        ("onelogin.app.configuration.nameid_format", None, "email", False),
        ("onelogin.app.configuration.nameid_format", "email", "email", True),
        ("onelogin.app.configuration.nameid_format", "!unmanaged", UNMANAGED, False),
        ("onelogin.app.visible", None, True, False),
        ("onelogin.app.visible", "true", True, True),
        ("onelogin.app.visible", "!unmanaged", UNMANAGED, False),
        ("onelogin.app.policy", None, None, False),
        ("onelogin.app.policy", "null", None, True),
        ("onelogin.app.rules", None, None, False),
        ("onelogin.app.rules", "[]", [], True),
        ("onelogin.app.rules", "null", None, True),
        ("onelogin.app.certificate", "!unmanaged", UNMANAGED, False),
        ("onelogin.access.roles", None, None, False),
        ("onelogin.access.roles", "null", None, True),
        ("onelogin.access.roles", "[]", [], True),
        ("onelogin.access.roles", "[a]", ["a"], True),
        ("onelogin.access.users", None, None, False),
        ("onelogin.access.users", "[]", [], True),
        ("justcall.sso.enabled", None, False, False),
        ("justcall.sso.enabled", "false", False, True),
        ("justcall.sso.enabled", "!unmanaged", UNMANAGED, False),
        ("justcall.sso.default_role", None, None, False),
        ("justcall.sso.default_role", "null", None, True),
    ],
)
def test_presence_survives_loading(
    tmp_path: Path, path: str, value: str | None, expected: object, is_given: bool
) -> None:
    found, is_written, is_managed = written(tmp_path, path, value)
    assert found == expected
    assert is_written is (value is not None)
    assert is_managed is is_given


def test_members_of_a_role(tmp_path: Path) -> None:
    text = SANDBOX + "onelogin: {access: {roles: [a, {name: b}, {name: c, members: []}, {name: d, members: null}]}}\n"
    access: Access = connection(tmp_path, text).spec.onelogin.access
    _, b, c, d = access.roles or []
    assert isinstance(b, Role)
    assert isinstance(c, Role)
    assert isinstance(d, Role)
    assert [given(role, "members") for role in (b, c, d)] == [False, True, True]
    assert (c.members, d.members) == ([], None)


def test_parameters(tmp_path: Path) -> None:
    text = SANDBOX + "onelogin: {app: {parameters: {a: null, b: !unmanaged , c: email, d: {}, e: {value: null}}}}\n"
    parameters = connection(tmp_path, text).spec.onelogin.app.parameters
    assert (parameters["a"], parameters["b"], parameters["c"]) == (None, UNMANAGED, "email")
    assert getattr(parameters["d"], "model_fields_set", None) == set()
    assert getattr(parameters["e"], "model_fields_set", None) == {"value"}


def test_a_quoted_tag_is_text(tmp_path: Path) -> None:
    found, _, is_managed = written(tmp_path, "onelogin.app.description", "'!unmanaged'")
    assert found == "!unmanaged"
    assert is_managed
