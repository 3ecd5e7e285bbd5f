"""Test Connection: works only when a login would, and names the first thing that is wrong (guide, troubleshooting)."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from sso_sync.saml import validator
from sso_sync.sandbox import Sandbox, follow_guide

from .support import Http

ACS = "https://bifrost.justcall.io/passport/login/callback"
NO_ANSWER = "The identity provider did not answer at the SSO URL"
Change = Callable[[Sandbox], object]


def _app(**keys: str | int | None) -> Change:
    return lambda sandbox: sandbox.onelogin.edit_configuration("JustCall", **keys)


def _parameter(name: str, **fields: str | bool | None) -> Change:
    return lambda sandbox: sandbox.onelogin.edit_parameter("JustCall", name, **fields)


def _justcall(**fields: str | None) -> Change:
    return lambda sandbox: sandbox.justcall.edit(**fields)


def _other_certificate(sandbox: Sandbox) -> None:
    number = sandbox.onelogin.certificate("Next Certificate (2048-bit)").id
    sandbox.onelogin.edit_configuration("JustCall", certificate_id=number)


BROKEN: dict[str, tuple[Change, str]] = {
    "no SSO URL": (_justcall(sso_url=None), "SSO URL is not set"),
    "no issuer": (_justcall(issuer=None), "Issuer is not set"),
    "no certificate": (_justcall(certificate=None), "Certificate is not set"),
    "SSO URL of nobody": (
        _justcall(sso_url="https://x.example"),
        NO_ANSWER,
    ),
    "app is gone": (
        lambda sandbox: sandbox.onelogin.delete_app("JustCall"),
        NO_ANSWER,
    ),
    "issuer of nobody": (_justcall(issuer="https://x.example"), "Invalid issuer"),
    "rotated certificate": (
        _other_certificate,
        "Certificate validation failure: the signature does not match the certificate",
    ),
    "audience": (_app(audience="https://justcall.io"), "Invalid audience"),
    "blank audience": (_app(audience=""), "Invalid audience"),
    "audience, case": (_app(audience="justcall"), "Invalid audience"),
    "blank recipient": (_app(recipient=None), "Invalid recipient"),
    "other recipient": (_app(recipient="https://x.example"), "Invalid recipient"),
    "other ACS": (_app(consumer_url="https://x.example"), "The identity provider refused the ACS URL"),
    "validator": (_app(validator=r"^https:\/\/x\.example$"), "The identity provider refused the ACS URL"),
    "validator that is no regex": (_app(validator="("), "The identity provider refused the ACS URL"),
    "encrypted": (_app(encrypt_assertion="1"), "The assertion is encrypted, and JustCall has no key for it"),
    "NameID format": (
        _app(saml_nameid_format_id="2"),
        "Invalid NameID format: an e-mail address is required",
    ),
    "empty NameID": (_parameter("saml_username", user_attribute_mappings="none"), "NameID is empty"),
    "not included": (_parameter("firstName", include_in_saml_assertion=False), "Attributes not received: firstName"),
    "without source": (_parameter("email", user_attribute_mappings=None), "Attributes not received: email"),
    "missing": (
        lambda sandbox: [sandbox.onelogin.remove_parameter("JustCall", name) for name in ("email", "lastName")],
        "Attributes not received: email, lastName",
    ),
}


@pytest.mark.parametrize("what", BROKEN)
def test_the_first_problem_is_named(sandbox: Sandbox, gateway: Http, what: str) -> None:
    follow_guide(sandbox)
    change, message = BROKEN[what]
    change(sandbox)
    answer = gateway.post("/sso/saml/test")
    assert (answer.status_code, answer.json()) == (200, {"ok": False, "message": message})
    assert sandbox.justcall.problem() == message


FINE: dict[str, Change] = {
    "as the guide says": lambda sandbox: None,
    "anchored validator": _app(validator=validator.anchored(ACS)),
    "lenient validator": _app(validator=".*"),
    "certificate in one line": lambda sandbox: sandbox.justcall.edit(
        certificate="".join(sandbox.onelogin.signing_certificate("JustCall").splitlines()[1:-1])
    ),
    "access for nobody": lambda sandbox: sandbox.onelogin.edit_app("JustCall", role_ids=[]),
}


@pytest.mark.parametrize("what", FINE)
def test_what_works(sandbox: Sandbox, gateway: Http, what: str) -> None:
    follow_guide(sandbox, enabled=False)
    FINE[what](sandbox)
    assert gateway.post("/sso/saml/test").json() == {"ok": True, "message": "Connection successful"}


def test_the_app_is_found_by_its_endpoint_whatever_its_name(sandbox: Sandbox) -> None:
    follow_guide(sandbox, "Phones")
    sandbox.onelogin.add_app("JustCall")
    assert sandbox.justcall.problem() is None


def test_another_saml_connector_can_do_it_too(sandbox: Sandbox) -> None:
    follow_guide(sandbox)
    sandbox.justcall.edit(sso_url=sandbox.onelogin.sso_url("Payroll"))
    assert sandbox.justcall.problem() == "The identity provider refused the ACS URL"
    sandbox.onelogin.edit_configuration("Payroll", consumer=ACS)
    assert sandbox.justcall.problem() == "Invalid issuer"


def test_testing_may_need_sso_to_be_enabled(sandbox: Sandbox, gateway: Http) -> None:
    follow_guide(sandbox, enabled=False)
    sandbox.variants.test_needs_enabled = True
    refused = gateway.post("/sso/saml/test").json()
    assert refused == {"ok": False, "message": "Enable SSO before testing the connection"}
    sandbox.justcall.edit(enabled=True)
    assert gateway.post("/sso/saml/test").json()["ok"] is True


def test_testing_changes_nothing(sandbox: Sandbox, gateway: Http) -> None:
    follow_guide(sandbox)
    before = sandbox.snapshot()
    gateway.post("/sso/saml/test")
    assert sandbox.snapshot() == before
