"""A message: one line that says it all, a body that fits everywhere."""

from __future__ import annotations

from dataclasses import replace

from sso_sync.errors import ExitCode
from sso_sync.notifying.facts import Gravity, Seen, subjects
from sso_sync.notifying.message import Message, compose
from sso_sync.plan.model import Expiry, Side
from tests.notifying.make import BROKEN, drifted, seen
from tests.report.plans import signed_with

AUDIENCE = "onelogin.app.configuration.audience"


def composed(*runs: Seen) -> Message:
    """The message about what is not well in these runs."""
    found = [subject for run in runs for subject in subjects(run)]
    wrong = [replace(one, facts=tuple(fact for fact in one.facts if fact.state)) for one in found]
    return compose([one for one in wrong if one.facts])


def test_one_connection() -> None:
    message = composed(seen(drifted(AUDIENCE)))
    assert message.title == "sso-sync: drift in justcall-prod (1 change in OneLogin)"
    assert message.body.splitlines()[0] == "**drift in justcall-prod (1 change in OneLogin)** (`specs/justcall.yaml`)"
    assert message.gravity is Gravity.WARNING


def test_the_gravest_comes_first_and_both_sides_have_one_certificate() -> None:
    facts = tuple(signed_with(side, "AA:BB", 3, Expiry.FAIL) for side in Side)
    message = composed(seen(replace(drifted(AUDIENCE), certificates=facts)))
    assert message.title == "sso-sync: the certificate of justcall-prod expires in 3 days, and 1 more"
    assert message.body.count("expires in 3 days** (") == 1
    assert "OneLogin: `AA:BB`" in message.body
    assert "JustCall: `AA:BB`" in message.body
    assert message.gravity is Gravity.FAILURE


def test_a_fleet_is_counted_and_fits() -> None:
    people = [f"onelogin.access.users.somebody-{n}@acme.example" for n in range(10)]
    fleet = [seen(drifted(*people, name=f"c{n:02}"), name=f"c{n:02}", path=f"specs/c{n:02}.yaml") for n in range(50)]
    broken = seen(BROKEN, ExitCode.ERROR, name=None, path="specs/broken.yaml")
    message = composed(*fleet, broken)
    assert message.title == "sso-sync: 51 connections: 1 failed, 50 drifted"
    assert message.body.startswith("**specs/broken.yaml cannot be used** (`specs/broken.yaml`)")
    assert len(message.body) < 4000
    last = message.body.splitlines()[-1]
    assert last.startswith("Also: `c")
    assert last.endswith(" more")


def test_no_single_line_fills_the_message() -> None:
    message = composed(seen(drifted("onelogin.access.roles." + "r" * 5000)))
    assert max(map(len, message.body.splitlines())) <= 400
