"""The address that takes SAML responses: who is signed in, and the one reason why somebody is not."""

from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from lxml import etree

from sso_sync.sandbox import Sandbox, follow_guide
from sso_sync.sandbox.saml_wire import inflate, parse_xml, tag
from tests.sandbox.responses import ALICE, Spoil, part, response, signed

from .support import ACS, Browser, Page


def _post(browser: Browser, message: etree._Element | bytes, relay_state: str = "") -> Page:
    data = message if isinstance(message, bytes) else etree.tostring(message)
    return browser.send(ACS, {"SAMLResponse": base64.b64encode(data).decode(), "RelayState": relay_state})


def _text(path: str, text: str | None) -> Spoil:
    return lambda root: setattr(part(root, path), "text", text)


def _attribute(path: str, name: str, value: str) -> Spoil:
    return lambda root: part(root, path).set(name, value)


def _without(path: str) -> Spoil:
    def remove(root: etree._Element) -> None:
        gone = part(root, path)
        parent = gone.getparent()
        assert parent is not None
        parent.remove(gone)

    return remove


def _dropped(path: str, name: str) -> Spoil:
    return lambda root: part(root, path).attrib.pop(name)


def _twice(root: etree._Element) -> None:
    second = parse_xml(etree.tostring(part(root, "saml:Assertion")))
    second.set("ID", "_b")
    root.append(second)


def _wrapped(root: etree._Element) -> None:
    extension = etree.SubElement(root, tag("samlp:Extensions"))
    extension.append(part(root, "saml:Assertion"))


DATA = "saml:Assertion/saml:Subject/saml:SubjectConfirmation/saml:SubjectConfirmationData"
CONDITIONS = "saml:Assertion/saml:Conditions"
AUDIENCE = f"{CONDITIONS}/saml:AudienceRestriction/saml:Audience"
NAME = "saml:Assertion/saml:Subject/saml:NameID"
PAST, FUTURE = "2020-01-01T00:00:00Z", "2120-01-01T00:00:00Z"
SPOILED: dict[str, tuple[Spoil, str]] = {
    "audience": (_text(AUDIENCE, "Other"), "Invalid audience"),
    "no audience": (_without(f"{CONDITIONS}/saml:AudienceRestriction"), "Invalid audience"),
    "issuer of the response": (_text("saml:Issuer", "x"), "Invalid issuer"),
    "issuer of the assertion": (_text("saml:Assertion/saml:Issuer", "x"), "Invalid issuer"),
    "no issuer": (_without("saml:Assertion/saml:Issuer"), "Invalid issuer"),
    "destination": (_attribute(".", "Destination", "https://x.example"), "Invalid destination"),
    "no destination": (_dropped(".", "Destination"), "Invalid destination"),
    "recipient": (_attribute(DATA, "Recipient", "{recipient}"), "Invalid recipient"),
    "no confirmation": (_without("saml:Assertion/saml:Subject/saml:SubjectConfirmation"), "Invalid recipient"),
    "other confirmation": (
        _attribute("saml:Assertion/saml:Subject/saml:SubjectConfirmation", "Method", "x"),
        "Invalid recipient",
    ),
    "too early": (_attribute(CONDITIONS, "NotBefore", FUTURE), "The response is not valid yet"),
    "no beginning": (_dropped(CONDITIONS, "NotBefore"), "The response is not valid yet"),
    "too late": (_attribute(CONDITIONS, "NotOnOrAfter", PAST), "The response has expired"),
    "too late for the subject": (_attribute(DATA, "NotOnOrAfter", PAST), "The response has expired"),
    "no end": (_dropped(DATA, "NotOnOrAfter"), "The response has expired"),
    "not a time": (
        _attribute(CONDITIONS, "NotBefore", "soon"),
        "The response cannot be read: not a moment of time",
    ),
    "unknown request": (_attribute(".", "InResponseTo", "_x"), "The response answers no request of ours"),
    "another request in the assertion": (
        _attribute(DATA, "InResponseTo", "_x"),
        "The response answers no request of ours",
    ),
    "NameID format": (
        _attribute(NAME, "Format", "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent"),
        "Invalid NameID format: an e-mail address is required",
    ),
    "no attributes": (
        _without("saml:Assertion/saml:AttributeStatement"),
        "Attributes not received: email, firstName, lastName",
    ),
    "attribute in another case": (
        _attribute("saml:Assertion/saml:AttributeStatement/saml:Attribute[2]", "Name", "FirstName"),
        "Attributes not received: firstName",
    ),
    "blank attribute": (
        _text("saml:Assertion/saml:AttributeStatement/saml:Attribute[3]/saml:AttributeValue", " "),
        "Attributes not received: lastName",
    ),
    "two names": (
        lambda root: part(root, "saml:Assertion/saml:Subject").append(parse_xml(etree.tostring(part(root, NAME)))),
        "The response cannot be read: NameID stands there more than once",
    ),
    "an element inside the name": (
        lambda root: etree.SubElement(part(root, NAME), tag("saml:Issuer")),
        "The response cannot be read: there is an element where only text belongs",
    ),
    "no name": (_text(NAME, None), "NameID is empty"),
    "status": (
        _attribute("samlp:Status/samlp:StatusCode", "Value", "urn:oasis:names:tc:SAML:2.0:status:Responder"),
        "The identity provider refused the login",
    ),
    "no status": (_without("samlp:Status"), "The identity provider refused the login"),
    "stranger": (_text(NAME, "x@acme.example"), "No user of this account has the email x@acme.example"),
    "two assertions": (_twice, "The response cannot be read: the response must hold exactly one assertion"),
    "hidden assertion": (_wrapped, "The response cannot be read: the response must hold exactly one assertion"),
    "no assertion": (
        _without("saml:Assertion"),
        "The response cannot be read: the response must hold exactly one assertion",
    ),
    "version": (
        _attribute(".", "Version", "1.1"),
        "The response cannot be read: this is not a SAML 2.0 response",
    ),
}


def test_the_tile_signs_in(sandbox: Sandbox, browser: Browser) -> None:
    follow_guide(sandbox)
    page = _post(browser, signed(response(sandbox, "Alice.ADAMS@acme.example"), sandbox))
    assert (page.status, page.path, page.heading) == (200, "/apex/home", "Welcome, Alice Adams")


def test_a_request_is_answered_once(sandbox: Sandbox, browser: Browser) -> None:
    follow_guide(sandbox)
    sent = browser.call("POST", "/login/sso", data={"email": ALICE, "next": "/apex/settings"})
    query = parse_qs(urlsplit(sent.headers["location"]).query)
    request = parse_xml(inflate(query["SAMLRequest"][0]))
    answer = signed(response(sandbox, in_response_to=request.get("ID")), sandbox)
    assert _post(browser, answer, query["RelayState"][0]).path == "/apex/settings"
    page = _post(browser, answer)
    assert (page.status, page.says("alert")) == (403, ["The response answers no request of ours"])


def test_an_answer_that_comes_too_late() -> None:
    now = [datetime.now(UTC)]
    with Sandbox(clock=lambda: now[0]) as sandbox, Browser(sandbox) as browser:
        follow_guide(sandbox)
        sent = browser.call("POST", "/login/sso", data={"email": ALICE})
        request = parse_xml(inflate(parse_qs(urlsplit(sent.headers["location"]).query)["SAMLRequest"][0]))
        now[0] += timedelta(minutes=11)
        root = response(sandbox, in_response_to=request.get("ID"))
        for path in (CONDITIONS, DATA):
            part(root, path).set("NotOnOrAfter", FUTURE)
        assert _post(browser, signed(root, sandbox)).says("alert") == ["The response answers no request of ours"]


@pytest.mark.parametrize("name", SPOILED)
def test_what_does_not_fit(sandbox: Sandbox, browser: Browser, name: str) -> None:
    follow_guide(sandbox)
    spoil, problem = SPOILED[name]
    root = response(sandbox)
    spoil(root)
    page = _post(browser, signed(root, sandbox))
    assert (page.status, page.says("alert")) == (403, [problem])
    assert page.heading == "You could not be signed in"
    assert not browser.session.cookies


def test_settings_that_do_not_fit_each_other(sandbox: Sandbox, browser: Browser) -> None:
    follow_guide(sandbox)
    root = signed(response(sandbox), sandbox)
    sandbox.justcall.edit(entity_id="https://x.example")
    assert _post(browser, root).says("alert") == ["Invalid audience"]
    for name in ("issuer", "certificate"):
        kept = getattr(sandbox.justcall.settings, name)
        sandbox.justcall.edit(**{name: None})
        assert _post(browser, root).says("alert") == [f"{name.title()} is not set"]
        sandbox.justcall.edit(**{name: kept})
    sandbox.justcall.edit(enabled=False)
    assert _post(browser, root).says("alert") == ["Single sign-on is not enabled for your company"]


@pytest.mark.parametrize("data", [b"", b"garbage", b"<a/>", b"<!DOCTYPE a><a/>", b"\xff", b"<a>" * 9])
def test_what_is_noresponse(sandbox: Sandbox, browser: Browser, data: bytes) -> None:
    follow_guide(sandbox)
    page = _post(browser, data)
    assert page.status == 403
    assert page.says("alert")[0].startswith("The response cannot be read: ")


@pytest.mark.parametrize("form", [{}, {"SAMLResponse": "%%%"}, {"SAMLResponse": "é"}, {"SAMLResponse": "A"}])
def test_what_is_no_form(sandbox: Sandbox, browser: Browser, form: dict[str, str]) -> None:
    follow_guide(sandbox)
    page = browser.send(ACS, form)
    assert page.status == 403
    assert page.says("alert")[0].startswith("The response cannot be read: ")


@pytest.mark.parametrize("relay_state", ["https://evil.example/", "//evil.example", "x", "/passport/login/callback"])
def test_relay_state_leads_nobody_astray(sandbox: Sandbox, browser: Browser, relay_state: str) -> None:
    follow_guide(sandbox)
    assert _post(browser, signed(response(sandbox), sandbox), relay_state).path == "/apex/home"
