"""Text for people: at a terminal, in a log, in a mail."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich.cells import cell_len
from rich.text import Text

from sso_sync.errors import Diagnostic
from sso_sync.plan.checks.model import Verification
from sso_sync.plan.doctor.model import Examination
from sso_sync.plan.model import Plan
from sso_sync.report.apply_text import applied_lines, unapplied_lines
from sso_sync.report.costs import cost_words
from sso_sync.report.diagnostics import diagnostic_lines
from sso_sync.report.doctor_text import examination_lines
from sso_sync.report.drawing import draw, line
from sso_sync.report.interface import Applied, ApplyReport, Attested, Failure, PlanReport, Style, VerifyReport
from sso_sync.report.plan_text import plan_lines
from sso_sync.report.shorten import shorten
from sso_sync.report.summary import attested_values, count, fleet, severities, state, vouched
from sso_sync.report.verify_text import verified_lines
from sso_sync.safe import visible

__all__ = ["TextFormatter"]


class TextFormatter:
    """One report after the other, and for several a last line that counts them."""

    is_json = False

    def plans(self, reports: Sequence[PlanReport], style: Style, *, several: bool) -> str:
        """Each plan with the command that applies it."""
        pages = (
            plan_lines(report, style) if isinstance(report, Plan) else _failure(report, headed=several)
            for report in reports
        )
        return _pages(pages, reports, style, several=several)

    def applies(self, reports: Sequence[ApplyReport], style: Style, *, several: bool) -> str:
        """Each apply, step by step."""
        pages = (_apply(report, style, several=several) for report in reports)
        return _pages(pages, reports, style, several=several)

    def verifications(self, reports: Sequence[VerifyReport], style: Style, *, several: bool) -> str:
        """Each connection's checks, one after the other."""
        pages = (
            verified_lines(one, style) if isinstance(one, Verification) else _failure(one, headed=several)
            for one in reports
        )
        return _pages(pages, reports, style, several=several)

    def examination(self, report: Examination, style: Style) -> str:
        """Each diagnosis, the surest cause first."""
        return draw(examination_lines(report, style), colour=style.colour)

    def validation(self, diagnostics: Sequence[Diagnostic], specs: int, style: Style) -> str:
        """Diagnostics as a compiler prints them, then how many there are."""
        wrong = severities(diagnostics)
        checked = f"{count(specs, 'spec')} checked"
        last = line((checked, "bold"), f": {wrong}." if wrong else ", no problems found.")
        found = diagnostic_lines(diagnostics)
        return draw([*found, *([line()] if found else []), last], colour=style.colour)

    def attested(self, report: Attested, style: Style) -> str:
        """The values, then who vouches and until when."""
        record = report.attestation
        values = attested_values(record)
        width = max((cell_len(label) for label, _ in values), default=0)
        rows = [
            line(
                "  ",
                label,
                " " * (width - cell_len(label) + 2),
                value if style.verbose else shorten(value, style.width - width - 4),
            )
            for label, value in values
        ]
        where = line(("Recorded in ", "bold"), visible(str(report.path)), "; commit it beside the spec.")
        head = line((visible(record.connection), "bold"))
        return draw([head, line(), *rows, line(), line(vouched(record)), where], colour=style.colour)

    def failure(self, failure: Failure, style: Style) -> str:
        """Only the diagnostics."""
        return draw(_failure(failure, headed=False), colour=style.colour)


def _apply(report: ApplyReport, style: Style, *, several: bool) -> list[Text]:
    if isinstance(report, Failure):
        return _failure(report, headed=several)
    return applied_lines(report, style) if isinstance(report, Applied) else unapplied_lines(report, style)


def _failure(failure: Failure, *, headed: bool) -> list[Text]:
    lines = diagnostic_lines(failure.diagnostics)
    return [line((visible(failure.path), "bold")), line(), *lines] if headed and failure.path else lines


def _pages(
    pages: Iterable[list[Text]],
    reports: Sequence[PlanReport | ApplyReport | VerifyReport],
    style: Style,
    *,
    several: bool,
) -> str:
    lines: list[Text] = []
    for page, report in zip(pages, reports, strict=True):
        lines += [line(), line(), *page] if lines else page
        cost = cost_words(report) if style.verbose else None
        lines += [line((cost, "dim"))] if cost else []
    if several:
        lines += [*([line(), line()] if lines else []), line((fleet([state(report) for report in reports]), "bold"))]
    return draw(lines, colour=style.colour)
