"""The way to the settings page is gone once; after that the page's own address is enough, as long as it is."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.async_api import Page

from sso_sync.errors import CredentialsRefused
from sso_sync.justcall.browser.visit import Visit
from sso_sync.justcall.page_map.load import load_page_map
from tests.justcall.browser.site import Site, running

from .stage import Stage

pytestmark = pytest.mark.browser

START, SECURITY, SSO = "/apex/settings", "/apex/settings/security", "/apex/settings/security/sso"
HEADING = "<h1>Single Sign-On</h1>"
WAY = [START, SECURITY, SSO]


@pytest.fixture
def site() -> Iterator[Site]:
    with running() as made:
        made.pages = {
            START: f'<a href="{SECURITY}">Security</a>',
            SECURITY: f'<a href="{SSO}">Single Sign-On</a>',
            SSO: HEADING,
        }
        yield made


def asked(stage: Stage, site: Site, change: Callable[[], object] = lambda: None) -> list[str]:
    """What the site is asked when the page is opened again, after `change`; each time there is a heading to see."""

    async def visits(page: Page) -> list[str]:
        visit = Visit(page, load_page_map(None), site.url, sign_in="sign in")
        await visit.open()
        await page.evaluate("document.querySelector('h1').textContent = 'typed by hand'")
        change()
        site.asked.clear()
        await visit.open()
        assert await page.locator("h1").inner_text() == "Single Sign-On"  # the page was loaded afresh
        return [path for path in site.asked if path.startswith("/apex")]

    return stage.play("", visits)


def test_the_second_time_the_address_is_enough(stage: Stage, site: Site) -> None:
    assert asked(stage, site) == [SSO]


def test_an_address_that_leads_elsewhere_by_now_is_not_trusted(stage: Stage, site: Site) -> None:
    new = f"{SSO}/new"

    def moved() -> None:
        site.pages[SSO] = "<h2>This page has moved. You are not allowed to see it here.</h2>"
        site.pages[SECURITY] = f'<a href="{new}">Single Sign-On</a>'
        site.pages[new] = HEADING

    assert asked(stage, site, moved) == [SSO, START, SECURITY, new]


def test_a_part_of_a_page_is_no_address(stage: Stage, site: Site) -> None:
    """The browser would scroll there, and show what was on the page already."""
    site.pages[SECURITY] = (
        "<a href='#sso' onclick='document.body.innerHTML = \"<h1>Single Sign-On</h1>\"'>Single Sign-On</a>"
    )
    assert asked(stage, site) == [START, SECURITY]


def test_whoever_is_signed_out_meanwhile_is_told(stage: Stage, site: Site) -> None:
    def signed_out() -> None:
        for path in WAY:
            site.pages[path] = "<script>location.href = '/login'</script>"
        site.pages["/login"] = "Sign in"

    with pytest.raises(CredentialsRefused, match="has expired"):
        asked(stage, site, signed_out)
