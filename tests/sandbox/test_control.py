"""The sandbox's own interface under /_sandbox/: the same handles from another process."""

from __future__ import annotations

import http.client
from collections.abc import Iterator
from typing import Any

import pytest

from sso_sync.sandbox import Fault, Sandbox

from .support import Http


@pytest.fixture(params=["onelogin_url", "justcall_url"])
def control(sandbox: Sandbox, request: pytest.FixtureRequest) -> Iterator[Http]:
    with Http(getattr(sandbox, request.param) + "/_sandbox") as http:
        yield http


def _raw(sandbox: Sandbox, host: str, path: str = "/_sandbox/health") -> int:
    connection = http.client.HTTPConnection("127.0.0.1", int(sandbox.onelogin_url.rpartition(":")[2]), timeout=10)
    try:
        connection.putrequest("GET", path, skip_host=True)
        connection.putheader("Host", host)
        connection.endheaders()
        answer = connection.getresponse()
        answer.read()
        return answer.status
    finally:
        connection.close()


def test_health(control: Http) -> None:
    answer = control.get("/health")
    assert (answer.status_code, answer.json()) == (200, {"ready": True, "run": 0})


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("localhost:80", 200),
        ("127.0.0.1", 200),
        ("127.1.2.3:5", 200),
        ("[::1]:80", 200),
        ("evil.example", 403),
        ("localhost.evil.example:80", 403),
        ("10.0.0.1", 403),
        ("", 403),
    ],
)
def test_only_by_a_loopback_name(sandbox: Sandbox, host: str, status: int) -> None:
    assert _raw(sandbox, host) == status


def test_snapshot_and_reset(sandbox: Sandbox, control: Http) -> None:
    before = control.get("/snapshot").json()
    assert before == sandbox.snapshot()
    sandbox.onelogin.delete_app("Wiki")
    assert control.get("/snapshot").json() != before
    assert control.post("/reset").status_code == 200
    assert control.get("/snapshot").json() == before


def test_requests(sandbox: Sandbox, control: Http, api: Http, gateway: Http) -> None:
    api.get("/api/2/apps")
    api.post("/api/2/roles", {"name": "New"})
    gateway.get("/sso/saml")
    assert [row["path"] for row in control.get("/requests").json()] == ["/api/2/apps", "/api/2/roles", "/sso/saml"]
    (write,) = control.get("/requests", writes="true").json()
    assert (write["method"], write["body"], write["status"]) == ("POST", {"name": "New"}, 201)
    assert len(control.get("/requests", service="justcall").json()) == 1
    assert len(control.get("/requests", history="true").json()) == 3
    control.delete("/requests")
    assert control.get("/requests").json() == []


def test_variants(sandbox: Sandbox, control: Http) -> None:
    assert control.get("/variants").json()["create_status"] == 200
    changed = control.put("/variants", {"create_status": 201, "groups_v2": False})
    assert changed.json()["create_status"] == 201
    assert (sandbox.variants.create_status, sandbox.variants.groups_v2) == (201, False)


@pytest.mark.parametrize("body", [{"nonsense": 1}, {"create_status": 418}, {"groups_v2": "perhaps"}, [], "x"])
def test_bad_variants(sandbox: Sandbox, control: Http, body: Any) -> None:
    before = sandbox.variants.as_dict()
    answer = control.put("/variants", body)
    assert answer.status_code == 422
    assert answer.json()["error"]
    assert sandbox.variants.as_dict() == before


def test_faults(sandbox: Sandbox, control: Http, api: Http) -> None:
    assert control.post("/faults", {"kind": "error", "status": 502, "path": "/apps$"}).status_code == 200
    assert sandbox.faults.rules() == (Fault("error", status=502, path="/apps$"),)
    assert api.get("/api/2/apps").status_code == 502
    shown = control.get("/faults").json()
    assert shown["rules"][0]["status"] == 502
    assert [(hit["method"], hit["path"]) for hit in shown["fired"]] == [("GET", "/api/2/apps")]
    control.post("/faults/random", {"rate": 1.0, "seed": 3})
    control.post("/faults/release")
    control.delete("/faults")
    assert control.get("/faults").json() == {"rules": [], "fired": []}
    assert api.get("/api/2/apps").status_code == 200


@pytest.mark.parametrize(
    "body", [{}, {"kind": "earthquake"}, {"kind": "drop", "path": "("}, {"kind": "drop", "nth": "x"}]
)
def test_bad_faults(sandbox: Sandbox, control: Http, body: Any) -> None:
    assert control.post("/faults", body).status_code == 422
    assert sandbox.faults.rules() == ()


def test_random_faults_from_outside(sandbox: Sandbox, control: Http, api: Http) -> None:
    control.post("/faults/random", {"rate": 1.0})
    sandbox.faults.add(Fault("error", status=418))
    assert api.get("/api/2/apps").status_code == 418
    assert control.get("/health").status_code == 200
    assert control.post("/faults/random", {"rate": "often"}).status_code == 422


def test_the_direct_handles(sandbox: Sandbox, control: Http) -> None:
    made = control.post("/onelogin/add_app", {"name": "JustCall", "visible": True}).json()
    assert sandbox.onelogin.app("JustCall").id == made["id"]
    control.post("/onelogin/grant_directly", {"app": "JustCall", "user": "heidi.hall@acme.example"})
    access = control.post("/onelogin/effective_access", {"app": made["id"]}).json()
    assert access == {"heidi.hall@acme.example": ["direct"]}
    control.post("/onelogin/edit_configuration", {"app": "JustCall", "audience": "X"})
    assert sandbox.onelogin.app("JustCall").configuration["audience"] == "X"
    control.post("/onelogin/add_role", {"name": "Desk", "members": ["alice.adams@acme.example", 90210002]})
    assert len(sandbox.onelogin.members("Desk")) == 2
    assert control.post("/onelogin/expire_tokens").json() is None
    settings = control.post("/justcall/edit", {"enabled": True}).json()
    assert settings["enabled"] is True
    assert sandbox.justcall.settings.enabled is True
    assert control.post("/justcall/problem").json() == "SSO URL is not set"


def test_no_secret_comes_out(sandbox: Sandbox, control: Http) -> None:
    shown = control.post("/onelogin/certificates").text + control.post("/onelogin/add_credential").text
    assert "PRIVATE KEY" not in shown
    assert "client_secret" not in shown
    assert "BEGIN CERTIFICATE" in shown


def test_a_second_factor_is_enrolled_from_outside(sandbox: Sandbox, control: Http) -> None:
    made = control.post("/onelogin/enroll_mfa", {"user": "alice.adams@acme.example", "otp": "8675309"})
    assert made.json()["device_type"] == "Google Authenticator"
    assert "8675309" not in made.text
    assert [device.otp for device in sandbox._onelogin.devices] == ["8675309"]


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("POST", "/onelogin/_app", {"app": "Wiki"}, 404),
        ("POST", "/onelogin/__init__", {}, 404),
        ("POST", "/onelogin/nothing", {}, 404),
        ("POST", "/onelogin/", {}, 404),
        ("POST", "/justcall/settings", {}, 404),
        ("GET", "/onelogin/apps", None, 404),
        ("POST", "/onelogin/app", {"app": "Nobody"}, 404),
        ("POST", "/onelogin/app", {}, 422),
        ("POST", "/onelogin/app", [], 422),
        ("POST", "/onelogin/edit_app", {"app": "Wiki", "policy_id": 0}, 422),
        ("GET", "/nothing", None, 404),
    ],
)
def test_mistakes(control: Http, method: str, path: str, body: Any, status: int) -> None:
    answer = control.call(method, path, json=body)
    assert answer.status_code == status
    assert answer.json()["error"]


def test_control_is_never_logged_and_never_struck(sandbox: Sandbox, control: Http) -> None:
    sandbox.faults.add(Fault("error", times=None))
    assert control.get("/health").status_code == 200
    assert len(sandbox.requests) == 0
    assert sandbox.faults.fired == []
