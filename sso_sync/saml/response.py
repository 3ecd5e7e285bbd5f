"""The SAML response that an identity provider answers a login with, taken apart. Nothing is checked here.

The message comes from outside, so it is read as hostile (see `xml`): whoever sent it may be anybody. What counts is
only what a signature covers; `signature` says that.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

from sso_sync.saml.certificate import CertificateError
from sso_sync.saml.certificate import parse as parse_certificate
from sso_sync.saml.xml import (
    ASSERTION,
    PROTOCOL,
    SIGNATURE,
    XmlError,
    attribute,
    child,
    children,
    moment,
    parse,
    text,
)

if TYPE_CHECKING:
    from lxml.etree import _Element

__all__ = [
    "BEARER",
    "EMAIL_FORMAT",
    "SUCCESS",
    "Element",
    "ResponseError",
    "SamlResponse",
    "Signature",
    "assertion_of",
    "read",
    "read_parts",
    "root_of",
]

BEARER = "urn:oasis:names:tc:SAML:2.0:cm:bearer"
EMAIL_FORMAT = "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress"
SUCCESS = "urn:oasis:names:tc:SAML:2.0:status:Success"

Element = Literal["response", "assertion"]

_HASHES = {
    "http://www.w3.org/2000/09/xmldsig#sha1": "SHA-1",
    "http://www.w3.org/2001/04/xmldsig-more#sha224": "SHA-224",
    "http://www.w3.org/2001/04/xmlenc#sha256": "SHA-256",
    "http://www.w3.org/2001/04/xmldsig-more#sha384": "SHA-384",
    "http://www.w3.org/2001/04/xmlenc#sha512": "SHA-512",
}
_UNKNOWN = "unknown"


class ResponseError(ValueError):
    """No SAML response that can be read. The message is a clause without any value of it."""


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature of the message, which nobody has checked.

    `element` is what it stands in. `algorithm` is its hash, the weaker one where two are used: SHA-1, SHA-224, SHA-256,
    SHA-384, SHA-512 or "unknown". `certificate` is the one that it brings along, as canonical PEM, or None.
    """

    element: Element
    algorithm: str
    certificate: str | None = field(repr=False, default=None)


@dataclass(frozen=True, slots=True)
class SamlResponse:
    """What a response says; None or empty is what it does not say.

    `status` is a URN, SUCCESS for a login. Times are UTC: `not_before` and `not_on_or_after` are the assertion's
    conditions, `confirmation_until` is until when the (first) bearer confirmation is good, `recipient` whom that is
    for. `attributes` are the values by exact name. With an `encrypted` assertion everything inside it stays unknown.
    """

    id: str | None
    status: str | None
    status_message: str | None
    issue_instant: datetime | None
    destination: str | None
    in_response_to: str | None
    issuer: str | None
    assertion_issuer: str | None = None
    audiences: tuple[str, ...] = ()
    recipient: str | None = None
    name_id: str | None = None
    name_id_format: str | None = None
    not_before: datetime | None = None
    not_on_or_after: datetime | None = None
    confirmation_until: datetime | None = None
    attributes: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))
    signed: tuple[Signature, ...] = ()
    encrypted: bool = False
    has_assertion: bool = False


def read(xml: bytes) -> SamlResponse:
    """The response in `xml`. Raises ResponseError, and SsoSyncError where the extra `saml` is not installed."""
    root = root_of(xml)
    return read_parts(root, assertion_of(root))


def root_of(xml: bytes) -> _Element:
    """The `Response` element of `xml`. Raises like `read`."""
    try:
        root = parse(xml)
    except XmlError as error:
        raise ResponseError(f"the response {error}") from None
    if root.tag != f"{PROTOCOL}Response":
        raise ResponseError("this is XML, but no SAML 2.0 response")
    if root.get("Version") != "2.0":
        raise ResponseError("the response is of another version than SAML 2.0")
    return root


def assertion_of(root: _Element) -> _Element | None:
    """The plain assertion of a response, or None. Raises ResponseError for several: which one would count?"""
    plain, sealed = children(root, f"{ASSERTION}Assertion"), children(root, f"{ASSERTION}EncryptedAssertion")
    if len(plain) + len(sealed) > 1:
        raise ResponseError("the response holds more than one assertion")
    return plain[0] if plain else None


def read_parts(root: _Element, assertion: _Element | None) -> SamlResponse:
    """What `root` says of the response, and `assertion` of the person. Raises ResponseError."""
    try:
        return _read(root, assertion)
    except XmlError as error:
        raise ResponseError(f"the response {error}") from None


def _read(root: _Element, assertion: _Element | None) -> SamlResponse:
    status = child(root, f"{PROTOCOL}Status")
    subject = child(assertion, f"{ASSERTION}Subject")
    name_id = child(subject, f"{ASSERTION}NameID")
    bearer = _bearer(subject)
    conditions = child(assertion, f"{ASSERTION}Conditions")
    return SamlResponse(
        id=attribute(root, "ID"),
        status=attribute(child(status, f"{PROTOCOL}StatusCode"), "Value"),
        status_message=text(child(status, f"{PROTOCOL}StatusMessage")),
        issue_instant=moment(attribute(root, "IssueInstant")),
        destination=attribute(root, "Destination"),
        in_response_to=attribute(root, "InResponseTo"),
        issuer=text(child(root, f"{ASSERTION}Issuer")),
        assertion_issuer=text(child(assertion, f"{ASSERTION}Issuer")),
        audiences=tuple(_audiences(conditions)),
        recipient=attribute(bearer, "Recipient"),
        name_id=text(name_id),
        name_id_format=attribute(name_id, "Format"),
        not_before=moment(attribute(conditions, "NotBefore")),
        not_on_or_after=moment(attribute(conditions, "NotOnOrAfter")),
        confirmation_until=moment(attribute(bearer, "NotOnOrAfter")),
        attributes=_attributes(assertion),
        signed=tuple(_signatures(root, assertion)),
        encrypted=bool(children(root, f"{ASSERTION}EncryptedAssertion")),
        has_assertion=assertion is not None,
    )


def _bearer(subject: _Element | None) -> _Element | None:
    """The data of the first bearer confirmation."""
    confirmations = [] if subject is None else children(subject, f"{ASSERTION}SubjectConfirmation")
    bearers = (one for one in confirmations if one.get("Method") == BEARER)
    return child(next(bearers, None), f"{ASSERTION}SubjectConfirmationData")


def _audiences(conditions: _Element | None) -> Iterator[str]:
    for restriction in [] if conditions is None else children(conditions, f"{ASSERTION}AudienceRestriction"):
        for audience in children(restriction, f"{ASSERTION}Audience"):
            yield text(audience) or ""


def _attributes(assertion: _Element | None) -> Mapping[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for statement in [] if assertion is None else children(assertion, f"{ASSERTION}AttributeStatement"):
        for one in children(statement, f"{ASSERTION}Attribute"):
            name = one.get("Name") or ""
            values = (text(value) or "" for value in children(one, f"{ASSERTION}AttributeValue"))
            found[name] = (*found.get(name, ()), *values)
    return MappingProxyType(found)


def _signatures(root: _Element, assertion: _Element | None) -> Iterator[Signature]:
    places: tuple[tuple[Element, _Element | None], ...] = (("response", root), ("assertion", assertion))
    for name, place in places:
        found = child(place, f"{SIGNATURE}Signature")
        if found is not None:
            yield Signature(name, _algorithm(found), _certificate(found))


def _algorithm(signature: _Element) -> str:
    """The weakest hash in use: the signature's, or that of the digest that it signs."""
    info = child(signature, f"{SIGNATURE}SignedInfo")
    method = attribute(child(info, f"{SIGNATURE}SignatureMethod"), "Algorithm") or ""
    reference = child(info, f"{SIGNATURE}Reference")
    digest = attribute(child(reference, f"{SIGNATURE}DigestMethod"), "Algorithm") or ""
    known = [name for name in (_hash(method), _HASHES.get(digest, _UNKNOWN)) if name != _UNKNOWN]
    return min(known, key=lambda name: int(name.removeprefix("SHA-"))) if known else _UNKNOWN


def _hash(method: str) -> str:
    """The hash of a signature method, whose names end with it: `…xmldsig-more#rsa-sha256`."""
    size = method.rpartition("-sha")[2]
    return f"SHA-{size}" if "-sha" in method and f"SHA-{size}" in _HASHES.values() else _UNKNOWN


def _certificate(signature: _Element) -> str | None:
    data = child(child(signature, f"{SIGNATURE}KeyInfo"), f"{SIGNATURE}X509Data")
    found = [] if data is None else children(data, f"{SIGNATURE}X509Certificate")
    try:
        return parse_certificate(text(found[0]) or "").pem if found else None
    except CertificateError:
        return None
