"""How a fleet is getting on, for somebody who waits: a live view on a terminal, steady lines in a log."""

from __future__ import annotations

import logging
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from typing import Protocol

from rich.console import Console, Group
from rich.live import Live
from rich.text import Text

from sso_sync.cli import logs, output
from sso_sync.cli.options import Common
from sso_sync.cli.progress import Records
from sso_sync.progress import Progress, Silent
from sso_sync.safe import visible
from sso_sync.tracing import hidden

__all__ = ["Watch", "watch"]

_ROWS = 8  # running connections that are shown, those that run longest
_REFRESHES = 4  # per second


class Watch(Protocol):
    """Is told of connections from any thread."""

    def begun(self, name: str) -> Progress:
        """A connection begins; what it is told goes to the answer."""

    def ended(self, name: str, state: str, seconds: float, *, well: bool) -> None:
        """A connection ended as `state`, a word or two; `well`: nobody need look after it."""


class _Unwatched:
    def begun(self, name: str) -> Progress:
        del name
        return Silent()

    def ended(self, name: str, state: str, seconds: float, *, well: bool) -> None:
        """Nobody is watching."""


class _Lines:
    """One line for each connection that ended; with `notes` also for what is going on in between. `say` writes one."""

    def __init__(self, total: int, say: Callable[[str], None], *, notes: bool) -> None:
        self._lock = threading.Lock()
        self._total = total
        self._done = 0
        self._say = say
        self._notes = notes

    def begun(self, name: str) -> Progress:
        return _Noted(lambda message: self._say(f"{name}: {hidden(message)}")) if self._notes else Silent()

    def ended(self, name: str, state: str, seconds: float, *, well: bool) -> None:
        del well
        with self._lock:
            self._done += 1
            number = f"{self._done:>{len(str(self._total))}}"
            self._say(f"[{number}/{self._total}] {name}: {state}, {seconds:.1f} s")


class _Recorded:
    """A record of the log for each note, and for each connection that ended."""

    def begun(self, name: str) -> Progress:
        del name  # the log knows what it is about
        return Records()

    def ended(self, name: str, state: str, seconds: float, *, well: bool) -> None:
        level = logging.INFO if well else logging.WARNING
        logs.tell(level, f"{name}: {state}", {"connection": name, "seconds": round(seconds, 3)})


class _View:
    """What runs, how many are done, and a line that stays for each that needs looking after."""

    def __init__(self, total: int, console: Console) -> None:
        self._lock = threading.Lock()
        self._screen = threading.Lock()
        self._total = total
        self._done = 0
        self._unwell = 0
        self._since = time.monotonic()
        self._running: dict[str, tuple[float, str]] = {}
        self._live = Live(get_renderable=self._drawn, console=console, refresh_per_second=_REFRESHES, transient=True)

    def start(self) -> None:
        self._live.start()

    def stop(self) -> None:
        self._live.stop()

    def begun(self, name: str) -> Progress:
        def note(message: str) -> None:
            with self._lock:
                since, _ = self._running.get(name, (time.monotonic(), ""))
                self._running[name] = (since, hidden(message))

        note("")
        return _Noted(note, self._aside)

    def ended(self, name: str, state: str, seconds: float, *, well: bool) -> None:
        with self._lock:
            self._running.pop(name, None)
            self._done += 1
            self._unwell += not well
        if well:
            return
        with self._screen:
            self._live.console.print(Text(f"{visible(name)}: {state}, {seconds:.1f} s"))

    @contextmanager
    def _aside(self) -> Iterator[None]:
        """The view is out of the way while the block writes to the terminal."""
        with self._screen:
            self._live.stop()
            try:
                yield
            finally:
                self._live.start()

    def _drawn(self) -> Group:
        now = time.monotonic()
        with self._lock:
            longest = sorted(self._running.items(), key=lambda item: item[1][0])
            unwell = f", {self._unwell} to look after" if self._unwell else ""
            head = f"{self._done} of {self._total} done{unwell}, {len(longest)} running, {now - self._since:.0f} s"
        rows = [
            Text(f"  {visible(name)}  {visible(message)}  {now - since:.0f} s", no_wrap=True, overflow="ellipsis")
            for name, (since, message) in longest[:_ROWS]
        ]
        return Group(Text(head, style="bold"), *rows)


@dataclass(frozen=True)
class _Noted:
    """The notes of one connection; `aside` makes room for whatever else it writes to the terminal."""

    tell: Callable[[str], None]
    aside: Callable[[], AbstractContextManager[None]] = nullcontext

    def note(self, message: str) -> None:
        """Hands the message on."""
        self.tell(hidden(message))


@contextmanager
def watch(common: Common, total: int) -> Iterator[Watch]:
    """Whoever watches a run of `total` connections."""
    if common.quiet:
        yield _Unwatched()
    elif logs.as_records():
        yield _Recorded()
    elif common.verbose or not sys.stderr.isatty():
        yield _Lines(total, lambda message: output.say(visible(message) + "\n"), notes=common.verbose)
    else:
        view = _View(total, Console(stderr=True, no_color=not output.stderr_style(common).colour))
        view.start()
        try:
            yield view
        finally:
            view.stop()
