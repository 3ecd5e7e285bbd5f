"""What the sandbox commands print: where it listens and how to talk to it, and what it was asked."""

from __future__ import annotations

import json
import shlex
from collections.abc import Sequence
from itertools import groupby
from pathlib import Path

from sso_sync.cli.documents import written
from sso_sync.cli.options import Common
from sso_sync.plan.document import SCHEMA_VERSION
from sso_sync.sandbox.log import LoggedRequest, as_json
from sso_sync.sandbox.pages.sessions import EVERYBODYS_PASSWORD
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
  driver: http  # or browser: on JustCall's pages, as a person would
  url: {justcall}
  users_url: {justcall}
  sso:
    enabled: true
    default_role: Team Member
"""

_WORDS = {
    "onelogin_portal": "OneLogin portal",
    "onelogin_admin": "OneLogin console",
    "justcall_login": "JustCall login",
    "justcall_settings": "JustCall settings",
}
_PEOPLE = {"administrator": "olivia.owner@acme.example", "user": "alice.adams@acme.example"}


def served(common: Common, sandbox: Sandbox) -> str:
    """The addresses, whom to sign in to their pages as, the credentials, and a spec that works as it is."""
    environment = {
        "ONELOGIN_CLIENT_ID": sandbox.client_id,
        "ONELOGIN_CLIENT_SECRET": sandbox.client_secret,
        "JUSTCALL_API_KEY": sandbox.api_key,
        "JUSTCALL_API_SECRET": sandbox.api_secret,
    }
    spec = _SPEC.format(onelogin=sandbox.onelogin_url, justcall=sandbox.justcall_url)
    pages = _pages(sandbox)
    document: Json = {
        "schema_version": SCHEMA_VERSION,
        "onelogin_url": sandbox.onelogin_url,
        "justcall_url": sandbox.justcall_url,
        "environment": environment,
        "spec": spec,
        "pages": pages,
        "people": {**_PEOPLE},
        "password": EVERYBODYS_PASSWORD,
    }
    lines = [
        f"OneLogin  {sandbox.onelogin_url}",
        f"JustCall  {sandbox.justcall_url}  (gateway: /sso/saml, users: /v2.1/users)",
        "",
        "Pages",
        *(f"  {_WORDS[name]:<18} {url}" for name, url in pages.items()),
        f"  {'sign in as':<18} {_PEOPLE['administrator']}  (JustCall's owner, OneLogin's administrator)",
        f"  {'or as':<18} {_PEOPLE['user']}  (a user with access to JustCall)",
        f"  {'password':<18} {EVERYBODYS_PASSWORD}",
        "",
        *(f"export {name}={shlex.quote(value)}" for name, value in environment.items()),
        "",
        "# sandbox.yaml",
        *spec.splitlines(),
    ]
    return written(common, document, lines)


def _pages(sandbox: Sandbox) -> dict[str, Json]:
    """The pages that are worth opening, by the names in _WORDS."""
    return {
        "onelogin_portal": f"{sandbox.onelogin_url}/portal",
        "onelogin_admin": f"{sandbox.onelogin_url}/admin/apps",
        "justcall_login": f"{sandbox.justcall_url}/login",
        "justcall_settings": f"{sandbox.justcall_url}/apex/settings/security/sso",
    }


def was_reset(common: Common, state: Path) -> str:
    """That the sandbox is as it began."""
    return written(
        common, {"schema_version": SCHEMA_VERSION, "state": str(state)}, [f"The sandbox in {state} is as it began."]
    )


def logged(common: Common, requests: Sequence[LoggedRequest]) -> str:
    """One line for each request, under its run; its body with -v."""
    document: Json = {"schema_version": SCHEMA_VERSION, "requests": [as_json(request) for request in requests]}
    lines: list[str] = []
    for run, asked in groupby(requests, lambda request: request.run):
        lines += [f"run {run}", *(line for request in asked for line in _request(request, bodies=common.verbose))]
    return written(common, document, lines or ["Nothing was asked yet."])


def _request(request: LoggedRequest, *, bodies: bool) -> list[str]:
    query = "?" + "&".join(f"{name}={value}" for name, value in request.query.items()) if request.query else ""
    status = "no answer" if request.status is None else str(request.status)
    fault = f"  ({request.fault})" if request.fault else ""
    line = f"  {request.service:<8}  {request.method:<6} {request.path}{query} -> {status}{fault}"
    return [line, f"{'':>12}{json.dumps(request.body)}"] if bodies and request.body is not None else [line]
