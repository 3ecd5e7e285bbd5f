"""A command line in a process of its own that has everything imported: how long it takes, and how much memory."""

from __future__ import annotations

import os
import resource
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from multiprocessing.connection import Connection as Pipe
from pathlib import Path

from sso_sync.cli.main import run
from tests.forking import context

__all__ = ["Measured", "measured"]


@dataclass(frozen=True)
class Measured:
    """`wall` in seconds, from the command line to its exit code; `memory` at its peak in MiB, imports included."""

    code: int
    wall: float
    memory: int


def measured(folder: Path, environ: Mapping[str, str], *arguments: str) -> Measured:
    """Runs `sso-sync …` in `folder`, with nothing but `environ` added to the environment."""
    ours, theirs = context().Pipe()
    process = context().Process(target=_run, args=(theirs, folder, dict(environ), arguments))
    process.start()
    theirs.close()
    try:
        found = ours.recv()
    except EOFError:
        raise RuntimeError(f"sso-sync {' '.join(arguments)} came to no end") from None
    finally:
        process.join()
    assert isinstance(found, Measured)
    return found


def _run(pipe: Pipe, folder: Path, environ: dict[str, str], arguments: tuple[str, ...]) -> None:
    os.chdir(folder)
    os.environ.update(environ)
    with Path(os.devnull).open("w", encoding="utf-8") as nothing:
        sys.stdout = sys.stderr = nothing
        run((*arguments[:1], "missing.yaml"))  # imports everything
        began = time.perf_counter()
        code = run(arguments)
        wall = time.perf_counter() - began
    pipe.send(Measured(code, wall, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024))
