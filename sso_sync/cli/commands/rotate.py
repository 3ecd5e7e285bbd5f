"""`sso-sync rotate-certificate`: both sides to another signing certificate, back to back."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sso_sync.cli.command import with_common
from sso_sync.cli.options import AutoApprove, Common, LockTimeout, RotationOverrides

if TYPE_CHECKING:
    from sso_sync.apply.result import ApplyResult
    from sso_sync.cli.approval import Approval
    from sso_sync.justcall.page_map.model import PageMap
    from sso_sync.plan.model import Plan
    from sso_sync.progress import Progress

__all__ = ["rotate_certificate"]

Spec = Annotated[str, typer.Argument(metavar="SPEC", help="The spec of the connection.", show_default=False)]
To = Annotated[
    str | None,
    typer.Option(
        "--to", metavar="ID|NAME", help="The certificate to rotate to; the spec's onelogin.app.certificate if left out."
    ),
]
Rollback = Annotated[bool, typer.Option("--rollback", help="Go back to the former certificate of the last rotation.")]
Rehearse = Annotated[
    bool, typer.Option("--rehearse", help="Do it on a throwaway sandbox, and measure how long logins fail.")
]
Unchecked = Annotated[
    bool,
    typer.Option(
        "--unchecked", help="Take an id that no app shows: it is checked right after OneLogin has switched to it."
    ),
]


@with_common
def rotate_certificate(
    common: Common,
    spec: Spec,
    *,
    to: To = None,
    rollback: Rollback = False,
    rehearse: Rehearse = False,
    unchecked: Unchecked = False,
    auto_approve: AutoApprove = False,
    override: RotationOverrides = None,
    lock_timeout: LockTimeout = 0.0,
) -> int:
    """Switch both sides to another signing certificate.

    The certificate is found and checked before anything changes; then OneLogin and JustCall are switched back to back,
    read back and tested. What cannot be finished is rolled back. New logins fail between the two writes, because
    JustCall holds one certificate: --rehearse measures for how long.

    \b
    Examples:
      sso-sync rotate-certificate specs/justcall.yaml --rehearse
      sso-sync rotate-certificate specs/justcall.yaml --to "Standard Strength Certificate (2048-bit)"
      sso-sync rotate-certificate specs/justcall.yaml --rollback
    """
    from sso_sync import engine
    from sso_sync.cli import fleet, output
    from sso_sync.cli.progress import progress
    from sso_sync.rotating import Request
    from sso_sync.wiring.page_map import page_map

    _sensible(to=to, rollback=rollback, rehearse=rehearse, unchecked=unchecked)
    connection = fleet.Fleet().open(Path(spec))
    words = page_map(connection)
    with progress(common) as watcher:
        if rehearse:
            output.note(common, "A rehearsal on a throwaway sandbox: nothing real is touched.")
            return _reported(common, engine.rehearse(connection, environ=os.environ, progress=watcher), words)
        approval = _approval(common, watcher, words, automatic=auto_approve)
        result = engine.rotate(
            connection,
            Request(to, back=rollback, unchecked=unchecked),
            environ=os.environ,
            approve=approval,
            overrides=frozenset(override or ()),
            progress=watcher,
            lock_timeout=lock_timeout,
        )
    return _reported(common, result, words, declined=approval.declined)


def _sensible(*, to: str | None, rollback: bool, rehearse: bool, unchecked: bool) -> None:
    """Raises UsageError for options that exclude each other."""
    from sso_sync.errors import UsageError

    if rollback and (to is not None or unchecked):
        raise UsageError.because("--rollback goes back to the former certificate, and takes no other")
    if rehearse and (to is not None or rollback or unchecked):
        raise UsageError.because("--rehearse has certificates of its own, and takes no other")
    if to is not None and not to.strip():
        raise UsageError.because("--to takes the id or the name of a certificate")


def _approval(common: Common, watcher: Progress, words: PageMap, *, automatic: bool) -> Approval:
    from sso_sync.cli.approval import Approval
    from sso_sync.cli.handover import instructions
    from sso_sync.cli.output import say, stderr_style
    from sso_sync.justcall.settings import SettingField
    from sso_sync.plan.operations import HandOver
    from sso_sync.report.drawing import draw, line
    from sso_sync.safe import visible

    def shown(plan: Plan) -> None:
        """Where a person makes the second write, they read beforehand what it will be."""
        pem = plan.rotation.target.pem if plan.rotation is not None else None
        if pem is None or not any(isinstance(step.operation, HandOver) for step in plan.steps):
            return
        runbook = instructions(common, plan, {SettingField.CERTIFICATE: pem}, words)
        head = line(("To be done by hand in JustCall, as soon as OneLogin is switched", "bold magenta"))
        lines = [head, *(line("  ", visible(one)) for one in runbook), line()]
        if not common.quiet:
            say(draw(lines, colour=stderr_style(common).colour))

    return Approval(common, watcher, automatic=automatic, command="rotate-certificate", question=_question, shown=shown)


def _question(plan: Plan) -> str:
    from sso_sync.plan.operations import HandOver
    from sso_sync.plan.rotation import duration
    from sso_sync.safe import visible

    name, last = visible(plan.spec.name), plan.rotation.last if plan.rotation is not None else None
    if any(isinstance(step.operation, HandOver) for step in plan.steps):
        return f"Switch OneLogin's certificate for {name} now? New logins fail until JustCall has it too. Ready?"
    window = f"last time for {duration(last.seconds)}" if last is not None else "for a time that nobody has measured"
    return f"Switch the certificate of {name} now? New logins fail in between, {window}."


def _reported(common: Common, result: ApplyResult | Plan, words: PageMap, *, declined: bool = False) -> int:
    from sso_sync.apply.result import ApplyResult
    from sso_sync.cli import handover, output
    from sso_sync.cli.codes import plan_code
    from sso_sync.errors import ExitCode, worst
    from sso_sync.report.interface import ApplyReport, Unapplied

    report: ApplyReport
    if isinstance(result, ApplyResult):
        report, code = handover.completed(common, result, words), result.exit_code
    else:
        code = worst([plan_code(result), ExitCode.ERROR if declined else ExitCode.OK])
        report = Unapplied(result, code, cancelled=declined)
    return output.present(common, lambda form, style: form.applies([report], style, several=False), code)
