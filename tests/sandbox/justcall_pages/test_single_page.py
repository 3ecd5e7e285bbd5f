"""The SSO settings as JSON: what the single page is built of, and what its Save and Test are answered."""

from __future__ import annotations

import time
from typing import Any

import pytest

from sso_sync.saml import certificate
from sso_sync.sandbox import Sandbox, follow_guide

from .support import API, Browser

FAILED = "Configuration could not be saved: "


@pytest.fixture(autouse=True)
def _spa(sandbox: Sandbox) -> None:
    sandbox.variants.page = "spa"


def test_what_the_form_is_built_of(sandbox: Sandbox, owner: Browser, pem: str) -> None:
    app = follow_guide(sandbox)
    body = owner.api("GET").json()
    assert body["values"] == {
        "enabled": True,
        "protocol": "SAML 2.0",
        "sso_url": sandbox.onelogin.sso_url(app.id),
        "issuer": sandbox.onelogin.issuer(app.id),
        "certificate": pem,
        "default_role": "Team Member",
    }
    assert (body["acs_url"], body["entity_id"]) == (sandbox.justcall.settings.acs_url, "JustCall")
    assert (body["verified_domains"], body["note"]) == (["acme.example"], None)
    assert body["labels"]["save"] == "Save Configuration"
    assert [role["value"] for role in body["roles"]] == ["Admin", "Team Member"]
    assert (body["twice"], body["reveals"]) == (False, False)


def test_save_takes_what_changed_and_answers_what_to_show(sandbox: Sandbox, owner: Browser) -> None:
    answer = owner.api("PUT", body={"issuer": "https://new.example", "protocol": ""})
    assert answer.status_code == 200
    assert answer.json()["message"] == "Configuration saved."
    assert answer.json()["values"]["issuer"] == "https://new.example"
    assert sandbox.justcall.settings.issuer == "https://new.example"


@pytest.mark.parametrize(
    ("body", "status", "message"),
    [
        ({"sso_url": "x"}, 422, f"{FAILED}sso_url must be a URL"),
        ({"acs_url": "https://x.example"}, 422, f"{FAILED}acs_url cannot be changed"),
        ({"enabled": "on"}, 422, f"{FAILED}enabled must be true or false"),
        ([], 400, "The body is not a JSON object"),
        (None, 400, "The body is not a JSON object"),
    ],
)
def test_refusals(sandbox: Sandbox, owner: Browser, body: Any, status: int, message: str) -> None:
    sent = {"issuer": "https://new.example", **body} if isinstance(body, dict) else body
    before = sandbox.snapshot()
    answer = owner.api("PUT", body=sent)
    assert (answer.status_code, answer.json()) == (status, {"status": "failed", "message": message})
    assert sandbox.snapshot() == before


@pytest.mark.parametrize("csrf", ["", "wrong"])
def test_writes_need_the_sessions_token(sandbox: Sandbox, owner: Browser, csrf: str) -> None:
    before = sandbox.snapshot()
    for method, path in (("PUT", API), ("POST", f"{API}/test")):
        answer = owner.api(method, path, {"issuer": "https://evil.example"}, csrf=csrf)
        assert (answer.status_code, answer.json()["message"]) == (
            403,
            "This page is out of date. Reload it and try again.",
        )
    assert owner.api("GET", csrf=csrf).status_code == 200
    assert sandbox.snapshot() == before


def test_test_connection(sandbox: Sandbox, owner: Browser) -> None:
    follow_guide(sandbox)
    assert owner.api("POST", f"{API}/test").json() == {"ok": True, "message": "Connection successful"}
    sandbox.onelogin.edit_configuration("JustCall", audience="x")
    assert owner.api("POST", f"{API}/test").json() == {"ok": False, "message": "Connection failed: Invalid audience"}
    sandbox.variants.test_needs_enabled = True
    sandbox.justcall.edit(enabled=False)
    assert owner.api("POST", f"{API}/test").json()["message"] == (
        "Connection failed: Enable SSO before testing the connection"
    )


def test_a_certificate_that_is_not_shown(sandbox: Sandbox, owner: Browser, pem: str) -> None:
    follow_guide(sandbox)
    sandbox.variants.page_certificate = "fingerprint"
    body = owner.api("GET").json()
    assert body["values"]["certificate"] == ""
    assert body["note"] == f"Certificate saved. SHA-256 fingerprint: {certificate.parse(pem).fingerprint}"
    owner.api("PUT", body={"certificate": ""})
    assert sandbox.justcall.settings.certificate == pem
    sandbox.variants.page_certificate = "hidden"
    answer = owner.api("PUT", body={"issuer": "https://new.example"}).json()
    assert (answer["values"]["certificate"], answer["note"]) == ("", "A certificate is saved.")
    assert pem.splitlines()[1] not in str(answer)


def test_a_save_that_lies_shows_what_was_typed(sandbox: Sandbox, owner: Browser) -> None:
    sandbox.variants.page_save = "lies"
    before = sandbox.snapshot()
    answer = owner.api("PUT", body={"issuer": "https://new.example"})
    assert (answer.status_code, answer.json()["values"]["issuer"]) == (200, "https://new.example")
    assert owner.api("GET").json()["values"]["issuer"] == ""
    assert sandbox.snapshot() == before


def test_a_save_that_errors(sandbox: Sandbox, owner: Browser) -> None:
    sandbox.variants.page_save = "errors"
    before = sandbox.snapshot()
    answer = owner.api("PUT", body={"issuer": "https://new.example"})
    message = f"{FAILED}an error occurred on our side"
    assert (answer.status_code, answer.json()) == (500, {"status": "failed", "message": message})
    assert sandbox.snapshot() == before


def test_the_form_is_slow_and_its_frame_is_not(sandbox: Sandbox, owner: Browser) -> None:
    token = owner.token()
    sandbox.variants.page_delay = 0.4
    for method, body in (("GET", None), ("PUT", {}), ("PUT", {"sso_url": "x"})):
        began = time.monotonic()
        owner.api(method, body=body, csrf=token)
        assert time.monotonic() - began >= 0.4
    began = time.monotonic()
    owner.open("/apex/settings")
    assert time.monotonic() - began < 0.4
