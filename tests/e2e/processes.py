"""The command line as a process of its own, which can be interrupted and killed."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sso_sync.cli.main import main
from sso_sync.sandbox.server import Sandbox
from tests.forking import context

__all__ = ["Ended", "Forked", "fork", "start", "wait"]

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
    return subprocess.Popen(
        [sys.executable, "-m", "sso_sync", *map(str, arguments)],
        cwd=folder,
        env=_environment(sandbox),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


class Forked:
    """The same, but forked with everything imported; for tests that need a process, and not how it comes to life."""

    def __init__(self, sandbox: Sandbox, folder: Path, *arguments: str | Path) -> None:
        self._said = Path(tempfile.mkdtemp(dir=folder, prefix="said-"))
        call = (self._said, folder, _environment(sandbox), tuple(map(str, arguments)))
        self._process = context().Process(target=_command_line, args=call, daemon=True)
        self._process.start()

    @property
    def pid(self) -> int:
        assert self._process.pid is not None
        return self._process.pid

    def send_signal(self, number: signal.Signals) -> None:
        os.kill(self.pid, number)

    def kill(self) -> None:
        self._process.kill()

    def poll(self) -> int | None:
        return self._process.exitcode

    def wait(self, timeout: float | None = None) -> int:
        self._process.join(timeout)
        code = self._process.exitcode
        assert code is not None, "it did not end"
        return code

    def communicate(self, timeout: float | None = None) -> tuple[str, str]:
        """What it said on both streams, once it has ended."""
        self.wait(timeout)
        out, err = ((self._said / name).read_text(encoding="utf-8") for name in ("out", "err"))
        return out, err

    @property
    def returncode(self) -> int | None:
        return self.poll()


def fork(sandbox: Sandbox, folder: Path, *arguments: str | Path) -> Forked:
    """`start` without the start of Python."""
    return Forked(sandbox, folder, *arguments)


def wait(process: subprocess.Popen[str] | Forked) -> Ended:
    """Waits until it has ended, and answers what it said."""
    out, err = process.communicate(timeout=_PATIENCE)
    assert process.returncode is not None
    return Ended(process.returncode, out, err)


def _environment(sandbox: Sandbox) -> dict[str, str]:
    return {
        **os.environ,
        "ONELOGIN_CLIENT_ID": sandbox.client_id,
        "ONELOGIN_CLIENT_SECRET": sandbox.client_secret,
        "JUSTCALL_API_KEY": sandbox.api_key,
        "JUSTCALL_API_SECRET": sandbox.api_secret,
    }


def _command_line(said: Path, folder: Path, environ: Mapping[str, str], arguments: tuple[str, ...]) -> None:
    """What the new process does; it ends with the exit code of `sso-sync`."""
    os.setsid()
    for name, descriptor in (("out", 1), ("err", 2)):
        opened = os.open(said / name, os.O_WRONLY | os.O_CREAT, 0o600)
        os.dup2(opened, descriptor)
        os.close(opened)
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environ)
    main(arguments)
