"""What a response says, whoever wrote it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from sso_sync.saml.response import EMAIL_FORMAT, SUCCESS, ResponseError, read
from tests.saml.samples import (
    ACS_URL,
    EMAIL,
    ENTITY_ID,
    ISSUER,
    NOW,
    Hash,
    Place,
    certificate_of,
    response,
    signed_response,
    tag,
    xml_of,
)

MINUTES = timedelta(minutes=3)


def _plain(**overrides: Any) -> bytes:
    return signed_response(sign="none", **overrides)


def test_everything_that_is_said_is_read() -> None:
    said = read(_plain(in_response_to="_request"))
    assert (said.id, said.status, said.status_message) == ("Rf00", SUCCESS, None)
    assert (said.destination, said.in_response_to, said.recipient) == (ACS_URL, "_request", ACS_URL)
    assert (said.issuer, said.assertion_issuer, said.audiences) == (ISSUER, ISSUER, (ENTITY_ID,))
    assert (said.name_id, said.name_id_format) == (EMAIL, EMAIL_FORMAT)
    assert (said.issue_instant, said.not_before, said.not_on_or_after) == (NOW, NOW - MINUTES, NOW + MINUTES)
    assert said.confirmation_until == NOW + MINUTES
    assert said.attributes == {"email": (EMAIL,), "firstName": ("Alice",), "lastName": ("Adams",)}
    assert (said.signed, said.encrypted, said.has_assertion) == ((), False, True)


@pytest.mark.parametrize("algorithm", ["SHA-1", "SHA-256", "SHA-384", "SHA-512"])
@pytest.mark.parametrize(
    ("place", "elements"),
    [("response", ["response"]), ("assertion", ["assertion"]), ("both", ["response", "assertion"])],
)
def test_signatures_are_told_with_their_algorithm_and_certificate(
    place: Place, elements: list[str], algorithm: Hash
) -> None:
    signatures = read(signed_response(sign=place, algorithm=algorithm)).signed
    assert [one.element for one in signatures] == elements
    assert {one.algorithm for one in signatures} == {algorithm}
    assert {one.certificate for one in signatures} == {certificate_of()}


def test_the_weaker_of_two_hashes_is_told() -> None:
    xml = signed_response(sign="response")
    weak = xml.replace(b"http://www.w3.org/2001/04/xmlenc#sha256", b"http://www.w3.org/2000/09/xmldsig#sha1")
    assert [one.algorithm for one in read(weak).signed] == ["SHA-1"]


def test_a_comment_does_not_cut_a_name() -> None:
    xml = _plain().replace(EMAIL.encode() + b"</saml:NameID>", b"alice<!-- x -->.adams<?y?>@acme.example</saml:NameID>")
    assert read(xml).name_id == EMAIL


def test_an_element_inside_of_a_text_is_refused() -> None:
    xml = _plain().replace(EMAIL.encode() + b"</saml:NameID>", b"alice<b/>@acme.example</saml:NameID>")
    with pytest.raises(ResponseError, match="something else inside of a text"):
        read(xml)


def test_an_encrypted_assertion_leaves_its_contents_unknown() -> None:
    root = response()
    assertion = root.find(tag("saml:Assertion"))
    assert assertion is not None
    root.replace(assertion, etree.Element(tag("saml:EncryptedAssertion")))
    said = read(xml_of(root))
    assert (said.encrypted, said.has_assertion) == (True, False)
    assert (said.name_id, said.audiences, dict(said.attributes), said.not_before) == (None, (), {}, None)
    assert (said.destination, said.issuer) == (ACS_URL, ISSUER)


def test_a_refusal_has_a_status_its_words_and_no_assertion() -> None:
    root = response(status="urn:oasis:names:tc:SAML:2.0:status:Responder")
    status, assertion = root.find(tag("samlp:Status")), root.find(tag("saml:Assertion"))
    assert status is not None
    assert assertion is not None
    etree.SubElement(status, tag("samlp:StatusMessage")).text = " Not today "
    root.remove(assertion)
    said = read(xml_of(root))
    assert (said.status, said.status_message) == ("urn:oasis:names:tc:SAML:2.0:status:Responder", "Not today")
    assert not said.has_assertion


def test_values_of_one_name_are_kept_together_and_names_apart() -> None:
    xml = _plain(attributes={"email": "a", "Email": "b"})
    double = xml.replace(b'Name="Email"', b'Name="email"')
    assert read(xml).attributes == {"email": ("a",), "Email": ("b",)}
    assert read(double).attributes == {"email": ("a", "b")}


def test_a_repr_shows_no_certificate() -> None:
    assert "BEGIN" not in repr(read(signed_response()).signed)


@pytest.mark.parametrize(
    ("xml", "why"),
    [
        (b"", "not well-formed"),
        (b"<a", "not well-formed"),
        (b"<a/>", "no SAML 2.0 response"),
        (b"\xff\xfe<\x00", "not UTF-8"),
        (b"<!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]><a>&b;</a>", "document type"),
        (b"<a>" + b" " * 300_000 + b"</a>", "too large"),
        (b"<a>" * 5000 + b"</a>" * 5000, "not well-formed"),
        (_plain().replace(b'"2.0"', b'"1.1"', 1), "another version"),
        (_plain().replace(b"</saml:Assertion>", b"</saml:Assertion><saml:Assertion/>"), "more than one assertion"),
        (_plain().replace(b"</saml:Assertion>", b"</saml:Assertion><saml:EncryptedAssertion/>"), "more than one"),
        (_plain().replace(b"</saml:Subject>", b"</saml:Subject><saml:Subject/>"), "twice"),
        (_plain().replace(b"2026-06-01T12:03:00", b"2026-06-01 12:03"), "time that cannot be read"),
        (_plain().replace(b"2026-06-01T12:03:00", b"2026-06-31T12:03:00"), "time that cannot be read"),
    ],
)
def test_what_cannot_be_read_is_told_in_a_clause(xml: bytes, why: str) -> None:
    with pytest.raises(ResponseError, match=why) as refused:
        read(xml)
    assert EMAIL not in str(refused.value)


@given(st.binary(max_size=300))
def test_arbitrary_bytes_are_refused_and_nothing_else(data: bytes) -> None:
    with pytest.raises(ResponseError):
        read(data)


@given(st.integers(0, 3000), st.integers(0, 3000), st.binary(max_size=8))
def test_a_damaged_response_is_read_or_refused(start: int, length: int, put: bytes) -> None:
    xml = _SIGNED[:start] + put + _SIGNED[start + length :]
    said = ""
    try:
        read(xml)
    except ResponseError as refused:
        said = str(refused)
    assert EMAIL not in said


_SIGNED = signed_response()
