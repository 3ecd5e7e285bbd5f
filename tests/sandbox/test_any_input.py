"""Whatever is sent, the sandbox answers like a service: never with a bug of its own, and a refusal changes nothing."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.datastructures import Headers, QueryParams

from sso_sync.sandbox import Sandbox, follow_guide
from sso_sync.sandbox.onelogin.service import ENDPOINTS
from sso_sync.sandbox.wire import Answer, Call, Refusal, ServiceName

from .support import Http, fresh_token

# fmt: off
WORDS = [
    "name", "connector_id", "notes", "visible", "role_ids", "policy_id", "configuration", "parameters", "audience",
    "certificate_id", "email", "label", "skip_if_blank", "values", "users", "apps", "admins", "match", "enabled",
    "position", "conditions", "actions", "source", "operator", "value", "action", "group_id", "protocol", "sso_url",
    "issuer", "certificate", "default_role", "signature_algorithm", "saml_username", "username_or_email", "password",
    "app_id", "subdomain", "state_token", "device_id", "otp_token",
]
QUERIES = ["limit", "page", "cursor", "name", "fields", "sort", "email", "role_id", "user_ids", "enabled"]
# fmt: on
numbers = st.one_of(st.integers(), st.sampled_from([110016, 459456, 459457, 90210001, 1543259, 418778, 210002]))
scalars = st.one_of(st.none(), st.booleans(), numbers, st.floats(allow_nan=False), st.text(max_size=8))
bodies = st.recursive(
    st.one_of(
        scalars,
        st.sampled_from(["set_role", "all", "SHA-256", "Team Member", "459456", "sandbox", "acme", "1543262"]),
    ),
    lambda parts: st.one_of(
        st.lists(parts, max_size=4),
        st.dictionaries(st.one_of(st.sampled_from(WORDS), st.text(max_size=5)), parts, max_size=6),
    ),
    max_leaves=12,
)
objects = st.dictionaries(st.sampled_from(WORDS), bodies, max_size=4)
strange_ids = st.sampled_from(["1", "0", "-1", "x", "9" * 30, "٣"])
ids = st.one_of(st.sampled_from(["1543262", "459456", "90210001"]), strange_ids)
REAL = {"app_id": "1543262", "role_id": "459456", "user_id": "90210001", "rule_id": "689151", "condition": "has_role"}
queries = st.dictionaries(
    st.sampled_from(QUERIES),
    st.one_of(ids, st.sampled_from(["*", "+name", "-id", "id,name", "bGltaXQ9MiZwYWdlPTI="]), st.text(max_size=5)),
    max_size=2,
)
Prepared = tuple[Sandbox, dict[ServiceName, str]]
quick = settings(
    max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


@pytest.fixture
def prepared(sandbox: Sandbox) -> Prepared:
    app = follow_guide(sandbox)
    assert str(app.id) == REAL["app_id"]
    assert str(sandbox.onelogin.add_rule(app.id, "R")) == REAL["rule_id"]
    return sandbox, {
        "onelogin": f"bearer {fresh_token(sandbox)}",
        "justcall": f"{sandbox.api_key}:{sandbox.api_secret}",
    }


def _answer(sandbox: Sandbox, service: ServiceName, call: Call) -> Answer:
    handler = next(one for one in sandbox._services if one.name == service)
    try:
        with sandbox._database.transaction():
            return handler.handle(call)
    except Refusal as refusal:
        return refusal.answer


def _ask(prepared: Prepared, service: ServiceName, call: Call) -> None:
    sandbox, _ = prepared
    records, before = sandbox._database.snapshot(), sandbox.snapshot()
    answer = _answer(sandbox, service, call)
    assert answer.status < 500
    answer.content()
    if answer.status >= 400 or call.method == "GET":
        assert sandbox.snapshot() == before
    sandbox._database.restore(records)


@quick
@given(data=st.data(), endpoint=st.sampled_from(ENDPOINTS), body=st.one_of(objects, bodies), query=queries)
def test_onelogin(
    prepared: tuple[Sandbox, dict[ServiceName, str]],
    data: st.DataObject,
    endpoint: Any,
    body: Any,
    query: dict[str, str],
) -> None:
    path = endpoint.path
    while "{" in path:
        before, _, rest = path.partition("{")
        name, _, after = rest.partition("}")
        path = before + data.draw(st.one_of(st.just(REAL.get(name, "1")), strange_ids)) + after
    headers = Headers({"authorization": prepared[1]["onelogin"]})
    call = Call("onelogin", endpoint.method, path, QueryParams(query), headers, json.dumps(body).encode())
    _ask(prepared, "onelogin", call)


@quick
@given(
    route=st.sampled_from(
        [("PUT", "/sso/saml"), ("POST", "/sso/saml/test"), ("GET", "/v2.1/users"), ("GET", "/v2.1/users/1")]
    ),
    body=st.one_of(objects, bodies),
    query=queries,
)
def test_justcall(prepared: Prepared, route: tuple[str, str], body: Any, query: dict[str, str]) -> None:
    headers = Headers({"authorization": prepared[1]["justcall"]})
    call = Call("justcall", route[0], route[1], QueryParams(query), headers, json.dumps(body).encode())
    _ask(prepared, "justcall", call)


@pytest.mark.parametrize(
    "body", [b"\xff\xfe", b"NaN", b'{"name": NaN}', b"[" * 100_000, b'{"name": "\\ud800"}', b'{"a": 1} x', b"\x00"]
)
def test_bodies_that_only_look_like_json(sandbox: Sandbox, api: Http, gateway: Http, body: bytes) -> None:
    before = sandbox.snapshot()
    app = sandbox.onelogin.app("Wiki").id
    assert api.call("PUT", f"/api/2/apps/{app}", data=body).status_code == 400
    assert gateway.call("PUT", "/sso/saml", data=body).status_code == 400
    assert sandbox.snapshot() == before


def test_escaped_characters_are_fine(sandbox: Sandbox, api: Http) -> None:
    app = sandbox.onelogin.app("Wiki").id
    answer = api.call("PUT", f"/api/2/apps/{app}", data=b'{"description": "\\u00e4 \\ud83d\\ude00"}')
    assert answer.json()["description"] == "ä 😀"


@pytest.mark.parametrize("path", ["/api/2/apps/%3F", "/api/2/apps/1%2F2", "/api/2/apps/%00", "//", "/api/2/apps/%FF"])
def test_strange_paths(sandbox: Sandbox, api: Http, path: str) -> None:
    assert api.get(path).status_code in (401, 404)
