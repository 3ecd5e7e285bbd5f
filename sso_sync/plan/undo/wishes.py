"""From recorded changes to items: the former value is wanted, but only where the run's own value is still there."""

from __future__ import annotations

from collections.abc import Sequence

from sso_sync.errors import Diagnostic
from sso_sync.justcall.settings import Settings
from sso_sync.onelogin.models import Rule
from sso_sync.onelogin.state import LiveIdp
from sso_sync.plan.cells import ABSENT, Absent, Cell, Item, Known, Undetermined
from sso_sync.plan.items.common import Found
from sso_sync.plan.items.rules import running_order
from sso_sync.plan.meaning import Meaning, same, shown
from sso_sync.plan.model import Side
from sso_sync.plan.operations import RoleRef
from sso_sync.plan.records import Masked, Recorded, RecordedCell
from sso_sync.plan.targets import RoleItself, RulePlace, Target
from sso_sync.plan.undo.past import Past
from sso_sync.plan.undo.places import Gone, find
from sso_sync.saml.certificate import is_fingerprint
from sso_sync.values import Json

__all__ = ["item", "not_undone", "order", "roles", "wish"]

_NEVER_NULL = {"include_in_assertion": False, "skip_if_blank": False}


def wish(change: Recorded, idp: LiveIdp, sp: Settings, reason: str) -> Found:
    """The item that puts the former value back, or the finding that says why that is not done."""
    place = find(change, idp, sp)
    if isinstance(place, Gone):
        return Found() if isinstance(change.prior, Absent) else _refused(change, place.reason)
    if isinstance(change.prior, Undetermined):
        return _refused(change, "nobody knew what was there before")
    if isinstance(place.live, Undetermined):
        return _refused(change, f"nobody can say what is there now: {place.live.reason}")
    if not isinstance(change.prior, Masked) and _equal(change, change.prior, place.live):
        return Found()
    if isinstance(change.prior, Masked):
        return _refused(change, "the former value came from the environment and is not in the record")
    if _only_seen(change):
        return _refused(change, "JustCall showed only the fingerprint of the former certificate")
    if isinstance(change.wanted, Masked):
        return _refused(change, "what the run wrote came from the environment, so nobody can tell whether it is there")
    if not _equal(change, change.wanted, place.live):
        return _changed(change, place.live)
    return Found((item(change, place.target, _former(change, change.prior), place.live, reason),))


def _only_seen(change: Recorded) -> bool:
    """Whether the former certificate is known by its fingerprint alone: enough to compare, not to enter again."""
    prior = change.prior.value if isinstance(change.prior, Known) else None
    return change.meaning is Meaning.CERTIFICATE and isinstance(prior, str) and is_fingerprint(prior)


def item(change: Recorded, target: Target, desired: Cell, live: Cell, reason: str) -> Item:
    """One address with the former value as the wish."""
    return Item(change.address, change.side, target, desired, live, (), meaning=change.meaning, reason=reason)


def _former(change: Recorded, prior: Cell) -> Cell:
    """A parameter's record leaves out what was blank; a new one must be told all the same."""
    if change.kind == "ParameterItself" and isinstance(prior, Known) and isinstance(prior.value, dict):
        return Known({**_NEVER_NULL, **prior.value})
    return prior


def _equal(change: Recorded, recorded: RecordedCell, live: Cell) -> bool:
    return same(change.meaning, _content(recorded), _content(live)) and _there(change, recorded) == _there(change, live)


def _there(change: Recorded, cell: RecordedCell) -> bool:
    """Whether the thing itself exists; a mere field of something that was not there is simply empty."""
    return change.kind not in ("ParameterItself", "RuleItself") or isinstance(cell, Known)


def _content(cell: RecordedCell) -> Json:
    return cell.value if isinstance(cell, Known) else None


def _changed(change: Recorded, live: Cell) -> Found:
    now = shown(change.meaning, _content(live))
    detail = f"It was not left as it is now: {now!r}." if isinstance(now, str | int) else None
    return _refused(change, "somebody changed it since the run", detail=detail)


def _refused(change: Recorded, why: str, *, detail: str | None = None) -> Found:
    return Found(findings=(not_undone(change.address, why, detail=detail),))


def not_undone(address: str, why: str, *, detail: str | None = None) -> Diagnostic:
    """Something that stays as it is, and why."""
    return Diagnostic(
        "warning",
        f"Not undone: {why}",
        detail=detail,
        address=address,
        next_action="Look at it and set it by hand, or in the spec, if it has to change.",
    )


def roles(past: Past, idp: LiveIdp, reason: str) -> tuple[Found, frozenset[str]]:
    """Roles that the run created go again, unless somebody else uses them by now; and the labels of those that go."""
    found, going = Found(), set[str]()
    app_id = idp.app.id if idp.app is not None else None
    for role_id, change in past.created_roles.items():
        role = next((role for role in idp.roles if role.id == role_id), None)
        if role is None:
            continue
        label = change.text("label")
        people = {person.id for person in idp.members.get(role.name, ())}
        others = past.role_apps.get(role_id, frozenset()) - {app_id, past.app_id}
        if role.name not in idp.members or people - past.joined(label) or others:
            why = "the role opens other apps by now" if others else "people were put into the role since the run"
            found += Found(findings=(not_undone(change.address, f"the role is kept, because {why}"),))
            continue
        going.add(label)
        target = RoleItself(RoleRef(role.name, role.id), label)
        found += Found((item(change, target, ABSENT, Known(True), reason),))
    return found, frozenset(going)


def order(past: Past, idp: LiveIdp, going: Sequence[Item], reason: str) -> tuple[Found, tuple[str, ...]]:
    """The rules' former order: the places of those that are there, and the names of all in that order.

    `going` are the items of rules that this undo deletes or creates.
    """
    live = {rule.id: rule for rule in sorted(idp.rules or (), key=running_order) if rule.enabled}
    labels = {change.number("rule_id"): change.text("label") for change in past.of_kind("RuleItself")}
    leaving = {one.address for one in going if isinstance(one.desired, Absent)}
    again = {rule.name: rule for rule in live.values() if rule.id not in past.rules}
    # A rule that was deleted and is there again has another id.
    now = {old: live.get(old) or again.get(labels.get(old, "")) for old in past.rules}
    former = [rule.name if rule is not None else labels.get(old, "") for old, rule in now.items()]
    back = {rule.id for rule in now.values() if rule is not None}
    since = [rule.name for rule in live.values() if rule.id not in back and _address(rule) not in leaving]
    names = tuple(name for name in (*former, *since) if name)
    moved = past.of_kind("RulePlace")
    if not moved or not past.rules:
        return Found(), names
    left = [change.address for change in sorted(moved, key=lambda change: _place(change.wanted))]
    today = [_address(rule) for rule in live.values() if _address(rule) in left]
    if today != [address for address in left if address in today]:
        return Found(findings=(not_undone(moved[0].address, "somebody changed the order of the rules since"),)), names
    wanted = [rule for rule in now.values() if rule is not None]
    staying = [rule for rule in live.values() if rule in wanted]
    items = tuple(
        Item(
            _address(rule),
            Side.ONELOGIN,
            RulePlace(rule.name),
            Known({"place": wanted.index(rule) + 1}),
            Known({"place": place}),
            (),
            reason=reason,
        )
        for place, rule in enumerate(staying, start=1)
    )
    return Found(items), names


def _address(rule: Rule) -> str:
    return f"onelogin.app.rules.{rule.name}"


def _place(cell: RecordedCell) -> int:
    value = cell.value if isinstance(cell, Known) else None
    place = value.get("place") if isinstance(value, dict) else None
    return place if isinstance(place, int) else 0
