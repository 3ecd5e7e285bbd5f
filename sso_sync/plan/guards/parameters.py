"""`parameters`: the assertion carries email, firstName and lastName (guide step 4); names are case-sensitive."""

from __future__ import annotations

from collections.abc import Iterator

from sso_sync.plan.cells import ABSENT
from sso_sync.plan.guards.interface import Guard, Verdict, refusal
from sso_sync.plan.model import Refusal
from sso_sync.plan.outcome import Attribute, Outcome, Value

__all__ = ["GUARD"]

_NAME = "parameters"
_BAD = (Attribute.MISSING, Attribute.LEFT_OUT)


def _judge(outcome: Outcome) -> Verdict:
    return Verdict(tuple(_refusals(outcome)))


def _refusals(outcome: Outcome) -> Iterator[Refusal]:
    for name, attribute in outcome.attributes.items():
        if attribute in _BAD:
            address = f"onelogin.app.parameters.{name}"
            yield refusal(
                _NAME,
                f"The parameter {name!r} would be {attribute.value}",
                at=Value(ABSENT, address),
                detail="JustCall needs email, firstName and lastName, each included in the assertion.",
                setting=address,
                remedy="Leave the key out to have the guide's parameter",
            )


GUARD = Guard(_NAME, _judge)
