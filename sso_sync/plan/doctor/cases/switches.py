"""What is off or not there: the app, JustCall's SSO, the tile."""

from __future__ import annotations

from collections.abc import Iterator

from sso_sync.justcall.settings import SettingField, Unknown
from sso_sync.plan.doctor.cases.interface import Case
from sso_sync.plan.doctor.consoles import field_of, setting_of
from sso_sync.plan.doctor.evidence import Evidence
from sso_sync.plan.doctor.model import REMOVED, ByHand, Edit, Finding, Harm, Settle
from sso_sync.plan.model import Side
from sso_sync.spec.model import given

__all__ = ["CASES"]


def _wanted(evidence: Evidence) -> bool:
    return evidence.connection is None or evidence.connection.spec.state == "present"


def _missing(evidence: Evidence) -> Iterator[Finding]:
    if evidence.idp is not None and evidence.app is None and (_wanted(evidence) or evidence.troubled):
        yield Finding("OneLogin has no app for JustCall", ("No app carries this connection's mark or name.",))


def _disabled(evidence: Evidence) -> Iterator[Finding]:
    sp = evidence.sp
    if sp is None or isinstance(sp.knowledge(SettingField.ENABLED), Unknown) or sp.value(SettingField.ENABLED) is True:
        return
    sso = evidence.connection.spec.justcall.sso if evidence.connection else None
    off_on_purpose = not _wanted(evidence) or (sso is not None and given(sso, "enabled") and sso.enabled is False)
    if not off_on_purpose or evidence.troubled:
        note = ("The spec says so: enabled is false.",) if off_on_purpose else ()
        yield Finding("Single sign-on is switched off in JustCall", ("JustCall's Enable SSO is off.", *note))


def _hidden(evidence: Evidence) -> Iterator[Finding]:
    if evidence.app is not None and evidence.app.visible is False:
        yield Finding(
            "The tile is hidden: nobody sees JustCall in OneLogin's portal",
            ("OneLogin's Visible in portal is off; signing in from JustCall is not touched by it.",),
        )


_ENABLED = "justcall.sso.enabled"
_VISIBLE = "onelogin.app.visible"

CASES = (
    Case(
        "app_missing",
        "OneLogin has no app for JustCall",
        Side.ONELOGIN,
        Harm.LOGINS_FAIL,
        "onelogin.app",
        (Settle(("onelogin.app",)), ByHand("OneLogin: Applications → Applications → Add App", "Add the app.")),
        _missing,
        sides=frozenset({Side.ONELOGIN}),
    ),
    Case(
        "sso_disabled",
        "Single sign-on is switched off in JustCall",
        Side.JUSTCALL,
        Harm.LOGINS_FAIL,
        _ENABLED,
        (
            Settle((_ENABLED,)),
            Edit(("justcall", "sso", "enabled"), True),
            ByHand(setting_of(SettingField.ENABLED), "Switch it on, after Test Connection says that it works."),
        ),
        _disabled,
        sides=frozenset({Side.JUSTCALL}),
    ),
    Case(
        "tile_hidden",
        "The tile is hidden: nobody sees JustCall in OneLogin's portal",
        Side.ONELOGIN,
        Harm.SOME_CANNOT,
        _VISIBLE,
        (
            Settle((_VISIBLE,)),
            Edit(("onelogin", "app", "visible"), REMOVED, "so that people see the tile"),
            ByHand(field_of("visible"), "Switch it on."),
        ),
        _hidden,
        sides=frozenset({Side.ONELOGIN}),
    ),
)
