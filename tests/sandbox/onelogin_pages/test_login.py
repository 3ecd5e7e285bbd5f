"""Signing in and out: who may, what is said to who may not, and where it leads."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest

from sso_sync.sandbox import Sandbox

from .browser import ALICE, OLIVIA, PASSWORD, Browser

SESSION = "onelogin_session"


@pytest.mark.parametrize("name", [ALICE, " Alice.Adams@ACME.example ", "ivan.ito", "judy.jones@acme.example"])
def test_everybody_signs_in_by_email_or_user_name(browser: Browser, name: str) -> None:
    signed_in = browser.sign_in(name)
    assert (signed_in.status, signed_in.location) == (303, "/portal")
    assert "HttpOnly" in signed_in.answer.headers["set-cookie"]
    assert browser.open("/portal").heading == "Your applications"


@pytest.mark.parametrize(
    ("name", "password"),
    [(ALICE, "wrong"), (ALICE, ""), ("frank.fox@acme.example", PASSWORD), ("nobody@acme.example", PASSWORD), ("", "")],
)
def test_wrong_passwords_strangers_and_suspended_people_are_told_the_same(
    browser: Browser, name: str, password: str
) -> None:
    refused = browser.sign_in(name, password)
    assert refused.status == 401
    assert refused.text("//*[@role='alert']").startswith("The e-mail or the password is wrong")
    assert SESSION not in browser.session.cookies
    assert refused.control("Email or username").get("value") == name
    assert browser.open("/portal").status == 303


def test_a_session_ends_when_its_person_is_suspended(sandbox: Sandbox, browser: Browser) -> None:
    browser.sign_in(ALICE)
    sandbox.onelogin.edit_user(ALICE, status=2)
    assert browser.open("/portal").location.startswith("/login")


def test_the_form_needs_its_own_browser(browser: Browser) -> None:
    form = {"username": ALICE, "password": PASSWORD, "csrf": "guessed"}
    assert browser.call("POST", "/login", data=form).status == 403
    shown = browser.open("/login")
    assert browser.send(shown, "/login", username=ALICE, password=PASSWORD, csrf="guessed").status == 403
    assert browser.send(shown, "/login", username=ALICE, password=PASSWORD).status == 303


def test_signing_in_leads_back_to_what_was_asked_for(browser: Browser) -> None:
    asked = browser.open("/admin/apps?x=%C3%A4&y=a%2Fb%26c")
    assert asked.status == 303
    signed_in = browser.send(browser.open(asked.location), "/login", username=OLIVIA, password=PASSWORD)
    assert signed_in.location == "/admin/apps?x=%C3%A4&y=a%2Fb%26c"
    assert browser.open(asked.location).location == signed_in.location


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/portal",
        "//evil.example/portal",
        "/\\evil.example",
        "/portal/..//evil.example",
        "/portal\\@evil.example",
        "/portal\r\nSet-Cookie: a=b",
        "/admin/../../evil",
        "/\t/evil.example",
        "javascript:alert(1)",
        "/api/2/apps",
        "/logout",
        "/portal ä",
        "https:/portal",
        "",
    ],
)
def test_no_other_place_is_led_to(browser: Browser, target: str) -> None:
    shown = browser.open(f"/login?{urlencode({'return': target})}")
    assert browser.send(shown, "/login", username=ALICE, password=PASSWORD).location == "/portal"
    assert browser.open(f"/login?{urlencode({'return': target})}").location == "/portal"
    forged = browser.send(shown, "/login", username=ALICE, password=PASSWORD, **{"return": target})
    assert forged.location == "/portal"


def test_signing_out_takes_a_form_and_ends_the_session(browser: Browser) -> None:
    browser.sign_in(ALICE)
    token = browser.session.cookies[SESSION]
    asked = browser.open("/logout")
    assert asked.heading == "Sign out?"
    assert browser.open("/portal").status == 200
    assert browser.call("POST", "/logout", data={"csrf": "guessed"}).status == 403
    csrf = asked.document.xpath("//input[@name='csrf']")[0].get("value")
    out = browser.call("POST", "/logout", data={"csrf": csrf})
    assert browser.open(out.location).text("//*[@role='status']") == "You are signed out."
    browser.session.cookies.set(SESSION, token)
    assert browser.open("/portal").status == 303


def test_a_new_sign_in_ends_the_old_session(browser: Browser) -> None:
    browser.sign_in(ALICE)
    old = browser.session.cookies[SESSION]
    form = {"username": OLIVIA, "password": PASSWORD, "csrf": browser.session.cookies["onelogin_form"]}
    with Browser(browser.url) as other:
        form["csrf"] = other.open("/login").document.xpath("//input[@name='csrf']")[0].get("value")
        other.session.cookies.set(SESSION, old)
        assert other.call("POST", "/login", data=form).status == 303
    assert browser.open("/portal").status == 303


@pytest.mark.parametrize("cookies", ["onelogin_session=", "onelogin_session=wrong", "=;;\x7f", 'onelogin_session="'])
def test_odd_cookies_are_nobodys(browser: Browser, cookies: str) -> None:
    assert browser.call("GET", "/portal", headers={"Cookie": cookies}).status == 303
