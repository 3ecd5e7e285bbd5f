"""One patched wire per test; generated examples are not raced against the clock, for the machine may be busy."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings

from sso_sync.onelogin.client import Client
from tests.onelogin.support import Wire, client, wired

settings.register_profile("unhurried", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("unhurried")


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
