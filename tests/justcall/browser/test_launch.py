"""How a browser starts: fresh, the same everywhere, unable to leave the machine in a rehearsal, or with one error."""

from __future__ import annotations

import os
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from playwright.async_api import Error as PlaywrightError

from sso_sync.errors import SsoSyncError
from sso_sync.justcall.browser.install import find_browser
from sso_sync.justcall.browser.launch import LOCALE, VIEWPORT, _sandboxed, opened
from tests.browsing import played

_ABOUT = """() => ({
  language: navigator.language,
  zone: Intl.DateTimeFormat().resolvedOptions().timeZone,
  size: {width: innerWidth, height: innerHeight},
  kept: localStorage.getItem('kept'),
})"""


class _Page(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"<title>here</title>")

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def served() -> Iterator[ThreadingHTTPServer]:
    """A page on every address of this machine."""
    with ThreadingHTTPServer(("0.0.0.0", 0), _Page) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


async def _visit(server: ThreadingHTTPServer) -> list[dict[str, Any]]:
    """What two browsers, one after the other, say of themselves; the first leaves something behind."""
    said = []
    for _ in range(2):
        async with opened(find_browser(os.environ), app_url="http://127.0.0.1") as context:
            page = await context.new_page()
            await page.goto(f"http://127.0.0.1:{server.server_port}/")
            said.append(await page.evaluate(_ABOUT))
            await page.evaluate("localStorage.setItem('kept', 'yes')")
            # Another address of this machine stands for the world outside.
            with pytest.raises(PlaywrightError, match="ERR_NAME_NOT_RESOLVED"):
                await page.goto(f"http://127.0.0.2:{server.server_port}/")
    return said


@pytest.mark.browser
@pytest.mark.parametrize("start", [pytest.param("own", marks=pytest.mark.own_browser), "shared"])
def test_every_browser_is_fresh_and_the_same_and_a_rehearsal_stays_here(
    served: ThreadingHTTPServer, start: str
) -> None:
    fresh = {"language": LOCALE, "zone": "UTC", "size": dict(VIEWPORT), "kept": None}
    assert played(_visit(served)) == [fresh, fresh]


@pytest.mark.browser
def test_what_is_no_browser_is_one_error(tmp_path: Path) -> None:
    none = tmp_path / "chromium"
    none.write_text("#!/bin/sh\nexit 1\n", encoding="utf-8")
    none.chmod(0o755)

    async def attempt() -> None:
        async with opened(none, app_url="http://127.0.0.1"):
            raise AssertionError("it started")

    with pytest.raises(SsoSyncError, match="did not start") as refused:
        played(attempt())
    assert str(none) in refused.value.diagnostics[0].summary
    assert "SSO_SYNC_BROWSER_SANDBOX=off" in (refused.value.diagnostics[0].next_action or "")


@pytest.mark.parametrize(
    ("user", "environ", "sandboxed"),
    [
        (1000, {}, True),
        (1000, {"SSO_SYNC_BROWSER_SANDBOX": "Off"}, False),
        (1000, {"SSO_SYNC_BROWSER_SANDBOX": "on"}, True),
        (0, {}, False),
    ],
)
def test_chromiums_own_sandbox(
    monkeypatch: pytest.MonkeyPatch, user: int, environ: dict[str, str], sandboxed: bool
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: user)
    assert _sandboxed(environ) is sandboxed
