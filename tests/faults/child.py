"""An apply in a process of its own, which a test may kill at any moment."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.context import ForkServerContext, ForkServerProcess
from pathlib import Path

from tests.faults.world import World, applied

__all__ = ["applying"]


def _context() -> ForkServerContext:
    """Children are forked from a server that has everything imported already and runs no threads."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["__main__", __name__, "sso_sync.wiring", "sso_sync.onelogin.connect"])
    return context


@contextmanager
def applying(world: World, folder: str) -> Iterator[ForkServerProcess]:
    """A child that applies the world's spec, in `folder`; it does not outlive the block."""
    child = _context().Process(target=_apply, args=(world.path, world.environ, folder), daemon=True)
    child.start()
    try:
        yield child
    finally:
        child.kill()
        child.join()
        child.close()


def _apply(path: Path, environ: dict[str, str], folder: str) -> None:
    os.chdir(folder)
    applied(path, environ)
