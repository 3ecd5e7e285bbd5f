"""Which runs are told of, and that nothing of it changes what is printed."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from sso_sync.apply.result import Outcome
from sso_sync.cli.afterwards import with_afterwards
from sso_sync.cli.notices import Notices
from sso_sync.cli.options import Common
from sso_sync.errors import Diagnostic, ExitCode, SideUnavailable
from sso_sync.notifying import tell as telling
from sso_sync.notifying.facts import Seen
from sso_sync.plan.model import Plan
from sso_sync.spec.connection import Connection
from tests.cli.support import IN_SYNC, PENDING, Cli, FakeEngine, spec
from tests.report.plans import applied

DOWN = SideUnavailable.because("OneLogin is out of reach")
DONE = replace(applied(PENDING, [(Outcome.APPLIED, None)], after=IN_SYNC))
Warn = Callable[[str], None]


@dataclass
class Ear:
    """What the notifier was told, and what stood on stdout by then."""

    seen: list[Seen] = field(default_factory=list)
    printed: str = ""
    raises: BaseException | None = None
    warning: str | None = None

    def told(self) -> list[tuple[str, str, str | None, int]]:
        return [(one.command, one.path, one.name, int(one.code)) for one in self.seen]


@pytest.fixture
def ear(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Ear:
    made = Ear()

    def tell(seen: Sequence[Seen], environ: Mapping[str, str], warn: Warn) -> None:
        assert environ["SSO_SYNC_NOTIFY"]
        made.seen += seen
        made.printed, complained = capfd.readouterr()
        sys.stdout.write(made.printed)  # for whoever reads it later
        sys.stderr.write(complained)
        if made.warning:
            warn(made.warning)
        if made.raises:
            raise made.raises

    monkeypatch.setattr(telling, "tell", tell)
    monkeypatch.setenv("SSO_SYNC_NOTIFY", "json://127.0.0.1:1")
    return made


@pytest.mark.parametrize(
    ("words", "answer", "code"),
    [
        (("drift",), IN_SYNC, 0),
        (("drift",), PENDING, 2),
        (("drift",), DOWN, 6),
        (("drift",), ZeroDivisionError(), 1),
        (("apply", "--auto-approve"), DONE, 0),
        (("apply", "--auto-approve"), DOWN, 6),
    ],
)
def test_each_run_is_told_of(
    cli: Cli, fake: FakeEngine, ear: Ear, words: tuple[str, ...], answer: Any, code: int
) -> None:
    fake.answers["prod"] = answer
    assert cli(*words, spec()).code == code
    assert ear.told() == [(words[0], "prod.yaml", "prod", code)]


def test_a_fleet_is_told_of_at_once_with_what_could_not_be_loaded(cli: Cli, fake: FakeEngine, ear: Ear) -> None:
    fake.answers |= {"a": IN_SYNC, "b": DOWN}
    for name in "abc":
        spec(name, "specs")
    path = spec("c", "specs")
    path.write_text("version: 1\nnam: c\n")
    assert cli("drift", "specs").code == 1
    assert ear.told() == [
        ("drift", "specs/a.yaml", "a", 0),
        ("drift", "specs/b.yaml", "b", 6),
        ("drift", "specs/c.yaml", None, 1),
    ]


def test_an_error_on_its_way_up_is_heard_once(ear: Ear) -> None:
    """Whether a spec is opened inside its run or before it."""

    def failing(_path: Path) -> Connection:
        raise DOWN

    with with_afterwards():
        notices = Notices(Common(), "drift")
        opening = notices.opening(failing)

        def one(path: Path) -> tuple[Plan, ExitCode]:
            opening(path)
            return IN_SYNC, ExitCode.OK

        with pytest.raises(SideUnavailable):
            notices.heard(one)(Path("a.yaml"))
        with pytest.raises(SideUnavailable):
            opening(Path("b.yaml"))
    assert ear.told() == [("drift", "a.yaml", None, 6), ("drift", "b.yaml", None, 6)]


@pytest.mark.parametrize("trouble", [None, RuntimeError("a bug"), KeyboardInterrupt()])
@pytest.mark.parametrize("answer", [PENDING, DOWN])
def test_the_result_is_out_before_anybody_is_told_and_stands(
    cli: Cli, fake: FakeEngine, ear: Ear, answer: Plan | SideUnavailable, trouble: BaseException | None
) -> None:
    fake.answers["prod"] = answer
    alone = cli("drift", spec(), "--format", "json", "--no-notify")
    assert ear.seen == []
    ear.raises, ear.warning = trouble, "Notification 1 (json) was not sent"
    ran = cli("drift", "prod.yaml", "--format", "json")
    assert (ran.code, ran.out) == (alone.code, alone.out)
    assert ear.printed == ran.out
    assert ran.err == alone.err + "warning: Notification 1 (json) was not sent\n"


@pytest.mark.parametrize("words", [("plan",), ("drift", "--no-notify"), ("apply", "--auto-approve", "--no-notify")])
def test_who_is_not_told(cli: Cli, fake: FakeEngine, ear: Ear, words: tuple[str, ...]) -> None:
    fake.answers["prod"] = IN_SYNC
    cli(*words, spec())
    assert ear.seen == []


def test_without_an_address_nothing_of_it_is_loaded(
    cli: Cli, fake: FakeEngine, ear: Ear, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSO_SYNC_NOTIFY", " \n")
    fake.answers["prod"] = replace(PENDING, findings=(Diagnostic("error", "x"),))
    cli("drift", spec())
    assert ear.seen == []
