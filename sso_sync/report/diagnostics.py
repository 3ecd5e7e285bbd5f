"""Diagnostics and refusals as a compiler prints them: severity and place first, then why, then what to do next."""

from __future__ import annotations

from collections.abc import Iterable

from rich.text import Text

from sso_sync.errors import Diagnostic, Severity
from sso_sync.plan.model import Refusal
from sso_sync.report.drawing import line
from sso_sync.safe import visible

__all__ = ["diagnostic_lines", "numbers", "place", "refusal_lines"]

_STYLES: dict[Severity, str] = {"error": "bold red", "warning": "bold yellow", "info": "bold blue"}


def diagnostic_lines(diagnostics: Iterable[Diagnostic], indent: str = "") -> list[Text]:
    """`error: specs/a.yaml:3:5: summary`, then detail and next action indented beneath."""
    lines = []
    for found in diagnostics:
        where = place(found)
        lines.append(
            line(
                indent,
                (f"{found.severity}: ", _STYLES[found.severity]),
                (f"{where}: " if where else "", "bold"),
                visible(found.summary),
            )
        )
        lines += _below(found.detail, found.next_action, indent + "  ")
    return lines


def refusal_lines(refusals: Iterable[Refusal], indent: str = "") -> list[Text]:
    """The guard that refuses and why, its numbers, the setting that decides, and the next action."""
    lines = []
    for refusal in refusals:
        head = (f"refused by {visible(refusal.guard)}: ", "bold red")
        lines.append(line(indent, head, (visible(refusal.summary), "bold")))
        lines += _paragraph(refusal.detail, indent + "  ")
        if refusal.numbers:
            lines.append(line(indent + "  ", numbers(refusal)))
        if refusal.setting:
            lines.append(line(indent + "  ", ("setting: ", "cyan"), visible(refusal.setting)))
        lines += _next(refusal.next_action, indent + "  ")
    return lines


def numbers(refusal: Refusal) -> str:
    """`people: 12, percent: 60`."""
    return ", ".join(f"{visible(name).replace('_', ' ')}: {number}" for name, number in refusal.numbers.items())


def place(found: Diagnostic) -> str | None:
    """Where it is: the place in the file, or else the address."""
    where = found.where or found.address
    return visible(where) if where else None


def _below(detail: str | None, next_action: str | None, indent: str) -> list[Text]:
    return _paragraph(detail, indent) + _next(next_action, indent)


def _paragraph(text: str | None, indent: str) -> list[Text]:
    return [line(indent, visible(part)) for part in (text or "").splitlines() if part.strip()]


def _next(action: str | None, indent: str) -> list[Text]:
    return [line(indent, ("next: ", "cyan"), visible(" ".join(action.split())))] if action else []
