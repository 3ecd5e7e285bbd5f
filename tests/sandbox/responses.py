"""SAML responses made by hand, right and wrong, and signed past the sandbox's own code: with signxml directly."""

from __future__ import annotations

import base64
from collections.abc import Callable
from copy import deepcopy
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Literal

import requests
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from lxml import etree, html
from signxml.algorithms import CanonicalizationMethod, DigestAlgorithm, SignatureMethod
from signxml.signer import XMLSigner

from sso_sync.sandbox import Sandbox
from sso_sync.sandbox.saml_wire import BEARER, EMAIL_FORMAT, NS, SUCCESS, instant, tag

ADDRESS = "https://bifrost.justcall.io/passport/login/callback"
ALICE = "alice.adams@acme.example"
STANDARD = "Standard Strength Certificate (2048-bit)"
OTHER = "Next Certificate (2048-bit)"
MISMATCH = "Certificate validation failure: the signature does not match the certificate"
WELCOME = "Welcome, Alice Adams"
Parts = Literal["response", "assertion", "both"]
Spoil = Callable[[etree._Element], object]


def response(
    sandbox: Sandbox, email: str = ALICE, in_response_to: str | None = None, *, now: datetime | None = None
) -> etree._Element:
    """What OneLogin sends, in the agreed form and not yet signed."""
    issuer, moment = sandbox.justcall.settings.issuer or "", now or datetime.now(UTC)
    until = instant(moment + timedelta(minutes=3))
    answered = {} if in_response_to is None else {"InResponseTo": in_response_to}
    common = {"Version": "2.0", "IssueInstant": instant(moment)}
    nsmap = {"samlp": NS["samlp"], "saml": NS["saml"]}
    root = etree.Element(tag("samlp:Response"), {"ID": "_r", **common, "Destination": ADDRESS, **answered}, nsmap=nsmap)
    _add(root, "saml:Issuer", issuer)
    _add(_add(root, "samlp:Status"), "samlp:StatusCode", Value=SUCCESS)
    assertion = _add(root, "saml:Assertion", None, ID="_a", **common)
    _add(assertion, "saml:Issuer", issuer)
    subject = _add(assertion, "saml:Subject")
    _add(subject, "saml:NameID", email, Format=EMAIL_FORMAT)
    confirmation = _add(subject, "saml:SubjectConfirmation", None, Method=BEARER)
    _add(confirmation, "saml:SubjectConfirmationData", None, Recipient=ADDRESS, NotOnOrAfter=until, **answered)
    start = instant(moment - timedelta(minutes=3))
    conditions = _add(assertion, "saml:Conditions", None, NotBefore=start, NotOnOrAfter=until)
    _add(_add(conditions, "saml:AudienceRestriction"), "saml:Audience", sandbox.justcall.settings.entity_id)
    statement = _add(assertion, "saml:AttributeStatement")
    for name, value in (("email", email), ("firstName", "Alice"), ("lastName", "Adams")):
        _add(_add(statement, "saml:Attribute", None, Name=name), "saml:AttributeValue", value)
    return root


def signed(
    element: etree._Element, sandbox: Sandbox, certificate: str = STANDARD, *, digest: str = "SHA256"
) -> etree._Element:
    """A signed copy of one element, by a certificate of the account."""
    return signed_by(element, *_pair(sandbox, certificate), digest=digest)


def signed_by(element: etree._Element, pem: str, private_key: str, *, digest: str = "SHA256") -> etree._Element:
    """A signed copy of one element, by any key, with any certificate beside it."""
    prepared = deepcopy(element)
    prepared.insert(1, etree.Element(tag("ds:Signature"), {"Id": "placeholder"}, nsmap={"ds": NS["ds"]}))
    signer = _Signer(
        signature_algorithm=SignatureMethod[f"RSA_{digest}"],
        digest_algorithm=DigestAlgorithm[digest],
        c14n_algorithm=CanonicalizationMethod.EXCLUSIVE_XML_CANONICALIZATION_1_0,
    )
    made: etree._Element = signer.sign(
        prepared, key=_key(private_key), cert=pem, reference_uri=element.get("ID"), id_attribute="ID"
    )
    return made


def signed_parts(
    root: etree._Element, sandbox: Sandbox, parts: Parts = "response", *, digest: str = "SHA256"
) -> etree._Element:
    """A response with its signature where OneLogin can put it."""
    made = deepcopy(root)
    if parts in ("assertion", "both"):
        assertion = part(made, "saml:Assertion")
        made.replace(assertion, signed(assertion, sandbox, digest=digest))
    return made if parts == "assertion" else signed(made, sandbox, digest=digest)


def part(root: etree._Element, path: str) -> etree._Element:
    """The first element at this path, with the usual prefixes."""
    found = root.find(path, NS)
    assert found is not None, path
    return found


def posted(sandbox: Sandbox, message: etree._Element | bytes | str) -> str:
    """What JustCall's page says to somebody who brings this message: the heading, or the reason in its place."""
    if isinstance(message, etree._Element):
        message = etree.tostring(message)
    text = message if isinstance(message, str) else base64.b64encode(message).decode()
    with requests.Session() as session:
        session.trust_env = False
        answer = session.post(
            f"{sandbox.justcall_url}/passport/login/callback", data={"SAMLResponse": text}, timeout=20
        )
        page = html.fromstring(answer.content)
        alert = str(page.xpath("string(//*[@role='alert'])")).strip()
        assert bool(alert) == (answer.status_code == 403) != any("session" in one.name for one in session.cookies)
    return alert or str(page.xpath("string(//h1)")).strip()


class _Signer(XMLSigner):
    def check_deprecated_methods(self) -> None:
        """SHA-1 is wanted here."""


def _pair(sandbox: Sandbox, certificate: str) -> tuple[str, str]:
    found = sandbox.onelogin.certificate(certificate)
    return found.pem, found.private_key


@cache
def _key(private_key: str) -> RSAPrivateKey:
    key = load_pem_private_key(private_key.encode(), None, unsafe_skip_rsa_key_validation=True)
    assert isinstance(key, RSAPrivateKey)
    return key


def _add(parent: etree._Element, name: str, text: str | None = None, /, **attributes: str) -> etree._Element:
    child = etree.SubElement(parent, tag(name), attributes)
    child.text = text
    return child
