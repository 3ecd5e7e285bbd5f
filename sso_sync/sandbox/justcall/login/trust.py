"""From a response that a browser brought to the parts of it that may be believed."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from cryptography import x509
from lxml import etree

from sso_sync.saml import certificate
from sso_sync.saml.quiet import without_warnings
from sso_sync.sandbox.justcall.certificate_text import stray_whitespace
from sso_sync.sandbox.justcall.login.decryption import decrypted
from sso_sync.sandbox.justcall.login.refused import Refused
from sso_sync.sandbox.justcall.login.signature import covered, uses_sha1
from sso_sync.sandbox.justcall.login.structure import children, only_assertion
from sso_sync.sandbox.justcall.records import SsoSettings
from sso_sync.sandbox.saml_wire import tag
from sso_sync.sandbox.variants import Variants

__all__ = ["NO_KEY", "Terms", "Trusted", "trusted"]

NO_KEY = "The assertion is encrypted, and JustCall has no key for it"


@dataclass(frozen=True)
class Terms:
    """What JustCall holds a response against: its settings, its clock, and the key that opens assertions, if any."""

    settings: SsoSettings
    variants: Variants
    now: datetime
    private_key: str | None = field(default=None, repr=False)


@dataclass(frozen=True)
class Trusted:
    """A response and its assertion. The assertion is what a signature covers; so is the response if it is signed."""

    response: etree._Element
    assertion: etree._Element


def trusted(root: etree._Element, terms: Terms) -> Trusted:
    """Checks every signature of a response of the usual shape; Refused for a bad one, and without a wanted one."""
    held = _certificate(terms)
    response = _checked(root, held, terms)
    inner = only_assertion(root if response is None else response)
    if inner.tag == tag("saml:EncryptedAssertion"):
        inner = _decrypted(inner, terms)
    assertion = _checked(inner, held, terms)
    _check_wanted(terms, response=response is not None, assertion=assertion is not None)
    return Trusted(root if response is None else response, inner if assertion is None else assertion)


def _checked(element: etree._Element, held: x509.Certificate, terms: Terms) -> etree._Element | None:
    """What the element's signature covers, None when it has none. One that is there must hold, wanted or not."""
    if not children(element, "ds:Signature"):
        return None
    if terms.variants.sha1_signature == "refused" and uses_sha1(element):
        raise Refused("The signature uses SHA-1, which is not accepted")
    return covered(element, held)


def _check_wanted(terms: Terms, *, response: bool, assertion: bool) -> None:
    wanted = terms.variants.wanted_signature
    if not response and (wanted in ("response", "both") or not assertion):
        raise Refused("The response is not signed")
    if not assertion and wanted in ("assertion", "both"):
        raise Refused("The assertion is not signed")


def _decrypted(encrypted: etree._Element, terms: Terms) -> etree._Element:
    if terms.private_key is None:
        raise Refused(NO_KEY)
    return decrypted(encrypted, terms.private_key)


def _certificate(terms: Terms) -> x509.Certificate:
    """The certificate that JustCall holds, as far as it can be used."""
    text = terms.settings.certificate or ""
    if terms.variants.certificate_whitespace == "refused" and stray_whitespace(text):
        raise _failure("extra whitespace")
    try:
        parsed = certificate.parse(text)
    except certificate.CertificateError as error:
        raise _failure(str(error)) from None
    if terms.variants.expired_certificate == "refused":
        if parsed.not_after <= terms.now:
            raise _failure("the certificate has expired")
        if parsed.not_before > terms.now:
            raise _failure("the certificate is not valid yet")
    with without_warnings():
        return x509.load_der_x509_certificate(parsed.der)


def _failure(why: str) -> Refused:
    return Refused(f"Certificate validation failure: {why}")
