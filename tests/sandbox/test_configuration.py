"""`configuration`: keys, merge, and every way it may read back (fact sheet §5.4)."""

from __future__ import annotations

from typing import Any

import pytest

from sso_sync.saml import certificate
from sso_sync.sandbox import Sandbox

from .support import Http, error_a

KEYS = [
    "relaystate",
    "audience",
    "recipient",
    "validator",
    "consumer_url",
    "logout_url",
    "login",
    "saml_notbefore",
    "saml_notonorafter",
    "saml_sessionnotonorafter",
    "saml_initiater_id",
    "saml_nameid_format_id",
    "saml_nameid_format_id_slo",
    "saml_issuer_type",
    "saml_sign_element",
    "encrypt_assertion",
    "saml_encryption_method_id",
    "sign_slo_request",
    "sign_slo_response",
    "generate_attribute_value_tags",
    "signature_algorithm",
    "certificate_id",
]


@pytest.fixture
def app_id(sandbox: Sandbox) -> int:
    return sandbox.onelogin.add_app("JustCall").id


def _put(api: Http, app_id: int, **keys: Any) -> Any:
    return api.put(f"/api/2/apps/{app_id}", {"configuration": keys})


def _read(api: Http, app_id: int) -> dict[str, Any]:
    configuration: dict[str, Any] = api.get(f"/api/2/apps/{app_id}").json()["configuration"]
    return configuration


def test_fresh_configuration_has_every_key(api: Http, app_id: int) -> None:
    fresh = _read(api, app_id)
    assert list(fresh) == KEYS
    assert fresh["saml_notbefore"] == "3"
    assert fresh["saml_sessionnotonorafter"] == "1440"
    assert isinstance(fresh["certificate_id"], int)
    assert fresh["audience"] is None


def test_only_sent_keys_change(api: Http, app_id: int) -> None:
    before = _read(api, app_id)
    answered = _put(api, app_id, audience="JustCall", saml_sign_element="2").json()["configuration"]
    assert answered == {**before, "audience": "JustCall", "saml_sign_element": "2"}
    assert _read(api, app_id) == answered


@pytest.mark.parametrize("value", [None, "", "x"])
def test_unknown_key_is_refused_even_as_null(sandbox: Sandbox, api: Http, app_id: int, value: str | None) -> None:
    refused = _put(api, app_id, audience="changed", provider_arn=value)
    expected = error_a(400, "BadRequestError", "Unknown parameter on configuration section: provider_arn")
    assert (refused.status_code, refused.json()) == (400, expected)
    assert sandbox.onelogin.app(app_id).configuration["audience"] is None


def test_other_connector_has_other_keys(sandbox: Sandbox, api: Http) -> None:
    number = sandbox.onelogin.app("Payroll").id
    assert _put(api, number, consumer="https://x.example/acs").status_code == 200
    assert _put(api, number, consumer_url="https://x.example/acs").status_code == 400


@pytest.mark.parametrize("configuration", [[], "text", 5])
def test_configuration_must_be_an_object(api: Http, app_id: int, configuration: Any) -> None:
    assert api.put(f"/api/2/apps/{app_id}", {"configuration": configuration}).status_code == 400


def test_null_configuration_changes_nothing(api: Http, app_id: int) -> None:
    before = _read(api, app_id)
    assert api.put(f"/api/2/apps/{app_id}", {"configuration": None}).status_code == 200
    assert _read(api, app_id) == before


@pytest.mark.parametrize(("sent", "stored"), [(2, "2"), (True, "1"), (False, "0"), ("2", "2")])
def test_numbers_and_booleans(sandbox: Sandbox, api: Http, app_id: int, sent: Any, stored: str) -> None:
    _put(api, app_id, saml_sign_element=sent)
    assert _read(api, app_id)["saml_sign_element"] == stored
    sandbox.variants.configuration_values = "as_sent"
    _put(api, app_id, saml_sign_element=sent)
    read = _read(api, app_id)["saml_sign_element"]
    assert (read, type(read)) == (sent, type(sent))


def test_enumerations_read_back_as_numbers(sandbox: Sandbox, api: Http, app_id: int) -> None:
    _put(api, app_id, audience="42", saml_nameid_format_id="2")
    sandbox.variants.configuration_enums = "numbers"
    read = _read(api, app_id)
    assert (read["saml_nameid_format_id"], read["saml_notbefore"]) == (2, 3)
    assert read["audience"] == "42"


@pytest.mark.parametrize(
    ("switch", "never_set", "null", "empty"),
    [("stored", None, None, ""), ("null", None, None, None), ("empty", "", "", ""), ("absent", ..., ..., ...)],
)
def test_blank_text(
    sandbox: Sandbox, api: Http, app_id: int, switch: Any, never_set: Any, null: Any, empty: Any
) -> None:
    sandbox.variants.blank_configuration = switch
    _put(api, app_id, audience="x", recipient="x")
    _put(api, app_id, audience=None, recipient="")
    read = _read(api, app_id)
    assert [read.get(key, ...) for key in ("relaystate", "audience", "recipient")] == [never_set, null, empty]
    assert read["saml_sign_element"] == "0"


@pytest.mark.parametrize(
    ("switch", "taken"), [("both", {"SHA-384", "SHA-348"}), ("SHA-384", {"SHA-384"}), ("SHA-348", {"SHA-348"})]
)
def test_signature_algorithms(sandbox: Sandbox, api: Http, app_id: int, switch: Any, taken: set[str]) -> None:
    sandbox.variants.sha384_spelling = switch
    words = ["SHA-1", "SHA-256", "SHA-384", "SHA-348", "SHA-512", "MD5", None]
    accepted = {word for word in words if _put(api, app_id, signature_algorithm=word).status_code == 200}
    assert accepted == {"SHA-1", "SHA-256", "SHA-512"} | taken


def test_nested_values_are_refused(api: Http, app_id: int) -> None:
    assert _put(api, app_id, audience={"a": 1}).status_code == 422
    assert _put(api, app_id, audience=["a"]).status_code == 422


@pytest.mark.parametrize("kind", [int, str])
def test_certificate_follows_its_id(sandbox: Sandbox, api: Http, app_id: int, kind: type) -> None:
    chosen = sandbox.onelogin.certificate("Expiring Certificate (2048-bit)")
    app = _put(api, app_id, certificate_id=kind(chosen.id)).json()
    assert app["configuration"]["certificate_id"] == chosen.id
    shown = app["sso"]["certificate"]
    assert (shown["id"], shown["name"]) == (chosen.id, chosen.name)
    assert certificate.parse(shown["value"]).not_after == chosen.expires_at


def test_null_certificate_goes_back_to_the_default(sandbox: Sandbox, api: Http, app_id: int) -> None:
    _put(api, app_id, certificate_id=sandbox.onelogin.certificate("Next Certificate (2048-bit)").id)
    default = sandbox.onelogin.set_default_certificate("Legacy Certificate (1024-bit)")
    assert _put(api, app_id, certificate_id=None).json()["sso"]["certificate"]["id"] == default.id


def test_new_default_certificate_leaves_existing_apps_alone(sandbox: Sandbox, api: Http, app_id: int) -> None:
    before = api.get(f"/api/2/apps/{app_id}").json()["sso"]["certificate"]
    default = sandbox.onelogin.set_default_certificate("Next Certificate (2048-bit)")
    assert api.get(f"/api/2/apps/{app_id}").json()["sso"]["certificate"] == before
    assert sandbox.onelogin.app(sandbox.onelogin.add_app("New").id).configuration["certificate_id"] == default.id


@pytest.mark.parametrize("number", [1, "1", "x", True])
def test_unknown_certificate(sandbox: Sandbox, api: Http, app_id: int, number: Any) -> None:
    assert _put(api, app_id, certificate_id=number).status_code == 422
    sandbox.variants.unknown_certificate = "ignored"
    before = _read(api, app_id)
    assert _put(api, app_id, certificate_id=number).json()["configuration"] == before
