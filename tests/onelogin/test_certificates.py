"""Which certificates an account shows: those of its SAML apps, each once, and no more apps than it takes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sso_sync.onelogin.certificates import visible_certificates
from sso_sync.onelogin.client import Client
from sso_sync.onelogin.models import App
from tests.onelogin.support import Wire, answer, app_row, error, v2


def shown(identity: int, certificate: int | None) -> dict[str, Any]:
    """An app in full that signs with this certificate."""
    held = None if certificate is None else {"id": certificate, "name": f"No {certificate}", "value": "PEM"}
    return {**app_row(identity), "sso": {"certificate": held}, "configuration": {}, "parameters": {}}


def account(wire: Wire, certificates: Mapping[int, int | None], *, gone: int = 0, foreign: int = 0) -> App:
    """Apps by id with the certificates that they sign with; the first one is our own.

    `gone` is the id of one that only the list still knows, `foreign` of one of another kind.
    """
    rows = [{**app_row(identity), "auth_method": 8 if identity == foreign else 2} for identity in certificates]
    wire.on("GET", "/api/2/apps", v2(rows))
    for identity, certificate in certificates.items():
        full = error(404) if identity == gone else answer(shown(identity, certificate))
        wire.on("GET", f"/api/2/apps/{identity}", full)
    first = next(iter(certificates))
    return App.model_validate(shown(first, certificates[first]))


def test_every_certificate_is_found_once_in_the_order_of_ids(wire: Wire, idp: Client) -> None:
    own = account(wire, {1: 30, 2: 20, 3: 30, 4: None, 5: 10})
    assert [one.id for one in visible_certificates(idp, own)] == [10, 20, 30]
    assert "GET /api/2/apps/1" not in wire.lines(), "our own app was read a moment ago"


def test_a_look_for_one_ends_where_it_is_found(wire: Wire, idp: Client) -> None:
    own = account(wire, dict.fromkeys(range(1, 30), 7) | {2: 20})
    visible_certificates(idp, own, lambda one: one.id == 7)
    assert wire.lines() == []
    visible_certificates(idp, own, lambda one: one.id == 20)
    assert len([line for line in wire.lines() if line != "GET /api/2/apps"]) == 8


def test_an_app_that_is_gone_by_now_shows_nothing(wire: Wire, idp: Client) -> None:
    own = account(wire, {1: 30, 2: 20}, gone=2)
    assert [one.id for one in visible_certificates(idp, own)] == [30]


def test_other_kinds_of_apps_are_not_read(wire: Wire, idp: Client) -> None:
    own = account(wire, {1: 30, 2: 20}, foreign=2)
    assert [one.id for one in visible_certificates(idp, own)] == [30]
