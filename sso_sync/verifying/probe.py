"""Looking at JustCall's public login page: what it does with an e-mail, held against the spec and both sides."""

from __future__ import annotations

from sso_sync.clock import utc_now
from sso_sync.errors import Diagnostic, SideUnavailable, SsoSyncError, UnexpectedAnswer
from sso_sync.justcall.probed import NotRedirected, UnreadableRequest
from sso_sync.plan.checks.comparing import Missing
from sso_sync.plan.checks.model import Check, Group, Status
from sso_sync.plan.checks.probe import Refused, Unprobed, probe_checks, probe_findings
from sso_sync.plan.checks.sides import unmade
from sso_sync.plan.masking import discreet, without_secrets
from sso_sync.plan.planner import Sides
from sso_sync.saml.authn_request import Captured
from sso_sync.survey import Survey
from sso_sync.verifying.looked import Looked
from sso_sync.wiring.probe import LoginProbe

__all__ = ["probed"]

_NOBODY = "Nobody was named to ask the login page for"
_NAME_ONE = "Name the e-mail of somebody who signs in to JustCall with SSO: --probe olivia@acme.example"


def probed(survey: Survey, sides: Sides, email: str | None) -> Looked:
    """The checks of a look at the login page, for `email` or else for the test user.

    Without a browser they are not made, but somebody who was named with `email` is waited for: then SsoSyncError is
    raised.
    """
    connection = survey.connection
    if survey.wires.login is None:
        raise AssertionError("wires without a login page are for tests that do not look at it")
    login = survey.wires.login()
    somebody = email or survey.wires.test_user
    missing = None if email else _missing(login, somebody)
    if somebody is None or missing is not None:
        return Looked(Group.PROBE, "not looked at", (_unasked(missing),))
    survey.progress.note("looking at JustCall's login page")
    seen, now = _seen(login, somebody), utc_now()
    findings: tuple[Diagnostic, ...] = ()
    if isinstance(seen, Captured):
        login.keep(seen, now)
        findings = tuple(discreet(connection, one) for one in probe_findings(seen))
    elif isinstance(seen, Refused):
        login.forget()
    site = "embedded sandbox" if connection.spec.sandbox else without_secrets(connection, login.site)
    how = "not seen" if isinstance(seen, Unprobed) else f"observed (probe) {now:%H:%M} UTC"
    checks = probe_checks(connection, seen, email=somebody, idp=sides.idp, sp=sides.sp)
    return Looked(Group.PROBE, f"{site}, {how}", checks, findings)


def _missing(login: LoginProbe, somebody: str | None) -> Diagnostic | None:
    """What it takes to look and is not there."""
    if somebody is None:
        return Diagnostic("info", _NOBODY, next_action=_NAME_ONE)
    try:
        login.ready()
    except SsoSyncError as problem:
        return problem.diagnostics[0]
    return None


def _unasked(missing: Diagnostic | None) -> Check:
    told = missing or Diagnostic("info", _NOBODY, next_action=_NAME_ONE)
    check = Check(
        "probe",
        Status.NOT_MADE,
        "What JustCall's login page does is not known",
        "justcall.sso.enabled",
        next_action=told.next_action,
        group=Group.PROBE,
    )
    return unmade(check, Missing(told.summary, unset=True))


def _seen(login: LoginProbe, email: str) -> Captured | Refused | Unprobed:
    try:
        return login.run(email)
    except (NotRedirected, UnreadableRequest) as problem:
        return Refused(problem.diagnostics[0])
    except SideUnavailable as problem:
        return Unprobed(problem.diagnostics[0], unreachable=True)
    except UnexpectedAnswer as problem:  # the page is not as the page map says
        return Unprobed(problem.diagnostics[0], unreachable=False)
