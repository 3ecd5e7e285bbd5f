"""What `sso-sync history` prints: the runs, or one of them step by step."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sso_sync.apply.history import RunState, RunStep, Told, Unreadable
from sso_sync.cli.options import Common, Format
from sso_sync.plan.cells import Absent, Known, Later, Undetermined
from sso_sync.plan.document import SCHEMA_VERSION, diagnostic_document, plain, timestamp
from sso_sync.plan.meaning import shown
from sso_sync.plan.records import Masked, Recorded, RecordedCell
from sso_sync.plan.signing import signing_from
from sso_sync.report.json import dumps
from sso_sync.report.quoting import preformatted
from sso_sync.report.values import SENSITIVE, show
from sso_sync.safe import visible
from sso_sync.values import Json

__all__ = ["run_report", "runs_report"]

_MARKS = {"applied": "✓", "failed": "✗", "skipped": "\N{EN DASH}", "unknown": "?", "not started": " "}


def runs_report(common: Common, runs: Sequence[Told | Unreadable]) -> str:
    """One line a run, newest first."""
    if common.format is Format.JSON:
        return dumps({"schema_version": SCHEMA_VERSION, "runs": [_row(run) for run in runs]})
    if not runs:
        return _text(common, ["Nothing was applied yet."])
    rows = [("RUN", "CONNECTION", "STARTED (UTC)", "OUTCOME", "STEPS"), *map(_cells, runs)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return _text(
        common,
        ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows],
    )


def run_report(common: Common, run: Told) -> str:
    """One run: who and when, every step with its outcome, and what each address held before."""
    if common.format is Format.JSON:
        steps: list[Json] = [_step_document(step) for step in run.steps]
        evidence: list[Json] = [{"host": pointer.host, "place": pointer.place} for pointer in run.evidence]
        document: Json = {**_run_document(run), "evidence": evidence, "steps": steps}
        return dumps({"schema_version": SCHEMA_VERSION, "run": document})
    lines = [f"{run.run_id}  {run.connection}  {run.spec_path}", _when(run)]
    if run.undoes:
        lines.append(f"undoes {run.undoes}")
    if run.rotation is not None:
        lines.append(f"rotates the certificate to {signing_from(run.rotation.get('to'))}")
    if run.torn:
        lines.append("The last line of the record was not finished, and was left out.")
    lines.append("")
    for step in run.steps:
        lines += _step_lines(step)
    lines += [f"  Evidence: {pointer.place} on {pointer.host}" for pointer in run.evidence]
    lines += ["", f"Outcome: {_outcome(run)}. {_counted(run)}."]
    if run.state is RunState.INTERRUPTED:
        words = "apply" if run.rotation is None else "rotate-certificate"
        lines.append(f"Next: sso-sync {words} {run.spec_path}; it reads both sides and goes on from what is there.")
    return _text(common, lines)


def _text(common: Common, lines: Sequence[str]) -> str:
    if common.format is Format.MARKDOWN:
        return preformatted(lines) + "\n"
    return "".join(f"{visible(line)}\n" for line in lines)


def _cells(run: Told | Unreadable) -> tuple[str, ...]:
    if isinstance(run, Unreadable):
        return visible(run.run_id), "", "", "unreadable", visible(run.problem.summary)
    return visible(run.run_id), visible(run.connection), _moment(run.started_at), _outcome(run), _counted(run)


def _outcome(run: Told) -> str:
    words = {RunState.DONE: "done", RunState.PARTIAL: "partially applied", RunState.FAILED: "failed"}
    return words.get(run.state, run.state.value) + (f" (undoes {visible(run.undoes)})" if run.undoes else "")


def _counted(run: Told) -> str:
    return ", ".join(f"{number} {word}" for word, number in run.counts.items() if number) or "no steps"


def _when(run: Told) -> str:
    ended = f", ended {_moment(run.ended_at)}" if run.ended_at is not None else ""
    who = f" by {run.user}" if run.user else ""
    ref = f", git {run.git_ref}" if run.git_ref else ""
    return f"started {_moment(run.started_at)} UTC{who}{ended}{ref}"


def _moment(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M:%S}"


def _step_lines(step: RunStep) -> list[str]:
    lines = [f"  {_MARKS[step.word]} {step.summary}  ({step.word})"]
    if step.diagnostic:
        lines.append(f"      {step.diagnostic}")
    return lines + [f"      {change.address}  {_values(change)}" for change in step.changes]


def _values(change: Recorded) -> str:
    return f"{_value(change, change.prior)} -> {_value(change, change.wanted)}"


def _value(change: Recorded, cell: RecordedCell) -> str:
    match cell:
        case Known(value):
            return show(shown(change.meaning, value))
        case Absent():
            return "(not there)"
        case Later():
            return "(known after apply)"
        case Undetermined(reason):
            return f"(unknown: {reason})"
        case Masked():
            return SENSITIVE


def _row(run: Told | Unreadable) -> Json:
    if isinstance(run, Unreadable):
        return {"run_id": run.run_id, "outcome": "unreadable", "problem": diagnostic_document(run.problem)}
    return _run_document(run)


def _run_document(run: Told) -> dict[str, Json]:
    return {
        "run_id": run.run_id,
        "connection": run.connection,
        "spec": run.spec_path,
        "started_at": timestamp(run.started_at),
        "ended_at": timestamp(run.ended_at) if run.ended_at is not None else None,
        "outcome": run.state.value,
        "exit_code": run.exit_code,
        "verified": run.verified,
        "user": run.user,
        "tool_version": run.tool_version,
        "git_ref": run.git_ref,
        "undoes": run.undoes,
        "rotation": _rotation(run),
        "torn": run.torn,
        "counts": {word.replace(" ", "_"): number for word, number in run.counts.items()},
    }


def _rotation(run: Told) -> Json:
    """The two certificates of a rotation; null for another run."""
    if run.rotation is None:
        return None
    found = {key: signing_from(run.rotation.get(key)) for key in ("from", "to")}
    return {key: plain(one.facts) if one is not None else None for key, one in found.items()}


def _step_document(step: RunStep) -> dict[str, Json]:
    changes: list[Json] = [
        {
            "address": change.address,
            "side": change.side.value,
            "action": change.action.value,
            "before": _plain_value(change, change.prior),
            "after": _plain_value(change, change.wanted),
            "known_after_apply": isinstance(change.wanted, Later),
        }
        for change in step.changes
    ]
    return {
        "id": step.id,
        "side": step.side,
        "summary": step.summary,
        "addresses": list(step.addresses),
        "outcome": step.word.replace(" ", "_"),
        "diagnostic": step.diagnostic,
        "changes": changes,
    }


def _plain_value(change: Recorded, cell: RecordedCell) -> Json:
    """As in a plan document: null for what is not there or not known."""
    if isinstance(cell, Masked):
        return SENSITIVE
    return plain(shown(change.meaning, cell.value)) if isinstance(cell, Known) else None
