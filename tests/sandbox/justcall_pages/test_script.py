"""What the pages' script does, in a real browser: the widgets, the banner, the warnings, and what is hidden."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Dialog, Error, Page, expect, sync_playwright

from sso_sync.justcall.browser.install import find_browser
from sso_sync.sandbox import Sandbox, follow_guide

from .support import API, SSO

pytestmark = pytest.mark.browser

ARGUMENTS = [
    "--no-sandbox",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PATIENCE_MS = 15_000
COOKIES = "justcall-cookie-choice"


@pytest.fixture(scope="module")
def chromium() -> Iterator[Chromium]:
    with sync_playwright() as playwright:
        executable = shutil.which("chromium-headless-shell") or find_browser(os.environ)
        browser = playwright.chromium.launch(executable_path=executable, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def fresh(sandbox: Sandbox, chromium: Chromium) -> Iterator[Page]:
    """The owner's page; nobody has chosen any cookies yet. A script's error fails the test."""
    context = chromium.new_context(
        base_url=sandbox.justcall_url,
        storage_state=sandbox.browser_session(),  # type: ignore[arg-type]  # a plain dictionary is taken too
        viewport={"width": 1280, "height": 1000},
    )
    context.set_default_timeout(PATIENCE_MS)
    expect.set_options(timeout=PATIENCE_MS)
    errors: list[Error] = []
    page = context.new_page()
    page.on("pageerror", lambda error: errors.append(error))  # noqa: PLW0108  a built-in method cannot be marked
    yield page
    context.close()
    assert errors == []


@pytest.fixture
def spa(sandbox: Sandbox, fresh: Page) -> Page:
    """The single page, with the cookie question answered."""
    sandbox.variants.page = "spa"
    fresh.context.add_init_script(f"localStorage.setItem('{COOKIES}', 'none')")
    return fresh


def _save(page: Page) -> None:
    page.get_by_role("button", name="Save Configuration").click()


def test_the_whole_form_by_roles_and_names(sandbox: Sandbox, spa: Page, pem: str) -> None:
    spa.goto("/apex/settings")
    spa.get_by_role("link", name="Security", exact=True).click()
    spa.get_by_role("link", name="Single Sign-On", exact=True).click()
    expect(spa.get_by_role("heading", name="Single Sign-On")).to_be_focused()
    assert spa.url.endswith(SSO)
    save = spa.get_by_role("button", name="Save Configuration")
    expect(save).to_be_disabled()
    spa.get_by_role("switch", name="Enable SSO").click()
    expect(spa.get_by_role("switch", name="Enable SSO")).to_be_checked()
    spa.get_by_role("combobox", name="Protocol").click()
    spa.get_by_role("option", name="SAML 2.0").click()
    spa.get_by_role("textbox", name="SSO URL", exact=True).fill("https://idp.example/sso")
    spa.get_by_role("textbox", name="Issuer / Entity ID", exact=True).fill("https://idp.example/issuer")
    spa.get_by_role("textbox", name="Certificate", exact=True).fill(pem)
    spa.get_by_role("combobox", name="Default Role").click()
    spa.get_by_role("listbox", name="Default Role").get_by_role("option", name="Team Member").click()
    _save(spa)
    expect(spa.get_by_role("status")).to_have_text("Configuration saved.")
    expect(save).to_be_disabled()
    settings = sandbox.justcall.settings
    assert (settings.enabled, settings.protocol, settings.default_role) == (True, "SAML 2.0", "Team Member")
    assert (settings.sso_url, settings.issuer) == ("https://idp.example/sso", "https://idp.example/issuer")
    assert settings.certificate == pem
    spa.reload()
    expect(spa.get_by_role("textbox", name="Certificate", exact=True)).to_have_value(pem)
    expect(spa.get_by_role("combobox", name="Default Role")).to_have_text("Team Member")
    expect(spa.get_by_role("textbox", name="ACS URL")).not_to_be_editable()
    assert sandbox.requests.count("justcall", "PUT") == 1


def test_reading_writes_nothing(sandbox: Sandbox, spa: Page) -> None:
    follow_guide(sandbox)
    sandbox.requests.clear()
    spa.goto(SSO)
    expect(spa.get_by_role("switch", name="Enable SSO")).to_be_checked()
    assert sandbox.requests.writes() == []


def test_save_waits_for_a_change(spa: Page) -> None:
    spa.goto(SSO)
    save, issuer = spa.get_by_role("button", name="Save Configuration"), spa.get_by_role("textbox", name="Issuer")
    expect(save).to_be_disabled()
    issuer.fill("x")
    expect(save).to_be_enabled()
    issuer.fill("")
    expect(save).to_be_disabled()


def test_the_list_by_keyboard(sandbox: Sandbox, spa: Page) -> None:
    spa.goto(SSO)
    role = spa.get_by_role("combobox", name="Default Role")
    role.focus()
    role.press("ArrowDown")
    expect(role).to_have_attribute("aria-expanded", "true")
    role.press("End")
    expect(role).to_have_attribute("aria-activedescendant", "sso-role-option-2")
    role.press("Escape")
    expect(spa.get_by_role("listbox")).to_have_count(0)
    expect(role).to_have_text("Choose…")
    role.press("Enter")
    role.press("ArrowDown")
    role.press("Enter")
    expect(role).to_have_text("Admin")
    expect(role).to_be_focused()
    role.press("t")
    role.press("Space")
    expect(role).to_have_text("Team Member")
    switch = spa.get_by_role("switch", name="Enable SSO")
    switch.press("Space")
    expect(switch).to_be_checked()
    role.press("Tab")
    _save(spa)
    expect(spa.get_by_role("status")).to_be_visible()
    assert (sandbox.justcall.settings.default_role, sandbox.justcall.settings.enabled) == ("Team Member", True)


def test_toasts_go_away(spa: Page) -> None:
    spa.goto(SSO)
    spa.get_by_role("button", name="Test Connection").click()
    expect(spa.get_by_role("alert")).to_have_text("Connection failed: SSO URL is not set")
    expect(spa.get_by_role("alert")).to_have_count(0)


@pytest.mark.parametrize("kind", ["errors", "lies"])
def test_saves_that_do_not_save(sandbox: Sandbox, spa: Page, kind: str) -> None:
    sandbox.variants.update({"page_save": kind})
    spa.goto(SSO)
    issuer = spa.get_by_role("textbox", name="Issuer")
    issuer.fill("https://new.example")
    _save(spa)
    if kind == "errors":
        expect(spa.get_by_role("alert")).to_have_text("Configuration could not be saved: an error occurred on our side")
        expect(spa.get_by_role("button", name="Save Configuration")).to_be_enabled()
    else:
        expect(spa.get_by_role("status")).to_have_text("Configuration saved.")
    expect(issuer).to_have_value("https://new.example")
    spa.on("dialog", lambda dialog: dialog.accept())
    spa.reload()
    expect(issuer).to_have_value("")


def test_the_cookie_banner_takes_every_click(sandbox: Sandbox, fresh: Page) -> None:
    sandbox.variants.page = "spa"
    fresh.goto("/apex/settings")
    expect(fresh.get_by_role("dialog", name="We value your privacy")).to_be_focused()
    security = fresh.get_by_role("link", name="Security", exact=True)
    with pytest.raises(Error, match="intercepts pointer events"):
        security.click(timeout=700)
    fresh.get_by_role("button", name="Reject all").click()
    security.click()
    fresh.goto("/login")
    expect(fresh.get_by_role("button", name="Sign in")).to_be_visible()
    expect(fresh.get_by_role("dialog")).to_have_count(0)
    assert fresh.evaluate(f"localStorage.getItem('{COOKIES}')") == "none"


def test_links_ask_before_changes_are_lost(sandbox: Sandbox, spa: Page) -> None:
    spa.goto(SSO)
    issuer = spa.get_by_role("textbox", name="Issuer")
    issuer.fill("https://new.example")
    away, dialog = spa.get_by_role("link", name="Account", exact=True), spa.get_by_role("dialog")
    away.click()
    expect(dialog).to_contain_text("You have unsaved changes")
    dialog.get_by_role("button", name="Keep editing").click()
    expect(dialog).to_have_count(0)
    expect(issuer).to_have_value("https://new.example")
    away.click()
    spa.keyboard.press("Escape")
    expect(issuer).to_have_value("https://new.example")
    away.click()
    dialog.get_by_role("button", name="Leave without saving").click()
    expect(spa.get_by_role("heading", name="Account")).to_be_visible()
    assert spa.url.endswith("/apex/settings")
    assert sandbox.requests.writes() == []


def test_going_back_asks_too(spa: Page) -> None:
    spa.goto("/apex/settings/security")
    spa.get_by_role("link", name="Single Sign-On", exact=True).click()
    spa.get_by_role("textbox", name="Issuer").fill("x")
    spa.go_back()
    spa.get_by_role("button", name="Keep editing").click()
    assert spa.url.endswith(SSO)
    spa.go_back()
    spa.get_by_role("button", name="Leave without saving").click()
    expect(spa.get_by_role("heading", name="Security")).to_be_visible()


def test_leaving_the_page_itself_asks(spa: Page) -> None:
    asked: list[str] = []

    def accept(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.accept()

    spa.on("dialog", accept)
    spa.goto(SSO)
    spa.get_by_role("textbox", name="Issuer").fill("x")
    spa.reload()
    assert asked == ["beforeunload"]
    expect(spa.get_by_role("textbox", name="Issuer")).to_have_value("")
    spa.reload()
    assert asked == ["beforeunload"]


def test_a_file_is_read_into_the_field(sandbox: Sandbox, spa: Page, pem: str) -> None:
    sandbox.variants.page_certificate = "fingerprint"
    spa.goto(SSO)
    file = {"name": "x.pem", "mimeType": "application/x-pem-file", "buffer": pem.encode()}
    spa.get_by_label("Upload certificate").set_input_files(file)  # type: ignore[arg-type]  # a plain dictionary
    area = spa.get_by_role("textbox", name="Certificate", exact=True)
    expect(area).to_have_value(pem)
    _save(spa)
    expect(spa.get_by_text("Certificate saved. SHA-256 fingerprint:")).to_be_visible()
    expect(area).to_have_value("")
    assert sandbox.justcall.settings.certificate == pem


@pytest.mark.parametrize("rendering", ["native", "spa"])
def test_fields_that_wait_for_the_switch(sandbox: Sandbox, spa: Page, rendering: str) -> None:
    sandbox.variants.update({"page": rendering, "page_fields": "when_enabled"})
    spa.goto(SSO)
    switch = spa.get_by_role("switch").or_(spa.get_by_role("checkbox"))
    fields = spa.get_by_role("textbox")
    expect(switch).to_be_visible()
    expect(fields).to_have_count(0)
    switch.click()
    expect(fields).to_have_count(5)
    spa.get_by_role("textbox", name="Issuer").fill("https://new.example")
    switch.click()
    expect(fields).to_have_count(0)
    _save(spa)
    expect(spa.get_by_role("status")).to_be_visible()
    assert (sandbox.justcall.settings.enabled, sandbox.justcall.settings.issuer) == (False, "https://new.example")


def test_a_session_that_expires_while_the_page_is_open(sandbox: Sandbox, spa: Page) -> None:
    spa.goto("/apex/settings/security")
    sandbox.variants.page_access = "expired"
    spa.get_by_role("link", name="Single Sign-On", exact=True).click()
    spa.wait_for_url(f"**/login?next={SSO}")


def test_a_permission_that_is_lost_while_the_page_is_open(sandbox: Sandbox, spa: Page) -> None:
    spa.goto("/apex/settings/security")
    sandbox.variants.page_access = "no_permission"
    spa.get_by_role("link", name="Single Sign-On", exact=True).click()
    expect(spa.get_by_role("heading")).to_have_text("You do not have permission to view this page")


def test_settings_that_cannot_be_loaded(sandbox: Sandbox, spa: Page) -> None:
    spa.route(f"**{API}", lambda route: route.abort(), times=1)
    spa.goto(SSO)
    expect(spa.get_by_role("alert")).to_have_text("JustCall could not be reached. Try again in a moment.")
    spa.get_by_role("button", name="Try again").click()
    expect(spa.get_by_role("switch", name="Enable SSO")).to_be_visible()


def test_one_label_twice(sandbox: Sandbox, spa: Page) -> None:
    sandbox.variants.page_labels = "twice"
    spa.goto(SSO)
    expect(spa.get_by_role("textbox", name="SSO URL", exact=True)).to_have_count(2)


@pytest.mark.parametrize("rendering", ["native", "spa"])
def test_values_are_copied(sandbox: Sandbox, spa: Page, rendering: str) -> None:
    sandbox.variants.update({"page": rendering})
    spa.context.grant_permissions(["clipboard-read", "clipboard-write"])
    spa.goto(SSO)
    spa.get_by_role("button", name="Copy Entity ID").click()
    spa.locator(".copy.done").wait_for()
    assert spa.evaluate("navigator.clipboard.readText()") == "JustCall"


@pytest.mark.parametrize("rendering", ["native", "spa"])
@pytest.mark.parametrize("labels", ["guide", "renamed", "twice"])
def test_nothing_is_wider_than_a_small_screen(sandbox: Sandbox, spa: Page, rendering: str, labels: str) -> None:
    follow_guide(sandbox)
    sandbox.variants.update({"page": rendering, "page_labels": labels, "page_certificate": "fingerprint"})
    spa.set_viewport_size({"width": 400, "height": 900})
    for path in (SSO, "/apex/settings", "/apex/settings/security", "/apex/home", "/login", "/login/sso"):
        spa.goto(path)
        spa.get_by_role("heading").first.wait_for()
        assert spa.evaluate("document.documentElement.scrollWidth") <= 400, path
