from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from typing import Any

import pytest
import responses

from sso_sync.errors import CredentialsRefused, ReadOnlyViolation, SpecError
from sso_sync.http import AnswerError, AuthRefused, ServiceDown
from sso_sync.justcall.drivers.http import HttpDriver, connect
from sso_sync.justcall.port import ServiceProvider
from sso_sync.justcall.settings import Observed, SettingField, TestResult
from sso_sync.justcall.wire import new_transport
from tests.justcall.drivers.test_gateway import WHOLE
from tests.justcall.support import KEY, NOW, SECRET, Sleeps, clock, no_evidence
from tests.saml.make import Made

BASE = "https://gateway.example/justcall"
URL = f"{BASE}/sso/saml"


@pytest.fixture
def wire() -> Iterator[responses.RequestsMock]:
    with responses.RequestsMock() as mock:
        yield mock


@pytest.fixture
def driver() -> Iterator[HttpDriver]:
    found = HttpDriver(new_transport(BASE, KEY, SECRET, service="JustCall gateway", retry=Sleeps().retry), clock=clock)
    yield found
    found.close()


def sent(wire: responses.RequestsMock, number: int = 0) -> Any:
    body = wire.calls[number].request.body
    assert isinstance(body, bytes)
    return json.loads(body)


def test_it_is_a_service_provider(driver: HttpDriver) -> None:
    provider: ServiceProvider = driver

    assert (provider.label, provider.how, provider.automatic) == ("gateway.example/justcall", "http", True)


def test_reading(wire: responses.RequestsMock, driver: HttpDriver) -> None:
    wire.get(URL, json=WHOLE)

    settings = driver.read()

    assert settings.knowledge(SettingField.DEFAULT_ROLE) == Observed("Team Member", NOW)
    assert wire.calls[0].request.headers["Authorization"] == f"{KEY}:{SECRET}"


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("<html><body>Welcome</body></html>", "not valid JSON"),
        ("", "empty body"),
        ("[]", "not a JSON object"),
        ('{"hello": "world"}', "none of the SSO settings"),
        ('{"status": "failed", "message": "maintenance"}', "maintenance"),
    ],
)
def test_an_unusable_answer_is_one_clear_error(
    wire: responses.RequestsMock, driver: HttpDriver, body: str, words: str
) -> None:
    wire.get(URL, body=body)

    with pytest.raises(AnswerError, match=words) as caught:
        driver.read()

    assert caught.value.path == "/justcall/sso/saml"
    assert caught.value.diagnostics[0].next_action


def test_a_refused_key(wire: responses.RequestsMock, driver: HttpDriver) -> None:
    wire.get(URL, status=401, json={"status": "failed", "message": "Unauthorized"})

    with pytest.raises(AuthRefused, match="Unauthorized") as caught:
        driver.read()

    assert "JUSTCALL_API_KEY" in (caught.value.diagnostics[0].next_action or "")
    assert KEY not in str(caught.value.diagnostics)


def test_a_failing_gateway_is_tried_again_and_then_down(wire: responses.RequestsMock, driver: HttpDriver) -> None:
    wire.get(URL, status=502, body="<title>Bad Gateway</title>")

    with pytest.raises(ServiceDown, match="Bad Gateway"):
        driver.read()

    assert len(wire.calls) == 4


def test_writing_sends_exactly_the_changes(wire: responses.RequestsMock, driver: HttpDriver, made: Made) -> None:
    bare = base64.b64encode(made.der).decode()
    wire.put(URL, json=WHOLE | {"certificate": bare, "default_role": None})

    settings = driver.writable(no_evidence).write({SettingField.CERTIFICATE: bare, SettingField.DEFAULT_ROLE: None})

    assert sent(wire) == {"certificate": made.pem, "default_role": None}
    assert settings.value(SettingField.CERTIFICATE) == made.pem


def test_no_changes_send_nothing_but_a_read(wire: responses.RequestsMock, driver: HttpDriver) -> None:
    wire.get(URL, json=WHOLE)

    assert driver.write({}).value(SettingField.ENABLED) is False


@pytest.mark.parametrize(
    "answer",
    [
        WHOLE,
        WHOLE | {"sso_url": "https://new.example/sso "},
        {key: value for key, value in WHOLE.items() if key != "sso_url"},
        WHOLE | {"sso_url": 7},
    ],
    ids=["unchanged", "altered", "missing", "wrong type"],
)
def test_yes_without_doing_it_is_an_error(
    wire: responses.RequestsMock, driver: HttpDriver, answer: dict[str, Any]
) -> None:
    wire.put(URL, json=answer)

    with pytest.raises(AnswerError, match="said yes but still holds something else for SSO URL") as caught:
        driver.writable(no_evidence).write({SettingField.SSO_URL: "https://new.example/sso"})

    assert "new.example" not in str(caught.value)  # the value may have come from the environment


def test_a_certificate_that_was_not_taken(
    wire: responses.RequestsMock, driver: HttpDriver, made: Made, other: Made
) -> None:
    wire.put(URL, json=WHOLE | {"certificate": other.pem})

    with pytest.raises(AnswerError, match="Certificate"):
        driver.writable(no_evidence).write({SettingField.CERTIFICATE: made.pem})


def test_a_read_only_driver_writes_and_tests_nothing(wire: responses.RequestsMock, driver: HttpDriver) -> None:
    with pytest.raises(ReadOnlyViolation):
        driver.write({SettingField.ENABLED: True})
    with pytest.raises(ReadOnlyViolation):
        driver.test()

    assert len(wire.calls) == 0


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"ok": True, "message": "Connected"}, TestResult(True, "Connected")),
        ({"ok": False, "message": "Invalid\naudience\x1b[2J"}, TestResult(False, "Invalid audience [2J")),
        ({"ok": False}, TestResult(False, "")),
        ({"ok": True, "message": None}, TestResult(True, "")),
    ],
)
def test_a_test_result_is_a_result(
    wire: responses.RequestsMock, driver: HttpDriver, body: dict[str, Any], expected: TestResult
) -> None:
    wire.post(f"{URL}/test", json=body)

    assert driver.writable(no_evidence).test() == expected


@pytest.mark.parametrize("body", [{}, {"ok": "true"}, {"ok": None}, [], "yes"])
def test_a_test_that_does_not_say_is_an_error(wire: responses.RequestsMock, driver: HttpDriver, body: Any) -> None:
    wire.post(f"{URL}/test", json=body)

    with pytest.raises(AnswerError, match="does not say"):
        driver.writable(no_evidence).test()


def test_a_test_changes_nothing_and_is_repeated(wire: responses.RequestsMock, driver: HttpDriver) -> None:
    wire.post(f"{URL}/test", status=500)
    wire.post(f"{URL}/test", json={"ok": True})

    assert driver.writable(no_evidence).test().ok
    assert len(wire.calls) == 2


def test_connecting(wire: responses.RequestsMock) -> None:
    wire.put(URL, json=WHOLE | {"enabled": True})

    with pytest.raises(ReadOnlyViolation):
        connect(BASE, KEY, SECRET).write({SettingField.ENABLED: True})
    connect(BASE, KEY, SECRET, read_only=False).write({SettingField.ENABLED: True})

    assert sent(wire) == {"enabled": True}


def test_unusable_addresses_and_credentials() -> None:
    with pytest.raises(SpecError, match="not encrypted") as caught:
        connect("http://gateway.example", KEY, SECRET)
    assert caught.value.diagnostics[0].address == "justcall.url"
    with pytest.raises(CredentialsRefused, match="API secret"):
        connect(BASE, KEY, "")


@pytest.mark.parametrize(
    ("message", "first"),
    [
        ("Enable SSO before testing the connection", True),
        ("Please activate SAML first.", True),
        ("SSO is not enabled", True),
        ("Single sign-on must be enabled to run this test", True),
        ("SAML is currently disabled for this account", True),
        ("Invalid audience", False),
        ("The user is not enabled in the directory", False),
        ("The certificate has to be renewed before 1 May", False),
        ("", False),
    ],
)
def test_a_gateway_that_tests_only_what_is_enabled_is_known_by_its_words(
    wire: responses.RequestsMock, driver: HttpDriver, message: str, first: bool
) -> None:
    wire.post(f"{URL}/test", json={"ok": False, "message": message})
    assert driver.writable(no_evidence).test().needs_enabled is first


def test_a_test_that_succeeds_needs_nothing(wire: responses.RequestsMock, driver: HttpDriver) -> None:
    wire.post(f"{URL}/test", json={"ok": True, "message": "SSO is not enabled, but fine"})
    assert driver.writable(no_evidence).test().needs_enabled is False
