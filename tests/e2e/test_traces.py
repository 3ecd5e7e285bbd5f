"""A collector gets the traces of a run over real HTTP: one tree, a span for each step and each request."""

from __future__ import annotations

import json
import threading
from collections import Counter
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span

from sso_sync.http.telling import template
from sso_sync.sandbox.faults import Fault
from sso_sync.sandbox.server import Sandbox
from tests.e2e.conftest import Cli


class Collector(ThreadingHTTPServer):
    """Takes what OTLP over HTTP sends."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Taking)
        self.spans: list[Span] = []
        self.services: set[str] = set()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def take(self, body: bytes) -> None:
        for resource in ExportTraceServiceRequest.FromString(body).resource_spans:
            self.services |= {
                one.value.string_value for one in resource.resource.attributes if one.key == "service.name"
            }
            for scope in resource.scope_spans:
                self.spans += scope.spans


class _Taking(BaseHTTPRequestHandler):
    server: Collector

    def do_POST(self) -> None:
        assert self.path == "/v1/traces"
        self.server.take(self.rfile.read(int(self.headers["Content-Length"])))
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the standard library names it
        pass


@pytest.fixture
def collector(monkeypatch: pytest.MonkeyPatch) -> Iterator[Collector]:
    with Collector() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", server.url)
        yield server
        server.shutdown()
        thread.join()


def facts(span: Span) -> dict[str, str | int]:
    return {one.key: one.value.string_value or one.value.int_value for one in span.attributes}


def test_the_spans_of_an_apply_are_one_tree(cli: Cli, sandbox: Sandbox, spec: Path, collector: Collector) -> None:
    sandbox.faults.add(Fault("error", service="justcall", method="GET", path="/sso/saml", status=503))
    ran = cli("apply", spec, "--auto-approve", "--format", "json", "-v", "--log-format", "json")
    assert (ran.code, collector.services) == (0, {"sso-sync"})
    spans = {span.span_id: span for span in collector.spans}
    assert len({span.trace_id for span in collector.spans}) == 1

    def way(span: Span) -> tuple[str, ...]:
        above = spans.get(span.parent_span_id)
        return (*(way(above) if above else ()), span.name)

    top = ("sso-sync apply", "connection")
    ways = Counter(way(span) for span in collector.spans)
    assert {found[:2] for found in ways if len(found) > 1} == {top}
    assert ways[(*top, "plan", "read")] == 2
    assert ways[(*top, "run", "read back", "plan", "read")] == 2
    steps = [facts(span) for span in collector.spans if way(span) == (*top, "run", "step")]
    assert {(one["sso_sync.step"], one["sso_sync.side"]) for one in steps} == {
        (step["id"], step["side"]) for step in ran.json["applied"]
    }
    assert ways[(*top, "run", "step", "POST /api/2/apps")] == 1
    (run,) = (facts(span) for span in collector.spans if span.name == "run")
    assert run == {"sso_sync.run_id": ran.json["run_id"]}

    requests = [facts(span) for span in collector.spans if span.kind == Span.SPAN_KIND_CLIENT]
    sent = Counter(
        (one["http.request.method"], one["url.template"], one["http.response.status_code"]) for one in requests
    )
    assert sent == Counter((one.method, template(one.path), one.status) for one in sandbox.requests)
    again = [one for one in requests if one["sso_sync.attempt"] == 2]
    assert [one["http.request.resend_count"] for one in again] == [1]
    failed = [span for span in collector.spans if span.status.code == span.status.STATUS_CODE_ERROR]
    assert [facts(span)["error.type"] for span in failed] == ["503"]
    for span in collector.spans:
        parent = spans.get(span.parent_span_id)
        assert span.start_time_unix_nano <= span.end_time_unix_nano
        assert parent is None or span.end_time_unix_nano <= parent.end_time_unix_nano

    # The log tells the same, line by line.
    records = [json.loads(line) for line in ran.err.splitlines()]
    logged = Counter((one["request"]["method"], one["request"]["status"]) for one in records if "request" in one)
    assert logged == Counter((method, status) for method, _, status in sent.elements())
    named = {"connection": "justcall-test", "run_id": ran.json["run_id"]}
    for step in ran.json["applied"]:
        facts_of_it = {**named, "step": step["id"], "side": step["side"]}
        done = next(one for one in records if one["message"] == f"applied: {step['summary']}")
        assert {key: done.get(key) for key in facts_of_it} == facts_of_it
        assert any(one.get("step") == step["id"] and "request" in one for one in records)
