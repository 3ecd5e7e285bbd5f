"""The question before anything is written: the plan is shown, and only "yes" is a yes."""

from __future__ import annotations

import sys
from collections.abc import Callable

from sso_sync.cli import output
from sso_sync.cli.options import Common
from sso_sync.cli.progress import aside
from sso_sync.errors import SsoSyncError
from sso_sync.plan.model import Plan
from sso_sync.progress import Progress
from sso_sync.report.drawing import draw, line
from sso_sync.report.plan_text import impact_lines, plan_lines
from sso_sync.safe import visible

__all__ = ["Approval"]


def _apply_these(plan: Plan) -> str:
    return f"Apply these changes to {visible(plan.spec.name)}?"


def _nothing_more(_plan: Plan) -> None:
    """The plan says it all."""


class Approval:
    """Decides for one plan; `declined` tells afterwards that somebody said no.

    `command` is what runs, `question` what it asks of the plan. `shown` is told of the plan once it was shown.
    """

    def __init__(
        self,
        common: Common,
        progress: Progress,
        *,
        automatic: bool,
        command: str = "apply",
        question: Callable[[Plan], str] = _apply_these,
        shown: Callable[[Plan], None] = _nothing_more,
    ) -> None:
        self._common = common
        self._command = command
        self._question = question
        self._shown = shown
        self._progress = progress
        self._automatic = automatic
        self.declined = False

    def __call__(self, plan: Plan) -> bool:
        """Shows the plan on stderr and asks there, unless --auto-approve.

        Raises SsoSyncError when there is nobody to ask.
        """
        if not (self._automatic and self._common.quiet):
            style = output.stderr_style(self._common)
            # Whoever has to say yes reads last what that does to people.
            shown = plan_lines(plan, style, next_step=False, impacts=self._automatic)
            hurt = [] if self._automatic else impact_lines(plan)
            with aside(self._progress):
                output.say(draw([*shown, line(), *hurt], colour=style.colour))
        self._shown(plan)
        if self._automatic:
            return True
        if not sys.stdin.isatty():
            raise SsoSyncError.because(
                f"Nothing was changed: {self._command} needs a yes, and there is no terminal to ask on",
                next_action=f"Check the plan, then run {self._command} with --auto-approve.",
            )
        self.declined = not self._yes(plan)
        return not self.declined

    def _yes(self, plan: Plan) -> bool:
        output.say(f'{self._question(plan)} Only "yes" is accepted: ')
        answer = sys.stdin.readline()
        if not answer.endswith("\n"):  # the input ended, and so did not the line
            output.say("\n")
        return answer.strip() == "yes"
