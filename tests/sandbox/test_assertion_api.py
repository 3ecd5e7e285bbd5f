"""The assertion API: a response without a browser, with and without a second factor, in both envelopes (§15)."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import requests

from sso_sync.sandbox import Sandbox, follow_guide
from sso_sync.sandbox.onelogin.records import App
from sso_sync.sandbox.saml_wire import parse_xml

from .responses import ALICE, WELCOME, posted
from .support import Http, error_a, fresh_token

PATHS = {"2": "/api/2/saml_assertion", "1": "/api/1/saml_assertion"}
CREDENTIALS = "Authentication Failed: Invalid user credentials"
NO_APP = "The app could not be found, or the user has no access to it"
FACTOR = "Failed authentication with this factor"
STATE = "The state token is invalid or has expired"


@pytest.fixture
def app(sandbox: Sandbox) -> App:
    return follow_guide(sandbox)


def _body(app: App, **changes: Any) -> dict[str, Any]:
    body = {"username_or_email": ALICE, "password": "sandbox", "app_id": str(app.id), "subdomain": "acme", **changes}
    return {name: value for name, value in body.items() if value is not ...}


def _details(answer: requests.Response, version: str) -> Any:
    """What an answer says, out of its envelope: (message, rest)."""
    assert answer.status_code == 200, answer.text
    said = answer.json()
    if version == "1":
        status = said["status"]
        assert (status["error"], status["code"], status["type"]) == (False, 200, "success")
        (rest,) = said["data"] if isinstance(said["data"], list) else [{"data": said["data"]}]
        return status["message"], rest
    return said.pop("message"), said


@pytest.mark.parametrize("version", PATHS)
def test_the_response_signs_in(sandbox: Sandbox, api: Http, app: App, version: str) -> None:
    for name in (ALICE, ALICE.upper()):
        message, rest = _details(api.post(PATHS[version], _body(app, username_or_email=name)), version)
        assert message == "Success"
        assert list(rest) == ["data"]
        root = parse_xml(base64.b64decode(rest["data"]))
        assert root.get("InResponseTo") is None
        assert root.get("Destination") == sandbox.justcall.settings.acs_url
        assert posted(sandbox, rest["data"]) == WELCOME


def test_v2_may_speak_v1(sandbox: Sandbox, api: Http, app: App) -> None:
    sandbox.variants.assertion_envelope = "v1"
    assert _details(api.post(PATHS["2"], _body(app)), "1")[0] == "Success"
    refused = api.post(PATHS["2"], _body(app, password="wrong")).json()
    assert refused == {"status": {"error": True, "code": 401, "type": "Unauthorized", "message": CREDENTIALS}}


def _people(sandbox: Sandbox) -> None:
    sandbox.onelogin.add_members("JustCall Users", ["frank.fox@acme.example"])


REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "wrong password": ({"password": "Sandbox"}, CREDENTIALS),
    "nobody": ({"username_or_email": "nobody@acme.example"}, CREDENTIALS),
    "suspended": ({"username_or_email": "frank.fox@acme.example"}, CREDENTIALS),
    "other tenant": ({"subdomain": "other"}, CREDENTIALS),
    "not assigned": ({"username_or_email": "dave.diaz@acme.example"}, NO_APP),
    "unknown app": ({"app_id": "1"}, NO_APP),
    "not a number": ({"app_id": "JustCall"}, NO_APP),
}


@pytest.mark.parametrize("version", PATHS)
@pytest.mark.parametrize("status", [400, 401, 404])
@pytest.mark.parametrize("what", REFUSED)
def test_who_gets_nothing(sandbox: Sandbox, api: Http, app: App, version: str, status: Any, what: str) -> None:
    _people(sandbox)
    sandbox.variants.assertion_refusal = status
    changes, message = REFUSED[what]
    answer = api.post(PATHS[version], _body(app, **changes))
    assert answer.status_code == status
    kinds = {400: "bad request", 401: "Unauthorized", 404: "Not Found"}
    names = {400: "BadRequestError", 401: "UnauthorizedError", 404: "NotFoundError"}
    shape_b = {"status": {"error": True, "code": status, "type": kinds[status], "message": message}}
    assert answer.json() == (shape_b if version == "1" else error_a(status, names[status], message))


def test_an_app_of_another_kind(sandbox: Sandbox, api: Http) -> None:
    intranet = sandbox.onelogin.app("Intranet")
    assert api.post(PATHS["2"], _body(intranet)).json()["message"] == NO_APP


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"password": ...}, "password must be a string"),
        ({"app_id": 1543262}, "app_id must be a string"),
        ({"subdomain": None}, "subdomain must be a string"),
        ({"username_or_email": ""}, "username_or_email is missing"),
        ({"ip_address": 1}, "ip_address must be a string"),
    ],
)
def test_the_body_is_checked(api: Http, app: App, changes: dict[str, Any], message: str) -> None:
    answer = api.post(PATHS["2"], _body(app, **changes))
    assert (answer.status_code, answer.json()) == (400, error_a(400, "BadRequestError", message))


@pytest.mark.parametrize(
    ("keys", "message"),
    [
        ({"consumer_url": ""}, "The app's ACS (Consumer) URL is not set"),
        (
            {"encrypt_assertion": "1"},
            "The app's assertions are to be encrypted, but it has no key of the service provider",
        ),
    ],
)
def test_an_app_that_cannot_answer(sandbox: Sandbox, api: Http, app: App, keys: dict[str, Any], message: str) -> None:
    sandbox.onelogin.edit_configuration(app.id, **keys)
    answer = api.post(PATHS["2"], _body(app))
    assert (answer.status_code, answer.json()["message"]) == (400, message)


def test_the_validator_has_no_say(sandbox: Sandbox, api: Http, app: App) -> None:
    sandbox.onelogin.edit_configuration(app.id, validator="^https:\\/\\/other$")
    assert api.post(PATHS["2"], _body(app)).status_code == 200


@pytest.mark.parametrize(
    ("level", "enough"),
    [
        ("Authentication Only", True),
        ("Read Users", False),
        ("Manage Users", True),
        ("Read All", False),
        ("Manage All", True),
    ],
)
def test_which_credentials_may_ask(sandbox: Sandbox, app: App, level: str, *, enough: bool) -> None:
    made = sandbox.onelogin.add_credential(level)
    token = fresh_token(sandbox, made.client_id, made.client_secret)
    with Http(sandbox.onelogin_url, f"bearer {token}") as http:
        for path in PATHS.values():
            assert (http.post(path, _body(app)).status_code == 200) == enough
            proved = http.post(f"{path}/verify_factor", {"app_id": str(app.id), "device_id": "1", "state_token": "x"})
            assert proved.status_code == (401 if enough else 403)


class Asked:
    """A call that waits for its second factor."""

    def __init__(self, api: Http, app: App, version: str) -> None:
        self.api, self.app, self.version = api, app, version
        message, self.details = _details(api.post(PATHS[version], _body(app)), version)
        assert message == "MFA is required for this user"

    def prove(self, device: int | str, otp: str | None = None, **changes: Any) -> requests.Response:
        body = {"app_id": str(self.app.id), "device_id": device, "state_token": self.details["state_token"], **changes}
        return self.api.post(
            f"{PATHS[self.version]}/verify_factor", body if otp is None else {**body, "otp_token": otp}
        )


@pytest.fixture(params=PATHS)
def version(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def test_a_second_factor_is_asked_for(sandbox: Sandbox, api: Http, app: App, version: str) -> None:
    first = sandbox.onelogin.enroll_mfa(ALICE)
    second = sandbox.onelogin.enroll_mfa(ALICE, "OneLogin Protect")
    asked = Asked(api, app, version)
    assert asked.details["devices"] == [
        {"device_id": first.id, "device_type": "Google Authenticator"},
        {"device_id": second.id, "device_type": "OneLogin Protect"},
    ]
    assert asked.details["user"]["email"] == ALICE
    assert asked.details["callback_url"] == f"https://acme.onelogin.com{PATHS[version]}/verify_factor"
    assert "data" not in asked.details
    wrong = api.post(PATHS[version], _body(app, password="wrong"))
    assert wrong.status_code == 401


@pytest.mark.parametrize("as_number", [True, False])
def test_a_one_time_password_proves_it(sandbox: Sandbox, api: Http, app: App, version: str, *, as_number: bool) -> None:
    device = sandbox.onelogin.enroll_mfa(ALICE, otp="654321")
    asked = Asked(api, app, version)
    for otp in ("123456", "", None):
        answer = asked.prove(device.id, otp)
        assert answer.status_code == 401
        assert FACTOR in answer.text
    message, rest = _details(
        asked.prove(device.id if as_number else str(device.id), "654321", do_not_notify=True), version
    )
    assert message == "Success"
    assert posted(sandbox, rest["data"]) == WELCOME
    # The state token is used up.
    assert STATE in asked.prove(device.id, "654321").text


def test_a_push_is_asked_for_until_it_is_agreed_to(sandbox: Sandbox, api: Http, app: App, version: str) -> None:
    device = sandbox.onelogin.enroll_mfa(ALICE, "OneLogin Protect", polls=2)
    asked = Asked(api, app, version)
    for _ in range(2):
        pending = asked.prove(device.id)
        assert pending.status_code == 200
        said = pending.json() if version == "2" else pending.json()["status"]
        assert (said["type"], said["message"]) == ("pending", "Authentication pending on OL Protect")
    assert _details(asked.prove(device.id, do_not_notify=True), version)[0] == "Success"
    assert _details(Asked(api, app, version).prove(device.id, "123456"), version)[0] == "Success"


def test_a_state_token_is_for_one_person_one_app_and_two_minutes() -> None:
    now = [datetime.now(UTC)]
    with Sandbox(clock=lambda: now[0]) as sandbox, Http(sandbox.onelogin_url, f"bearer {fresh_token(sandbox)}") as api:
        app = follow_guide(sandbox)
        other = follow_guide(sandbox, "Phones")
        device = sandbox.onelogin.enroll_mfa(ALICE)
        strange = sandbox.onelogin.enroll_mfa("bob.brown@acme.example")
        asked = Asked(api, app, "2")
        for changes in ({"app_id": str(other.id)}, {"state_token": "x"}):
            assert STATE in asked.prove(device.id, "123456", **changes).text
        for number in (strange.id, "1", "x"):
            assert FACTOR in asked.prove(number, "123456").text
        now[0] += timedelta(seconds=121)
        assert STATE in asked.prove(device.id, "123456").text


@pytest.mark.parametrize(
    "changes",
    [
        {"device_id": None},
        {"state_token": ""},
        {"app_id": 7},
        {"otp_token": 123456},
        {"do_not_notify": "yes"},
        {"device_id": True},
    ],
)
def test_the_body_of_the_proof_is_checked(sandbox: Sandbox, api: Http, app: App, changes: dict[str, Any]) -> None:
    device = sandbox.onelogin.enroll_mfa(ALICE)
    assert Asked(api, app, "2").prove(device.id, **changes).status_code == 400


def test_access_that_was_taken_in_between_counts(sandbox: Sandbox, api: Http, app: App) -> None:
    device = sandbox.onelogin.enroll_mfa(ALICE)
    asked = Asked(api, app, "2")
    sandbox.onelogin.remove_members("JustCall Users", [ALICE])
    assert asked.prove(device.id, "123456").status_code == 401


def test_a_deleted_person_leaves_no_device(sandbox: Sandbox) -> None:
    sandbox.onelogin.enroll_mfa(ALICE)
    sandbox.onelogin.delete_user(ALICE)
    assert len(sandbox._onelogin.devices) == 0


def test_no_secret_is_logged_and_nothing_counts_as_a_write(sandbox: Sandbox, api: Http, app: App) -> None:
    device = sandbox.onelogin.enroll_mfa(ALICE, otp="8675309")
    sandbox.requests.clear()
    asked = Asked(api, app, "2")
    asked.prove(device.id, "8675309")
    asked.prove(device.id, otp_token=8675309)
    kept = json.dumps([request.body for request in sandbox.requests])
    assert "sandbox" not in kept.replace("sandbox.example", "")
    assert "8675309" not in kept
    assert asked.details["state_token"] not in kept
    assert ALICE in kept
    assert sandbox.requests.writes() == []
    assert "8675309" not in repr(device)
