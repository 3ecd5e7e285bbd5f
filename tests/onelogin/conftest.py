"""One patched wire per test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from sso_sync.onelogin.client import Client
from tests.onelogin.support import Wire, client, wired


@pytest.fixture
def wire() -> Iterator[Wire]:
    with wired() as patched:
        yield patched


@pytest.fixture
def idp() -> Iterator[Client]:
    with client() as made:
        yield made


@pytest.fixture
def writable() -> Iterator[Client]:
    with client(read_only=False) as made:
        yield made
