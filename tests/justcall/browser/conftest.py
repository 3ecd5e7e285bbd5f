"""The browser that the tests of this folder share."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from sso_sync.justcall.browser.install import find_browser
from sso_sync.justcall.browser.launch import opened
from sso_sync.justcall.browser.loop import BrowserLoop

from .stage import Stage


@pytest.fixture(scope="session")
def chromium() -> Path:
    """The browser; without one these tests fail, for a skipped check is no check."""
    return find_browser(os.environ)


@pytest.fixture(scope="session")
def stage(chromium: Path) -> Iterator[Stage]:
    loop, stack = BrowserLoop(), AsyncExitStack()
    context = loop.run(stack.enter_async_context(opened(chromium, app_url="http://127.0.0.1")))
    context.set_default_timeout(5000)
    yield Stage(loop, context)
    loop.run(stack.aclose())
    loop.close()
