"""The whole way from both live sides to a document: the planner itself says what has to be written, and what not."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from sso_sync.errors import Diagnostic, LiveStateError
from sso_sync.onelogin.models import App
from sso_sync.onelogin.state import LiveIdp
from sso_sync.plan.importing import access, app, parameters, rules, settings
from sso_sync.plan.importing.base import Account, base, connection_name, pins
from sso_sync.plan.importing.document import Document
from sso_sync.plan.importing.remarks import Seen, remarked
from sso_sync.plan.importing.secrets import variables
from sso_sync.plan.importing.trial import Trial
from sso_sync.plan.importing.written import writable
from sso_sync.plan.link import Unread
from sso_sync.plan.model import Plan
from sso_sync.plan.planner import Sides, finish
from sso_sync.safe import visible
from sso_sync.spec.connection import Connection, SpecPath
from sso_sync.spec.lint import lint

__all__ = ["Imported", "imported"]


@dataclass(frozen=True)
class Imported:
    """A spec made from what is there.

    `plan` is what it plans at this moment: nothing, but for the ownership mark of an app that has none yet, and for
    what nobody could see. `objections` are what the guards say of the state as it is. `unread` says why JustCall could
    not be read, None if it was. `variables` maps each variable of the environment that is needed to the place that it
    is for; `remarks` say what is unmanaged.
    """

    name: str
    document: Document
    plan: Plan
    objections: tuple[Diagnostic, ...]
    adopts: bool
    unread: str | None
    variables: dict[str, SpecPath]
    remarks: tuple[str, ...]


def imported(account: Account, sides: Sides, *, path: Path, now: datetime) -> Imported:
    """The smallest spec that plans to no changes on `sides`; OneLogin has to be read with its rules.

    `path` is the file that it will be, for the words of messages. Raises LiveStateError for an app that no spec can
    describe: one that is not there, that has an unusable name, or that belongs to another connection.
    """
    idp, live = _onelogin(sides)
    name = connection_name(account, idp, live)
    tree = base(account, name, live, pins(account, live, sides.sp))
    # Grants by hand are no business of a spec that does not name people, and their being read must not change that.
    trial = Trial(tree, replace(sides, idp=replace(idp, direct_grants=None)), path)
    _check(trial, live)
    trial.settle(app.by_the_guide(live, name))
    trial.settle(parameters.attributes(live, name))
    trial.add(app.beyond_the_guide(live, name))
    trial.add(parameters.more_attributes(live, name))
    trial.add(rules.rules(idp, name))
    unnamed_roles = access.list_roles(trial, idp)
    trial.settle(settings.from_onelogin(sides.sp, name))
    trial.add(settings.named(sides.sp))
    plan = finish(trial.draft(), plan_id="import", created_at=now, members={})
    names = dict(variables(trial.tree))
    objections = _objections(plan)
    seen = Seen(idp, live, sides, objections, tuple(trial.left_out), tuple(unnamed_roles), names, name)
    document, remarks = remarked(Document(trial.tree), seen)
    unread = sides.sp.reason if isinstance(sides.sp, Unread) else None
    return Imported(name, document, plan, objections, idp.owner is None, unread, names, remarks)


def _objections(plan: Plan) -> tuple[Diagnostic, ...]:
    """Whatever would stand in the way of a plan that changes something."""
    refused = (
        Diagnostic("warning", one.summary, detail=one.detail, address=one.address, next_action=one.next_action)
        for one in plan.refusals
    )
    return (*refused, *(found for found in plan.findings if found.severity == "warning"))


def _onelogin(sides: Sides) -> tuple[LiveIdp, App]:
    idp = sides.idp
    if not isinstance(idp, LiveIdp) or idp.app is None:
        raise LiveStateError.because(
            "OneLogin has no such app",
            address="onelogin.app",
            next_action="Give --app the app's exact name, or its id: the number in the address bar of its page.",
        )
    return idp, idp.app


def _check(trial: Trial, live: App) -> None:
    """Raises LiveStateError when not even the beginning of the spec can be written."""
    wrong: Iterable[Diagnostic] = ()
    if writable(trial.tree):
        connection: Connection = trial.connection()
        wrong = [found for found in lint(connection) if found.severity == "error"]
        if not wrong:
            return
    raise LiveStateError.because(
        f"The app {visible(live.name)} (id {live.id}) cannot be written into a spec",
        detail=" ".join(found.summary + "." for found in wrong) or "Its name holds what no spec may hold.",
        address="onelogin.app.name",
        next_action="Rename the app in OneLogin, then import it again.",
    )
