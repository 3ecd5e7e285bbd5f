"""Faults: what a struck call does to the records, to the log, and to the client (fact sheet §2, §12, §13)."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import requests

from sso_sync.sandbox import MISHAPS, Fault, Sandbox

from .support import CLIENT_CREDENTIALS, TOKEN, Http

APPS = "/api/2/apps"
MINIMUM = {"connector_id": 110016, "name": "JustCall"}


@pytest.fixture
def sure(sandbox: Sandbox) -> Iterator[None]:
    """Nothing is left hanging when a test fails."""
    yield
    sandbox.faults.clear()


def _is_json(content: bytes) -> bool:
    try:
        json.loads(content.decode())
    except ValueError:
        return False
    return True


def _made(sandbox: Sandbox) -> int:
    return len(sandbox.onelogin.apps("JustCall"))


@pytest.mark.parametrize(("when", "made"), [("before", 0), ("after", 1)])
@pytest.mark.parametrize("status", [500, 502, 503, 504, 520])
def test_errors_before_and_after_the_commit(sandbox: Sandbox, api: Http, when: Any, made: int, status: int) -> None:
    sandbox.faults.add(Fault("error", method="POST", path="/apps$", status=status, when=when))
    answer = api.post(APPS, MINIMUM)
    assert (answer.status_code, answer.json()["statusCode"]) == (status, status)
    assert _made(sandbox) == made
    assert api.post(APPS, MINIMUM).status_code == 200


@pytest.mark.parametrize(("body", "kind"), [("json", "application/json"), ("html", "text/html"), ("empty", None)])
def test_error_bodies(sandbox: Sandbox, api: Http, body: Any, kind: str | None) -> None:
    sandbox.faults.add(Fault("error", status=502, body=body))
    answer = api.get(APPS)
    assert (answer.status_code, answer.headers.get("content-type")) == (502, kind)
    assert bool(answer.content) == (body != "empty")


def test_errors_in_each_services_shape(sandbox: Sandbox, api: Http, gateway: Http) -> None:
    sandbox.faults.add(Fault("error", times=None))
    assert api.get(APPS).json() == {
        "message": "Internal Server Error",
        "statusCode": 500,
        "name": "InternalServerError",
    }
    assert api.get("/api/1/groups").json()["status"]["error"] is True
    assert gateway.get("/sso/saml").json() == {"status": "failed", "message": "Internal Server Error"}


@pytest.mark.parametrize(("when", "made"), [("before", 0), ("after", 1)])
def test_dropped_connections(sandbox: Sandbox, api: Http, when: Any, made: int) -> None:
    sandbox.faults.add(Fault("drop", method="POST", when=when))
    with pytest.raises(requests.ConnectionError):
        api.post(APPS, MINIMUM)
    assert _made(sandbox) == made
    assert api.get(APPS).status_code == 200
    assert [request.status for request in sandbox.requests.writes()] == [None]


def test_edge_429_on_the_token_path(sandbox: Sandbox) -> None:
    sandbox.faults.add(Fault("rate_limit", path="/auth/", seconds=5))
    with Http(sandbox.onelogin_url) as http:
        answer = http.call("POST", TOKEN, json=CLIENT_CREDENTIALS, auth=(sandbox.client_id, sandbox.client_secret))
    assert answer.status_code == 429
    assert (answer.headers["content-type"], answer.headers["content-length"]) == ("text/html", "117")
    assert (answer.headers["cache-control"], answer.headers["connection"]) == ("no-cache", "close")
    assert not {"retry-after", "x-request-id", "x-ratelimit-reset"} & {name.lower() for name in answer.headers}


@pytest.mark.parametrize(
    ("hint", "header"), [("retry-after", "retry-after"), ("reset", "x-ratelimit-reset"), ("none", None)]
)
def test_429_on_the_api(sandbox: Sandbox, api: Http, hint: Any, header: str | None) -> None:
    sandbox.faults.add(Fault("rate_limit", method="POST", seconds=1.2, hint=hint))
    answer = api.post(APPS, MINIMUM)
    assert (answer.status_code, answer.json()["name"]) == (429, "TooManyRequestsError")
    announced = {name.lower(): value for name, value in answer.headers.items() if "retry" in name or "reset" in name}
    assert announced == ({} if header is None else {header: "2"})
    assert _made(sandbox) == 0


@pytest.mark.parametrize(("hint", "header"), [("retry-after", "retry-after"), ("reset", "x-rate-limit-burst-reset")])
def test_429_from_justcall(sandbox: Sandbox, gateway: Http, hint: Any, header: str) -> None:
    sandbox.faults.add(Fault("rate_limit", service="justcall", seconds=3, hint=hint))
    answer = gateway.get("/v2.1/users")
    assert (answer.status_code, answer.json()["status"]) == (429, "failed")
    assert int(answer.headers[header]) == 3 or int(answer.headers[header]) > 1_700_000_000


@pytest.mark.parametrize("kind", ["html", "truncated", "not_utf8", "empty"])
def test_garbage_instead_of_an_answer(sandbox: Sandbox, api: Http, kind: Any) -> None:
    sandbox.faults.add(Fault("garbage", garbage=kind))
    answer = api.get(APPS)
    assert answer.status_code == 200
    assert not _is_json(answer.content)


def test_garbage_of_the_wrong_shape_after_a_write_that_counts(sandbox: Sandbox, api: Http) -> None:
    sandbox.faults.add(Fault("garbage", garbage="wrong_shape"))
    assert api.post(APPS, MINIMUM).json() == {"unexpected": ["shape"]}
    assert _made(sandbox) == 1


def test_stale_read(sandbox: Sandbox, api: Http) -> None:
    wiki = f"{APPS}/{sandbox.onelogin.app('Wiki').id}"
    before = api.get(wiki).json()
    api.put(wiki, {"description": "new"})
    sandbox.faults.add(Fault("stale", path="/apps/"))
    assert api.get(wiki).json() == before
    assert api.get(wiki).json()["description"] == "new"


def test_stale_needs_something_to_show(sandbox: Sandbox, api: Http) -> None:
    sandbox.faults.add(Fault("stale", times=None))
    assert api.get(APPS, name="Wiki").status_code == 200
    assert api.put(f"{APPS}/{sandbox.onelogin.app('Wiki').id}", {}).status_code == 200
    assert sandbox.faults.fired == []
    assert {request.fault for request in sandbox.requests} == {None}


def test_latency_delays_only_the_struck_call(sandbox: Sandbox, api: Http, gateway: Http) -> None:
    sandbox.faults.add(Fault("latency", service="onelogin", seconds=0.05))
    assert api.get(APPS).status_code == 200
    assert [fired.fault.kind for fired in sandbox.faults.fired] == ["latency"]


@pytest.mark.usefixtures("sure")
@pytest.mark.parametrize(("when", "made"), [("before", 0), ("after", 1)])
def test_hanging_calls(sandbox: Sandbox, api: Http, gateway: Http, when: Any, made: int) -> None:
    sandbox.faults.add(Fault("hang", method="POST", when=when))
    with ThreadPoolExecutor(1) as pool:
        hanging = pool.submit(api.post, APPS, MINIMUM)
        assert sandbox.faults.wait_for_hang()
        assert _made(sandbox) == made
        assert not hanging.done()
        assert gateway.get("/sso/saml").status_code == 200
        sandbox.faults.release()
        assert hanging.result(10).status_code == 200
    assert _made(sandbox) == 1


def test_waiting_for_a_hang_that_does_not_come(sandbox: Sandbox) -> None:
    assert sandbox.faults.wait_for_hang(0.01) is False


def test_a_stopping_sandbox_ends_every_wait() -> None:
    sandbox = Sandbox()
    sandbox.start()
    sandbox.faults.add(Fault("hang", service="onelogin"))
    sandbox.faults.add(Fault("latency", service="justcall", seconds=600))
    with ThreadPoolExecutor(2) as pool, Http(sandbox.onelogin_url) as one, Http(sandbox.justcall_url) as other:
        waiting = [pool.submit(http.get, "/nothing") for http in (one, other)]
        while len(sandbox.faults.fired) < 2:
            threading.Event().wait(0.01)
        sandbox.stop()
        assert [answer.result(10).status_code for answer in waiting] == [401, 401]


def test_matching_and_counting(sandbox: Sandbox, api: Http, gateway: Http) -> None:
    sandbox.faults.add(Fault("error", service="onelogin", method="GET", path=r"/apps$", nth=2, times=2))
    api.get("/api/2/roles")
    api.call("PUT", APPS)
    gateway.get("/apps")
    assert [api.get(APPS).status_code for _ in range(5)] == [200, 500, 500, 200, 200]
    fired = sandbox.faults.fired
    assert [(hit.service, hit.method, hit.path) for hit in fired] == [("onelogin", "GET", APPS)] * 2


def test_forever(sandbox: Sandbox, api: Http) -> None:
    sandbox.faults.add(Fault("error", times=None, nth=2))
    assert [api.get(APPS).status_code for _ in range(5)] == [200, 500, 500, 500, 500]
    sandbox.faults.clear()
    assert api.get(APPS).status_code == 200
    assert sandbox.faults.fired == []


def test_every_matching_rule_counts_and_the_first_decides(sandbox: Sandbox, api: Http) -> None:
    sandbox.faults.add(Fault("error", status=502))
    sandbox.faults.add(Fault("error", status=503, times=2))
    assert [api.get(APPS).status_code for _ in range(3)] == [502, 503, 200]


def test_a_bad_pattern_is_refused_at_once(sandbox: Sandbox) -> None:
    with pytest.raises(ValueError, match="no regular expression"):
        sandbox.faults.add(Fault("drop", path="("))
    assert sandbox.faults.rules() == ()


def test_random_mode_is_reproducible(sandbox: Sandbox, api: Http) -> None:
    menu = tuple(fault for fault in MISHAPS if fault.kind != "drop")

    def outcomes() -> list[int]:
        sandbox.faults.clear()
        sandbox.faults.random(0.3, seed=7, menu=menu)
        return [api.get(APPS).status_code for _ in range(60)]

    first = outcomes()
    assert first == outcomes()
    assert 8 <= len(sandbox.faults.fired) <= 28
    assert {200, 429, 500} <= set(first)
    sandbox.faults.random(0.0)
    assert {api.get(APPS).status_code for _ in range(20)} == {200}


def test_the_log_names_the_fault(sandbox: Sandbox, api: Http) -> None:
    sandbox.faults.add(Fault("error", when="after", method="POST"))
    api.post(APPS, MINIMUM)
    (request,) = sandbox.requests.writes()
    assert (request.status, request.fault) == (500, "error")
