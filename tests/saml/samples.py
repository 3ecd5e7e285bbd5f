"""Signed SAML responses for tests, made with signxml from the ground up and independently of what reads them.

`signed_response()` is a good one; every keyword changes one thing about it. Keys are made once per process.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any, Literal

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from lxml import etree
from signxml.algorithms import (
    CanonicalizationMethod,
    DigestAlgorithm,
    SignatureConstructionMethod,
    SignatureMethod,
)
from signxml.signer import XMLSigner

from sso_sync.saml.trials import Expected
from tests.saml.make import Made, certificate

__all__ = [
    "ACS_URL",
    "EMAIL",
    "ENTITY_ID",
    "ISSUER",
    "NOW",
    "SSO_URL",
    "certificate_of",
    "expected",
    "key",
    "metadata",
    "response",
    "signed",
    "signed_response",
    "tag",
    "xml_of",
]

ACS_URL = "https://bifrost.justcall.io/passport/login/callback"
ENTITY_ID = "JustCall"
ISSUER = "https://app.onelogin.com/saml/metadata/0d1e2f3a-1111-2222-3333-444455556666"
SSO_URL = "https://acme.onelogin.com/trust/saml2/http-post/sso/0d1e2f3a-1111-2222-3333-444455556666"
EMAIL = "alice.adams@acme.example"
NOW = datetime(2026, 6, 1, 12, 0, tzinfo=UTC)

Place = Literal["response", "assertion", "both", "none"]
Hash = Literal["SHA-1", "SHA-256", "SHA-384", "SHA-512"]

_NS = {"samlp": "urn:oasis:names:tc:SAML:2.0:protocol", "saml": "urn:oasis:names:tc:SAML:2.0:assertion"}
_MD = "urn:oasis:names:tc:SAML:2.0:metadata"
_DS = "http://www.w3.org/2000/09/xmldsig#"
_SUCCESS = "urn:oasis:names:tc:SAML:2.0:status:Success"
_EMAIL_FORMAT = "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress"
_METHODS: dict[Hash, tuple[SignatureMethod, DigestAlgorithm]] = {
    "SHA-1": (SignatureMethod.RSA_SHA1, DigestAlgorithm.SHA1),
    "SHA-256": (SignatureMethod.RSA_SHA256, DigestAlgorithm.SHA256),
    "SHA-384": (SignatureMethod.RSA_SHA384, DigestAlgorithm.SHA384),
    "SHA-512": (SignatureMethod.RSA_SHA512, DigestAlgorithm.SHA512),
}


def key(name: str = "onelogin", *, days: int = 365) -> Made:
    """A key and its self-signed certificate, valid for `days` from 2026-01-01; another name is another key."""
    return _key(name, days)


def certificate_of(name: str = "onelogin", *, days: int = 365) -> str:
    """The certificate of `key`, as PEM."""
    return key(name, days=days).pem


def expected() -> Expected:
    """What JustCall holds when everything fits `signed_response()`."""
    return Expected(ACS_URL, ENTITY_ID, ISSUER, certificate_of(), EMAIL)


def tag(name: str) -> str:
    """lxml's name for a prefixed one: "saml:Issuer"."""
    prefix, _, local = name.partition(":")
    return f"{{{_NS.get(prefix, _DS)}}}{local}"


def response(
    *,
    status: str = _SUCCESS,
    issuer: str | None = ISSUER,
    assertion_issuer: str | None = ISSUER,
    audience: str | None = ENTITY_ID,
    recipient: str | None = ACS_URL,
    destination: str | None = ACS_URL,
    in_response_to: str | None = None,
    name_id: str | None = EMAIL,
    name_id_format: str | None = _EMAIL_FORMAT,
    attributes: Mapping[str, str] | None = None,
    now: datetime = NOW,
    not_before: timedelta = timedelta(minutes=-3),
    until: timedelta = timedelta(minutes=3),
    confirmed_until: timedelta | None = timedelta(minutes=3),
    response_id: str = "Rf00",
    assertion_id: str = "Af00",
) -> etree._Element:
    """An unsigned response; None leaves its part out."""
    root = etree.Element(tag("samlp:Response"), nsmap=_NS)
    _set(root, ID=response_id, Version="2.0", IssueInstant=_instant(now), Destination=destination)
    _set(root, InResponseTo=in_response_to)
    _add(root, "saml:Issuer", issuer)
    _set(etree.SubElement(etree.SubElement(root, tag("samlp:Status")), tag("samlp:StatusCode")), Value=status)
    assertion = etree.SubElement(root, tag("saml:Assertion"))
    _set(assertion, ID=assertion_id, Version="2.0", IssueInstant=_instant(now))
    _add(assertion, "saml:Issuer", assertion_issuer)
    subject = etree.SubElement(assertion, tag("saml:Subject"))
    _set(_add(subject, "saml:NameID", name_id), Format=name_id_format)
    confirmation = etree.SubElement(subject, tag("saml:SubjectConfirmation"))
    _set(confirmation, Method="urn:oasis:names:tc:SAML:2.0:cm:bearer")
    data = etree.SubElement(confirmation, tag("saml:SubjectConfirmationData"))
    _set(data, Recipient=recipient, InResponseTo=in_response_to)
    _set(data, NotOnOrAfter=None if confirmed_until is None else _instant(now + confirmed_until))
    conditions = etree.SubElement(assertion, tag("saml:Conditions"))
    _set(conditions, NotBefore=_instant(now + not_before), NotOnOrAfter=_instant(now + until))
    if audience is not None:
        _add(etree.SubElement(conditions, tag("saml:AudienceRestriction")), "saml:Audience", audience)
    _statements(assertion, attributes, now)
    return root


def signed(
    root: etree._Element, *, sign: Place = "both", algorithm: Hash = "SHA-256", by: Made | None = None
) -> etree._Element:
    """`root` with its signatures, made with the key of `by`."""
    by = by or key()
    if sign in {"assertion", "both"}:
        assertion = root.find(tag("saml:Assertion"))
        assert assertion is not None
        root = _signed(root, assertion, algorithm, by)
    return _signed(root, root, algorithm, by) if sign in {"response", "both"} else root


def signed_response(
    *,
    sign: Place = "both",
    algorithm: Hash = "SHA-256",
    by: Made | None = None,
    change: Callable[[etree._Element], None] | None = None,
    **overrides: Any,
) -> bytes:
    """The XML of a response as OneLogin would send it; `overrides` as for `response`.

    `change` may do something to it before it is signed; what is done to it afterwards is tampering.
    """
    root = response(**overrides)
    if change is not None:
        change(root)
    return xml_of(signed(root, sign=sign, algorithm=algorithm, by=by))


def metadata(
    *, entity_id: str = ISSUER, sso_url: str = SSO_URL, certificates: tuple[str, ...] | None = None, **attributes: str
) -> bytes:
    """The metadata of an identity provider; `certificates` are PEM."""
    root = etree.Element(f"{{{_MD}}}EntityDescriptor", {"entityID": entity_id, **attributes}, {"md": _MD, "ds": _DS})
    provider = etree.SubElement(
        root,
        f"{{{_MD}}}IDPSSODescriptor",
        {"protocolSupportEnumeration": _NS["samlp"], "WantAuthnRequestsSigned": "false"},
    )
    for pem in (certificate_of(),) if certificates is None else certificates:
        place = etree.SubElement(provider, f"{{{_MD}}}KeyDescriptor", {"use": "signing"})
        for name in ("KeyInfo", "X509Data", "X509Certificate"):
            place = etree.SubElement(place, f"{{{_DS}}}{name}")
        place.text = "".join(pem.split("-----")[2].split())
    etree.SubElement(provider, f"{{{_MD}}}NameIDFormat").text = _EMAIL_FORMAT
    for binding in ("HTTP-Redirect", "HTTP-POST"):
        urn = f"urn:oasis:names:tc:SAML:2.0:bindings:{binding}"
        etree.SubElement(provider, f"{{{_MD}}}SingleSignOnService", {"Binding": urn, "Location": sso_url})
    return xml_of(root)


def xml_of(root: etree._Element) -> bytes:
    """The message as it goes over the wire."""
    return etree.tostring(root, encoding="utf-8")


def _statements(assertion: etree._Element, attributes: Mapping[str, str] | None, now: datetime) -> None:
    authn = etree.SubElement(assertion, tag("saml:AuthnStatement"))
    _set(authn, AuthnInstant=_instant(now), SessionIndex="_1")
    context = etree.SubElement(authn, tag("saml:AuthnContext"))
    _add(context, "saml:AuthnContextClassRef", "urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport")
    given = {"email": EMAIL, "firstName": "Alice", "lastName": "Adams"} if attributes is None else attributes
    if not given:
        return
    statement = etree.SubElement(assertion, tag("saml:AttributeStatement"))
    for name, value in given.items():
        one = etree.SubElement(statement, tag("saml:Attribute"))
        _set(one, NameFormat="urn:oasis:names:tc:SAML:2.0:attrname-format:basic", Name=name)
        _add(one, "saml:AttributeValue", value)


@cache
def _key(name: str, days: int) -> Made:
    return certificate(name, rsa.generate_private_key(public_exponent=65537, key_size=2048), days=days)


@cache
def _private(pem: str) -> Any:
    """The key of `pem`. It was made here, and checking it would take longer than all the rest of a signature."""
    return load_pem_private_key(pem.encode(), None, unsafe_skip_rsa_key_validation=True)


class _Signer(XMLSigner):
    def check_deprecated_methods(self) -> None:
        """SHA-1, too: OneLogin still offers it."""


def _signed(root: etree._Element, element: etree._Element, algorithm: Hash, by: Made) -> etree._Element:
    """signxml puts the signature where it finds a placeholder: after the Issuer, as the schema of SAML wants it."""
    element.insert(1, etree.Element(f"{{{_DS}}}Signature", {"Id": "placeholder"}, {"ds": _DS}))
    method, digest = _METHODS[algorithm]
    signer = _Signer(
        method=SignatureConstructionMethod.enveloped,
        signature_algorithm=method,
        digest_algorithm=digest,
        c14n_algorithm=CanonicalizationMethod.EXCLUSIVE_XML_CANONICALIZATION_1_0,
    )
    return signer.sign(root, key=_private(by.key), cert=by.pem, reference_uri=element.get("ID"))


def _add(parent: etree._Element, name: str, text: str | None) -> etree._Element:
    if text is None:
        return etree.Element(tag(name))
    child = etree.SubElement(parent, tag(name))
    child.text = text
    return child


def _set(element: etree._Element, **attributes: str | None) -> None:
    for name, value in attributes.items():
        if value is not None:
            element.set(name, value)


def _instant(at: datetime) -> str:
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
