"""Signatures: OneLogin makes them as the app says, and JustCall believes only those that its own certificate proves."""

from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from lxml import etree

from sso_sync.sandbox import Sandbox, follow_guide
from sso_sync.sandbox.onelogin.certificates import self_signed
from sso_sync.sandbox.saml_wire import NS, parse_xml, tag

from .responses import (
    ALICE,
    MISMATCH,
    OTHER,
    WELCOME,
    Parts,
    part,
    posted,
    response,
    signed,
    signed_by,
    signed_parts,
)
from .signing_in import sign_in

CHANGED = "Invalid signature: the content was changed after it was signed"
ELSEWHERE = "Invalid signature: it does not sign the element that holds it"
METHODS = {
    "SHA-1": ("http://www.w3.org/2000/09/xmldsig#rsa-sha1", "http://www.w3.org/2000/09/xmldsig#sha1"),
    "SHA-256": ("http://www.w3.org/2001/04/xmldsig-more#rsa-sha256", "http://www.w3.org/2001/04/xmlenc#sha256"),
    "SHA-384": ("http://www.w3.org/2001/04/xmldsig-more#rsa-sha384", "http://www.w3.org/2001/04/xmldsig-more#sha384"),
    "SHA-348": ("http://www.w3.org/2001/04/xmldsig-more#rsa-sha384", "http://www.w3.org/2001/04/xmldsig-more#sha384"),
    "SHA-512": ("http://www.w3.org/2001/04/xmldsig-more#rsa-sha512", "http://www.w3.org/2001/04/xmlenc#sha512"),
}
EC = """-----BEGIN CERTIFICATE-----
MIIBBjCBraADAgECAgEBMAoGCCqGSM49BAMCMA0xCzAJBgNVBAMMAkVDMB4XDTIw
MDEwMTAwMDAwMFoXDTQ5MDEwMTAwMDAwMFowDTELMAkGA1UEAwwCRUMwWTATBgcq
hkjOPQIBBggqhkjOPQMBBwNCAAQGKF72XKMKNWgdkXH7PnvuME0CV01Nr7H69Yro
cGdwau/ppZ4Xyforgo2jJF13Cxkxf5QKmEYBd9FGfavpjPSRMAoGCCqGSM49BAMC
A0gAMEUCIQDE/YCvO3WYb+Fr3vRWznF6JXss4VZ0lYWJIFHI+0E5xAIgDKEUZCOx
EW9fV2j8s9pK/MW/CnREHaOwGo4iX4swCjg=
-----END CERTIFICATE-----
"""
PLACES = {"0": ["Response"], "1": ["Assertion"], "2": ["Response", "Assertion"]}


def _sent(sandbox: Sandbox, **keys: str) -> Any:
    """The response that carried Alice in, with these keys of the app's configuration."""
    sandbox.onelogin.edit_configuration("JustCall", **keys)
    done = sign_in(sandbox, ALICE)
    assert done.ok, done.text
    assert done.saml_response is not None
    return parse_xml(base64.b64decode(done.saml_response))


@pytest.mark.parametrize("element", PLACES)
@pytest.mark.parametrize("algorithm", METHODS)
def test_onelogin_signs_as_configured_and_justcall_takes_it(sandbox: Sandbox, element: str, algorithm: str) -> None:
    app = follow_guide(sandbox)
    root = _sent(sandbox, saml_sign_element=element, signature_algorithm=algorithm)
    signatures = root.findall(".//ds:Signature", NS)
    assert [etree.QName(one.getparent()).localname for one in signatures] == PLACES[element]
    bare = "".join(sandbox.onelogin.signing_certificate(app.id).splitlines()[1:-1])
    for one in signatures:
        assert one.getprevious().tag == tag("saml:Issuer")
        assert one.find("ds:SignedInfo/ds:Reference", NS).get("URI") == f"#{one.getparent().get('ID')}"
        assert [found.get("Algorithm") for found in one.iterfind(".//ds:Transform", NS)] == [
            "http://www.w3.org/2000/09/xmldsig#enveloped-signature",
            "http://www.w3.org/2001/10/xml-exc-c14n#",
        ]
        algorithms = (one.find(".//ds:SignatureMethod", NS), one.find(".//ds:DigestMethod", NS))
        assert tuple(found.get("Algorithm") for found in algorithms) == METHODS[algorithm]
        assert "".join(one.findtext("ds:KeyInfo/ds:X509Data/ds:X509Certificate", "", NS).split()) == bare


@pytest.mark.parametrize("start", ["justcall", "onelogin"])
def test_every_account_certificate_signs(sandbox: Sandbox, start: Any) -> None:
    follow_guide(sandbox)
    for one in sandbox.onelogin.certificates():
        sandbox.onelogin.edit_configuration("JustCall", certificate_id=one.id)
        assert sign_in(sandbox, ALICE, start=start).ok == (one.pem == sandbox.justcall.settings.certificate)
        sandbox.justcall.edit(certificate=one.pem)
        assert sign_in(sandbox, ALICE, start=start).ok


@pytest.mark.parametrize("parts", ["response", "assertion", "both"])
@pytest.mark.parametrize("digest", ["SHA1", "SHA256", "SHA384", "SHA512"])
def test_another_signer_is_understood(sandbox: Sandbox, parts: Parts, digest: str) -> None:
    follow_guide(sandbox)
    assert posted(sandbox, signed_parts(response(sandbox), sandbox, parts, digest=digest)) == WELCOME


def test_an_unsigned_response(sandbox: Sandbox) -> None:
    follow_guide(sandbox)
    assert posted(sandbox, response(sandbox)) == "The response is not signed"


@pytest.mark.parametrize("parts", ["response", "assertion", "both"])
@pytest.mark.parametrize(
    "path", ["saml:Assertion/saml:Subject/saml:NameID", ".//saml:AttributeValue", ".//saml:Audience"]
)
def test_content_that_was_changed(sandbox: Sandbox, parts: Parts, path: str) -> None:
    follow_guide(sandbox)
    root = signed_parts(response(sandbox), sandbox, parts)
    part(root, path).text = "olivia.owner@acme.example"
    assert posted(sandbox, root) == CHANGED


def test_a_digest_that_was_changed_too(sandbox: Sandbox) -> None:
    follow_guide(sandbox)
    root = signed(response(sandbox), sandbox)
    part(root, ".//ds:DigestValue").text = base64.b64encode(bytes(32)).decode()
    assert posted(sandbox, root) == MISMATCH


def test_a_signature_value_that_was_changed(sandbox: Sandbox) -> None:
    follow_guide(sandbox)
    root = signed(response(sandbox), sandbox)
    part(root, ".//ds:SignatureValue").text = base64.b64encode(bytes(256)).decode()
    assert posted(sandbox, root) == MISMATCH


def test_one_bad_signature_spoils_a_good_one(sandbox: Sandbox) -> None:
    follow_guide(sandbox)
    root = response(sandbox)
    assertion = part(root, "saml:Assertion")
    root.replace(assertion, signed(assertion, sandbox, OTHER))
    assert posted(sandbox, signed(root, sandbox)) == MISMATCH


@pytest.mark.parametrize("parts", ["response", "assertion"])
def test_another_key_of_the_account(sandbox: Sandbox, parts: Parts) -> None:
    follow_guide(sandbox)
    sandbox.justcall.edit(certificate=sandbox.onelogin.certificate(OTHER).pem)
    assert posted(sandbox, signed_parts(response(sandbox), sandbox, parts)) == MISMATCH


@pytest.mark.parametrize("shown", ["own", "held"])
def test_the_certificate_in_the_message_counts_for_nothing(sandbox: Sandbox, shown: str) -> None:
    follow_guide(sandbox)
    now = datetime.now(UTC)
    mine = self_signed("somebody else", serial=7, valid_from=now, valid_for=timedelta(days=9))
    pem = mine.certificate if shown == "own" else sandbox.justcall.settings.certificate or ""
    assert posted(sandbox, signed_by(response(sandbox), pem, mine.private_key)) == MISMATCH


def test_a_signature_over_nothing_in_particular(sandbox: Sandbox) -> None:
    follow_guide(sandbox)
    for uri in ("", "#_a", "#nothing", "http://192.0.2.1/x"):
        root = signed(response(sandbox), sandbox)
        part(root, ".//ds:Reference").set("URI", uri)
        assert posted(sandbox, root) == ELSEWHERE
    root = signed(response(sandbox), sandbox)
    transforms = part(root, ".//ds:Transforms")
    xpath = etree.SubElement(
        transforms, tag("ds:Transform"), {"Algorithm": "http://www.w3.org/TR/1999/REC-xpath-19991116"}
    )
    etree.SubElement(xpath, tag("ds:XPath")).text = "false()"
    assert posted(sandbox, root) == "Invalid signature: it signs only a part of the content"


@pytest.mark.parametrize("algorithm", ["http://www.w3.org/2000/09/xmldsig#hmac-sha1", "urn:x", ""])
def test_an_algorithm_that_nobody_agreed_to(sandbox: Sandbox, algorithm: str) -> None:
    follow_guide(sandbox)
    root = signed(response(sandbox), sandbox)
    part(root, ".//ds:SignatureMethod").set("Algorithm", algorithm)
    assert posted(sandbox, root) == "Invalid signature: it cannot be checked"


@pytest.mark.parametrize(
    "path", [".//ds:SignedInfo", ".//ds:SignatureValue", ".//ds:DigestValue", ".//ds:SignatureMethod"]
)
def test_a_signature_with_a_part_missing(sandbox: Sandbox, path: str) -> None:
    follow_guide(sandbox)
    root = signed(response(sandbox), sandbox)
    gone = part(root, path)
    parent = gone.getparent()
    assert parent is not None
    parent.remove(gone)
    assert posted(sandbox, root).startswith("Invalid signature: ")


def test_a_certificate_with_another_kind_of_key(sandbox: Sandbox) -> None:
    follow_guide(sandbox)
    sandbox.justcall.edit(certificate=EC)
    assert posted(sandbox, signed(response(sandbox), sandbox)) == MISMATCH


def test_a_certificate_that_is_none(sandbox: Sandbox) -> None:
    follow_guide(sandbox)
    sandbox.justcall.edit(certificate="garbage")
    assert posted(sandbox, signed(response(sandbox), sandbox)).startswith("Certificate validation failure: this is ")
