"""A browser, an administrator in one, and an app that follows the guide."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from sso_sync.sandbox import Sandbox, follow_guide
from sso_sync.sandbox.onelogin.records import App

from .browser import Browser


@pytest.fixture
def browser(sandbox: Sandbox) -> Iterator[Browser]:
    with Browser(sandbox.onelogin_url) as browser:
        yield browser


@pytest.fixture
def admin(browser: Browser) -> Browser:
    """Signed in as the administrator."""
    browser.sign_in()
    return browser


@pytest.fixture
def app(sandbox: Sandbox) -> App:
    """JustCall, set up by hand."""
    return follow_guide(sandbox)
