"""`service_provider`: a pin that JustCall contradicts means another JustCall account: logins would go astray."""

from __future__ import annotations

from collections.abc import Iterator

from sso_sync.justcall.settings import Observed, SettingField, Settings
from sso_sync.plan.guards.interface import Guard, Verdict
from sso_sync.plan.model import Refusal
from sso_sync.plan.outcome import Outcome
from sso_sync.spec.connection import Connection

__all__ = ["GUARD"]

_NAME = "service_provider"


def _judge(outcome: Outcome) -> Verdict:
    if not isinstance(outcome.sp, Settings):
        return Verdict()
    return Verdict(tuple(_contradicted(outcome.connection, outcome.sp)))


def _contradicted(connection: Connection, sp: Settings) -> Iterator[Refusal]:
    pins = connection.spec.justcall.service_provider
    for field in (SettingField.ACS_URL, SettingField.ENTITY_ID):
        pinned, seen = getattr(pins, field.value), sp.knowledge(field)
        if pinned is None or not isinstance(seen, Observed) or not seen.value or seen.value == pinned:
            continue
        path = ("justcall", "service_provider", field.value)
        hidden = connection.is_sensitive(path)
        yield Refusal(
            guard=_NAME,
            summary=f"JustCall's {field.value} is not the one that the spec pins",
            detail=None if hidden else f"JustCall shows {seen.value!r}, the spec pins {pinned!r}.",
            setting=f"justcall.service_provider.{field.value}",
            next_action="Check that this is the right JustCall account; then correct or remove the pin, or pass this "
            "guard with --override service_provider.",
            address=f"justcall.sso.{field.value}",
        )


GUARD = Guard(_NAME, _judge, identity=True)
