"""The tab's surroundings that the tests of this folder share."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import AsyncExitStack

import pytest

from sso_sync.justcall.browser.install import find_browser
from sso_sync.justcall.browser.launch import opened
from tests.browsing import SharedBrowser

from .stage import Stage


@pytest.fixture(scope="session")
def stage(browser_to_lend: SharedBrowser) -> Iterator[Stage]:
    """One context for all scenes; without a browser these tests fail, for a skipped check is no check."""
    loop, stack = browser_to_lend.loop, AsyncExitStack()
    with pytest.MonkeyPatch.context() as patched:
        browser_to_lend.lend(patched)
        context = loop.run(stack.enter_async_context(opened(find_browser(os.environ), app_url="http://127.0.0.1")))
    context.set_default_timeout(5000)
    yield Stage(loop, context)
    loop.run(stack.aclose())
