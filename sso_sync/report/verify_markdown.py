"""Checks as Markdown: their count first, then one row for each, then why and what to do."""

from __future__ import annotations

from collections.abc import Iterator

from sso_sync.plan.checks.model import Check, Status, Verification
from sso_sync.report.quoting import code, prose
from sso_sync.report.shorten import shorten_pair
from sso_sync.report.summary import check_counts, proof_words
from sso_sync.report.values import show
from sso_sync.report.verify_text import TITLES

__all__ = ["verified_blocks"]

_MARKS = {Status.PASS: "✓", Status.FAIL: "✗", Status.NOT_MADE: "?"}
_LONGEST_VALUE = 300
_HEAD = ("| | Check | Expected | Found |", "|---|---|---|---|")


def verified_blocks(report: Verification) -> list[str]:
    """The chapter of one connection, without its findings."""
    last = [proof_words(report.proof)] if report.proof is not None else []
    last += [f"Kept in {code(report.evidence)}."] if report.evidence is not None else []
    return [
        f"## sso-sync verify: {code(report.connection)}",
        f"**{check_counts(report)}.**",
        *_tables(report),
        "\n".join(_reasons(report)),
        " ".join(last),
    ]


def _tables(report: Verification) -> Iterator[str]:
    """One table for each group, under what was looked at."""
    for group, checks in report.groups.items():
        how = report.how.get(group, "")
        yield f"**{TITLES[group]}**{': ' + prose(how) if how else ''}"
        yield "\n".join([*_HEAD, *(_row(check) for check in checks)])


def _row(check: Check) -> str:
    expected, found = shorten_pair(_shown(check.expected), _shown(check.found), _LONGEST_VALUE)
    return f"| {_MARKS[check.status]} | {code(check.name)} | {code(expected)} | {code(found)} |"


def _shown(value: object) -> str:
    return show(value) if isinstance(value, str | bool | dict) else ""


def _reasons(report: Verification) -> Iterator[str]:
    """Everything that is to be said of checks that did not pass; of the others the first sentence is enough."""
    for check in report.checks:
        status = check.status.value.replace("_", " ")
        parts = [f"- **{status}** {code(check.name)} {prose(check.summary)}"]
        if check.status is not Status.PASS:
            parts += [prose(text) for text in (check.detail or "").splitlines() if text.strip()]
            parts += [f"Next: {prose(check.next_action)}"] if check.next_action else []
        yield "<br>".join(parts)
