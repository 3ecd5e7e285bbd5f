"""What an identity provider's metadata says."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sso_sync.saml.metadata import POST_BINDING, REDIRECT_BINDING, MetadataError, read
from tests.saml.samples import ISSUER, SSO_URL, certificate_of, metadata


def test_everything_that_counts_is_read() -> None:
    said = read(metadata(validUntil="2027-01-01T00:00:00Z"))
    assert said.entity_id == ISSUER
    assert said.sso_urls == {POST_BINDING: SSO_URL, REDIRECT_BINDING: SSO_URL}
    assert [one.pem for one in said.certificates] == [certificate_of()]
    assert said.nameid_formats == ("urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress",)
    assert said.valid_until == datetime(2027, 1, 1, tzinfo=UTC)


def test_without_an_end_there_is_none() -> None:
    assert read(metadata()).valid_until is None


def test_signing_certificates_are_told_once_each_and_those_for_encryption_are_left_out() -> None:
    pems = (certificate_of(), certificate_of("next"), certificate_of())
    assert [one.pem for one in read(metadata(certificates=pems)).certificates] == list(pems[:2])
    sealed = metadata().replace(b'use="signing"', b'use="encryption"')
    assert read(sealed).certificates == ()
    assert len(read(metadata().replace(b' use="signing"', b"")).certificates) == 1


@pytest.mark.parametrize(
    ("xml", "why"),
    [
        (b"", "not well-formed"),
        (b"<a/>", "not the metadata of one entity"),
        (b"<!DOCTYPE html><html></html>", "document type"),
        (metadata().replace(b"entityID", b"other"), "lacks its entity ID"),
        (metadata().replace(b"IDPSSODescriptor", b"SPSSODescriptor"), "one SAML 2.0 identity provider"),
        (metadata().replace(b"SAML:2.0:protocol", b"SAML:1.1:protocol"), "one SAML 2.0 identity provider"),
        (metadata().replace(b"X509Certificate>MII", b"X509Certificate>AAA"), "certificate that cannot be used"),
        (metadata(validUntil="tomorrow"), "time that cannot be read"),
    ],
)
def test_what_cannot_be_used_is_told_in_a_clause(xml: bytes, why: str) -> None:
    with pytest.raises(MetadataError, match=why):
        read(xml)


@given(st.integers(0, 3000), st.integers(0, 3000), st.binary(max_size=8))
def test_damaged_metadata_is_read_or_refused(start: int, length: int, put: bytes) -> None:
    xml = metadata()
    try:
        read(xml[:start] + put + xml[start + length :])
    except MetadataError as refused:
        assert str(refused)  # noqa: PT017 - that nothing else is raised is the point
