"""A diagnosis: what is wrong, on which side, how that is known, where it is changed, and what changes it."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from sso_sync.errors import Diagnostic, ExitCode
from sso_sync.plan.model import Change, Side, SideInfo
from sso_sync.spec.connection import SpecPath
from sso_sync.values import Json

__all__ = [
    "REMOVED",
    "ByHand",
    "Certainty",
    "Command",
    "Diagnosis",
    "Edit",
    "Examination",
    "Finding",
    "Fix",
    "FixKind",
    "Harm",
    "Place",
    "Removed",
    "Repair",
    "Settle",
]


class Harm(StrEnum):
    """What it does to people, the gravest first."""

    LOGINS_FAIL = "logins fail"
    SOME_CANNOT = "some people cannot sign in"
    INSECURE = "insecure"
    AT_RISK = "at risk"


class Certainty(StrEnum):
    """How sure it is that this does the harm, the surest first."""

    CERTAIN = "certain"
    LIKELY = "likely"
    POSSIBLE = "possible"


class FixKind(StrEnum):
    """Who makes the change, and how: `apply` the present plan, `edit` the spec first, run a command, or go there."""

    APPLY = "apply"
    EDIT = "edit"
    COMMAND = "command"
    BY_HAND = "by_hand"


class Removed:
    """Stands for "leave the key out" in an `Edit`."""

    def __repr__(self) -> str:
        return "REMOVED"


REMOVED = Removed()


@dataclass(frozen=True)
class Settle:
    """Carry out what the present plan wants at these addresses; no repair where it wants nothing there."""

    addresses: tuple[str, ...]


@dataclass(frozen=True)
class Edit:
    """Say something else at `path` of the spec: `value`, or REMOVED for the default.

    `why` is a short clause; `instead` are the words of another command that does the same.
    """

    path: SpecPath
    value: Json | Removed
    why: str = ""
    instead: tuple[str, ...] = ()


@dataclass(frozen=True)
class Command:
    """Run `sso-sync` with these words; the spec's path follows the first of them. `text` says what that does."""

    words: tuple[str, ...]
    text: str


@dataclass(frozen=True)
class ByHand:
    """Go to `console` ("OneLogin: Applications → JustCall → Configuration → Recipient") and do what `text` says."""

    console: str
    text: str


Repair = Settle | Edit | Command | ByHand
"""Ways to heal something; cases name several, the best first, and the first that can be gone is the fix."""


@dataclass(frozen=True)
class Finding:
    """What one case found in the evidence. What is None or empty is as the case says in general."""

    summary: str
    evidence: tuple[str, ...] = ()
    certainty: Certainty = Certainty.CERTAIN
    harm: Harm | None = None
    address: str | None = None
    repairs: tuple[Repair, ...] = ()
    personal: bool = False


@dataclass(frozen=True)
class Place:
    """Where the value is changed: in the spec (`key` at `file:line:column`, or below that line), else in a console."""

    console: str | None = None
    key: str | None = None
    file: str | None = None
    line: int | None = None
    column: int | None = None

    @property
    def where(self) -> str | None:
        """`file:line:column`, or None."""
        if self.file is None:
            return None
        return ":".join(str(part) for part in (self.file, self.line, self.column) if part is not None)


@dataclass(frozen=True)
class Fix:
    """What heals it. `text` is a sentence; `command` the words after `sso-sync`; `yaml` what the spec has to say.

    `changes` are those that bring it about: of the present plan (`apply`), of the plan that the edited spec would give
    (`edit`), or of the command. `obstacles` are what stands in the way: the plan's refusals and errors, each in a line.
    """

    kind: FixKind
    text: str
    command: tuple[str, ...] = ()
    yaml: str | None = None
    changes: tuple[Change, ...] = ()
    obstacles: tuple[str, ...] = ()


@dataclass(frozen=True)
class Diagnosis:
    """One thing that is wrong. `case` is its stable id.

    `heard`: the symptom sounds like it. `shown`: the captured response shows it. `personal`: it is the trouble of the
    person who was asked about.
    """

    case: str
    summary: str
    side: Side
    harm: Harm
    certainty: Certainty
    address: str
    place: Place
    fix: Fix
    evidence: tuple[str, ...] = ()
    heard: bool = False
    shown: bool = False
    personal: bool = False


@dataclass(frozen=True)
class Examination:
    """All that the doctor found, the surest cause first.

    `connection` and `path` are None when only a message was looked at. `examined` says what was looked at, line by
    line; `notes` what could not be, and what else is worth a word. `unreachable`: a side could not be read.
    """

    diagnoses: tuple[Diagnosis, ...]
    examined: tuple[str, ...] = ()
    notes: tuple[Diagnostic, ...] = ()
    connection: str | None = None
    path: str | None = None
    sides: tuple[SideInfo, ...] = field(default=())
    unreachable: bool = False

    @property
    def exit_code(self) -> ExitCode:
        """ERROR when something was found; UNAVAILABLE when nothing was, but a side was out of reach; else OK."""
        if self.diagnoses:
            return ExitCode.ERROR
        return ExitCode.UNAVAILABLE if self.unreachable else ExitCode.OK
