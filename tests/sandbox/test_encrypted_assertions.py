"""Encrypted assertions: made for whom the console says, opened by whoever has the key, and by nobody else."""

from __future__ import annotations

import base64
from copy import deepcopy
from typing import Any

import pytest
from lxml import etree

from sso_sync.sandbox import Sandbox, follow_guide
from sso_sync.sandbox.justcall.login.decryption import decrypted
from sso_sync.sandbox.onelogin.saml.encryption import encrypted
from sso_sync.sandbox.saml_wire import NS, parse_xml, tag

from .responses import ALICE, MISMATCH, OTHER, WELCOME, part, posted, response, signed
from .signing_in import sign_in

XENC = "http://www.w3.org/2001/04/xmlenc#"
CIPHERS = {"0": "tripledes-cbc", "1": "aes128-cbc", "2": "aes192-cbc", "3": "aes256-cbc"}
NO_KEY = "The assertion is encrypted, and JustCall has no key for it"
SHUT = "The response cannot be read: the assertion cannot be decrypted"


def _set_up(sandbox: Sandbox, **keys: str) -> str:
    """The guide, with assertions encrypted for JustCall; answers JustCall's own certificate."""
    follow_guide(sandbox)
    sandbox.variants.decryption_key = True
    certificate = sandbox.justcall.encryption_certificate()
    sandbox.onelogin.set_encryption_certificate("JustCall", certificate)
    sandbox.onelogin.edit_configuration("JustCall", encrypt_assertion="1", **keys)
    return certificate


def _carried(done: Any) -> Any:
    return parse_xml(base64.b64decode(done.saml_response))


@pytest.mark.parametrize("method", CIPHERS)
@pytest.mark.parametrize("element", ["0", "1", "2"])
def test_every_cipher_with_every_signature(sandbox: Sandbox, method: str, element: str) -> None:
    _set_up(sandbox, saml_encryption_method_id=method, saml_sign_element=element)
    done = sign_in(sandbox, ALICE)
    assert done.ok, done.text
    assert sandbox.justcall.problem() is None
    root = _carried(done)
    assert not root.findall(".//saml:Assertion", NS)
    assert ALICE.encode() not in etree.tostring(root)
    methods = [one.get("Algorithm") for one in root.iterfind(".//xenc:EncryptionMethod", NS)]
    assert methods == [XENC + CIPHERS[method], f"{XENC}rsa-oaep-mgf1p"]
    # The response is signed as it travels; the assertion was signed before it was shut in.
    assert bool(root.findall("ds:Signature", NS)) == (element != "1")
    assert len(root.findall(".//ds:Signature", NS)) == (element != "1")


def test_every_message_has_a_key_of_its_own(sandbox: Sandbox) -> None:
    _set_up(sandbox)
    values = [
        one.text for _ in range(2) for one in _carried(sign_in(sandbox, ALICE)).iterfind(".//xenc:CipherValue", NS)
    ]
    assert len(set(values)) == 4


def test_without_a_key_nobody_gets_in(sandbox: Sandbox) -> None:
    _set_up(sandbox)
    sandbox.variants.decryption_key = False
    done = sign_in(sandbox, ALICE)
    assert not done.ok
    assert NO_KEY in done.text
    assert sandbox.justcall.problem() == NO_KEY
    with pytest.raises(LookupError, match="no key"):
        sandbox.justcall.encryption_certificate()


def test_with_another_key_nobody_gets_in(sandbox: Sandbox) -> None:
    _set_up(sandbox)
    sandbox.onelogin.set_encryption_certificate("JustCall", sandbox.onelogin.certificate(OTHER).pem)
    assert SHUT in sign_in(sandbox, ALICE).text
    assert sandbox.justcall.problem() == SHUT


def test_an_app_without_a_certificate_to_encrypt_for_gives_nothing_away(sandbox: Sandbox) -> None:
    _set_up(sandbox)
    sandbox.onelogin.set_encryption_certificate("JustCall", None)
    done = sign_in(sandbox, ALICE)
    assert (done.ok, done.saml_response) == (False, None)
    assert "it has no key of the service provider" in done.text


@pytest.mark.parametrize("pem", ["", "garbage", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"])
def test_only_a_certificate_can_be_set(sandbox: Sandbox, pem: str) -> None:
    follow_guide(sandbox)
    with pytest.raises(ValueError, match="certificate"):
        sandbox.onelogin.set_encryption_certificate("JustCall", pem)


def test_encryption_is_no_signature(sandbox: Sandbox) -> None:
    """Anybody can encrypt for JustCall: its certificate is no secret."""
    certificate = _set_up(sandbox)
    root = response(sandbox)
    root.replace(part(root, "saml:Assertion"), encrypted(part(root, "saml:Assertion"), certificate, "3"))
    assert posted(sandbox, root) == "The response is not signed"
    assert posted(sandbox, signed(root, sandbox, OTHER)) == MISMATCH
    assert posted(sandbox, signed(root, sandbox)) == WELCOME


def test_a_signature_inside_counts_too(sandbox: Sandbox) -> None:
    certificate = _set_up(sandbox)
    for name, said in (("saml:Assertion", WELCOME), ("saml:Assertion/saml:Issuer", None)):
        root = response(sandbox)
        inner = signed(part(root, "saml:Assertion"), sandbox)
        if said is None:
            part(inner, "saml:Subject/saml:NameID").text = "olivia.owner@acme.example"
        root.replace(part(root, "saml:Assertion"), encrypted(inner, certificate, "1"))
        expected = said or "Invalid signature: the content was changed after it was signed"
        assert posted(sandbox, root) == expected, name


def test_what_hides_inside_keeps_the_same_rules(sandbox: Sandbox) -> None:
    certificate = _set_up(sandbox)
    inner = part(response(sandbox), "saml:Assertion")
    wrapped = deepcopy(inner)
    wrapped.set("ID", "_evil")
    wrapped.append(signed(inner, sandbox))
    for element in (wrapped, etree.Element("x"), part(inner, "saml:Subject")):
        root = response(sandbox)
        root.replace(part(root, "saml:Assertion"), encrypted(element, certificate, "3"))
        said = posted(sandbox, signed(root, sandbox))
        assert said == "The response cannot be read: what was encrypted is not one assertion"


@pytest.mark.parametrize("number", [0, 1])
@pytest.mark.parametrize("text", ["", "AAAA", "%", base64.b64encode(bytes(48)).decode()])
def test_ciphertext_that_is_none(sandbox: Sandbox, number: int, text: str) -> None:
    certificate = _set_up(sandbox)
    root = response(sandbox)
    root.replace(part(root, "saml:Assertion"), encrypted(part(root, "saml:Assertion"), certificate, "3"))
    root.findall(".//xenc:CipherValue", NS)[number].text = text
    assert posted(sandbox, signed(root, sandbox)) == SHUT


def test_an_algorithm_that_is_not_offered(sandbox: Sandbox) -> None:
    certificate = _set_up(sandbox)
    for number in (0, 1):
        root = response(sandbox)
        root.replace(part(root, "saml:Assertion"), encrypted(part(root, "saml:Assertion"), certificate, "3"))
        root.findall(".//xenc:EncryptionMethod", NS)[number].set("Algorithm", f"{XENC}rsa-1_5")
        assert posted(sandbox, signed(root, sandbox)) == SHUT


@pytest.mark.parametrize("size", range(16))
def test_every_length_comes_out_as_it_went_in(sandbox: Sandbox, size: int) -> None:
    sandbox.variants.decryption_key = True
    certificate = sandbox.justcall.encryption_certificate()
    key = sandbox._justcall.encryption_key()
    assert key is not None
    element = etree.Element(tag("saml:Assertion"), {"ID": "_" + "x" * size})
    for method in CIPHERS:
        opened = decrypted(encrypted(element, certificate, method), key.private_key)
        assert etree.tostring(opened) == etree.tostring(element)


def test_the_key_outlives_the_process(tmp_path: Any) -> None:
    path = tmp_path / "state.db"
    with Sandbox(state=path) as sandbox:
        certificate = _set_up(sandbox)
        variants = sandbox.variants
        assert sign_in(sandbox, ALICE).ok
    with Sandbox(state=path, variants=variants) as again:
        assert again.justcall.encryption_certificate() == certificate
        assert sign_in(again, ALICE).ok
