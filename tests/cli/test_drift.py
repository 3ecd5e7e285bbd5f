"""`sso-sync drift`: the code it ends with, and what its reader is told."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sso_sync.plan.model import Action, Direction, Plan
from tests.cli.support import IN_SYNC, PENDING, REFUSED, UNREAD, WRONG, Cli, FakeEngine, spec
from tests.report.plans import change, plan

FOREIGN = replace(IN_SYNC, refusals=REFUSED.refusals)


@pytest.mark.parametrize(
    ("made", "code"), [(IN_SYNC, 0), (PENDING, 2), (REFUSED, 2), (FOREIGN, 3), (WRONG, 1), (UNREAD, 6)]
)
def test_the_code_says_how_it_stands(cli: Cli, fake: FakeEngine, made: Plan, code: int) -> None:
    fake.answers["prod"] = made
    ran = cli("drift", spec(), "--format", "json")
    assert ran.code == code
    assert ran.json["spec"]["name"] == "prod"


def test_a_fleet_counts_those_that_drifted(cli: Cli, fake: FakeEngine) -> None:
    fake.answers |= {"a": IN_SYNC, "b": PENDING, "c": REFUSED}
    for name in "abc":
        spec(name, "specs")
    ran = cli("drift", "specs")
    assert ran.code == 2
    assert "3 connections: 1 in sync, 2 drifted." in ran.out


def test_the_reader_is_told_whose_change_it_was(cli: Cli, fake: FakeEngine) -> None:
    origins = {"name": Direction.ONELOGIN, "tab": Direction.SPEC, "brand": Direction.ONELOGIN}
    found = [
        replace(change(f"onelogin.app.{name}", Action.UPDATE, "a", "b"), direction=towards)
        for name, towards in origins.items()
    ]
    fake.answers["prod"] = plan((*found, change("justcall.sso.issuer", Action.UNKNOWN, reason="expired")))
    ran = cli("drift", spec())
    expected = "Drift: 3 values differ: 2 changed in OneLogin, 1 spec not applied yet. 1 value is unknown."
    assert expected in ran.out
    assert "Next: sso-sync apply prod.yaml, or change the spec to keep what is there" in ran.out


@pytest.mark.parametrize("command", ["plan", "drift", "apply"])
def test_ignore_is_handed_over(cli: Cli, fake: FakeEngine, command: str) -> None:
    cli(command, spec(), "--ignore", "justcall.sso.*", "--ignore", "onelogin.app.name")
    assert fake.ignores == {"justcall.sso.*", "onelogin.app.name"}


@pytest.mark.parametrize("command", ["plan", "drift", "apply"])
@pytest.mark.parametrize("address", ["onelogin.app", "onelogin.app.rules.first", "justcall.sso.isuer", ""])
def test_what_cannot_be_ignored_is_a_wrong_command_line(cli: Cli, fake: FakeEngine, command: str, address: str) -> None:
    ran = cli(command, spec(), "--ignore", address)
    assert ran.code == 64
    assert "These can be ignored" in ran.err
    assert fake.planned == []
