"""What every reader of SAML shares: one parser, and one clear error where the extra is not installed."""

from __future__ import annotations

import importlib
from typing import Any

import pytest

from sso_sync.errors import SsoSyncError
from sso_sync.saml.authn_request import decode_post
from sso_sync.saml.capture import responses_in
from sso_sync.saml.metadata import read as read_metadata
from sso_sync.saml.response import read as read_response
from sso_sync.saml.signature import check
from sso_sync.saml.xml import XmlError, moment, parse, text
from tests.saml.requests import xml as request
from tests.saml.samples import certificate_of, metadata, signed_response

REAL = importlib.import_module


@pytest.fixture
def without(monkeypatch: pytest.MonkeyPatch) -> Any:
    """A machine where a library is not installed."""

    def hide(library: str) -> None:
        def import_module(name: str, package: str | None = None) -> Any:
            if name.partition(".")[0] == library:
                raise ImportError(name)
            return REAL(name, package)

        monkeypatch.setattr(importlib, "import_module", import_module)

    return hide


def _post(data: bytes) -> None:
    import base64  # noqa: PLC0415

    decode_post("https://idp.example/", [("SAMLRequest", base64.b64encode(data).decode())])


@pytest.mark.parametrize(
    ("library", "reading"),
    [
        ("lxml", lambda: read_response(signed_response(sign="none"))),
        ("lxml", lambda: read_metadata(metadata())),
        ("lxml", lambda: responses_in(signed_response(sign="none"), name="capture")),
        ("lxml", lambda: _post(request())),
        ("signxml", lambda: check(signed_response(), certificate_of())),
    ],
)
def test_a_missing_extra_is_one_clear_error(without: Any, library: str, reading: Any) -> None:
    without(library)
    with pytest.raises(SsoSyncError, match=f"{library}, which is needed") as missing:
        reading()
    assert missing.value.diagnostics[0].next_action == "Install it with: pip install 'sso-sync[saml]'"


@pytest.mark.parametrize("declared", ["UTF-16", "UTF-7", "ISO-8859-1"])
def test_no_declaration_changes_what_the_parser_reads(declared: str) -> None:
    document = f'<?xml version="1.0" encoding="{declared}"?><a>é</a>'.encode()
    assert text(parse(document)) == "é"


def test_entities_of_their_own_making_are_refused_and_xmls_five_are_read() -> None:
    with pytest.raises(XmlError, match="document type"):
        parse(b'<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>')
    with pytest.raises(XmlError, match="not well-formed"):
        parse(b"<a>&x;</a>")
    assert text(parse(b"<a>&lt;&amp;&gt;</a>")) == "<&>"


def test_texts_are_whole_and_blank_ones_are_none() -> None:
    assert text(parse(b"<a> b<!-- c -->d<?e f?>g </a>")) == "bdg"
    assert text(parse(b"<a><![CDATA[b]]>c</a>")) == "bc"
    assert text(parse(b"<a> <!-- b --> </a>")) is None


NO_TIMES = ["2026-01-02", "2026-01-02T03:04", "now", "2026-13-01T00:00:00Z", "٢٠٢٦-01-02T03:04:05Z"]


@pytest.mark.parametrize("written", NO_TIMES)
def test_what_is_no_time_is_refused(written: str) -> None:
    with pytest.raises(XmlError, match="time that cannot be read"):
        moment(written)


def test_times_are_utc_whatever_zone_they_name() -> None:
    assert str(moment("2026-01-02T03:04:05+02:00")) == "2026-01-02 01:04:05+00:00"
    assert str(moment("2026-01-02T03:04:05.5Z")) == "2026-01-02 03:04:05.500000+00:00"
    assert str(moment("2026-01-02T03:04:05")) == "2026-01-02 03:04:05+00:00"
