"""`recipient`: the assertion names JustCall's ACS URL as its recipient."""

from __future__ import annotations

from sso_sync.justcall.settings import SettingField
from sso_sync.plan.guards.interface import FINE, Guard, Verdict, refuse
from sso_sync.plan.outcome import Outcome

__all__ = ["GUARD"]

_NAME = "recipient"
_SETTING = "onelogin.app.configuration.recipient"
_REMEDY = "Leave the key out, so that it follows JustCall's ACS URL"


def _judge(outcome: Outcome) -> Verdict:
    """A blank recipient sends the literal `{recipient}` (fact sheet justcall §6.4), whatever the ACS URL is."""
    recipient = outcome.configured("recipient")
    acs_url = outcome.setting(SettingField.ACS_URL)
    if not acs_url.text:
        acs_url = outcome.configured("acs_url")
    if recipient.text is None:
        return FINE
    if not recipient.text.strip():
        return refuse(
            _NAME,
            "The app's recipient would be blank",
            at=recipient,
            detail="OneLogin then sends the literal text {recipient}, and the login fails.",
            setting=_SETTING,
            remedy=_REMEDY,
        )
    if not acs_url.text or recipient.text == acs_url.text:
        return FINE
    hidden = recipient.sensitive or acs_url.sensitive
    values = f"The recipient would be {recipient.spoken}, the ACS URL {acs_url.spoken}."
    return refuse(
        _NAME,
        "The app's recipient would not be JustCall's ACS URL",
        at=recipient,
        detail="JustCall refuses assertions that are meant for somebody else." if hidden else values,
        setting=_SETTING,
        remedy=_REMEDY,
    )


GUARD = Guard(_NAME, _judge)
