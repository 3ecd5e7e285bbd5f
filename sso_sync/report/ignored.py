"""The words for what is ignored: one line for each rule that was in force, with its reason and its end."""

from __future__ import annotations

from collections.abc import Sequence

from sso_sync.plan.model import Ignored
from sso_sync.report.counting import count
from sso_sync.safe import visible

__all__ = ["ignored_aside", "ignored_words"]


def ignored_words(rules: Sequence[Ignored]) -> list[str]:
    """`justcall.sso.*: 2 values differ, until 2026-06-01: a migration (specs/a.yaml:12:5)`."""
    return [_words(rule) for rule in rules]


def ignored_aside(rules: Sequence[Ignored]) -> str:
    """What to add to a claim that all is as the spec says; empty when nothing that differs is ignored."""
    number = len({address for rule in rules for address in rule.addresses})
    return f" {count(number, 'value')} that differ{'' if number > 1 else 's'} {_are(number)} ignored." if number else ""


def _are(number: int) -> str:
    return "is" if number == 1 else "are"


def _words(rule: Ignored) -> str:
    number = len(rule.addresses)
    differ = f"{count(number, 'value')} differ{'' if number > 1 else 's'}" if number else "nothing differs"
    until = f", until {rule.until}: {visible(rule.reason)}" if rule.until else ""
    return f"{visible(rule.address)}: {differ}{until} ({visible(rule.source)})"
