"""`acs_url_validator`: OneLogin's pattern lets the ACS URL pass and nothing but it; the guide's recipe is told of."""

from __future__ import annotations

from sso_sync.errors import Diagnostic
from sso_sync.plan.guards.interface import FINE, Guard, Verdict, refuse
from sso_sync.plan.outcome import Outcome, Value
from sso_sync.saml import validator

__all__ = ["GUARD"]

_NAME = "acs_url_validator"
_SETTING = "onelogin.app.configuration.acs_url_validator"
_REMEDY = "Write `acs_url_validator: anchored`"


def _judge(outcome: Outcome) -> Verdict:
    """Refused unless the ACS URL matches and nothing else does; the guide's own recipe, wider by a hair, is a warning.

    Whether OneLogin anchors a pattern by itself is unsure (fact sheet justcall §6.5), so a pattern must match from end
    to end. One that cannot be checked is refused: nobody could say what it lets pass.
    """
    pattern, acs_url = outcome.configured(_NAME), outcome.configured("acs_url")
    if pattern.text is None or not acs_url.text:
        return FINE
    if not pattern.text:
        return _refused(pattern, "would be blank", "OneLogin requires one.")
    problem = validator.problem(pattern.text)
    if problem is not None:
        why = "Its values are not shown." if pattern.sensitive else f"The validator {problem}."
        return _refused(pattern, "cannot be checked", why)
    if not validator.accepts_whole(pattern.text, acs_url.text):
        shown = f"The validator {pattern.spoken} does not match {acs_url.spoken} from end to end."
        hidden = pattern.sensitive or acs_url.sensitive
        why = "OneLogin sends no assertion to an address that its validator does not accept."
        return _refused(pattern, "would not accept the app's ACS URL", why if hidden else shown)
    if validator.accepts_only(pattern.text, acs_url.text):
        return FINE
    if validator.equivalent(pattern.text, validator.guide(acs_url.text)):
        return Verdict(findings=(_wide(outcome, pattern),))
    why = "An assertion, which is a login, might be sent to an address that is not JustCall's."
    return _refused(pattern, "would accept more than the app's ACS URL", why)


def _refused(pattern: Value, what: str, why: str) -> Verdict:
    return refuse(
        _NAME,
        f"The app's ACS URL validator {what}",
        at=pattern,
        detail=why,
        setting=_SETTING,
        remedy=_REMEDY,
    )


def _wide(outcome: Outcome, pattern: Value) -> Diagnostic:
    return outcome.connection.diagnostic(
        "warning",
        pattern.path,
        "The app's ACS URL validator accepts more than the ACS URL",
        detail="The guide's recipe does not say where the address begins and ends, so that one around it passes too.",
        address=pattern.address,
        next_action=f"{_REMEDY}, which is the default.",
    )


GUARD = Guard(_NAME, _judge)
