"""Who gets in."""

from __future__ import annotations

from collections.abc import Iterator

from sso_sync.errors import Diagnostic
from sso_sync.spec.connection import SpecPath
from sso_sync.spec.lints.look import Look
from sso_sync.spec.model import Role

__all__ = ["direct_role", "duplicates"]

_PATH: SpecPath = ("onelogin", "access")


def duplicates(look: Look) -> Iterator[Diagnostic]:
    """Nobody and nothing is listed twice; e-mails are compared case-insensitively."""
    access = look.spec.onelogin.access
    roles = access.roles or []
    names = [role.name if isinstance(role, Role) else role for role in roles]
    long = {index for index, role in enumerate(roles) if isinstance(role, Role)}
    yield from look.repeated((*_PATH, "roles"), names, "role", lambda index: ("name",) if index in long else ())
    for index, role in enumerate(roles):
        if isinstance(role, Role):
            members = (email.lower() for email in role.members or ())
            yield from look.repeated((*_PATH, "roles", index, "members"), members, "member")
    yield from look.repeated((*_PATH, "users"), (email.lower() for email in access.users or ()), "user")
    yield from look.repeated((*_PATH, "groups"), access.groups or (), "group")


def direct_role(look: Look) -> Iterator[Diagnostic]:
    """The members of the owned role are `users` and `groups`, and nobody else."""
    access = look.spec.onelogin.access
    owned = access.direct_role or f"{look.spec.onelogin.app.name} - direct access"
    for index, role in enumerate(access.roles or ()):
        if isinstance(role, Role) and role.name == owned and role.members is not None:
            path = (*_PATH, "roles", index, "members")
            yield look.error(
                path,
                f"The members of {look.shown((*_PATH, 'roles', index, 'name'), owned)} are managed elsewhere",
                detail="This role is owned by the connection: it holds exactly `access.users` and `access.groups`.",
                next_action="Move the people to `onelogin.access.users`, or name another `direct_role`.",
            )
