"""Traces of a run, for who asked for them by OpenTelemetry's own environment variables."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from sso_sync.cli import output
from sso_sync.cli.options import Common
from sso_sync.errors import Diagnostic
from sso_sync.tracing import span

__all__ = ["traced"]

_ENDPOINTS = ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT")
_EXPORTER = "OTEL_TRACES_EXPORTER"
_OFF = "OTEL_SDK_DISABLED"


@contextmanager
def traced(common: Common, command: str, environ: Mapping[str, str]) -> Iterator[None]:
    """A span for the command, recorded if the environment says where to. What goes wrong with that is a warning."""
    if not _wanted(environ):
        with span(f"sso-sync {command}", command=command):
            yield
        return
    other = environ.get(_EXPORTER, "").strip() or "otlp"
    problem: Diagnostic | None = None
    if other != "otlp":
        problem = _warning(f"{_EXPORTER} names an exporter that is not known here", "Set it to otlp, or to none.")
    else:
        try:
            from sso_sync.cli.otel import Delivery, otlp

            delivery = Delivery(otlp())
        except ImportError:
            problem = _warning("The libraries for traces are not installed", "pip install 'sso-sync[otel]'")
        except (OSError, ValueError):
            problem = _warning("An OTEL_* variable has a value that cannot be used", "Check those that are set.")
    if problem is not None:
        output.complain(common, (problem,))
        with span(f"sso-sync {command}", command=command):
            yield
        return
    with delivery.spans(), span(f"sso-sync {command}", command=command):
        yield
    if not delivery.complete:
        lost = _warning("Not all traces could be delivered", f"Check the collector that {_ENDPOINTS[1]} names.")
        output.complain(common, (lost,))


def _wanted(environ: Mapping[str, str]) -> bool:
    if environ.get(_OFF, "").strip().lower() == "true":
        return False
    exporter = environ.get(_EXPORTER, "").strip()
    return exporter != "none" and bool(exporter or any(environ.get(name, "").strip() for name in _ENDPOINTS))


def _warning(summary: str, next_action: str) -> Diagnostic:
    return Diagnostic("warning", summary, detail="The run itself is not affected.", next_action=next_action)
