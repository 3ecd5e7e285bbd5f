"""What the browser commands print: which browser there is, and whose session is ready."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from datetime import datetime, timedelta

from sso_sync.cli.browser_login import SignedIn
from sso_sync.cli.browser_status import SessionStatus, Tools
from sso_sync.cli.documents import written
from sso_sync.cli.options import Common
from sso_sync.errors import Diagnostic
from sso_sync.justcall.browser.install import Installed
from sso_sync.justcall.browser.session import Session
from sso_sync.justcall.browser.storage_state import earliest_expiry
from sso_sync.plan.document import SCHEMA_VERSION, diagnostic_document, timestamp
from sso_sync.report.diagnostics import diagnostic_lines
from sso_sync.report.interface import Failure
from sso_sync.report.json import connection_failure
from sso_sync.values import Json

__all__ = ["installed", "signed_in", "status_report"]

_UNITS = ((86400, "day"), (3600, "hour"), (60, "minute"))


def signed_in(common: Common, saved: SignedIn) -> str:
    """Where the session is, and how a pipeline gets it."""
    document: Json = {
        "schema_version": SCHEMA_VERSION,
        "connection": saved.connection,
        "app_url": saved.app_url,
        "path": str(saved.path),
        "mode": "0600",
        "environment": ["JUSTCALL_SESSION", saved.variable],
        "earliest_cookie_expiry": _moment(earliest_expiry(saved.session.storage_state)),
    }
    file = shlex.quote(str(saved.path))
    lines = [
        f"Signed in to {saved.app_url} for {saved.connection}.",
        f"The session is in {saved.path} (mode 0600). Whoever has that file is signed in as you.",
        "",
        "For a pipeline, store this as its secret variable JUSTCALL_SESSION",
        f"(or {saved.variable}, for this connection alone):",
        f"  base64 < {file}",
    ]
    return written(common, document, lines)


def installed(common: Common, found: Installed) -> str:
    """Which browser will be used."""
    document: Json = {
        "schema_version": SCHEMA_VERSION,
        "browser": str(found.path),
        "downloaded": found.downloaded,
    }
    return written(common, document, [f"{'Downloaded' if found.downloaded else 'Found'}  {found.path}"])


def status_report(common: Common, tools: Tools, reports: Sequence[SessionStatus | Failure]) -> str:
    """Browser and Playwright once, then each connection's session."""
    connections: list[Json] = [
        connection_failure(one) if isinstance(one, Failure) else _session_document(one) for one in reports
    ]
    document: Json = {
        "schema_version": SCHEMA_VERSION,
        "browser": {"path": str(tools.browser), "version": tools.browser_version} if tools.browser else None,
        "playwright": tools.playwright,
        "problems": [diagnostic_document(one) for one in tools.problems],
        "connections": connections,
    }
    browser = f"{tools.browser}  {tools.browser_version or ''}".rstrip() if tools.browser else "none"
    lines = [f"Browser     {browser}", f"Playwright  {tools.playwright or 'not installed'}"]
    lines += _told(tools.problems, "  ")
    for one in reports:
        lines += ["", *(_failure_lines(one) if isinstance(one, Failure) else _session_lines(one))]
    return written(common, document, lines)


def _session_document(status: SessionStatus) -> dict[str, Json]:
    session = status.session
    return {
        "name": status.connection,
        "path": str(status.path),
        "app_url": status.app_url,
        "ready": status.problem is None,
        "session": {
            "source": session.source,
            "where": session.where,
            "saved_at": _moment(session.saved_at),
            "signed_in_at": _moment(session.signed_in_at),
            "earliest_cookie_expiry": _moment(earliest_expiry(session.storage_state)),
        }
        if session
        else None,
        "problem": diagnostic_document(status.problem) if status.problem else None,
    }


def _session_lines(status: SessionStatus) -> list[str]:
    head = f"{status.connection}  {status.path}"
    if status.app_url is None:
        return [head, "  needs no session"]
    if status.problem is not None:
        return [head, *_told((status.problem,), "  ")]
    assert status.session is not None  # noqa: S101 - or else there is a problem
    return [head, *(f"  {line}" for line in _about(status.session, status.app_url, status.now))]


def _about(session: Session, app_url: str, now: datetime) -> list[str]:
    where = f"the environment variable {session.where}" if session.source == "environment" else session.where
    first = earliest_expiry(session.storage_state)
    verb = "ran out" if first and first <= now else "runs out"
    return [
        f"session for {app_url} from {where}",
        f"signed in {_when(session.signed_in_at, now)}",
        f"the first cookie {verb} {_when(first, now)}" if first else "its cookies last until JustCall ends them",
    ]


def _failure_lines(failure: Failure) -> list[str]:
    return [failure.path or "", *_told(failure.diagnostics, "  ")]


def _told(diagnostics: Sequence[Diagnostic], indent: str) -> list[str]:
    return [line.plain for line in diagnostic_lines(diagnostics, indent)]


def _when(moment: datetime | None, now: datetime) -> str:
    """`2 days ago (2026-03-01 12:04 UTC)`, `in 3 hours (…)`."""
    if moment is None:
        return "at a time that is not known"
    span = _span(abs(moment - now))
    return f"{f'in {span}' if moment > now else f'{span} ago'} ({moment:%Y-%m-%d %H:%M} UTC)"


def _span(span: timedelta) -> str:
    seconds = int(span.total_seconds())
    for size, word in _UNITS:
        if seconds >= size:
            return _counted(seconds // size, word)
    return _counted(seconds, "second")


def _counted(count: int, word: str) -> str:
    return f"{count} {word}{'' if count == 1 else 's'}"


def _moment(moment: datetime | None) -> str | None:
    return timestamp(moment) if moment else None
