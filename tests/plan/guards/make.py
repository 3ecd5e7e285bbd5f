"""Outcomes in one line: what both sides will be, as far as one guard looks at it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sso_sync.justcall.settings import SettingField, Settings
from sso_sync.justcall.users import JustCallUser
from sso_sync.onelogin.models import Person
from sso_sync.onelogin.state import LiveIdp
from sso_sync.plan.access import Effect
from sso_sync.plan.cells import Cell, Known
from sso_sync.plan.guards import Guard
from sso_sync.plan.model import Refusal, Side, Step
from sso_sync.plan.operations import DeleteApp
from sso_sync.plan.outcome import Attribute, JustCallPeople, Outcome, Value
from tests.plan.build import NOW, connection

__all__ = ["STEP", "after", "effect", "justcall", "people", "refusals", "user", "value", "warnings"]

STEP = Step("app", Side.ONELOGIN, "do something", DeleteApp(1))


def value(given: Any, address: str = "here", *, sensitive: bool = False) -> Value:
    """A known value, or the cell that is given."""
    return Value(given if isinstance(given, Cell) else Known(given), address, ("name",), sensitive)


def after(
    over: Mapping[str, Any] | None = None,
    *,
    configuration: Mapping[str, Any] | None = None,
    settings: Mapping[SettingField, Any] | None = None,
    attributes: Mapping[str, Attribute] | None = None,
    certificate: Any = None,
    enabled: bool = True,
    **rest: Any,
) -> Outcome:
    """An outcome with an app, SSO on and one step, in which everything else is unknown but what is given."""
    known = {key: value(one, f"justcall.sso.{key.value}") for key, one in (settings or {}).items()}
    known.setdefault(SettingField.ENABLED, value(enabled))
    extra = {} if certificate is None else {"signing_certificate": value(certificate)}
    return Outcome(
        **{
            "connection": connection(over),
            "now": NOW,
            "idp": LiveIdp(),
            "sp": Settings({}),
            "app": True,
            "steps": (STEP,),
            "configuration": {key: value(one, key) for key, one in (configuration or {}).items()},
            "settings": known,
            "attributes": attributes or {},
            **extra,
            **rest,
        }
    )


def people(*emails: str | None, status: int | None = 1) -> tuple[Person, ...]:
    return tuple(Person(id=number, email=email, status=status) for number, email in enumerate(emails, 1))


def effect(before: Iterable[str], after: Iterable[str], *, complete: bool = True) -> Effect:
    """Who has access today and who will."""
    old, new = list(before), list(after)
    return Effect(
        gain=tuple(one for one in new if one not in old),
        lose=tuple(one for one in old if one not in new),
        today=len(old),
        before=people(*old),
        after=people(*new),
        complete=complete,
    )


def user(email: str | None, role: str = "Team Member") -> JustCallUser:
    return JustCallUser(hash(email) % 10_000, email, None, role)


def justcall(*users: JustCallUser) -> JustCallPeople:
    return JustCallPeople(users)


def refusals(guard: Guard, outcome: Outcome) -> tuple[Refusal, ...]:
    """What the guard refuses; each of it complete."""
    found = guard.judge(outcome).refusals
    for one in found:
        assert one.guard == guard.name
        assert one.summary
        assert one.detail
        assert one.setting
        assert one.address
        assert one.next_action
        assert f"--override {guard.name}" in one.next_action
    return found


def warnings(guard: Guard, outcome: Outcome) -> list[str]:
    """Summaries of the guard's warnings."""
    return [one.summary for one in guard.judge(outcome).findings if one.severity == "warning"]
