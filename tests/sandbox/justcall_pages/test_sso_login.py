"""Sign in with SSO: who is sent off, where to, and with what request."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from lxml import etree

from sso_sync.sandbox import Sandbox, follow_guide
from sso_sync.sandbox.saml_wire import EMAIL_FORMAT, NS, inflate, moment, parse_xml, tag

from .support import OWNER, Browser

EMAIL = "alice.adams@acme.example"


def _sent_off(browser: Browser, email: str = EMAIL, wanted: str = "") -> requests.Response:
    return browser.call("POST", "/login/sso", data={"email": email, "next": wanted})


def _request(answer: requests.Response) -> tuple[etree._Element, str]:
    query = parse_qs(urlsplit(answer.headers["location"]).query, strict_parsing=True)
    return parse_xml(inflate(query["SAMLRequest"][0])), query["RelayState"][0]


def test_the_login_page_leads_there(browser: Browser) -> None:
    (link,) = browser.open("/login").tree.xpath("//a[normalize-space()='Sign in with SSO']/@href")
    page = browser.open(str(link))
    assert (page.heading, page.control("Work email").get("type")) == ("Sign in with SSO", "email")
    assert page.words("//button") == ["Continue"]


def test_the_request(sandbox: Sandbox, browser: Browser) -> None:
    app = follow_guide(sandbox)
    sandbox.justcall.edit(entity_id="JustCall of Acme")
    answer = _sent_off(browser)
    assert answer.status_code == 303
    address = sandbox.onelogin.sso_url(app.id).replace("https://acme.onelogin.com", sandbox.onelogin_url)
    assert answer.headers["location"].startswith(f"{address}?SAMLRequest=")
    request, relay_state = _request(answer)
    assert request.tag == tag("samlp:AuthnRequest")
    assert request.findtext("saml:Issuer", "", NS) == "JustCall of Acme"
    assert request.get("AssertionConsumerServiceURL") == "https://bifrost.justcall.io/passport/login/callback"
    assert request.get("Destination") == sandbox.onelogin.sso_url(app.id)
    assert request.get("Version") == "2.0"
    policy = request.find("samlp:NameIDPolicy", NS)
    assert policy is not None
    assert policy.get("Format") == EMAIL_FORMAT
    assert abs(datetime.now(UTC) - moment(request.get("IssueInstant", ""))) < timedelta(minutes=1)
    assert relay_state == "/apex/home"


def test_every_request_has_an_id_of_its_own(sandbox: Sandbox, browser: Browser) -> None:
    follow_guide(sandbox)
    ids = {_request(_sent_off(browser))[0].get("ID") for _ in range(3)}
    assert len(ids) == 3
    assert all(made is not None and made.startswith("_") for made in ids)


def test_the_page_that_was_wanted_is_the_relay_state(sandbox: Sandbox, browser: Browser) -> None:
    follow_guide(sandbox)
    assert _request(_sent_off(browser, wanted="/apex/settings"))[1] == "/apex/settings"
    assert _request(_sent_off(browser, wanted="https://evil.example"))[1] == "/apex/home"


def test_an_address_with_a_query_keeps_it(sandbox: Sandbox, browser: Browser) -> None:
    follow_guide(sandbox)
    sandbox.justcall.edit(sso_url="https://acme.onelogin.com/x?tenant=1")
    location = _sent_off(browser).headers["location"]
    assert location.startswith(f"{sandbox.onelogin_url}/x?tenant=1&SAMLRequest=")


@pytest.mark.parametrize(
    ("email", "problem"),
    [
        ("x@other.example", "The domain of this email is not verified for single sign-on."),
        ("acme.example", "Enter your work email."),
        ("@acme.example", "Enter your work email."),
        ("", "Enter your work email."),
    ],
)
def test_who_is_not_sent_off(sandbox: Sandbox, browser: Browser, email: str, problem: str) -> None:
    follow_guide(sandbox)
    page = browser.send("/login/sso", {"email": email})
    assert (page.status, page.says("alert"), page.value("Work email")) == (403, [problem], email)


def test_the_domain_counts_in_any_case_and_strangers_are_not_told_apart(sandbox: Sandbox, browser: Browser) -> None:
    follow_guide(sandbox)
    assert _sent_off(browser, "Alice.Adams@ACME.example").status_code == 303
    assert _sent_off(browser, "nobody@acme.example").status_code == 303


def test_sso_is_off(sandbox: Sandbox, browser: Browser) -> None:
    follow_guide(sandbox, enabled=False)
    assert browser.send("/login/sso", {"email": OWNER}).says("alert") == [
        "Single sign-on is not enabled for your company."
    ]


def test_sso_is_half_set_up(sandbox: Sandbox, browser: Browser) -> None:
    sandbox.justcall.edit(enabled=True)
    (said,) = browser.send("/login/sso", {"email": OWNER}).says("alert")
    assert said == "Single sign-on is not set up completely: the SSO URL is missing."


@pytest.mark.parametrize("address", ["https://evil.example/sso", "https://acme.onelogin.com.evil.example/", "nonsense"])
def test_nobody_is_sent_out_of_the_sandbox(sandbox: Sandbox, browser: Browser, address: str) -> None:
    follow_guide(sandbox)
    sandbox.justcall.edit(sso_url=address)
    answer = _sent_off(browser)
    assert answer.status_code == 403
    assert f"The SSO URL leads out of the sandbox, to {address}." in answer.text
