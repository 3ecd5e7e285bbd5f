"""Tokens, scopes, unknown routes, quotas (fact sheet §1, §2)."""

from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from sso_sync.sandbox import Sandbox

from .support import CLIENT_CREDENTIALS, TOKEN, Http, error_a, fresh_token


@pytest.fixture
def nobody(sandbox: Sandbox) -> Any:
    with Http(sandbox.onelogin_url) as http:
        yield http


def _basic(sandbox: Sandbox) -> dict[str, str]:
    pair = f"{sandbox.client_id}:{sandbox.client_secret}".encode()
    return {"Authorization": "Basic " + base64.b64encode(pair).decode()}


def _own(sandbox: Sandbox) -> dict[str, str]:
    return {"Authorization": f"client_id: {sandbox.client_id}, client_secret: {sandbox.client_secret}"}


def _v1_error(status: int, kind: str, message: str) -> dict[str, Any]:
    return {"status": {"error": True, "code": status, "type": kind, "message": message}}


def test_token_shape(sandbox: Sandbox, nobody: Http) -> None:
    answer = nobody.call("POST", TOKEN, json=CLIENT_CREDENTIALS, headers=_basic(sandbox))
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json; charset=utf-8"
    body = answer.json()
    assert set(body) == {"access_token", "created_at", "expires_in", "refresh_token", "token_type", "account_id"}
    assert len(body["access_token"]) == 64
    assert int(body["access_token"], 16)
    assert body["expires_in"] == 36000
    assert body["token_type"] == "bearer"
    assert datetime.fromisoformat(body["created_at"]) <= datetime.now(UTC)


def test_three_credential_forms_share_one_token(sandbox: Sandbox, nobody: Http) -> None:
    form = {**CLIENT_CREDENTIALS, "client_id": sandbox.client_id, "client_secret": sandbox.client_secret}
    answers = [
        nobody.call("POST", TOKEN, json=CLIENT_CREDENTIALS, headers=_basic(sandbox)),
        nobody.call("POST", TOKEN, json=CLIENT_CREDENTIALS, headers=_own(sandbox)),
        nobody.call("POST", TOKEN, data=form),
    ]
    assert [answer.status_code for answer in answers] == [200, 200, 200]
    assert len({answer.json()["access_token"] for answer in answers}) == 1


def test_the_terse_form_of_the_own_header(sandbox: Sandbox, nobody: Http) -> None:
    header = {"Authorization": f"client_id:{sandbox.client_id}, client_secret:{sandbox.client_secret}"}
    assert nobody.call("POST", TOKEN, json=CLIENT_CREDENTIALS, headers=header).status_code == 200


def test_wrong_secret(sandbox: Sandbox, nobody: Http) -> None:
    answer = nobody.call("POST", TOKEN, json=CLIENT_CREDENTIALS, auth=(sandbox.client_id, "wrong"))
    assert (answer.status_code, answer.json()) == (401, _v1_error(401, "Unauthorized", "Authentication Failure"))


@pytest.mark.parametrize("header", ["", "Basic !!!", "Basic bm9jb2xvbg==", "Digest x", "client_id:only"])
def test_no_usable_credentials(nobody: Http, header: str) -> None:
    answer = nobody.call("POST", TOKEN, json=CLIENT_CREDENTIALS, headers={"Authorization": header})
    expected = _v1_error(400, "bad request", "Authorization Information is incorrect")
    assert (answer.status_code, answer.json()) == (400, expected)


@pytest.mark.parametrize("body", [b"", b"not json", b"[]", b'{"grant_type":"password"}'])
def test_wrong_grant_type(sandbox: Sandbox, nobody: Http, body: bytes) -> None:
    headers = {**_basic(sandbox), "Content-Type": "application/json"}
    assert nobody.call("POST", TOKEN, data=body, headers=headers).status_code == 400


def test_deleted_owner_breaks_the_pair_with_500(sandbox: Sandbox, nobody: Http) -> None:
    sandbox.onelogin.edit_credential(sandbox.client_id, owner_deleted=True)
    assert nobody.call("POST", TOKEN, json=CLIENT_CREDENTIALS, headers=_basic(sandbox)).status_code == 500


@pytest.mark.parametrize("scheme", ["bearer ", "Bearer ", "BEARER ", "bearer:", "bearer: "])
def test_bearer_schemes(sandbox: Sandbox, nobody: Http, scheme: str) -> None:
    header = {"Authorization": scheme + fresh_token(sandbox)}
    assert nobody.call("GET", "/api/2/apps", headers=header).status_code == 200


@pytest.mark.parametrize("authorization", [None, "bearer nonsense", "Basic eDp5"])
def test_bad_token_on_v2_and_v1(sandbox: Sandbox, authorization: str | None) -> None:
    with Http(sandbox.onelogin_url, authorization) as http:
        v2, v1 = http.get("/api/2/apps"), http.get("/api/1/groups")
    assert (v2.status_code, v2.json()) == (401, error_a(401, "UnauthorizedError", "Unauthorized"))
    assert (v1.status_code, v1.json()) == (401, _v1_error(401, "Unauthorized", "Authentication Failure"))


def test_expired_tokens_are_refused_and_replaced(sandbox: Sandbox, api: Http) -> None:
    before = api.session.headers["Authorization"]
    sandbox.onelogin.expire_tokens()
    assert api.get("/api/2/apps").status_code == 401
    token = fresh_token(sandbox)
    assert f"bearer {token}" != before
    api.session.headers["Authorization"] = f"bearer {token}"
    assert api.get("/api/2/apps").status_code == 200


def test_revoking_ends_the_token_for_everybody(sandbox: Sandbox, api: Http) -> None:
    token = fresh_token(sandbox)
    answer = api.call(
        "POST", "/auth/oauth2/revoke", json={"access_token": token}, auth=(sandbox.client_id, sandbox.client_secret)
    )
    success = {"status": {"error": False, "code": 200, "type": "success", "message": "Success"}}
    assert (answer.status_code, answer.json()) == (200, success)
    assert api.get("/api/2/apps").status_code == 401


def test_revoking_needs_credentials_and_a_token(sandbox: Sandbox, nobody: Http) -> None:
    assert nobody.post("/auth/oauth2/revoke", {"access_token": "x"}).status_code == 400
    pair = (sandbox.client_id, sandbox.client_secret)
    assert nobody.call("POST", "/auth/oauth2/revoke", data=b"", auth=pair).status_code == 400


def test_each_credential_has_a_token_of_its_own(sandbox: Sandbox) -> None:
    other = sandbox.onelogin.add_credential("Read All")
    assert fresh_token(sandbox) != fresh_token(sandbox, other.client_id, other.client_secret)


def test_short_lived_tokens_and_what_a_second_call_says() -> None:
    moment = [datetime(2026, 1, 2, 3, 4, 5, 678000, UTC)]
    with Sandbox(clock=lambda: moment[0]) as sandbox, Http(sandbox.onelogin_url) as http:
        sandbox.variants.token_expires_in = 60

        def token() -> dict[str, Any]:
            answer: dict[str, Any] = http.call(
                "POST", TOKEN, json=CLIENT_CREDENTIALS, auth=(sandbox.client_id, sandbox.client_secret)
            ).json()
            return answer

        first = token()
        assert (first["created_at"], first["expires_in"]) == ("2026-01-02T03:04:05.678Z", 60)
        moment[0] += timedelta(seconds=45)
        assert token() == first
        sandbox.variants.expiry_on_repeat = "remaining"
        assert token() == {**first, "expires_in": 15}
        moment[0] += timedelta(seconds=15)
        assert token()["access_token"] != first["access_token"]


@pytest.mark.parametrize("status", [401, 403])
@pytest.mark.parametrize(
    ("level", "method", "path", "allowed"),
    [
        ("Read All", "GET", "/api/2/apps", True),
        ("Read All", "POST", "/api/2/apps", False),
        ("Read All", "PUT", "/api/2/users/1", False),
        ("Read Users", "GET", "/api/2/roles", True),
        ("Read Users", "GET", "/api/2/users", True),
        ("Read Users", "GET", "/api/1/groups", True),
        ("Read Users", "GET", "/api/2/apps", False),
        ("Read Users", "POST", "/api/2/roles", False),
        ("Manage Users", "PUT", "/api/2/users/1", True),
        ("Manage Users", "GET", "/api/2/connectors", False),
        ("Authentication Only", "GET", "/api/2/users", False),
        ("Authentication Only", "GET", "/auth/rate_limit", True),
        ("Manage All", "DELETE", "/api/2/roles/1", True),
    ],
)
def test_scopes(sandbox: Sandbox, status: Any, level: str, method: str, path: str, allowed: bool) -> None:
    sandbox.variants.wrong_scope_status = status
    credential = sandbox.onelogin.add_credential(level)
    token = fresh_token(sandbox, credential.client_id, credential.client_secret)
    with Http(sandbox.onelogin_url, f"bearer {token}") as http:
        answer = http.call(method, path)
    assert (answer.status_code not in (401, 403)) == allowed
    if not allowed:
        assert answer.status_code == status


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/api/2/certificates"),
        ("POST", "/api/2/certificates"),
        ("PUT", "/api/2/users/90210001/add_roles"),
        ("POST", "/api/2/users/90210001/apps"),
        ("PUT", "/api/2/apps/1543259/users/90210001"),
        ("POST", "/api/2/apps/1543259/users"),
        ("POST", "/api/2/roles/459456/apps"),
        ("DELETE", "/api/2/roles/459456/apps"),
        ("PATCH", "/api/2/apps/1543259"),
        ("GET", "/api/3/apps"),
        ("GET", "/"),
    ],
)
def test_routes_absent_on_purpose(sandbox: Sandbox, api: Http, method: str, path: str) -> None:
    answer = api.call(method, path)
    assert (answer.status_code, answer.json()) == (401, error_a(401, "UnauthorizedError", "Unauthorized"))
    sandbox.variants.unknown_route_status = 404
    assert api.call(method, path).status_code == 404


def test_unknown_v1_and_auth_routes(sandbox: Sandbox, api: Http) -> None:
    assert api.get("/api/1/nothing").json() == _v1_error(401, "Unauthorized", "Unauthorized")
    assert api.get("/auth/oauth2/token").status_code == 404


def test_only_v1_carries_and_counts_the_quota(sandbox: Sandbox, api: Http) -> None:
    assert "x-ratelimit-limit" not in api.get("/api/2/apps").headers
    first, second = api.get("/api/1/groups").headers, api.get("/api/1/groups").headers
    assert first["x-ratelimit-limit"] == "5000"
    assert int(first["x-ratelimit-remaining"]) - int(second["x-ratelimit-remaining"]) == 1
    assert 0 < int(first["x-ratelimit-reset"]) <= 3600
    quota = api.get("/auth/rate_limit").json()["data"]
    assert quota["X-RateLimit-Limit"] == 5000
    assert quota["X-RateLimit-Remaining"] == 4998


def test_spent_quota_is_429_until_the_hour_is_over() -> None:
    moment = [datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)]
    with Sandbox(clock=lambda: moment[0]) as sandbox:
        sandbox.variants.rate_limit = 2
        with Http(sandbox.onelogin_url, f"bearer {fresh_token(sandbox)}") as http:
            assert [http.get("/api/1/groups").status_code for _ in range(3)] == [200, 200, 429]
            assert http.get("/api/2/apps").status_code == 200
            sandbox.variants.rate_limit_counts_v2 = True
            refused = http.get("/api/2/apps")
            assert refused.status_code == 429
            assert int(refused.headers["x-ratelimit-reset"]) == 3600
            moment[0] += timedelta(hours=1)
            assert http.get("/api/2/apps").headers["x-ratelimit-remaining"] == "1"


def test_answers_carry_request_ids_and_roles_a_cookie(sandbox: Sandbox, api: Http) -> None:
    first, second = api.get("/api/2/apps"), api.get("/api/2/apps")
    assert first.headers["x-request-id"] != second.headers["x-request-id"]
    assert first.headers["content-type"] == "application/json"
    assert first.headers["cache-control"] == "private"
    assert "ol_roles_api_service_canary" in api.get("/api/2/roles").headers["set-cookie"]
    assert "set-cookie" not in first.headers
