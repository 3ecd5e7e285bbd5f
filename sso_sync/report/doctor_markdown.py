"""An examination as Markdown: its count first, then one chapter for each diagnosis."""

from __future__ import annotations

from collections.abc import Iterator

from sso_sync.plan.doctor.model import Certainty, Diagnosis, Examination, FixKind
from sso_sync.report.doctor_text import because, changes_alone, headline, place_words
from sso_sync.report.drawing import draw
from sso_sync.report.interface import Style
from sso_sync.report.plan_text import change_lines
from sso_sync.report.quoting import code, preformatted, prose
from sso_sync.report.rows import TITLES
from sso_sync.report.summary import command

__all__ = ["examination_blocks"]

_KINDS = {
    FixKind.APPLY: "Apply",
    FixKind.EDIT: "Edit the spec",
    FixKind.COMMAND: "Run",
    FixKind.BY_HAND: "By hand",
}


def examination_blocks(report: Examination) -> list[str]:
    """The whole report but for its notes."""
    blocks = [
        f"## sso-sync doctor: {code(report.connection or 'a captured response')}",
        f"**{prose(headline(report))}**",
    ]
    for number, one in enumerate(report.diagnoses, start=1):
        blocks += _diagnosis(number, one)
    return [*blocks, f"Examined: {prose('; '.join(report.examined))}"]


def _diagnosis(number: int, one: Diagnosis) -> Iterator[str]:
    sure = "" if one.certainty is Certainty.CERTAIN else f" ({one.certainty.value})"
    told = because(one)
    yield f"### {number}. {prose(one.summary)}"
    rows = [f"- **{one.harm.value}**{sure}, {TITLES[one.side]}, {code(one.case)}{f', fits {told}' if told else ''}"]
    rows += [f"- {prose(text)}" for text in one.evidence]
    rows.append(f"- Where: {prose(place_words(one))}")
    rows.append(f"- **{_KINDS[one.fix.kind]}**: {prose(one.fix.text)}")
    rows += [f"- But first: {prose(text)}" for text in one.fix.obstacles]
    if one.fix.command:
        rows.append(f"- {code(command(*one.fix.command))}")
    yield "\n".join(rows)
    if one.fix.yaml is not None:
        yield preformatted(one.fix.yaml.splitlines())
    if one.fix.changes:
        yield preformatted(draw(change_lines(changes_alone(one.fix.changes), Style()), colour=False).splitlines())
