"""`sso-sync` as a program whose every start is a fork: whoever calls it tells no difference but the time it takes."""

from __future__ import annotations

import json
import os
import socketserver
import sys
import tempfile
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sso_sync.cli.main import main
from tests.forking import context

__all__ = ["program"]

_CALLER = """\
#!{python} -I
import json, os, socket, sys
with socket.socket(socket.AF_UNIX) as there:
    there.connect({address!r})
    with there.makefile("rw") as wire:
        wire.write(json.dumps([os.getcwd(), dict(os.environ), sys.argv[1:]]) + "\\n")
        wire.flush()
        code, out, err = json.loads(wire.readline())
sys.stderr.write(err)
sys.stdout.write(out)
sys.exit(code)
"""


@contextmanager
def program(path: Path) -> Iterator[None]:
    """Makes the program at `path`, for as long as the block lasts."""

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            answer = _forked(*json.loads(self.rfile.readline()))
            self.wfile.write(json.dumps(answer).encode() + b"\n")

    # The path of a socket has to be short.
    with tempfile.TemporaryDirectory() as short:
        address = str(Path(short) / "s")
        path.write_text(_CALLER.format(python=sys.executable, address=address), encoding="utf-8")
        path.chmod(0o755)
        with socketserver.ThreadingUnixStreamServer(address, Handler) as server:
            thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
            thread.start()
            try:
                yield
            finally:
                server.shutdown()
                thread.join()


def _forked(folder: str, environ: dict[str, str], words: list[str]) -> tuple[Any, str, str]:
    with tempfile.TemporaryDirectory() as said:
        process = context().Process(target=_command_line, args=(said, folder, environ, words))
        process.start()
        process.join()
        out, err = (Path(said, name).read_text(encoding="utf-8") for name in ("out", "err"))
        return process.exitcode, out, err


def _command_line(said: str, folder: str, environ: Mapping[str, str], words: list[str]) -> None:
    """What the new process does; it ends with the exit code of `sso-sync`."""
    for name, descriptor in (("out", 1), ("err", 2)):
        opened = os.open(Path(said, name), os.O_WRONLY | os.O_CREAT, 0o600)
        os.dup2(opened, descriptor)
        os.close(opened)
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environ)
    main(words)
