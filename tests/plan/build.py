"""What the planner's tests are made of: connections, people and certificates, each in one line."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from sso_sync.justcall.settings import Observed, SettingField, Settings
from sso_sync.onelogin.state import LiveIdp
from sso_sync.plan.link import Unread
from sso_sync.plan.model import Change, Plan, Step
from sso_sync.plan.planner import Sides, draft, finish
from sso_sync.spec.connection import Connection, SpecPath
from sso_sync.spec.model import Spec
from sso_sync.values import Json
from tests.saml.make import certificate

__all__ = [
    "ACS",
    "ENTITY",
    "NAME",
    "NOW",
    "PEMS",
    "addresses",
    "change",
    "connection",
    "merged",
    "pem",
    "planned",
    "settings",
    "step",
]

NAME = "justcall-prod"
ACS = "https://bifrost.justcall.io/passport/login/callback"
ENTITY = "JustCall"
NOW = datetime(2026, 3, 1, 12, 4, tzinfo=UTC)
PEMS = ("one", "two", "three")

_BASE: dict[str, Any] = {
    "version": 1,
    "name": NAME,
    "onelogin": {"subdomain": "acme"},
    "justcall": {"driver": "http", "url": "https://gateway.example"},
}


@cache
def pem(name: str) -> str:
    """A certificate by name: always the same one, so that tests are called the same in every process."""
    return certificate(name, Ed25519PrivateKey.from_private_bytes(hashlib.sha256(name.encode()).digest())).pem


def merged(base: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    """`over` laid upon `base`, mapping by mapping."""
    result = dict(base)
    for key, value in over.items():
        below = result.get(key)
        result[key] = merged(below, value) if isinstance(below, Mapping) and isinstance(value, Mapping) else value
    return result


def connection(
    over: Mapping[str, Any] | None = None,
    *,
    app: Mapping[str, Any] | None = None,
    access: Mapping[str, Any] | None = None,
    sso: Mapping[str, Any] | None = None,
    sensitive: Iterable[SpecPath] = (),
    digest: str = "digest",
) -> Connection:
    """A spec in its smallest form, with what a test wants to say about it."""
    parts: dict[str, Any] = {"onelogin": {}, "justcall": {}}
    if app is not None:
        parts["onelogin"]["app"] = app
    if access is not None:
        parts["onelogin"]["access"] = access
    if sso is not None:
        parts["justcall"]["sso"] = sso
    spec = Spec.model_validate(merged(merged(_BASE, parts), over or {}))
    return Connection(spec=spec, path=Path("specs/justcall.yaml"), digest=digest, sensitive=frozenset(sensitive))


def settings(values: Mapping[SettingField, Json], *, at: datetime = NOW) -> Settings:
    """JustCall's settings as observed; a field that is not given is unknown."""
    return Settings({field: Observed(value, at) for field, value in values.items()})


def planned(
    spec: Connection,
    idp: LiveIdp | Unread,
    sp: Settings | Unread,
    *,
    by_hand: bool = False,
    overrides: frozenset[str] = frozenset(),
) -> Plan:
    """A plan, start to end; members of roles that the scope did not ask for are unknown."""
    made = draft(spec, Sides(idp, sp, by_hand=by_hand))
    return finish(made, plan_id="plan-1", created_at=NOW, members={}, overrides=overrides)


def addresses(plan: Plan) -> list[str]:
    return [change.address for change in plan.changes]


def change(plan: Plan, address: str) -> Change:
    """The one change at an address."""
    (found,) = (change for change in plan.changes if change.address == address)
    return found


def step(plan: Plan, identity: str) -> Step:
    (found,) = (step for step in plan.steps if step.id == identity)
    return found
