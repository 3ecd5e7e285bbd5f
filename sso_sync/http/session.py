"""The pooled session under every client: which addresses are allowed, and what a request carries by default."""

from __future__ import annotations

import ipaddress
from http.cookiejar import DefaultCookiePolicy
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter

from sso_sync import __version__

__all__ = ["check_url", "is_loopback", "new_session"]


def is_loopback(url: str) -> bool:
    """Whether `url` points at this machine: 127.0.0.0/8, ::1 or localhost. No name is resolved."""
    host = urlsplit(url).hostname or ""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def check_url(url: str) -> None:
    """Accepts https anywhere and http on loopback, where nobody can listen in.

    Raises ValueError, in words for the user, for anything else and for a URL that carries a user name and password, a
    query or a fragment. The text never repeats a URL that holds credentials.
    """
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        raise ValueError("this is not a URL; write https://host or https://host/path") from None
    if parts.username is not None or parts.password is not None:
        raise ValueError("a URL must not hold a user name or password; give credentials through the environment")
    if parts.scheme not in {"http", "https"} or not host:
        raise ValueError(f"{url!r} is not an http(s) URL; write https://host or https://host/path")
    if any(mark in url for mark in "?#") or any(not letter.isprintable() or letter.isspace() for letter in url):
        raise ValueError(f"{url!r} must be a plain address, without query, fragment or spaces")
    if parts.scheme == "http" and not is_loopback(url):
        raise ValueError(f"{url} is not encrypted; http is allowed only on loopback (127.0.0.1, ::1, localhost)")


def new_session(base_url: str, *, pool_size: int = 16) -> requests.Session:
    """A keep-alive session for one service, usable from `pool_size` threads at once.

    Cookies are refused by policy: no API here needs them, and the shared cookie jar is the part of requests that is not
    thread-safe. The adapter never retries by itself, so that `Retry` is the only place that decides. Proxies and CA
    bundles of the environment apply, except on loopback, where a proxy has no business.
    """
    session = requests.Session()
    session.trust_env = not is_loopback(base_url)
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    session.headers.update({"User-Agent": f"sso-sync/{__version__}", "Accept": "application/json"})
    adapter = HTTPAdapter(max_retries=0, pool_connections=pool_size, pool_maxsize=pool_size)
    session.mount("https://", adapter)
    session.mount("http://", adapter)
    return session
