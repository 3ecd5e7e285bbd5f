"""What every page has, and what is no page."""

from __future__ import annotations

import re

import pytest

from sso_sync.sandbox import Sandbox
from sso_sync.sandbox.onelogin.records import App
from tests.sandbox.support import Http, fresh_token

from .browser import ALICE, Browser

TABS = ("info", "configuration", "parameters", "parameters/new", "sso", "access")


def paths(app: App) -> list[str]:
    parameter = next(iter(app.parameters.values())).id
    return [
        "/portal",
        "/logout",
        "/admin/apps",
        f"/launch/{app.id}",
        *(f"/admin/apps/{app.id}/{tab}" for tab in TABS),
        f"/admin/apps/{app.id}/parameters/{parameter}",
    ]


def test_pages_are_whole_documents_that_ask_nobody_else(sandbox: Sandbox, admin: Browser, app: App) -> None:
    sandbox.onelogin.grant_directly(app.id, "olivia.owner@acme.example")
    for path in paths(app):
        shown = admin.open(path)
        assert shown.status == 200, path
        assert len(shown.document.xpath("//h1")) == 1, path
        assert shown.document.xpath("/html/@lang") == ["en"]
        linked = shown.document.xpath("//script/@src | //link/@href | //img/@src")
        assert linked
        for address in linked:
            assert address.startswith("/static/")
            assert admin.call("GET", address).status == 200
        assert not shown.document.xpath("//script[not(@src)] | //style | //@style | //@onclick"), path


def test_every_control_has_one_label_and_every_id_is_its_own(admin: Browser, app: App) -> None:
    for path in [f"/admin/apps/{app.id}/{tab}" for tab in TABS]:
        document = admin.open(path).document
        ids = document.xpath("//@id")
        assert len(ids) == len(set(ids)), path
        for control in document.xpath("//input[@type!='hidden'] | //select | //textarea"):
            labels = document.xpath("//label[@for=$id]", id=control.get("id"))
            assert len(labels) == 1, (path, control.get("name"))
        for described in document.xpath("//@aria-describedby | //@aria-labelledby"):
            assert described in ids


def test_headers_of_pages_are_not_the_apis(admin: Browser) -> None:
    headers = admin.open("/portal").answer.headers
    assert headers["content-type"] == "text/html; charset=utf-8"
    assert headers["cache-control"] == "no-store"
    assert "default-src 'self'" in headers["content-security-policy"]
    assert not {"x-request-id", "x-runtime", "x-correlation-id"} & set(headers)


@pytest.mark.parametrize("path", ["/", "/portals", "/api/2/nothing", "/admin", "/logins", "/saml"])
def test_what_is_no_page_is_answered_by_the_api(browser: Browser, path: str) -> None:
    shown = browser.open(path)
    assert shown.status == 401
    assert shown.answer.headers["content-type"] == "application/json"
    assert shown.answer.headers["x-request-id"]


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/admin/nothing", 404),
        ("GET", "/admin/apps/1/info", 404),
        ("GET", "/admin/apps/x/info", 404),
        ("GET", f"/launch/{'9' * 40}", 404),
        ("GET", "/static/nothing.css", 404),
        ("GET", "/static/..%2Flogin.html", 404),
        ("DELETE", "/portal", 405),
        ("POST", "/admin/apps", 405),
    ],
)
def test_wrong_addresses_are_pages_too(admin: Browser, method: str, path: str, status: int) -> None:
    shown = admin.call(method, path)
    assert shown.status == status
    assert shown.heading


def test_only_administrators_open_the_console(sandbox: Sandbox, browser: Browser, app: App) -> None:
    browser.sign_in(ALICE)
    before = sandbox.snapshot()
    assert "Administration" not in browser.open("/portal").answer.text
    for path in paths(app):
        if path.startswith("/admin"):
            assert browser.open(path).status == 403
            refused = browser.call("POST", path, data={"csrf": "x", "name": "Mine"})
            assert refused.status in (403, 405)
    assert sandbox.snapshot() == before


def test_a_form_without_its_token_changes_nothing(sandbox: Sandbox, admin: Browser, app: App) -> None:
    before = sandbox.snapshot()
    parameter = app.parameters["email"].id
    for path in (*TABS, f"parameters/{parameter}", f"parameters/{parameter}/delete"):
        if path == "parameters":
            continue
        for form in ({}, {"csrf": ""}, {"csrf": "guessed"}, {"csrf": "ä\udcff".encode("utf-8", "surrogateescape")}):
            refused = admin.call("POST", f"/admin/apps/{app.id}/{path}", data={"name": "Forged", "role": "1", **form})
            assert (refused.status, refused.heading) == (403, "Form out of date")
    assert sandbox.snapshot() == before


def test_a_form_of_somebody_who_is_no_longer_signed_in_is_lost(sandbox: Sandbox, admin: Browser, app: App) -> None:
    shown = admin.open(f"/admin/apps/{app.id}/info")
    admin.session.cookies.clear()
    assert admin.send(shown, f"/admin/apps/{app.id}/info", name="Other").location == "/login"
    assert sandbox.onelogin.app(app.id).name == "JustCall"


def test_tokens_of_the_api_open_no_page(sandbox: Sandbox) -> None:
    with Http(sandbox.onelogin_url, f"bearer {fresh_token(sandbox)}") as http:
        assert http.get("/admin/apps").status_code == 303


HOSTILE = "<script>alert(1)</script>\"'&amp;{{7*7}} \u202e ä"


def test_names_are_text_and_nothing_else(sandbox: Sandbox, admin: Browser, app: App) -> None:
    onelogin = sandbox.onelogin
    onelogin.edit_app(app.id, name=HOSTILE, description=HOSTILE, visible=True)
    onelogin.edit_configuration(app.id, audience=HOSTILE, relaystate=HOSTILE)
    onelogin.edit_parameter(app.id, HOSTILE, user_attribute_mappings=HOSTILE, user_attribute_macros=HOSTILE)
    onelogin.rename_role("Contractors", HOSTILE)
    onelogin.edit_user("olivia.owner@acme.example", firstname=HOSTILE)
    onelogin.grant_directly(app.id, "olivia.owner@acme.example")
    for path in paths(app):
        shown = admin.open(path)
        assert shown.status == 200, path
        assert "<script>alert" not in shown.answer.text
        assert "49" not in re.sub(r"\d{3,}|[0-9A-F]{2}:|[A-Za-z0-9+/=_-]{20,}", "", shown.text("//main")), path
    # Saving what is shown changes nothing.
    for tab in ("info", "configuration", "access", "sso"):
        before = sandbox.snapshot()
        path = f"/admin/apps/{app.id}/{tab}"
        assert admin.send(admin.open(path), path).status == 303
        assert sandbox.snapshot() == before, tab


def test_no_secret_of_a_page_is_logged(sandbox: Sandbox, admin: Browser, app: App) -> None:
    path = f"/admin/apps/{app.id}/info"
    shown = admin.open(path)
    admin.send(shown, path, description="Calls")
    token = admin.session.cookies["onelogin_session"]
    csrf = shown.document.xpath("//input[@name='csrf']")[0].get("value")
    kept = repr(list(sandbox.requests))
    assert "'password': '***'" in kept
    assert "'description': 'Calls'" in kept
    for secret in (token, csrf, admin.session.cookies["onelogin_form"], "'sandbox'"):
        assert secret not in kept
