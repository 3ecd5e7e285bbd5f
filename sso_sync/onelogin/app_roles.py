"""Attaching roles to an app without losing anybody else's: `role_ids` is replaced as a whole, and others write it too.

The app's own list is used, because `PUT /roles/{id}/apps` would rewrite the app list of a shared role (fact sheet §6).
OneLogin has no way to say "only if unchanged", so every write is looked at afterwards (quirks 10 and 36).
"""

from __future__ import annotations

from collections.abc import Callable, Collection

from sso_sync.http import AnswerError
from sso_sync.onelogin.client import Client
from sso_sync.onelogin.endpoints import ENDPOINTS
from sso_sync.onelogin.models import App

__all__ = ["set_app_roles"]

_ROUNDS = 5
_REFUSALS = 3
_LOOKS = (0.0, 0.5, 1.5)  # seconds before each look: a read may be older than the write for a moment (§5.3)


def set_app_roles(
    client: Client, app_id: int, attach: Collection[int], detach: Collection[int], sleep: Callable[[float], None]
) -> App:
    """Attaches and detaches roles by id, all others stay; answers the app as it then is.

    Every role that is seen on the app meanwhile is kept, so that two writers at the same time do not undo each other.
    Raises AnswerError when the roles do not come to rest within five rounds, or a role is refused.
    """
    seen: set[int] = set()
    refusals = 0
    for _ in range(_ROUNDS):
        app = client.app(app_id)
        seen |= set(app.role_ids)
        wanted = (seen - set(detach)) | set(attach)
        if _as_wanted(app, wanted, detach):
            return app
        try:
            client.update_app(app_id, {"role_ids": sorted(wanted)})
        except AnswerError as problem:
            # A role made a moment ago may not be known everywhere yet (quirk 15). One that was deleted meanwhile never
            # will be: forgetting what was seen lets it drop out with the next read.
            refusals += 1
            if problem.status != 422 or refusals >= _REFUSALS:
                raise
            seen.clear()
            sleep(_LOOKS[-1])
            continue
        for pause in _LOOKS:
            sleep(pause)
            app = client.app(app_id)
            if _as_wanted(app, wanted, detach):
                return app
            seen |= set(app.role_ids)
    raise _restless(client, app_id)


def _as_wanted(app: App, wanted: set[int], detach: Collection[int]) -> bool:
    """Roles that somebody else added on top are none of our business."""
    return wanted.issubset(app.role_ids) and not set(detach).intersection(app.role_ids)


def _restless(client: Client, app_id: int) -> AnswerError:
    method, path = ENDPOINTS["update_app"]
    return AnswerError.of(
        method,
        path.format(app_id=app_id),
        f"the app's roles changed again and again while sso-sync set them, {_ROUNDS} times",
        status=200,
        detail=f"Another program or person is changing the roles of this app in {client.label} at the same time.",
        next_action="Find out who else manages this app's roles, then apply again.",
    )
