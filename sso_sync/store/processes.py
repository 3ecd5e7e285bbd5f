"""Telling processes apart, so that a lock whose holder died on this machine need not be waited for.

A number alone tells nothing: it is used again, and in containers each process may be number 1. Together with the boot
of the machine, the world of process numbers and the moment of its start it means one process only.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import cache
from pathlib import Path

__all__ = ["Process", "surely_dead", "this_process"]

_PROC = Path("/proc")
_GONE = frozenset("ZX")  # a zombie runs no more; it only waits for its parent


@dataclass(frozen=True, slots=True)
class Process:
    """A process; `machine` and `started` are empty where the system does not tell."""

    machine: str
    pid: int
    started: str


def this_process() -> Process:
    """The process that asks."""
    pid = os.getpid()
    found = _stat(pid)
    return Process(_machine(), pid, found[1] if found else "")


def surely_dead(process: Process) -> bool:
    """Whether a process is known to have ended. False for another machine's, and wherever nobody can say."""
    if not process.machine or not process.started or process.machine != _machine():
        return False
    found = _stat(process.pid)
    if found is not None:
        state, started = found
        return started != process.started or state in _GONE
    try:
        os.kill(process.pid, 0)
    except ProcessLookupError:
        return True
    except (OSError, OverflowError):
        return False
    return False


@cache
def _machine() -> str:
    """The present boot of the machine, and the world of process numbers in it; empty where the system does not tell."""
    try:
        boot = (_PROC / "sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
        return f"{boot} {(_PROC / 'self/ns/pid').readlink()}"
    except (OSError, ValueError):
        return ""


def _stat(pid: int) -> tuple[str, str] | None:
    """The state of a process and when it started (proc(5), fields 3 and 22); None when that cannot be read."""
    try:
        text = (_PROC / str(pid) / "stat").read_text(encoding="utf-8", errors="replace")
        fields = text.rpartition(")")[2].split()
        return fields[0], fields[19]
    except (OSError, IndexError):
        return None
