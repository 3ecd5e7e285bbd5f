"""A command line in an empty folder, with an engine that does what the test says."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from sso_sync import engine
from sso_sync.apply.result import ApplyResult
from sso_sync.justcall.settings import SettingField
from sso_sync.plan.model import Plan
from sso_sync.progress import Progress
from sso_sync.spec.connection import Connection
from sso_sync.values import Json
from sso_sync.wiring import Accounts
from tests.cli.support import Cli, FakeEngine


@pytest.fixture
def cli(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Cli:
    """Runs command lines in an empty folder and captures what they print."""
    monkeypatch.chdir(tmp_path)
    return Cli(capfd)


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> FakeEngine:
    """The engine that the commands meet instead of the real one."""
    made = FakeEngine()

    def plan(
        connection: Connection,
        *,
        environ: Mapping[str, str],
        overrides: frozenset[str],
        rewrites: frozenset[str],
        ignores: frozenset[str],
        progress: Progress,
        accounts: Accounts | None = None,
    ) -> Plan:
        made.ignores = ignores
        return made.plan(connection, environ, overrides, progress)

    def drift(
        connection: Connection,
        *,
        environ: Mapping[str, str],
        ignores: frozenset[str],
        progress: Progress,
        accounts: Accounts | None = None,
    ) -> Plan:
        made.ignores = ignores
        return replace(made.plan(connection, environ, frozenset(), progress), command="drift")

    def apply(
        connection: Connection,
        *,
        environ: Mapping[str, str],
        approve: Callable[[Plan], bool],
        overrides: frozenset[str],
        rewrites: frozenset[str],
        ignores: frozenset[str],
        progress: Progress,
        lock_timeout: float = 0.0,
        accounts: Accounts | None = None,
    ) -> ApplyResult | Plan:
        made.ignores = ignores
        return made.apply(connection, environ, approve, overrides, progress)

    def handover(connection: Connection, *, environ: Mapping[str, str]) -> dict[SettingField, Json]:
        return made.handover(connection, environ)

    monkeypatch.setattr(engine, "plan", plan)
    monkeypatch.setattr(engine, "drift", drift)
    monkeypatch.setattr(engine, "apply", apply)
    monkeypatch.setattr(engine, "handover", handover)
    return made
