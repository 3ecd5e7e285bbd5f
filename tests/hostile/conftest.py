"""A sandbox, a server in front of it that lies, and a command line in an empty folder."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sso_sync.sandbox.server import Sandbox
from tests.faults.conftest import no_waiting, sandbox, shared_sandbox
from tests.hostile.liar import Liar

__all__ = ["no_waiting", "sandbox", "shared_sandbox"]


@pytest.fixture
def liar(sandbox: Sandbox) -> Iterator[Liar]:
    with Liar(sandbox) as server:
        yield server


@pytest.fixture(autouse=True)
def _no_names_are_looked_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a hostile spec names is not even asked for outside."""
    real = socket.getaddrinfo

    def getaddrinfo(host: Any, *args: Any, **kwargs: Any) -> Any:
        if host in ("127.0.0.1", "localhost", "::1"):
            return real(host, *args, **kwargs)
        raise socket.gaierror(socket.EAI_NONAME, "no such host")

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)


@pytest.fixture
def home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, sandbox: Sandbox, no_waiting: None) -> Path:
    """An empty folder to run in, with the sandbox's credentials in the environment."""
    folder = tmp_path / "home"
    folder.mkdir()
    monkeypatch.chdir(folder)
    monkeypatch.setenv("HOME", str(folder))
    monkeypatch.setenv("XDG_CACHE_HOME", str(folder / "cache"))
    monkeypatch.setenv("ONELOGIN_CLIENT_ID", sandbox.client_id)
    monkeypatch.setenv("ONELOGIN_CLIENT_SECRET", sandbox.client_secret)
    monkeypatch.setenv("JUSTCALL_API_KEY", sandbox.api_key)
    monkeypatch.setenv("JUSTCALL_API_SECRET", sandbox.api_secret)
    return folder
