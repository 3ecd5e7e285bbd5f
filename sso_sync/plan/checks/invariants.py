"""What must hold between the two sides as they are now, judged by the very guards of the planner (DESIGN §4).

The guards judge an outcome; the outcome of doing nothing is what is there. What nobody knows is not made, never passed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from sso_sync.errors import Diagnostic
from sso_sync.justcall.settings import SettingField, Settings
from sso_sync.onelogin.state import LiveIdp
from sso_sync.plan.cells import Cell, Known, Undetermined
from sso_sync.plan.checks.comparing import Missing
from sso_sync.plan.checks.model import Check, Group, Status
from sso_sync.plan.checks.settings import address_checks, app_check, pin_checks, switch_check
from sso_sync.plan.checks.sides import PLAN, app_of, discreet_check, doubted, held, unmade
from sso_sync.plan.guards import (
    Guard,
    acs_url_validator,
    audience,
    certificate_match,
    nameid,
    parameters,
    recipient,
    swapped_urls,
)
from sso_sync.plan.link import Unread
from sso_sync.plan.masking import discreet
from sso_sync.plan.meaning import Meaning, shown
from sso_sync.plan.outcome import Attribute, Outcome, Value, outcome
from sso_sync.spec.connection import Connection
from sso_sync.values import Json

__all__ = ["invariant_checks", "invariant_findings"]

_TEXTS = (
    SettingField.ACS_URL,
    SettingField.ENTITY_ID,
    SettingField.SSO_URL,
    SettingField.ISSUER,
    SettingField.CERTIFICATE,
)
_Get = Callable[[Outcome], Value]


@dataclass(frozen=True)
class _Invariant:
    """One guard as a check of `found` against `expected`, a value or a text; `good` and `bad` say what came of it.

    `alike`: the two are to be the same, so that both are worth showing.
    """

    guard: Guard
    found: _Get
    expected: _Get | str
    good: str
    bad: str
    why: str
    alike: bool = True


def _configured(key: str) -> _Get:
    return lambda made: made.configured(key)


def _setting(field: SettingField) -> _Get:
    return lambda made: made.setting(field)


_INVARIANTS = (
    _Invariant(
        audience.GUARD,
        _configured("audience"),
        _setting(SettingField.ENTITY_ID),
        "The app's audience is JustCall's Entity ID",
        "The app's audience is not JustCall's Entity ID",
        "JustCall refuses a login that is meant for somebody else.",
    ),
    _Invariant(
        recipient.GUARD,
        _configured("recipient"),
        _setting(SettingField.ACS_URL),
        "The app's recipient is JustCall's ACS URL",
        "The app's recipient is not JustCall's ACS URL",
        "A blank recipient goes out as the literal text {recipient}.",
    ),
    _Invariant(
        acs_url_validator.GUARD,
        _configured("acs_url_validator"),
        _configured("acs_url"),
        "The app's validator accepts the ACS URL and nothing else",
        "The app's validator does not accept exactly the ACS URL",
        "OneLogin sends a login to whatever its validator accepts, and to nothing else.",
    ),
    _Invariant(
        nameid.GUARD,
        _configured("nameid_format"),
        "email",
        "The app names people by their e-mail",
        "The app does not name people by their e-mail",
        "JustCall recognises people by their e-mail address.",
    ),
    _Invariant(
        certificate_match.GUARD,
        _setting(SettingField.CERTIFICATE),
        lambda made: made.signing_certificate,
        "JustCall holds the certificate that OneLogin signs with",
        "JustCall does not hold the certificate that OneLogin signs with",
        "Every login fails.",
    ),
    _Invariant(
        swapped_urls.GUARD,
        _setting(SettingField.SSO_URL),
        _setting(SettingField.ISSUER),
        "JustCall's SSO URL and issuer are not in each other's field",
        "JustCall's SSO URL and issuer are in each other's field",
        "JustCall sends people to an address that signs nobody in.",
        alike=False,
    ),
)


def invariant_checks(
    connection: Connection, idp: LiveIdp | Unread, sp: Settings | Unread, *, now: datetime
) -> tuple[Check, ...]:
    """Whether both sides, as they were read, belong together. `now` is UTC-aware."""
    made = _as_it_is(connection, idp, sp, now)
    checks = [
        app_check(connection, idp),
        switch_check(connection, sp),
        *pin_checks(connection, made),
        *(_judged(made, one, idp, sp) for one in _INVARIANTS),
        _destination(made, idp, sp),
        _parameters(made, idp),
        *address_checks(connection, idp, sp),
    ]
    return tuple(replace(discreet_check(connection, check), group=Group.SETTINGS) for check in checks)


def invariant_findings(
    connection: Connection, idp: LiveIdp | Unread, sp: Settings | Unread, *, now: datetime
) -> tuple[Diagnostic, ...]:
    """What the guards let pass and still tell of. `now` is UTC-aware."""
    made = _as_it_is(connection, idp, sp, now)
    return tuple(discreet(connection, one) for rule in _INVARIANTS for one in rule.guard.judge(made).findings)


def _as_it_is(connection: Connection, idp: LiveIdp | Unread, sp: Settings | Unread, now: datetime) -> Outcome:
    """The outcome of doing nothing. What JustCall holds counts before what the spec pins, and SSO counts as on."""
    made = outcome(connection, idp, sp, (), now=now)
    values = {field: replace(made.setting(field), cell=_cell(connection, sp, field)) for field in _TEXTS}
    switch = replace(made.setting(SettingField.ENABLED), cell=Known(True))
    return replace(made, settings={**made.settings, **values, SettingField.ENABLED: switch})


def _cell(connection: Connection, sp: Settings | Unread, field: SettingField) -> Cell:
    found = held(connection, sp, field)
    if found.missing is not None:
        return Undetermined(found.missing.reason)
    return Known(found.text or None)


def _judged(made: Outcome, rule: _Invariant, idp: LiveIdp | Unread, sp: Settings | Unread) -> Check:
    found = rule.found(made)
    expected = Value(Known(rule.expected), "") if isinstance(rule.expected, str) else rule.expected(made)
    verdict = rule.guard.judge(made)
    check = Check(
        rule.guard.name,
        Status.PASS,
        rule.good,
        found.address,
        expected=_shown(expected) if rule.alike else None,
        found=_shown(found),
    )
    if verdict.refusals:
        detail = verdict.refusals[0].detail if rule.guard is acs_url_validator.GUARD else None
        return replace(
            check,
            status=Status.FAIL,
            summary=rule.bad,
            address=verdict.refusals[0].address or check.address,
            detail="\n".join(filter(None, (detail, rule.why))),
            next_action=PLAN,
        )
    gaps = [gap for value in (found, expected) if (gap := _gap(value, idp, sp)) is not None]
    if gaps:
        return unmade(replace(check, summary=doubted(rule.good)), *gaps)
    return check


def _destination(made: Outcome, idp: LiveIdp | Unread, sp: Settings | Unread) -> Check:
    """Where OneLogin sends the login. No guard asks, because a plan's validator and recipient follow the same value."""
    found, expected = made.configured("acs_url"), made.setting(SettingField.ACS_URL)
    good = "The app's ACS URL is JustCall's"
    check = Check("app_acs_url", Status.PASS, good, found.address, expected=_shown(expected), found=_shown(found))
    if isinstance(found.cell, Known) and expected.text and found.text != expected.text:
        why = "OneLogin sends every login to another address than JustCall's."
        return replace(
            check, status=Status.FAIL, summary="The app's ACS URL is not JustCall's", detail=why, next_action=PLAN
        )
    gaps = [gap for value in (found, expected) if (gap := _gap(value, idp, sp)) is not None]
    return unmade(replace(check, summary=doubted(good)), *gaps) if gaps else check


def _gap(value: Value, idp: LiveIdp | Unread, sp: Settings | Unread) -> Missing | None:
    """Why a value cannot be judged; None when it can."""
    side = idp if value.address.startswith("onelogin.") else sp
    if isinstance(side, Unread) and not isinstance(value.cell, Known):
        who = "OneLogin" if side is idp else "JustCall"
        return Missing(f"{who} could not be read: {side.reason}", unreachable=True)
    if isinstance(value.cell, Undetermined):
        app = app_of(idp)
        if side is idp and isinstance(app, Missing):
            return app
        return Missing(value.cell.reason)
    if value.text:
        return None
    return Missing(f"{value.address} is empty") if value.address else None


def _shown(value: Value) -> Json:
    if not isinstance(value.cell, Known) or value.sensitive:
        return value.spoken if value.sensitive else None
    is_certificate = value.address.endswith("certificate")
    return shown(Meaning.CERTIFICATE if is_certificate else Meaning.EXACT, value.cell.value)


_SAID = {Attribute.SENT: "in the assertion", Attribute.LEFT_OUT: "not in the assertion"}


def _parameters(made: Outcome, idp: LiveIdp | Unread) -> Check:
    """The guide's three parameters, each included in the assertion (guide step 4)."""
    address = "onelogin.app.parameters"
    check = Check(parameters.GUARD.name, Status.PASS, "The assertion carries email, firstName and lastName", address)
    app = app_of(idp)
    if isinstance(app, Missing):
        return unmade(replace(check, summary=doubted(check.summary)), app)
    found: Json = {name: _SAID.get(one, one.value) for name, one in made.attributes.items()}
    refusals = parameters.GUARD.judge(made).refusals
    if refusals:
        bad = [name for name, one in made.attributes.items() if one in (Attribute.MISSING, Attribute.LEFT_OUT)]
        return replace(
            check,
            status=Status.FAIL,
            summary=f"The assertion does not carry {' and '.join(bad)}",
            address=refusals[0].address or address,
            detail=refusals[0].detail,
            expected=dict.fromkeys(made.attributes, _SAID[Attribute.SENT]),
            found=found,
            next_action=PLAN,
        )
    unsaid = [name for name, one in made.attributes.items() if one is Attribute.UNKNOWN]
    if unsaid:
        reason = Missing(f"OneLogin does not say whether {' and '.join(unsaid)} is sent")
        return unmade(replace(check, summary="Whether the assertion carries everything is not known"), reason)
    return replace(check, found=found)
