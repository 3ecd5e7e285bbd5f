"""A connection's chapter: what its plan, or its apply, has to say, what stands in the way first."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC

from sso_sync.apply.result import ApplyResult, Outcome, StepResult
from sso_sync.plan.model import CertificateFact, Plan, Side
from sso_sync.report.html.badges import APPLY_REFUSED, FAILED, Badge, Tone, badge, certificate_badge, plan_badge
from sso_sync.report.html.blocks import Block, Cell, Chapter, Facts, Lines, Table, Text
from sso_sync.report.html.certificates import holdings, left
from sso_sync.report.html.differences import differences
from sso_sync.report.html.history import Chronicle, differs_since, history
from sso_sync.report.html.notes import ignored_notes, impact_notes, listed, refusal_notes
from sso_sync.report.html.people import admitted
from sso_sync.report.interface import ApplyReport, Failure, PlanReport, Style, Unapplied
from sso_sync.report.rotation import apart, rotation_rows
from sso_sync.report.summary import (
    KEEP,
    NOT_REREAD,
    count,
    findings,
    in_sync,
    in_sync_words,
    next_command,
    outcomes,
    remaining,
    verdict,
    verified_words,
)

__all__ = ["applied_chapter", "failed_chapter", "plan_chapter"]

_OUTCOMES = {
    Outcome.APPLIED: Badge("✓", "applied", Tone.GOOD),
    Outcome.FAILED: Badge("✗", "failed", Tone.BAD),
    Outcome.SKIPPED: Badge("\N{EN DASH}", "skipped", Tone.QUIET),
}


def plan_chapter(report: PlanReport, anchor: str, style: Style, chronicle: Chronicle | None = None) -> Chapter:
    """A plan or a drift, with what is on record of the connection if somebody looked it up."""
    if isinstance(report, Failure):
        return failed_chapter(report, anchor)
    refused = report.command == "drift" and report.refusals and not in_sync(report)
    blocks: list[Block] = [*_since(chronicle), *_plan_blocks(report)]
    if (following := next_command(report, style)) is not None:
        blocks.insert(0, Text("Next:", following, KEEP if report.command == "drift" else ""))
    figure = history(chronicle) if chronicle is not None else None
    blocks += [figure] if figure is not None else []
    badges = (plan_badge(report), *((APPLY_REFUSED,) if refused else ()))
    return Chapter(anchor, report.spec.name, report.spec.path, badges, _headline(report), tuple(blocks))


def failed_chapter(failure: Failure, anchor: str) -> Chapter:
    """A connection that got no result of its own."""
    blocks = tuple(listed("What went wrong", failure.diagnostics))
    return Chapter(anchor, failure.path or "Error", None, (FAILED,), "There is no result.", blocks)


def applied_chapter(report: ApplyReport, anchor: str) -> Chapter:
    """What was done, and what is left."""
    if isinstance(report, Failure):
        return failed_chapter(report, anchor)
    if isinstance(report, Unapplied):
        return _unapplied(report, anchor)
    result = report.result
    plan = result.plan
    blocks = [*_steps(result), *listed("Worth knowing", result.findings), *_rotation(result)]
    if report.runbook:
        blocks.append(Lines("By hand in JustCall", report.runbook))
    if result.after is not None and not result.verified and not apart(result):
        blocks.append(Text(remaining(result.after)))
        blocks += differences(result.after)
    now = result.after or plan
    blocks += [*ignored_notes(plan), *impact_notes(plan), *admitted(now), *_certificates(now)]
    told = f"{outcomes(result)}. {_verification(result)}".strip()
    return Chapter(anchor, plan.spec.name, plan.spec.path, (badge(report),), told, (*blocks, *_planned(plan)))


def _unapplied(report: Unapplied, anchor: str) -> Chapter:
    plan = report.plan
    said = "Cancelled, nothing was changed." if report.cancelled else "Nothing was changed."
    told = _headline(plan) if in_sync(plan) else f"{said} {_headline(plan)}"
    return Chapter(anchor, plan.spec.name, plan.spec.path, (badge(report),), told, tuple(_plan_blocks(plan)))


def _headline(plan: Plan) -> str:
    return in_sync_words(plan) if in_sync(plan) else verdict(plan)


def _plan_blocks(plan: Plan) -> list[Block]:
    return [
        *refusal_notes(plan),
        *differences(plan),
        *impact_notes(plan),
        *listed("Findings", findings(plan)),
        *ignored_notes(plan),
        *admitted(plan),
        *_certificates(plan),
    ]


def _since(chronicle: Chronicle | None) -> list[Block]:
    since = differs_since(chronicle.drifts) if chronicle is not None else None
    if since is None:
        return []
    return [Text(f"Something has differed since {since.astimezone(UTC):%Y-%m-%d %H:%M} UTC, when drift first saw it.")]


def _certificates(plan: Plan) -> list[Block]:
    rows = tuple(_certificate(one.where, one.fact) for one in holdings([plan]))
    head = ("Held by", "State", "Ends", "Key", "Subject", "SHA-256 fingerprint")
    return [Table("Certificates of this connection", head, rows, title="Certificates")] if rows else []


def _certificate(where: str, fact: CertificateFact) -> tuple[Cell, ...]:
    until = f"{fact.not_after:%Y-%m-%d}, {left(fact)}" if fact.not_after else left(fact)
    key, subject = fact.key or "not known", fact.subject or "not known"
    state = Cell(badge=certificate_badge(fact.expiry))
    return Cell(where), state, Cell(until), Cell(key), Cell(subject), Cell(fact.fingerprint, code=True)


def _steps(result: ApplyResult) -> list[Block]:
    rows = tuple(_step(one) for one in result.steps)
    caption = f"Run {result.run_id}, {count(len(rows), 'step')} in order"
    table = Table(caption, ("Outcome", "Side", "Step", "Why"), rows, title="Steps")
    told = [one.diagnostic for one in result.by_outcome(Outcome.FAILED) if one.diagnostic is not None]
    return [*listed("What failed", told), *([table] if rows else [])]


def _step(one: StepResult) -> tuple[Cell, ...]:
    side = "OneLogin" if one.step.side is Side.ONELOGIN else "JustCall"
    why = one.diagnostic.summary if one.diagnostic else ""
    return Cell(badge=_OUTCOMES[one.outcome]), Cell(side), Cell(one.step.summary), Cell(why)


def _rotation(result: ApplyResult) -> list[Block]:
    rows = rotation_rows(result)
    return [Facts(rows, "Rotation of the certificate")] if rows else []


def _verification(result: ApplyResult) -> str:
    if apart(result):
        return ""
    if result.verified:
        return verified_words(result.plan)
    return "Not verified." if result.after is not None else NOT_REREAD


def _planned(plan: Plan) -> list[Block]:
    """What the run set out to do, as it was before."""
    return [replace(one, title=f"Planned: {one.title}", folded=True) for one in differences(plan) if one.rows]
