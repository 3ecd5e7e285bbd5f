"""Structured logs and traces hold no secret either, whatever a service echoes."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SpanExporter, SpanExportResult

from sso_sync.cli import otel
from sso_sync.sandbox.server import Sandbox
from tests.hostile import test_secrets
from tests.hostile.liar import Asked, Liar, Truth, bare
from tests.hostile.test_secrets import GUARDS, Search, save, spec, token_of

search = test_secrets.search  # the fixture, with the canaries in the environment


class Kept(SpanExporter):
    def __init__(self) -> None:
        self.texts: list[str] = []

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        self.texts += [span.to_json() for span in spans]
        return SpanExportResult.SUCCESS


def echo(asked: Asked, _truth: Truth) -> bytes:
    """A service that takes the credentials for the call's name."""
    named = asked.headers.get("Authorization") or asked.headers.get("authorization") or ""
    assert named
    return bare(422, b'{"message": "no", "status": "failed"}', x_request_id=named)


def test_nothing_leaks_into_records_and_spans(
    search: Search, sandbox: Sandbox, liar: Liar, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = Kept()
    monkeypatch.setattr(otel, "otlp", lambda: kept)
    monkeypatch.setenv("OTEL_TRACES_EXPORTER", "otlp")
    monkeypatch.setenv("SSO_SYNC_LOG_FORMAT", "json")
    monkeypatch.setenv("ROLE", "canary-role-3e77")
    search.secrets["ROLE"] = "canary-role-3e77"
    tree = spec(sandbox, liar.url, "justcall-test")
    tree["onelogin"]["access"]["roles"].append({"name": test_secrets.Env("ROLE"), "create": True})
    path = save(home / "spec.yaml", tree)
    assert search.run("apply", path, "--auto-approve", "-v", *GUARDS).code == 0
    search.secrets["access token"] = token_of(home)
    for about in (r"^PUT", r"^GET /api", r"^GET /sso"):
        sandbox.onelogin.edit_configuration("JustCall", relaystate="changed", logout_url="changed")
        liar.about, liar.lie = about, echo
        assert search.run("apply", path, "--auto-approve", "-v", *GUARDS).code in (1, 7)
    assert len(kept.texts) > 50
    assert any("(secret)" in text for text in kept.texts)
    assert '"request": {' in "".join(search.said)
    search.said += kept.texts
    search.assert_clean()
