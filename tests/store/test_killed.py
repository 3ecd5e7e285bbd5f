"""Processes that share locks are killed at random, 500 times in all: never do two of them write at once.

The witness is a file outside of the store. Each process appends what it writes there, with the number of its lock and
the end of its lease as it knows it; what it did not finish in time is marked and proves nothing. Some of them are told
that they live on machines of their own, so that nobody can see them die and their leases have to end.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import random
import signal
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from sso_sync.store import locks, processes
from sso_sync.store.locks import Lock, LockLost, locked
from sso_sync.store.opening import opened

ROUNDS = 250  # in each database
LEASE = 0.4  # seconds
LANES = {"here": False, "there": True, "elsewhere": True}
"""Locks that are fought for, each by processes of its own, and whether those are on machines of their own."""
CROWD = 3  # processes for each


@dataclass
class Witness:
    """What happened to one lock, a line for each: a write, a release, a kill, or an error."""

    path: Path

    def tell(self, *words: object) -> None:
        with self.path.open("ab", buffering=0) as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            file.write((" ".join(map(str, words)) + "\n").encode())

    def writing(self) -> int | None:
        """The process that wrote last, if it has not let go and was not killed since."""
        with contextlib.suppress(OSError), self.path.open("rb") as file:
            file.seek(max(file.seek(0, os.SEEK_END) - 200, 0))
            *_, last = file.read().decode().splitlines()
            return int(last.split()[2]) if last.startswith("wrote ") else None
        return None

    def lines(self) -> Iterator[list[str]]:
        for line in self.path.read_text(encoding="utf-8").splitlines():
            yield line.split(" ", 5)


@dataclass
class Seen:
    """What the lines of a witness come to."""

    writes: int = 0
    late: int = 0
    latest: int = 0
    owners: dict[int, str] = field(default_factory=dict)
    until: dict[int, float] = field(default_factory=dict)
    gone: set[int] = field(default_factory=set)
    killed_inside: int = 0

    def take(self, words: list[str]) -> None:
        match words:
            case ["killed", pid]:
                inside = {fence for fence, owner in self.owners.items() if owner == pid} - self.gone
                self.killed_inside += bool(inside)
                self.gone |= inside
            case ["released", fence]:
                self.gone.add(int(fence))
            case ["wrote", fence, pid, at, until]:
                self._wrote(int(fence), pid, float(at), float(until))
            case _:
                raise AssertionError(" ".join(words))

    def _wrote(self, fence: int, pid: str, at: float, until: float) -> None:
        if at >= until:
            self.late += 1
            return
        self.writes += 1
        assert self.owners.setdefault(fence, pid) == pid, f"two processes have the number {fence}"
        assert fence >= self.latest, f"a write of {fence} after one of {self.latest}"
        for former in self.owners.keys() - self.gone - {fence}:
            assert at >= self.until[former], f"{fence} writes while {former} may write"
        self.latest, self.until[fence] = fence, until


def _live(lane: str, witness: Witness, *, apart: bool) -> None:
    """What a process does until it is killed: it takes the lock, writes a little, and lets it go."""
    if apart:
        processes._machine = lambda: f"machine of {os.getpid()}"  # type: ignore[assignment]
    chance = random.Random(os.getpid())
    while True:
        with contextlib.suppress(LockLost), locked(lane, command="fight", timeout=60, lease=LEASE) as lock:
            for _ in range(chance.randrange(1, 6)):
                _write(lock, witness)
                time.sleep(chance.random() * 0.01)
            witness.tell("released", lock.fence)
        time.sleep(chance.random() * 0.01)


def _write(lock: Lock, witness: Witness) -> None:
    lock.ensure()
    until = lock._good_until
    with witness.path.open("ab", buffering=0) as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        file.write(f"wrote {lock.fence} {os.getpid()} {locks._now()} {until}\n".encode())


def _fork(lane: str, witness: Witness, *, apart: bool) -> int:
    child = os.fork()
    if child:
        return child
    try:
        _live(lane, witness, apart=apart)
    except Exception as problem:
        witness.tell("error", os.getpid(), repr(problem).replace("\n", " "))
        raise
    finally:
        os._exit(1)


def test_never_do_two_write_at_once(store_url: str, tmp_path: Path) -> None:
    opened().close()  # the tables are there
    witnesses = {lane: Witness(tmp_path / f"{lane}.log") for lane in LANES}
    alive: dict[int, str] = {}
    chance = random.Random(store_url.partition(":")[0])
    try:
        for lane, apart in LANES.items():
            for _ in range(CROWD):
                alive[_fork(lane, witnesses[lane], apart=apart)] = lane
        for _ in range(ROUNDS):
            _wait_for_a_word(witnesses)
            time.sleep(chance.random() * 0.01)
            # Who was seen writing is at it, or just about to let go; now and then it is anybody.
            busy = [pid for pid in (witness.writing() for witness in witnesses.values()) if pid in alive]
            victim = chance.choice(busy if busy and chance.random() < 0.8 else sorted(alive))
            lane = alive.pop(victim)
            _kill(victim, witnesses[lane])
            alive[_fork(lane, witnesses[lane], apart=LANES[lane])] = lane
    finally:
        for victim, lane in alive.items():
            _kill(victim, witnesses[lane])
    seen = {lane: Seen() for lane in LANES}
    for lane, witness in witnesses.items():
        for words in witness.lines():
            seen[lane].take(words)
        with locked(lane, command="the last", timeout=60) as lock:
            assert lock.fence > seen[lane].latest
    total: Counter[str] = Counter()
    for found in seen.values():
        total.update(writes=found.writes, late=found.late, killed=found.killed_inside, holders=len(found.owners))
        assert found.killed_inside > 1, "hardly anybody was killed while it held the lock"
    assert total["killed"] > ROUNDS / 10
    assert total["writes"] > ROUNDS / 2
    assert total["late"] < total["writes"], "the machine is too busy for this test to prove anything"


def _wait_for_a_word(witnesses: dict[str, Witness]) -> None:
    """Returns once somebody has told a witness something, so that every kill hits runs that are under way."""
    before = _told(witnesses)
    for _ in range(6000):
        if _told(witnesses) > before:
            return
        time.sleep(0.005)
    raise AssertionError("nobody writes any more")


def _told(witnesses: dict[str, Witness]) -> int:
    return sum(witness.path.stat().st_size for witness in witnesses.values() if witness.path.exists())


def _kill(victim: int, witness: Witness) -> None:
    witness.tell("killed", victim)
    os.kill(victim, signal.SIGKILL)
    os.waitpid(victim, 0)
