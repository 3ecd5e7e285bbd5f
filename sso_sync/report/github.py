"""GitHub's workflow commands: each finding is an annotation at its line of the spec.

A runner takes every line of a log that begins with `::` for a command. So each line here is a command of ours and
nothing else, and what names hold can neither end it nor add a property to it. GitHub shows the first ten annotations of
each kind, so the gravest come first.
"""

from __future__ import annotations

from collections.abc import Mapping

from sso_sync.errors import Severity
from sso_sync.report.findings import Finding, Group, Report, Verdict
from sso_sync.report.locations import relative
from sso_sync.report.machine import FindingsFormatter
from sso_sync.safe import visible

__all__ = ["GithubFormatter"]

_COMMANDS: Mapping[Severity, str] = {"error": "error", "warning": "warning", "info": "notice"}
_ORDER = ("error", "warning", "info")
_DATA = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A"})
_PROPERTY = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A", ":": "%3A", ",": "%2C"})


class GithubFormatter(FindingsFormatter):
    """One line for each finding, then one for each connection."""

    def written(self, report: Report) -> str:
        """The annotations, errors first."""
        told = [(group, one) for group in report.groups for one in group.findings if one.told]
        told.sort(key=lambda pair: _ORDER.index(pair[1].level))  # stable: within a level, the report's own order
        lines = [_annotation(report.command, group, one) for group, one in told]
        lines += [_summary(report.command, group) for group in report.groups if not group.failed]
        return "".join(f"{line}\n" for line in lines)


def _annotation(command: str, group: Group, one: Finding) -> str:
    properties: dict[str, str] = {}
    if one.place is not None and (file := relative(one.place.file)) is not None:
        properties = {"file": visible(file), "line": str(one.place.line), "col": str(one.place.column)}
    verdict = " (not made)" if one.verdict is Verdict.NOT_MADE else ""
    properties["title"] = visible(f"sso-sync {command}: {group.connection}, {one.rule}{verdict}")
    return _command(_COMMANDS[one.level], properties, "\n".join(visible(line) for line in one.sentences))


def _summary(command: str, group: Group) -> str:
    title = visible(f"sso-sync {command}: {group.connection}")
    return _command("notice", {"title": title}, visible(group.headline))


def _command(kind: str, properties: Mapping[str, str], message: str) -> str:
    given = ",".join(f"{name}={value.translate(_PROPERTY)}" for name, value in properties.items())
    return f"::{kind} {given}::{message.translate(_DATA)}"
