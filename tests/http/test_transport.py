"""Every rule of the transport that can break, over a patched wire."""

from __future__ import annotations

import logging
from types import MappingProxyType
from typing import Any

import pytest
import requests
import responses
from requests.auth import AuthBase

from sso_sync.errors import ReadOnlyViolation, SpecError
from sso_sync.http import ABSENT, AnswerError, AuthRefused, HttpProblem, ServiceDown, bodies
from sso_sync.values import Json
from tests.http.support import SITE, Naps, transport


class Key(AuthBase):
    def __call__(self, r: requests.PreparedRequest) -> requests.PreparedRequest:
        r.headers["Authorization"] = "Bearer a-very-secret-token"
        return r


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
@responses.activate
def test_a_read_only_transport_refuses_before_anything_is_sent(method: str) -> None:
    with transport(read_only=True) as wire, pytest.raises(ReadOnlyViolation, match=f"{method} /a"):
        wire.send(method, "/a", body={"x": 1})
    assert len(responses.calls) == 0


@responses.activate
def test_reads_pass_and_writable_is_a_privilege_of_the_copy() -> None:
    responses.get(f"{SITE}/a", body="{}")
    responses.put(f"{SITE}/a", body="{}")
    with transport(read_only=True) as wire:
        wire.send("GET", "/a")
        wire.writable().send("PUT", "/a")
        with pytest.raises(ReadOnlyViolation):
            wire.send("PUT", "/a")
    assert [call.request.method for call in responses.calls] == ["GET", "PUT"]


@responses.activate
def test_in_a_hurry_it_gives_up_early_and_is_allowed_no_more_than_before() -> None:
    responses.put(f"{SITE}/a", status=503)
    naps = Naps()
    with transport(naps=naps) as wire:
        with pytest.raises(ServiceDown):
            wire.hurried().send("PUT", "/a", body={"x": 1})
        assert len(responses.calls) == 3
        assert sum(naps.seconds) <= 6
    with transport(read_only=True) as wire, pytest.raises(ReadOnlyViolation):
        wire.hurried().send("PUT", "/a", body={"x": 1})


@responses.activate
def test_a_post_that_changes_nothing_passes_and_nothing_else_by_that_name() -> None:
    responses.post(f"{SITE}/a", body="{}")
    with transport(read_only=True) as wire:
        wire.send("POST", "/a", harmless=True)
        for method in ("PUT", "DELETE", "PATCH"):
            with pytest.raises(ReadOnlyViolation):
                wire.send(method, "/a", harmless=True)
    assert [call.request.method for call in responses.calls] == ["POST"]


TRANSIENT = [408, 429, 500, 502, 503, 504]
TABLE = [(method, status, 5) for method in ("GET", "PUT", "DELETE") for status in TRANSIENT]
TABLE += [(method, status, 1) for method in ("GET", "PUT", "DELETE", "POST") for status in (400, 404, 422)]
TABLE += [("POST", status, 5 if status == 429 else 1) for status in TRANSIENT]


@pytest.mark.parametrize(("method", "status", "calls"), TABLE)
@responses.activate
def test_what_is_tried_again(method: str, status: int, calls: int) -> None:
    responses.add(method, f"{SITE}/a", status=status, body="no")
    with transport() as wire, pytest.raises(HttpProblem) as caught:
        wire.send(method, "/a")
    assert len(responses.calls) == calls
    assert caught.value.status == status
    assert isinstance(caught.value, ServiceDown if status in TRANSIENT else AnswerError)


@responses.activate
def test_a_post_that_is_declared_repeatable_is_repeated() -> None:
    responses.post(f"{SITE}/a", status=503)
    responses.post(f"{SITE}/a", body="{}")
    with transport() as wire:
        wire.send("POST", "/a", repeatable=True)
    assert len(responses.calls) == 2


@responses.activate
def test_a_failed_post_says_that_it_may_have_been_carried_out() -> None:
    responses.post(f"{SITE}/a", status=502)
    with transport() as wire, pytest.raises(ServiceDown) as caught:
        wire.send("POST", "/a")
    assert "may have been carried out" in str(caught.value.diagnostics[0].detail)


@responses.activate
def test_retry_after_is_obeyed() -> None:
    responses.get(f"{SITE}/a", status=429, headers={"Retry-After": "13"})
    responses.get(f"{SITE}/a", body="{}")
    naps = Naps()
    with transport(naps=naps) as wire:
        wire.send("GET", "/a")
    assert naps.seconds == [13.0]


@responses.activate
def test_retry_after_over_the_cap_stops_at_once_and_says_how_long() -> None:
    responses.get(f"{SITE}/a", status=429, headers={"Retry-After": "3600"})
    naps = Naps()
    with transport(naps=naps) as wire, pytest.raises(ServiceDown, match="3600 s") as caught:
        wire.send("GET", "/a")
    assert naps.seconds == []
    assert "3600 s" in str(caught.value.diagnostics[0].next_action)


@pytest.mark.parametrize("status", [401, 403])
@responses.activate
def test_refused_credentials_are_their_own_kind(status: int) -> None:
    responses.get(f"{SITE}/a", status=status, body="go away", headers={"X-Request-Id": "r-1"})
    with transport() as wire, pytest.raises(AuthRefused, match=rf"GET /a -> {status}: go away \(request id r-1\)"):
        wire.send("GET", "/a")
    assert len(responses.calls) == 1


@responses.activate
def test_an_allowed_status_is_answered_even_if_it_looks_transient() -> None:
    responses.get(f"{SITE}/a", status=503)
    with transport() as wire:
        assert wire.send("GET", "/a", allow=frozenset({503})).status_code == 503
    assert len(responses.calls) == 1


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@responses.activate
def test_a_redirect_is_not_followed(status: int) -> None:
    responses.get(f"{SITE}/a", status=status, headers={"Location": "https://evil.example/b?token=hunter22"})
    with transport(auth=Key()) as wire, pytest.raises(AnswerError, match=r"https://evil\.example/b") as caught:
        wire.send("GET", "/a")
    assert len(responses.calls) == 1
    assert "hunter22" not in str(caught.value)


BODIES: list[tuple[Json, bytes]] = [
    ({"a": "é"}, '{"a": "é"}'.encode()),
    ([1, 2], b"[1, 2]"),
    ([], b"[]"),
    (None, b"null"),
    (MappingProxyType({"p": MappingProxyType({"x": (1, 2)})}), b'{"p": {"x": [1, 2]}}'),
]


@pytest.mark.parametrize(("body", "sent"), BODIES)
@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
@responses.activate
def test_bodies_are_sent_as_json_with_every_verb(method: str, body: Json, sent: bytes) -> None:
    responses.add(method, f"{SITE}/a", body="{}")
    with transport() as wire:
        wire.send(method, "/a", body=body)
    request = responses.calls[0].request
    assert request.body == sent
    assert request.headers["Content-Type"] == "application/json"


@responses.activate
def test_no_body_is_not_null() -> None:
    responses.delete(f"{SITE}/a")
    with transport() as wire:
        wire.send("DELETE", "/a", body=ABSENT)
    assert responses.calls[0].request.body is None
    assert "Content-Type" not in responses.calls[0].request.headers


def test_what_is_not_json_is_not_sent() -> None:
    with transport() as wire, pytest.raises(ValueError, match="not JSON compliant"):
        wire.send("POST", "/a", body={"x": float("nan")})


@responses.activate
def test_parameters_are_quoted() -> None:
    responses.get(f"{SITE}/a", body="{}")
    with transport() as wire:
        wire.send("GET", "/a", params={"email": "a+b@x.test", "limit": 5})
    assert responses.calls[0].request.url == f"{SITE}/a?email=a%2Bb%40x.test&limit=5"


@pytest.mark.parametrize(
    ("body", "value"),
    [
        (b"[1]", [1]),
        (b"null", None),
        (b"\xef\xbb\xbf{}", {}),
        ('"é"'.encode(), "é"),
        (b'"\\ud83d\\ude00"', "\U0001f600"),
    ],
)
@responses.activate
def test_json_is_decoded(body: bytes, value: Any) -> None:
    responses.get(f"{SITE}/a", body=body)
    with transport() as wire:
        assert wire.json(wire.send("GET", "/a")) == value


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>login</html>",
        b"\xff\xfe",
        b"{",
        b"NaN",
        b'{"a": Infinity}',
        b'"\\ud800"',
        b"[" * 100_000,
        b"9" * 5000,
    ],
)
@responses.activate
def test_anything_else_is_a_clear_error(body: bytes) -> None:
    responses.get(f"{SITE}/a", body=body, content_type="text/html", headers={"X-Request-Id": "r-2"})
    with transport() as wire:
        response = wire.send("GET", "/a", params={"q": "hunter22"})
        with pytest.raises(AnswerError, match=r"^GET /a -> 200: Example answered .* \(request id r-2\)$") as caught:
            wire.json(response)
    assert caught.value.status == 200
    assert caught.value.__cause__ is None


@responses.activate
def test_a_body_without_end_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bodies, "LARGEST", 1024**2)
    responses.get(f"{SITE}/a", body=b"x" * (1024**2 + 1))
    responses.get(f"{SITE}/b", body=b"x" * 1024**2)
    with transport() as wire:
        with pytest.raises(AnswerError, match="larger than 1 MiB"):
            wire.send("GET", "/a")
        assert len(wire.send("GET", "/b").content) == 1024**2


@responses.activate
def test_a_secret_that_the_service_repeats_is_not_shown() -> None:
    responses.get(f"{SITE}/a", status=400, body="bad token a-very-secret-token!")
    with transport(auth=Key()) as wire, pytest.raises(AnswerError) as caught:
        wire.send("GET", "/a")
    assert caught.value.message == "bad token (secret)!"


@responses.activate
def test_nothing_secret_is_logged_or_shown(caplog: pytest.LogCaptureFixture) -> None:
    responses.get(f"{SITE}/a", body="{}")
    with caplog.at_level(logging.DEBUG, "sso_sync"), transport(auth=Key()) as wire:
        wire.send("GET", "/a", params={"email": "ann@x.test"})
        shown = caplog.text + repr(wire)
    assert "GET /a -> 200" in caplog.text
    assert "secret" not in shown
    assert "ann@x.test" not in shown


@pytest.mark.parametrize("error", [requests.exceptions.InvalidHeader("Authorization: hunter22"), OSError("hunter22")])
@responses.activate
def test_an_exception_text_is_not_repeated(error: Exception) -> None:
    responses.get(f"{SITE}/a", body=error)
    with transport() as wire, pytest.raises(ServiceDown) as caught:
        wire.send("GET", "/a")
    shown = [str(caught.value), *(str(part) for part in (caught.value.diagnostics[0].detail, caught.value.message))]
    assert "hunter22" not in "".join(shown)
    assert len(responses.calls) == 1


@responses.activate
def test_an_exception_that_holds_headers_is_not_even_chained() -> None:
    responses.get(f"{SITE}/a", body=requests.exceptions.InvalidHeader("Authorization: hunter22"))
    with transport() as wire, pytest.raises(ServiceDown) as caught:
        wire.send("GET", "/a")
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__


@responses.activate
def test_a_permit_is_asked_before_every_attempt_of_a_write_and_of_nothing_else() -> None:
    responses.get(f"{SITE}/things")
    responses.post(f"{SITE}/harmless")
    responses.put(f"{SITE}/things", status=503)
    asked = []

    def permit() -> None:
        asked.append(len(responses.calls))
        if len(asked) == 3:
            raise SpecError.because("no more")

    with transport() as wire:
        allowed = wire.writable(permit)
        allowed.send("GET", "/things")
        allowed.send("POST", "/harmless", harmless=True)
        with pytest.raises(SpecError, match="no more"):
            allowed.hurried().send("PUT", "/things")
    assert asked == [2, 3, 4], "before the first, the second and the third attempt"
    assert len(responses.calls) == 4, "the third was not sent"
