"""Remembers that Ctrl-C was pressed: one piece of work may catch it to end in good order, and none may follow."""

from __future__ import annotations

import signal
import threading
from types import FrameType, TracebackType

__all__ = ["Interrupt"]


class Interrupt:
    """While the block runs, `happened` tells whether Ctrl-C was pressed; KeyboardInterrupt is raised as ever."""

    def __init__(self) -> None:
        self.happened = False

    def __enter__(self) -> Interrupt:
        # Only the main thread may set handlers, and only Python's own is to be stood in for.
        main = threading.current_thread() is threading.main_thread()
        self._ours = main and signal.getsignal(signal.SIGINT) is signal.default_int_handler
        if self._ours:
            signal.signal(signal.SIGINT, self._handle)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self._ours:
            signal.signal(signal.SIGINT, signal.default_int_handler)

    def _handle(self, number: int, frame: FrameType | None) -> None:
        self.happened = True
        signal.default_int_handler(number, frame)
