"""The roles that open the app."""

from __future__ import annotations

from collections import Counter

from sso_sync.onelogin.state import LiveIdp
from sso_sync.plan.importing.trial import Trial, Wish
from sso_sync.spec.connection import SpecPath

__all__ = ["list_roles"]

_PATH: SpecPath = ("onelogin", "access")
_ROLES: SpecPath = (*_PATH, "roles")


def list_roles(trial: Trial, idp: LiveIdp) -> list[str]:
    """Writes the roles that open the app; answers what those that cannot be named are called.

    The list is authoritative, unless there is a role that no spec can name: several have that name, or it has none.
    """
    names = {role.id: role.name for role in idp.roles}
    often = Counter(names.values())
    attached = idp.app.role_ids if idp.app else ()
    good = [name for role_id in attached if often[name := names.get(role_id, "")] == 1 and name]
    odd = [names.get(role_id, f"#{role_id}") for role_id in attached if names.get(role_id, "") not in good]
    if not attached:
        return []
    if not odd:
        trial.add([Wish(_ROLES, (good,))])
        if not trial.left_out or trial.left_out[-1].path != _ROLES:
            return []
        trial.left_out.pop()
    return odd + _one_by_one(trial, good)


def _one_by_one(trial: Trial, names: list[str]) -> list[str]:
    """Writes those that can be named, and leaves the others in place."""
    before, refused, taken = trial.tree, list[str](), list[str]()
    trial.add([Wish((*_PATH, "mode"), ("additive",))])
    for name in names:
        trial.add([Wish(_ROLES, ([*taken, name],))])
        if trial.left_out and trial.left_out[-1].path == _ROLES:
            trial.left_out.pop()
            refused.append(name)
        else:
            taken.append(name)
    if not taken:
        trial.restore(before)
    return refused
