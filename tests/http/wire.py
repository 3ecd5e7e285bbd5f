"""A loopback server that answers from a script, byte by byte: for what happens below HTTP."""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
from dataclasses import dataclass, field
from types import TracebackType
from typing import BinaryIO, Self


@dataclass(frozen=True)
class Answer:
    """`raw` is sent as it is. `close` ends the connection after it; without raw, without any answer."""

    raw: bytes = b""
    close: bool = False


def ok(body: bytes = b"{}", *, close: bool = False, headers: str = "") -> Answer:
    head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n{headers}Content-Length: {len(body)}\r\n\r\n"
    return Answer(head.encode() + body, close)


NOTHING = Answer(close=True)
SILENCE = Answer()


@dataclass
class RawServer:
    """Serves each request, on whatever connection, with the next of `script`; `requests` holds what arrived."""

    script: list[Answer]
    tls: ssl.SSLContext | None = None
    requests: list[bytes] = field(default_factory=list)
    connections: int = 0

    def __enter__(self) -> Self:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._open: list[socket.socket] = []
        self._threads = [threading.Thread(target=self._accept)]
        self._threads[0].start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for connection in (self._listener, *self._open):
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join()
        self._listener.close()

    @property
    def url(self) -> str:
        scheme = "http" if self.tls is None else "https"
        return f"{scheme}://127.0.0.1:{self._listener.getsockname()[1]}"

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            self._open.append(connection)
            thread = threading.Thread(target=self._serve, args=(connection,))
            self._threads.append(thread)
            thread.start()

    def _serve(self, connection: socket.socket) -> None:
        with contextlib.suppress(OSError), connection:
            if self.tls is not None:
                connection = self.tls.wrap_socket(connection, server_side=True)
            with connection, connection.makefile("rb") as stream:
                while request := _request(stream):
                    self.requests.append(request)
                    answer = self.script.pop(0)
                    connection.sendall(answer.raw)
                    if answer.close:
                        return


def _request(stream: BinaryIO) -> bytes:
    """One whole request, or nothing when the client is gone."""
    head = b""
    while (line := stream.readline()) not in (b"", b"\r\n"):
        head += line
    lengths = [line.split(b":")[1] for line in head.lower().splitlines() if line.startswith(b"content-length:")]
    return head + stream.read(int(lengths[0])) if lengths else head
