"""What a plan says of logins that work today, on the sandbox over real HTTP: who, how long, and at what cost."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from sso_sync.sandbox.server import Sandbox
from sso_sync.store.rotations import Rotation, remember
from tests.e2e.conftest import Cli, document, write

PEOPLE = ("alice.adams@acme.example", "bob.brown@acme.example", "carol.clark@acme.example")


def test_a_change_of_certificate_names_everybody_and_nothing_else_costs_a_request(
    cli: Cli, sandbox: Sandbox, spec: Path
) -> None:
    """From nothing nobody's login breaks; once SSO is on, another certificate breaks new ones, and says so."""
    first = cli("plan", spec, "--format", "json").json
    assert [one["kind"] for one in first["impacts"]] == ["sso_enabled"]
    assert first["certificates"] == []
    assert cli("apply", spec, "--auto-approve").code == 0

    sandbox.requests.clear()
    in_sync = cli("plan", spec, "--format", "json").json
    assert in_sync["impacts"] == []
    assert len(list(sandbox.requests)) == 4
    ours, theirs = in_sync["certificates"]
    assert (ours["side"], theirs["side"]) == ("onelogin", "justcall")
    assert ours | {"side": "justcall"} == theirs
    assert ours["days_left"] > 0

    remember("justcall-test", Rotation(datetime(2026, 3, 1, tzinfo=UTC), 0.42, "AA", "BB", "run-1", rehearsal=True))
    other = sandbox.onelogin.certificate("Next Certificate (2048-bit)").id
    write(spec, document(sandbox, onelogin={"app": {"certificate": {"id": other}}}))
    sandbox.requests.clear()
    (found,) = cli("plan", spec, "--format", "json").json["impacts"]
    assert len(list(sandbox.requests)) == 5  # and who is in the role
    assert (found["kind"], found["people"], found["names"]) == ("interruption", 3, list(PEOPLE))
    assert (found["seconds"], found["certainty"]) == (0.42, "observed")
    shown = cli("plan", spec).out
    assert (
        f"Impact: new logins of 3 people ({', '.join(PEOPLE)}) fail while both sides are switched one after the other "
        "(open sessions go on), about 0.4 s last time (rehearsal, 2026-03-01).\n"
    ) in shown
    assert "days, on both sides\n" in shown
