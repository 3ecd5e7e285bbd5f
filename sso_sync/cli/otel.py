"""Spans as OpenTelemetry records them. Only imported when traces are wanted: it needs the extra `otel`."""

from __future__ import annotations

import logging
import os
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter
from opentelemetry.trace import Span, SpanKind, StatusCode, Tracer
from opentelemetry.util.types import AttributeValue

from sso_sync import __version__
from sso_sync.tracing import Value, recording

__all__ = ["Delivery", "otlp"]

# A thread that could not finish in time may still complain, and would do so on stderr.
logging.getLogger("opentelemetry").addHandler(logging.NullHandler())

_GRACE = 5.0  # seconds that the end of a run waits for a collector
_GOOD = frozenset({0, 2})  # exit codes: in sync, and changes found
# OpenTelemetry's own names (semantic conventions for HTTP clients); everything else gets our prefix.
_NAMES = {
    "method": "http.request.method",
    "path": "url.template",
    "status": "http.response.status_code",
    "problem": "error.type",
}


def otlp() -> SpanExporter:
    """Sends spans to the collector that the OTEL_* variables name. Raises ValueError for values that are none."""
    return OTLPSpanExporter()


class Delivery:
    """Hands spans to an exporter, on the side. Raises ValueError for OTEL_* variables that make no sense.

    An exporter that fails costs nothing but its spans, and one that hangs no more than a few seconds at the end. The
    trace is not handed on to the services: neither of them is known to want it.

    `complete` tells in the end whether all spans arrived.
    """

    def __init__(self, exporter: SpanExporter) -> None:
        self.complete = True
        # Not registered globally, and not closed at exit: both would outlive the run, and the latter wait without end.
        self._provider = TracerProvider(resource=_resource(), shutdown_on_exit=False)
        self._provider.add_span_processor(BatchSpanProcessor(exporter))

    @contextmanager
    def spans(self) -> Iterator[None]:
        """Records the spans of the block."""
        with _watched(self):
            try:
                with recording(_Recorder(self._provider.get_tracer("sso_sync", __version__))):
                    yield
            finally:
                closing = threading.Thread(target=self._provider.shutdown, name="traces", daemon=True)
                closing.start()
                closing.join(_GRACE)
                if closing.is_alive():
                    self.complete = False


def _resource() -> Resource:
    own = {"service.version": __version__}
    named = "OTEL_SERVICE_NAME" in os.environ or "service.name=" in os.environ.get("OTEL_RESOURCE_ATTRIBUTES", "")
    return Resource.create(own if named else {**own, "service.name": "sso-sync"})


@contextmanager
def _watched(delivery: Delivery) -> Iterator[None]:
    """The library logs what it could not deliver, with addresses that may hold secrets: nobody gets to read that."""
    logger = logging.getLogger("opentelemetry")
    former = logger.propagate
    handler = _Troubles(delivery)
    logger.propagate = False
    logger.addHandler(handler)
    try:
        yield
    finally:
        logger.removeHandler(handler)
        logger.propagate = former


class _Troubles(logging.Handler):
    def __init__(self, delivery: Delivery) -> None:
        super().__init__(logging.WARNING)
        self._delivery = delivery

    def emit(self, record: logging.LogRecord) -> None:
        del record
        self._delivery.complete = False


class _Recorder:
    def __init__(self, tracer: Tracer) -> None:
        self._tracer = tracer

    @contextmanager
    def span(self, name: str, facts: Mapping[str, Value]) -> Iterator[None]:
        with self._tracer.start_as_current_span(
            name, attributes=_attributes(facts), record_exception=False, set_status_on_exception=False
        ) as span:
            try:
                yield
            except BaseException as error:
                # The kind alone: an exception's words may hold anything.
                _failed(span, type(error).__name__)
                raise

    def happened(self, name: str, seconds: float, facts: Mapping[str, Value], problem: str | None) -> None:
        now = time.time_ns()
        title = f"{facts['method']} {facts['path']}" if "method" in facts and "path" in facts else name
        span = self._tracer.start_span(
            title, kind=SpanKind.CLIENT, attributes=_attributes(facts), start_time=now - int(seconds * 1e9)
        )
        if problem is not None:
            _failed(span, problem)
        span.end(now)

    def note(self, facts: Mapping[str, Value]) -> None:
        span = trace.get_current_span()
        span.set_attributes(_attributes(facts))
        code = facts.get("exit_code", 0)
        if code not in _GOOD:
            _failed(span, f"exit code {code}")


def _attributes(facts: Mapping[str, Value]) -> dict[str, AttributeValue]:
    found: dict[str, AttributeValue] = {_NAMES.get(key, f"sso_sync.{key}"): value for key, value in facts.items()}
    attempt = facts.get("attempt")
    if isinstance(attempt, int) and attempt > 1:
        found["http.request.resend_count"] = attempt - 1
    return found


def _failed(span: Span, kind: str) -> None:
    span.set_attribute("error.type", kind)
    span.set_status(StatusCode.ERROR)
