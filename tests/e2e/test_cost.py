"""What a run says it cost is what the two services were asked, retries, tokens and all."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from sso_sync.sandbox.faults import Fault
from sso_sync.sandbox.server import Sandbox
from tests.e2e.conftest import Cli, Ran
from tests.report.judges import samples


def test_every_request_is_counted_on_its_side(
    cli: Cli, sandbox: Sandbox, spec: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("time.sleep", lambda _: None)
    monkeypatch.setenv("ONELOGIN_TEST_USER", "alice.adams@acme.example")
    monkeypatch.setenv("ONELOGIN_TEST_PASSWORD", "sandbox")
    counted = 0

    def asked() -> dict[str, int]:
        """What both services were asked since the last time."""
        nonlocal counted
        log = list(sandbox.requests)
        found = Counter(str(one.service) for one in log[counted:])
        counted = len(log)
        return {"onelogin": found["onelogin"], "justcall": found["justcall"]}

    def told(ran: Ran) -> dict[str, int]:
        found: dict[str, int] = ran.json["cost"]["requests"]
        return found

    sandbox.faults.add(Fault("error", service="justcall", method="GET", status=503))
    apply = cli("apply", spec, "--auto-approve", "--format", "json")
    assert apply.code == 0
    assert told(apply) == asked()
    assert apply.json["cost"]["retries"] == {"onelogin": 0, "justcall": 1}
    assert apply.json["plan"]["cost"] is None

    sandbox.onelogin.expire_tokens()  # the token in the cache is refused, another one fetched, the call sent again
    verify = cli("verify", spec, "--no-probe", "--format", "json")
    assert verify.code == 0  # with the metadata and the test user's assertion
    assert told(verify) == asked()
    assert verify.json["cost"]["retries"]["onelogin"] >= 1

    page = samples(cli("drift", spec, "--format", "prometheus").out)
    sides = {dict(labels)["side"]: value for (name, labels), value in page.items() if name == "sso_sync_requests"}
    assert sides == asked()

    sandbox.onelogin.expire_tokens()
    monkeypatch.setenv("ONELOGIN_CLIENT_SECRET", "0" * 64)
    refused = cli("plan", spec, "--format", "json")
    assert refused.code == 6
    assert told(refused) == asked()
