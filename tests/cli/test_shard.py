"""`--shard`: several processes share a fleet, and everything in it is somebody's, once."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from tests.cli.support import PENDING, Cli, FakeEngine, spec

COMMANDS = [["plan"], ["drift"], ["apply", "--auto-approve"]]


def fleet(*names: str) -> Path:
    for name in names:
        spec(name, "specs")
    return Path("specs")


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_every_connection_is_in_exactly_one_shard(cli: Cli, fake: FakeEngine, command: list[str]) -> None:
    folder = fleet(*(f"connection-{number}" for number in range(9)))
    (folder / "broken.yaml").write_text("version: 1\nname: broken\nsandbox: maybe\n", encoding="utf-8")
    shown: list[str] = []
    for index in range(3):
        ran = cli(*command, folder, "--shard", f"{index}/3", "--format", "json")
        documents = ran.json["connections"]
        shown += [one.get("plan", one).get("spec", {}).get("path") or one["error"]["file"] for one in documents]
        assert f"Shard {index}/3: {len(documents)} of 10 connections.\n" in ran.err
        assert ran.code == (1 if any("error" in one for one in documents) else 0)
    assert sorted(shown) == sorted(str(path) for path in folder.iterdir())
    assert len(fake.planned) == 9


def test_the_environment_names_the_shard_and_the_command_line_has_the_last_word(
    cli: Cli, fake: FakeEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = fleet(*(f"connection-{number}" for number in range(8)))

    def planned(*options: str) -> list[str]:
        fake.planned.clear()
        assert cli("plan", folder, *options).code == 0
        return list(fake.planned)

    second = planned("--shard", "1/2")
    assert 0 < len(second) < 8
    monkeypatch.setenv("JOB_COMPLETION_INDEX", "1")
    monkeypatch.setenv("SSO_SYNC_SHARDS", "2")
    assert planned() == second
    monkeypatch.setenv("SSO_SYNC_SHARD", "0/2")
    assert sorted(planned() + second) == sorted(planned("--shard", "0/1"))
    assert planned("--shard=1/2") == second
    monkeypatch.setenv("SSO_SYNC_SHARD", "")
    assert planned() == second


@pytest.mark.parametrize(
    ("options", "environ", "words"),
    [
        (["--shard", "2/2"], {}, "'2/2': the shards of 2 are counted from 0 to 1"),
        (["--shard", ""], {}, "'': a shard is written i/n"),
        ([], {"SSO_SYNC_SHARD": "1"}, "SSO_SYNC_SHARD '1': a shard is written i/n"),
        ([], {"JOB_COMPLETION_INDEX": "4", "SSO_SYNC_SHARDS": "4"}, "JOB_COMPLETION_INDEX/SSO_SYNC_SHARDS '4/4'"),
        ([], {"JOB_COMPLETION_INDEX": "4"}, "JOB_COMPLETION_INDEX is set, and SSO_SYNC_SHARDS is not"),
        ([], {"SSO_SYNC_SHARDS": "4"}, "SSO_SYNC_SHARDS is set, and JOB_COMPLETION_INDEX is not"),
    ],
)
def test_what_is_no_shard_is_a_wrong_command_line(
    cli: Cli,
    fake: FakeEngine,
    monkeypatch: pytest.MonkeyPatch,
    options: list[str],
    environ: dict[str, str],
    words: str,
) -> None:
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    ran = cli("plan", spec(), *options, "--format", "json")
    assert ran.code == 64
    assert words in ran.json["error"]["summary"]
    assert fake.planned == []


def test_a_shard_with_nothing_to_do_says_so_and_has_succeeded(cli: Cli, fake: FakeEngine) -> None:
    fleet("one")
    idle = next(
        f"{index}/2" for index in range(2) if "0 of 1 connection." in cli("plan", "specs", "--shard", f"{index}/2").err
    )
    fake.planned.clear()
    words = ("specs/one.yaml", "--shard", idle)
    for command in COMMANDS:
        ran = cli(*command, *words)
        assert (ran.code, ran.out) == (0, "0 connections: there is nothing to do.\n")
        ran = cli(*command, *words, "--format", "json", "--quiet")
        assert (ran.code, ran.json["connections"], ran.err) == (0, [], "")
    assert ET.fromstring(cli("drift", *words, "--format", "junit").out).get("tests") == "0"
    ran = cli("plan", *words, "--out", "plan.json")
    assert ran.code == 0
    assert cli("apply", "plan.json").code == 0
    assert fake.planned == []


def test_two_connections_of_one_name_are_found_out_across_shards(cli: Cli, fake: FakeEngine) -> None:
    """Sandboxes go by their name, so here only the accounts tell them apart."""
    Path("specs").mkdir()
    for number in range(6):
        path = spec(f"account-{number}", "specs")
        text = path.read_text("utf-8").replace("sandbox: true\nonelogin:\n", "onelogin:\n  subdomain: {}\n")
        path.write_text(
            text.format(f"acme-{number}").replace(f"name: account-{number}", "name: same")
            + "justcall:\n  driver: browser\n",
            encoding="utf-8",
        )
    told = []
    for index in range(3):
        documents = cli("plan", "specs", "--shard", f"{index}/3", "--format", "json").json["connections"]
        told += [one["error"] for one in documents if "error" in one]
    assert len(fake.planned) == 1
    assert sorted(one["file"] for one in told) == [f"specs/account-{number}.yaml" for number in range(1, 6)]
    assert {(one["summary"], one["detail"]) for one in told} == {
        ("Two connections are named `same`", "The other one is in specs/account-0.yaml.")
    }


def test_the_connections_of_a_saved_plan_are_shared_out_likewise(cli: Cli, fake: FakeEngine) -> None:
    folder = fleet("a", "b", "c", "d")
    fake.answers = dict.fromkeys("abcd", PENDING)
    assert cli("plan", folder, "--out", "plan.json").code == 0
    tried = []
    for index in range(2):
        ran = cli("apply", "plan.json", "--shard", f"{index}/2", "--format", "json")
        # The engine that is no engine gives every spec the same digest, so each is refused, and by one shard only.
        tried += [one["error"]["file"] for one in ran.json["connections"]]
    assert sorted(tried) == ["specs/a.yaml", "specs/b.yaml", "specs/c.yaml", "specs/d.yaml"]
