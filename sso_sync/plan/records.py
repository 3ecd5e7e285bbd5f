"""A difference as it is kept in the record of a run: enough to put the former value back, and nothing secret.

Names that may have come from the environment (of roles, rules, people) are kept as ids; the label is what the plan
showed. A sensitive value is kept as a mask only.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields

from sso_sync.errors import LiveStateError
from sso_sync.plan.cells import ABSENT, Absent, Cell, Item, Known, Later, Undetermined
from sso_sync.plan.diff import Delta
from sso_sync.plan.meaning import Meaning
from sso_sync.plan.model import Action, Side
from sso_sync.plan.operations import Output
from sso_sync.plan.targets import AppItself, Membership, RoleAttachment, RoleItself, RuleItself, RulePlace, Target
from sso_sync.values import Json

__all__ = ["MASKED", "Masked", "Recorded", "RecordedCell", "from_document", "record"]


@dataclass(frozen=True, slots=True)
class Masked:
    """There was a value, and it is not in the record because it must not be shown."""


MASKED = Masked()
RecordedCell = Cell | Masked


@dataclass(frozen=True)
class Recorded:
    """One address that a run was about to change: what it found there and what it wanted.

    `kind` is the name of the target's class, `place` its fields as far as they may be kept.
    """

    address: str
    side: Side
    action: Action
    kind: str
    place: Mapping[str, Json] = field(default_factory=dict)
    prior: RecordedCell = ABSENT
    wanted: RecordedCell = ABSENT
    meaning: Meaning = Meaning.EXACT

    def number(self, key: str) -> int | None:
        """A whole number of the place, if it was recorded."""
        value = self.place.get(key)
        return value if isinstance(value, int) and not isinstance(value, bool) else None

    def text(self, key: str) -> str:
        """A text of the place."""
        return str(self.place.get(key) or "")


def record(delta: Delta, *, app_id: int | None) -> dict[str, Json]:
    """The difference as a JSON document. `app_id` is the id of the app that was found."""
    item = delta.item
    return {
        "address": item.address,
        "side": item.side.value,
        "action": delta.change.action.value,
        "target": {"kind": type(item.target).__name__, **_place(item.target, app_id)},
        "prior": _cell(item, item.live),
        "wanted": _cell(item, item.desired),
        "meaning": item.meaning.value,
    }


def _place(target: Target, app_id: int | None) -> dict[str, Json]:
    match target:
        case AppItself():
            return {"id": app_id}
        case RoleAttachment(role, label, create):
            return {"role_id": role.id, "label": label, "create": create}
        case RoleItself(role, label):
            return {"role_id": role.id, "label": label}
        case Membership(role, label, user_id):
            return {"role_id": role.id, "label": label, "user_id": user_id}
        case RuleItself(_, label, live):
            return {"rule_id": live.id if live else None, "label": label}
        case RulePlace():
            return {}
        case _:
            return {one.name: getattr(target, one.name) for one in fields(target)}


def _cell(item: Item, cell: Cell) -> Json:
    match cell:
        case Known(value):
            hidden = item.sensitive and value is not None and value != ""
            return {"masked": True} if hidden else {"value": value}
        case Absent():
            return {"absent": True}
        case Later(output):
            return {"later": output.value}
        case Undetermined(reason):
            return {"unknown": reason}


def from_document(document: Json) -> Recorded:
    """The difference back from its document. Raises LiveStateError when it is none that this version wrote."""
    try:
        if not isinstance(document, Mapping):
            raise TypeError
        target = document["target"]
        if not isinstance(target, Mapping):
            raise TypeError
        return Recorded(
            address=str(document["address"]),
            side=Side(str(document["side"])),
            action=Action(str(document["action"])),
            kind=str(target["kind"]),
            place={key: value for key, value in target.items() if key != "kind"},
            prior=_recorded_cell(document["prior"]),
            wanted=_recorded_cell(document["wanted"]),
            meaning=Meaning(str(document["meaning"])),
        )
    except (KeyError, TypeError, ValueError):
        raise LiveStateError.because(
            "The record of this run cannot be understood",
            detail="Another version of sso-sync may have written it, or somebody edited it.",
            next_action="Run plan to see what differs from the spec.",
        ) from None


def _recorded_cell(document: Json) -> RecordedCell:
    if not isinstance(document, Mapping) or len(document) != 1:
        raise TypeError
    ((kind, value),) = document.items()
    match kind:
        case "value":
            return Known(value)
        case "absent":
            return ABSENT
        case "masked":
            return MASKED
        case "later":
            return Later(Output(str(value)))
        case "unknown":
            return Undetermined(str(value))
        case _:
            raise ValueError(kind)
