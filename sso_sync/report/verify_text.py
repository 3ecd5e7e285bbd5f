"""Checks as text, group by group: what was found beside what was expected, and what to do about it."""

from __future__ import annotations

from collections.abc import Iterator

from rich.text import Text

from sso_sync.plan.checks.model import Check, Group, Status, Verification
from sso_sync.report.diagnostics import diagnostic_lines
from sso_sync.report.drawing import line
from sso_sync.report.interface import Style
from sso_sync.report.shorten import shorten, shorten_pair
from sso_sync.report.summary import check_counts, proof_words
from sso_sync.report.values import show
from sso_sync.safe import visible

__all__ = ["TITLES", "verified_lines"]

TITLES = {
    Group.SETTINGS: "Settings",
    Group.METADATA: "Metadata",
    Group.CERTIFICATES: "Certificates",
    Group.ASSERTION: "Assertion",
    Group.PROBE: "Login page",
}
_MARKS = {
    Status.PASS: ("✓", "bold green"),
    Status.FAIL: ("✗", "bold red"),
    Status.NOT_MADE: ("?", "bold cyan"),
}
_INDENT = "      "


def verified_lines(report: Verification, style: Style) -> list[Text]:
    """All checks under the headings of what was looked at, the findings, how many of which, and what is kept."""
    width = max((len(_short(check)) for check in report.checks), default=0)
    lines = [line((visible(report.connection), "bold"), "  ", (visible(report.path), "dim"))]
    for group, checks in report.groups.items():
        lines += [line(), _heading(group, report.how.get(group, ""))]
        lines += [one for check in checks for one in _check(check, width, style)]
    lines.append(line())
    if report.findings:
        lines += [*diagnostic_lines(report.findings), line()]
    lines.append(line((f"{check_counts(report)}.", "bold" if report.exit_code else "bold green")))
    if report.proof is not None:
        lines.append(line(proof_words(report.proof)))
    if report.evidence is not None:
        lines.append(line((f"Kept in {visible(report.evidence)}", "dim")))
    return lines


def _short(check: Check) -> str:
    """The check's name without what the heading says: `assertion.audience` is `audience` under "Assertion"."""
    prefix, dot, rest = check.name.partition(".")
    return rest if dot and check.group.value.startswith(prefix) else check.name


def _heading(group: Group, how: str) -> Text:
    return line((TITLES[group], "bold"), f"  {visible(how)}" if how else "")


def _check(check: Check, width: int, style: Style) -> Iterator[Text]:
    unmade = check.status is Status.NOT_MADE
    summary = f"not made: {visible(check.summary)}" if unmade else visible(check.summary)
    yield line(
        "  ", _MARKS[check.status], " ", visible(_short(check)).ljust(width), "  ", (summary, "dim" if unmade else "")
    )
    if check.status is Status.PASS and not style.verbose:
        return  # what is well needs no more words; what is worth knowing all the same is a finding
    yield from _values(check, style)
    for part in (check.detail or "").splitlines():
        yield line(_INDENT, (visible(part), "dim"))
    if check.next_action and check.status is not Status.PASS:
        yield line(_INDENT, ("next: ", "cyan"), visible(check.next_action))


def _values(check: Check, style: Style) -> Iterator[Text]:
    """Both values where they differ, one where they agree; a plain yes says nothing more than the check does."""
    differs = check.status is Status.FAIL and check.expected is not None and check.expected != check.found
    if isinstance(check.found, bool) or (check.found is None and not differs):
        return
    room = style.width - len(_INDENT) - len("expected: ")
    found, expected = show(check.found), show(check.expected)
    if not differs:
        yield line(_INDENT, found if style.verbose else shorten(found, room))
        return
    if not style.verbose:
        expected, found = shorten_pair(expected, found, room)
    yield line(_INDENT, ("expected: ", "dim"), (expected, "green"))
    yield line(_INDENT, ("found:    ", "dim"), (found, "red"))
