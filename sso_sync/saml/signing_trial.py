"""The trial of a signature against the certificate that the service provider holds, and what explains a failure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from sso_sync.saml.certificate import CertificateError, fingerprint, is_fingerprint, parse
from sso_sync.saml.response import SamlResponse, Signature
from sso_sync.saml.signature import Covered, covered

__all__ = ["Signed", "TrialStatus", "signed_with"]

TrialStatus = Literal["pass", "fail", "not_made"]


@dataclass(frozen=True, slots=True)
class Signed:
    """What came of it, in the words of a trial (see `trials`). `expected` and `found` are fingerprints.

    `covered` are the elements that count; None where no check could be made.
    """

    status: TrialStatus
    summary: str
    signatures: tuple[Signature, ...]
    expected: str | None = None
    found: str | None = None
    detail: str | None = None
    covered: Covered | None = None


def signed_with(xml: bytes, response: SamlResponse, certificate: str | None) -> Signed:
    """Tries the signatures of `xml`, which reads as `response`, against `certificate` (PEM, base64 or fingerprint)."""
    brought = next((one.certificate for one in response.signed if one.certificate is not None), None)
    shown = None if brought is None else parse(brought).fingerprint
    if certificate is None:
        return Signed("not_made", "Nobody knows the certificate that JustCall holds.", response.signed, None, shown)
    try:
        wanted = fingerprint(certificate)
    except CertificateError as error:
        summary = "The certificate that JustCall holds cannot be used, so no signature holds."
        return Signed("fail", summary, response.signed, None, shown, f"The text cannot be read: {error}.")
    held: str | None = certificate
    if is_fingerprint(certificate):
        # The certificate that the message brings along is the one that is meant if its fingerprint says so.
        held = brought if shown == wanted else None
    if held is None:
        return _by_fingerprint(response, wanted, shown)
    found = covered(xml, held)
    if found.check.holds:
        what = " and the ".join(found.check.covers)
        summary = f"The signature of the {what} was made with the key of JustCall's certificate."
        return Signed("pass", summary, response.signed, wanted, shown, None, found)
    return Signed(
        "fail",
        f"The signature does not hold: {found.check.reason}.",
        response.signed,
        wanted,
        shown,
        _explained(xml, brought, wanted),
        found,
    )


def _by_fingerprint(response: SamlResponse, wanted: str, shown: str | None) -> Signed:
    """JustCall's certificate is known by its fingerprint alone, and the message does not bring that certificate."""
    if not response.signed:
        return Signed("fail", "Neither the response nor the assertion is signed.", (), wanted)
    if shown is None:
        summary = "Of JustCall's certificate the fingerprint alone is known, and the response does not bring it along."
        return Signed("not_made", summary, response.signed, wanted)
    summary = "The response brings another certificate along than the one that JustCall holds."
    return Signed("fail", summary, response.signed, wanted, shown)


def _explained(xml: bytes, brought: str | None, wanted: str) -> str | None:
    """Whether the message is whole, and only JustCall's certificate is another one: not trusted, but telling."""
    if brought is None or parse(brought).fingerprint == wanted or not covered(xml, brought).check.holds:
        return None
    return (
        "It holds with the certificate that the response brings along: OneLogin signs with another certificate than "
        "JustCall has."
    )
