"""The paths of our client, of the sandbox, and of the vendor's SDK: one vocabulary."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import onelogin
import pytest

from sso_sync.onelogin.endpoints import ENDPOINTS
from sso_sync.sandbox.onelogin.service import ENDPOINTS as SANDBOX_ENDPOINTS

pytestmark = pytest.mark.contract

Operation = tuple[str, str]

NOT_IN_THE_SDK: dict[Operation, str] = {
    ("GET", "/api/2/groups"): "new in 2026; fact sheet §7, from OneLogin's Terraform provider and MCP server",
    ("GET", "/api/2/groups/{}"): "new in 2026; fact sheet §7, from OneLogin's Terraform provider and MCP server",
    ("GET", "/api/2/policies"): "since August 2026; fact sheet §10, from OneLogin's Terraform provider 1.2.0",
    ("GET", "/api/2/policies/{}"): "since August 2026; fact sheet §10, from OneLogin's Terraform provider 1.2.0",
}
AUTH: set[Operation] = {
    ("POST", "/auth/oauth2/v2/token"),
    ("POST", "/auth/oauth2/revoke"),
    ("GET", "/auth/rate_limit"),
}


def _operation(method: str, path: str) -> Operation:
    """With the names of the path's variables taken out: the SDK has others."""
    return method, re.sub(r"\{[^}]*\}", "{}", path)


def _sdk_operations() -> list[Operation]:
    """What the SDK's modules pass to their client: (method, path) of every operation."""
    found = []
    for module in sorted((Path(str(onelogin.__file__)).parent / "api").glob("*.py")):
        for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "call_api":
                path, method = (ast.literal_eval(argument) for argument in node.args[:2])
                found.append(_operation(method, path))
    return found


SDK = _sdk_operations()
SANDBOX = {_operation(endpoint.method, endpoint.path) for endpoint in SANDBOX_ENDPOINTS} | AUTH


def test_the_sdk_is_the_one_that_was_measured() -> None:
    assert len(SDK) == len(set(SDK)) == 161


@pytest.mark.parametrize("name", ENDPOINTS)
def test_our_client_calls_what_the_vendor_calls(name: str) -> None:
    operation = _operation(*ENDPOINTS[name])
    assert operation in SDK or operation in NOT_IN_THE_SDK


@pytest.mark.parametrize("name", ENDPOINTS)
def test_the_sandbox_has_what_our_client_calls(name: str) -> None:
    assert _operation(*ENDPOINTS[name]) in SANDBOX


@pytest.mark.parametrize("operation", sorted(SANDBOX))
def test_the_sandbox_invents_nothing(operation: Operation) -> None:
    assert operation in SDK or operation in NOT_IN_THE_SDK


@pytest.mark.parametrize("operation", sorted(NOT_IN_THE_SDK))
def test_exceptions_are_still_exceptions(operation: Operation) -> None:
    assert operation not in SDK
    assert operation in SANDBOX
