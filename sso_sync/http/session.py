"""The pooled session under every client, and what a request carries by default."""

from __future__ import annotations

import os
import ssl
from functools import cache
from http.cookiejar import DefaultCookiePolicy
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from requests.utils import DEFAULT_CA_BUNDLE_PATH
from urllib3.util.ssl_ import create_urllib3_context

from sso_sync import __version__
from sso_sync.urls import is_loopback

__all__ = ["new_session"]


class _Session(requests.Session):
    """Never follows a redirect, and never reads where it leads: requests does that even when told not to follow, and a
    `Location` that is no address would raise there.
    """

    def get_redirect_target(self, resp: requests.Response) -> None:
        """Nowhere."""


@cache
def _trust() -> ssl.SSLContext:
    """Whom everybody trusts who names no CA bundle. It takes as long as a whole plan to read that, and requests does so
    for each connection; here it is done once.
    """
    context = create_urllib3_context()
    context.load_verify_locations(DEFAULT_CA_BUNDLE_PATH)
    return context


class _Adapter(HTTPAdapter):
    """Checks certificates by the bundle that was read once; where a call names another bundle, as requests does it."""

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        """Every pool gets the context."""
        super().init_poolmanager(*args, ssl_context=_trust(), **kwargs)

    def proxy_manager_for(self, proxy: Any, **kwargs: Any) -> Any:
        """And so does every pool behind a proxy."""
        return super().proxy_manager_for(proxy, ssl_context=_trust(), **kwargs)

    def cert_verify(self, conn: Any, url: Any, verify: Any, cert: Any) -> None:
        """The context holds the bundle already; everything else stays as it is."""
        super().cert_verify(conn, url, verify, cert)  # type: ignore[no-untyped-call]
        if verify is True:
            conn.ca_certs = conn.ca_cert_dir = None


def _adapter(size: int, *, own_bundle: bool) -> HTTPAdapter:
    kind = HTTPAdapter if own_bundle else _Adapter
    return kind(max_retries=0, pool_connections=size, pool_maxsize=size)


def new_session(base_url: str, *, pool_size: int = 16) -> requests.Session:
    """A keep-alive session for one service, usable from `pool_size` threads at once.

    Cookies are refused by policy: no API here needs them, and the shared cookie jar is the part of requests that is not
    thread-safe. The adapter never retries by itself, so that `Retry` is the only place that decides. Proxies and CA
    bundles of the environment apply, except on loopback, where a proxy has no business.
    """
    session = _Session()
    session.trust_env = not is_loopback(base_url)
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    session.headers.update({"User-Agent": f"sso-sync/{__version__}", "Accept": "application/json"})
    # Whoever names a bundle trusts that one alone.
    named = session.trust_env and any(os.environ.get(name) for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"))
    session.mount("https://", _adapter(pool_size, own_bundle=named or not base_url.startswith("https:")))
    session.mount("http://", _adapter(pool_size, own_bundle=True))
    return session
