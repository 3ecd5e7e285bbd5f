"""The way through the pure part: link → items → diff → steps. No I/O, no clock, no randomness: all of it comes in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from sso_sync.errors import Diagnostic
from sso_sync.justcall.settings import SettingField, Settings
from sso_sync.onelogin.models import Person
from sso_sync.onelogin.state import LiveIdp
from sso_sync.plan import access as people
from sso_sync.plan.admission import admission
from sso_sync.plan.cells import Item, Known, Later
from sso_sync.plan.certificates import certificate_facts
from sso_sync.plan.diff import Delta, compare
from sso_sync.plan.fingerprint import fingerprint
from sso_sync.plan.guards import judge
from sso_sync.plan.ignoring import is_ignored, left_out, needed
from sso_sync.plan.impact import Window, impacts, names_people
from sso_sync.plan.items.access import access
from sso_sync.plan.items.app import app
from sso_sync.plan.items.common import Area, Found
from sso_sync.plan.items.configuration import certificate_changes, configuration, issuer_changes
from sso_sync.plan.items.decommission import decommission
from sso_sync.plan.items.parameters import parameters
from sso_sync.plan.items.rules import rules
from sso_sync.plan.items.settings import settings
from sso_sync.plan.items.unread import unread
from sso_sync.plan.link import Link, Unread, link
from sso_sync.plan.masking import discreet
from sso_sync.plan.model import Ignored, Plan, SideInfo, SpecRef, Step
from sso_sync.plan.origin import Origin
from sso_sync.plan.outcome import JustCallPeople, Outcome, enabled_after, outcome
from sso_sync.plan.places import places
from sso_sync.plan.premise import premises
from sso_sync.plan.proof import Proof
from sso_sync.plan.rewrites import chosen, rewritten
from sso_sync.plan.scope import roles_of
from sso_sync.plan.steps.access import access_steps
from sso_sync.plan.steps.app import app_steps, certificate_step
from sso_sync.plan.steps.builder import Builder
from sso_sync.plan.steps.decommission import decommission_steps
from sso_sync.plan.steps.rules import rule_steps
from sso_sync.plan.steps.settings import hand_over_step, setting_steps
from sso_sync.plan.targets import Setting
from sso_sync.spec.connection import Connection, SpecPath

__all__ = ["Draft", "Sides", "desired_settings", "draft", "finish", "laid_out"]

_NO_TIME = datetime.min.replace(tzinfo=UTC)  # for questions to which the time does not matter

# What other values cross over from, and what is ignored stays as it is.
_CERTIFICATE = "onelogin.app.certificate"
_ISSUER_TYPE = "onelogin.app.configuration.raw.saml_issuer_type"


@dataclass(frozen=True)
class Sides:
    """Both live sides as they were read. `by_hand`: a person changes JustCall's settings, not the tool.

    `provable`: there is a test user with whom apply can try a login.
    """

    idp: LiveIdp | Unread
    sp: Settings | Unread
    by_hand: bool
    provable: bool = False
    info: tuple[SideInfo, ...] = ()


@dataclass(frozen=True)
class Draft:
    """A plan in the making: everything but who gains and loses access, which may need more reading first."""

    connection: Connection
    sides: Sides
    items: tuple[Item, ...]
    deltas: tuple[Delta, ...]
    steps: tuple[Step, ...]
    findings: tuple[Diagnostic, ...]
    rewrites: frozenset[str] = frozenset()
    ignored: tuple[Ignored, ...] = ()

    @property
    def roles_to_read(self) -> dict[str, int]:
        """Name → id of roles whose members `finish` wants to know; empty when nobody has to be counted or named."""
        named = bool(self.connection.spec.guards.required_users) or self.breaks_logins
        return self._roles(everybody=named)

    @property
    def roles_of_everybody(self) -> dict[str, int]:
        """The same, when everybody who has access is to be known by name, whether access changes or not."""
        return self._roles(everybody=True)

    @property
    def breaks_logins(self) -> bool:
        """Whether people who sign in today cannot, for a while or for good, once this is applied."""
        return bool(self.deltas) and names_people(
            self.today,
            outcome(
                self.connection,
                self.sides.idp,
                self.sides.sp,
                self.items,
                now=_NO_TIME,
                by_hand=self.sides.by_hand,
                deltas=self.deltas,
                steps=self.steps,
            ),
        )

    @property
    def today(self) -> Outcome:
        """Both sides as they are: the outcome of no plan at all."""
        return outcome(self.connection, self.sides.idp, self.sides.sp, (), now=_NO_TIME)

    @property
    def matches_people(self) -> bool:
        """Whether OneLogin's people are to be matched with JustCall's: `finish` then wants to know both."""
        if self.connection.spec.guards.match_users == "off" or isinstance(self.sides.idp, Unread):
            return False
        return enabled_after(self.sides.sp, self.items)

    def _roles(self, *, everybody: bool) -> dict[str, int]:
        idp = self.sides.idp
        return {} if isinstance(idp, Unread) else people.roles_in_question(idp, self.deltas, everybody=everybody)


def draft(
    connection: Connection,
    sides: Sides,
    lint: Sequence[Diagnostic] = (),
    rewrites: frozenset[str] = frozenset(),
    ignores: Sequence[Ignored] = (),
) -> Draft:
    """Compares what the spec wants with what is there, and lays out the steps between the two.

    `lint` holds findings about the spec itself; they are reported with the plan's own. `rewrites` are addresses to be
    written again although nothing differs there; UsageError for one that cannot be. What `ignores` name is not managed;
    SpecError or UsageError for one that a step needs.
    """
    absent = connection.spec.state == "absent"
    found = _absent(connection, sides) if absent else _present(connection, sides, ignores)
    items, ignored = left_out(found.items, ignores)
    deltas = _deltas(items, sides, rewrites)
    needed(found.items, deltas, ignores)
    live_findings = () if isinstance(sides.idp, Unread) else [discreet(connection, one) for one in sides.idp.findings]
    return Draft(
        connection=connection,
        sides=sides,
        items=items,
        deltas=deltas,
        steps=laid_out(connection, sides, items, deltas),
        findings=(*lint, *found.findings, *live_findings),
        rewrites=rewrites,
        ignored=ignored,
    )


def _deltas(items: Sequence[Item], sides: Sides, rewrites: frozenset[str]) -> tuple[Delta, ...]:
    """Everything that differs, and what is to be written again; half a picture is no ground for that either."""
    blind = isinstance(sides.idp, Unread) or isinstance(sides.sp, Unread)
    again = frozenset() if blind or not rewrites else chosen(items, rewrites)
    found = (compare(item) or (rewritten(item, sides.sp) if item.address in again else None) for item in items)
    return tuple(delta for delta in found if delta is not None)


def _absent(connection: Connection, sides: Sides) -> Found:
    return Found(decommission(connection, sides.idp, sides.sp, by_hand=sides.by_hand))


def _present(connection: Connection, sides: Sides, ignores: Sequence[Ignored]) -> Found:
    if isinstance(sides.idp, Unread):
        found = Found(unread(connection, sides.idp))
        crossing = _link(connection, sides)
    else:
        # The values that cross over depend on whether this very plan changes what OneLogin will answer.
        area = Area(connection, sides.idp, _link(connection, sides))
        crossing = _link(
            connection,
            sides,
            certificate=certificate_changes(area) and not is_ignored(ignores, _CERTIFICATE),
            issuer=issuer_changes(area) and not is_ignored(ignores, _ISSUER_TYPE),
        )
        area = replace(area, link=crossing)
        found = app(area) + configuration(area) + parameters(area) + rules(area) + access(area)
    return found + settings(connection, sides.sp, crossing, by_hand=sides.by_hand)


def _link(connection: Connection, sides: Sides, *, certificate: bool = False, issuer: bool = False) -> Link:
    pins = connection.spec.justcall.service_provider
    return link(pins, sides.idp, sides.sp, certificate_changes=certificate, issuer_changes=issuer)


def laid_out(connection: Connection, sides: Sides, items: Sequence[Item], deltas: Sequence[Delta]) -> tuple[Step, ...]:
    """The steps that settle `deltas`; none while a side is unread: half a picture is no ground to write on."""
    if isinstance(sides.idp, Unread) or isinstance(sides.sp, Unread):
        return ()
    builder = Builder()
    if connection.spec.state == "absent":
        decommission_steps(builder, connection, sides.idp, deltas)
        return tuple(builder.steps)
    onelogin = [delta for delta in deltas if delta.automatic]
    app_steps(builder, connection, sides.idp, items, onelogin)
    rule_steps(builder, connection, sides.idp, onelogin)
    access_steps(builder, onelogin)
    certificate_step(builder, onelogin)
    proof = connection.spec.guards.require_login_proof
    setting_steps(builder, sides.sp, deltas, proof=proof, provable=sides.provable)
    hand_over_step(builder, deltas)
    return tuple(builder.steps)


def finish(
    made: Draft,
    *,
    plan_id: str,
    created_at: datetime,
    members: Mapping[str, Sequence[Person]],
    overrides: frozenset[str] = frozenset(),
    justcall: JustCallPeople | None = None,
    statuses: Mapping[int, int] | None = None,
    window: Window | None = None,
    proof: Proof | None = None,
    origin: Origin | None = None,
) -> Plan:
    """The plan, with people counted and guards heard.

    `members` holds the roles of `made.roles_to_read` (or `roles_of_everybody`); `overrides` guards to pass; `justcall`
    is None when people are not to be matched; `statuses` maps user id to OneLogin's status, None when not read.
    `window` is how long logins failed when both sides were switched last, None when that was never measured; `proof`
    is the last login proof of the connection; `origin` is where the spec comes from, None when nobody looked.
    """
    connection, idp = made.connection, made.sides.idp
    findings, hidden, change = made.findings, _hidden_people(connection), people.Effect()
    inside = None
    if not isinstance(idp, Unread):
        known = {**members, **idp.members}
        change, inside = people.effect(idp, known, made.deltas), admission(connection, idp, known, hidden)
        if change.gain or change.lose:
            findings = (*findings, people.finding(change, hidden))
    after = outcome(
        connection,
        idp,
        made.sides.sp,
        made.items,
        now=created_at,
        by_hand=made.sides.by_hand,
        deltas=made.deltas,
        steps=made.steps,
        access=change,
        people=justcall,
        statuses=statuses,
        hidden=hidden,
        proof=proof,
        origin=origin,
    )
    verdict = judge(after, overrides)
    return Plan(
        plan_id=plan_id,
        created_at=created_at,
        spec=SpecRef(str(connection.path), connection.name, connection.digest),
        fingerprint=fingerprint(connection.digest, made.items),
        changes=tuple(delta.change for delta in made.deltas),
        steps=made.steps,
        findings=(*findings, *(discreet(connection, finding) for finding in verdict.findings)),
        refusals=tuple(discreet(connection, refusal) for refusal in verdict.refusals),
        sides=made.sides.info,
        impacts=impacts(made.today, after, window),
        certificates=certificate_facts(connection, idp, made.sides.sp, made.items, now=created_at),
        premises=premises(connection, made.items),
        rewrites=tuple(sorted(made.rewrites)),
        places=places(connection, made.items),
        ignored=made.ignored,
        admission=inside,
    )


def _hidden_people(connection: Connection) -> frozenset[str]:
    """E-mails (lower case) that came from the environment."""
    access = connection.spec.onelogin.access
    root: SpecPath = ("onelogin", "access")
    lists: list[tuple[SpecPath, Sequence[str]]] = [((*root, "users"), access.users or ())]
    lists += [((*root, "roles", index, "members"), role.members or ()) for index, role in enumerate(roles_of(access))]
    lists.append((("guards", "required_users"), connection.spec.guards.required_users))
    return frozenset(
        email.lower()
        for path, emails in lists
        for index, email in enumerate(emails)
        if connection.is_sensitive((*path, index))
    )


def desired_settings(made: Draft) -> dict[SettingField, Known | Later]:
    """JustCall's settings as the spec wants them, as far as that can be said: what a person enters and attests."""
    return {
        item.target.field: item.desired
        for item in made.items
        if isinstance(item.target, Setting) and isinstance(item.desired, Known | Later)
    }
