"""The address that takes SAML responses: who is signed in, and the one reason why somebody is not."""

from __future__ import annotations

import base64
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from lxml import etree

from sso_sync.sandbox import Sandbox, follow_guide
from sso_sync.sandbox.saml_wire import BEARER, EMAIL_FORMAT, NS, SUCCESS, inflate, instant, parse_xml, tag

from .support import ACS, Browser, Page

ADDRESS = "https://bifrost.justcall.io/passport/login/callback"
ALICE = "alice.adams@acme.example"
Spoil = Callable[[etree._Element], object]


def _response(sandbox: Sandbox, email: str = ALICE, in_response_to: str | None = None) -> etree._Element:
    """What OneLogin sends, in the agreed form."""
    issuer, now = sandbox.justcall.settings.issuer or "", datetime.now(UTC)
    until = instant(now + timedelta(minutes=3))
    nsmap = {"samlp": NS["samlp"], "saml": NS["saml"]}
    attributes = {"ID": "_r", "Version": "2.0", "IssueInstant": instant(now), "Destination": ADDRESS}
    if in_response_to is not None:
        attributes["InResponseTo"] = in_response_to
    root = etree.Element(tag("samlp:Response"), attributes, nsmap=nsmap)
    etree.SubElement(root, tag("saml:Issuer")).text = issuer
    status = etree.SubElement(root, tag("samlp:Status"))
    etree.SubElement(status, tag("samlp:StatusCode"), {"Value": SUCCESS})
    assertion = etree.SubElement(
        root, tag("saml:Assertion"), {"ID": "_a", "Version": "2.0", "IssueInstant": instant(now)}
    )
    etree.SubElement(assertion, tag("saml:Issuer")).text = issuer
    subject = etree.SubElement(assertion, tag("saml:Subject"))
    etree.SubElement(subject, tag("saml:NameID"), {"Format": EMAIL_FORMAT}).text = email
    confirmation = etree.SubElement(subject, tag("saml:SubjectConfirmation"), {"Method": BEARER})
    etree.SubElement(confirmation, tag("saml:SubjectConfirmationData"), {"Recipient": ADDRESS, "NotOnOrAfter": until})
    validity = {"NotBefore": instant(now - timedelta(minutes=3)), "NotOnOrAfter": until}
    conditions = etree.SubElement(assertion, tag("saml:Conditions"), validity)
    restriction = etree.SubElement(conditions, tag("saml:AudienceRestriction"))
    etree.SubElement(restriction, tag("saml:Audience")).text = sandbox.justcall.settings.entity_id
    return root


def _post(browser: Browser, message: etree._Element | bytes, relay_state: str = "") -> Page:
    data = message if isinstance(message, bytes) else etree.tostring(message)
    return browser.send(ACS, {"SAMLResponse": base64.b64encode(data).decode(), "RelayState": relay_state})


def _part(root: etree._Element, path: str) -> etree._Element:
    found = root.find(path, NS)
    assert found is not None
    return found


def _text(path: str, text: str | None) -> Spoil:
    return lambda root: setattr(_part(root, path), "text", text)


def _attribute(path: str, name: str, value: str) -> Spoil:
    return lambda root: _part(root, path).set(name, value)


def _without(path: str) -> Spoil:
    def remove(root: etree._Element) -> None:
        gone = _part(root, path)
        parent = gone.getparent()
        assert parent is not None
        parent.remove(gone)

    return remove


def _dropped(path: str, name: str) -> Spoil:
    return lambda root: _part(root, path).attrib.pop(name)


def _twice(root: etree._Element) -> None:
    root.append(parse_xml(etree.tostring(_part(root, "saml:Assertion"))))


def _wrapped(root: etree._Element) -> None:
    extension = etree.SubElement(root, tag("samlp:Extensions"))
    extension.append(_part(root, "saml:Assertion"))


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
    "no name": (_text(NAME, None), "NameID is empty"),
    "status": (
        _attribute("samlp:Status/samlp:StatusCode", "Value", "urn:oasis:names:tc:SAML:2.0:status:Responder"),
        "The identity provider refused the login",
    ),
    "no status": (_without("samlp:Status"), "The identity provider refused the login"),
    "stranger": (_text(NAME, "x@acme.example"), "No user of this account has the email x@acme.example"),
    "two assertions": (_twice, "The response cannot be read: the response must hold one assertion, not encrypted"),
    "hidden assertion": (_wrapped, "The response cannot be read: the response must hold one assertion, not encrypted"),
    "no assertion": (
        _without("saml:Assertion"),
        "The response cannot be read: the response must hold one assertion, not encrypted",
    ),
    "version": (
        _attribute(".", "Version", "1.1"),
        "The response cannot be read: this is not a SAML 2.0 response",
    ),
}


def test_the_tile_signs_in(sandbox: Sandbox, browser: Browser) -> None:
    follow_guide(sandbox)
    page = _post(browser, _response(sandbox, "Alice.ADAMS@acme.example"))
    assert (page.status, page.path, page.heading) == (200, "/apex/home", "Welcome, Alice Adams")


def test_a_request_is_answered_once(sandbox: Sandbox, browser: Browser) -> None:
    follow_guide(sandbox)
    sent = browser.call("POST", "/login/sso", data={"email": ALICE, "next": "/apex/settings"})
    query = parse_qs(urlsplit(sent.headers["location"]).query)
    request = parse_xml(inflate(query["SAMLRequest"][0]))
    answer = _response(sandbox, in_response_to=request.get("ID"))
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
        root = _response(sandbox, in_response_to=request.get("ID"))
        for path in (CONDITIONS, DATA):
            _part(root, path).set("NotOnOrAfter", FUTURE)
        assert _post(browser, root).says("alert") == ["The response answers no request of ours"]


@pytest.mark.parametrize("name", SPOILED)
def test_what_does_not_fit(sandbox: Sandbox, browser: Browser, name: str) -> None:
    follow_guide(sandbox)
    spoil, problem = SPOILED[name]
    root = _response(sandbox)
    spoil(root)
    page = _post(browser, root)
    assert (page.status, page.says("alert")) == (403, [problem])
    assert page.heading == "You could not be signed in"
    assert not browser.session.cookies


def test_settings_that_do_not_fit_each_other(sandbox: Sandbox, browser: Browser) -> None:
    follow_guide(sandbox)
    root = _response(sandbox)
    sandbox.onelogin.edit_configuration("JustCall", audience="https://x.example")
    assert _post(browser, root).says("alert") == ["Invalid audience"]
    sandbox.justcall.edit(enabled=False)
    assert _post(browser, root).says("alert") == ["Single sign-on is not enabled for your company"]


@pytest.mark.parametrize("data", [b"", b"garbage", b"<a/>", b"<!DOCTYPE a><a/>", b"\xff", b"<a>" * 9])
def test_what_is_no_response(sandbox: Sandbox, browser: Browser, data: bytes) -> None:
    follow_guide(sandbox)
    page = _post(browser, data)
    assert page.status == 403
    assert page.says("alert")[0].startswith("The response cannot be read: ")


@pytest.mark.parametrize("form", [{}, {"SAMLResponse": "%%%"}, {"SAMLResponse": "é"}, {"SAMLResponse": "A"}])
def test_what_is_no_form(browser: Browser, form: dict[str, str]) -> None:
    page = browser.send(ACS, form)
    assert page.status == 403
    assert page.says("alert")[0].startswith("The response cannot be read: ")


@pytest.mark.parametrize("relay_state", ["https://evil.example/", "//evil.example", "x", "/passport/login/callback"])
def test_relay_state_leads_nobody_astray(sandbox: Sandbox, browser: Browser, relay_state: str) -> None:
    follow_guide(sandbox)
    assert _post(browser, _response(sandbox), relay_state).path == "/apex/home"
