"""`sso-sync drift`: the code it ends with, and what its reader is told."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sso_sync.errors import SideUnavailable
from sso_sync.plan.model import Action, Direction, Plan
from tests.cli.support import IN_SYNC, PENDING, REFUSED, UNREAD, WRONG, Cli, FakeEngine, spec
from tests.report.judges import samples
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


def test_metrics_name_the_command_even_where_no_connection_has_a_result(cli: Cli, fake: FakeEngine) -> None:
    fake.answers |= {name: SideUnavailable.because("503") for name in "ab"}
    for name in "ab":
        spec(name, "specs")
    for words, code in (((), 6), (("--shard", f"{_idle_shard(cli)}/9"), 0)):
        found = samples(cli("drift", "specs", *words, "--format", "prometheus").out)
        assert found["sso_sync_exit_code", (("command", "drift"),)] == code


def _idle_shard(cli: Cli) -> int:
    """One of nine shards that has none of the connections."""
    told = (cli("drift", "specs", "--shard", f"{shard}/9").out for shard in range(9))
    return next(shard for shard, text in enumerate(told) if text == "0 connections: there is nothing to do.\n")


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
