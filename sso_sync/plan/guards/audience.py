"""`audience`: OneLogin addresses assertions to JustCall's Entity ID, to the letter ("Invalid audience" otherwise)."""

from __future__ import annotations

from sso_sync.justcall.settings import SettingField
from sso_sync.plan.guards.interface import FINE, Guard, Verdict, refuse
from sso_sync.plan.outcome import Outcome

__all__ = ["GUARD"]

_NAME = "audience"


def _judge(outcome: Outcome) -> Verdict:
    """A blank audience sends the literal `{audience}` (fact sheet justcall §6.4)."""
    audience, entity = outcome.configured("audience"), outcome.setting(SettingField.ENTITY_ID)
    if audience.text is None or not entity.text or audience.text == entity.text:
        return FINE
    hidden = audience.sensitive or entity.sensitive
    return refuse(
        _NAME,
        "The app's audience would not be JustCall's Entity ID",
        at=audience,
        detail="JustCall refuses such logins."
        if hidden
        else f"The audience would be {audience.spoken}, the Entity ID {entity.spoken}; JustCall refuses such logins.",
        setting="onelogin.app.configuration.audience",
        remedy="Leave the key out, so that it follows JustCall's Entity ID",
    )


GUARD = Guard(_NAME, _judge)
