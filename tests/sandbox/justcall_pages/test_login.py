"""Signing in with a password, and out again."""

from __future__ import annotations

from typing import Any

import pytest

from sso_sync.sandbox import Sandbox, follow_guide

from .support import OWNER, SSO, Browser


def test_the_way_in_and_out(sandbox: Sandbox, browser: Browser) -> None:
    assert browser.open("/").heading == "Sign in"
    page = browser.sign_in("Olivia.Owner@ACME.example")
    assert (page.path, page.heading) == ("/apex/home", "Welcome, Olivia Owner")
    assert "You are signed in as olivia.owner@acme.example (Owner)." in page.text
    assert browser.open("/").path == "/apex/home"
    assert browser.send("/logout", {}).path == "/login"
    assert browser.open("/apex/home").path == "/login?next=/apex/home"


def test_a_login_is_seen_in_the_users_api(sandbox: Sandbox, browser: Browser) -> None:
    before = next(user for user in sandbox.justcall.users() if user.email == OWNER)
    assert before.last_login_timestamp is None
    browser.sign_in()
    after = next(user for user in sandbox.justcall.users() if user.email == OWNER)
    assert after.last_login_timestamp is not None


@pytest.mark.parametrize(("email", "password"), [(OWNER, "wrong"), (OWNER, ""), ("nobody@acme.example", "sandbox")])
def test_wrong_password(browser: Browser, email: str, password: str) -> None:
    page = browser.sign_in(email, password)
    assert (page.status, page.says("alert")) == (403, ["Wrong email or password."])
    assert page.value("Email") == email
    assert not browser.session.cookies


def test_while_sso_is_on_only_the_owner_has_a_password(sandbox: Sandbox, browser: Browser) -> None:
    assert browser.sign_in("alice.adams@acme.example").status == 200
    follow_guide(sandbox)
    for email in ("alice.adams@acme.example", "grace.green@acme.example"):
        page = browser.sign_in(email)
        assert (page.status, page.says("alert")) == (403, ["Your company requires you to sign in with SSO."])
    assert browser.sign_in(OWNER).path == "/apex/home"


def test_the_page_that_was_wanted_comes_after_the_login(browser: Browser) -> None:
    page = browser.open(SSO)
    assert page.path == f"/login?next={SSO}"
    assert browser.sign_in(wanted=str(page.tree.xpath("//input[@name='next']/@value")[0])).path == SSO


@pytest.mark.parametrize(
    "wanted",
    [
        "https://evil.example/apex/home",
        "//evil.example/apex/home",
        "/\\evil.example",
        "/apex/\\..\\x",
        "javascript:alert(1)",
        "/apex/home\r\nset-cookie: x=y",
        "/logout",
        "http://[",
    ],
)
def test_no_login_leads_astray(browser: Browser, wanted: str) -> None:
    answer = browser.call("POST", "/login", data={"email": OWNER, "password": "sandbox", "next": wanted})
    assert (answer.status_code, answer.headers["location"]) == (303, "/apex/home")


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(browser: Browser) -> None:
    answer = browser.call("POST", "/login", data={"email": OWNER, "password": "sandbox"})
    assert answer.headers["set-cookie"].startswith("justcall_session=")
    assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= set(answer.headers["set-cookie"].split("; "))


def test_signing_out_ends_the_session_itself(browser: Browser) -> None:
    browser.sign_in()
    kept = browser.session.cookies["justcall_session"]
    browser.call("GET", "/logout")
    browser.session.cookies.clear()
    browser.session.cookies.set("justcall_session", kept, domain="127.0.0.1")
    assert browser.open("/apex/home").heading == "Sign in"


def test_a_session_of_somebody_who_is_gone(sandbox: Sandbox, browser: Browser) -> None:
    browser.sign_in("alice.adams@acme.example")
    sandbox.justcall.delete_user("alice.adams@acme.example")
    assert browser.open("/apex/home").heading == "Sign in"


def test_a_made_session(sandbox: Sandbox) -> None:
    state: Any = sandbox.browser_session()
    (cookie,) = state["cookies"]
    assert (cookie["name"], cookie["domain"], state["origins"]) == ("justcall_session", "127.0.0.1", [])
    with Browser(sandbox, OWNER) as owner:
        assert owner.open("/apex/home").heading == "Welcome, Olivia Owner"
    with pytest.raises(LookupError, match="no user 'nobody"):
        sandbox.browser_session("nobody@acme.example")


def test_a_session_made_from_another_process(sandbox: Sandbox, browser: Browser) -> None:
    answer = browser.call("POST", "/_sandbox/justcall/browser_session", json={"email": "alice.adams@acme.example"})
    (cookie,) = answer.json()["cookies"]
    browser.session.cookies.set(cookie["name"], cookie["value"], domain=cookie["domain"])
    assert browser.open("/apex/home").heading == "Welcome, Alice Adams"
    assert browser.call("POST", "/_sandbox/justcall/browser_session", json={"email": "x@y.z"}).status_code == 404
