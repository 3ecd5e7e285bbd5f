"""The question before anything is written: the plan is shown, and only "yes" is a yes."""

from __future__ import annotations

import sys

from sso_sync.cli import output
from sso_sync.cli.options import Common
from sso_sync.cli.progress import Spinner
from sso_sync.errors import SsoSyncError
from sso_sync.plan.model import Plan
from sso_sync.progress import Progress
from sso_sync.report.drawing import draw, line
from sso_sync.report.plan_text import plan_lines
from sso_sync.safe import visible

__all__ = ["Approval"]


class Approval:
    """Decides for one plan; `declined` tells afterwards that somebody said no."""

    def __init__(self, common: Common, progress: Progress, *, automatic: bool) -> None:
        self._common = common
        self._progress = progress
        self._automatic = automatic
        self.declined = False

    def __call__(self, plan: Plan) -> bool:
        """Shows the plan on stderr and asks there, unless --auto-approve.

        Raises SsoSyncError when there is nobody to ask.
        """
        if isinstance(self._progress, Spinner):
            self._progress.stop()
        if not (self._automatic and self._common.quiet):
            style = output.stderr_style(self._common)
            output.say(draw([*plan_lines(plan, style, next_step=False), line()], colour=style.colour))
        if self._automatic:
            return True
        if not sys.stdin.isatty():
            raise SsoSyncError.because(
                "Nothing was changed: apply needs a yes, and there is no terminal to ask on",
                next_action="Check the plan, then run apply with --auto-approve.",
            )
        self.declined = not self._yes(plan)
        return not self.declined

    def _yes(self, plan: Plan) -> bool:
        output.say(f'Apply these changes to {visible(plan.spec.name)}? Only "yes" is accepted: ')
        answer = sys.stdin.readline()
        if not answer.endswith("\n"):  # the input ended, and so did not the line
            output.say("\n")
        return answer.strip() == "yes"
