"""Whether a certificate is fit to sign from now on: its key, its dates, its signature. Each check is by itself."""

from __future__ import annotations

import re
from datetime import datetime

from sso_sync.errors import Diagnostic
from sso_sync.plan.model import Refusal
from sso_sync.saml.certificate import Certificate
from sso_sync.spec.guards import CertificateExpiry

__all__ = [
    "CHECKS",
    "KEY",
    "PIN",
    "SAME",
    "SIGNATURE",
    "UNSEEN",
    "VALIDITY",
    "flaws",
    "nearing",
    "same_content",
    "unseen",
]

KEY, VALIDITY, SIGNATURE = "certificate_key", "certificate_validity", "certificate_signature"
SAME, UNSEEN, PIN = "certificate_same", "certificate_unseen", "certificate_pin"
CHECKS = frozenset({KEY, VALIDITY, SIGNATURE, SAME, UNSEEN, PIN})
"""The names that `rotate-certificate --override` takes besides the guards' own."""

_ADDRESS = "onelogin.app.certificate"
_SMALLEST = {"RSA": 2048, "EC": 256}  # bits
_BROKEN = re.compile(r"\b(?:MD2|MD4|MD5|SHA-?1)\b", re.IGNORECASE)
_MAKE = "Make another certificate in OneLogin under Security → Certificates"


def flaws(found: Certificate, *, now: datetime, limits: CertificateExpiry) -> tuple[Refusal, ...]:
    """Every reason not to sign with it. `now` is UTC-aware, `limits` are the guard's `certificate_expiry`."""
    return (*_key(found), *_validity(found, now, limits), *_signature(found))


def nearing(found: Certificate, *, now: datetime, limits: CertificateExpiry) -> Diagnostic | None:
    """A word about a certificate that is good for longer than `fail_days`, but not for longer than `warn_days`."""
    days = (found.not_after - now).days
    if not limits.fail_days < days <= limits.warn_days:
        return None
    return Diagnostic(
        "warning",
        f"The new certificate expires on {found.not_after:%Y-%m-%d} already, in {days} days",
        address=_ADDRESS,
        next_action=f"{_MAKE} if it is not meant for the meantime only.",
    )


def same_content() -> Refusal:
    """The target is today's certificate under another id: nothing would be rotated."""
    return _refused(
        SAME,
        "The target is the certificate that both sides hold already, under another id",
        "Its content is the same to the byte, so nothing would be gained.",
        {},
    )


def unseen(identity: int | None) -> Refusal:
    """No app of the account shows the certificate, so nobody can look at it before it signs."""
    return Refusal(
        guard=UNSEEN,
        summary=f"No app shows the certificate {identity}, so it cannot be checked beforehand",
        detail="OneLogin has no API for certificates; one is seen only through an app that signs with it.",
        setting="--unchecked",
        next_action="Let another SAML app sign with it first, a test app for example, or have it checked right after "
        "the first write, and taken back if it is no good, with --unchecked.",
        address=_ADDRESS,
    )


def _refused(check: str, summary: str, detail: str, numbers: dict[str, int]) -> Refusal:
    return Refusal(
        guard=check,
        summary=summary,
        detail=detail,
        next_action=f"{_MAKE}, or pass this check with --override {check}.",
        address=_ADDRESS,
        numbers=numbers,
    )


def _key(found: Certificate) -> tuple[Refusal, ...]:
    smallest = _SMALLEST.get(found.key_type)
    if smallest is None:
        summary = f"The new certificate has a key of the kind {found.key_type}, which SAML does not sign with"
        return (_refused(KEY, summary, "Only RSA and EC keys are sure to be understood.", {}),)
    if found.key_bits >= smallest:
        return ()
    summary = f"The new certificate's {found.key_type} key has {found.key_bits} bits, and {smallest} are the least"
    why = "A shorter key can be broken, and many service providers refuse it."
    return (_refused(KEY, summary, why, {"bits": found.key_bits, "least_bits": smallest}),)


def _validity(found: Certificate, now: datetime, limits: CertificateExpiry) -> tuple[Refusal, ...]:
    days = (found.not_after - now).days
    numbers = {"days_left": days, "fail_days": limits.fail_days}
    why = "Once a certificate is out of its dates, logins may fail for everybody (guards.certificate_expiry)."
    if found.not_before > now:
        return (
            _refused(VALIDITY, f"The new certificate is not valid before {found.not_before:%Y-%m-%d}", why, numbers),
        )
    if now > found.not_after:
        return (_refused(VALIDITY, f"The new certificate expired on {found.not_after:%Y-%m-%d}", why, numbers),)
    if days > limits.fail_days:
        return ()
    summary = f"The new certificate expires on {found.not_after:%Y-%m-%d}, in {days} day{'' if days == 1 else 's'}"
    return (_refused(VALIDITY, summary, why, numbers),)


def _signature(found: Certificate) -> tuple[Refusal, ...]:
    if not _BROKEN.search(found.signature_algorithm):
        return ()
    summary = f"The new certificate is signed with {found.signature_algorithm}"
    return (_refused(SIGNATURE, summary, "MD5 and SHA-1 signatures can be forged.", {}),)
