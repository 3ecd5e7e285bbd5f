"""Fetching what OneLogin publishes of the app: public, and read like everything from outside as hostile."""

from __future__ import annotations

from datetime import datetime

from sso_sync.errors import SideUnavailable, SsoSyncError
from sso_sync.plan.checks.comparing import Missing
from sso_sync.plan.checks.metadata import metadata_checks, metadata_findings
from sso_sync.plan.checks.model import Group
from sso_sync.plan.checks.sides import app_of
from sso_sync.plan.masking import discreet, without_secrets
from sso_sync.plan.planner import Sides
from sso_sync.saml.metadata import IdpMetadata, MetadataError, read
from sso_sync.survey import Survey
from sso_sync.verifying.looked import Looked

__all__ = ["published"]


def published(survey: Survey, sides: Sides, now: datetime) -> Looked:
    """The checks of the metadata; they are not made where it cannot be had."""
    url, found = _read(survey, sides)
    checks = metadata_checks(survey.connection, found, sides.idp, sides.sp)
    how = "not read" if isinstance(found, Missing) else without_secrets(survey.connection, url)
    return Looked(Group.METADATA, how, checks, metadata_findings(found, now=now))


def _read(survey: Survey, sides: Sides) -> tuple[str, IdpMetadata | Missing]:
    """The address, and what is there."""
    app = app_of(sides.idp)
    if isinstance(app, Missing):
        return "", app
    url = app.sso.metadata_url
    if not url:
        return "", Missing("OneLogin shows no metadata URL for the app")
    survey.progress.note("reading OneLogin's metadata")
    try:
        return url, read(survey.wires.metadata(url))
    except MetadataError as problem:
        return url, Missing(f"OneLogin's metadata cannot be used: {problem}")
    except SsoSyncError as problem:
        told = discreet(survey.connection, problem.diagnostics[0])
        reason = ". ".join(filter(None, (told.summary.rstrip("."), told.next_action)))
        lacking = type(problem) is SsoSyncError  # the extra that reads XML is not installed
        return url, Missing(reason, unreachable=isinstance(problem, SideUnavailable), unset=lacking)
