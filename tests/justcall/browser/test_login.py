"""Signing in, without a window: when somebody counts as signed in, and what ends the waiting."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import pytest
from playwright.async_api import BrowserContext

from sso_sync.errors import ExitCode, SideUnavailable, SsoSyncError
from sso_sync.justcall.browser.install import find_browser
from sso_sync.justcall.browser.launch import opened
from sso_sync.justcall.browser.login import sign_in
from sso_sync.justcall.browser.session import NoSession
from tests.browsing import played
from tests.justcall.browser.login_site import EMAIL, IDP_SESSION, PASSWORD, SESSION, LoginSite, served

pytestmark = pytest.mark.browser

Person = Callable[[BrowserContext], Awaitable[None]]


@pytest.fixture
def site() -> Iterator[LoginSite]:
    with served() as site:
        yield site


def attempt(
    site: LoginSite, person: Person, *, patience: float = 120, app_url: str | None = None
) -> tuple[dict[str, Any], list[str]]:
    """What `sign_in` answers and says while `person` does something with the browser."""
    said: list[str] = []

    async def both() -> dict[str, Any]:
        url = app_url or site.app_url
        async with opened(find_browser(os.environ), app_url=url) as context:
            waiting = asyncio.create_task(
                sign_in(
                    context,
                    app_url=url,
                    login_path="/login",
                    signed_out_paths=["/login"],
                    settings_path="/apex/settings",
                    patience=patience,
                    say=said.append,
                )
            )
            acting = asyncio.create_task(_when_said(said, context, person))
            try:
                return await waiting
            finally:
                acting.cancel()
                await asyncio.gather(acting, return_exceptions=True)

    return played(both()), said


async def _when_said(said: list[str], context: BrowserContext, person: Person) -> None:
    await _comes_true(lambda: bool(said))
    await person(context)


async def signs_in(context: BrowserContext) -> None:
    (page,) = context.pages
    await page.get_by_label("Email").fill(EMAIL)
    await page.get_by_role("button").click()
    await page.get_by_label("Password").fill(PASSWORD)
    await page.get_by_role("button").click()


async def leaves_after_a_while(context: BrowserContext) -> None:
    await asyncio.sleep(3)  # that nothing happens can only be waited for
    await context.close()


async def _comes_true(what: Callable[[], bool]) -> None:
    while not what():
        await asyncio.sleep(0.05)


async def does_nothing(context: BrowserContext) -> None:
    del context


def test_through_another_host_and_back(site: LoginSite) -> None:
    state, said = attempt(site, signs_in)
    assert {one["name"]: one["value"] for one in state["cookies"]} == {
        "justcall_session": SESSION,
        "idp_session": IDP_SESSION,
    }
    assert site.asked[-1] == "/apex/settings"
    assert said == [
        "Sign in to JustCall in the window that has opened. Waiting up to 2 minutes.",
        "Somebody is signed in; looking whether the settings open.",
    ]


def test_a_page_for_everybody_is_no_proof_and_the_settings_are_not_tried_again_and_again(site: LoginSite) -> None:
    async def forgets(context: BrowserContext) -> None:
        await context.pages[0].goto(f"{site.app_url}/forgot")
        await _comes_true(lambda: "/apex/settings" in site.asked)
        await leaves_after_a_while(context)

    with pytest.raises(NoSession, match="was closed"):
        attempt(site, forgets)
    assert site.asked.count("/apex/settings") == 1


def test_a_page_for_everybody_on_the_way_does_not_end_the_waiting(site: LoginSite) -> None:
    async def finds_the_way(context: BrowserContext) -> None:
        page = context.pages[0]
        await page.goto(f"{site.app_url}/forgot")
        await _comes_true(lambda: "/apex/settings" in site.asked and len(context.pages) == 1)
        await page.goto(f"{site.app_url}/login")
        await signs_in(context)

    state, _ = attempt(site, finds_the_way)
    assert "justcall_session" in {one["name"] for one in state["cookies"]}


def test_being_signed_in_at_the_identity_provider_alone_is_not_enough(site: LoginSite) -> None:
    site.lets_in = False

    async def is_not_let_in(context: BrowserContext) -> None:
        await signs_in(context)
        await _comes_true(lambda: site.asked[-1] == "/login" and "/apex/home" in site.asked)
        await leaves_after_a_while(context)

    with pytest.raises(NoSession, match="was closed"):
        attempt(site, is_not_let_in)
    assert "/apex/settings" not in site.asked


@pytest.mark.parametrize("what", ["page", pytest.param("browser", marks=pytest.mark.own_browser)])
def test_closing_the_window_ends_it_at_once(site: LoginSite, what: str) -> None:
    async def leaves(context: BrowserContext) -> None:
        assert context.browser is not None
        await (context.pages[0].close() if what == "page" else context.browser.close())

    with pytest.raises(NoSession, match="was closed") as caught:
        attempt(site, leaves)
    assert caught.value.exit_code is ExitCode.UNAVAILABLE
    assert "Nothing was saved" in (caught.value.diagnostics[0].detail or "")


def test_a_login_page_that_does_not_open_is_one_error(site: LoginSite) -> None:
    with pytest.raises(SideUnavailable, match="does not open") as caught:
        attempt(site, does_nothing, app_url="http://127.0.0.1:9")
    assert len(caught.value.diagnostics) == 1


def test_running_out_of_patience_says_how_to_have_more(site: LoginSite) -> None:
    with pytest.raises(SsoSyncError) as caught:
        attempt(site, does_nothing, patience=1)
    assert "--timeout" in (caught.value.diagnostics[0].next_action or "")
    assert site.typed == []
