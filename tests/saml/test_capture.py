"""A SAML response, however a person got hold of it."""

from __future__ import annotations

import base64
import codecs
import json
import textwrap
from typing import Any
from urllib.parse import quote, quote_plus, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sso_sync.saml.capture import CaptureError, responses_in
from tests.saml.requests import deflated, xml
from tests.saml.samples import EMAIL, signed_response

ONE = signed_response(sign="none")
TWO = signed_response(sign="none", name_id="brian.brooks@acme.example")
PACKED = base64.b64encode(ONE).decode()
COOKIE = "session=5ec2e7"


def _har(*requests: dict[str, Any]) -> bytes:
    cookies = {"headers": [{"name": "Cookie", "value": COOKIE}], "cookies": [{"name": "session", "value": "5ec2e7"}]}
    answer = {"content": {"text": "<html>private</html>"}}
    entries = [{"request": {"method": "POST", **cookies, **one}, "response": answer} for one in requests]
    return json.dumps({"log": {"version": "1.2", "entries": entries}}).encode()


def _param(name: str, value: str) -> dict[str, Any]:
    return {"postData": {"params": [{"name": "RelayState", "value": ""}, {"name": name, "value": value}]}}


WRAPPED = {
    "XML": ONE,
    "XML after a byte order mark": codecs.BOM_UTF8 + b"\n" + ONE + b"\n",
    "XML in UTF-16, as PowerShell writes it": codecs.BOM_UTF16_LE + ONE.decode().encode("utf-16-le"),
    "XML with a declaration": b'<?xml version="1.0" encoding="UTF-8"?>\n' + ONE,
    "base64": PACKED.encode(),
    "base64 in lines": "\r\n".join(textwrap.wrap(PACKED, 76)).encode(),
    "base64 in one line that was wrapped": " ".join(textwrap.wrap(PACKED, 76)).encode(),
    "base64 whose plus signs became spaces": PACKED.replace("+", " ").encode(),
    "base64 without its padding": PACKED.rstrip("=").encode(),
    "base64 in quotes": f'"{PACKED}"\n'.encode(),
    "base64 for addresses": base64.urlsafe_b64encode(ONE),
    "percent-encoded": quote(PACKED, safe="").encode(),
    "deflated": base64.b64encode(deflated(ONE)),
    "a form body": urlencode({"SAMLResponse": PACKED, "RelayState": "/home"}).encode(),
    "a form body, another field first": urlencode({"RelayState": "a=b", "SAMLResponse": PACKED}).encode(),
    "a form body that was decoded": f"SAMLResponse={PACKED}&RelayState=/home".encode(),
    "a copied table": f"SAMLResponse: {PACKED}\nRelayState: /home\n".encode(),
    "an address": f"https://sp.example/acs?a=1&SAMLResponse={quote_plus(base64.b64encode(deflated(ONE)))}&b=2".encode(),
    "a HAR file's fields": _har(_param("SAMLResponse", PACKED)),
    "a HAR file's fields, percent-encoded": _har(_param("SAMLResponse", quote(PACKED, safe=""))),
    "a HAR file's text": _har({"postData": {"text": urlencode({"SAMLResponse": PACKED})}}),
    "a HAR file's address": _har({"url": f"https://sp.example/?{urlencode({'SAMLResponse': PACKED})}"}),
}


@pytest.mark.parametrize("how", WRAPPED)
def test_a_response_is_found_in_every_wrapping(how: str) -> None:
    (found,) = responses_in(WRAPPED[how], name="capture")
    assert found.partition(b"<samlp:Response")[2] == ONE.partition(b"<samlp:Response")[2]


def test_all_of_a_har_file_are_found_once_each_in_their_order() -> None:
    two = base64.b64encode(TWO).decode()
    har = _har(
        {"url": "https://cdn.example/a.png"},
        _param("SAMLResponse", two),
        _param("SAMLResponse", "not base64!"),
        _param("SAMLResponse", PACKED),
        _param("SAMLResponse", two),
        {"postData": {"text": "password=x"}},
    )
    assert responses_in(har, name="login.har") == (TWO, ONE)


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "login.har is empty"),
        (b" \n\xef\xbb\xbf", "is empty"),
        (b"\x89PNG\r\n\x1a\n\xff\xfe", "is not text"),
        (b"hello there!", "neither XML nor base64"),
        (b"<html><body>no</body></html>", "XML of another kind"),
        (b"<!DOCTYPE html><html></html>", "document type"),
        (b"<a", "not well-formed"),
        (base64.b64encode(b"hello there, this is text"), "what is inside is no XML"),
        (base64.b64encode(deflated(ONE)[:200]), "cut off"),
        (base64.b64encode(deflated(b"<" + b" " * 600_000)), "too large once it is inflated"),
        (b"A" * 600_000, "too large"),
        (xml(), "the request that JustCall sent"),
        (base64.b64encode(deflated(xml())), "the request that JustCall sent"),
        (b"{", "not valid JSON"),
        (b"[" * 100_000, "not valid JSON"),
        (b"{}", "no HAR file"),
        (b'{"log": {"entries": [null, {"request": 1}, {"request": {"postData": [], "url": 1}}]}}', "no SAML response"),
        (_har(_param("SAMLRequest", PACKED)), "no SAML response"),
        (_har({"url": "http://[SAMLResponse"}), "no SAML response"),
    ],
)
def test_what_holds_none_says_so_and_what_to_do(data: bytes, why: str) -> None:
    with pytest.raises(CaptureError, match=why) as refused:
        responses_in(data, name="login.har")
    said = str(refused.value)
    assert said.startswith("login.har")
    assert said.endswith(".")
    assert "apture" in said or "Save it again" in said
    assert not any(secret in said for secret in (COOKIE, EMAIL, PACKED[:20], "hello"))


def test_a_capture_of_gigabytes_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sso_sync.saml.capture._MOST_DATA", 10)
    with pytest.raises(CaptureError, match="too large"):
        responses_in(b"A" * 11, name="capture")


NAMES = ["log", "entries", "request", "postData", "params", "name", "value", "text", "url", "SAMLResponse"]
HARS = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=3),
    max_leaves=12,
)


@given(
    st.one_of(
        st.binary(max_size=200),
        st.text(max_size=200).map(str.encode),
        st.text(max_size=100).map(lambda text: f"SAMLResponse={text}".encode()),
        st.binary(max_size=100).map(base64.b64encode),
        HARS.map(lambda document: json.dumps(document).encode()),
    )
)
def test_arbitrary_bytes_are_refused_and_nothing_else(data: bytes) -> None:
    with pytest.raises(CaptureError):
        responses_in(data, name="capture")


@pytest.mark.parametrize("spaces", [0, 1, 2])
def test_no_wrapping_and_no_padding_is_taken_for_the_next_field(spaces: int) -> None:
    packed = base64.b64encode(ONE.replace(b"<saml:Issuer", b" " * spaces + b"<saml:Issuer", 1)).decode()
    for width in range(40, 100):
        for tail in ("", "\nRelayState: /home", "\nRelayState=/home&a=b"):
            copied = "SAMLResponse: " + "\n".join(textwrap.wrap(packed, width)) + tail
            (found,) = responses_in(copied.encode(), name="capture")
            assert base64.b64encode(found).decode() == packed
