"""Questions on a terminal, for what the command line did not say."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass

from sso_sync.cli import output
from sso_sync.errors import SsoSyncError, UsageError
from sso_sync.safe import visible

__all__ = ["Question", "answered"]


@dataclass(frozen=True)
class Question:
    """One thing to know. `option` is the flag that answers it; `default` is what an empty line means.

    `problem` says what is wrong with an answer, None for nothing.
    """

    option: str
    words: str
    problem: Callable[[str], str | None]
    default: str | None = None


def answered(questions: list[tuple[Question, str | None]], *, command: str) -> list[str]:
    """An answer to each question: the one that was given, else what a person types, else the default.

    Raises UsageError for a given answer that is wrong, and for what is missing where there is no terminal to ask on;
    SsoSyncError when the input ends.
    """
    for question, given in questions:
        if given is not None and (wrong := question.problem(given)) is not None:
            raise UsageError.because(f"{question.option} {visible(given)!r}: {wrong}")
    if not sys.stdin.isatty():
        missing = [question.option for question, given in questions if given is None and question.default is None]
        if missing:
            raise UsageError.because(
                f"{command} needs {', '.join(missing)}, and there is no terminal to ask on",
                next_action=f"Give them as options; `sso-sync {command} --help` shows an example.",
            )
        return [given if given is not None else question.default or "" for question, given in questions]
    return [given if given is not None else _asked(question) for question, given in questions]


def _asked(question: Question) -> str:
    offered = f" [{question.default}]" if question.default else ""
    while True:
        output.say(f"{question.words}{offered}: ")
        line = sys.stdin.readline()
        if not line:
            output.say("\n")
            raise SsoSyncError.because("The input ended before everything was answered; nothing was written")
        answer = line.strip() or question.default or ""
        wrong = question.problem(answer)
        if wrong is None:
            return answer
        output.say(f"  {wrong}\n")
