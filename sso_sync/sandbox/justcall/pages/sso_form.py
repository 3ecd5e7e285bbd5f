"""The SSO settings with native controls: a form, a redirect, a page with a message."""

from __future__ import annotations

from dataclasses import replace

from pydantic import JsonValue

from sso_sync.sandbox.justcall.checks import PROTOCOL
from sso_sync.sandbox.justcall.connection_check import ENABLE_FIRST, connection_test
from sso_sync.sandbox.justcall.pages.general import shell
from sso_sync.sandbox.justcall.pages.sso_settings import (
    SAVED,
    SaveFailed,
    certificate_note,
    choosable_roles,
    form_values,
    save_settings,
)
from sso_sync.sandbox.justcall.pages.visit import Flash, Visit
from sso_sync.sandbox.pages.templates import redirect
from sso_sync.sandbox.wire import Answer

__all__ = ["save", "show", "test"]

_PATH = "/apex/settings/security/sso"


def show(visit: Visit) -> Answer:
    """`GET /apex/settings/security/sso`, with the message and the input that a save or a test left."""
    if visit.variants.page == "spa":
        return shell(visit)
    settings, flash = visit.account.settings, visit.waiting()
    draft = flash.draft if flash is not None else None
    shown = visit.page(
        "sso",
        settings=settings,
        values=draft or form_values(visit, settings),
        note=certificate_note(visit, settings),
        roles=[(role, role) for role in choosable_roles(settings)],
        protocol=PROTOCOL,
        flash=flash,
        twice=visit.variants.page_labels == "twice",
        reveals=visit.variants.page_fields == "when_enabled",
        hint=ENABLE_FIRST if visit.variants.test_needs_enabled and not settings.enabled else None,
    )
    return replace(shown, delay=visit.variants.page_delay)


def save(visit: Visit) -> Answer:
    """`POST /apex/settings/security/sso`"""
    draft = _draft(visit.call.form())
    try:
        save_settings(visit, draft)
        visit.flash(Flash(True, SAVED))
    except SaveFailed as failed:
        visit.flash(Flash(False, f"Configuration could not be saved: {failed}", draft))
    return replace(redirect(_PATH), delay=visit.variants.page_delay)


def test(visit: Visit) -> Answer:
    """`POST /apex/settings/security/sso/test`: of what is saved, whatever stands in the form."""
    works, message = connection_test(visit.account, visit.site.onelogin)
    visit.flash(Flash(works, message if works else f"Connection failed: {message}"))
    return redirect(_PATH)


def _draft(form: dict[str, str]) -> dict[str, JsonValue]:
    """The input as settings; an uploaded file goes before pasted text. A browser sends line ends as CRLF."""
    pasted = form.get("certificate", "").replace("\r\n", "\n")
    return {
        "enabled": "enabled" in form,
        "protocol": form.get("protocol") or None,
        "sso_url": form.get("sso_url", "").strip(),
        "issuer": form.get("issuer", "").strip(),
        "certificate": form.get("certificate_file") or (pasted if pasted.strip() else ""),
        "default_role": form.get("default_role", ""),
    }
