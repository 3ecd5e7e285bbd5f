"""Driver `http`: JustCall's settings through a gateway with a small JSON contract (DESIGN §5)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import requests

from sso_sync.clock import Clock, utc_now
from sso_sync.errors import SpecError
from sso_sync.http import STANDARD_RETRY, UNOBSERVED, AnswerError, Observer, Retry, Transport, one_line
from sso_sync.justcall.drivers.gateway import Unusable, decode, encode
from sso_sync.justcall.held import not_taken
from sso_sync.justcall.port import ServiceProvider
from sso_sync.justcall.settings import SettingField, Settings, TestResult
from sso_sync.justcall.wire import new_transport
from sso_sync.justcall.words import asks_to_enable_first
from sso_sync.values import Json, Permit

__all__ = ["HttpDriver", "connect"]

_SETTINGS = "/sso/saml"
_TEST = "/sso/saml/test"


class HttpDriver(ServiceProvider):
    """`GET`, `PUT` and `POST …/test` on the gateway's `/sso/saml`; only PUT and POST need a writable transport."""

    def __init__(self, transport: Transport, *, writing: Transport | None = None, clock: Clock = utc_now) -> None:
        self._transport = transport
        self._writing = writing or transport
        self._clock = clock

    @property
    def label(self) -> str:
        parts = urlsplit(self._transport.base_url)
        return parts.netloc + parts.path

    @property
    def how(self) -> str:
        return "http"

    @property
    def automatic(self) -> bool:
        return True

    @property
    def evidence(self) -> None:
        return None

    @property
    def clock_ahead(self) -> timedelta | None:
        return self._transport.service_clock.ahead

    def writable(self, evidence: Callable[[], Path], permit: Permit | None = None) -> HttpDriver:
        del evidence  # the gateway keeps its own log
        return HttpDriver(self._transport.writable(permit), clock=self._clock)

    def hurried(self) -> HttpDriver:
        return HttpDriver(self._transport, writing=self._transport.hurried(), clock=self._clock)

    def close(self) -> None:
        self._transport.close()

    def read(self) -> Settings:
        return self._decoded(self._transport.send("GET", _SETTINGS))

    def write(self, changes: Mapping[SettingField, Json]) -> Settings:
        """Sends exactly these keys and checks that the answer holds them: a 200 alone proves nothing (lesson A16).

        Raises AnswerError when the gateway said yes but did not take a value, SpecError for an unusable certificate,
        and ReadOnlyViolation before anything is sent when the connection may only read.
        """
        if not changes:
            return self.read()
        response = self._writing.send("PUT", _SETTINGS, body=encode(changes))
        settings = self._decoded(response)
        refused = not_taken(changes, settings)
        if refused:
            raise AnswerError.of(
                "PUT",
                _SETTINGS,
                f"the gateway said yes but still holds something else for {', '.join(refused)}",
                status=response.status_code,
                next_action="Look at JustCall's settings page and at the gateway's own log, then plan again.",
            )
        return settings

    def test(self) -> TestResult:
        """`{"ok": false}` is a result like any other; AnswerError is for an answer that does not say."""
        response = self._transport.send("POST", _TEST, repeatable=True)  # a test changes nothing
        body = self._transport.json(response)
        ok = body.get("ok") if isinstance(body, Mapping) else None
        if not isinstance(ok, bool):
            raise self._transport.unusable(
                response, "the answer does not say whether the test succeeded (ok: true or false)"
            )
        message = body.get("message")
        told = one_line(message) if isinstance(message, str) else ""
        return TestResult(ok, told, needs_enabled=not ok and asks_to_enable_first(told))

    def _decoded(self, response: requests.Response) -> Settings:
        try:
            return decode(self._transport.json(response), self._clock())
        except Unusable as error:
            raise self._transport.unusable(response, str(error)) from None


def connect(
    url: str,
    api_key: str,
    api_secret: str,
    *,
    read_only: bool = True,
    retry: Retry = STANDARD_RETRY,
    observer: Observer = UNOBSERVED,
) -> HttpDriver:
    """The gateway at `url`; nothing is sent yet. `observer` is told of every request.

    Raises SpecError for an address that must not be used, CredentialsRefused for credentials that cannot be sent.
    """
    try:
        transport = new_transport(url, api_key, api_secret, service="JustCall gateway", retry=retry, observer=observer)
    except ValueError as error:
        raise SpecError.because(
            f"The gateway's address cannot be used: {error}.",
            address="justcall.url",
            next_action="Correct justcall.url in the spec.",
        ) from None
    return HttpDriver(transport if read_only else transport.writable())
