"""The page in a real browser: nothing is asked for, nothing complained of, and everybody can use it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.async_api import Page

from sso_sync.justcall.browser import launch
from sso_sync.justcall.browser.install import find_browser
from sso_sync.safe import visible
from tests.browsing import played
from tests.report.html.fleet import page

pytestmark = pytest.mark.browser

NAME = '"><img src=x onerror=alert(1)><script>alert(1)</script>\u202e\u05de\u05d6\u05dc ' + "verylong" * 20
# What the Tab key should come to, in order; closed details keep theirs.
REACHABLE = "[...document.querySelectorAll('a[href], summary, [tabindex=\"0\"]')]"
HERE = f"[{REACHABLE}.indexOf(document.activeElement), document.activeElement.tagName]"


async def rules_broken(shown: Page) -> list[str]:
    """What axe finds, by rule and place. Its own "cannot say" is no violation."""
    found: dict[str, Any] = await shown.evaluate("axe.run(document, {resultTypes: ['violations']})")
    return [f"{one['id']}: {node['html'][:200]}" for one in found["violations"] for node in one["nodes"]]


async def walked(shown: Page) -> list[int]:
    """Every place that Tab comes to from the top of the page; each summary on the way is opened with Enter."""
    order: list[int] = []
    while True:
        await shown.keyboard.press("Tab")
        place, kind = await shown.evaluate(HERE)
        if place < 0 or place in order:
            return order
        order.append(place)
        if kind == "SUMMARY":
            await shown.keyboard.press("Enter")


async def visit(path: Path) -> None:
    told: list[str] = []
    async with launch.started(find_browser(os.environ), app_url="http://127.0.0.1", environ={}) as browser:
        context = await browser.new_context(offline=True, color_scheme="light", viewport={"width": 1280, "height": 900})
        try:
            shown = await context.new_page()
            shown.on("console", lambda message: told.append(f"console: {message.text}"))
            shown.on("pageerror", lambda error: told.append(f"error: {error}"))
            shown.on("dialog", lambda dialog: told.append(f"dialog: {dialog.message}"))
            shown.on("request", lambda request: told.append(f"request: {request.url}"))
            await shown.goto(path.as_uri())
            assert set(told) == {f"request: {path.as_uri()}"}
            await used_by_keyboard(shown)
            await looked_at(shown)
            assert set(told) == {f"request: {path.as_uri()}"}  # nothing but the page, once more for the keyboard
        finally:
            await context.close()


async def used_by_keyboard(shown: Page) -> None:
    await shown.keyboard.press("Tab")
    assert await shown.evaluate("document.activeElement.className") == "skip"
    assert await shown.evaluate("document.activeElement.getBoundingClientRect().left") >= 0
    await shown.keyboard.press("Enter")
    assert await shown.evaluate("document.activeElement.id") == "report"
    assert await shown.evaluate("document.querySelectorAll('details[open]').length") == 0

    await shown.evaluate("document.activeElement.blur(); window.getSelection().removeAllRanges()")
    await shown.goto(shown.url.partition("#")[0])
    order = await walked(shown)
    assert order == list(range(await shown.evaluate(f"{REACHABLE}.length")))
    assert await shown.evaluate("document.querySelectorAll('details:not([open])').length") == 0


async def looked_at(shown: Page) -> None:
    """With everything open: in light and dark, wide and narrow."""
    await shown.evaluate(AXE_SCRIPT)
    assert await rules_broken(shown) == []
    await shown.emulate_media(color_scheme="dark")
    dark = await shown.evaluate("getComputedStyle(document.body).backgroundColor")
    await shown.set_viewport_size({"width": 400, "height": 900})
    assert await rules_broken(shown) == []
    for width in (400, 760, 1000):
        await shown.set_viewport_size({"width": width, "height": 900})
        assert await shown.evaluate("document.documentElement.scrollWidth") == width
    await shown.emulate_media(color_scheme="light")
    assert await shown.evaluate("getComputedStyle(document.body).backgroundColor") != dark
    assert await shown.evaluate("document.querySelectorAll('script, img').length") == 0
    headings = await shown.evaluate("[...document.querySelectorAll('h2 bdi')].map(one => one.textContent)")
    assert visible(NAME) in headings


def test_a_page_opens_alone_and_everybody_can_use_it(tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    path.write_text(page(NAME), encoding="utf-8")
    played(visit(path))
