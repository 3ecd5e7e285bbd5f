"""An apply, or a rotation, in a process of its own, which a test may kill at any moment."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing.context import ForkServerProcess
from pathlib import Path

from tests.faults.world import World, applied, rotated
from tests.forking import context

__all__ = ["applying", "rotating"]


@contextmanager
def applying(world: World, folder: str) -> Iterator[ForkServerProcess]:
    """A child that applies the world's spec, in `folder`; it does not outlive the block."""
    with _begun(_apply, world, folder) as child:
        yield child


@contextmanager
def rotating(world: World, folder: str) -> Iterator[ForkServerProcess]:
    """A child that rotates the world's certificate to the account's next one, likewise."""
    with _begun(_rotate, world, folder) as child:
        yield child


@contextmanager
def _begun(work: Callable[[Path, dict[str, str], str], None], world: World, folder: str) -> Iterator[ForkServerProcess]:
    child = context().Process(target=work, args=(world.path, world.environ, folder), daemon=True)
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


def _rotate(path: Path, environ: dict[str, str], folder: str) -> None:
    os.chdir(folder)
    rotated(path, environ)
