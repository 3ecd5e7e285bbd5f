"""What tries a login without a browser: a test user's assertion, and the metadata that OneLogin publishes.

The test user comes from the environment alone and is never stored: ONELOGIN_TEST_USER, ONELOGIN_TEST_PASSWORD, and for
a second factor ONELOGIN_TEST_OTP and ONELOGIN_TEST_DEVICE.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from urllib.parse import urljoin, urlsplit

import requests

from sso_sync.errors import UnexpectedAnswer
from sso_sync.http import UNOBSERVED, Observer, Retry, Transport, new_session, one_line
from sso_sync.onelogin.answers import decode_error
from sso_sync.onelogin.assertion import TestUser, fetch, subdomain_of
from sso_sync.onelogin.client import Client
from sso_sync.spec.connection import Connection
from sso_sync.urls import is_loopback

__all__ = ["assertion_for", "is_named", "metadata_at", "no_metadata", "test_user"]

_SANDBOX_USER = "alice.adams@acme.example"
_SANDBOX_PASSWORD = "sandbox"  # noqa: S105 - everybody's, and no secret
_ONELOGIN = ".onelogin.com"
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_MOST_REDIRECTS = 3
_MOST_BYTES = 1024 * 1024
_PATIENCE = Retry(attempts=3, cap=10.0, budget=20.0)
_TIMEOUT = (10.0, 30.0)
_NEXT = "Look at the app's SSO tab in OneLogin: its Issuer URL must open the metadata in a browser."


def test_user(connection: Connection, environ: Mapping[str, str]) -> TestUser | None:
    """The person whose login is tried; None when the environment does not name both, e-mail and password.

    In the embedded sandbox nobody has to set anything: it has a test user, and one password for everybody.
    """
    email, password = environ.get("ONELOGIN_TEST_USER", "").strip(), environ.get("ONELOGIN_TEST_PASSWORD", "")
    if connection.spec.sandbox:
        email, password = email or _SANDBOX_USER, password or _SANDBOX_PASSWORD
    if not email or not password:
        return None
    otp, device = environ.get("ONELOGIN_TEST_OTP", "").strip(), environ.get("ONELOGIN_TEST_DEVICE", "").strip()
    return TestUser(email, password, otp or None, device or None)


test_user.__test__ = False  # type: ignore[attr-defined]  # the name is the contract's own; pytest must not collect it


def is_named(environ: Mapping[str, str]) -> bool:
    """Whether somebody named the test user; the embedded sandbox has one of its own."""
    return bool(environ.get("ONELOGIN_TEST_USER", "").strip())


def assertion_for(user: TestUser, idp: Client) -> Callable[[int], bytes]:
    """What answers the XML of `user`'s SAML response for an app, by its id. Raises what `fetch` does."""
    return partial(_assertion, user, idp)


def _assertion(user: TestUser, idp: Client, app_id: int) -> bytes:
    """The assertion API wants to be told the account's subdomain. The address of the account says it; where that is
    an address of this machine or a proxy, the app's own SAML endpoint does, which OneLogin makes itself.
    """
    subdomain = subdomain_of(None, idp.label)
    if subdomain is None:
        subdomain = subdomain_of(idp.app(app_id).sso.acs_url)
    if subdomain is None:
        raise UnexpectedAnswer.because(
            "The account's subdomain is not known, and OneLogin wants it for a SAML assertion",
            next_action="Name it in the spec: onelogin.subdomain in place of onelogin.url.",
        )
    return fetch(idp, app_id, subdomain, user)


def metadata_at(onelogin_url: str, observer: Observer = UNOBSERVED) -> Callable[[str], bytes]:
    """What answers the XML behind a metadata URL, for the account at `onelogin_url`.

    A plain GET without credentials, of https alone, from `*.onelogin.com` or the account's own host, redirects among
    these included. Where the account is on this machine (a sandbox), so is its metadata: the URL's path is fetched
    there. `observer` is told of each request. Raises SideUnavailable when nothing answers, UnexpectedAnswer for an
    address of somebody else and for an answer that is none.
    """
    return partial(_metadata, onelogin_url, observer)


def no_metadata(_url: str) -> bytes:
    """In place of `metadata_at` where there is no account."""
    raise UnexpectedAnswer.because("There is no way to OneLogin's metadata", next_action=_NEXT)


def _metadata(onelogin_url: str, observer: Observer, url: str) -> bytes:
    for _ in range(1 + _MOST_REDIRECTS):
        base, path = _place(onelogin_url, url)
        response = _got(base, path, observer)
        if response.status_code not in _REDIRECTS:
            if len(response.content) > _MOST_BYTES:
                raise _unusable(path, f"it is larger than {_MOST_BYTES // 1024**2} MiB")
            return response.content
        url = urljoin(url, response.headers.get("Location", ""))
    raise _unusable(path, "it redirects again and again")


def _place(onelogin_url: str, url: str) -> tuple[str, str]:
    """Base address and path of what is fetched. Raises UnexpectedAnswer for an address that nothing is fetched from."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise _unusable("", "its address is no web address") from None
    path = parts.path or "/"
    if is_loopback(onelogin_url):
        return onelogin_url.rstrip("/"), path
    own = host == urlsplit(onelogin_url).hostname and port == urlsplit(onelogin_url).port
    theirs = host.endswith(_ONELOGIN) and port in {None, 443}
    if parts.scheme != "https" or "@" in parts.netloc or not (own or theirs):
        raise _unusable(path, "its address is not one of OneLogin's (https, and a host below onelogin.com)")
    return f"https://{parts.netloc}", path


def _got(base: str, path: str, observer: Observer) -> requests.Response:
    session = new_session(base)
    session.headers["Accept"] = "application/samlmetadata+xml, application/xml, text/xml"
    wire = Transport(
        base,
        service="OneLogin",
        session=session,
        auth=None,
        decode_error=decode_error,
        advice=lambda _method, _status: _NEXT,
        retry=_PATIENCE,
        timeout=_TIMEOUT,
        observer=observer,
    )
    try:
        return wire.send("GET", path, allow=_REDIRECTS)
    finally:
        wire.close()


def _unusable(path: str, why: str) -> UnexpectedAnswer:
    named = f" ({one_line(path, 200)})" if path else ""
    return UnexpectedAnswer.because(f"OneLogin's metadata{named} cannot be fetched: {why}", next_action=_NEXT)
