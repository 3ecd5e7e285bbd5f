"""The way of a call through the sandbox: fault, handler and log line in one transaction, then the answer.

The order is the promise: what a call changed is saved, together with its line in the log, before anything of its answer
is sent. A process killed in between has done all of the write or nothing.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from typing import Protocol

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from sso_sync.sandbox.broken import broken_answer
from sso_sync.sandbox.faults import Faults, Strike
from sso_sync.sandbox.log import LoggedRequest, RequestLog, masked_body, masked_query
from sso_sync.sandbox.onelogin.account import Clock
from sso_sync.sandbox.tables import Database
from sso_sync.sandbox.wire import NO_BODY, Answer, Call, Refusal, ServiceName

__all__ = ["House", "Pipeline", "Service"]

_REPLACES = frozenset({"rate_limit", "error", "garbage"})


class Service(Protocol):
    """One of the two services: turns a call into an answer, or raises Refusal."""

    @property
    def name(self) -> ServiceName: ...

    def now(self) -> datetime:
        """The service's own clock, in UTC; every answer shows it."""

    def handle(self, call: Call) -> Answer: ...

    def finish(self, call: Call, answer: Answer) -> Answer:
        """Adds what every answer of this service carries, refusals and faults included."""


@dataclass(frozen=True)
class House:
    """What both services' pipelines share.

    `control` answers the sandbox's own paths (None: not one of them), past faults and log. `hang_up` closes a client's
    connection; `stopping` ends every artificial wait. What breaks inside the sandbox itself goes to `bugs`, so that it
    cannot pass for a service that answers 500.
    """

    database: Database
    faults: Faults
    log: RequestLog
    run: int
    clock: Clock
    control: Callable[[Call, Scope], Answer | None]
    hang_up: Callable[[Scope], None]
    stopping: Callable[[], asyncio.Event]
    bugs: list[BaseException]


class Pipeline:
    """One service as an ASGI application."""

    def __init__(self, service: Service, house: House) -> None:
        self._service = service
        self._house = house
        self._last_seen: dict[str, Answer] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        request = Request(scope, receive)
        call = Call(
            self._service.name,
            request.method,
            scope["path"],
            request.query_params,
            request.headers,
            await request.body(),
        )
        answer = await self._answer(call, scope)
        if answer is None:
            self._house.hang_up(scope)
            while (await receive())["type"] != "http.disconnect":
                pass
            return
        date = format_datetime(self._service.now(), usegmt=True)
        await _response(answer.with_headers({"date": date}))(scope, receive, send)

    def forget(self) -> None:
        """Drops the answers kept for stale reads."""
        self._last_seen.clear()

    async def _answer(self, call: Call, scope: Scope) -> Answer | None:
        """The answer to send, None for a dropped connection."""
        controlled = self._house.control(call, scope)
        if controlled is not None:
            return controlled
        strike = self._house.faults.strike(call.service, call.method, call.path)
        if strike is not None and strike.fault.when == "before":
            await self._pause(strike, call)
        answer = self._serve_and_log(call, strike)
        if strike is not None and strike.fault.when == "after":
            await self._pause(strike, call)
        if answer is not None and answer.delay > 0:
            await self._wait(asyncio.ensure_future(asyncio.sleep(answer.delay, None)))
        return answer

    async def _pause(self, strike: Strike, call: Call) -> None:
        """The waiting that a latency or a hang asks for; cut short when the sandbox stops."""
        if strike.fault.kind not in ("latency", "hang"):
            return
        wait: asyncio.Future[object]
        if strike.fault.kind == "latency":
            wait = asyncio.ensure_future(asyncio.sleep(strike.fault.seconds, None))
        else:
            wait = asyncio.wrap_future(strike.released)
        self._house.faults.happened(strike, call.service, call.method, call.path)
        await self._wait(wait)

    async def _wait(self, wait: asyncio.Future[object]) -> None:
        """Until `wait` is done or the sandbox stops."""
        stop: asyncio.Future[object] = asyncio.ensure_future(self._stop())
        try:
            await asyncio.wait({wait, stop}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            wait.cancel()
            stop.cancel()

    async def _stop(self) -> None:
        await self._house.stopping().wait()

    def _serve_and_log(self, call: Call, strike: Strike | None) -> Answer | None:
        try:
            return self._in_one_transaction(call, strike)
        except Exception as error:
            self._house.bugs.append(error)
            raise

    def _in_one_transaction(self, call: Call, strike: Strike | None) -> Answer | None:
        with self._house.database.transaction():
            answer = self._struck(call, strike) if strike is not None else self._served(call)
            self._house.log.add(
                LoggedRequest(
                    run=self._house.run,
                    service=call.service,
                    method=call.method,
                    path=call.path,
                    query=masked_query(call),
                    body=masked_body(call),
                    status=None if answer is None else answer.status,
                    fault=strike.fault.kind if strike is not None and strike.takes_effect else None,
                    at=self._house.clock().isoformat(timespec="milliseconds"),
                )
            )
        return answer

    def _struck(self, call: Call, strike: Strike) -> Answer | None:
        fault = strike.fault
        if fault.kind in ("latency", "hang"):
            return self._served(call)
        if fault.kind == "stale":
            return self._stale(call, strike)
        self._house.faults.happened(strike, call.service, call.method, call.path)
        served = fault.when == "after" or fault.kind == "garbage"
        real = self._served(call) if served and fault.kind != "rate_limit" else None
        if fault.kind not in _REPLACES:
            return None
        return self._service.finish(call, broken_answer(fault, call, real))

    def _stale(self, call: Call, strike: Strike) -> Answer:
        seen = self._last_seen.get(_url(call)) if call.method == "GET" else None
        if seen is None:
            return self._served(call)
        strike.takes_effect = True
        self._house.faults.happened(strike, call.service, call.method, call.path)
        return seen

    def _served(self, call: Call) -> Answer:
        """The service's own answer. A refused call leaves no trace in the records."""
        try:
            with self._house.database.transaction():
                answer = self._service.handle(call)
        except Refusal as refusal:
            answer = refusal.answer
        answer = self._service.finish(call, answer)
        if call.method == "GET" and answer.status == 200:
            self._last_seen[_url(call)] = answer
        return answer


def _url(call: Call) -> str:
    return f"{call.path}?{call.query}"


def _response(answer: Answer) -> Response:
    headers = dict(answer.headers)
    if answer.body != NO_BODY:
        headers.setdefault("content-type", "application/json")
    return Response(answer.content(), answer.status, headers)
