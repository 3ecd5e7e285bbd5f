"""`sso-sync sandbox`: an embedded OneLogin and JustCall to try things on."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sso_sync.cli.command import with_documents
from sso_sync.cli.options import Common, GroupHelp

if TYPE_CHECKING:
    from sso_sync.sandbox.server import Sandbox

__all__ = ["build"]

State = Annotated[Path, typer.Option("--state", metavar="FILE", help="Where the sandbox keeps what it holds.")]
Port = Annotated[int, typer.Option(metavar="PORT", min=0, max=65535, help="On 127.0.0.1; 0 takes any free one.")]
Writes = Annotated[bool, typer.Option("--writes", help="Only requests that change something.")]

_STATE = Path(".sso-sync") / "sandbox.sqlite"


def build() -> typer.Typer:
    """The group of commands."""
    group = typer.Typer(help="Try everything on an embedded OneLogin and JustCall.", rich_markup_mode=None)
    group.callback(add_help_option=False)(_group)
    for command in (serve, reset, log):
        group.command()(command)
    return group


def _group(*, show_help: GroupHelp = False) -> None:
    del show_help  # its callback does the work


@with_documents
def serve(common: Common, *, onelogin_port: Port = 8710, justcall_port: Port = 8711, state: State = _STATE) -> int:
    """Run the sandbox until Ctrl-C.

    Prints its addresses, the credentials as environment variables, and a spec that fits.

    \b
    Example:
      sso-sync sandbox serve
    """
    from sso_sync.cli import output
    from sso_sync.cli.sandbox_report import served
    from sso_sync.cli.waiting import stoppable, wait
    from sso_sync.errors import ExitCode

    code = int(ExitCode.OK)
    with _sandbox(state, onelogin_port, justcall_port) as sandbox, stoppable():
        code = output.deliver(common, served(common, sandbox), ExitCode.OK)
        output.note(common, f"Serving from {state}. Ctrl-C stops it; what it holds is kept.")
        wait()
    return code


@with_documents
def reset(common: Common, *, state: State = _STATE) -> int:
    """Put the sandbox back to how it began.

    \b
    Example:
      sso-sync sandbox reset
    """
    from sso_sync.cli import output
    from sso_sync.cli.sandbox_report import was_reset
    from sso_sync.errors import ExitCode

    with _sandbox(state) as sandbox:
        sandbox.reset()
        sandbox.requests.clear(history=True)
    return output.deliver(common, was_reset(common, state), ExitCode.OK)


@with_documents
def log(common: Common, *, writes: Writes = False, state: State = _STATE) -> int:
    """Show what the sandbox was asked.

    Requests of all runs that the state file remembers, oldest first, secrets masked.

    \b
    Example:
      sso-sync sandbox log --writes
    """
    from sso_sync.cli import output
    from sso_sync.cli.sandbox_report import logged
    from sso_sync.errors import ExitCode, SsoSyncError

    if not state.exists():
        raise SsoSyncError.because(
            f"There is no sandbox in {state}",
            next_action="Plan a spec that has `sandbox: true`, or run `sso-sync sandbox serve`.",
        )
    with _sandbox(state) as sandbox:
        requests = [request for request in sandbox.requests.history() if request.is_write or not writes]
    return output.deliver(common, logged(common, requests), ExitCode.OK)


def _sandbox(state: Path, onelogin_port: int = 0, justcall_port: int = 0) -> Sandbox:
    from sso_sync.errors import SsoSyncError

    try:
        from sso_sync.sandbox.server import Sandbox
    except ImportError as missing:
        raise SsoSyncError.because(
            "The embedded sandbox is not installed",
            detail=str(missing),
            next_action="Install it with: pip install 'sso-sync[sandbox]'",
        ) from missing
    return Sandbox(state=state, onelogin_port=onelogin_port, justcall_port=justcall_port)
