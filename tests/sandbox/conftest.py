"""One sandbox for all tests of a process, back at its seed before each of them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from sso_sync.sandbox import Sandbox

from .support import Http, fresh_token


@pytest.fixture(scope="session")
def running() -> Iterator[Sandbox]:
    with Sandbox() as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(running: Sandbox) -> Iterator[Sandbox]:
    running.reset()
    yield running
    assert running.bugs == []


@pytest.fixture
def api(sandbox: Sandbox) -> Iterator[Http]:
    """OneLogin, with a token of level Manage All; the log starts after the token call."""
    token = fresh_token(sandbox)
    sandbox.requests.clear()
    with Http(sandbox.onelogin_url, f"bearer {token}") as http:
        yield http


@pytest.fixture
def gateway(sandbox: Sandbox) -> Iterator[Http]:
    """JustCall, with its key and secret."""
    with Http(sandbox.justcall_url, f"{sandbox.api_key}:{sandbox.api_secret}") as http:
        yield http
