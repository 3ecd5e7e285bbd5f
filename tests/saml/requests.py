"""AuthnRequests for tests, made and packed independently of what reads them."""

from __future__ import annotations

import base64
import zlib
from urllib.parse import urlencode

from lxml import etree

__all__ = ["ACS", "IDP", "deflated", "packed", "redirect", "xml"]

ACS = "https://bifrost.justcall.io/passport/login/callback"
IDP = "https://acme.onelogin.com/trust/saml2/http-post/sso/4711"
_SAMLP = "urn:oasis:names:tc:SAML:2.0:protocol"
_SAML = "urn:oasis:names:tc:SAML:2.0:assertion"


def xml(
    *,
    issuer: str = "JustCall",
    acs_url: str | None = ACS,
    destination: str | None = IDP,
    identity: str = "_4fee3b046395c4e751011e97f8900b5273d56685",
    issued_at: str = "2026-06-01T12:00:00Z",
    nameid_format: str | None = None,
    contexts: tuple[str, ...] = (),
    comparison: str | None = None,
    binding: str | None = None,
    force: str | None = None,
    tag: str = f"{{{_SAMLP}}}AuthnRequest",
    version: str = "2.0",
) -> bytes:
    """One request; None leaves its part out."""
    attributes = {
        "ID": identity,
        "Version": version,
        "IssueInstant": issued_at,
        "AssertionConsumerServiceURL": acs_url,
        "Destination": destination,
        "ProtocolBinding": binding,
        "ForceAuthn": force,
    }
    root = etree.Element(
        tag, {name: value for name, value in attributes.items() if value is not None}, {"samlp": _SAMLP, "saml": _SAML}
    )
    etree.SubElement(root, f"{{{_SAML}}}Issuer").text = issuer
    if nameid_format is not None:
        etree.SubElement(root, f"{{{_SAMLP}}}NameIDPolicy", {"Format": nameid_format, "AllowCreate": "true"})
    if contexts:
        compared = {} if comparison is None else {"Comparison": comparison}
        asked = etree.SubElement(root, f"{{{_SAMLP}}}RequestedAuthnContext", compared)
        for context in contexts:
            etree.SubElement(asked, f"{{{_SAML}}}AuthnContextClassRef").text = context
    return etree.tostring(root)


def deflated(document: bytes) -> bytes:
    """Raw DEFLATE, without a header, as the redirect binding wants it."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return packer.compress(document) + packer.flush()


def packed(document: bytes) -> str:
    """The value of the parameter SAMLRequest for a redirect."""
    return base64.b64encode(deflated(document)).decode()


def redirect(document: bytes | None = None, *, base: str = IDP, **others: str) -> str:
    """The address that the browser is sent to."""
    return f"{base}?{urlencode({'SAMLRequest': packed(xml() if document is None else document), **others})}"
