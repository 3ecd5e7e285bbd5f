"""Whether a response was signed with one certificate, and which part of it that signature covers.

Only the certificate that is given counts, never the one that a signature brings along. What a signature covers is the
element that it stands in and nothing else: a message where it points elsewhere, or that hides a second assertion or a
second element of the same ID, is refused as a whole (signature wrapping). A certificate that has expired still checks
a signature: dates are somebody else's question. The algorithms are signxml's, SHA-1 included: it is reported with the
response, and many service providers take it.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm

from sso_sync.saml.certificate import parse as parse_certificate
from sso_sync.saml.quiet import without_warnings
from sso_sync.saml.response import Element, assertion_of, root_of
from sso_sync.saml.xml import ASSERTION, SIGNATURE, children, parse, parser, require

if TYPE_CHECKING:
    from lxml.etree import _Element

__all__ = ["Covered", "SignatureCheck", "check", "covered"]

_TRANSFORMS = frozenset(
    {
        "http://www.w3.org/2000/09/xmldsig#enveloped-signature",
        "http://www.w3.org/2001/10/xml-exc-c14n#",
        "http://www.w3.org/2001/10/xml-exc-c14n#WithComments",
    }
)
# What signxml lets through of what it stumbles over: a value that is missing, a key of another kind, bad base64.
_STUMBLES = (ValueError, TypeError, AttributeError, LookupError, AssertionError)
_LOCATIONS: dict[Element, str] = {"response": "./", "assertion": f"./{ASSERTION}Assertion/"}


@dataclass(frozen=True, slots=True)
class SignatureCheck:
    """`holds`: there is a signature, and every signature there is was made with the key of the certificate.

    `covers` are the elements whose signature holds; "response" covers the assertion inside, too. `reason` is a clause
    that says why not, without a value of the message; None when it holds.
    """

    holds: bool
    covers: tuple[Element, ...] = ()
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Covered:
    """What came of a check, and the elements themselves as they were signed, None where no signature holds."""

    check: SignatureCheck
    response: _Element | None = field(repr=False, default=None)
    assertion: _Element | None = field(repr=False, default=None)


class _Refused(ValueError):
    """A signature that does not hold; the message is the reason."""


def check(xml: bytes, certificate: str) -> SignatureCheck:
    """Checks the signatures of the response in `xml` against `certificate` (PEM or base64).

    Raises ResponseError for XML that is no response, CertificateError for a text that is no certificate, and
    SsoSyncError where the extra `saml` is not installed.
    """
    return covered(xml, certificate).check


def covered(xml: bytes, certificate: str) -> Covered:
    """Like `check`, with the signed elements. Raises the same."""
    der = parse_certificate(certificate).der
    with without_warnings():
        key = x509.load_der_x509_certificate(der)
    root = root_of(xml)
    assertion = assertion_of(root)
    try:
        signed = _places(root, assertion)
    except _Refused as error:
        return Covered(SignatureCheck(holds=False, reason=str(error)))
    found: dict[Element, _Element] = {}
    reasons: dict[str, None] = {}
    for name, element in signed.items():
        try:
            found[name] = _verified(root, name, element, key)
        except _Refused as error:
            reasons[str(error)] = None
    verdict = SignatureCheck(holds=not reasons, covers=tuple(found), reason="; ".join(reasons) or None)
    return Covered(verdict, found.get("response"), found.get("assertion"))


def _places(root: _Element, assertion: _Element | None) -> dict[Element, _Element]:
    """The signed elements. Raises _Refused where it is not beyond doubt what is signed, or nothing is."""
    if sum(1 for _ in root.iter(f"{ASSERTION}Assertion")) > 1:
        raise _Refused("the response hides a second assertion")
    ids = Counter(element.get("ID") for element in root.iter("*") if element.get("ID"))
    if any(count > 1 for count in ids.values()):
        raise _Refused("two elements of the response have the same ID")
    places: tuple[tuple[Element, _Element | None], ...] = (("response", root), ("assertion", assertion))
    signed = {name: place for name, place in places if place is not None and children(place, f"{SIGNATURE}Signature")}
    if not signed:
        raise _Refused("neither the response nor the assertion is signed")
    for element in signed.values():
        _check_reference(element)
    return signed


def _check_reference(element: _Element) -> None:
    """SAML's profile of XML signatures: one, in its own element, over exactly that element (SAML core, 5.4)."""
    signatures = children(element, f"{SIGNATURE}Signature")
    references = list(signatures[0].iter(f"{SIGNATURE}Reference"))
    if len(signatures) != 1 or len(references) != 1:
        raise _Refused("it is signed in more than one way")
    if not element.get("ID") or references[0].get("URI") != f"#{element.get('ID')}":
        raise _Refused("a signature covers something else than the element that it stands in")
    transforms = {one.get("Algorithm") for one in references[0].iter(f"{SIGNATURE}Transform")}
    if not transforms <= _TRANSFORMS:
        raise _Refused("a signature transforms what it covers in a way that SAML does not allow")


def _verified(root: _Element, name: Element, element: _Element, key: x509.Certificate) -> _Element:
    """The element as it was signed. Raises _Refused when the signature does not hold."""
    signxml = require("signxml")
    trouble, etree = require("signxml.exceptions"), require("lxml.etree")
    try:
        with without_warnings():
            result = signxml.XMLVerifier().verify(
                root,
                x509_cert=key,
                id_attribute="ID",
                parser=parser(),
                expect_config=_expected(signxml, name, key),
            )
        signed = parse(result.signed_data)
    except trouble.InvalidDigest:
        raise _Refused("what was signed was changed afterwards") from None
    except trouble.InvalidSignature:
        raise _Refused("it was signed with another key than this certificate's, or changed afterwards") from None
    except (trouble.SignXMLException, etree.LxmlError, UnsupportedAlgorithm, *_STUMBLES):
        raise _Refused("the signature is damaged, or of a kind that this certificate cannot check") from None
    if signed.tag != element.tag or signed.get("ID") != element.get("ID"):
        raise _Refused("a signature covers something else than the element that it stands in")
    return signed


def _expected(signxml: Any, name: Element, key: x509.Certificate) -> Any:
    return signxml.SignatureConfiguration(
        location=_LOCATIONS[name],
        signature_methods=frozenset(one for one in signxml.SignatureMethod if not one.name.startswith("HMAC")),
        digest_algorithms=frozenset(signxml.DigestAlgorithm),
        ignore_ambiguous_key_info=True,
        verification_time=key.not_valid_before_utc,
    )
