"""The request log: complete, countable, without secrets."""

from __future__ import annotations

import json

from sso_sync.sandbox import Sandbox

from .support import CLIENT_CREDENTIALS, TOKEN, Http, fresh_token


def test_what_is_kept_of_a_request(sandbox: Sandbox, api: Http) -> None:
    api.call("PUT", "/api/2/users/90210001?mappings=disabled", json={"title": "Rep"})
    (request,) = sandbox.requests
    assert (request.service, request.method, request.path) == ("onelogin", "PUT", "/api/2/users/90210001")
    assert (request.query, request.body, request.status) == ({"mappings": "disabled"}, {"title": "Rep"}, 200)
    assert request.fault is None
    assert request.at


def test_order_and_services(sandbox: Sandbox, api: Http, gateway: Http) -> None:
    api.get("/api/2/apps")
    gateway.get("/sso/saml")
    api.get("/api/2/nothing")
    assert [(request.service, request.status) for request in sandbox.requests] == [
        ("onelogin", 200),
        ("justcall", 200),
        ("onelogin", 401),
    ]
    assert sandbox.requests[1].path == "/sso/saml"
    assert len(sandbox.requests) == 3


def test_writes_are_everything_but_reads_and_the_token_call(sandbox: Sandbox, api: Http, gateway: Http) -> None:
    fresh_token(sandbox)
    api.get("/api/2/apps")
    api.post("/api/2/apps", {})
    api.delete("/api/2/apps/1")
    gateway.put("/sso/saml", {})
    gateway.post("/sso/saml/test")
    assert [(write.method, write.status) for write in sandbox.requests.writes()] == [
        ("POST", 422),
        ("DELETE", 404),
        ("PUT", 200),
        ("POST", 200),
    ]
    assert [write.method for write in sandbox.requests.writes("justcall")] == ["PUT", "POST"]


def test_counting(sandbox: Sandbox, api: Http, gateway: Http) -> None:
    api.get("/api/2/apps")
    api.get("/api/2/apps/1")
    gateway.get("/sso/saml")
    assert sandbox.requests.count() == 3
    assert sandbox.requests.count("onelogin") == 2
    assert sandbox.requests.count(path=r"/apps$") == 1
    assert sandbox.requests.count(method="PUT") == 0
    sandbox.requests.clear()
    assert sandbox.requests.count() == 0


def test_no_secret_is_kept(sandbox: Sandbox) -> None:
    token = fresh_token(sandbox)
    pair = {"client_id": sandbox.client_id, "client_secret": sandbox.client_secret}
    with Http(sandbox.onelogin_url, f"bearer {token}") as http:
        http.call("POST", TOKEN, json={**CLIENT_CREDENTIALS, **pair})
        http.call("POST", TOKEN, data={**CLIENT_CREDENTIALS, **pair})
        http.call("POST", TOKEN, data=f"client_secret={sandbox.client_secret}".encode())
        http.call("POST", "/auth/oauth2/revoke", json={"access_token": token}, auth=tuple(pair.values()))
        http.call("POST", "/api/2/saml_assertion", json={"deep": [{"password": "hunter2", "otp_token": "123"}]})
        http.call("GET", f"/api/2/apps?access_token={token}")
    with Http(sandbox.justcall_url, f"{sandbox.api_key}:{sandbox.api_secret}") as http:
        http.get("/sso/saml")
    kept = repr(list(sandbox.requests))
    for secret in (token, sandbox.client_secret, sandbox.api_secret, "hunter2", "123'"):
        assert secret not in kept
    assert sandbox.requests[1].body == {**CLIENT_CREDENTIALS, "client_id": sandbox.client_id, "client_secret": "***"}
    assert sandbox.requests[3].body == f"({len(f'client_secret={sandbox.client_secret}')} bytes that are not JSON)"


def test_bodies_of_any_shape(sandbox: Sandbox, api: Http) -> None:
    bodies = [[1, 2], "text", 5, None, {"a": [{"b": None}]}]
    for body in bodies:
        api.call("PUT", "/api/2/nothing", data=json.dumps(body))
    assert [request.body for request in sandbox.requests] == bodies


def test_history_without_a_file_is_this_run(sandbox: Sandbox, api: Http) -> None:
    api.get("/api/2/apps")
    assert sandbox.requests.history() == list(sandbox.requests)


def test_no_saml_message_is_kept(sandbox: Sandbox, api: Http) -> None:
    nested = "/trust?SAMLRequest=fZJd%2Bq&RelayState=kept"
    api.get("/api/2/nothing", SAMLRequest="fZJd", SAMLResponse="PHNh", **{"return": nested})
    api.call("POST", "/api/2/nothing", data={"SAMLResponse": "PHNh", "csrf": "x1", "return": nested})
    kept = {"SAMLResponse": "***", "return": "/trust?SAMLRequest=***&RelayState=kept"}
    assert sandbox.requests[0].query == {"SAMLRequest": "***", **kept}
    assert sandbox.requests[1].body == {"csrf": "***", **kept}
