from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
import requests
import responses
from hypothesis import given
from hypothesis import strategies as st

from sso_sync.errors import CredentialsRefused
from sso_sync.http import AuthRefused, Retry, ServiceDown, Transport
from sso_sync.justcall.wire import KeyAuth, decode_error, new_transport, wait_hint
from tests.justcall.support import KEY, NOW, SECRET, Sleeps

URL = "https://api.justcall.example"
EPOCH = NOW.timestamp()


@pytest.fixture
def wire() -> Iterator[responses.RequestsMock]:
    with responses.RequestsMock() as mock:
        yield mock


def transport(retry: Retry | None = None) -> Transport:
    return new_transport(URL, KEY, SECRET, service="JustCall", retry=retry or Sleeps().retry)


def answer(status: int, body: bytes = b"", headers: Mapping[str, str] | None = None) -> requests.Response:
    response = requests.Response()
    response.status_code, response.reason, response._content = status, "Too Bad", body
    response.headers.update(headers or {})
    return response


def test_credentials_travel_raw_whatever_netrc_says(
    wire: responses.RequestsMock, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "netrc").write_text("machine api.justcall.example login someone password else\n")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    wire.get(f"{URL}/v2.1/users", json=[])

    transport().send("GET", "/v2.1/users")

    assert wire.calls[0].request.headers["Authorization"] == f"{KEY}:{SECRET}"


@pytest.mark.parametrize(
    ("key", "secret", "words"),
    [
        ("", SECRET, "API key cannot be used: it is empty"),
        (KEY, " \n", "API secret cannot be used: it is empty"),
        (KEY, "two\r\nX-Evil: lines", "line breaks"),
        (KEY, "schlüssel", "outside ASCII"),
        ("key:with", SECRET, "contains a colon"),
    ],
)
def test_credentials_that_cannot_be_sent(key: str, secret: str, words: str) -> None:
    with pytest.raises(CredentialsRefused, match=words) as caught:
        KeyAuth(key, secret)

    assert "Evil" not in str(caught.value)
    assert caught.value.diagnostics[0].next_action


def test_credentials_are_not_in_the_repr_and_survive_a_line_end() -> None:
    auth = KeyAuth(f"{KEY}\n", f" {SECRET} ")

    assert SECRET not in repr(auth)
    assert auth(requests.Request("GET", URL).prepare()).headers["Authorization"] == f"{KEY}:{SECRET}"


def test_wrong_and_missing_credentials_look_the_same_and_say_what_to_do(wire: responses.RequestsMock) -> None:
    wire.get(f"{URL}/v2.1/users", status=401, json={"status": "failed", "message": "Unauthorized"})

    with pytest.raises(AuthRefused, match="401: Unauthorized") as caught:
        transport().send("GET", "/v2.1/users")

    assert "JUSTCALL_API_SECRET" in (caught.value.diagnostics[0].next_action or "")
    assert SECRET not in str(caught.value)


def test_a_forbidden_call_points_at_the_plan(wire: responses.RequestsMock) -> None:
    wire.get(f"{URL}/v2.1/users", status=403, body="")

    with pytest.raises(AuthRefused) as caught:
        transport().send("GET", "/v2.1/users")

    assert "not allowed" in (caught.value.diagnostics[0].next_action or "")


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b'{"status":"failed","message":"Unauthorized"}', "Unauthorized"),
        (b'{"error":{"message":"deep\\nand wide"}}', "deep and wide"),
        (b'{"errors":["one",{"message":"two"}]}', "one; two"),
        (b'{"code":7}', '{"code": 7}'),
        (b'"plain"', "plain"),
        (b"<html><title>502 Bad Gateway</title><body>x</body></html>", "502 Bad Gateway"),
        (b"<p>Sorry</p>", "Sorry"),
        (b"", "Too Bad"),
        (b"\xff\xfe\x00\x1b[2J", None),
    ],
)
def test_error_bodies_become_one_line(body: bytes, expected: str | None) -> None:
    words = decode_error(answer(500, body))

    assert words
    assert "\n" not in words
    assert "\x1b" not in words
    if expected is not None:
        assert words == expected


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["message", "error", "errors", "status"]), inner, max_size=3)
    ),
    max_leaves=10,
)


@given(st.binary(max_size=200) | JSON.map(lambda body: json.dumps(body).encode()))
def test_any_error_body_becomes_one_line(body: bytes) -> None:
    words = decode_error(answer(500, body))

    assert words
    assert words.isprintable()
    assert len(words) <= 500


@pytest.mark.parametrize(
    ("status", "headers", "expected"),
    [
        (200, {}, None),
        (503, {}, None),
        (429, {}, 60.0),
        (429, {"Retry-After": "7"}, 7.0),
        (503, {"Retry-After": "7"}, 7.0),
        (429, {"Retry-After": "7", "X-Rate-Limit-Remaining": "0", "X-Rate-Limit-Reset": f"{EPOCH + 900:.0f}"}, 7.0),
        (429, {"X-Rate-Limit-Burst-Remaining": "0", "X-Rate-Limit-Burst-Reset": f"{EPOCH + 12:.0f}"}, 12.0),
        (429, {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": f"{EPOCH + 20:.0f}"}, 20.0),
        (429, {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "20"}, 20.0),
        (429, {"X-Rate-Limit-Burst-Remaining": "0", "X-Rate-Limit-Burst-Reset": f"{EPOCH - 12:.0f}"}, 1.0),
        (429, {"X-Rate-Limit-Burst-Remaining": "0"}, 60.0),
        (429, {"X-Rate-Limit-Burst-Reset": f"{EPOCH + 12:.0f}"}, 12.0),
        (503, {"X-Rate-Limit-Burst-Reset": f"{EPOCH + 12:.0f}"}, None),
        (503, {"X-Rate-Limit-Remaining": "17", "X-Rate-Limit-Reset": f"{EPOCH + 900:.0f}"}, None),
        (429, {"X-Rate-Limit-Burst-Remaining": "soon", "X-Rate-Limit-Burst-Reset": "nan"}, 60.0),
    ],
)
def test_how_long_a_service_asks_to_wait(status: int, headers: dict[str, str], expected: float | None) -> None:
    assert wait_hint(lambda: EPOCH)(answer(status, headers=headers)) == expected


def test_when_both_periods_are_spent_the_later_reset_counts() -> None:
    headers = {
        "X-Rate-Limit-Burst-Remaining": "0",
        "X-Rate-Limit-Burst-Reset": f"{EPOCH + 12:.0f}",
        "X-Rate-Limit-Remaining": "0",
        "X-Rate-Limit-Reset": f"{EPOCH + 900:.0f}",
    }

    assert wait_hint(lambda: EPOCH)(answer(429, headers=headers)) == 900.0
    assert wait_hint(lambda: EPOCH)(answer(429, headers=headers | {"X-Rate-Limit-Remaining": "5"})) == 12.0


def test_the_transport_obeys_the_burst_reset(wire: responses.RequestsMock) -> None:
    sleeps = Sleeps()
    reset = {"X-Rate-Limit-Burst-Remaining": "0", "X-Rate-Limit-Burst-Reset": f"{EPOCH + 12:.0f}"}
    wire.get(f"{URL}/v2.1/users", status=429, headers=reset)
    wire.get(f"{URL}/v2.1/users", json=[])

    assert transport(sleeps.retry).send("GET", "/v2.1/users").status_code == 200
    assert sleeps.slept == [12.0]


def test_a_spent_hour_is_not_waited_for(wire: responses.RequestsMock) -> None:
    sleeps = Sleeps()
    reset = {"X-Rate-Limit-Remaining": "0", "X-Rate-Limit-Reset": f"{EPOCH + 1800:.0f}"}
    wire.get(f"{URL}/v2.1/users", status=429, headers=reset, json={"status": "failed", "message": "Slow down"})

    with pytest.raises(ServiceDown, match="asks to wait 1800 s"):
        transport(sleeps.retry).send("GET", "/v2.1/users")

    assert sleeps.slept == []
