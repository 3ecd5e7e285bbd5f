"""Diagnostics, refusals and impacts as notes of a chapter."""

from __future__ import annotations

from collections.abc import Iterable

from sso_sync.errors import Diagnostic
from sso_sync.plan.model import Impact, ImpactKind, Plan, Refusal
from sso_sync.report.diagnostics import numbers, place
from sso_sync.report.html.badges import Badge, Tone, severity_badge
from sso_sync.report.html.blocks import Note, Notes
from sso_sync.report.ignored import ignored_words
from sso_sync.report.signing import impact_words

__all__ = ["ignored_notes", "impact_notes", "listed", "note", "refusal_notes"]

_REFUSED = "refused"


def note(found: Diagnostic, badge: Badge | None = None) -> Note:
    """A diagnostic with everything there is to say."""
    return Note(
        badge or severity_badge(found.severity),
        found.summary,
        place(found),
        tuple(text for text in (found.detail or "").splitlines() if text.strip()),
        found.next_action,
    )


def listed(title: str, diagnostics: Iterable[Diagnostic]) -> list[Notes]:
    """The diagnostics under a title; no block for none."""
    items = tuple(note(found) for found in diagnostics)
    return [Notes(title, items)] if items else []


def refusal_notes(plan: Plan) -> list[Notes]:
    """Why a guard refuses the plan."""
    word = "refuses to apply" if plan.command == "drift" else _REFUSED
    items = tuple(_refusal(one, word) for one in plan.refusals)
    title = "What an apply would be refused for" if plan.command == "drift" else "Refused"
    return [Notes(title, items)] if items else []


def _refusal(refusal: Refusal, word: str) -> Note:
    details = [text for text in (refusal.detail or "").splitlines() if text.strip()]
    details += [numbers(refusal)] if refusal.numbers else []
    details += [f"Setting: {refusal.setting}"] if refusal.setting else []
    badge = Badge("✗", f"{refusal.guard} {word}" if word != _REFUSED else f"refused by {refusal.guard}", Tone.BAD)
    return Note(badge, refusal.summary, refusal.address, tuple(details), refusal.next_action)


def impact_notes(plan: Plan) -> list[Notes]:
    """What applying the plan does to people who sign in today."""
    items = tuple(
        Note(_impact(impact), words, details=_who(impact))
        for impact, words in zip(plan.impacts, impact_words(plan), strict=True)
    )
    title = "What applying it would do to logins" if plan.command == "drift" else "What it does to logins"
    return [Notes(title, items)] if items else []


def _impact(impact: Impact) -> Badge:
    passes = impact.kind in (ImpactKind.INTERRUPTION, ImpactKind.SSO_ENABLED)
    return Badge("!", "impact", Tone.WARN if passes else Tone.BAD)


def _who(impact: Impact) -> tuple[str, ...]:
    if not impact.names:
        return ()
    rest = (impact.people or 0) - len(impact.names)
    return (f"{', '.join(impact.names)}{f' and {rest} more' if rest > 0 else ''}",)


def ignored_notes(plan: Plan) -> list[Notes]:
    """What is left as it is for a while, with its addresses."""
    items = tuple(
        Note(Badge("\N{EN DASH}", "ignored", Tone.QUIET), words, details=rule.addresses)
        for rule, words in zip(plan.ignored, ignored_words(plan.ignored), strict=True)
    )
    return [Notes("Left as it is", items)] if items else []
