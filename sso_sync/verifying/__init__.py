"""Finding out whether a login can work: both sides and everything around them is looked at, and nothing is written.

The result is kept as evidence, and where it proves a login, as the proof that the guard `require_login_proof` takes.
"""

from __future__ import annotations

from sso_sync.clock import utc_now
from sso_sync.errors import Diagnostic
from sso_sync.plan.checks.certificates import certificate_checks, certificate_findings
from sso_sync.plan.checks.invariants import invariant_checks, invariant_findings
from sso_sync.plan.checks.model import Check, Group, Verification, required
from sso_sync.plan.model import Side
from sso_sync.plan.planner import Sides
from sso_sync.survey import Survey
from sso_sync.verifying.assertion import tried
from sso_sync.verifying.evidence import kept
from sso_sync.verifying.metadata import published
from sso_sync.verifying.probe import probed

__all__ = ["verified"]


def verified(
    survey: Survey, email: str | None, *, probe: bool = True, require: frozenset[str] = frozenset()
) -> Verification:
    """All checks. `email` is whom the login page is asked to sign in; else it is the test user, if there is a browser.

    `probe` False leaves the login page out. `require`: names of checks, or of groups of them, that must be set up.
    Raises like `engine.verify`.
    """
    connection = survey.connection
    survey.check()
    sides, now = survey.sides(), utc_now()
    idp, sp = sides.idp, sides.sp
    groups = [
        published(survey, sides, now),
        tried(survey, sides),
    ]
    if probe:
        groups.append(probed(survey, sides, email))
    checks: tuple[Check, ...] = (
        *invariant_checks(connection, idp, sp, now=now),
        *certificate_checks(connection, idp, sp, now=now),
        *(check for looked in groups for check in looked.checks),
    )
    findings: tuple[Diagnostic, ...] = (
        *invariant_findings(connection, idp, sp, now=now),
        *certificate_findings(connection, idp, sp, now=now),
        *(finding for looked in groups for finding in looked.findings),
    )
    order = {group: place for place, group in enumerate(Group)}
    made = Verification(
        connection.name,
        str(connection.path),
        {Group.SETTINGS: _places(sides)} | {looked.group: looked.how for looked in groups},
        required(tuple(sorted(checks, key=lambda check: order[check.group])), require),
        findings,
    )
    return kept(survey, sides, made, now)


def _places(sides: Sides) -> str:
    """Both sides, and how each was read."""
    names = {Side.ONELOGIN: "OneLogin", Side.JUSTCALL: "JustCall"}
    told = ((names[one.side], one.label, one.how) for one in sides.info)
    return "; ".join(f"{name} {label}, {how}" if how else f"{name} {label}" for name, label, how in told)
