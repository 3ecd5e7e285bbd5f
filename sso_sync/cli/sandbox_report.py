"""What the sandbox commands print: where it listens and how to talk to it, and what it was asked."""

from __future__ import annotations

import json
import shlex
from collections.abc import Sequence
from itertools import groupby
from pathlib import Path

from sso_sync.cli.options import Common, Format
from sso_sync.plan.document import SCHEMA_VERSION
from sso_sync.report.json import dumps
from sso_sync.report.quoting import preformatted
from sso_sync.safe import visible
from sso_sync.sandbox.log import LoggedRequest, as_json
from sso_sync.sandbox.server import Sandbox
from sso_sync.values import Json

__all__ = ["logged", "served", "was_reset"]

_SPEC = """\
version: 1
name: sandbox
onelogin:
  url: {onelogin}
  access:
    roles: [JustCall Users]
justcall:
  driver: http
  url: {justcall}
  users_url: {justcall}
  sso:
    enabled: true
    default_role: Team Member
"""


def served(common: Common, sandbox: Sandbox) -> str:
    """The addresses, the credentials as environment lines, and a spec that works with them as they are."""
    environment = {
        "ONELOGIN_CLIENT_ID": sandbox.client_id,
        "ONELOGIN_CLIENT_SECRET": sandbox.client_secret,
        "JUSTCALL_API_KEY": sandbox.api_key,
        "JUSTCALL_API_SECRET": sandbox.api_secret,
    }
    spec = _SPEC.format(onelogin=sandbox.onelogin_url, justcall=sandbox.justcall_url)
    document: Json = {
        "schema_version": SCHEMA_VERSION,
        "onelogin_url": sandbox.onelogin_url,
        "justcall_url": sandbox.justcall_url,
        "environment": environment,
        "spec": spec,
    }
    lines = [
        f"OneLogin  {sandbox.onelogin_url}",
        f"JustCall  {sandbox.justcall_url}  (gateway: /sso/saml, users: /v2.1/users)",
        "",
        *(f"export {name}={shlex.quote(value)}" for name, value in environment.items()),
        "",
        "# sandbox.yaml",
        *spec.splitlines(),
    ]
    return _written(common, document, lines)


def was_reset(common: Common, state: Path) -> str:
    """That the sandbox is as it began."""
    return _written(
        common, {"schema_version": SCHEMA_VERSION, "state": str(state)}, [f"The sandbox in {state} is as it began."]
    )


def logged(common: Common, requests: Sequence[LoggedRequest]) -> str:
    """One line for each request, under its run; its body with -v."""
    document: Json = {"schema_version": SCHEMA_VERSION, "requests": [as_json(request) for request in requests]}
    lines: list[str] = []
    for run, asked in groupby(requests, lambda request: request.run):
        lines += [f"run {run}", *(line for request in asked for line in _request(request, bodies=common.verbose))]
    return _written(common, document, lines or ["Nothing was asked yet."])


def _request(request: LoggedRequest, *, bodies: bool) -> list[str]:
    query = "?" + "&".join(f"{name}={value}" for name, value in request.query.items()) if request.query else ""
    status = "no answer" if request.status is None else str(request.status)
    fault = f"  ({request.fault})" if request.fault else ""
    line = f"  {request.service:<8}  {request.method:<6} {request.path}{query} -> {status}{fault}"
    return [line, f"{'':>12}{json.dumps(request.body)}"] if bodies and request.body is not None else [line]


def _written(common: Common, document: Json, lines: Sequence[str]) -> str:
    if common.format is Format.JSON:
        return dumps(document)
    if common.format is Format.MARKDOWN:
        return preformatted(lines) + "\n"
    return "".join(f"{visible(line)}\n" for line in lines)
