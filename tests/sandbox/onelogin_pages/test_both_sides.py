"""A login carried by hand from OneLogin to JustCall: it works exactly when Test Connection says that it would."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import pytest

from sso_sync.sandbox import Sandbox
from sso_sync.sandbox.onelogin.records import App
from tests.sandbox.support import Http

from .browser import ALICE, Browser


def signed_in_at_justcall(sandbox: Sandbox, browser: Browser, app: App) -> bool:
    """Whether Alice's tile leads into JustCall."""
    browser.sign_in(ALICE)
    shown = browser.open(f"/launch/{app.id}")
    if shown.status != 200:
        return False
    (form,) = shown.document.xpath("//form[@id='continue']")
    address = urlsplit(form.get("action"))
    assert f"{address.scheme}://{address.netloc}" == sandbox.justcall_url
    with Browser(sandbox.justcall_url) as justcall:
        callback = justcall.call("POST", address.path, data=dict(form.form_values()))
        home = justcall.open("/apex/home")
    assert (callback.status == 303) == (home.status == 200)
    return home.status == 200


@pytest.mark.parametrize(
    "keys",
    [
        {},
        {"validator": ".*"},
        {"relaystate": "anything"},
        {"saml_sign_element": "1"},
        {"audience": "Wrong"},
        {"audience": ""},
        {"recipient": ""},
        {"recipient": "https://bifrost.justcall.io/other"},
        {"validator": "^https:\\/\\/other$"},
        {"consumer_url": "https://bifrost.justcall.io/other"},
        {"consumer_url": None},
        {"encrypt_assertion": "1"},
        {"saml_nameid_format_id": "2"},
        {"saml_issuer_type": "1"},
    ],
)
def test_a_login_and_the_connection_test_agree(
    sandbox: Sandbox, browser: Browser, gateway: Http, app: App, keys: dict[str, Any]
) -> None:
    sandbox.variants.generic_issuer = "tenant"
    sandbox.onelogin.edit_configuration(app.id, **keys)
    test = gateway.post("/sso/saml/test").json()
    assert signed_in_at_justcall(sandbox, browser, app) == test["ok"], test["message"]


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("email", {"include_in_saml_assertion": False}),
        ("firstName", {"user_attribute_mappings": "none"}),
        ("saml_username", {"user_attribute_mappings": "none"}),
    ],
)
def test_they_agree_about_parameters(
    sandbox: Sandbox, browser: Browser, gateway: Http, app: App, name: str, fields: dict[str, Any]
) -> None:
    sandbox.onelogin.edit_parameter(app.id, name, **fields)
    test = gateway.post("/sso/saml/test").json()
    assert test["ok"] is False
    assert not signed_in_at_justcall(sandbox, browser, app)
