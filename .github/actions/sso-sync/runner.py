"""What the scripts of this action share: how they talk to GitHub's runner.

They need Python 3.9 and nothing else, because they run before and beside sso-sync. What they are given they never hand
to a shell.
"""

from __future__ import annotations

import os
import secrets
from pathlib import Path

__all__ = ["append", "given", "output", "told"]

_DATA = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A"})


def given(name: str) -> str:
    """An input of the action, or "" when it is empty or was not handed over."""
    return os.environ.get(f"INPUT_{name}", "")


def told(level: str, message: str) -> None:
    """An annotation: `level` is notice, warning or error. Whatever the message holds stays one message."""
    print(f"::{level} title=sso-sync::{message.translate(_DATA)}", flush=True)


def output(name: str, value: object) -> None:
    """Sets an output of the step. No value can end itself and begin another output."""
    end = f"end-{secrets.token_hex(16)}"
    append("GITHUB_OUTPUT", f"{name}<<{end}\n{value}\n{end}\n")


def append(variable: str, text: str) -> None:
    """Adds to the file that a variable of the runner names."""
    with Path(os.environ[variable]).open("a", encoding="utf-8") as file:
        file.write(text)
