"""A spec with one thing said differently: in memory, as a person would write it, and what the planner makes of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import yaml
from pydantic import ValidationError

from sso_sync.justcall.settings import Settings
from sso_sync.onelogin.models import Person
from sso_sync.onelogin.state import LiveIdp
from sso_sync.plan.doctor.evidence import Evidence
from sso_sync.plan.doctor.model import Edit, Removed
from sso_sync.plan.model import Change
from sso_sync.plan.planner import Draft, draft
from sso_sync.plan.scope import owned_role
from sso_sync.spec.connection import Connection, SpecPath
from sso_sync.spec.lint import lint
from sso_sync.spec.model import Spec
from sso_sync.values import Json

__all__ = ["drafted", "edited", "new_changes", "snippet", "written"]


def edited(connection: Connection, edit: Edit) -> Connection | None:
    """The connection as the edited spec gives it; None where the edit changes nothing, or makes no valid spec."""
    document = connection.spec.model_dump(exclude_unset=True)
    if not _changed(document, edit.path, edit.value):
        return None
    try:
        spec = Spec.model_validate(document)
    except ValidationError:
        return None
    sensitive = frozenset(path for path in connection.sensitive if path[: len(edit.path)] != edit.path)
    made = replace(connection, spec=spec, digest=f"{connection.digest}+edit", sensitive=sensitive)
    return None if any(finding.severity == "error" for finding in lint(made)) else made


def _changed(document: dict[str, Any], path: SpecPath, value: Json | Removed) -> bool:
    """Changes `document` in place, and says whether that made a difference."""
    node: Any = document
    for key in path[:-1]:
        below = node.get(key) if isinstance(node, dict) else None
        if below is None and not isinstance(value, Removed) and isinstance(node, dict):
            below = node[key] = {}
        if not isinstance(below, dict):
            return False
        node = below
    last = path[-1]
    if isinstance(value, Removed):
        return node.pop(last, None) is not None
    before, node[last] = node.get(last), value
    return bool(before != value)


def written(connection: Connection, path: SpecPath) -> bool:
    """Whether the spec says something at exactly this place."""
    node: Any = connection.spec.model_dump(exclude_unset=True)
    for key in path:
        if not isinstance(node, Mapping) or key not in node:
            return False
        node = node[key]
    return True


def drafted(evidence: Evidence, edit: Edit) -> Draft | None:
    """What the planner makes of the edited spec on both sides as they were read; None where it can say nothing."""
    connection, sides = evidence.connection, evidence.sides
    made = None if connection is None else edited(connection, edit)
    if made is None or sides is None or not isinstance(sides.idp, LiveIdp) or not isinstance(sides.sp, Settings):
        return None
    return draft(made, replace(sides, idp=_with_people(evidence, made, sides.idp)))


def _with_people(evidence: Evidence, made: Connection, idp: LiveIdp) -> LiveIdp:
    """OneLogin's side with everybody who is known, because the edited spec may name somebody new."""
    facts = evidence.people
    people: dict[str, Person] = {person.key: person for person in facts.able}
    if facts.user is not None:
        people[facts.user.key] = facts.user
    members = dict(idp.members)
    role = owned_role(made.spec)
    if role not in members and role in facts.roles:
        members[role] = facts.roles[role]
    return replace(idp, people={**people, **idp.people}, members=members)


def new_changes(evidence: Evidence, made: Draft) -> tuple[Change, ...]:
    """The changes that the edited spec would give and the present one does not."""
    present = set() if evidence.plan is None else {(one.address, repr(one)) for one in evidence.plan.changes}
    changes = (delta.change for delta in made.deltas)
    return tuple(one for one in changes if (one.address, repr(one)) not in present)


def snippet(edit: Edit) -> str | None:
    """The YAML that says it, from the root of the spec; None for a key that is to be left out."""
    if isinstance(edit.value, Removed):
        return None
    document: Any = edit.value
    for key in reversed(edit.path):
        document = {key: document}
    text: str = yaml.safe_dump(document, sort_keys=False, allow_unicode=True, default_flow_style=False)
    return text.rstrip("\n")
