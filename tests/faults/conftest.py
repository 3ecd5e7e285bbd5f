"""A sandbox to harm, and a clock that nobody waits for."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from sso_sync.http import STANDARD_RETRY
from sso_sync.onelogin.writer import Writer
from sso_sync.sandbox.faults import Faults, Strike
from sso_sync.sandbox.server import Sandbox
from sso_sync.sandbox.wire import ServiceName
from tests.faults.killing import Hangs


@pytest.fixture(scope="session")
def shared_sandbox() -> Iterator[Sandbox]:
    """One pair of servers for all tests; `sandbox` resets it for each."""
    with Sandbox() as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(shared_sandbox: Sandbox) -> Iterator[Sandbox]:
    shared_sandbox.reset()
    yield shared_sandbox
    shared_sandbox.faults.clear()


@pytest.fixture
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """Waits between attempts end at once. They are defaults, bound when the modules were loaded, so they are replaced
    where they are kept: the standard policy is frozen, and the writer's pause a keyword's default.
    """
    monkeypatch.setitem(vars(STANDARD_RETRY), "sleep", lambda _seconds: None)
    monkeypatch.setitem(Writer.__init__.__kwdefaults__ or {}, "sleep", lambda _seconds: None)


@pytest.fixture
def hangs(monkeypatch: pytest.MonkeyPatch) -> Hangs:
    found = Hangs([])
    real = Faults.happened

    def happened(self: Faults, strike: Strike, service: ServiceName, method: str, path: str) -> None:
        if strike.fault.kind == "hang":
            found.struck.append(strike)
        real(self, strike, service, method, path)

    monkeypatch.setattr(Faults, "happened", happened)
    return found
