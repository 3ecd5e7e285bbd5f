"""Evidence in one line: a world, a spec, and what somebody tells."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sso_sync.justcall.users import JustCallUser
from sso_sync.plan.doctor.evidence import Evidence, PeopleFacts
from sso_sync.plan.doctor.examine import examined
from sso_sync.plan.doctor.model import Diagnosis
from sso_sync.plan.outcome import JustCallPeople
from sso_sync.plan.planner import Sides, draft, finish
from sso_sync.spec.connection import Connection
from tests.plan.build import NOW, connection
from tests.plan.world import World, in_sync

__all__ = ["accounts", "cases", "diagnoses", "evidence", "healthy", "people", "wanted"]


def wanted(**over: Any) -> Connection:
    """A spec that a healthy world is as it says."""
    app = {"configuration": {"signature_algorithm": "SHA-256"}}
    return connection(over.pop("over", None), app=over.pop("app", app), sso=over.pop("sso", {"enabled": True}), **over)


def healthy() -> World:
    """Both sides so that nothing is wrong with a login."""
    world = in_sync()
    assert world.app is not None
    world.app["configuration"]["signature_algorithm"] = "SHA-256"
    return world


def accounts(*emails: str) -> JustCallPeople:
    return JustCallPeople(tuple(JustCallUser(number, email, None, "Admin") for number, email in enumerate(emails, 1)))


def people(world: World, **over: Any) -> PeopleFacts:
    """Everybody as a thorough reader would find them: all roles, the app's users, statuses, and JustCall's accounts."""
    roles = {name: world.people(world.members[number]) for number, name in world.roles.items()}
    opening = set(world.app["role_ids"]) if world.app else set()
    members = {name: roles[name] for number, name in world.roles.items() if number in opening}
    effective = world.people(sorted(world.reached() | world.direct)) if world.app else None
    known: dict[str, Any] = {
        "members": members if world.app else None,
        "roles": roles,
        "effective": effective,
        "statuses": {number: user["status"] for number, user in world.users.items()},
        "justcall": accounts(*(user["email"] for user in world.users.values() if user["email"])),
    }
    return PeopleFacts(**{**known, **over})


def evidence(world: World, spec: Connection | None = None, *, sides: Sides | None = None, **over: Any) -> Evidence:
    """Everything that there is to know about a world."""
    spec = spec or wanted()
    found = sides or world.sides(spec)
    made, facts = draft(spec, found), over.pop("people", people(world))
    plan = finish(made, plan_id="examination", created_at=NOW, members=facts.roles)
    known: Mapping[str, Any] = {"connection": spec, "sides": found, "draft": made, "plan": plan, "people": facts}
    return Evidence(**{"now": NOW, **known, **over})


def diagnoses(world: World, spec: Connection | None = None, **over: Any) -> tuple[Diagnosis, ...]:
    return examined(evidence(world, spec, **over))[0]


def cases(world: World, spec: Connection | None = None, **over: Any) -> list[str]:
    """The ids of what was found, the surest cause first."""
    return [one.case for one in diagnoses(world, spec, **over)]
