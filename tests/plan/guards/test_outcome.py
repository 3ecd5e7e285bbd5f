"""What guards get to see of people, and whether all of it was read."""

from __future__ import annotations

from typing import Any

import pytest

from sso_sync.onelogin.state import LiveIdp
from sso_sync.plan.access import Effect, effect
from sso_sync.plan.planner import draft
from tests.plan.build import connection
from tests.plan.full import the_app
from tests.plan.world import in_sync


def _effect(read: set[str], attached: list[int], **access: Any) -> Effect:
    """The effect of a spec on an app that `attached` roles open, when the members of `read` are known."""
    world = in_sync()
    the_app(world)["role_ids"] = attached
    wanted = connection(access=access)
    sides = world.sides(wanted)
    assert isinstance(sides.idp, LiveIdp)
    members = {name: world.people(world.members[role_id]) for role_id, name in world.roles.items() if name in read}
    return effect(sides.idp, members, draft(wanted, sides).deltas)


@pytest.mark.parametrize(
    ("read", "attached", "roles", "complete"),
    [
        ({"JustCall Users"}, [11], ["JustCall Users"], True),
        (set(), [11], ["JustCall Users"], False),
        ({"JustCall Users"}, [11], ["JustCall Users", "Sales"], False),  # who comes in is not known
        ({"Sales"}, [11], ["Sales"], False),  # who leaves is not known
        ({"JustCall Users", "Sales"}, [11], ["Sales"], True),
        (set(), [], [{"name": "Brand new", "create": True}], True),  # nobody is in a role that is yet to be made
    ],
)
def test_people_are_known_when_every_role_that_counts_was_read(
    read: set[str], attached: list[int], roles: list[Any], complete: bool
) -> None:
    assert _effect(read, attached, roles=roles).complete is complete


def test_people_before_and_after() -> None:
    found = _effect({"JustCall Users", "Sales"}, [11], roles=["Sales"])
    assert [person.key for person in found.before] == ["ann@acme.example", "bob@acme.example"]
    assert [person.key for person in found.after] == ["bob@acme.example", "cid@acme.example"]
