"""A screen and a keyboard for one test: Xvfb on a free display, and xdotool to type as a person does."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

__all__ = ["Desktop", "desktop"]


@dataclass(frozen=True)
class Desktop:
    """One display, such as ":99"."""

    display: str

    def focus(self, window_class: str) -> None:
        """Waits for a window and gives it the keyboard; there is no window manager to do so."""
        self._xdotool("search", "--sync", "--onlyvisible", "--class", window_class, "windowfocus")

    def type(self, text: str) -> None:
        """Types a text."""
        self._xdotool("type", "--delay", "15", text)

    def key(self, *names: str) -> None:
        """Presses keys, such as "ctrl+w"."""
        self._xdotool("key", *names)

    def _xdotool(self, *words: str) -> None:
        subprocess.run(
            ["xdotool", *words],
            env={**os.environ, "DISPLAY": self.display},
            check=True,
            timeout=120,
            capture_output=True,
        )


@contextmanager
def desktop() -> Iterator[Desktop]:
    """Starts a display of its own, and ends it with everything on it."""
    for program in ("Xvfb", "xdotool"):
        assert shutil.which(program), f"{program} is not installed (apt-get install xvfb xdotool)"
    reading, writing = os.pipe()
    # -r: on a busy machine a key is let go of so late that it would repeat itself.
    command = ["Xvfb", "-displayfd", str(writing), "-screen", "0", "1400x1200x24", "-nolisten", "tcp", "-r"]
    with subprocess.Popen(command, pass_fds=[writing], stderr=subprocess.DEVNULL) as server:
        os.close(writing)
        with os.fdopen(reading) as told:
            number = told.readline().strip()  # Xvfb says which display it has when it is ready
        try:
            assert number, "Xvfb did not start"
            yield Desktop(f":{number}")
        finally:
            server.terminate()
