"""Imports from a world in memory, and what its own text loads to."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from sso_sync.onelogin.state import Scope
from sso_sync.plan.importing.base import Account
from sso_sync.plan.importing.document import Env
from sso_sync.plan.importing.imported import Imported, imported
from sso_sync.plan.importing.written import text
from sso_sync.plan.model import Plan
from sso_sync.plan.planner import Sides
from sso_sync.spec.connection import Connection
from sso_sync.spec.load import load
from tests.plan.build import NOW
from tests.plan.world import World

__all__ = ["ACCOUNT", "brought_in", "loaded", "plan_of"]

ACCOUNT = Account(subdomain="acme", driver="http", justcall_url="https://gateway.example")
_EVERYTHING = Scope(connection="", app_name="JustCall", rules=True, direct_grants=True)


def brought_in(world: World, account: Account = ACCOUNT) -> Imported:
    """What an import makes of a world."""
    sides = Sides(world.idp(_EVERYTHING), world.sp(), by_hand=world.by_hand)
    return imported(account, sides, path=Path("specs/justcall.yaml"), now=NOW)


def loaded(made: Imported, folder: Path) -> Connection:
    """The spec as a file, through our own loader, with its variables set."""
    path = folder / "imported.yaml"
    path.write_text(text(made.document), encoding="utf-8")
    return load(path, _values(made.document.tree))


def _values(tree: object) -> dict[str, str]:
    if isinstance(tree, Env):
        return {tree.name: str(tree.value)}
    below = tree.values() if isinstance(tree, dict) else tree if isinstance(tree, list) else ()
    return {name: value for part in below for name, value in _values(part).items()}


def plan_of(world: World, made: Imported, folder: Path) -> Plan:
    """What the written spec plans, without the ownership mark."""
    plan = world.plan(loaded(made, folder))
    return replace(plan, changes=tuple(one for one in plan.changes if one.address != "onelogin.app.notes"))
