"""Looking at both sides of one connection and making a plan of what is seen, as often as it takes. Never writes."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from typing import TypeVar

from sso_sync.clock import utc_now
from sso_sync.errors import Diagnostic, SideUnavailable, SpecError, SsoSyncError
from sso_sync.justcall.settings import Attested, Observed, Settings
from sso_sync.onelogin import reader
from sso_sync.onelogin.models import Person
from sso_sync.onelogin.state import LiveIdp, Scope
from sso_sync.plan.ignoring import in_force
from sso_sync.plan.impact import Window
from sso_sync.plan.link import Unread
from sso_sync.plan.masking import MASK, discreet
from sso_sync.plan.model import Plan, Side, SideInfo
from sso_sync.plan.origin import Origin
from sso_sync.plan.outcome import JustCallPeople
from sso_sync.plan.planner import Draft, Sides, draft, finish
from sso_sync.plan.proof import Proof
from sso_sync.plan.rotation import judged, rotation_draft
from sso_sync.plan.scope import scope
from sso_sync.plan.signing import Turn
from sso_sync.plan.undo.draft import undo_draft
from sso_sync.plan.undo.past import Past, undo_scope
from sso_sync.progress import Progress, Silent
from sso_sync.spec.connection import Connection
from sso_sync.spec.lint import lint
from sso_sync.store import proofs
from sso_sync.store.missing import without_store
from sso_sync.store.rotations import last_window
from sso_sync.tracing import carried, span
from sso_sync.wiring import Wires

__all__ = ["Planned", "Survey"]

T = TypeVar("T")

_SANDBOX = "embedded sandbox"
_MOST_STATUSES = 500  # people; their statuses come fifty at a time


@dataclass(frozen=True)
class Planned:
    """A draft and the plan that came of it."""

    draft: Draft
    plan: Plan


@dataclass(frozen=True)
class Survey:
    """One connection on its wires: everything that reads, as often as it takes.

    With `past` the plan undoes a run; with `turn` it rotates the certificate, and `connection` is the wished one. What
    is ignored (by the spec, or by `ignores`) binds neither: they name what they touch. `everybody`: all who have access
    are wanted by name, whether a plan needs them or not, which costs a request for every hundred people of a role.
    `origin` is where the spec comes from.
    """

    connection: Connection
    wires: Wires
    overrides: frozenset[str] = frozenset()
    progress: Progress = field(default_factory=Silent)
    past: Past | None = None
    rewrites: frozenset[str] = frozenset()
    ignores: frozenset[str] = frozenset()
    turn: Turn | None = None
    everybody: bool = False
    origin: Origin | None = None

    def planned(self, sides: Sides | None = None) -> Planned:
        """A plan from fresh reads, or from `sides` that were read a moment ago."""
        with span("plan"):
            return self._planned(sides)

    def _planned(self, sides: Sides | None) -> Planned:
        made = self.drafted(sides)
        people = self.justcall_people() if made.matches_people else None
        matching = people is not None and people.users is not None
        roles = made.roles_of_everybody if matching or self.everybody else made.roles_to_read
        members = reader.role_members(self.wires.idp, roles, self.progress) if roles else {}
        moment = utc_now()
        plan_id = f"{moment:%Y%m%dT%H%M%SZ}-{secrets.token_hex(4)}"
        finished = finish(
            made,
            plan_id=plan_id,
            created_at=moment,
            members=members,
            overrides=self.overrides,
            justcall=people,
            statuses=self.statuses(made, members) if matching else None,
            window=self._window() if made.breaks_logins else None,
            proof=self._proof() if made.deltas else None,
            origin=self.origin,
        )
        if self.past is not None:
            finished = replace(finished, undoes=self.past.run_id)
        if self.turn is not None:
            finished = judged(finished, self.connection, self.turn, overrides=self.overrides, now=moment)
        return Planned(made, replace(finished, findings=(*finished.findings, *without_store())))

    def _window(self) -> Window | None:
        """How long logins failed in the connection's last certificate rotation."""
        last = last_window(self.connection.name)
        return Window(last.seconds, last.at, last.rehearsal) if last else None

    def _proof(self) -> Proof | None:
        """The last login that was proven here."""
        found = proofs.load(self.connection.name)
        return None if found is None else Proof(found.fingerprint, found.at)

    def justcall_people(self) -> JustCallPeople:
        """Everybody in JustCall, or why nobody can say: that is worth a word and never a failure."""
        users = self.wires.users
        if users.read is None:
            return JustCallPeople(reason=users.missing)
        self.progress.note("reading JustCall's people")
        try:
            return JustCallPeople(users.read())
        except SsoSyncError as problem:
            told = discreet(self.connection, problem.diagnostics[0])
            return JustCallPeople(reason=told.summary, failed=True)

    def statuses(self, made: Draft, members: Mapping[str, Sequence[Person]]) -> dict[int, int] | None:
        """Who is suspended, or None: in a large company that would cost a request for every fifty people."""
        idp = made.sides.idp
        read = {**members, **(idp.members if isinstance(idp, LiveIdp) else {})}
        if not isinstance(idp, LiveIdp) or sum(len(people) for people in read.values()) > _MOST_STATUSES:
            return None
        ids = {role.id for role in idp.roles if read.get(role.name)}
        try:
            return reader.statuses(self.wires.idp, ids, self.progress)
        except SsoSyncError:
            return None

    def drafted(self, sides: Sides | None = None) -> Draft:
        if self.turn is not None:  # a spec that was checked before the rotation's wish was put into it
            return rotation_draft(self.connection, sides or self._read(), self.turn)
        found = self.check()
        seen = sides or self._read()
        if self.past is not None:
            return undo_draft(self.connection, seen, self.past, found)
        ignores, told = in_force(self.connection, self.ignores, utc_now().date())
        return draft(self.connection, seen, (*found, *told), self.rewrites, ignores)

    def read_back(self, looks: Sequence[float], sleep: Callable[[float], None]) -> Plan | Diagnostic:
        """The second plan, from fresh reads; made again after each of `looks` (seconds) while it is not empty."""
        self.progress.note("reading both sides back")
        with span("read back"):
            return self._read_back(looks, sleep)

    def _read_back(self, looks: Sequence[float], sleep: Callable[[float], None]) -> Plan | Diagnostic:
        # What was written again is not to be written for ever, and what was read for the plan is history.
        fresh = replace(self, rewrites=frozenset(), wires=self.wires.finishing())
        for pause in (*looks, None):
            try:
                after = fresh.planned().plan
            except SsoSyncError as problem:
                return discreet(self.connection, problem.diagnostics[0])
            if pause is None or not (after.summary.automatic or after.unread):
                return after
            sleep(pause)
        raise AssertionError("the last look always answers")

    def check(self) -> tuple[Diagnostic, ...]:
        """What is to be said about the spec itself. Raises SpecError for a wrong one."""
        found = lint(self.connection)
        if any(finding.severity == "error" for finding in found):
            raise SpecError(*found)
        return found

    def sides(self) -> Sides:
        """Both sides as they are now, for whoever wants no plan of them."""
        return self._read()

    def _read(self) -> Sides:
        """Both sides at the same time; one that is out of reach does not hide the other."""
        wires = self.wires
        with ThreadPoolExecutor(max_workers=1, thread_name_prefix="read") as pool:
            sp_future = pool.submit(carried(self._sp))
            idp = self._answer(self._idp)
            sp = self._answer(sp_future.result)
        embedded = self.connection.spec.sandbox
        how = wires.sp.how if isinstance(sp, Unread) else f"{wires.sp.how}{_seen(sp)}"
        return Sides(
            idp=idp,
            sp=sp,
            by_hand=not wires.sp.automatic,
            provable=wires.proves and wires.sp.automatic,
            info=(
                SideInfo(Side.ONELOGIN, _SANDBOX if embedded else self._onelogin, "api", _reason(idp)),
                SideInfo(Side.JUSTCALL, _SANDBOX if embedded else wires.sp.label, how, _reason(sp)),
            ),
        )

    def _idp(self) -> LiveIdp:
        with span("read", side=Side.ONELOGIN.value):
            return reader.read(self.wires.idp, self._scope, self.progress)

    def _sp(self) -> Settings:
        with span("read", side=Side.JUSTCALL.value):
            return self.wires.sp.read()

    @property
    def _scope(self) -> Scope:
        past = self.past
        return scope(self.connection.spec) if past is None else undo_scope(self.connection, past)

    def _answer(self, read: Callable[[], T]) -> T | Unread:
        try:
            return read()
        except SideUnavailable as problem:
            return Unread(discreet(self.connection, problem.diagnostics[0]).summary)

    @property
    def _onelogin(self) -> str:
        """Where OneLogin is; an address that came from the environment is not shown."""
        hidden = any(self.connection.is_sensitive(("onelogin", key)) for key in ("url", "subdomain"))
        return MASK if hidden else self.wires.idp.label


def _reason(side: object) -> str | None:
    return side.reason if isinstance(side, Unread) else None


def _seen(settings: Settings) -> str:
    """When JustCall's values were learnt, and from whom: the driver, else a person, and a probe beside them."""
    known = settings.fields.values()
    seen = [one for one in known if isinstance(one, Observed)]
    told = [f", observed {one.at:%H:%M} UTC" for one in seen if one.by is None][:1]
    if not told:
        vouched = (one for one in known if isinstance(one, Attested) and one.by != "the spec")
        told = [f", by {one.by} until {one.until:%Y-%m-%d}" for one in vouched][:1]
    probed = [f", observed ({one.by}) {one.at:%H:%M} UTC" for one in seen if one.by is not None][:1]
    return "".join([*told, *probed])
