"""Which addresses a service may have: https anywhere, http on this machine alone."""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit

__all__ = ["check_url", "is_loopback"]


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
