"""JustCall's gateway: the contract of DESIGN §5 and its switches."""

from __future__ import annotations

from typing import Any

import pytest

from sso_sync.saml import certificate
from sso_sync.sandbox import Sandbox

from .support import Http

SETTINGS = "/sso/saml"


@pytest.fixture
def pem(sandbox: Sandbox) -> str:
    return sandbox.onelogin.certificate("Standard Strength Certificate (2048-bit)").pem


def _failed(message: str) -> dict[str, str]:
    return {"status": "failed", "message": message}


def test_read(gateway: Http) -> None:
    answer = gateway.get(SETTINGS)
    assert answer.status_code == 200
    assert answer.json() == {
        "enabled": False,
        "protocol": None,
        "acs_url": "https://bifrost.justcall.io/passport/login/callback",
        "entity_id": "JustCall",
        "sso_url": None,
        "issuer": None,
        "certificate": None,
        "default_role": None,
        "verified_domains": ["acme.example"],
    }


@pytest.mark.parametrize("authorization", [None, "wrong:pair", "Basic eDp5", "Bearer x"])
@pytest.mark.parametrize("path", [SETTINGS, "/v2.1/users", "/nothing"])
def test_who_may_call(sandbox: Sandbox, authorization: str | None, path: str) -> None:
    with Http(sandbox.justcall_url, authorization) as http:
        answer = http.get(path)
    assert (answer.status_code, answer.json()) == (401, _failed("Unauthorized"))
    assert not any(name.lower().startswith("x-rate-limit") for name in answer.headers)


def test_put_takes_changed_keys_and_answers_the_whole(gateway: Http, pem: str) -> None:
    changes = {
        "protocol": "SAML 2.0",
        "sso_url": "https://idp.example/sso",
        "issuer": "https://idp.example/issuer",
        "certificate": pem,
        "default_role": "Team Member",
    }
    before = gateway.get(SETTINGS).json()
    answer = gateway.put(SETTINGS, changes)
    assert (answer.status_code, answer.json()) == (200, {**before, **changes})
    assert gateway.get(SETTINGS).json() == answer.json()
    assert gateway.put(SETTINGS, {"enabled": True}).json() == {**answer.json(), "enabled": True}


@pytest.mark.parametrize("key", ["protocol", "sso_url", "issuer", "certificate", "default_role"])
@pytest.mark.parametrize("blank", [None, ""])
def test_blank_clears(sandbox: Sandbox, gateway: Http, pem: str, key: str, blank: str | None) -> None:
    if (key, blank) == ("protocol", ""):
        assert gateway.put(SETTINGS, {key: blank}).status_code == 422
        return
    sandbox.justcall.edit(**{key: "something"})
    assert gateway.put(SETTINGS, {key: blank}).json()[key] is None


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({"nonsense": 1}, "Unknown setting: nonsense"),
        ({"acs_url": "https://x.example"}, "acs_url cannot be changed"),
        ({"entity_id": "X"}, "entity_id cannot be changed"),
        ({"verified_domains": []}, "verified_domains cannot be changed"),
        ({"enabled": "yes"}, "enabled must be true or false"),
        ({"enabled": None}, "enabled must be true or false"),
        ({"protocol": "OIDC"}, "protocol must be SAML 2.0"),
        ({"sso_url": "idp.example"}, "sso_url must be a URL"),
        ({"issuer": 5}, "issuer must be text"),
        ({"default_role": "Owner"}, "The owner's role cannot be the default role"),
        ({"default_role": "Pilot"}, "Unknown role: Pilot"),
        ([], "The body must be an object"),
    ],
)
def test_refusals_change_nothing(sandbox: Sandbox, gateway: Http, body: Any, message: str) -> None:
    before = sandbox.justcall.settings
    sent = {"issuer": "https://changed.example", **body} if isinstance(body, dict) else body
    answer = gateway.put(SETTINGS, sent)
    assert (answer.status_code, answer.json()) == (422, _failed(message))
    assert sandbox.justcall.settings == before


@pytest.mark.parametrize("text", ["garbage", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"])
def test_certificates_must_parse(gateway: Http, text: str) -> None:
    answer = gateway.put(SETTINGS, {"certificate": text})
    assert answer.status_code == 422
    assert answer.json()["message"].startswith("Certificate validation failure: ")


def test_two_certificates_are_refused(gateway: Http, pem: str) -> None:
    assert gateway.put(SETTINGS, {"certificate": pem + pem}).status_code == 422


def test_body_that_is_no_json(gateway: Http) -> None:
    answer = gateway.call("PUT", SETTINGS, data=b"{")
    assert (answer.status_code, answer.json()) == (400, _failed("The body is not JSON"))


def _indented(pem: str) -> str:
    return pem.replace("\n", "\n ")


def _with_blank_line(pem: str) -> str:
    return pem.replace("CERTIFICATE-----\n", "CERTIFICATE-----\n\n", 1)


def _with_crlf(pem: str) -> str:
    return pem.replace("\n", "\r\n")


@pytest.mark.parametrize("spoil", [_indented, _with_blank_line, _with_crlf])
def test_stray_whitespace(sandbox: Sandbox, gateway: Http, pem: str, spoil: Any) -> None:
    assert gateway.put(SETTINGS, {"certificate": spoil(pem)}).json()["certificate"] == spoil(pem)
    sandbox.variants.certificate_whitespace = "refused"
    refused = gateway.put(SETTINGS, {"certificate": spoil(pem)})
    assert (refused.status_code, refused.json()) == (422, _failed("Certificate validation failure: extra whitespace"))
    assert gateway.put(SETTINGS, {"certificate": pem}).status_code == 200


def test_certificates_may_be_normalised(sandbox: Sandbox, gateway: Http, pem: str) -> None:
    bare = "".join(line for line in pem.splitlines() if "-----" not in line)
    assert gateway.put(SETTINGS, {"certificate": bare}).json()["certificate"] == bare
    sandbox.variants.certificate_stored = "normalised"
    stored = gateway.put(SETTINGS, {"certificate": bare}).json()["certificate"]
    assert stored == certificate.parse(pem).pem


def test_a_save_that_lies(sandbox: Sandbox, gateway: Http) -> None:
    sandbox.variants.write_lies = True
    before = gateway.get(SETTINGS).json()
    answer = gateway.put(SETTINGS, {"enabled": True, "issuer": "https://x.example"})
    assert (answer.status_code, answer.json()) == (200, before)
    assert gateway.get(SETTINGS).json() == before


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("DELETE", SETTINGS),
        ("POST", SETTINGS),
        ("GET", f"{SETTINGS}/test"),
        ("PUT", f"{SETTINGS}/test"),
        ("GET", "/other"),
    ],
)
def test_unknown_routes(gateway: Http, method: str, path: str) -> None:
    answer = gateway.call(method, path)
    assert (answer.status_code, answer.json()) == (404, _failed("Not found"))
