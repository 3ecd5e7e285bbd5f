"""A real SAML response for one person, as OneLogin's assertion API makes it (fact sheet onelogin-api §15).

It is what the person's browser would carry to the service provider, without a browser and without signing in there.
The answers of the API's second version are flat; its first version wraps them in an envelope. Both are understood.

The person's password and code go into the request alone: never into an error, a log or a repr. Nothing is sent twice,
since a wrong password counts towards a lock-out.
"""

from __future__ import annotations

import base64
import binascii
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import requests

from sso_sync.errors import UnexpectedAnswer
from sso_sync.http import AuthRefused, one_line
from sso_sync.onelogin.answers import decode_error
from sso_sync.onelogin.client import Client
from sso_sync.values import Json

__all__ = ["POLLS", "POLL_SECONDS", "AssertionRefused", "MfaRequired", "TestUser", "fetch", "subdomain_of"]

POLLS = 10
"""How often a push notification is asked after."""
POLL_SECONDS = 3.0

_MOST = 512 * 1024  # characters of base64; a real response has about ten thousand
_PUSH = ("protect",)  # OneLogin Protect asks on the person's telephone
_NO_CODE = ("webauthn", "fido", "u2f", "security key", "biometric", "voice", "question", "duo", "certificate")
_CANNOT_TELL = (
    "OneLogin does not say which: the password is wrong, the person has no access to the app, the person is suspended, "
    "locked or not active, or the API credentials may not ask for assertions."
)
_CHECK_USER = (
    "Check ONELOGIN_TEST_USER and ONELOGIN_TEST_PASSWORD, and in OneLogin that the person is active and may use the "
    "app. It is not tried again by itself: wrong passwords lock an account."
)
_WITHOUT_MFA = (
    "Use a test user whose policy asks for no second factor (and who has this app and nothing else), or give a code in "
    "ONELOGIN_TEST_OTP, and the device's name in ONELOGIN_TEST_DEVICE if there are several."
)
_LEVEL = (
    'Give the API credentials the level "Manage All", "Manage Users" or "Authentication Only" (OneLogin: Developers → '
    'API Credentials); with "Read All" OneLogin makes no assertions.'
)


@dataclass(frozen=True, slots=True)
class TestUser:
    """The person whose login is tried. `otp` is a code of a second factor, `device` the name or type of its device."""

    email: str
    password: str = field(repr=False)
    otp: str | None = field(repr=False, default=None)
    device: str | None = None

    __test__ = False  # the name is the field's own; pytest must not collect it


class AssertionRefused(UnexpectedAnswer):
    """OneLogin makes no assertion for this person and this app."""


class MfaRequired(UnexpectedAnswer):
    """OneLogin wants a second factor that could not be given."""


@dataclass(frozen=True, slots=True)
class _Device:
    id: str
    type: str

    def is_called(self, name: str) -> bool:
        wanted = name.strip().lower()
        return wanted == self.id.lower() or wanted in self.type.lower()

    def has(self, marks: tuple[str, ...]) -> bool:
        return any(mark in self.type.lower() for mark in marks)


def fetch(
    client: Client,
    app_id: int,
    subdomain: str,
    user: TestUser,
    *,
    polls: int = POLLS,
    sleep: Callable[[float], None] = time.sleep,
) -> bytes:
    """The XML of a response for `user` at the app; `client` may be read-only.

    `subdomain` is the account's ("acme", see `subdomain_of`). A push notification is waited for, `polls` times with
    POLL_SECONDS between. Raises AssertionRefused, MfaRequired, and the problems of `sso_sync.http`: AuthRefused when
    the API credentials may not do this.
    """
    asked = {
        "username_or_email": user.email,
        "password": user.password,
        "app_id": str(app_id),
        "subdomain": subdomain,
    }
    response = _sent(client.saml_assertion, asked)
    if not response.ok:
        raise AssertionRefused.because(
            f"OneLogin makes no SAML assertion for the test user: {_words(response, user)}",
            detail=_CANNOT_TELL,
            next_action=_CHECK_USER,
        )
    answer = _flat(client, response)
    if isinstance(answer.get("data"), str):
        return _decoded(client, response, answer["data"])
    if not answer.get("state_token"):
        raise client.unusable(response, "the answer holds neither an assertion nor a request for a second factor")
    proof = {"app_id": str(app_id), "state_token": str(answer["state_token"])}
    return _second_factor(client, user, {**proof, **_factor(answer, user)}, polls=polls, sleep=sleep)


def subdomain_of(url: str | None, host: str | None = None) -> str | None:
    """The account's subdomain: the first label of a host below onelogin.com.

    `host` is the account's own; `url` is an address that OneLogin made itself (an app's SAML endpoint), which names
    the account where `host` is something else: an address of this machine, or a proxy. None when neither does.
    """
    try:
        named = urlsplit(url or "").hostname
    except ValueError:
        named = None
    for place in (host, named):
        label, _, rest = (place or "").partition(".")
        if label and rest.partition(":")[0] == "onelogin.com":
            return label
    return None


def _sent(send: Callable[[Mapping[str, Json]], requests.Response], body: Mapping[str, Json]) -> requests.Response:
    try:
        return send(body)
    except AuthRefused as error:
        raise AuthRefused.of(
            error.method,
            error.path,
            error.message,
            status=error.status,
            request_id=error.request_id,
            next_action=_LEVEL,
        ) from None


def _factor(asked: Mapping[str, Any], user: TestUser) -> dict[str, str]:
    device = _chosen(_devices(asked.get("devices")), user)
    return {"device_id": device.id} if user.otp is None else {"device_id": device.id, "otp_token": user.otp}


def _second_factor(
    client: Client, user: TestUser, body: Mapping[str, Json], *, polls: int, sleep: Callable[[float], None]
) -> bytes:
    for attempt in range(1 + polls):
        # The first call without a code is the one that notifies; those that ask after it must not notify again.
        waiting = {**body, "do_not_notify": True} if attempt and user.otp is None else body
        response = _sent(client.verify_factor, waiting)
        if not response.ok:
            raise _mfa(f"OneLogin does not accept the second factor of the test user: {_words(response, user)}")
        answer = _flat(client, response)
        if isinstance(answer.get("data"), str):
            return _decoded(client, response, answer["data"])
        if not _pending(answer):
            raise client.unusable(response, "the answer holds no assertion")
        if user.otp is not None:
            raise _mfa("OneLogin still waits for the test user, although a code was given.")
        sleep(POLL_SECONDS)
    raise _mfa(f"Nobody confirmed the notification on the test user's device within {polls * POLL_SECONDS:.0f} s.")


def _mfa(summary: str) -> MfaRequired:
    return MfaRequired.because(summary, next_action=_WITHOUT_MFA)


def _devices(found: Any) -> tuple[_Device, ...]:
    return tuple(
        _Device(str(one["device_id"]), one_line(str(one.get("device_type") or "?"), 60))
        for one in (found if isinstance(found, list) else ())
        if isinstance(one, Mapping) and one.get("device_id") is not None
    )


def _chosen(devices: tuple[_Device, ...], user: TestUser) -> _Device:
    """The device named by the user; else the only one, or the first that can be served with what there is."""
    if not devices:
        raise _mfa("OneLogin wants a second factor of the test user, who has no device for one.")
    types = ", ".join(device.type for device in devices)
    if user.device is not None:
        named = [device for device in devices if device.is_called(user.device)]
        if not named:
            raise _mfa(f"The test user has no device of the name in ONELOGIN_TEST_DEVICE; there are: {types}.")
        usable = named
    else:
        usable = list(devices)
    if user.otp is not None:
        coded = [device for device in usable if not device.has(_NO_CODE)]
        return (coded or usable)[0]
    pushed = [device for device in usable if device.has(_PUSH)]
    if not pushed:
        raise _mfa(f"OneLogin wants a second factor of the test user ({types}), and there is no code for it.")
    return pushed[0]


def _flat(client: Client, response: requests.Response) -> Mapping[str, Any]:
    """The answer as one object: the first version's `status` and `data[0]` side by side."""
    answer = client.json(response)
    if not isinstance(answer, Mapping):
        raise client.unusable(response, "the answer is no object")
    status, data = answer.get("status"), answer.get("data")
    flat = {**answer, **status} if isinstance(status, Mapping) else dict(answer)
    if isinstance(data, list) and data and isinstance(data[0], Mapping):
        return {**flat, **data[0], "data": None}
    return flat


def _pending(answer: Mapping[str, Any]) -> bool:
    said = (str(answer.get(key) or "").lower() for key in ("type", "message", "status"))
    return any("pending" in text for text in said)


def _decoded(client: Client, response: requests.Response, text: str) -> bytes:
    if len(text) > _MOST:
        raise client.unusable(response, "the assertion is too large")
    try:
        return base64.b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError):
        raise client.unusable(response, "the assertion is not base64") from None


def _words(response: requests.Response, user: TestUser) -> str:
    """OneLogin's own words with its status, without what was sent in confidence should it repeat that."""
    words = decode_error(response)
    for secret in (user.password, user.otp):
        if secret:
            words = words.replace(secret, "(secret)")
    return f"{one_line(words, 300)} (POST {urlsplit(response.url).path} -> {response.status_code})"
