"""Names in the spec → ids in the account: connector, policy, brand and signing certificate (fact sheet §4, §9, §10)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from sso_sync.errors import LiveStateError
from sso_sync.http import HttpProblem
from sso_sync.onelogin.finder import Finder
from sso_sync.onelogin.models import App, Named, Policy
from sso_sync.onelogin.texts import same_text
from sso_sync.onelogin.vocabulary import CONNECTOR_ID, CONNECTOR_NAME

__all__ = ["NOT_OFFERED", "by_name", "certificate_id", "connector_id", "policy_id"]

# An endpoint that an account does not have, or not for this credential: 401 also stands for an unknown route
# (quirk 19), 402 and 406 for a missing licence (§7, §10).
NOT_OFFERED = frozenset({401, 402, 403, 404, 406})
_AT_ONCE = 8


def by_name(kind: str, name: str, candidates: Iterable[Named], *, address: str) -> int | None:
    """The id of the one candidate of exactly this name, None when there is none. Raises LiveStateError for several."""
    ids = sorted({candidate.id for candidate in candidates if same_text(candidate.name, name)})
    if len(ids) > 1:
        raise LiveStateError.because(
            f"OneLogin has several {kind} named {name!r}: {', '.join(map(str, ids))}",
            address=address,
            next_action="Rename all but one of them in OneLogin, or use the id where the spec takes one.",
        )
    return ids[0] if ids else None


def policy_id(name: str, policies: Iterable[Policy]) -> int | None:
    """The id of an app policy; policies for users cannot be given to an app (§10)."""
    return by_name(
        "app policies", name, [one for one in policies if one.kind in (None, "app")], address="onelogin.app.policy"
    )


def connector_id(finder: Finder) -> int:
    """The id of the scope's connector; only a new app needs it.

    A name is always looked up, because the catalogue differs between accounts (§4). For the default connector the id
    that OneLogin documents is trusted in two cases only: the catalogue cannot be read, or an app of this account has
    that connector although the catalogue does not show its name. Raises LiveStateError for an unknown name.
    """
    wanted = finder.scope.connector
    if isinstance(wanted, int):
        return wanted
    is_default = wanted == CONNECTOR_NAME
    try:
        found = finder.client.connectors(wanted)
    except HttpProblem as problem:
        if is_default and problem.status in NOT_OFFERED:
            return CONNECTOR_ID
        raise
    exact = [connector for connector in found if same_text(connector.name, wanted)]
    if is_default and any(connector.id == CONNECTOR_ID for connector in exact):
        return CONNECTOR_ID
    identity = by_name("connectors", wanted, exact, address="onelogin.app.connector")
    if identity is not None:
        return identity
    if is_default and any(row.connector_id == CONNECTOR_ID for row in finder.all_rows()):
        return CONNECTOR_ID
    raise LiveStateError.because(
        f"{finder.client.label} has no SAML connector named {wanted!r}",
        detail="The catalogue of connectors differs between OneLogin accounts and regions.",
        address="onelogin.app.connector",
        next_action="Set onelogin.app.connector to the exact name, or to the id, of a connector that the account has.",
    )


def certificate_id(name: str, app: App | None, finder: Finder) -> int | None:
    """The id of the signing certificate called `name`, None when no SAML app uses one of that name.

    There is no certificates endpoint (§9): a certificate is known only through the apps that have it. Ours is looked at
    first, then the others, some at a time, until one has it.
    """
    own = _named(name, [app] if app else [])
    if own is not None:
        return own
    rows = [row for row in finder.all_rows() if app is None or row.id != app.id]
    return _first(rows, lambda some: _named(name, finder.read(some)))


def _first(rows: Sequence[App], look: Callable[[Sequence[App]], int | None]) -> int | None:
    batches = (rows[start : start + _AT_ONCE] for start in range(0, len(rows), _AT_ONCE))
    return next((found for batch in batches if (found := look(batch)) is not None), None)


def _named(name: str, apps: Iterable[App]) -> int | None:
    certificates = (app.sso.certificate for app in apps)
    return next((one.id for one in certificates if one.id is not None and same_text(one.name or "", name)), None)
