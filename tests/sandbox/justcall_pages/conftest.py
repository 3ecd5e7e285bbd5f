"""The owner's browser."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from sso_sync.sandbox import Sandbox

from .support import OWNER, STANDARD, Browser


@pytest.fixture
def browser(sandbox: Sandbox) -> Iterator[Browser]:
    """Nobody is signed in."""
    with Browser(sandbox) as made:
        yield made


@pytest.fixture
def owner(sandbox: Sandbox) -> Iterator[Browser]:
    with Browser(sandbox, OWNER) as made:
        yield made


@pytest.fixture
def pem(sandbox: Sandbox) -> str:
    return sandbox.onelogin.certificate(STANDARD).pem
