"""Who we are at OneLogin: a bearer token, fetched when the first call needs it and renewed once when a call gets 401.

The token is never revoked: every process of the same client shares it (fact sheet §1, quirk 20).
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import requests
from requests.auth import AuthBase, HTTPBasicAuth

from sso_sync.errors import SsoSyncError
from sso_sync.http import AnswerError, AuthRefused, Transport
from sso_sync.onelogin.endpoints import ENDPOINTS
from sso_sync.onelogin.token_cache import Token, TokenCache, is_usable

__all__ = ["BearerAuth", "TokenEndpoint", "client_credentials", "token_advice"]

_MARGIN = 120.0  # seconds before its end at which a token counts as expired
_CHECK = (
    "Check the client id and secret (ONELOGIN_CLIENT_ID, ONELOGIN_CLIENT_SECRET) and that they belong to this account."
)


def client_credentials(client_id: str, client_secret: str) -> AuthBase:
    """The client's own credentials in the Basic form of §1; as bytes, because requests would insist on Latin-1."""
    return HTTPBasicAuth(client_id.encode(), client_secret.encode())


def token_advice(_method: str, status: int) -> str | None:
    """What to do when no token is to be had."""
    if status in {400, 401, 403}:
        return _CHECK
    if status == 500:
        return (
            "If this goes on, the administrator who created the API credentials was probably deleted: OneLogin then "
            "answers 500 here. Create new credentials under Developers → API Credentials."
        )
    if status == 429:
        return "OneLogin throttles token requests; wait some minutes. Keep the token cache between runs."
    return None


class TokenEndpoint:
    """Fetches tokens over a transport of its own that carries the client's credentials.

    The call is a POST but changes nothing: OneLogin answers the same token as long as it lives. So it is allowed in
    read-only runs and may be repeated.
    """

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def fetch(self) -> Token:
        """A token from OneLogin. Raises AuthRefused, ServiceDown or AnswerError, none of which holds a secret."""
        method, path = ENDPOINTS["token"]
        try:
            response = self._transport.send(method, path, body={"grant_type": "client_credentials"}, repeatable=True)
        except AnswerError as error:
            if error.status != 400:
                raise
            raise AuthRefused.of(
                method, path, error.message, status=400, request_id=error.request_id, next_action=_CHECK
            ) from error
        answer = self._transport.json(response)
        value = answer.get("access_token") if isinstance(answer, dict) else None
        if not is_usable(value):
            raise self._transport.unusable(response, "the answer holds no usable access_token")
        return Token(value, _expiry(answer, self._transport.retry.clock()))


def _expiry(answer: dict[str, Any], now: float) -> float:
    """`created_at + expires_in` in seconds since the epoch.

    At least a while from now: with a clock that runs ahead, every token would look expired and every call would fetch
    another. A token that really has ended is noticed by its 401.
    """
    soonest = now + 2 * _MARGIN
    try:
        lifetime = float(answer.get("expires_in") or 0)
    except (ValueError, TypeError, OverflowError):
        return soonest
    try:
        created = datetime.fromisoformat(str(answer.get("created_at")))
        # A token cannot have been made in the future: then it is our clock that runs behind.
        start = min(now, (created if created.tzinfo else created.replace(tzinfo=UTC)).timestamp())
    except (ValueError, OverflowError):
        start = now
    return max(soonest, start + lifetime)


class BearerAuth(AuthBase):
    """Puts the token on every request. An auth object, because a ~/.netrc entry would silently replace a plain header.

    Many threads share one instance and one fetch. `clock` answers seconds since the epoch.
    """

    def __init__(self, fetch: Callable[[], Token], cache: TokenCache | None, clock: Callable[[], float]) -> None:
        self._fetch = fetch
        self._cache = cache
        self._clock = clock
        self._lock = threading.Lock()
        self._token: Token | None = None
        self._fetches = 0
        self._failure: SsoSyncError | None = None

    def __repr__(self) -> str:
        return "BearerAuth()"

    def __call__(self, r: requests.PreparedRequest) -> requests.PreparedRequest:
        _carry(r, self._current())
        r.hooks["response"].append(self._renew_once)
        return r

    def _renew_once(self, response: requests.Response, **how: Any) -> requests.Response:
        """Repeats a call that got 401 with a new token, once: requests runs this hook for the first answer only.

        The call was refused, so repeating is safe for a POST too. When OneLogin confirms the token that was used, the
        401 is about something else (an unknown route, a missing scope: quirk 19) and stands.
        """
        if response.status_code != requests.codes.unauthorized:
            return response
        used = response.request.headers.get("Authorization", "").removeprefix("Bearer ")
        try:
            token = self._renewed(used)
        except BaseException:
            response.close()
            raise
        if token.value == used:
            return response
        response.close()
        again = response.request.copy()
        _carry(again, token)
        # The adapter that sent the first request sends the second, as requests' own digest authentication does it.
        began = time.monotonic()
        answer: requests.Response = response.connection.send(again, **how)
        answer.elapsed = timedelta(seconds=time.monotonic() - began)
        answer.history.append(response)
        return answer

    def _current(self) -> Token:
        before = self._fetches
        with self._lock:
            if self._token is None and self._cache is not None:
                self._token = self._cache.load()
            if self._token is not None and self._token.expires_at - _MARGIN > self._clock():
                return self._token
            return self._fetched(before)

    def _renewed(self, used: str) -> Token:
        """A token other than `used` if there is one: what another thread fetched meanwhile, else a fresh one."""
        before = self._fetches
        with self._lock:
            if self._token is not None and self._token.value != used:
                return self._token
            return self._fetched(before)

    def _fetched(self, before: int) -> Token:
        """Fetches, with the lock held. Whoever waited while another thread fetched shares what came of that."""
        if self._fetches != before:
            if self._failure is not None:
                raise self._failure.another()
            if self._token is not None:
                return self._token
        try:
            self._token, self._failure = self._fetch(), None
        except SsoSyncError as error:
            self._failure = error
            raise
        finally:
            self._fetches += 1
        if self._cache is not None:
            self._cache.save(self._token)
        return self._token


def _carry(request: requests.PreparedRequest, token: Token) -> None:
    request.headers["Authorization"] = f"Bearer {token.value}"
