"""Having a test user sign in to OneLogin, and judging what OneLogin says of them by what JustCall holds."""

from __future__ import annotations

from sso_sync.clock import utc_now
from sso_sync.errors import SideUnavailable, SsoSyncError
from sso_sync.onelogin.assertion import AssertionRefused
from sso_sync.plan.checks.assertion import assertion_checks, assertion_findings, no_assertion, refused_assertion
from sso_sync.plan.checks.comparing import Missing
from sso_sync.plan.checks.model import Check, Group
from sso_sync.plan.checks.sides import app_of
from sso_sync.plan.masking import without_secrets
from sso_sync.plan.planner import Sides
from sso_sync.survey import Survey
from sso_sync.verifying.looked import Looked

__all__ = ["tried"]

_NOBODY = "There is no test user"
_SET_UP = (
    "Set ONELOGIN_TEST_USER and ONELOGIN_TEST_PASSWORD to somebody who is assigned to the app, without MFA if possible."
)


def tried(survey: Survey, sides: Sides) -> Looked:
    """The checks of a real assertion; one that says why where there is none."""
    email = survey.wires.test_user
    checks = _checks(survey, sides, email)
    how = f"a login of {email}, judged by what JustCall holds" if email else ""
    return Looked(Group.ASSERTION, without_secrets(survey.connection, how), checks, assertion_findings(checks))


def _checks(survey: Survey, sides: Sides, email: str | None) -> tuple[Check, ...]:
    connection, fetch, app = survey.connection, survey.wires.assertion, app_of(sides.idp)
    if fetch is None or email is None:
        return (no_assertion(connection, Missing(_NOBODY, unset=True), next_action=_SET_UP),)
    if isinstance(app, Missing):
        return (no_assertion(connection, app),)
    survey.progress.note("signing the test user in to OneLogin")
    try:
        xml = fetch(app.id)
    except AssertionRefused as problem:
        return (refused_assertion(connection, problem.diagnostics[0]),)
    except SsoSyncError as problem:
        told = problem.diagnostics[0]
        reason = ": ".join(filter(None, (told.summary, told.detail)))
        missing = Missing(reason, unreachable=isinstance(problem, SideUnavailable))
        return (no_assertion(connection, missing, next_action=told.next_action),)
    return assertion_checks(connection, xml, email=email, idp=sides.idp, sp=sides.sp, now=utc_now())
