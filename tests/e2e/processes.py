"""The command line as a process of its own, which can be interrupted and killed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sso_sync.sandbox.server import Sandbox

__all__ = ["Ended", "start", "wait"]

_PATIENCE = 60.0  # seconds until a test that waits for a process gives up; none ever takes so long


@dataclass(frozen=True)
class Ended:
    """A process that has ended; a negative code is the signal that ended it."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> dict[str, Any]:
        document = json.loads(self.out)
        assert isinstance(document, dict)
        return document


def start(sandbox: Sandbox, folder: Path, *arguments: str | Path) -> subprocess.Popen[str]:
    """`sso-sync …` in `folder`, with the sandbox's credentials."""
    environment = {
        **os.environ,
        "ONELOGIN_CLIENT_ID": sandbox.client_id,
        "ONELOGIN_CLIENT_SECRET": sandbox.client_secret,
        "JUSTCALL_API_KEY": sandbox.api_key,
        "JUSTCALL_API_SECRET": sandbox.api_secret,
    }
    return subprocess.Popen(
        [sys.executable, "-m", "sso_sync", *map(str, arguments)],
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def wait(process: subprocess.Popen[str]) -> Ended:
    """Waits until it has ended, and answers what it said."""
    out, err = process.communicate(timeout=_PATIENCE)
    return Ended(process.returncode, out, err)
