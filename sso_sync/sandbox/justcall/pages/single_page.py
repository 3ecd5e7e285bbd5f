"""The SSO settings as JSON, for the script of the single page."""

from __future__ import annotations

from dataclasses import asdict, replace

from pydantic import JsonValue

from sso_sync.sandbox.justcall.checks import PROTOCOL
from sso_sync.sandbox.justcall.connection_check import connection_test
from sso_sync.sandbox.justcall.pages.labels import labels_of
from sso_sync.sandbox.justcall.pages.sso_settings import (
    SAVED,
    SaveFailed,
    certificate_note,
    choosable_roles,
    form_values,
    save_settings,
)
from sso_sync.sandbox.justcall.pages.visit import Visit
from sso_sync.sandbox.justcall.records import SsoSettings
from sso_sync.sandbox.wire import Answer, BadJson

__all__ = ["save", "show", "test"]


def show(visit: Visit) -> Answer:
    """`GET /apex/api/settings/sso`: everything the form is built of."""
    settings, labels = visit.account.settings, labels_of(visit.variants)
    body: dict[str, JsonValue] = {
        **_state(visit, settings),
        "acs_url": settings.acs_url,
        "entity_id": settings.entity_id,
        "verified_domains": [*settings.verified_domains],
        "labels": asdict(labels),
        "protocols": [{"value": PROTOCOL, "label": labels.saml}],
        "roles": [{"value": role, "label": role} for role in choosable_roles(settings)],
        "twice": visit.variants.page_labels == "twice",
        "reveals": visit.variants.page_fields == "when_enabled",
    }
    return Answer(200, body, {"cache-control": "no-store"}, delay=visit.variants.page_delay)


def save(visit: Visit) -> Answer:
    """`PUT /apex/api/settings/sso` with the form's values; answers what the form is to show now."""
    try:
        sent = visit.call.json()
    except BadJson:
        sent = None
    if not isinstance(sent, dict):
        return Answer(400, {"status": "failed", "message": "The body is not a JSON object"})
    values = {**sent, "protocol": None} if sent.get("protocol") == "" else sent
    try:
        saved = save_settings(visit, values)
    except SaveFailed as failed:
        refused = Answer(failed.status, {"status": "failed", "message": f"Configuration could not be saved: {failed}"})
        return replace(refused, delay=visit.variants.page_delay)
    return Answer(200, {**_state(visit, saved), "message": SAVED}, delay=visit.variants.page_delay)


def test(visit: Visit) -> Answer:
    """`POST /apex/api/settings/sso/test`"""
    works, message = connection_test(visit.account, visit.site.onelogin)
    return Answer(200, {"ok": works, "message": message if works else f"Connection failed: {message}"})


def _state(visit: Visit, settings: SsoSettings) -> dict[str, JsonValue]:
    return {"values": form_values(visit, settings), "note": certificate_note(visit, settings)}
