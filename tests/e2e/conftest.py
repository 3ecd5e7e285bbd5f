"""The real command line against the sandbox over real HTTP: what is typed, what is shown, what the services got."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from sso_sync.cli.main import main
from sso_sync.sandbox.server import Sandbox
from tests.documents import parsed

Document = dict[str, Any]


@pytest.fixture(scope="session")
def shared_sandbox() -> Iterator[Sandbox]:
    """One pair of servers for all tests; `sandbox` resets it for each."""
    with Sandbox() as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(shared_sandbox: Sandbox) -> Sandbox:
    shared_sandbox.reset()
    return shared_sandbox


@dataclass(frozen=True)
class Ran:
    """One finished command."""

    code: int
    out: str
    err: str
    command: str

    @property
    def json(self) -> Document:
        return parsed(self.out, self.command)

    @property
    def addresses(self) -> list[str]:
        return [change["address"] for change in self.json["changes"]]


class Cli:
    """Runs `sso-sync` in this process, as its console script does."""

    def __init__(self, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
        self._capsys = capsys
        self._monkeypatch = monkeypatch

    def __call__(self, *arguments: str | Path) -> Ran:
        self._monkeypatch.setattr(sys, "argv", ["sso-sync", *map(str, arguments)])
        self._capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main()
        captured = self._capsys.readouterr()
        code = ended.value.code
        number = code if isinstance(code, int) else 0 if code is None else 1
        return Ran(number, captured.out, captured.err, str(arguments[0]) if arguments else "")


@pytest.fixture
def cli(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path, sandbox: Sandbox) -> Cli:
    """The command line in an empty folder, with the sandbox's credentials in the environment."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ONELOGIN_CLIENT_ID", sandbox.client_id)
    monkeypatch.setenv("ONELOGIN_CLIENT_SECRET", sandbox.client_secret)
    monkeypatch.setenv("JUSTCALL_API_KEY", sandbox.api_key)
    monkeypatch.setenv("JUSTCALL_API_SECRET", sandbox.api_secret)
    return Cli(capsys, monkeypatch)


def document(sandbox: Sandbox, **overrides: Any) -> Document:
    """DESIGN's smallest spec, pointed at the sandbox; `overrides` are merged in by section."""
    spec: Document = {
        "version": 1,
        "name": "justcall-test",
        "onelogin": {"url": sandbox.onelogin_url, "access": {"roles": ["JustCall Users"]}},
        "justcall": {
            "driver": "http",
            "url": sandbox.justcall_url,
            "sso": {"enabled": True, "default_role": "Team Member"},
        },
    }
    return merged(spec, overrides)


def merged(base: Document, over: Document) -> Document:
    result = dict(base)
    for key, value in over.items():
        inner = result.get(key)
        result[key] = merged(inner, value) if isinstance(inner, dict) and isinstance(value, dict) else value
    return result


def write(path: Path, spec: Document) -> Path:
    path.write_text(yaml.safe_dump(spec, sort_keys=False, allow_unicode=True), encoding="utf-8")
    return path


@pytest.fixture
def spec(sandbox: Sandbox, tmp_path: Path) -> Path:
    """The smallest spec as a file."""
    return write(tmp_path / "spec.yaml", document(sandbox))
