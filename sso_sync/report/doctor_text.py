"""An examination as text, numbered: what is wrong, how that is known, where it is changed, and what heals it."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from rich.text import Text

from sso_sync.plan.doctor.model import Certainty, Diagnosis, Examination, FixKind, Harm
from sso_sync.plan.model import Change, Plan, SpecRef
from sso_sync.report.diagnostics import diagnostic_lines
from sso_sync.report.drawing import line
from sso_sync.report.interface import Style
from sso_sync.report.plan_text import change_lines
from sso_sync.report.rows import TITLES
from sso_sync.report.summary import command
from sso_sync.safe import visible

__all__ = ["because", "changes_alone", "examination_lines", "headline", "place_words"]

_COLOURS = {
    Harm.LOGINS_FAIL: "bold red",
    Harm.SOME_CANNOT: "bold red",
    Harm.INSECURE: "bold magenta",
    Harm.AT_RISK: "bold yellow",
}
_KINDS = {FixKind.APPLY: "apply", FixKind.EDIT: "edit the spec", FixKind.COMMAND: "run", FixKind.BY_HAND: "by hand"}
_LABEL = 10  # cells of "evidence: "


def examination_lines(report: Examination, style: Style) -> list[Text]:
    """All diagnoses under a heading, then notes, what was looked at, and how many there are."""
    lines = [line((visible(report.connection or "a captured response"), "bold"))]
    if report.path is not None:
        lines[0].append(f"  {visible(report.path)}", "dim")
    for number, one in enumerate(report.diagnoses, start=1):
        lines += [line(), *_diagnosis(number, one, style)]
    lines.append(line())
    if report.notes:
        lines += [*diagnostic_lines(report.notes), line()]
    lines += [
        line((f"{'Examined: ' if index == 0 else ' ' * _LABEL}{visible(text)}", "dim"))
        for index, text in enumerate(report.examined)
    ]
    lines.append(line())
    return [*lines, line((headline(report), "bold" if report.diagnoses or report.unreachable else "bold green"))]


def headline(report: Examination) -> str:
    """`2 things are wrong. Start with audience_mismatch.`"""
    if report.diagnoses:
        number, first = len(report.diagnoses), report.diagnoses[0].case
        return f"1 thing is wrong: {first}." if number == 1 else f"{number} things are wrong. Start with {first}."
    missing = " A side could not be read." if report.unreachable else ""
    return f"Nothing that doctor knows is wrong.{missing}"


def because(one: Diagnosis) -> str:
    """What singled it out: the symptom, the message, the person; empty for none of them."""
    words = [("the symptom", one.heard), ("the response", one.shown), ("this person", one.personal)]
    return ", ".join(word for word, holds in words if holds)


def place_words(one: Diagnosis) -> str:
    """Where the value is changed: in the spec, else in a console."""
    place = one.place
    if one.fix.kind is FixKind.BY_HAND or place.where is None:
        return visible(place.console or "")
    return visible(f"{place.where}  {place.key}" if place.key else place.where)


def _diagnosis(number: int, one: Diagnosis, style: Style) -> Iterator[Text]:
    head, indent = f"{number}. ", " " * 3
    told = because(one)
    yield line((head, "bold"), (visible(one.summary), "bold"))
    yield line(
        indent,
        (one.harm.value, _COLOURS[one.harm]),
        ("" if one.certainty is Certainty.CERTAIN else f" ({one.certainty.value})", "dim"),
        f"  {TITLES[one.side]}  ",
        (one.case, "dim"),
        (f"  fits {told}" if told else "", "dim"),
    )
    evidence = [part for text in one.evidence for part in _wrapped(text, style, len(indent) + _LABEL)]
    for index, text in enumerate(evidence):
        yield line(indent, ("evidence: " if index == 0 else " " * _LABEL, "cyan"), text)
    yield line(indent, ("where:    ", "cyan"), place_words(one))
    if one.place.console and place_words(one) != visible(one.place.console):
        yield line(indent, " " * _LABEL, (visible(one.place.console), "dim"))
    yield from _fix(one, style, indent)


def _fix(one: Diagnosis, style: Style, indent: str) -> Iterator[Text]:
    fix, below = one.fix, indent + " " * _LABEL
    kind = f"{_KINDS[fix.kind]}: "
    first, *others = _wrapped(kind + fix.text, style, len(below))
    yield line(indent, ("fix:      ", "cyan"), (kind, "bold"), first.removeprefix(kind))
    for text in others:
        yield line(below, text)
    for said in (fix.yaml or "").splitlines():
        yield line(below, ("| ", "dim"), (visible(said), "green"))
    if fix.changes:
        narrow = Style(max(style.width - len(below), 60), style.colour, style.verbose)
        for row in change_lines(changes_alone(fix.changes), narrow):
            yield line(below).append_text(row)
    for obstacle in fix.obstacles:
        yield line(below, ("but first: ", "bold red"), visible(obstacle))
    if fix.command:
        yield line(below, ("$ ", "dim"), command(*fix.command))


def _wrapped(text: str, style: Style, indent: int) -> list[str]:
    """The text in lines that fit; a word that is too long for one, such as an address, stays whole."""
    room = max(style.width - indent, 40)
    return textwrap.wrap(visible(text), room, break_long_words=False, break_on_hyphens=False) or [""]


def changes_alone(changes: Sequence[Change]) -> Plan:
    """Some changes as a plan, to be drawn like one."""
    return Plan("", datetime.min.replace(tzinfo=UTC), SpecRef("", "", ""), "", changes=tuple(changes))
