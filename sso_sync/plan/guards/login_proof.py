"""`require_login_proof`: SSO is switched on only behind a successful test of this very configuration."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sso_sync.errors import Diagnostic
from sso_sync.justcall.settings import SettingField
from sso_sync.plan.guards.interface import FINE, Guard, Verdict, passed_with
from sso_sync.plan.model import Refusal, Step
from sso_sync.plan.operations import HandOver, ProveLogin, TestConnection, UpdateSettings
from sso_sync.plan.outcome import Outcome
from sso_sync.plan.proof import Proof

__all__ = ["GUARD"]

_NAME = "require_login_proof"
_ADDRESS = "justcall.sso.enabled"


def _judge(outcome: Outcome) -> Verdict:
    """A test among the steps is a proof, and so is one that was made lately for exactly what the plan comes to."""
    if not outcome.connection.spec.guards.require_login_proof:
        return FINE
    steps = {step.id: step for step in outcome.steps}
    unproven = [step for step in outcome.steps if _enables(step, UpdateSettings) and not _tested(step, steps)]
    by_person = any(_enables(step, HandOver) for step in outcome.steps)
    return Verdict(
        tuple(_unproven(step) for step in unproven if outcome.proof is None),
        (_by_person(outcome.proof),) if by_person else (),
    )


def _enables(step: Step, kind: type[UpdateSettings] | type[HandOver]) -> bool:
    operation = step.operation
    return (
        isinstance(operation, UpdateSettings | HandOver)
        and isinstance(operation, kind)
        and operation.values.get(SettingField.ENABLED) is True
    )


def _tested(step: Step, steps: Mapping[str, Step]) -> bool:
    """Whether a test of the connection, or a login, is among everything that has to be done before `step`."""
    return any(isinstance(earlier.operation, TestConnection | ProveLogin) for earlier in _before(step, steps))


def _before(step: Step, steps: Mapping[str, Step]) -> Iterable[Step]:
    waiting, seen = list(step.needs), set[str]()
    while waiting:
        identity = waiting.pop()
        if identity not in seen and identity in steps:
            seen.add(identity)
            waiting += steps[identity].needs
    return [steps[identity] for identity in seen]


def _unproven(step: Step) -> Refusal:
    return Refusal(
        guard=_NAME,
        summary="SSO would be switched on without a successful test",
        detail=f"Nothing before the step {step.id!r} tests the connection, and in the last 24 hours no login was "
        "proven for exactly this configuration. Once SSO is on, people may be unable to sign in any other way.",
        setting="guards.require_login_proof",
        next_action="Prove a login with `sso-sync verify` and a test user, set guards.require_login_proof to false, "
        f"{passed_with(_NAME)}",
        address=_ADDRESS,
    )


def _by_person(proof: Proof | None) -> Diagnostic:
    if proof is not None:
        return Diagnostic(
            "info",
            f"A person switches SSO on: a login was proven for exactly this configuration at {proof.at:%Y-%m-%d %H:%M} "
            "UTC",
            detail="It was proven against the values that somebody vouches for, as JustCall could not be asked.",
            address=_ADDRESS,
            next_action="Keep an owner's session open while SSO is switched on.",
        )
    return Diagnostic(
        "info",
        "A person switches SSO on: nothing here can prove that a login works",
        detail="The runbook that apply prints has the person test the connection before SSO is switched on.",
        address=_ADDRESS,
        next_action="Keep an owner's session open while SSO is switched on.",
    )


GUARD = Guard(_NAME, _judge)
