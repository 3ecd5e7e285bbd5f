"""The signing certificates of an account, as far as its apps show them: they have no endpoint (fact sheet §9)."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from sso_sync.onelogin.client import SAML, Client
from sso_sync.onelogin.finder import app_or_none
from sso_sync.onelogin.models import App, Certificate
from sso_sync.onelogin.parallel import pool

__all__ = ["visible_certificates"]

_AT_ONCE = 8


def visible_certificates(
    client: Client, own: App, enough: Callable[[Certificate], bool] = lambda _found: False
) -> tuple[Certificate, ...]:
    """Every certificate that a SAML app signs with, each id once, in the order of ids; the app `own` is not read again.

    The apps are read some at a time, until one shows a certificate that is `enough`. Raises the problems of
    `sso_sync.http`.
    """
    found: dict[int, Certificate] = {}
    _note(found, [own])
    if any(map(enough, found.values())):
        return _ordered(found)
    ids = [row.id for row in client.apps() if row.auth_method in (None, SAML) and row.id != own.id]
    with pool() as running:
        for start in range(0, len(ids), _AT_ONCE):
            apps = running.map(lambda app_id: app_or_none(client, app_id), ids[start : start + _AT_ONCE])
            _note(found, (app for app in apps if app is not None))
            if any(map(enough, found.values())):
                break
    return _ordered(found)


def _note(found: dict[int, Certificate], apps: Iterable[App]) -> None:
    for app in apps:
        shown = app.sso.certificate
        if shown.id is not None:
            found.setdefault(shown.id, shown)


def _ordered(found: dict[int, Certificate]) -> tuple[Certificate, ...]:
    return tuple(found[number] for number in sorted(found))
