"""A runner whose workflow works on the sandbox, with a GitHub beside it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from sso_sync.sandbox.server import Sandbox
from tests.e2e.conftest import sandbox, shared_sandbox
from tests.github.forked import program
from tests.github.hub import Hub, hub
from tests.github.runner import Runner

__all__ = ["sandbox", "shared_sandbox"]  # fixtures


@pytest.fixture
def github() -> Iterator[Hub]:
    with hub() as made:
        yield made


@pytest.fixture
def runner(tmp_path: Path, github: Hub, sandbox: Sandbox) -> Iterator[Runner]:
    made = Runner(
        tmp_path,
        {
            "GITHUB_API_URL": github.url,
            "ONELOGIN_CLIENT_ID": sandbox.client_id,
            "ONELOGIN_CLIENT_SECRET": sandbox.client_secret,
            "JUSTCALL_API_KEY": sandbox.api_key,
            "JUSTCALL_API_SECRET": sandbox.api_secret,
        },
    )
    with program(made.program):
        yield made
