"""Whether a login can work with both sides as an outcome has them: what has to agree, and what does not.

The guards' two-sided rules decide. What is merely insecure, such as a validator that is too wide, breaks no login.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from sso_sync.justcall.settings import SettingField
from sso_sync.onelogin.models import Sso
from sso_sync.onelogin.state import LiveIdp
from sso_sync.plan.guards import audience, certificate_match, nameid, parameters, recipient, swapped_urls
from sso_sync.plan.outcome import Outcome
from sso_sync.saml import validator
from sso_sync.spec.model import given

__all__ = ["Disagreement", "disagreement"]

Disagreement = tuple[str, str]
"""Address and sentence, without its full stop; nothing in it is a value."""

_GUARDS = (audience.GUARD, recipient.GUARD, nameid.GUARD, parameters.GUARD, certificate_match.GUARD, swapped_urls.GUARD)


def disagreement(outcome: Outcome) -> Disagreement | None:
    """The first reason why no login can work, None when none is known; what nobody knows is no reason."""
    return next(_disagreements(outcome), None)


def _disagreements(outcome: Outcome) -> Iterator[Disagreement]:
    if not outcome.app:
        yield "onelogin.app", "OneLogin has no app for it"
        return
    for guard in _GUARDS:
        for refusal in guard.judge(outcome).refusals:
            yield refusal.address or "", re.sub("^The ", "the ", refusal.summary)
    yield from _acs_url(outcome)
    yield from _taken_from_onelogin(outcome)


def _acs_url(outcome: Outcome) -> Iterator[Disagreement]:
    """OneLogin sends the assertion to the app's ACS URL, if the app's validator lets it."""
    sent_to, pattern = outcome.configured("acs_url"), outcome.configured("acs_url_validator")
    expected = outcome.setting(SettingField.ACS_URL)
    if sent_to.text is None:
        return
    if expected.text and sent_to.text != expected.text:
        yield sent_to.address, "the app's ACS URL would not be JustCall's"
    checkable = pattern.text is not None and (not pattern.text or validator.problem(pattern.text) is None)
    if checkable and not validator.accepts_whole(pattern.text or "", sent_to.text):
        yield pattern.address, "the app's ACS URL validator would not accept the app's ACS URL"


def _taken_from_onelogin(outcome: Outcome) -> Iterator[Disagreement]:
    """JustCall sends people to the app's own endpoint and knows it by its issuer, unless the spec says otherwise."""
    idp, sso = outcome.idp, outcome.connection.spec.justcall.sso
    facts = idp.app.sso if isinstance(idp, LiveIdp) and idp.app else Sso()
    taken = ((SettingField.SSO_URL, facts.acs_url, "SSO URL"), (SettingField.ISSUER, facts.issuer, "issuer"))
    for key, ours, words in taken:
        theirs = outcome.setting(key)
        if ours and theirs.text is not None and theirs.text != ours and not given(sso, key.value):
            yield theirs.address, f"JustCall's {words} would not be the app's"
