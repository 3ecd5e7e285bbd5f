"""Traces: who asks for them gets them, and who asks for what cannot be had gets one warning, and the run."""

from __future__ import annotations

import sys
import threading
from collections.abc import Sequence

import pytest
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SpanExporter, SpanExportResult
from opentelemetry.trace import StatusCode

from sso_sync.cli import otel
from sso_sync.errors import SsoSyncError
from sso_sync.tracing import span
from tests.cli.support import IN_SYNC, REFUSED, Cli, FakeEngine, spec

ENDPOINT = "OTEL_EXPORTER_OTLP_ENDPOINT"
NOWHERE = "http://127.0.0.1:9/"  # nobody listens there


class Kept(SpanExporter):
    """All spans of all runs of a test."""

    def __init__(self) -> None:
        self.spans: list[ReadableSpan] = []

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        self.spans += spans
        return SpanExportResult.SUCCESS


@pytest.fixture
def kept(monkeypatch: pytest.MonkeyPatch) -> Kept:
    """Traces are on, and kept."""
    kept = Kept()
    monkeypatch.setenv("OTEL_TRACES_EXPORTER", "otlp")
    monkeypatch.setattr(otel, "otlp", lambda: kept)
    return kept


@pytest.mark.parametrize(
    "environ",
    [
        {},
        {ENDPOINT: " "},
        {ENDPOINT: NOWHERE, "OTEL_TRACES_EXPORTER": "none"},
        {ENDPOINT: NOWHERE, "OTEL_SDK_DISABLED": "TRUE"},
    ],
)
def test_nobody_who_does_not_ask_for_traces_needs_the_libraries(
    cli: Cli, fake: FakeEngine, monkeypatch: pytest.MonkeyPatch, environ: dict[str, str]
) -> None:
    monkeypatch.setitem(sys.modules, "sso_sync.cli.otel", None)  # importing it fails
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    ran = cli("plan", spec())
    assert (ran.code, ran.err) == (0, "")


@pytest.mark.parametrize(
    ("environ", "words"),
    [
        ({"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": NOWHERE}, "not installed"),
        ({"OTEL_TRACES_EXPORTER": "otlp"}, "not installed"),
        ({"OTEL_TRACES_EXPORTER": "console"}, "not known here"),
    ],
)
def test_who_asks_for_what_cannot_be_had_is_warned_once(
    cli: Cli, fake: FakeEngine, monkeypatch: pytest.MonkeyPatch, environ: dict[str, str], words: str
) -> None:
    monkeypatch.setitem(sys.modules, "sso_sync.cli.otel", None)
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    ran = cli("plan", spec(), "--format", "json")
    assert ran.code == 0
    assert ran.json["changes"] == []
    assert ran.err.count("warning: ") == 1
    assert words in ran.err
    assert cli("plan", "prod.yaml", "--log-format", "json", "--quiet").err.count("\n") == 1


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("OTEL_EXPORTER_OTLP_TIMEOUT", "s3cret"),
        ("OTEL_EXPORTER_OTLP_COMPRESSION", "s3cret"),
        ("OTEL_EXPORTER_OTLP_CERTIFICATE", "/s3cret"),
        ("OTEL_BSP_MAX_QUEUE_SIZE", "-1"),
        ("OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT", "s3cret"),
        ("OTEL_TRACES_SAMPLER", "s3cret"),
    ],
)
def test_a_wrong_variable_is_a_warning_without_its_value(
    cli: Cli, fake: FakeEngine, monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setattr(otel, "_GRACE", 0.05)
    monkeypatch.setenv(ENDPOINT, NOWHERE)
    monkeypatch.setenv(name, value)
    ran = cli("plan", spec())
    assert ran.code == 0
    assert ran.err.count("warning: ") == ran.err.count("\nwarning: ") + 1 == 1
    assert "s3cret" not in ran.err


def test_the_command_s_span_says_how_the_run_ended(
    cli: Cli, fake: FakeEngine, kept: Kept, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OTEL_RESOURCE_ATTRIBUTES", "service.name=nightly,deployment.environment=test")
    for answer in (IN_SYNC, REFUSED, RuntimeError("s3cret")):
        fake.answers["prod"] = answer
        cli("plan", spec())
    ended = [(dict(one.attributes or {}), one.status.status_code) for one in kept.spans]
    assert [(facts["sso_sync.exit_code"], status) for facts, status in ended] == [
        (0, StatusCode.UNSET),
        (3, StatusCode.ERROR),
        (1, StatusCode.ERROR),
    ]
    (resource,) = {tuple(sorted(one.resource.attributes.items())) for one in kept.spans[:1]}
    assert ("service.name", "nightly") in resource
    assert "s3cret" not in "".join(one.to_json() for one in kept.spans)


def test_an_error_s_span_has_its_kind_and_not_its_words(kept: Kept) -> None:
    with pytest.raises(SsoSyncError), otel.Delivery(kept).spans(), span("connection"):
        raise SsoSyncError.because("s3cret")
    (only,) = kept.spans
    assert dict(only.attributes or {}) == {"error.type": "SsoSyncError"}
    assert (only.status.status_code, only.events) == (StatusCode.ERROR, ())


class Stuck(SpanExporter):
    """Never comes back while the test lasts."""

    def __init__(self) -> None:
        self.over = threading.Event()

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        self.over.wait(60)
        return SpanExportResult.SUCCESS


class Broken(SpanExporter):
    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        raise OSError("https://user:s3cret@collector")


def test_a_collector_that_hangs_or_fails_costs_a_warning(
    cli: Cli, fake: FakeEngine, kept: Kept, monkeypatch: pytest.MonkeyPatch
) -> None:
    stuck = Stuck()
    monkeypatch.setattr(otel, "_GRACE", 0.05)
    for exporter in (stuck, Broken()):
        monkeypatch.setattr(otel, "otlp", lambda exporter=exporter: exporter)
        ran = cli("plan", spec())
        assert ran.code == 0
        assert ran.err.count("warning: Not all traces could be delivered") == 1
        assert "s3cret" not in ran.err
    stuck.over.set()
