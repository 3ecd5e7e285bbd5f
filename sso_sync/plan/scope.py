"""From a spec to what must be read: nothing that the spec does not manage is asked for (lesson A18)."""

from __future__ import annotations

from sso_sync.onelogin.state import Scope
from sso_sync.spec.connection import SpecPath
from sso_sync.spec.model import Access, Role, Spec, given

__all__ = ["member_roles", "owned_role", "owned_role_path", "roles_of", "scope", "wants_owned_role"]


def owned_role(spec: Spec) -> str:
    """Name of the one role that belongs to this connection (DESIGN §1, `access.users`)."""
    return spec.onelogin.access.direct_role or f"{spec.onelogin.app.name} - direct access"


def owned_role_path(spec: Spec) -> SpecPath:
    """The place in the spec that the owned role has its name from."""
    return ("onelogin", "access", "direct_role") if spec.onelogin.access.direct_role else ("onelogin", "app", "name")


def wants_owned_role(access: Access) -> bool:
    """Whether the spec says who is in the owned role: people, groups, or explicitly nobody."""
    return given(access, "users") or given(access, "groups")


def roles_of(access: Access) -> tuple[Role, ...]:
    """The spec's roles in their long form."""
    return tuple(
        Role.model_construct(_fields_set={"name"}, name=role, create=False, members=None)
        if isinstance(role, str)
        else role
        for role in access.roles or ()
    )


def member_roles(access: Access) -> tuple[Role, ...]:
    """The roles whose membership the spec manages."""
    return tuple(role for role in roles_of(access) if given(role, "members"))


def scope(spec: Spec) -> Scope:
    """What to read from OneLogin for this spec."""
    app, access = spec.onelogin.app, spec.onelogin.access
    if spec.state == "absent":
        return Scope(
            connection=spec.name,
            app_name=app.name,
            app_id=app.id,
            previous_names=tuple(app.previously),
            connector=app.connector,
            decommission=True,
        )
    members = member_roles(access)
    names = {role.name for role in members}
    people = {email.lower() for role in members for email in role.members or ()}
    if wants_owned_role(access):
        names.add(owned_role(spec))
        people |= {email.lower() for email in access.users or ()}
    certificate = app.certificate if given(app, "certificate") else None
    return Scope(
        connection=spec.name,
        app_name=app.name,
        app_id=app.id,
        previous_names=tuple(app.previously),
        connector=app.connector,
        rules=given(app, "rules"),
        member_roles=frozenset(names),
        people=frozenset(people),
        groups=frozenset(access.groups or ()) if given(access, "groups") else frozenset(),
        policy=app.policy if given(app, "policy") and isinstance(app.policy, str) else None,
        brand=app.brand if given(app, "brand") and isinstance(app.brand, str) else None,
        # An id needs no looking up.
        certificate=None if getattr(certificate, "id", None) is not None else getattr(certificate, "name", None),
        direct_grants=given(access, "users") and access.mode == "authoritative",
    )
