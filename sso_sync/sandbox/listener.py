"""Two uvicorn servers in one thread: started when both are listening, stopped without a word."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Callable, Sequence

import uvicorn
from starlette.types import ASGIApp, Scope
from uvicorn.protocols.http.h11_impl import H11Protocol

from sso_sync.errors import SsoSyncError

__all__ = ["Connections", "Listener", "open_socket"]

_LOOPBACK = "127.0.0.1"
_KEEP_ALIVE = 75  # seconds; longer than any client in a test waits between two calls
_PATIENCE = 10.0  # seconds to start or to stop


def open_socket(port: int) -> socket.socket:
    """A listening socket on loopback; port 0 lets the system choose. SsoSyncError when the port is taken."""
    # The protocol is named because asyncio sets TCP_NODELAY only then; without it every answer waits 40 ms for an ACK.
    opened = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        opened.bind((_LOOPBACK, port))
        opened.listen(128)
    except OSError as error:
        opened.close()
        raise SsoSyncError.because(
            f"the sandbox cannot listen on port {port}: {error.strerror}",
            next_action="Choose another port, or none to let the system choose.",
        ) from error
    return opened


class Connections:
    """The open connections by the client's address, so that a fault can cut one."""

    def __init__(self) -> None:
        self._transports: dict[tuple[str, int], asyncio.Transport] = {}

    def protocol(self) -> type[H11Protocol]:
        """Uvicorn's HTTP protocol, which also keeps this register."""
        transports = self._transports

        class Registered(H11Protocol):
            def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn's own
                super().connection_made(transport)
                if self.client is not None:
                    transports[self.client] = transport

            def connection_lost(self, exc: Exception | None) -> None:
                if self.client is not None:
                    transports.pop(self.client, None)
                super().connection_lost(exc)

        return Registered

    def cut(self, scope: Scope) -> None:
        """Closes the connection that a request came by, with nothing more sent."""
        transport = self._transports.get(scope["client"])
        if transport is not None:
            transport.abort()


class _Server(uvicorn.Server):
    """Waits for an event in place of polling ten times a second."""

    def __init__(self, config: uvicorn.Config, listening: Callable[[], None], stopping: asyncio.Event) -> None:
        super().__init__(config)
        self._listening = listening
        self._stopping = stopping

    async def main_loop(self) -> None:
        self._listening()
        await self._stopping.wait()


class Listener:
    """Serves each app on its socket, all in one thread and one event loop."""

    def __init__(self, apps: Sequence[tuple[ASGIApp, socket.socket]], connections: Connections) -> None:
        self._apps = apps
        self._connections = connections
        self._waiting = threading.Semaphore(0)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stopping: asyncio.Event | None = None
        self._failure: BaseException | None = None
        self._thread = threading.Thread(target=self._run, name="sandbox", daemon=True)

    def start(self) -> None:
        """Returns when every app is being served."""
        self._thread.start()
        for _ in self._apps:
            if not self._waiting.acquire(timeout=_PATIENCE) or self._failure is not None:
                raise RuntimeError("the sandbox did not start") from self._failure

    def stop(self) -> None:
        """Ends every wait and every connection; returns when the thread has ended."""
        if self._loop is not None and self._stopping is not None and self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._stopping.set)
        self._thread.join(_PATIENCE)
        if self._thread.is_alive():
            raise RuntimeError("the sandbox did not stop")

    def stopping(self) -> asyncio.Event:
        """Set once the sandbox stops; for the event loop's own tasks."""
        if self._stopping is None:
            raise RuntimeError("the sandbox is not running")
        return self._stopping

    def _run(self) -> None:
        try:
            asyncio.run(self._serve())
        except BaseException as error:  # noqa: BLE001  handed to whoever waits in start()
            self._failure = error
            self._waiting.release(len(self._apps))

    async def _serve(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._stopping = asyncio.Event()
        servers = [
            (_Server(self._config(app), self._waiting.release, self._stopping), listening)
            for app, listening in self._apps
        ]
        await asyncio.gather(*(server.serve(sockets=[listening]) for server, listening in servers))

    def _config(self, app: ASGIApp) -> uvicorn.Config:
        return uvicorn.Config(
            app,
            http=self._connections.protocol(),
            ws="none",
            lifespan="off",
            interface="asgi3",
            log_config=None,
            access_log=False,
            proxy_headers=False,
            server_header=False,
            date_header=False,
            timeout_keep_alive=_KEEP_ALIVE,
            timeout_graceful_shutdown=int(_PATIENCE / 2),
        )
