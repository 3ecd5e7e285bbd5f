"""What the two sides hold, value by value: the app, the switch, the pins, and what JustCall was given of OneLogin's."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from sso_sync.justcall.settings import Observed, SettingField, Settings
from sso_sync.onelogin.state import LiveIdp
from sso_sync.plan.checks.comparing import Missing, compared
from sso_sync.plan.checks.model import Check, Status
from sso_sync.plan.checks.sides import LABELS, PLAN, app_of, given_to_justcall, held, unmade
from sso_sync.plan.guards import service_provider
from sso_sync.plan.link import Unread
from sso_sync.plan.masking import spoken
from sso_sync.plan.outcome import Outcome
from sso_sync.spec.connection import Connection
from sso_sync.spec.model import given

__all__ = ["address_checks", "app_check", "pin_checks", "switch_check"]

_PINNED = (SettingField.ACS_URL, SettingField.ENTITY_ID)


def app_check(connection: Connection, idp: LiveIdp | Unread) -> Check:
    """Whether OneLogin has the app at all."""
    app, address = app_of(idp), "onelogin.app"
    if not isinstance(app, Missing):
        name = spoken(connection, app.name, ("onelogin", "app", "name"))
        return Check("app", Status.PASS, f"OneLogin has the app {name} (id {app.id})", address)
    check = Check(
        "app",
        Status.FAIL,
        "OneLogin has no app for this connection",
        address,
        next_action="Run `sso-sync apply` to create it.",
    )
    return (
        unmade(replace(check, summary="Whether OneLogin has the app is not known"), app) if app.unreachable else check
    )


def switch_check(connection: Connection, sp: Settings | Unread) -> Check:
    """Whether SSO is on. Off is fine where the spec says so."""
    sso, found = connection.spec.justcall.sso, held(connection, sp, SettingField.ENABLED)
    check = Check("enabled", Status.PASS, "SSO is switched on in JustCall", "justcall.sso.enabled", known=found.known)
    if found.missing is not None:
        return unmade(replace(check, summary="Whether SSO is switched on in JustCall is not known"), found.missing)
    if found.text == str(True):
        return replace(check, found=True)
    if given(sso, "enabled") and sso.enabled is not True:
        return replace(check, summary="SSO is switched off in JustCall, as the spec says", expected=False, found=False)
    return replace(
        check,
        status=Status.FAIL,
        summary="SSO is switched off in JustCall",
        expected=True,
        found=False,
        next_action="Run `sso-sync apply` with `justcall.sso.enabled: true` in the spec.",
    )


def pin_checks(connection: Connection, made: Outcome) -> Iterator[Check]:
    """Whether JustCall is the account that the spec pins, if it pins any."""
    pins, sp = connection.spec.justcall.service_provider, made.sp
    pinned = [field for field in _PINNED if getattr(pins, field.value) is not None]
    if isinstance(sp, Unread) or not any(isinstance(sp.knowledge(field), Observed) for field in pinned):
        return  # a pin that nobody could compare stands for JustCall's own value
    refusals = service_provider.GUARD.judge(made).refusals
    check = Check("service_provider", Status.PASS, "JustCall is the account that the spec pins", "justcall.sso.acs_url")
    if not refusals:
        yield check
        return
    for one in refusals:
        yield replace(
            check,
            status=Status.FAIL,
            summary=one.summary,
            address=one.address or check.address,
            detail=one.detail,
            next_action="Check that the session, the gateway and the spec are about the same JustCall account.",
        )


def address_checks(connection: Connection, idp: LiveIdp | Unread, sp: Settings | Unread) -> Iterator[Check]:
    """JustCall's SSO URL and issuer, each held against what OneLogin says."""
    for field in (SettingField.SSO_URL, SettingField.ISSUER):
        there = held(connection, sp, field)
        name, label, address = field.value, LABELS[field], f"justcall.sso.{field.value}"
        if there.missing is not None or there.text is None:
            check = Check(name, Status.PASS, f"Whether JustCall's {label} is as it should be is not known", address)
            yield unmade(check, there.missing or Missing("it is not known"))
            continue
        opinions = tuple(given_to_justcall(connection, idp, field))
        known = there.known or ""
        yield compared(name, label, there.text, opinions, address=address, known=known, next_action=PLAN)
