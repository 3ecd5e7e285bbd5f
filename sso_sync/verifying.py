"""Finding out whether a login can work: what JustCall's login page does, held against the spec and both sides."""

from __future__ import annotations

from sso_sync.clock import utc_now
from sso_sync.errors import Diagnostic, SideUnavailable, UnexpectedAnswer
from sso_sync.justcall.probed import NotRedirected, UnreadableRequest
from sso_sync.plan.checks.model import Verification
from sso_sync.plan.checks.probe import Refused, Unprobed, probe_checks, probe_findings
from sso_sync.plan.masking import discreet, without_secrets
from sso_sync.saml.authn_request import Captured
from sso_sync.survey import Survey
from sso_sync.wiring.probe import LoginProbe

__all__ = ["verified"]


def verified(survey: Survey, email: str) -> Verification:
    """The checks that a probe with `email` makes. Raises like `engine.verify`."""
    connection = survey.connection
    if survey.wires.login is None:
        raise AssertionError("wires without a login page are for tests that do not look at it")
    survey.check()
    login = survey.wires.login()
    survey.progress.note("looking at JustCall's login page")
    seen, now = _seen(login, email), utc_now()
    sides = survey.sides()
    findings: tuple[Diagnostic, ...] = ()
    if isinstance(seen, Captured):
        login.keep(seen, now)
        findings = tuple(discreet(connection, one) for one in probe_findings(seen))
    elif isinstance(seen, Refused):
        login.forget()
    site = "embedded sandbox" if connection.spec.sandbox else without_secrets(connection, login.site)
    how = "not seen" if isinstance(seen, Unprobed) else f"observed (probe) {now:%H:%M} UTC"
    return Verification(
        connection.name,
        str(connection.path),
        f"{site}, {how}",
        probe_checks(connection, seen, email=email, idp=sides.idp, sp=sides.sp),
        findings,
    )


def _seen(login: LoginProbe, email: str) -> Captured | Refused | Unprobed:
    try:
        return login.run(email)
    except (NotRedirected, UnreadableRequest) as problem:
        return Refused(problem.diagnostics[0])
    except SideUnavailable as problem:
        return Unprobed(problem.diagnostics[0], unreachable=True)
    except UnexpectedAnswer as problem:  # the page is not as the page map says
        return Unprobed(problem.diagnostics[0], unreachable=False)
