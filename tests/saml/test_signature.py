"""What a signature covers, and every way to pretend that it covers more."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from sso_sync.saml.certificate import CertificateError
from sso_sync.saml.response import ResponseError
from sso_sync.saml.signature import check, covered
from tests.saml.samples import (
    EMAIL,
    NOW,
    Hash,
    Place,
    certificate_of,
    key,
    response,
    signed,
    signed_response,
    tag,
    xml_of,
)

OTHER_KEY = "it was signed with another key than this certificate's, or changed afterwards"
CHANGED = "what was signed was changed afterwards"
UNCHECKED = "the signature is damaged, or of a kind that this certificate cannot check"
TRANSFORMED = "a signature transforms what it covers in a way that SAML does not allow"
ELSEWHERE = "a signature covers something else than the element that it stands in"


@pytest.mark.parametrize("algorithm", ["SHA-1", "SHA-256", "SHA-384", "SHA-512"])
@pytest.mark.parametrize(
    ("place", "covers"),
    [("response", ("response",)), ("assertion", ("assertion",)), ("both", ("response", "assertion"))],
)
def test_a_good_signature_holds_for_what_it_covers(place: Place, covers: tuple[str, ...], algorithm: Hash) -> None:
    verdict = check(signed_response(sign=place, algorithm=algorithm), certificate_of())
    assert (verdict.holds, verdict.covers, verdict.reason) == (True, covers, None)


def test_an_expired_certificate_still_checks_a_signature() -> None:
    old = key("expired", days=1)
    assert check(signed_response(by=old), old.pem).holds


def test_no_signature_holds_for_nothing() -> None:
    verdict = check(signed_response(sign="none"), certificate_of())
    assert (verdict.holds, verdict.covers) == (False, ())
    assert verdict.reason == "neither the response nor the assertion is signed"


def test_the_certificate_that_a_signature_brings_along_counts_for_nothing() -> None:
    verdict = check(signed_response(by=key("another")), certificate_of())
    assert (verdict.holds, verdict.covers, verdict.reason) == (False, (), OTHER_KEY)


def test_a_changed_value_breaks_the_signature() -> None:
    for place in ("response", "assertion"):
        xml = signed_response(sign=place).replace(EMAIL.encode(), b"mallory@acme.example")
        assert check(xml, certificate_of()).reason == CHANGED


def test_what_is_outside_of_a_signed_assertion_may_change_and_is_not_covered() -> None:
    xml = signed_response(sign="assertion").replace(b'Destination="https://bifrost', b'Destination="https://evil')
    found = covered(xml, certificate_of())
    assert (found.check.holds, found.check.covers) == (True, ("assertion",))
    assert found.response is None


def test_one_broken_signature_of_two_is_told_and_covers_nothing() -> None:
    xml = signed_response(sign="both").replace(b'Destination="https://bifrost', b'Destination="https://evil')
    verdict = check(xml, certificate_of())
    assert (verdict.holds, verdict.covers, verdict.reason) == (False, ("assertion",), CHANGED)


def test_a_comment_that_was_put_in_afterwards_does_not_cut_the_signed_name() -> None:
    xml = signed_response(name_id=EMAIL + ".evil.example", sign="assertion")
    cut = xml.replace(EMAIL.encode() + b".evil", EMAIL.encode() + b"<!---->.evil")
    found = covered(cut, certificate_of())
    assert found.check.holds  # canonical XML knows no comments
    assert found.assertion is not None
    assert found.assertion.findtext(f"{tag('saml:Subject')}/{tag('saml:NameID')}") == EMAIL + ".evil.example"


def _parts(place: Place) -> tuple[etree._Element, etree._Element, etree._Element]:
    """A signed response, its assertion, and a forged assertion without a signature."""
    root = signed(response(), sign=place)
    forged = response(name_id="mallory@acme.example", assertion_id="_forged").find(tag("saml:Assertion"))
    genuine = root.find(tag("saml:Assertion"))
    assert genuine is not None
    assert forged is not None
    return root, genuine, forged


def test_a_second_assertion_beside_the_signed_one_is_refused() -> None:
    root, genuine, forged = _parts("assertion")
    root.insert(root.index(genuine), forged)
    with pytest.raises(ResponseError, match="more than one assertion"):
        check(xml_of(root), certificate_of())


@pytest.mark.parametrize("place", ["samlp:Extensions", "ds:Object"])
def test_a_signed_assertion_that_is_hidden_behind_a_forged_one_is_refused(place: str) -> None:
    root, genuine, forged = _parts("assertion")
    root.replace(genuine, forged)
    box = etree.SubElement(root if place == "samlp:Extensions" else forged, tag(place))
    box.append(genuine)
    verdict = check(xml_of(root), certificate_of())
    assert (verdict.holds, verdict.covers, verdict.reason) == (False, (), "the response hides a second assertion")


def test_a_signature_that_was_moved_into_a_forged_assertion_is_refused() -> None:
    root, genuine, forged = _parts("assertion")
    signature = genuine.find(tag("ds:Signature"))
    assert signature is not None
    forged.insert(1, signature)
    root.replace(genuine, forged)
    assert check(xml_of(root), certificate_of()).reason == ELSEWHERE


def test_two_elements_of_one_id_are_refused() -> None:
    root, genuine, _ = _parts("response")
    genuine.set("ID", root.get("ID") or "")
    verdict = check(xml_of(root), certificate_of())
    assert verdict.reason == "two elements of the response have the same ID"


@pytest.mark.parametrize(
    ("before", "after", "reason"),
    [
        (b'URI="#Rf00"', b'URI=""', ELSEWHERE),
        (b'URI="#Rf00"', b'URI="#Af00"', ELSEWHERE),
        (b'URI="#Rf00"', b"", ELSEWHERE),
        (b"#enveloped-signature", b"#base64", TRANSFORMED),
        (b"xmldsig-more#rsa-sha256", b"xmldsig-more#rsa-sha3000", UNCHECKED),
        (b"xmldsig-more#rsa-sha256", b"xmldsig-more#hmac-sha256", UNCHECKED),
        (b"xmldsig-more#rsa-sha256", b"xmldsig-more#ecdsa-sha256", UNCHECKED),
        (b"xmlenc#sha256", b"xmlenc#sha2", OTHER_KEY),
        (b"</ds:SignatureValue>", b"AA</ds:SignatureValue>", UNCHECKED),
        (b"<ds:SignatureValue>", b"<ds:SignatureValue/><ds:SignatureValue>", UNCHECKED),
    ],
)
def test_a_signature_of_another_make_does_not_hold(before: bytes, after: bytes, reason: str) -> None:
    xml = signed_response(sign="response")
    assert before in xml
    verdict = check(xml.replace(before, after, 1), certificate_of())
    assert (verdict.holds, verdict.covers) == (False, ())
    assert verdict.reason == reason


def test_two_signatures_in_one_element_are_refused() -> None:
    root = signed(signed(response(), sign="response"), sign="response")
    assert check(xml_of(root), certificate_of()).reason == "it is signed in more than one way"


def test_a_text_that_is_no_certificate_is_told_as_that() -> None:
    with pytest.raises(CertificateError):
        check(signed_response(), "no certificate")


def test_nothing_of_it_depends_on_todays_date() -> None:
    for years in (-20, 20):
        xml = signed_response(now=NOW + timedelta(days=365 * years))
        assert check(xml, certificate_of()).holds


_XML = signed_response(sign="both")
_DECLARED = len(b'<samlp:Response xmlns:samlp="')


@given(st.integers(_DECLARED, len(_XML) - 1), st.integers(0, 255))
def test_no_changed_byte_of_a_signed_response_gets_in(place: int, byte: int) -> None:
    """A change may be refused or, where canonical XML knows no difference, mean nothing: it never says another name."""
    changed = _XML[:place] + bytes([byte]) + _XML[place + 1 :]
    try:
        found = covered(changed, certificate_of())
    except ResponseError:
        return
    if found.response is not None:
        assert found.response.findtext(f".//{tag('saml:NameID')}") == EMAIL
