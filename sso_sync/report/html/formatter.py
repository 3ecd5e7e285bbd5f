"""HTML: a page to attach to a run, that whoever opens it can read without any service, tool or network."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sso_sync import __version__
from sso_sync.errors import Diagnostic
from sso_sync.plan.checks.model import Verification
from sso_sync.plan.doctor.model import Examination
from sso_sync.plan.model import Plan
from sso_sync.report.html.blocks import Chapter
from sso_sync.report.html.certificates import holdings, timeline
from sso_sync.report.html.chapters import applied_chapter, failed_chapter, plan_chapter
from sso_sync.report.html.checks import (
    attested_chapter,
    diagnosis_chapters,
    examined_chapter,
    spec_chapter,
    verified_chapter,
)
from sso_sync.report.html.history import Chronicle
from sso_sync.report.html.overview import anchors, fleet_table, headline, told
from sso_sync.report.html.page import Page, rendered
from sso_sync.report.interface import (
    Applied,
    ApplyReport,
    Attested,
    Failure,
    PlanReport,
    Style,
    Unapplied,
    VerifyReport,
    planning_command,
)
from sso_sync.report.summary import count

__all__ = ["Entry", "HtmlFormatter", "report_page"]


@dataclass(frozen=True)
class Entry:
    """A connection of `sso-sync report`: what it is like now, and what is on record of it; None for a failure."""

    report: PlanReport
    chronicle: Chronicle | None = None


class HtmlFormatter:
    """One chapter for each connection, and for several what there is to know of all of them first."""

    is_json = False

    def plans(self, reports: Sequence[PlanReport], style: Style, *, several: bool) -> str:
        """What differs, where the certificates stand, who gets in."""
        del several
        return _planned([Entry(one) for one in reports], planning_command(reports, style), style, _made_at(reports))

    def applies(self, reports: Sequence[ApplyReport], style: Style, *, several: bool) -> str:
        """What was done, step by step, and what is left."""
        del style, several
        places = anchors([_apply_name(one) for one in reports])
        chapters = [applied_chapter(one, place) for one, place in zip(reports, places, strict=True)]
        plans = [plan for one in reports if (plan := _plan_of(one)) is not None]
        return rendered(_page("apply", chapters, plans))

    def verifications(self, reports: Sequence[VerifyReport], style: Style, *, several: bool) -> str:
        """Checks as tables, then why."""
        del style, several
        names = [one.connection if isinstance(one, Verification) else one.path or "error" for one in reports]
        chapters = [verified_chapter(one, place) for one, place in zip(reports, anchors(names), strict=True)]
        return rendered(_page("verify", chapters))

    def examination(self, report: Examination, style: Style) -> str:
        """Each diagnosis as a chapter."""
        del style
        first = examined_chapter(report, "examined")
        return rendered(Page("doctor", first.headline, (*diagnosis_chapters(report), first), meta=_meta()))

    def validation(self, diagnostics: Sequence[Diagnostic], specs: int, style: Style) -> str:
        """The diagnostics under their count."""
        del style
        chapter = spec_chapter(diagnostics, f"{count(specs, 'spec')} checked", "specs")
        return rendered(Page("validate", f"{chapter.name}: {chapter.headline}", (chapter,), meta=_meta()))

    def attested(self, report: Attested, style: Style) -> str:
        """The values, then who vouches and until when."""
        del style
        chapter = attested_chapter(report, "attested")
        return rendered(Page("attest", chapter.headline, (chapter,), meta=_meta()))

    def failure(self, failure: Failure, style: Style) -> str:
        """Only the diagnostics."""
        del style
        return rendered(Page(failure.command or "run", "There is no result.", (failed_chapter(failure, "error"),)))


def report_page(entries: Sequence[Entry], style: Style, *, at: datetime, since: datetime | None) -> str:
    """The page of `sso-sync report`: plans with their history, as of `at`; `since` is where the history begins."""
    meta = f"history since {since:%Y-%m-%d}" if since is not None else "whole history"
    return _planned(entries, "report", style, at, meta)


def _planned(entries: Sequence[Entry], command: str, style: Style, at: datetime | None, meta: str = "") -> str:
    reports = [one.report for one in entries]
    places = anchors([one.spec.name if isinstance(one, Plan) else one.path or "error" for one in reports])
    chapters = [
        plan_chapter(one.report, place, style, one.chronicle) for one, place in zip(entries, places, strict=True)
    ]
    plans = [one for one in reports if isinstance(one, Plan)]
    page = Page(
        command,
        headline(chapters) if chapters else "",
        tuple(sorted(chapters, key=lambda one: (min(badge.rank for badge in one.badges), one.name))),
        told=told(chapters, plans),
        at=_moment(at),
        meta=_meta(meta),
        fleet=fleet_table(chapters, dict(zip(places, reports, strict=True))),
        certificates=timeline(holdings(plans)),
    )
    return rendered(page)


def _page(command: str, chapters: Sequence[Chapter], plans: Sequence[Plan] = ()) -> Page:
    """A page of chapters in their own order."""
    words = told(chapters, plans)
    return Page(command, headline(chapters), tuple(chapters), told=words, at=_moment(_made_at(plans)), meta=_meta())


def _apply_name(report: ApplyReport) -> str:
    plan = _plan_of(report)
    return plan.spec.name if plan is not None else (report.path if isinstance(report, Failure) else None) or "error"


def _plan_of(report: ApplyReport) -> Plan | None:
    """The plan that shows how it is now, as far as somebody looked."""
    if isinstance(report, Applied):
        return report.result.after or report.result.plan
    return report.plan if isinstance(report, Unapplied) else None


def _made_at(reports: Sequence[PlanReport]) -> datetime | None:
    return max((one.created_at for one in reports if isinstance(one, Plan)), default=None)


def _moment(at: datetime | None) -> str | None:
    return None if at is None else f"{at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


def _meta(*more: str) -> tuple[str, ...]:
    return (f"sso-sync {__version__}", *(one for one in more if one))
