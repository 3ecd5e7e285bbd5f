"""Whoever has to ask a service's support about an error has the name under which they find the call."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from sso_sync.sandbox.faults import Fault
from sso_sync.sandbox.server import Sandbox
from sso_sync.sandbox.wire import ServiceName
from tests.e2e.conftest import Cli


@pytest.mark.parametrize(
    ("service", "path", "told"),
    [
        ("onelogin", "^/api/2/apps", r"\(request id [0-9a-f]{32}\)"),
        ("justcall", "^/sso/saml", r"\(request id CF-Ray [0-9a-f]{16}-SIM\)"),
    ],
)
def test_an_error_names_the_request(
    cli: Cli, sandbox: Sandbox, spec: Path, service: ServiceName, path: str, told: str
) -> None:
    sandbox.faults.add(Fault("error", service=service, path=path, times=None, status=422))
    ran = cli("plan", spec, "--format", "json", "-v", "--log-format", "json")
    sandbox.faults.clear()
    assert ran.code == 1
    named = re.search(told, ran.json["error"]["summary"])
    assert named is not None
    ids = {json.loads(line).get("request", {}).get("request_id") for line in ran.err.splitlines()}
    assert named[0].removeprefix("(request id ").removesuffix(")") in ids
