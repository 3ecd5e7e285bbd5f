"""The plan: what differs, what would be done about it, what stands in the way. Every report is made from it alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Literal

from sso_sync.errors import Diagnostic
from sso_sync.marked.place import Mark
from sso_sync.plan.operations import Operation
from sso_sync.plan.refusal import Refusal
from sso_sync.plan.side import Side
from sso_sync.values import Json

if TYPE_CHECKING:
    from sso_sync.plan.cost import Cost
    from sso_sync.plan.premise import Premise
    from sso_sync.plan.signing import Turn

__all__ = [
    "Action",
    "Admission",
    "Certainty",
    "CertificateFact",
    "Change",
    "Direction",
    "Entrance",
    "Expiry",
    "Ignored",
    "Impact",
    "ImpactKind",
    "Plan",
    "Refusal",
    "Side",
    "SideInfo",
    "SpecRef",
    "Step",
    "Summary",
]


class Action(StrEnum):
    CREATE = "create"
    UPDATE = "update"
    DELETE = "delete"
    MANUAL = "manual"
    UNKNOWN = "unknown"


class Direction(StrEnum):
    """Where a difference came from: what was changed since both were the same. `either`: nobody can say."""

    ONELOGIN = "onelogin"
    JUSTCALL = "justcall"
    SPEC = "spec"
    EITHER = "either"


@dataclass(frozen=True, slots=True)
class Change:
    """One address that is not as the spec says, or cannot be compared.

    `before` and `after` are what a reader may see: friendly words, certificates as
    `{"fingerprint", "not_after", …}`, and `"(sensitive)"` for anything that came from `!env`. `direction` is told by
    `drift` alone; `reason` then says what it rests on.
    """

    address: str
    side: Side
    action: Action
    before: Json = None
    after: Json = None
    reason: str | None = None
    sensitive: bool = False
    known_after_apply: bool = False
    direction: Direction | None = None


@dataclass(frozen=True, slots=True)
class Ignored:
    """One rule that takes addresses out of the plan, and what it took out.

    `address` is the rule's own, `*` and all. `until` is the last day on which it holds, None for the one run that named
    it. `source` is the rule's place (`specs/justcall.yaml:12:5`) or "command line". `addresses` are those that differ.
    """

    address: str
    reason: str
    until: date | None = None
    source: str = "command line"
    addresses: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Step:
    """One operation on a service and what must be done before it.

    `addresses` names the changes that this step brings about; `needs` the ids of earlier steps.
    """

    id: str
    side: Side
    summary: str
    operation: Operation
    needs: frozenset[str] = frozenset()
    addresses: tuple[str, ...] = ()


class ImpactKind(StrEnum):
    """What happens to people who sign in today. An interruption passes; everything else lasts."""

    INTERRUPTION = "interruption"
    BREAKAGE = "breakage"
    SSO_DISABLED = "sso_disabled"
    SSO_ENABLED = "sso_enabled"
    ACCESS_REMOVED = "access_removed"
    TILE_HIDDEN = "tile_hidden"
    APP_DELETED = "app_deleted"


class Certainty(StrEnum):
    """What an impact rests on: what was read, a person's word, JustCall's documentation, or something nobody knows."""

    OBSERVED = "observed"
    ATTESTED = "attested"
    DOCUMENTED = "documented"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Impact:
    """What applying the plan does to existing logins: to whom, and for how long.

    `summary` is a sentence without its full stop, people included, that `lasts` completes behind a comma. `people` is
    None when nobody can count them; `names` are the first few of them by e-mail, `"(sensitive)"` for one from `!env`;
    `everybody`: it is all who have access. `seconds` is how long it took last time, None when it lasts or was never
    measured.
    """

    kind: ImpactKind
    summary: str
    addresses: tuple[str, ...]
    people: int | None
    names: tuple[str, ...]
    everybody: bool
    lasts: str
    seconds: float | None
    certainty: Certainty


class Expiry(StrEnum):
    """How near its end a certificate is, in the terms of `guards.certificate_expiry`."""

    GOOD = "good"
    WARN = "warn"
    FAIL = "fail"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class CertificateFact:
    """The certificate that OneLogin signs with, or the one that JustCall holds, as it was when the plan was made.

    `days_left` are whole days, rounded down, negative once it has expired. `key` is kind and size, such as "RSA 2048".
    Only the fingerprint is known of a certificate that JustCall's page does not show; of one from `!env` nothing is
    shown, and the fingerprint is `"(sensitive)"`.
    """

    side: Side
    fingerprint: str
    not_after: datetime | None = None
    days_left: int | None = None
    key: str | None = None
    subject: str | None = None
    expiry: Expiry | None = None


@dataclass(frozen=True, slots=True)
class Entrance:
    """A role that opens the app today. `owned`: it belongs to the connection, and holds its users and groups.

    `people` are its members by e-mail, `"(sensitive)"` for one from `!env`; None when nobody read them.
    """

    role: str
    owned: bool = False
    people: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Admission:
    """Who gets into the app today. `granted` are people whom somebody let in by hand, None when that was not looked at.

    `people` counts each person once, None when the members of a role were not read.
    """

    roles: tuple[Entrance, ...] = ()
    granted: tuple[str, ...] | None = None
    people: int | None = None


@dataclass(frozen=True, slots=True)
class SideInfo:
    """One side in the plan's heading.

    `label` names the place ("acme.onelogin.com"), `how` the way it was read ("browser, observed 12:04"); `error` says
    why it could not be read at all.
    """

    side: Side
    label: str
    how: str | None = None
    error: str | None = None


@dataclass(frozen=True, slots=True)
class Summary:
    create: int = 0
    update: int = 0
    delete: int = 0
    manual: int = 0
    unknown: int = 0

    @property
    def total(self) -> int:
        return self.create + self.update + self.delete + self.manual + self.unknown

    @property
    def automatic(self) -> int:
        """How many changes an apply can bring about by itself."""
        return self.create + self.update + self.delete


@dataclass(frozen=True, slots=True)
class SpecRef:
    path: str
    name: str
    digest: str


@dataclass(frozen=True)
class Plan:
    """What one connection needs to be as its spec says. `fingerprint` covers the spec and the managed live values.

    `premises` is what was wanted and found at each address, for a saved plan; secrets included, so never shown whole.
    `undoes` is the run that the plan puts back; then "as the spec says" reads "as before that run". `impacts` is what
    it does to existing logins, `certificates` what signs them today. `rewrites` are the addresses that were asked to be
    written again. `rotation` is there when the plan switches the certificate and nothing else. `ignored` are the rules
    that were in force. `command` is what it was made for: a drift's changes have a direction. `places` tells where in
    the spec the wish for an address was written. `cost` is what a command that ends with the plan took. `admission` is
    who gets in today, None where that is not known.
    """

    plan_id: str
    created_at: datetime
    spec: SpecRef
    fingerprint: str
    changes: tuple[Change, ...] = ()
    steps: tuple[Step, ...] = ()
    findings: tuple[Diagnostic, ...] = ()
    refusals: tuple[Refusal, ...] = ()
    sides: tuple[SideInfo, ...] = ()
    impacts: tuple[Impact, ...] = ()
    certificates: tuple[CertificateFact, ...] = ()
    premises: tuple[Premise, ...] = field(default=(), repr=False, compare=False)
    undoes: str | None = None
    rewrites: tuple[str, ...] = ()
    rotation: Turn | None = None
    ignored: tuple[Ignored, ...] = ()
    command: Literal["plan", "drift"] = "plan"
    places: Mapping[str, Mark] = field(default_factory=dict, repr=False, compare=False)
    cost: Cost | None = field(default=None, compare=False)
    admission: Admission | None = field(default=None, repr=False, compare=False)

    @property
    def summary(self) -> Summary:
        counts = dict.fromkeys(Action, 0)
        for change in self.changes:
            counts[change.action] += 1
        return Summary(**{action.value: count for action, count in counts.items()})

    @property
    def empty(self) -> bool:
        """In sync: nothing to change and nothing unknown."""
        return not self.changes

    @property
    def unread(self) -> bool:
        """Whether a side could not be read at all."""
        return any(side.error is not None for side in self.sides)

    @property
    def errors(self) -> tuple[Diagnostic, ...]:
        return tuple(finding for finding in self.findings if finding.severity == "error")
