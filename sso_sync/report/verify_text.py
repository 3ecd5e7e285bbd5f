"""Checks as text: one after the other, what was found beside what was expected, and what to do about it."""

from __future__ import annotations

from collections.abc import Iterator

from rich.text import Text

from sso_sync.plan.checks.model import Check, Status, Verification
from sso_sync.report.diagnostics import diagnostic_lines
from sso_sync.report.drawing import line
from sso_sync.report.interface import Style
from sso_sync.report.shorten import shorten, shorten_pair
from sso_sync.report.summary import check_counts
from sso_sync.report.values import show
from sso_sync.safe import visible

__all__ = ["verified_lines"]

_MARKS = {
    Status.PASS: ("✓", "bold green"),
    Status.FAIL: ("✗", "bold red"),
    Status.NOT_MADE: ("?", "bold cyan"),
}
_INDENT = "      "


def verified_lines(report: Verification, style: Style) -> list[Text]:
    """All checks under the heading of what was looked at, then the findings, and how many of which."""
    width = max((len(check.name) for check in report.checks), default=0)
    lines = [
        line((visible(report.connection), "bold"), "  ", (visible(report.path), "dim")),
        line(),
        line(("JustCall", "bold"), f"  {visible(report.how)}"),
    ]
    lines += [one for check in report.checks for one in _check(check, width, style)]
    lines.append(line())
    if report.findings:
        lines += [*diagnostic_lines(report.findings), line()]
    return [*lines, line((f"{check_counts(report)}.", "bold" if report.exit_code else "bold green"))]


def _check(check: Check, width: int, style: Style) -> Iterator[Text]:
    unmade = check.status is Status.NOT_MADE
    summary = f"not made: {visible(check.summary)}" if unmade else visible(check.summary)
    yield line(
        "  ", _MARKS[check.status], " ", visible(check.name).ljust(width), "  ", (summary, "dim" if unmade else "")
    )
    yield from _values(check, style)
    for part in (check.detail or "").splitlines():
        yield line(_INDENT, (visible(part), "dim"))
    if check.next_action and check.status is not Status.PASS:
        yield line(_INDENT, ("next: ", "cyan"), visible(check.next_action))


def _values(check: Check, style: Style) -> Iterator[Text]:
    """Both values where they differ, one where they agree; a plain yes says nothing more than the check does."""
    if check.found is None or isinstance(check.found, bool):
        return
    room = style.width - len(_INDENT) - len("expected: ")
    found, expected = show(check.found), show(check.expected)
    if check.status is not Status.FAIL or check.expected == check.found:
        yield line(_INDENT, found if style.verbose else shorten(found, room))
        return
    if not style.verbose:
        expected, found = shorten_pair(expected, found, room)
    yield line(_INDENT, ("expected: ", "dim"), (expected, "green"))
    yield line(_INDENT, ("found:    ", "dim"), (found, "red"))
