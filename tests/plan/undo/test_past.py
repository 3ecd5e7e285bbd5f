"""What a run changed, from the steps that it began."""

from __future__ import annotations

from sso_sync.plan.cells import ABSENT, Known, Later
from sso_sync.plan.model import Action, Side
from sso_sync.plan.operations import Output
from sso_sync.plan.records import Recorded
from sso_sync.plan.undo.past import Past, PastStep
from sso_sync.values import Json


def _role(**place: str | int | bool | None) -> Recorded:
    address = "onelogin.access.roles.Desk"
    return Recorded(
        address, Side.ONELOGIN, Action.CREATE, "RoleAttachment", {"label": "Desk", **place}, ABSENT, Known(True)
    )


def _member(user_id: int) -> Recorded:
    place: dict[str, Json] = {"label": "Desk", "user_id": user_id}
    return Recorded(f"m{user_id}", Side.ONELOGIN, Action.CREATE, "Membership", place, ABSENT, Known(True))


def test_an_address_that_two_steps_settle_counts_once_and_knows_its_new_id() -> None:
    change = _role(role_id=None, create=True)
    past = Past.of("run", [PastStep((change,), {"role_id": 7}), PastStep((change, _member(9)))])
    assert [one.address for one in past.changes] == ["onelogin.access.roles.Desk", "m9"]
    assert list(past.created_roles) == [7]
    assert past.joined("Desk") == {9}


def test_a_role_that_was_there_was_not_created() -> None:
    assert Past.of("run", [PastStep((_role(role_id=7, create=False),))]).created_roles == {}


def test_what_was_known_after_apply_is_known_now() -> None:
    change = Recorded(
        "justcall.sso.issuer",
        Side.JUSTCALL,
        Action.UPDATE,
        "Setting",
        {"field": "issuer"},
        Known(None),
        Later(Output.ISSUER),
    )
    (told,) = Past.of("run", [PastStep((change,), {"settings": {"issuer": "https://i"}})]).changes
    (untold,) = Past.of("run", [PastStep((change,))]).changes
    assert told.wanted == Known("https://i")
    assert untold.wanted == Later(Output.ISSUER)


def test_the_order_of_rules_is_the_one_before_the_first_step() -> None:
    past = Past.of("run", [PastStep(), PastStep(rules=(1, 2)), PastStep(rules=(2, 1))])
    assert past.rules == (1, 2)


def test_an_app_that_was_created_or_deleted() -> None:
    made = Recorded("onelogin.app", Side.ONELOGIN, Action.CREATE, "AppItself", {"id": None}, ABSENT, Known({}))
    gone = Recorded("onelogin.app", Side.ONELOGIN, Action.DELETE, "AppItself", {"id": 5}, Known({}), ABSENT)
    created = Past.of("run", [PastStep((made,), {"app_id": 5})])
    assert (created.created_app, created.app_id, created.removed) == (True, 5, None)
    removed = Past.of("run", [PastStep((gone,))])
    assert (removed.created_app, removed.removed) == (False, gone)
