"""What the log and the traces say of requests: which kind of call, never whom it is about."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import pytest

from sso_sync.http.telling import template
from sso_sync.onelogin.endpoints import ENDPOINTS
from sso_sync.tracing import Value, recording
from tests.http.support import transport
from tests.http.wire import NOTHING, RawServer, ok


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        ("/api/2/apps/1543262/rules/7", "/api/2/apps/{id}/rules/{id}"),
        ("/api/1/users/1/roles", "/api/1/users/{id}/roles"),
        ("/v2.1/users/ann@acme.example", "/v2.1/users/{id}"),
        ("/v2.1/users/ann%40acme.example", "/v2.1/users/{id}"),
        (f"/saml/metadata/{'f' * 41}", "/saml/metadata/{id}"),
        ("/2/apps", "/{id}/apps"),
        ("/sso/saml/test", "/sso/saml/test"),
        ("", ""),
    ],
)
def test_a_path_s_kind_names_nothing_and_nobody(path: str, shown: str) -> None:
    assert template(path) == shown


def test_every_endpoint_of_onelogin_is_its_own_kind() -> None:
    for _, path in ENDPOINTS.values():
        assert template(re.sub(r"{\w+}", "12345", path)) == re.sub(r"{\w+}", "{id}", path)


class Heard:
    def __init__(self) -> None:
        self.requests: list[tuple[Mapping[str, Value], str | None]] = []

    @contextmanager
    def span(self, name: str, facts: Mapping[str, Value]) -> Iterator[None]:
        yield

    def happened(self, name: str, seconds: float, facts: Mapping[str, Value], problem: str | None) -> None:
        assert name == "request"
        assert 0 <= seconds < 60
        self.requests.append((facts, problem))

    def note(self, facts: Mapping[str, Value]) -> None:
        raise AssertionError


def test_each_attempt_is_told_and_nothing_of_the_trace_leaves_the_house(caplog: pytest.LogCaptureFixture) -> None:
    heard = Heard()
    caplog.set_level(logging.DEBUG, "sso_sync.http")
    with RawServer([NOTHING, NOTHING, ok(headers="X-Request-Id: r-1\x1b[2J\r\n")]) as server, recording(heard):
        with transport(f"{server.url}/secret-base") as wire:
            wire.send("GET", "/things/42", params={"key": "s3cret"})
        assert not any(b"traceparent" in request.lower() for request in server.requests)
    assert [(facts["attempt"], facts.get("status"), problem) for facts, problem in heard.requests] == [
        (1, None, "no answer"),
        (2, None, "no answer"),
        (3, 200, None),
    ]
    facts = heard.requests[-1][0]
    assert (facts["method"], facts["path"], facts["request_id"]) == ("GET", "/things/{id}", "r-1 [2J")
    lines = [record.getMessage() for record in caplog.records]
    assert lines[0].startswith("GET /things/42 -> the connection broke")
    assert lines[-1].startswith("GET /things/42 -> 200 in ")
    assert "s3cret" not in f"{heard.requests}{caplog.text}"
    assert "secret-base" not in f"{heard.requests}{caplog.text}"
