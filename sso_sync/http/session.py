"""The pooled session under every client, and what a request carries by default."""

from __future__ import annotations

from http.cookiejar import DefaultCookiePolicy

import requests
from requests.adapters import HTTPAdapter

from sso_sync import __version__
from sso_sync.urls import is_loopback

__all__ = ["new_session"]


class _Session(requests.Session):
    """Never follows a redirect, and never reads where it leads: requests does that even when told not to follow, and a
    `Location` that is no address would raise there.
    """

    def get_redirect_target(self, resp: requests.Response) -> None:
        """Nowhere."""


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
    adapter = HTTPAdapter(max_retries=0, pool_connections=pool_size, pool_maxsize=pool_size)
    session.mount("https://", adapter)
    session.mount("http://", adapter)
    return session
