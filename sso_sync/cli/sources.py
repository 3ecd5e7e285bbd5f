"""Where the plans to apply come from: specs, planned afresh, or a saved plan, applied exactly as it was made.

A saved plan is planned again as well: it is applied if what comes out is what was saved.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Protocol

from sso_sync.cli.fleet import Fleet, check_rewrites
from sso_sync.cli.selection import Selection, select
from sso_sync.clock import utc_now
from sso_sync.errors import Diagnostic, ExitCode, PlanFileError, SsoSyncError, StalePlan, UsageError
from sso_sync.plan.file import SavedFile, SavedPlan, Unplanned, is_saved_plan, parse
from sso_sync.plan.model import Plan
from sso_sync.plan.stale import deviations, fits
from sso_sync.report.stale import stale
from sso_sync.report.summary import command
from sso_sync.spec.connection import Connection
from sso_sync.store.plans import Claim, claim, claimed, read_text

__all__ = ["Source", "source"]

Approve = Callable[[Plan], bool]


class Source(Protocol):
    """What there is to apply, connection by connection, each by the path of its spec."""

    selection: Selection
    overrides: frozenset[str]
    rewrites: frozenset[str]
    ignores: frozenset[str]
    reviewed: bool

    def open(self, path: Path) -> Connection:
        """The connection of a spec. Raises SsoSyncError when it cannot be applied at all."""

    def approval(self, path: Path, asked: Approve) -> Approve:
        """What decides right before the first write; `asked` is what asks a person or shows the plan."""

    def settle(self, path: Path, plan: Plan) -> None:
        """Says whether a plan that led to no write is the one that was meant. Raises StalePlan when it is not."""


def source(
    words: Sequence[str],
    overrides: Sequence[str] | None,
    rewrites: Sequence[str] | None = None,
    ignores: Sequence[str] | None = None,
    *,
    only: Sequence[str] | None = None,
    since: str | None = None,
) -> Source:
    """What the words of the command line name; of specs those called `only` that changed since the git ref `since`.

    Raises UsageError for a saved plan beside other words, PlanFileError for one that cannot be used, and SpecError.
    """
    found = {word: saved for word in words if (saved := _saved_plan(Path(word))) is not None}
    if not found:
        passed, again, left = (frozenset(given or ()) for given in (overrides, rewrites, ignores))
        return _Specs(words, passed, again, left, only=only, since=since)
    word, saved = next(iter(found.items()))
    if len(words) > 1:
        raise UsageError.because(
            f"The saved plan {word} is applied alone",
            next_action=f"Apply one after the other: {command('apply', word)}",
        )
    if only or since is not None:
        raise UsageError.because(
            "A saved plan is applied as a whole: --only and --changed-since choose among specs",
            next_action="Make another plan: sso-sync plan SPEC --only NAME --out FILE",
        )
    options = (("override", "GUARD", overrides), ("rewrite", "ADDRESS", rewrites), ("ignore", "ADDRESS", ignores))
    for option, example, given in options:
        if given:
            raise UsageError.because(
                f"A saved plan is applied with the {option}s it was made with",
                next_action=f"Make another plan: sso-sync plan SPEC --{option} {example} --out FILE",
            )
    return _Saved(Path(word), saved)


def _saved_plan(path: Path) -> SavedFile | None:
    """The plan in a file; None for anything that is to be read as a spec. Raises PlanFileError."""
    text = read_text(path)
    try:
        ours = text is not None and is_saved_plan(text, named_json=path.suffix.lower() == ".json")
        return parse(text) if text is not None and ours else None
    except PlanFileError as problem:
        raise PlanFileError(*(replace(one, file=str(path)) for one in problem.diagnostics)) from None


class _Specs:
    """Specs: whatever is planned is what was meant."""

    reviewed = False

    def __init__(
        self,
        words: Sequence[str],
        overrides: frozenset[str],
        rewrites: frozenset[str],
        ignores: frozenset[str],
        *,
        only: Sequence[str] | None,
        since: str | None,
    ) -> None:
        self.selection = select(words, only=only, since=since)
        check_rewrites(self.selection.paths, rewrites)
        self.overrides, self.rewrites, self.ignores = overrides, rewrites, ignores
        self._fleet = Fleet()

    def open(self, path: Path) -> Connection:
        return self._fleet.open(path)

    def approval(self, path: Path, asked: Approve) -> Approve:
        del path
        return asked

    def settle(self, path: Path, plan: Plan) -> None:
        """There is nothing to compare with."""


class _Saved:
    """A plan file: each connection is planned again, and applied if nothing has changed and nobody was first."""

    reviewed = True

    def __init__(self, file: Path, saved: SavedFile) -> None:
        self._file = file
        self._plans = {str(Path(one.path)): one for one in saved.connections}
        paths = tuple(Path(path) for path in self._plans)
        self.selection = Selection(paths, several=len(paths) > 1)
        self.overrides, self.rewrites, self.ignores = saved.overrides, saved.rewrites, saved.ignores
        self._fleet = Fleet()

    def open(self, path: Path) -> Connection:
        saved = self._usable(path)
        used = claimed(saved.plan_id)
        if used is not None:
            raise self._applied(saved, used)
        if not path.exists():
            raise self._problem(
                f"The spec {path}, which the plan was made from, is not there",
                "The path in the plan file is relative to the folder that plan was run in.",
                "Run apply in that folder, or make the plan again.",
            )
        connection = self._fleet.open(path)
        if connection.digest != saved.digest or connection.name != saved.name:
            changed = Diagnostic(
                "error",
                f"The plan is stale: the spec {path} has changed since the plan was made",
                detail=f"{self._file} was made at {saved.created_at}.",
                file=str(path),
                next_action=self._again(saved),
            )
            raise StalePlan(changed)
        return connection

    def approval(self, path: Path, asked: Approve) -> Approve:
        saved = self._usable(path)

        def decide(plan: Plan) -> bool:
            self._check(saved, plan)
            if not asked(plan):
                return False
            first = claim(saved.plan_id, run_id=plan.plan_id, at=utc_now())
            if first is not None:
                raise self._applied(saved, first)
            return True

        return decide

    def settle(self, path: Path, plan: Plan) -> None:
        if not plan.unread:  # what cannot be read is a trouble of its own, and nothing can be said about the rest
            self._check(self._usable(path), plan)

    def _usable(self, path: Path) -> SavedPlan:
        """The plan of a connection, if it was one that could be applied when it was made."""
        saved = self._plans[str(path)]
        if isinstance(saved, Unplanned):
            raise self._problem(
                f"There is no plan for {saved.path} in {self._file}",
                "It could not be made; the file says why.",
                "Correct the cause, then make the plan again.",
            )
        if saved.exit_code != ExitCode.OK:
            why = {
                ExitCode.REFUSED: "a guard refused it",
                ExitCode.UNAVAILABLE: "a side could not be read",
            }.get(ExitCode(saved.exit_code), "it has errors")
            problem = self._problem(
                f"The plan for {saved.path} in {self._file} cannot be applied: {why} when it was made",
                "The file says why, in `refusals` and `findings`.",
                f"Correct the cause, then make the plan again: {self._plan_command(saved)}",
            )
            problem.exit_code = ExitCode(saved.exit_code)
            raise problem
        return saved

    def _check(self, saved: SavedPlan, plan: Plan) -> None:
        if not fits(saved, plan):
            raise StalePlan(stale(deviations(saved, plan), self._again(saved)))

    def _applied(self, saved: SavedPlan, used: Claim) -> StalePlan:
        when = f" at {used.at} by run {used.run_id}" if used.at else ""
        return StalePlan.because(
            f"The plan for {saved.path} in {self._file} was already applied{when}",
            detail="A plan is applied once, whatever became of it.",
            next_action=self._again(saved),
        )

    def _problem(self, summary: str, detail: str, next_action: str) -> SsoSyncError:
        return PlanFileError(Diagnostic("error", summary, detail, file=str(self._file), next_action=next_action))

    def _again(self, saved: SavedPlan) -> str:
        return f"Nothing was changed. Make the plan again and review it: {self._plan_command(saved)}"

    def _plan_command(self, saved: SavedPlan) -> str:
        passed = [word for guard in sorted(self.overrides) for word in ("--override", guard)]
        again = [word for address in sorted(self.rewrites) for word in ("--rewrite", address)]
        left = [word for address in sorted(self.ignores) for word in ("--ignore", address)]
        return command("plan", saved.path, *passed, *again, *left, "--out", str(self._file))
