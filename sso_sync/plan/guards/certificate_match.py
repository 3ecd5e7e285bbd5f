"""`certificate_match`: JustCall checks signatures with the certificate that OneLogin signs with."""

from __future__ import annotations

from sso_sync.justcall.settings import SettingField
from sso_sync.plan.guards.interface import FINE, Guard, Verdict, refuse
from sso_sync.plan.outcome import Outcome
from sso_sync.saml import certificate

__all__ = ["GUARD"]

_NAME = "certificate_match"


def _judge(outcome: Outcome) -> Verdict:
    """Compared by DER. An empty field at JustCall is a mismatch only once SSO is on: before, nobody relies on it."""
    ours, theirs = outcome.signing_certificate.text, outcome.setting(SettingField.CERTIFICATE)
    if not ours or theirs.text is None or certificate.same(ours, theirs.text):
        return FINE
    if not theirs.text.strip() and not outcome.enabled:
        return FINE
    shown = f"OneLogin signs with {_described(ours)}; JustCall would hold {_described(theirs.text)}."
    return refuse(
        _NAME,
        "JustCall would not hold the certificate that OneLogin signs with",
        at=theirs,
        detail="Every login would fail." if theirs.sensitive else f"{shown} Every login would fail.",
        setting="justcall.sso.certificate",
        remedy="Leave the key out, so that it follows OneLogin's certificate",
    )


def _described(text: str) -> str:
    """A certificate by its fingerprint; what cannot be read is not repeated."""
    if not text.strip():
        return "none"
    try:
        return certificate.fingerprint(text)
    except certificate.CertificateError:
        return "something that is no certificate"


GUARD = Guard(_NAME, _judge)
