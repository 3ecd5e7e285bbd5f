"""A token that ends in the middle of a run, however it ends, is renewed, and the run goes on."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest
import requests

from sso_sync.apply.result import ApplyResult
from sso_sync.sandbox.faults import Fault, Faults, Strike
from sso_sync.sandbox.server import Sandbox
from sso_sync.sandbox.wire import ServiceName
from tests.counting import THOROUGH, attempt
from tests.faults.world import SCENARIOS, Scenario, World, assert_nothing_twice, end_state


def revoke(sandbox: Sandbox) -> None:
    """What another process of the same client can do to everybody (quirk 20)."""
    credentials = (sandbox.client_id, sandbox.client_secret)
    token = requests.post(
        f"{sandbox.onelogin_url}/auth/oauth2/v2/token",
        json={"grant_type": "client_credentials"},
        auth=credentials,
        timeout=10,
    ).json()["access_token"]
    answer = requests.post(
        f"{sandbox.onelogin_url}/auth/oauth2/revoke", json={"access_token": token}, auth=credentials, timeout=10
    )
    assert answer.status_code == 200


@dataclass
class Expiring:
    """Ends every token's life just before call number `at` to OneLogin is served."""

    sandbox: Sandbox
    at: int
    calls: int = 0

    def __call__(self) -> None:
        self.calls += 1
        if self.calls == self.at:
            self.sandbox.onelogin.expire_tokens()


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.name)
def test_a_token_that_expires_at_any_moment(
    sandbox: Sandbox, tmp_path: Path, scenario: Scenario, monkeypatch: pytest.MonkeyPatch, no_waiting: None
) -> None:
    monkeypatch.chdir(tmp_path)
    world = World.scenario(sandbox, tmp_path, scenario)
    world.apply()
    expected, calls = end_state(sandbox), sandbox.requests.count("onelogin")
    real = Faults.strike
    for at in range(2, calls, 1 if os.environ.get(THOROUGH) else 4):
        world = World.scenario(sandbox, tmp_path, scenario)
        expire = Expiring(sandbox, at)

        def strike(
            self: Faults, service: ServiceName, method: str, path: str, expire: Expiring = expire
        ) -> Strike | None:
            if service == "onelogin":
                expire()
            return real(self, service, method, path)

        monkeypatch.setattr(Faults, "strike", strike)
        with attempt("token losses", "survived"):
            result = world.apply()
            assert expire.calls > at
            assert isinstance(result, ApplyResult), result.sides
            assert not [step.diagnostic for step in result.steps if step.outcome == "failed"]
            assert result.verified
            assert end_state(sandbox) == expected
            assert_nothing_twice(sandbox)


def test_a_token_that_was_revoked_between_two_runs(
    sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, no_waiting: None
) -> None:
    monkeypatch.chdir(tmp_path)
    world = World.scenario(sandbox, tmp_path, SCENARIOS[0])
    assert world.plan().summary.automatic
    revoke(sandbox)
    with attempt("token losses", "survived"):
        result = world.apply()
        assert isinstance(result, ApplyResult)
        assert result.verified


def test_a_token_that_is_revoked_while_a_write_is_on_its_way(
    sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, no_waiting: None
) -> None:
    monkeypatch.chdir(tmp_path)
    world = World.scenario(sandbox, tmp_path, SCENARIOS[0])
    sandbox.faults.add(Fault("hang", service="onelogin", method="POST", path="/api/2/apps$"))
    with attempt("token losses", "survived"), ThreadPoolExecutor(1) as pool:
        running = pool.submit(world.apply)
        assert sandbox.faults.wait_for_hang()
        revoke(sandbox)
        sandbox.faults.clear()
        result = running.result()
        assert isinstance(result, ApplyResult)
        assert result.verified
        assert_nothing_twice(sandbox)


def test_a_short_lived_token(
    sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, no_waiting: None
) -> None:
    """A token that lives shorter than our safety margin is used all the same, and not fetched for every call."""
    monkeypatch.chdir(tmp_path)
    sandbox.variants.update({"token_expires_in": 60})
    world = World.scenario(sandbox, tmp_path, SCENARIOS[0])
    sandbox.variants.update({"token_expires_in": 60})
    with attempt("token losses", "survived"):
        result = world.apply()
        assert isinstance(result, ApplyResult)
        assert result.verified
        assert sandbox.requests.count("onelogin", "POST", "/auth/oauth2/v2/token") == 1
