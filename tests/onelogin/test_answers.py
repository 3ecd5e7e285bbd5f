"""Every way in which OneLogin says no, and asks to wait."""

from __future__ import annotations

import json

import pytest
import requests
from hypothesis import given
from hypothesis import strategies as st

from sso_sync.onelogin.answers import decode_error, wait_hint
from tests.onelogin.support import NOON


def response(body: bytes = b"", status: int = 422, **headers: str) -> requests.Response:
    made = requests.Response()
    made.status_code = status
    made.headers.update({name.replace("_", "-"): value for name, value in headers.items()})
    made._content = body
    return made


@pytest.mark.parametrize(
    ("body", "line"),
    [
        (
            {
                "message": "Validation failed: Name can't be blank",
                "statusCode": 422,
                "name": "UnprocessableEntityError",
            },
            "Validation failed: Name can't be blank",
        ),
        (
            {"code": 422, "error": True, "message": "Value has already been taken", "type": "UnprocessableEntityError"},
            "Value has already been taken",
        ),
        (
            {"status": {"error": True, "code": 401, "type": "Unauthorized", "message": "Authentication Failure"}},
            "Authentication Failure",
        ),
        (
            {
                "code": 422,
                "message": "Validation Failed",
                "errors": [
                    {"field": "id", "message": ["Field is not allowed"]},
                    {"field": "name", "message": ["is empty", "is short"]},
                ],
            },
            "Validation Failed: id Field is not allowed; name is empty, is short",
        ),
        (
            {"status": 400, "error": "BadRequestError", "description": "Expected array in request"},
            "Expected array in request",
        ),
        ({"statusCode": 422, "name": "UnprocessableEntityError"}, "UnprocessableEntityError"),
        ({"message": "A &amp; B"}, "A & B"),
        ({"message": {"no": "text"}, "error": 7}, "Unprocessable Entity; the answer is not in OneLogin's error format"),
        (["x"], "Unprocessable Entity; the answer is not in OneLogin's error format"),
    ],
)
def test_each_shape_in_one_line(body: object, line: str) -> None:
    assert decode_error(response(json.dumps(body).encode())).startswith(line)


def test_html_and_nothing_at_all() -> None:
    assert "Too Many Requests" in decode_error(response(b"<html><h1>slow down</h1></html>", 429))
    assert decode_error(response(b"", 502)) == "Bad Gateway, without a body"
    assert decode_error(response(b"", 599)) == "unknown status, without a body"


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(),
    lambda inner: (
        st.lists(inner) | st.dictionaries(st.sampled_from(["message", "status", "errors", "name", "field"]), inner)
    ),
)


@given(st.binary() | JSON.map(json.dumps).map(str.encode), st.integers(100, 999))
def test_no_body_makes_it_raise(body: bytes, status: int) -> None:
    assert decode_error(response(body, status))


def test_a_body_of_great_depth() -> None:
    assert decode_error(response(b'{"message":' + b"[" * 100_000))


def clock() -> float:
    return NOON


@pytest.mark.parametrize(
    ("status", "headers", "seconds"),
    [
        (429, {"Retry_After": "17", "X_RateLimit_Reset": "832"}, 17.0),
        (429, {"Retry_After": "Fri, 15 Jan 2027 08:00:45 GMT"}, 45.0),
        (429, {"x_ratelimit_reset": "832"}, 832.0),
        (429, {"x_ratelimit_reset": str(int(NOON) + 90)}, 90.0),
        (429, {"x_ratelimit_reset": "soon"}, None),
        (429, {}, None),
        (503, {"Retry_After": "5"}, 5.0),
        (503, {"x_ratelimit_reset": "832"}, None),
    ],
)
def test_how_long_to_wait(status: int, headers: dict[str, str], seconds: float | None) -> None:
    assert wait_hint(response(b"", status, **headers), clock) == seconds
