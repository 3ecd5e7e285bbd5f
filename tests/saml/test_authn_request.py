from __future__ import annotations

import base64
from datetime import UTC, datetime
from urllib.parse import quote, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sso_sync.saml.authn_request import (
    PASSWORD_PROTECTED_TRANSPORT,
    AuthnRequest,
    AuthnRequestError,
    decode_post,
    decode_redirect,
)
from tests.saml.requests import ACS, IDP, deflated, packed, redirect, xml

EMAIL_FORMAT = "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress"
POST = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST"
SIGNED = xml().replace(
    b"</samlp:AuthnRequest>", b'<Signature xmlns="http://www.w3.org/2000/09/xmldsig#"/></samlp:AuthnRequest>'
)


def test_everything_that_a_request_says() -> None:
    document = xml(
        nameid_format=EMAIL_FORMAT,
        contexts=(PASSWORD_PROTECTED_TRANSPORT,),
        comparison="exact",
        binding=POST,
        force="1",
    )

    captured = decode_redirect(redirect(document, RelayState="/apex"))

    assert captured.request == AuthnRequest(
        issuer="JustCall",
        acs_url=ACS,
        destination=IDP,
        id="_4fee3b046395c4e751011e97f8900b5273d56685",
        issued_at=datetime(2026, 6, 1, 12, 0, tzinfo=UTC),
        nameid_format=EMAIL_FORMAT,
        authn_contexts=(PASSWORD_PROTECTED_TRANSPORT,),
        authn_comparison="exact",
        protocol_binding=POST,
        force_authn=True,
        signed=False,
    )
    assert (captured.relay_state, captured.endpoint) == ("/apex", IDP)
    assert "/apex" not in repr(captured)


def test_what_is_left_out_is_none() -> None:
    request = decode_redirect(redirect(xml(acs_url=None, destination=None))).request
    assert (request.acs_url, request.destination, request.nameid_format, request.protocol_binding) == (None,) * 4
    assert (request.authn_contexts, request.force_authn, request.exact_password) == ((), False, False)


@pytest.mark.parametrize(
    ("contexts", "comparison", "exact"),
    [
        ((PASSWORD_PROTECTED_TRANSPORT,), None, True),  # exact is SAML's default
        ((PASSWORD_PROTECTED_TRANSPORT,), "minimum", False),
        (("urn:oasis:names:tc:SAML:2.0:ac:classes:unspecified",), "exact", False),
    ],
)
def test_whether_a_password_is_insisted_on(contexts: tuple[str, ...], comparison: str | None, exact: bool) -> None:
    request = decode_redirect(redirect(xml(contexts=contexts, comparison=comparison))).request
    assert request.exact_password is exact


def test_other_parameters_stay_in_the_endpoint_and_saml_s_own_do_not() -> None:
    url = redirect(base=IDP, tenant="a b", RelayState="x", SigAlg="alg", Signature="sig") + "#part"

    captured = decode_redirect(url)

    assert captured.endpoint == f"{IDP}?tenant=a+b"
    assert captured.request.signed


def test_a_request_may_be_undeflated_and_its_plus_signs_unescaped() -> None:
    plain = base64.b64encode(xml()).decode()
    assert decode_redirect(f"{IDP}?SAMLRequest={quote(plain)}").request.issuer == "JustCall"
    bare = next(text for number in range(1000) if "+" in (text := packed(xml(identity=f"_{number}"))))
    assert decode_redirect(f"{IDP}?SAMLRequest={bare}").request.issuer == "JustCall"


@pytest.mark.parametrize("document", [xml(), b"\xef\xbb\xbf" + xml()])
def test_a_posted_request_is_base64_alone(document: bytes) -> None:
    text = base64.encodebytes(document).decode()  # in lines, as a form may have it

    captured = decode_post(f"{IDP}#x", [("SAMLRequest", text), ("RelayState", "r"), ("other", "1"), ("other", "2")])

    assert (captured.request.issuer, captured.relay_state, captured.endpoint) == ("JustCall", "r", IDP)
    assert not captured.request.signed


def test_a_signature_inside_is_seen() -> None:
    form = [("SAMLRequest", base64.b64encode(SIGNED).decode())]
    assert decode_post(IDP, form).request.signed


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-06-01T12:00:00.123456789Z", datetime(2026, 6, 1, 12, 0, 0, 123456, tzinfo=UTC)),
        ("2026-06-01T14:00:00+02:00", datetime(2026, 6, 1, 12, 0, tzinfo=UTC)),
        ("2026-06-01T12:00:00", datetime(2026, 6, 1, 12, 0, tzinfo=UTC)),
    ],
)
def test_times_are_utc(text: str, moment: datetime) -> None:
    assert decode_redirect(redirect(xml(issued_at=text))).request.issued_at == moment


_XML_TEXT = st.text(
    st.characters(exclude_categories=("Cs", "Cc", "Cn"), exclude_characters="\ufffe\uffff"), min_size=1, max_size=60
).filter(lambda text: bool(text.strip()))


@given(issuer=_XML_TEXT, acs=st.none() | _XML_TEXT, relay=st.none() | st.text(max_size=40), deflate=st.booleans())
def test_whatever_is_packed_comes_out_again(issuer: str, acs: str | None, relay: str | None, deflate: bool) -> None:
    document = xml(issuer=issuer, acs_url=acs)
    fields = {"SAMLRequest": packed(document) if deflate else base64.b64encode(document).decode()}
    if relay is not None:
        fields["RelayState"] = relay.encode("utf-8", "replace").decode()

    captured = decode_redirect(f"{IDP}?{urlencode(fields)}")

    assert captured.request.issuer == issuer.strip()
    assert captured.request.acs_url == (None if acs is None else acs.strip())
    assert captured.relay_state == fields.get("RelayState")


def _entity(declaration: str, use: str = "&x;") -> bytes:
    body = xml(issuer="ISSUER").decode().replace("ISSUER", use)
    return f"<!DOCTYPE a [{declaration}]>{body}".encode()


_LAUGHS = "".join(
    f'<!ENTITY {name} "{below * 10}">' for name, below in (("b", "&a;"), ("c", "&b;"), ("d", "&c;"), ("x", "&d;"))
)
SECRET = "hunter2"

HOSTILE = {
    "external entity": (_entity('<!ENTITY x SYSTEM "file:///etc/passwd">'), "document type"),
    "external DTD": (b'<!DOCTYPE a SYSTEM "http://127.0.0.1:1/a.dtd">' + xml(), "document type"),
    "billion laughs": (_entity('<!ENTITY a "ha">' + _LAUGHS), "document type"),
    "in UTF-16": (_entity('<!ENTITY x SYSTEM "file:///etc/passwd">').decode().encode("utf-16"), "UTF-8"),
    "declares UTF-7": (b'<?xml version="1.0" encoding="UTF-7"?>+ADwAIQ-DOCTYPE a+AD4-' + xml(), "well-formed"),
    "truncated": (xml()[:-20], "well-formed"),
    "undeclared entity": (xml(issuer="ISSUER").replace(b"ISSUER", b"&x;"), "well-formed"),
    "wrong root": (xml(tag="{urn:oasis:names:tc:SAML:2.0:protocol}Response"), "no SAML 2.0 AuthnRequest"),
    "wrong namespace": (xml(tag="{urn:x}AuthnRequest"), "no SAML 2.0 AuthnRequest"),
    "SAML 1.1": (xml(version="1.1"), "version"),
    "two issuers": (
        xml().replace(b"<saml:Issuer>", b"<saml:Issuer>other</saml:Issuer><saml:Issuer>"),
        "twice",
    ),
    "comment in the issuer": (xml(issuer="JustCall.evil").replace(b".evil", b"<!---->.evil"), "something else inside"),
    "no issuer": (xml(issuer=" "), "lacks its Issuer"),
    "no time": (xml(issued_at="yesterday"), "time of issue"),
    "impossible time": (xml(issued_at="2026-13-01T12:00:00Z"), "time of issue"),
    "time out of range": (xml(issued_at="0001-01-01T00:00:00+01:00"), "time of issue"),
    "deep": (b"<a>" * 5000 + b"</a>" * 5000, "well-formed"),
    "no XML": (SECRET.encode() * 5, ""),
    "large": (xml(issuer="x" * 300_000), "too large"),
}


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("deflate", [True, False])
def test_hostile_documents(name: str, deflate: bool) -> None:
    document, reason = HOSTILE[name]
    raw = deflated(document) if deflate else document

    with pytest.raises(AuthnRequestError) as caught:
        decode_redirect(f"{IDP}?{urlencode({'SAMLRequest': base64.b64encode(raw).decode()})}")

    message = str(caught.value)
    if deflate:
        assert reason in message
    assert "\n" not in message
    assert not any(secret in message for secret in (SECRET, "JustCall", "passwd", "acme", "evil"))


def test_a_bomb_is_not_inflated() -> None:
    small = packed(b"<a>" + b" " * 40_000_000 + b"</a>")
    assert len(small) < 64 * 1024
    with pytest.raises(AuthnRequestError, match="too large once it is inflated"):
        decode_redirect(f"{IDP}?{urlencode({'SAMLRequest': small})}")


def test_a_request_that_is_large_as_it_comes() -> None:
    with pytest.raises(AuthnRequestError, match="too large"):
        decode_redirect(f"{IDP}?SAMLRequest={'A' * 70_000}")


@pytest.mark.parametrize("cut", [1, 10, 100])
def test_a_request_that_is_cut_off(cut: int) -> None:
    raw = deflated(xml())[:-cut]
    with pytest.raises(AuthnRequestError, match="cut off"):
        decode_redirect(f"{IDP}?{urlencode({'SAMLRequest': base64.b64encode(raw).decode()})}")


def test_nothing_may_follow_the_request() -> None:
    raw = deflated(xml()) + b"more"
    with pytest.raises(AuthnRequestError, match="inflated"):
        decode_redirect(f"{IDP}?{urlencode({'SAMLRequest': base64.b64encode(raw).decode()})}")


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        (redirect() + f"&SAMLRequest={quote(packed(xml()))}", "SAMLRequest occurs twice"),
        (redirect(RelayState="a") + "&RelayState=b", "RelayState occurs twice"),
        (IDP, "no parameter SAMLRequest"),
        (f"{IDP}?SAMLRequest=", "no parameter SAMLRequest"),
        (f"{IDP}?samlrequest={quote(packed(xml()))}", "no parameter SAMLRequest"),
        (f"{IDP}?SAMLRequest=%21%21%21", "not base64"),
        (f"{IDP}?SAMLRequest=%C3%A9", "not base64"),
        (redirect(SAMLEncoding="urn:x:bzip"), "encoded in a way"),
        (redirect(base="ftp://host/x"), "no web address"),
        (redirect(base="https://user:hunter2@host/x"), "user name or password"),
        (redirect(base="https://[host/x"), "the address is none"),
        (f"{IDP}?{'a=1&' * 300}SAMLRequest=x", "too many parameters"),
    ],
)
def test_addresses_that_hold_no_request(url: str, reason: str) -> None:
    with pytest.raises(AuthnRequestError, match=reason) as caught:
        decode_redirect(url)
    assert "hunter2" not in str(caught.value)


def test_two_requests_in_a_form() -> None:
    field = ("SAMLRequest", base64.b64encode(xml()).decode())
    with pytest.raises(AuthnRequestError, match="occurs twice"):
        decode_post(IDP, [field, field])


@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused(raw: bytes) -> None:
    for document in (raw, deflated(raw), deflated(xml())[: len(raw)] + raw[:3]):
        with pytest.raises(AuthnRequestError):
            decode_redirect(f"{IDP}?{urlencode({'SAMLRequest': base64.b64encode(document).decode() or '='})}")


def test_what_was_looked_at_is_what_is_read() -> None:
    """A declaration of another encoding would have a parser see another text."""
    assert decode_redirect(redirect(b'<?xml version="1.0" encoding="UTF-16"?>' + xml())).request.issuer == "JustCall"


def test_an_entity_in_an_attribute() -> None:
    """It is expanded by a parser even where entities are not resolved."""
    document = _entity('<!ENTITY x "https://evil.example">', "JustCall").replace(ACS.encode(), b"&x;")
    with pytest.raises(AuthnRequestError, match="document type"):
        decode_redirect(redirect(document))
