"""Processes that are forked from one which has everything imported already: a start of Python costs a second or two.

The server that forks them runs no threads, unlike the test process itself.
"""

from __future__ import annotations

import multiprocessing
import os
from multiprocessing import forkserver
from multiprocessing.context import ForkServerContext
from pathlib import Path
from unittest import mock

__all__ = ["context"]

_IMPORTED = (
    "__main__",
    "sso_sync.cli.app",
    "sso_sync.cli.fleet",
    "sso_sync.cli.progress",
    "sso_sync.onelogin.connect",
    "sso_sync.report",
    "sso_sync.store.database.store",
    "sso_sync.wiring",
    "tests.e2e.processes",
    "tests.faults.child",
)


_ROOT = Path(__file__).parents[1]


def context() -> ForkServerContext:
    """One server serves all tests of a process, so what it imports is the same for all of them."""
    made = multiprocessing.get_context("forkserver")
    made.set_forkserver_preload(list(_IMPORTED))
    # It starts in the folder of whichever test comes first, and finds the tests' own modules from anywhere.
    with mock.patch.dict(os.environ, PYTHONPATH=str(_ROOT)):
        forkserver.ensure_running()
    return made
