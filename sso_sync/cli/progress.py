"""What is going on, for somebody who waits: a moving line on a terminal, plain lines with -v, nothing otherwise."""

from __future__ import annotations

import logging
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext

from rich.console import Console
from rich.status import Status
from rich.text import Text

from sso_sync.cli import logs, output
from sso_sync.cli.options import Common
from sso_sync.progress import Progress, Silent
from sso_sync.safe import visible
from sso_sync.tracing import hidden

__all__ = ["Lines", "Records", "Spinner", "aside", "progress"]

_LOG = logging.getLogger("sso_sync.progress")


class Lines:
    """One line for each note."""

    def note(self, message: str) -> None:
        """Writes the message to stderr."""
        output.say(visible(hidden(message)) + "\n")


class Records:
    """One record of the log for each note."""

    def note(self, message: str) -> None:
        """Logs the message, with what it is about."""
        _LOG.info("%s", message)


class Spinner:
    """One moving line that always shows the latest note; it stands aside while somebody is asked something."""

    def __init__(self, console: Console) -> None:
        self._lock = threading.Lock()
        self._status = Status(Text("starting"), console=console)

    def note(self, message: str) -> None:
        """Shows the message in place of the former one."""
        with self._lock:
            self._status.update(Text(visible(hidden(message))))
            self._status.start()

    def stop(self) -> None:
        """Takes the line away until the next note."""
        with self._lock:
            self._status.stop()

    @contextmanager
    def aside(self) -> Iterator[None]:
        """The line is away while the block writes to the terminal, and comes back with the next note."""
        self.stop()
        yield


@contextmanager
def progress(common: Common) -> Iterator[Progress]:
    """Whoever watches this run."""
    if common.quiet:
        yield Silent()
    elif logs.as_records():
        yield Records()
    elif common.verbose:
        yield Lines()
    elif sys.stderr.isatty():
        spinner = Spinner(Console(stderr=True, no_color=not output.stderr_style(common).colour))
        try:
            yield spinner
        finally:
            spinner.stop()
    else:
        yield Silent()


def aside(watcher: Progress) -> AbstractContextManager[None]:
    """Whatever moves on the terminal for `watcher` stands aside while the block writes there."""
    make: Callable[[], AbstractContextManager[None]] = getattr(watcher, "aside", nullcontext)
    return make()
