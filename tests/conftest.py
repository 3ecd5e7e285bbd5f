"""What every test may rely on: nothing leaves the machine, nothing of the developer's own environment gets in."""

from __future__ import annotations

import gc
import ipaddress
import os
import re
import shutil
import socket
from collections.abc import Callable, Iterator
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from sso_sync.errors import SsoSyncError
from sso_sync.justcall.browser.install import find_browser
from tests.browsing import SharedBrowser
from tests.databases import binaries, own_database, postgresql, store_url

__all__ = ["own_database", "postgresql", "store_url"]  # fixtures

# Generated examples are not raced against the clock: the machine may be busy.
settings.register_profile("unhurried", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("unhurried")


def _on_loopback(address: Any) -> bool:
    if not isinstance(address, tuple):
        return True  # a Unix socket is on this machine
    host = str(address[0])
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


@pytest.fixture(autouse=True)
def _stay_on_loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    """A test that tries to reach a real service fails at once, whichever library tries."""
    real_connect: Callable[[socket.socket, Any], None] = socket.socket.connect

    def connect(self: socket.socket, address: Any) -> None:
        if not _on_loopback(address):
            raise AssertionError(f"a test tried to leave the machine: {address}")
        real_connect(self, address)

    real_lookup = socket.getaddrinfo

    def getaddrinfo(host: Any, *rest: Any, **options: Any) -> Any:
        # A name is looked up before anybody connects, and the look-up alone would leave the machine.
        if not _on_loopback((host.decode() if isinstance(host, bytes) else host or "localhost",)):
            raise AssertionError(f"a test tried to look up {host}")
        return real_lookup(host, *rest, **options)

    monkeypatch.setattr(socket.socket, "connect", connect)
    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)


@pytest.fixture(scope="session")
def _free(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Where folders may be made. pytest's own factory seeks a free number among all the folders of the tests before."""
    parent = tmp_path_factory.mktemp("each")
    return (parent / str(number) for number in count())


@pytest.fixture
def tmp_path(_free: Iterator[Path], request: pytest.FixtureRequest) -> Path:
    """An empty folder of this test alone, as pytest's own fixture of that name makes it."""
    name = re.sub(r"\W", "_", request.node.name)[:30]
    free = next(_free)
    made = free.with_name(f"{free.name}-{name}")
    made.mkdir(mode=0o700)
    return made


@pytest.fixture(autouse=True)
def _own_environment(monkeypatch: pytest.MonkeyPatch, _free: Iterator[Path]) -> None:
    """Credentials, caches and proxies of whoever runs the tests stay out of them."""
    home = next(_free)
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("XDG_CACHE_HOME", str(home / ".cache"))
    for name in (
        "ONELOGIN_CLIENT_ID",
        "ONELOGIN_CLIENT_SECRET",
        "ONELOGIN_TEST_USER",
        "ONELOGIN_TEST_PASSWORD",
        "ONELOGIN_TEST_OTP",
        "ONELOGIN_TEST_DEVICE",
        "JUSTCALL_API_KEY",
        "JUSTCALL_API_SECRET",
        "HTTP_PROXY",
        "HTTPS_PROXY",
        "http_proxy",
        "https_proxy",
        "SSO_SYNC_BROWSER_SANDBOX",
        "SSO_SYNC_NOTIFY",
        "SSO_SYNC_STORE",
        "JUSTCALL_SESSION",
        "NO_COLOR",
        "FORCE_COLOR",
        "JOB_COMPLETION_INDEX",
        "SSO_SYNC_LOG_FORMAT",
        "SSO_SYNC_SHARD",
        "SSO_SYNC_SHARDS",
        "OTEL_EXPORTER_OTLP_ENDPOINT",
        "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT",
        "OTEL_TRACES_EXPORTER",
    ):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(scope="session")
def browser_to_lend() -> Iterator[SharedBrowser]:
    """The browser of all tests of this process; it starts when it is first wanted."""
    made = SharedBrowser()
    yield made
    made.close()


@pytest.fixture(autouse=True)
def _shared_browser(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where a test marked `browser` starts one it gets a fresh context in the shared one, unless it wants its own."""
    if request.node.get_closest_marker("browser") and not request.node.get_closest_marker("own_browser"):
        request.getfixturevalue("browser_to_lend").lend(monkeypatch)


def pytest_xdist_auto_num_workers() -> int | None:
    """Two processes more than there are processors: tests wait now and then, for a page or for time to pass."""
    if "PYTEST_XDIST_AUTO_NUM_WORKERS" in os.environ:
        return None
    return len(os.sched_getaffinity(0)) + 2 if hasattr(os, "sched_getaffinity") else None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest tests come first, so that none of them is what everybody waits for at the end."""
    items.sort(key=lambda item: item.get_closest_marker("browser") is None)


def pytest_collection_finish() -> None:
    """What was imported by now stays for good: the garbage collector need not look through it again and again."""
    gc.collect()
    gc.freeze()


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Without a browser, a screen to pretend, or xmlsec1, the tests that need one are left out; in CI they fail."""
    if os.environ.get("CI"):
        return
    if item.get_closest_marker("browser") and not _browser():
        pytest.skip("there is no Chrome or Chromium here; .ci/run installs one")
    if item.get_closest_marker("referee") and not shutil.which("xmlsec1"):
        pytest.skip("xmlsec1 is not here; .ci/run installs it")
    if item.get_closest_marker("postgresql") and binaries() is None:
        pytest.skip("PostgreSQL is not here; .ci/run installs it")
    if item.get_closest_marker("desktop") and not (shutil.which("Xvfb") and shutil.which("xdotool")):
        pytest.skip("Xvfb and xdotool are not here; .ci/run installs them")


@cache
def _browser() -> bool:
    try:
        find_browser(os.environ)
    except SsoSyncError:
        return False
    return True
