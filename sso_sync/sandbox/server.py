"""The sandbox as a whole: both services over real HTTP on loopback, with handles on everything inside."""

from __future__ import annotations

import asyncio
import http.client
import socket
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from pydantic import JsonValue

from sso_sync.sandbox.control import PREFIX, Control
from sso_sync.sandbox.faults import Faults
from sso_sync.sandbox.justcall.account import JustCallAccount
from sso_sync.sandbox.justcall.service import JustCallService
from sso_sync.sandbox.justcall.state import JustCallState
from sso_sync.sandbox.listener import Connections, Listener, open_socket
from sso_sync.sandbox.log import RequestLog
from sso_sync.sandbox.onelogin.account import Account, Clock
from sso_sync.sandbox.onelogin.service import OneLoginService
from sso_sync.sandbox.onelogin.state import OneLoginState
from sso_sync.sandbox.pages.stand_ins import StandIns
from sso_sync.sandbox.pipeline import House, Pipeline
from sso_sync.sandbox.seed import seed_account, seed_people
from sso_sync.sandbox.store import Store
from sso_sync.sandbox.tables import Database
from sso_sync.sandbox.variants import Variants

__all__ = ["Sandbox"]


def _now() -> datetime:
    return datetime.now(UTC)


class _Kept:
    """The request log's place in the state file, in step with the records."""

    def __init__(self, database: Database, store: Store) -> None:
        self._database = database
        self._store = store

    def keep(self, line: str) -> None:
        self._database.keep_line(line)

    def lines(self) -> list[str]:
        with self._database.lock:
            return self._store.lines()

    def forget(self) -> None:
        with self._database.lock:
            self._store.forget_lines()


class Sandbox:
    """An embedded OneLogin and JustCall; a context manager.

    `state` is a file in which the account outlives the process (None: memory only); a file that exists is taken up
    where it was left. `variants` are copied and may be changed later through the attribute. Ports of 0 are chosen by
    the system. `seed=False` starts an account without people, roles and apps. `clock` is for tests of what expires.

    While it runs: `onelogin_url` and `justcall_url` (the gateway is {justcall_url}/sso/saml, the users API
    {justcall_url}/v2.1/users), the credentials of both, the handles `onelogin` and `justcall`, the log `requests`, and
    `faults` and `variants`. `run` counts the openings of the state file, 0 without one. SsoSyncError when a port is
    taken or the state file cannot be used.
    """

    def __init__(
        self,
        *,
        state: Path | None = None,
        variants: Variants | None = None,
        onelogin_port: int = 0,
        justcall_port: int = 0,
        seed: bool = True,
        clock: Clock = _now,
    ) -> None:
        self.variants = replace(variants) if variants is not None else Variants()
        self.faults = Faults()
        self.requests = RequestLog()
        self.bugs: list[BaseException] = []
        self.run = 0
        self.onelogin_url = ""
        self.justcall_url = ""
        self._first_variants = replace(self.variants)
        self._path = state
        self._ports = (onelogin_port, justcall_port)
        self._with_people = seed
        self._clock = clock
        self._store: Store | None = None
        self._listener: Listener | None = None
        self._fresh: dict[str, Mapping[int, object]] | None = None
        self._database = Database()
        self._onelogin = Account(self._database, self.variants, clock)
        self._justcall = JustCallAccount(self._database, self.variants, clock)
        self.onelogin = OneLoginState(self._onelogin)
        self.justcall = JustCallState(self._justcall, self._onelogin)
        stand_ins = StandIns(self._origins)
        self._services = (
            OneLoginService(self._onelogin, stand_ins),
            JustCallService(self._justcall, self._onelogin, lambda: self.justcall_url, stand_ins),
        )
        self._pipelines: list[Pipeline] = []

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
        if self.bugs and error is None:
            raise RuntimeError("the sandbox itself broke while it served a request") from self.bugs[0]

    @property
    def client_id(self) -> str:
        """OneLogin API credentials of level Manage All; more with `onelogin.add_credential`."""
        return self._onelogin.credentials[1].client_id

    @property
    def client_secret(self) -> str:
        return self._onelogin.credentials[1].client_secret

    @property
    def api_key(self) -> str:
        """JustCall API credentials, for the gateway and the users API."""
        return self._justcall.keys[1].key

    @property
    def api_secret(self) -> str:
        return self._justcall.keys[1].secret

    def start(self) -> None:
        """Returns when both services answer. A sandbox starts once."""
        if self._listener is not None:
            raise RuntimeError("this sandbox has been started before")
        sockets: list[socket.socket] = []
        try:
            sockets.extend(open_socket(port) for port in self._ports)
            self._load()
            self._listen(sockets)
        except BaseException:
            for opened in sockets:
                opened.close()
            self._close_store()
            raise

    def stop(self) -> None:
        """Ends every request and every connection, and closes the state file. Stopping twice is harmless."""
        if self._listener is not None:
            self.faults.release()
            self._listener.stop()
        self._close_store()

    def reset(self) -> None:
        """Back to the seed and the first variants: records, faults, log since the start, quotas, lag, tokens."""
        with self._database.transaction():
            if self._fresh is None:
                self._database.restore({})
                self._seed()
            else:
                self._database.restore(self._fresh)
            self._onelogin.lag.clear()
            for service in self._services:
                service.forget()
            for pipeline in self._pipelines:
                pipeline.forget()
        self.faults.clear()
        self.variants.assign(self._first_variants)
        self.requests.clear()

    def snapshot(self) -> dict[str, JsonValue]:
        """Both sides as JSON, without timestamps and tokens: equal snapshots mean that nothing changed."""
        with self._database.lock:
            return {"onelogin": self.onelogin.snapshot(), "justcall": self.justcall.snapshot()}

    def browser_session(self, email: str = "olivia.owner@acme.example") -> dict[str, JsonValue]:
        """A Playwright storage state in which this person is signed in to JustCall; LookupError for a stranger."""
        return self.justcall.browser_session(email)

    def _origins(self) -> dict[str, str]:
        """The public addresses that a browser is never sent to, each with the loopback address in its place."""
        return {
            f"https://{self._onelogin.subdomain}.onelogin.com": self.onelogin_url,
            "https://app.onelogin.com": self.onelogin_url,
            "https://bifrost.justcall.io": self.justcall_url,
            "https://app.justcall.io": self.justcall_url,
        }

    def _load(self) -> None:
        if self._path is not None:
            self._store = Store(self._path)
            loaded = self._store.load(self._database.tables)
            self._database.save_with(self._store.save)
            self.run = self._store.begin_run(self._clock().isoformat())
            self.requests.keep_in(_Kept(self._database, self._store))
            if loaded:
                return
        with self._database.transaction():
            self._seed()

    def _seed(self) -> None:
        seed_account(self._onelogin, self._justcall)
        if self._with_people:
            seed_people(self._onelogin, self._justcall)
        self._fresh = self._database.snapshot()

    def _listen(self, sockets: Sequence[socket.socket]) -> None:
        connections = Connections()
        control = Control(self)
        house = House(
            database=self._database,
            faults=self.faults,
            log=self.requests,
            run=self.run,
            clock=self._clock,
            control=control,
            hang_up=connections.cut,
            stopping=self._stopping,
            bugs=self.bugs,
        )
        self._pipelines = [Pipeline(service, house) for service in self._services]
        listener = Listener(list(zip(self._pipelines, sockets, strict=True)), connections)
        self._listener = listener
        ports = [opened.getsockname()[1] for opened in sockets]
        self.onelogin_url, self.justcall_url = (f"http://127.0.0.1:{port}" for port in ports)
        listener.start()
        for port in ports:
            _wait_for_answer(port)

    def _stopping(self) -> asyncio.Event:
        if self._listener is None:
            raise RuntimeError("the sandbox is not running")
        return self._listener.stopping()

    def _close_store(self) -> None:
        if self._store is not None:
            self._store.close()
            self._store = None
            self._database.save_with(None)
            self.requests.keep_in(None)


def _wait_for_answer(port: int) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("GET", f"{PREFIX}health", headers={"Connection": "close"})
        connection.getresponse().read()
    finally:
        connection.close()
