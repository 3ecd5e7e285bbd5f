"""A real assertion, judged the way JustCall would judge it: against what JustCall holds, not what the spec wants.

Each trial of `saml/trials.py` becomes a check of its own, with the address in the plan that decides about it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from sso_sync.errors import Diagnostic
from sso_sync.justcall.settings import SettingField, Settings
from sso_sync.onelogin.state import LiveIdp
from sso_sync.plan.checks.comparing import Missing
from sso_sync.plan.checks.model import Check, Group, Status
from sso_sync.plan.checks.sides import PLAN, app_of, discreet_check, held, unmade
from sso_sync.plan.link import Unread
from sso_sync.saml import certificate
from sso_sync.saml.response import ResponseError
from sso_sync.saml.trials import Expected, Trial, trials
from sso_sync.spec.connection import Connection

__all__ = ["SKEW", "assertion_checks", "assertion_findings", "no_assertion", "refused_assertion"]

SKEW = timedelta(seconds=60)
"""How far this machine's clock and OneLogin's may be apart before it is held against an assertion."""
_CONFIGURATION = "onelogin.app.configuration"
_ADDRESSES = {
    "status": "onelogin.app",
    "encryption": f"{_CONFIGURATION}.encrypt_assertion",
    "signature": "justcall.sso.certificate",
    "signature_algorithm": f"{_CONFIGURATION}.signature_algorithm",
    "issuer": "justcall.sso.issuer",
    "audience": f"{_CONFIGURATION}.audience",
    "recipient": f"{_CONFIGURATION}.recipient",
    "destination": f"{_CONFIGURATION}.acs_url",
    "times": f"{_CONFIGURATION}.not_on_or_after_minutes",
    "nameid": "onelogin.app.parameters.nameid",
    "nameid_format": f"{_CONFIGURATION}.nameid_format",
    "attributes": "onelogin.app.parameters",
}
_JUDGED_BY = {
    "signature": SettingField.CERTIFICATE,
    "issuer": SettingField.ISSUER,
    "audience": SettingField.ENTITY_ID,
    "recipient": SettingField.ACS_URL,
    "destination": SettingField.ACS_URL,
}
_HELD = tuple(dict.fromkeys(_JUDGED_BY.values()))


def assertion_checks(
    connection: Connection,
    xml: bytes,
    *,
    email: str,
    idp: LiveIdp | Unread,
    sp: Settings | Unread,
    now: datetime,
) -> tuple[Check, ...]:
    """What JustCall would say to the assertion in `xml`, which OneLogin made for `email`. `now` is UTC-aware.

    Raises SsoSyncError where the extra `saml` is not installed.
    """
    known = {field: held(connection, sp, field) for field in _HELD}
    expected = Expected(
        acs_url=known[SettingField.ACS_URL].text,
        entity_id=known[SettingField.ENTITY_ID].text,
        issuer=known[SettingField.ISSUER].text,
        certificate=_whole(known[SettingField.CERTIFICATE].text, idp),
        email=email,
    )
    try:
        made = trials(xml, expected, now=now, skew=SKEW)
    except ResponseError as problem:
        broken = Diagnostic("error", f"What OneLogin answered is no SAML response: {problem}")
        return (_discreet(connection, _single(Status.FAIL, broken)),)
    missing = {name: known[field].missing for name, field in _JUDGED_BY.items()}
    return tuple(_discreet(connection, _check(trial, missing.get(trial.name))) for trial in made)


def assertion_findings(checks: Iterable[Check]) -> tuple[Diagnostic, ...]:
    """What is worth knowing of an assertion that passes, such as an e-mail in other letters than JustCall's."""
    return tuple(
        Diagnostic("warning", check.summary, detail=check.detail, address=check.address)
        for check in checks
        if check.status is Status.PASS and check.detail
    )


def refused_assertion(connection: Connection, problem: Diagnostic) -> Check:
    """OneLogin does not sign the test user in."""
    return _discreet(connection, _single(Status.FAIL, problem))


def no_assertion(connection: Connection, reason: Missing, *, next_action: str | None = None) -> Check:
    """Nobody tried, and why."""
    check = _single(Status.NOT_MADE, Diagnostic("info", "Whether JustCall accepts a login of OneLogin's is not known"))
    return _discreet(connection, replace(unmade(check, reason), next_action=next_action))


def _whole(held_text: str | None, idp: LiveIdp | Unread) -> str | None:
    """JustCall's certificate; OneLogin's where JustCall shows no more than the fingerprint of it."""
    app = app_of(idp)
    if held_text is None or isinstance(app, Missing) or not certificate.is_fingerprint(held_text):
        return held_text
    ours = app.sso.certificate.value
    return ours if certificate.same(held_text, ours) else held_text


def _single(status: Status, problem: Diagnostic) -> Check:
    return Check(
        "assertion",
        status,
        problem.summary,
        "onelogin.app",
        detail=problem.detail,
        next_action=problem.next_action,
    )


def _check(trial: Trial, missing: Missing | None) -> Check:
    status = Status(trial.status)
    check = Check(
        f"assertion.{trial.name}",
        status,
        trial.summary.rstrip("."),
        _ADDRESSES[trial.name],
        detail=trial.detail,
        expected=trial.expected,
        found=trial.found,
        known="observed (assertion)",
        next_action=PLAN if status is Status.FAIL else None,
    )
    return unmade(check, missing) if status is Status.NOT_MADE and missing is not None else check


def _discreet(connection: Connection, check: Check) -> Check:
    return replace(discreet_check(connection, check), group=Group.ASSERTION)
