"""Two applies at the same time, of two connections that share roles: nobody's work is lost, and nobody's access."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from sso_sync.apply.result import ApplyResult
from sso_sync.plan.model import Plan
from sso_sync.sandbox.server import Sandbox
from tests.counting import attempt
from tests.e2e.conftest import document
from tests.faults.child import applying
from tests.faults.world import World, assert_nothing_twice

SHARED = ["JustCall Users", "Contractors"]
NAMES = ("phones-eu", "phones-us")


@pytest.fixture
def elsewhere() -> Iterator[Sandbox]:
    """A JustCall account for the second connection: one JustCall has one identity provider."""
    with Sandbox() as other:
        yield other


def spec(sandbox: Sandbox, name: str, justcall: Sandbox) -> dict[str, Any]:
    """A connection with an app and a JustCall account of its own, for roles that the other one has too."""
    made = document(
        sandbox,
        name=name,
        justcall={"url": justcall.justcall_url},
        onelogin={
            "app": {
                "name": name,
                "rules": [{"name": "r", "actions": [{"action": "set_nameidvalue", "value": ["email"]}]}],
            },
            "access": {
                "roles": [*SHARED, {"name": f"{name} desk", "create": True, "members": ["judy.jones@acme.example"]}],
                "users": ["heidi.hall@acme.example"],
            },
        },
    )
    del made["justcall"]["sso"]["enabled"]  # the other sandbox's JustCall cannot test an app of this one's OneLogin
    return made


def worlds(sandbox: Sandbox, elsewhere: Sandbox, folder: Path) -> list[World]:
    made = []
    for name, justcall in zip(NAMES, (sandbox, elsewhere), strict=True):
        home = folder / name
        home.mkdir()
        made.append(World.of(sandbox, home, spec(sandbox, name, justcall)))
    return made


def members(sandbox: Sandbox) -> dict[str, tuple[str, ...]]:
    return {role: sandbox.onelogin.members(role) for role in SHARED}


def assert_both_are_whole(sandbox: Sandbox, both: list[World], before: dict[str, tuple[str, ...]]) -> None:
    console = sandbox.onelogin
    for name in NAMES:
        attached = {role.name for role in console.roles() if role.id in console.app(name).role_ids}
        assert attached == {*SHARED, f"{name} desk", f"{name} - direct access"}
        assert "heidi.hall@acme.example" in console.effective_access(name)
    assert members(sandbox) == before
    assert_nothing_twice(sandbox)
    for world in both:
        world.assert_in_sync()


@pytest.mark.parametrize("turn", range(3))
def test_in_threads(
    sandbox: Sandbox, elsewhere: Sandbox, tmp_path: Path, turn: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    both, before = worlds(sandbox, elsewhere, tmp_path), members(sandbox)
    with attempt("parallel applies", "whole"), ThreadPoolExecutor(2) as pool:
        results: list[ApplyResult | Plan] = list(pool.map(World.apply, both))
        assert all(isinstance(result, ApplyResult) and result.verified for result in results)
        assert_both_are_whole(sandbox, both, before)


def test_in_processes(sandbox: Sandbox, elsewhere: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    both, before = worlds(sandbox, elsewhere, tmp_path), members(sandbox)
    with attempt("parallel applies", "whole"):
        with applying(both[0], str(tmp_path / NAMES[0])) as one, applying(both[1], str(tmp_path / NAMES[1])) as other:
            for child in (one, other):
                child.join(30)
                assert child.exitcode == 0
        assert_both_are_whole(sandbox, both, before)


def test_two_that_attach_roles_to_one_app_lose_none(
    sandbox: Sandbox, elsewhere: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One app, two connections that each add their own role to what is there (`mode: additive`)."""
    monkeypatch.chdir(tmp_path)
    app = sandbox.onelogin.add_app("Phones").id
    both = []
    for name, justcall in zip(NAMES, (sandbox, elsewhere), strict=True):
        made = document(
            sandbox,
            name=name,
            justcall={"url": justcall.justcall_url},
            onelogin={
                "app": {"id": app, "name": "Phones"},
                "access": {"mode": "additive", "roles": [{"name": f"{name} desk", "create": True}]},
            },
        )
        del made["justcall"]["sso"]["enabled"]
        home = tmp_path / name
        home.mkdir()
        both.append(World.of(sandbox, home, made))
    with attempt("parallel applies", "whole"), ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda world: world.apply_over("ownership"), both))
        roles = {role.id: role.name for role in sandbox.onelogin.roles()}
        assert {roles[number] for number in sandbox.onelogin.app(app).role_ids} >= {f"{name} desk" for name in NAMES}
