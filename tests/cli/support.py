"""What the tests of the command line share."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from sso_sync.apply.result import ApplyResult
from sso_sync.cli.main import run
from sso_sync.errors import Diagnostic
from sso_sync.justcall.settings import SettingField
from sso_sync.plan.model import Action, Plan, Refusal, Side, SideInfo, SpecRef
from sso_sync.progress import Progress
from sso_sync.spec.connection import Connection
from sso_sync.values import Json
from tests.documents import parsed
from tests.report.plans import change, plan, step

IN_SYNC = plan()
PENDING = plan((change("onelogin.app.name", Action.UPDATE, "a", "b"),), steps=(step("app", "Rename the app"),))
REFUSED = replace(PENDING, refusals=(Refusal("ownership", "not ours"),))
WRONG = replace(PENDING, findings=(Diagnostic("error", "There is no role named 'x'"),))
UNREAD = replace(PENDING, sides=(SideInfo(Side.ONELOGIN, "acme.onelogin.com", error="503"),))


@dataclass(frozen=True)
class Ran:
    """One finished command line."""

    code: int
    out: str
    err: str
    command: str

    @property
    def json(self) -> dict[str, Any]:
        return parsed(self.out, self.command)


class Cli:
    """Runs `sso-sync` in this process."""

    def __init__(self, capture: pytest.CaptureFixture[str]) -> None:
        self._capture = capture

    def __call__(self, *argv: str | Path) -> Ran:
        self._capture.readouterr()
        code = run([str(word) for word in argv])
        out, err = self._capture.readouterr()
        return Ran(code, out, err, str(argv[0]) if argv else "")


@dataclass
class FakeEngine:
    """Answers by connection name, from `answers`; an exception among them is raised, a callable called.

    `approving` runs before an apply answers; what the commands handed over is kept.
    """

    answers: dict[str, Plan | ApplyResult | BaseException | Callable[[], Plan | ApplyResult]] = field(
        default_factory=dict
    )
    values: dict[SettingField, Json] | BaseException = field(default_factory=dict)
    asked: list[Plan] = field(default_factory=list)
    approved: list[bool] = field(default_factory=list)
    planned: list[str] = field(default_factory=list)
    overrides: frozenset[str] = frozenset()
    ignores: frozenset[str] = frozenset()
    note: str = "reading OneLogin"

    def plan(
        self, connection: Connection, environ: Mapping[str, str], overrides: frozenset[str], progress: Progress
    ) -> Plan:
        answer = self._answer(connection, environ, overrides, progress)
        assert isinstance(answer, Plan)
        return answer

    def apply(
        self,
        connection: Connection,
        environ: Mapping[str, str],
        approve: Callable[[Plan], bool],
        overrides: frozenset[str],
        progress: Progress,
    ) -> ApplyResult | Plan:
        answer = self._answer(connection, environ, overrides, progress)
        made = answer if isinstance(answer, Plan) else answer.plan
        if made.errors or made.refusals or made.unread or not made.steps:
            return made
        self.asked.append(made)
        self.approved.append(approve(made))
        return answer if self.approved[-1] else made

    def handover(self, connection: Connection, environ: Mapping[str, str]) -> dict[SettingField, Json]:
        assert environ
        self.planned.append(connection.name)
        if isinstance(self.values, BaseException):
            raise self.values
        return self.values

    def _answer(
        self, connection: Connection, environ: Mapping[str, str], overrides: frozenset[str], progress: Progress
    ) -> Plan | ApplyResult:
        assert environ
        self.planned.append(connection.name)
        self.overrides = overrides
        progress.note(self.note)
        answer = self.answers.get(connection.name, IN_SYNC)
        if isinstance(answer, BaseException):
            raise answer
        if callable(answer):
            answer = answer()
        return _named(answer, connection)


def _named(answer: Plan | ApplyResult, connection: Connection) -> Plan | ApplyResult:
    reference = SpecRef(str(connection.path), connection.name, "d")
    if isinstance(answer, Plan):
        return replace(answer, spec=reference)
    return replace(answer, plan=replace(answer.plan, spec=reference))


def spec(name: str = "prod", folder: str = ".") -> Path:
    """Writes a spec that loads without a problem, `<name>.yaml`, and answers its path."""
    path = Path(folder) / f"{name}.yaml"
    path.parent.mkdir(exist_ok=True)
    path.write_text(
        f"version: 1\nname: {name}\nsandbox: true\nonelogin:\n  access:\n    roles: [JustCall Users]\n",
        encoding="utf-8",
    )
    return path
