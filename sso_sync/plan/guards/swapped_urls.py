"""`swapped_urls`: OneLogin's issuer and its SSO URL are not in each other's field; their shapes are known."""

from __future__ import annotations

from sso_sync.justcall.settings import SettingField
from sso_sync.plan.guards.interface import FINE, Guard, Verdict, refuse
from sso_sync.plan.outcome import Outcome
from sso_sync.saml.endpoints import looks_like_issuer, swapped

__all__ = ["GUARD"]

_NAME = "swapped_urls"


def _judge(outcome: Outcome) -> Verdict:
    sso_url, issuer = outcome.setting(SettingField.SSO_URL), outcome.setting(SettingField.ISSUER)
    if not swapped(sso_url.text, issuer.text):
        return FINE
    wrong = sso_url if looks_like_issuer(sso_url.text) else issuer
    what = "SSO URL would be OneLogin's issuer URL" if wrong is sso_url else "issuer would be OneLogin's SSO URL"
    return refuse(
        _NAME,
        f"JustCall's {what}",
        at=wrong,
        detail=f"The field would hold {wrong.spoken}.",
        setting="justcall.sso.sso_url and justcall.sso.issuer",
        remedy="Leave both keys out, so that they follow OneLogin's values",
    )


GUARD = Guard(_NAME, _judge)
