"""The portal and the SAML endpoint: who is let through, to where, and why not."""

from __future__ import annotations

import base64
from typing import Any
from urllib.parse import urlencode

import pytest
from lxml import etree

from sso_sync.sandbox import Sandbox
from sso_sync.sandbox.onelogin.records import App
from sso_sync.sandbox.saml_wire import NS, deflate, parse_xml, tag
from sso_sync.sandbox.seed import ACS_URL

from .browser import ALICE, OLIVIA, PASSWORD, Browser, Shown

ENDPOINT = "/trust/saml2/http-post/sso"
RELAY = "state ä&=/"


def request_xml(acs_url: str | None = ACS_URL, **changes: str) -> bytes:
    attributes = {"ID": "_abc.1-2", "Version": "2.0", "IssueInstant": "2026-01-02T03:04:05Z", **changes}
    root = etree.Element(tag("samlp:AuthnRequest"), attributes, nsmap=NS)
    if acs_url is not None:
        root.set("AssertionConsumerServiceURL", acs_url)
    etree.SubElement(root, tag("saml:Issuer")).text = "JustCall"
    return etree.tostring(root)


def redirected(app: App, xml: bytes | None = None, relay_state: str | None = RELAY) -> str:
    query = {"SAMLRequest": deflate(xml or request_xml())}
    return f"{ENDPOINT}/{app.uuid}?{urlencode({**query, **({'RelayState': relay_state} if relay_state else {})})}"


def carried(shown: Shown) -> Any:
    """The response that the page's form carries."""
    assert shown.status == 200, shown.heading
    (form,) = shown.document.xpath("//form[@id='continue']")
    return parse_xml(base64.b64decode(form.fields["SAMLResponse"]))


def relay_state(shown: Shown) -> str | None:
    (form,) = shown.document.xpath("//form[@id='continue']")
    value: str | None = dict(form.form_values()).get("RelayState")
    return value


def test_the_portal_shows_the_visible_apps_one_has(sandbox: Sandbox, browser: Browser, app: App) -> None:
    def tiles(name: str) -> list[str]:
        browser.session.cookies.clear()
        browser.sign_in(name)
        return browser.open("/portal").texts("//*[@class='name']")

    assert tiles(ALICE) == ["Wiki", "JustCall"]
    assert tiles("grace.green@acme.example") == ["Wiki"]
    sandbox.onelogin.grant_directly(app.id, "grace.green@acme.example")
    assert tiles("grace.green@acme.example") == ["Wiki", "JustCall"]
    sandbox.onelogin.edit_app(app.id, visible=False)
    assert tiles(ALICE) == ["Wiki"]
    sandbox.onelogin.detach_role("Wiki", "Everyone")
    assert tiles(ALICE) == []
    assert "There are no applications for you" in browser.open("/portal").text("//main")


def test_the_tile_starts_a_login(sandbox: Sandbox, browser: Browser, app: App) -> None:
    sandbox.onelogin.edit_configuration(app.id, relaystate="from the app")
    browser.sign_in(ALICE)
    (address,) = browser.open("/portal").document.xpath("//a[normalize-space()='J JustCall']/@href")
    shown = browser.open(address)
    (form,) = shown.document.xpath("//form[@id='continue']")
    assert form.get("action") == f"{sandbox.justcall_url}/passport/login/callback"
    assert form.get("method") == "post"
    assert shown.texts("//form[@id='continue']//button") == ["Continue"]
    assert shown.document.xpath("//script/@src") == ["/static/continue.js"]
    response = carried(shown)
    assert response.get("Destination") == ACS_URL
    assert not response.xpath("//@InResponseTo")
    assert relay_state(shown) == "from the app"


def test_a_request_is_answered(browser: Browser, app: App) -> None:
    browser.sign_in(ALICE)
    shown = browser.open(redirected(app))
    assert set(carried(shown).xpath("//@InResponseTo")) == {"_abc.1-2"}
    assert len(carried(shown).xpath("//@InResponseTo")) == 2
    assert relay_state(shown) == RELAY


def test_the_apps_relay_state_is_for_logins_without_a_request(sandbox: Sandbox, browser: Browser, app: App) -> None:
    sandbox.onelogin.edit_configuration(app.id, relaystate="from the app")
    browser.sign_in(ALICE)
    assert relay_state(browser.open(redirected(app, relay_state=None))) is None
    without = browser.open(f"{ENDPOINT}/{app.uuid}")
    assert relay_state(without) == "from the app"
    assert not carried(without).xpath("//@InResponseTo")


def test_who_is_not_signed_in_signs_in_first(browser: Browser, app: App) -> None:
    asked = browser.open(redirected(app))
    assert asked.status == 303
    signed_in = browser.send(browser.open(asked.location), "/login", username=ALICE, password=PASSWORD)
    shown = browser.open(signed_in.location)
    assert carried(shown).xpath("//@InResponseTo")
    assert relay_state(shown) == RELAY


def test_a_posted_request_is_answered_before_and_after_signing_in(browser: Browser, app: App) -> None:
    form = {"SAMLRequest": base64.b64encode(request_xml()).decode(), "RelayState": RELAY}
    asked = browser.call("POST", f"{ENDPOINT}/{app.uuid}", data=form)
    assert asked.status == 303
    signed_in = browser.send(browser.open(asked.location), "/login", username=ALICE, password=PASSWORD)
    for shown in (browser.open(signed_in.location), browser.call("POST", f"{ENDPOINT}/{app.uuid}", data=form)):
        assert carried(shown).xpath("//@InResponseTo")
        assert relay_state(shown) == RELAY


@pytest.mark.parametrize("start", ["tile", "request"])
def test_without_access_there_is_no_login(sandbox: Sandbox, browser: Browser, app: App, start: str) -> None:
    browser.sign_in("grace.green@acme.example")
    shown = browser.open(f"/launch/{app.id}" if start == "tile" else redirected(app))
    assert (shown.status, shown.heading) == (403, "You do not have access to this application")
    assert "SAMLResponse" not in shown.answer.text
    sandbox.onelogin.attach_role(app.id, "Everyone")
    assert carried(browser.open(redirected(app))) is not None


@pytest.mark.parametrize("acs_url", ["https://evil.example/acs", ACS_URL.upper(), "", "javascript:alert(1)"])
def test_another_acs_url_is_not_accepted(browser: Browser, app: App, acs_url: str) -> None:
    browser.sign_in(ALICE)
    shown = browser.open(redirected(app, request_xml(acs_url)))
    assert (shown.status, shown.heading) == (400, "The ACS URL is not accepted")
    assert "SAMLResponse" not in shown.answer.text


@pytest.mark.parametrize(
    ("validator", "acs_url"),
    [
        (None, f"https://evil.example/?x={ACS_URL}"),  # the guide's own, which has no anchors
        (".*", "https://evil.example/acs"),
        (r"^https:\/\/bifrost.justcall.io", "https://bifrostxjustcall.io/passport/login/callback"),
    ],
)
def test_a_validator_that_is_too_wide_sends_assertions_elsewhere(
    sandbox: Sandbox, browser: Browser, app: App, validator: str | None, acs_url: str
) -> None:
    if validator is not None:
        sandbox.onelogin.edit_configuration(app.id, validator=validator)
    browser.sign_in(ALICE)
    shown = browser.open(redirected(app, request_xml(acs_url)))
    assert (shown.status, shown.heading) == (400, "The way ends here")
    assert acs_url in shown.text("//main")
    assert "SAMLResponse" not in shown.answer.text


def test_a_request_may_ask_for_another_address_that_the_validator_lets_pass(
    sandbox: Sandbox, browser: Browser, app: App
) -> None:
    browser.sign_in(ALICE)
    shown = browser.open(redirected(app, request_xml(f"{ACS_URL}/more")))
    (form,) = shown.document.xpath("//form[@id='continue']")
    assert form.get("action") == f"{sandbox.justcall_url}/passport/login/callback/more"
    response = carried(shown)
    assert response.get("Destination") == f"{ACS_URL}/more"
    assert response.xpath("//@Recipient") == [ACS_URL]


def test_a_request_for_no_address_goes_to_the_apps_own(browser: Browser, app: App) -> None:
    browser.sign_in(ALICE)
    assert carried(browser.open(redirected(app, request_xml(None)))).get("Destination") == ACS_URL


def test_the_validator_may_have_to_match_the_whole(sandbox: Sandbox, browser: Browser, app: App) -> None:
    sandbox.variants.validator_matching = "whole"
    browser.sign_in(ALICE)
    for acs_url in (f"https://evil.example/?x={ACS_URL}", f"{ACS_URL}/more"):
        assert browser.open(redirected(app, request_xml(acs_url))).heading == "The ACS URL is not accepted"
    assert carried(browser.open(redirected(app))) is not None


@pytest.mark.parametrize(
    ("keys", "heading"),
    [
        ({"validator": "^https:\\/\\/other"}, "The ACS URL is not accepted"),
        ({"validator": "("}, "The ACS URL is not accepted"),
        ({"consumer_url": ""}, "This application cannot be opened"),
        ({"encrypt_assertion": "1"}, "This application cannot be opened"),
    ],
)
def test_what_the_configuration_breaks_is_said(
    sandbox: Sandbox, browser: Browser, app: App, keys: dict[str, Any], heading: str
) -> None:
    sandbox.onelogin.edit_configuration(app.id, **keys)
    browser.sign_in(ALICE)
    shown = browser.open(redirected(app))
    assert (shown.status, shown.heading) == (400, heading)


def test_the_tile_goes_to_the_apps_own_address_if_the_validator_lets_it_pass(
    sandbox: Sandbox, browser: Browser, app: App
) -> None:
    sandbox.onelogin.edit_configuration(app.id, consumer_url="https://bifrost.justcall.io/other")
    browser.sign_in(ALICE)
    assert browser.open(f"/launch/{app.id}").heading == "The ACS URL is not accepted"
    assert carried(browser.open(redirected(app))).get("Destination") == ACS_URL


@pytest.mark.parametrize(
    "url", ["https://evil.example/acs", "javascript:alert(1)", "http://127.0.0.1@evil.example/", "//evil.example", "x["]
)
def test_no_response_leaves_the_sandbox(sandbox: Sandbox, browser: Browser, app: App, url: str) -> None:
    sandbox.onelogin.edit_configuration(app.id, consumer_url=url, validator="")
    browser.sign_in(ALICE)
    shown = browser.open(f"/launch/{app.id}")
    assert (shown.status, shown.heading) == (400, "The way ends here")
    assert "SAMLResponse" not in shown.answer.text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "%%%",
        "PHNhbWw+",
        deflate(b"<a/>"),
        deflate(b"not xml"),
        deflate(b'<!DOCTYPE a [<!ENTITY b "c">]>' + request_xml()),
        deflate(request_xml(Version="1.1")),
        deflate(request_xml(ID="1 starts with a digit")),
        deflate(request_xml(ID="")),
        deflate(b" " * 300_000),
    ],
)
@pytest.mark.parametrize("signed_in", [True, False])
def test_a_broken_request_is_a_page_not_a_crash(browser: Browser, app: App, text: str, signed_in: bool) -> None:
    if signed_in:
        browser.sign_in(ALICE)
    shown = browser.open(f"{ENDPOINT}/{app.uuid}?{urlencode({'SAMLRequest': text})}")
    assert (shown.status, shown.heading) == (400, "The SAML request cannot be read")
    posted = browser.call("POST", f"{ENDPOINT}/{app.uuid}", data={"SAMLRequest": text})
    assert posted.status == 400


def test_only_saml_apps_have_an_endpoint(sandbox: Sandbox, browser: Browser) -> None:
    browser.sign_in(OLIVIA)
    intranet = sandbox.onelogin.app("Intranet")
    assert browser.open(f"{ENDPOINT}/{intranet.uuid}").status == 404
    assert browser.open(f"{ENDPOINT}/nothing").status == 404
    shown = browser.open(f"/launch/{intranet.id}")
    assert (shown.status, shown.heading) == (400, "This application cannot be opened")


def test_the_log_holds_no_message(sandbox: Sandbox, browser: Browser, app: App) -> None:
    asked = browser.open(redirected(app))
    signed_in = browser.send(browser.open(asked.location), "/login", username=ALICE, password=PASSWORD)
    browser.open(signed_in.location)
    browser.call("POST", f"{ENDPOINT}/{app.uuid}", data={"SAMLRequest": base64.b64encode(request_xml()).decode()})
    kept = repr(list(sandbox.requests))
    assert "'SAMLRequest': '***'" in kept
    assert f"/{app.uuid}?SAMLRequest=***&RelayState=" in kept
    for message in (deflate(request_xml()), urlencode({"x": deflate(request_xml())})[2:], "PHNhbWxwO"):
        assert message not in kept
