"""Runs to tell of, and a mailbox in place of the world."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from sso_sync.errors import Diagnostic, ExitCode
from sso_sync.notifying.facts import Seen
from sso_sync.notifying.message import Message
from sso_sync.notifying.sending import Letter
from sso_sync.plan.model import Action, Direction, Plan
from sso_sync.report.interface import ApplyReport, Failure
from tests.report.plans import change, plan

PATH = "specs/justcall.yaml"
NAME = "justcall-prod"
BROKEN = Failure((Diagnostic("error", "line 3 makes no sense", next_action="Correct it."),), ExitCode.ERROR, PATH)


def drifted(*addresses: str, towards: Direction = Direction.ONELOGIN, name: str = NAME) -> Plan:
    """A drift at these addresses; in sync without one."""
    changes = [replace(change(one, Action.UPDATE, "a", "b"), direction=towards) for one in addresses]
    return replace(plan(changes, name=name), command="drift")


def seen(
    report: Plan | ApplyReport,
    code: ExitCode | None = None,
    *,
    command: str = "drift",
    name: str | None = NAME,
    path: str = PATH,
) -> Seen:
    """What a command came to; the code of a drift follows from its plan."""
    if code is None:
        code = ExitCode.OK if isinstance(report, Plan) and report.empty else ExitCode.CHANGES
    return Seen(command, path, name, report, code)


@dataclass
class Post:
    """Takes letters, but for those to the targets (by number) that `lost` names."""

    lost: set[int] = field(default_factory=set)
    got: list[tuple[int, Message]] = field(default_factory=list)

    def __call__(self, letters: Sequence[Letter]) -> tuple[str | None, ...]:
        taken = [letter for letter in letters if letter.target.number not in self.lost]
        self.got += [(letter.target.number, letter.message) for letter in taken]
        return tuple("it is on strike" if letter.target.number in self.lost else None for letter in letters)

    def titles(self) -> list[str]:
        """What came since somebody asked last, without the name of the program."""
        found = [message.title.removeprefix("sso-sync: ") for _, message in self.got]
        self.got.clear()
        return found
