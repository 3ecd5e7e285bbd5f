"""The assertion API: both envelopes, second factors, refusals, and that nothing is ever sent twice or told."""

from __future__ import annotations

import base64
import logging
from collections.abc import Mapping
from typing import Any

import pytest

from sso_sync.errors import SsoSyncError, UnexpectedAnswer
from sso_sync.http import AnswerError, AuthRefused, ServiceDown
from sso_sync.onelogin.assertion import POLL_SECONDS, AssertionRefused, MfaRequired, TestUser, fetch, subdomain_of
from sso_sync.onelogin.client import Client
from sso_sync.onelogin.endpoints import ENDPOINTS, HARMLESS
from tests.onelogin.support import Naps, Reply, Wire, answer, error

PATH = "/api/2/saml_assertion"
FACTOR = f"{PATH}/verify_factor"
XML = b"<samlp:Response/>"
DATA = base64.b64encode(XML).decode()
ALICE = TestUser("alice@acme.example", "correct horse", None, None)
CODED = TestUser("alice@acme.example", "correct horse", "123456", None)
SUCCESS = answer({"message": "Success", "data": DATA})
PENDING = answer({"message": "Authentication pending on OL Protect", "type": "pending"})
DEVICES = ("OneLogin Protect", "Google Authenticator", "WebAuthn")


def _v1(data: object, kind: str = "success", message: str = "Success") -> Reply:
    return answer({"status": {"type": kind, "message": message, "error": False, "code": 200}, "data": data})


def _asked(*types: str) -> dict[str, Any]:
    devices = [{"device_id": number, "device_type": name} for number, name in enumerate(types, start=1)]
    return {"state_token": "5f7a", "devices": devices, "callback_url": "https://x.example", "user": {"id": 1}}


def _factor(*types: str) -> Reply:
    return answer({"message": "MFA is required for this user", **_asked(*types)})


@pytest.mark.parametrize("reply", [SUCCESS, _v1(DATA)], ids=["flat", "v1"])
def test_an_assertion_is_fetched_once_by_a_client_that_only_reads(wire: Wire, idp: Client, reply: Reply) -> None:
    wire.on("POST", PATH, reply)
    assert fetch(idp, 4711, "acme", ALICE) == XML
    assert wire.bodies(f"POST {PATH}") == [
        {"username_or_email": ALICE.email, "password": ALICE.password, "app_id": "4711", "subdomain": "acme"}
    ]


@pytest.mark.parametrize("reply", [_factor(*DEVICES), _v1([_asked(*DEVICES)], message="MFA is required for this user")])
@pytest.mark.parametrize("given", [SUCCESS, _v1(DATA)], ids=["flat", "v1"])
def test_a_code_is_given_to_the_first_device_that_takes_one(
    wire: Wire, idp: Client, reply: Reply, given: Reply
) -> None:
    wire.on("POST", PATH, reply)
    wire.on("POST", FACTOR, given)
    assert fetch(idp, 4711, "acme", CODED) == XML
    assert wire.bodies(f"POST {FACTOR}") == [
        {"app_id": "4711", "device_id": "1", "state_token": "5f7a", "otp_token": "123456"}
    ]


@pytest.mark.parametrize(
    ("types", "device", "chosen"),
    [
        (("WebAuthn", "OneLogin SMS", "Google Authenticator"), None, "2"),
        (("WebAuthn",), None, "1"),
        (DEVICES, "google authenticator", "2"),
        (DEVICES, "Google", "2"),
        (DEVICES, "3", "3"),
    ],
)
def test_the_device_is_the_one_that_is_named(
    wire: Wire, idp: Client, types: tuple[str, ...], device: str | None, chosen: str
) -> None:
    wire.on("POST", PATH, _factor(*types))
    wire.on("POST", FACTOR, SUCCESS)
    fetch(idp, 1, "acme", TestUser("a@b.example", "pw", "123456", device))
    assert wire.bodies(f"POST {FACTOR}")[0]["device_id"] == chosen


def test_a_notification_is_sent_once_and_then_waited_for(wire: Wire, idp: Client) -> None:
    wire.on("POST", PATH, _factor("Google Authenticator", "OneLogin Protect"))
    wire.on("POST", FACTOR, PENDING, _v1(None, "pending", "Authentication pending"), SUCCESS)
    naps = Naps()
    assert fetch(idp, 1, "acme", ALICE, sleep=naps) == XML
    bodies = wire.bodies(f"POST {FACTOR}")
    assert [body.get("do_not_notify") for body in bodies] == [None, True, True]
    assert {body["device_id"] for body in bodies} == {"2"}
    assert naps.seconds == [POLL_SECONDS] * 2


def test_nobody_is_waited_for_for_ever(wire: Wire, idp: Client) -> None:
    wire.on("POST", PATH, _factor("OneLogin Protect"))
    wire.on("POST", FACTOR, PENDING)
    with pytest.raises(MfaRequired, match="Nobody confirmed"):
        fetch(idp, 1, "acme", ALICE, polls=4, sleep=Naps())
    assert wire.count(f"POST {FACTOR}") == 5


@pytest.mark.parametrize(
    ("user", "first", "second", "said"),
    [
        (ALICE, _factor("Google Authenticator"), None, "there is no code for it"),
        (ALICE, _factor(), None, "no device"),
        (TestUser("a", "b", "1", "Yubikey"), _factor(*DEVICES), None, "no device of the name"),
        (CODED, _factor(*DEVICES), error(401, "Failed authentication with this factor"), "does not accept"),
        (CODED, _factor(*DEVICES), PENDING, "still waits"),
    ],
)
def test_a_second_factor_that_cannot_be_given_names_the_way_out(
    wire: Wire, idp: Client, user: TestUser, first: Reply, second: Reply | None, said: str
) -> None:
    wire.on("POST", PATH, first)
    wire.on("POST", FACTOR, second or SUCCESS)
    with pytest.raises(MfaRequired, match=said) as refused:
        fetch(idp, 1, "acme", user, sleep=Naps())
    (told,) = refused.value.diagnostics
    assert "ONELOGIN_TEST_OTP" in (told.next_action or "")
    assert wire.count(f"POST {FACTOR}") == (0 if second is None else 1)


@pytest.mark.parametrize("status", [400, 401, 404])
def test_a_refusal_says_that_its_reasons_cannot_be_told_apart_and_is_not_repeated(
    wire: Wire, idp: Client, status: int
) -> None:
    wire.on("POST", PATH, error(status, "Authentication Failed: correct horse"))
    with pytest.raises(AssertionRefused) as refused:
        fetch(idp, 1, "acme", ALICE)
    (told,) = refused.value.diagnostics
    assert "password is wrong" in (told.detail or "")
    assert "no access to the app" in (told.detail or "")
    assert f"-> {status}" in told.summary
    assert "correct horse" not in f"{told}{refused.value!r}"
    assert wire.count(f"POST {PATH}") == 1


def test_credentials_of_too_low_a_level_are_told_as_that(wire: Wire, idp: Client) -> None:
    wire.on("POST", PATH, error(403, "Forbidden"))
    with pytest.raises(AuthRefused) as refused:
        fetch(idp, 1, "acme", ALICE)
    assert "Authentication Only" in (refused.value.diagnostics[0].next_action or "")


@pytest.mark.parametrize("status", [500, 502, 504])
def test_a_failing_service_is_not_asked_twice(wire: Wire, idp: Client, status: int) -> None:
    wire.on("POST", PATH, error(status))
    with pytest.raises(ServiceDown):
        fetch(idp, 1, "acme", ALICE)
    assert wire.count(f"POST {PATH}") == 1


@pytest.mark.parametrize(
    "body",
    [
        {"message": "Success"},
        {"message": "Success", "data": "not base64!"},
        {"message": "Success", "data": "A" * 600_000},
        {"data": []},
        {"data": [1]},
        {"status": "x"},
        [],
        "text",
        None,
    ],
)
def test_an_answer_of_another_shape_is_told_as_that(wire: Wire, idp: Client, body: object) -> None:
    wire.on("POST", PATH, answer(body))
    with pytest.raises(AnswerError):
        fetch(idp, 1, "acme", ALICE)


def test_an_answer_without_an_assertion_after_the_factor_is_told_as_that(wire: Wire, idp: Client) -> None:
    wire.on("POST", PATH, _factor(*DEVICES))
    wire.on("POST", FACTOR, answer({"message": "Success"}))
    with pytest.raises(AnswerError):
        fetch(idp, 1, "acme", CODED, sleep=Naps())


def test_neither_repr_nor_log_nor_error_shows_what_was_sent_in_confidence(
    wire: Wire, idp: Client, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    wire.on("POST", PATH, _factor(*DEVICES))
    wire.on("POST", FACTOR, error(400, "wrong code 123456 for correct horse"))
    with pytest.raises(SsoSyncError) as refused:
        fetch(idp, 1, "acme", CODED)
    shown = f"{CODED!r}{refused.value!r}{refused.value.diagnostics}{caplog.text}"
    assert "123456" not in shown
    assert "correct horse" not in shown


def test_both_refusals_are_answers_nobody_can_go_on_from() -> None:
    assert issubclass(AssertionRefused, UnexpectedAnswer)
    assert issubclass(MfaRequired, UnexpectedAnswer)


def test_only_posts_that_sign_somebody_in_are_called_harmless() -> None:
    assert {name: ENDPOINTS[name] for name in HARMLESS} == {
        "saml_assertion": ("POST", PATH),
        "verify_factor": ("POST", FACTOR),
    }


SSO_URL = "https://acme.onelogin.com/trust/saml2/http-post/sso/4711"
HOSTS: Mapping[tuple[str | None, str | None], str | None] = {
    (None, "acme.onelogin.com"): "acme",
    (None, "acme.onelogin.com:443"): "acme",
    (SSO_URL, "127.0.0.1:4711"): "acme",
    (SSO_URL, "proxy.acme.example"): "acme",
    (SSO_URL, "other.onelogin.com"): "other",
    ("https://evil.example/acme.onelogin.com", "127.0.0.1"): None,
    ("https://acme.onelogin.com.evil.example/", None): None,
    ("http://[", None): None,
    (None, None): None,
}


@pytest.mark.parametrize(("url", "host"), HOSTS)
def test_the_subdomain_is_the_accounts_own(url: str | None, host: str | None) -> None:
    assert subdomain_of(url, host) == HOSTS[url, host]
