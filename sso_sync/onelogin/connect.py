"""From an address and credentials to a client: the only place that puts OneLogin's wire together."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

from requests import Response

from sso_sync.errors import CredentialsRefused, SpecError
from sso_sync.http import STANDARD_RETRY, UNOBSERVED, Gate, Observer, Passage, Retry, Transport, new_session
from sso_sync.onelogin.answers import calls_left, decode_error, must_wait, wait_hint
from sso_sync.onelogin.auth import BearerAuth, TokenEndpoint, client_credentials, token_advice
from sso_sync.onelogin.client import Client
from sso_sync.onelogin.memo import Memo
from sso_sync.onelogin.token_cache import TokenCache
from sso_sync.urls import check_url

__all__ = ["Account", "Hint", "Left", "connect"]

Hint = Callable[[Response], float | None]
Left = Callable[[Response], int | None]

_TOKEN_ATTEMPTS = 3  # a deleted credential owner answers 500 for ever; do not keep the user waiting (quirk 21)


class Account:
    """One OneLogin account, at `base_url` (`https://acme.onelogin.com`), for all clients that share its token and its
    pooled connections. Nothing is sent before the first call.

    Tokens are kept in `cache_dir` between runs; None keeps them in memory only. `observer` is told of the requests for
    a token. `gate` makes what all clients pass, from the hints that OneLogin's answers give. Raises SpecError for an
    address that must not be used and CredentialsRefused when credentials are missing.
    """

    def __init__(
        self,
        base_url: str,
        client_id: str,
        client_secret: str,
        *,
        cache_dir: Path | None,
        retry: Retry = STANDARD_RETRY,
        observer: Observer = UNOBSERVED,
        gate: Callable[[Hint, Left], Gate] | None = None,
        memo: Memo | None = None,
    ) -> None:
        _check(base_url, client_id, client_secret)
        client_id, client_secret = client_id.strip(), client_secret.strip()
        self._session = new_session(base_url)
        self._retry = retry
        self._memo = memo

        def hint(response: Response) -> float | None:
            return wait_hint(response, retry.clock)

        def pause(response: Response) -> float | None:
            return must_wait(response, retry.clock)

        def token_error(response: Response) -> str:
            return decode_error(response).replace(client_secret, "(secret)")

        opened = gate(pause, calls_left) if gate is not None else None
        self._wire = partial(Transport, base_url, service="OneLogin", session=self._session, wait_hint=hint)
        fetching = self._wire(
            auth=client_credentials(client_id, client_secret),
            decode_error=token_error,
            advice=token_advice,
            retry=replace(retry, attempts=min(retry.attempts, _TOKEN_ATTEMPTS)),
            read_only=False,
            observer=observer,
            # Whoever needs the token has its place at the gate already.
            passage=Passage(opened, exempt=True, slot=False),
        )
        cache = TokenCache(cache_dir, urlsplit(base_url).netloc.lower(), client_id) if cache_dir is not None else None
        self._auth = BearerAuth(TokenEndpoint(fetching).fetch, cache, retry.clock)
        self._passage = Passage(opened)

    def client(self, *, read_only: bool = True, observer: Observer = UNOBSERVED) -> Client:
        """A client of its own, whose requests `observer` is told of."""
        transport = self._wire(
            auth=self._auth,
            decode_error=decode_error,
            advice=_advice,
            retry=self._retry,
            read_only=read_only,
            observer=observer,
            passage=self._passage,
        )
        return Client(transport, self._memo)

    def close(self) -> None:
        """Closes the pooled connections of all clients."""
        self._session.close()


def connect(
    base_url: str,
    client_id: str,
    client_secret: str,
    *,
    cache_dir: Path | None,
    read_only: bool = True,
    retry: Retry = STANDARD_RETRY,
    observer: Observer = UNOBSERVED,
) -> Client:
    """A client for an account that nobody shares; `observer` is told of every request. See `Account`."""
    account = Account(base_url, client_id, client_secret, cache_dir=cache_dir, retry=retry, observer=observer)
    return account.client(read_only=read_only, observer=observer)


def _check(base_url: str, client_id: str, client_secret: str) -> None:
    try:
        check_url(base_url)
    except ValueError as error:
        raise SpecError.because(
            f"OneLogin's address cannot be used: {error}",
            address="onelogin.url",
            next_action="Set onelogin.subdomain, or an https address in onelogin.url.",
        ) from None
    if not client_id.strip() or not client_secret.strip():
        raise CredentialsRefused.because(
            "there are no OneLogin credentials",
            next_action="Set ONELOGIN_CLIENT_ID and ONELOGIN_CLIENT_SECRET, or onelogin.credentials with !env.",
        )


def _advice(method: str, status: int) -> str | None:
    """What a refused call of the API itself asks of the user (§1)."""
    if status not in {401, 403}:
        return None
    level = "Read All" if method == "GET" else "Manage All"
    return f'Give the API credentials the level "{level}" (OneLogin: Developers → API Credentials).'
