"""Which specs are meant: by name, and by what git says of them."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from sso_sync.cli.selection import select
from sso_sync.errors import SsoSyncError, UsageError
from tests.cli.support import IN_SYNC, PENDING, Cli, FakeEngine, spec

_WHO = {"GIT_AUTHOR_NAME": "a", "GIT_AUTHOR_EMAIL": "a@b.example", "GIT_COMMITTER_NAME": "a"}


def git(*words: str) -> str:
    environ = {**os.environ, **_WHO, "GIT_COMMITTER_EMAIL": "a@b.example", "GIT_CONFIG_GLOBAL": os.devnull}
    ran = subprocess.run(["git", *words], env=environ, check=True, capture_output=True, text=True)
    return ran.stdout.strip()


def commit(words: str) -> str:
    git("add", "--all")
    git("commit", "--quiet", "--message", words)
    return git("rev-parse", "HEAD")


def changed(since: str = "main", *specs: str) -> list[str]:
    return [path.stem for path in select(specs or ("specs",), since=since).paths]


@pytest.fixture
def fleet(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Four specs, two of which extend a base, one with a page map, on a branch of their own."""
    monkeypatch.chdir(tmp_path)
    git("init", "--quiet", "--initial-branch", "main")
    for name in "abcd":
        spec(name, "specs")
    folder = tmp_path / "specs"
    (folder / "base.yaml").write_text("sandbox: true\nversion: 1\n", encoding="utf-8")
    (folder / "map.yaml").write_text("version: 1\n", encoding="utf-8")
    for name in "ab":
        text = (folder / f"{name}.yaml").read_text(encoding="utf-8").replace("sandbox: true\n", "")
        (folder / f"{name}.yaml").write_text(f"extends: base.yaml\n{text}", encoding="utf-8")
    with (folder / "c.yaml").open("a", encoding="utf-8") as file:
        file.write("justcall:\n  driver: attested\n  page_map: map.yaml\n")
    commit("first")
    git("switch", "--quiet", "--create", "work")
    return folder


def test_only_those_that_are_named(fleet: Path) -> None:
    assert [path.stem for path in select(["specs"], only=["c", "a"]).paths] == ["a", "c"]
    assert [path.stem for path in select(["specs"], only=["[ab]"]).paths] == ["a", "b"]
    assert [path.stem for path in select(["specs"], only=["*"]).paths] == list("abcd")
    with pytest.raises(UsageError, match="--only e: no connection is called that"):
        select(["specs"], only=["a", "e"])


def test_a_name_that_nobody_has_is_told_from_one_that_is_near(cli: Cli, fake: FakeEngine) -> None:
    spec("justcall-prod", "specs")
    spec("justcall-test", "specs")
    ran = cli("plan", "specs", "--only", "justcall-pord")
    assert (ran.code, fake.planned) == (64, [])
    assert "Did you mean justcall-prod" in ran.err
    Path("specs/broken.yaml").write_text("name: [", encoding="utf-8")
    assert "The names of 1 of the specs cannot be read." in cli("plan", "specs", "--only", "x").err


def test_what_changed_since_the_branch_left(fleet: Path) -> None:
    assert changed() == []
    (fleet / "d.yaml").write_text((fleet / "d.yaml").read_text(encoding="utf-8") + "# new\n", encoding="utf-8")
    assert changed() == ["d"]  # not committed yet
    commit("second")
    assert changed() == ["d"]
    (fleet / "base.yaml").write_text("sandbox: true\nversion: 1\n# new\n", encoding="utf-8")
    assert changed() == ["a", "b", "d"]
    (fleet / "map.yaml").write_text("version: 1\n# new\n", encoding="utf-8")
    (fleet / "attestations").mkdir()
    assert changed("HEAD") == ["a", "b", "c"]
    git("checkout", "--quiet", "--", ".")
    (fleet / "attestations" / "c.yaml").write_text("version: 1\n", encoding="utf-8")
    assert changed("HEAD") == ["c"]  # a file that git does not know may be new
    # What others did on main meanwhile is not this branch's doing.
    git("switch", "--quiet", "main")
    (fleet / "a.yaml").write_text((fleet / "a.yaml").read_text(encoding="utf-8") + "# theirs\n", encoding="utf-8")
    git("commit", "--quiet", "--all", "--message", "theirs")
    git("switch", "--quiet", "work")
    assert changed("main", "specs/a.yaml", "specs/d.yaml") == ["d"]


def test_both_choices_bind(fleet: Path) -> None:
    for name in "ad":
        (fleet / f"{name}.yaml").write_text((fleet / f"{name}.yaml").read_text(encoding="utf-8") + "#\n")
    assert [path.stem for path in select(["specs"], only=["a", "b"], since="main").paths] == ["a"]


def test_a_spec_that_was_deleted_is_told_of(fleet: Path, cli: Cli, fake: FakeEngine) -> None:
    os.chdir(fleet.parent)
    for name in ("d", "map"):
        (fleet / f"{name}.yaml").unlink()
    (fleet / "c.yaml").write_text("version: 1\nname: c\nsandbox: true\n", encoding="utf-8")
    ran = cli("plan", "specs", "--changed-since", "main", "--format", "json")
    assert [one["spec"]["name"] for one in ran.json["connections"]] == ["c"]
    assert "specs/d.yaml was deleted since main: nobody manages d any more." in ran.err
    assert "map.yaml" not in ran.err


@pytest.mark.parametrize("command", ["plan", "drift", "apply", "validate"])
def test_nothing_changed_is_a_result(fleet: Path, cli: Cli, fake: FakeEngine, command: str) -> None:
    os.chdir(fleet.parent)
    words = ["--auto-approve"] if command == "apply" else []
    for form in ("text", "json", "markdown", "sarif", "junit", "github", "prometheus"):
        ran = cli(command, "specs", "--changed-since", "main", "--format", form, *words)
        assert (ran.code, fake.planned) == (0, [])
        assert ran.err == "No spec changed since main.\n"
        if form == "json":
            assert ran.json.get("connections", []) == []
    assert "0 connections: there is nothing to do." in cli("plan", "specs", "--changed-since", "main").out


def test_one_of_several_is_still_several(fleet: Path, cli: Cli, fake: FakeEngine) -> None:
    """The shape of the document does not depend on how many happened to change."""
    os.chdir(fleet.parent)
    fake.answers |= {"a": IN_SYNC, "b": PENDING}
    assert len(cli("plan", "specs", "--only", "b", "--format", "json").json["connections"]) == 1
    assert "connections" not in cli("plan", "specs/b.yaml", "--only", "b", "--format", "json").json


def test_what_git_cannot_tell_is_an_error(fleet: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    with pytest.raises(UsageError, match="git knows no commit 'origin/main'"):
        select(["specs"], since="origin/main")
    with pytest.raises(UsageError, match="git knows no commit '--output=x'"):
        select(["specs"], since="--output=x")
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    alone = spec("z", str(elsewhere))
    with pytest.raises(SsoSyncError, match="is in no git repository"):
        select([str(elsewhere)], since="main")
    with pytest.raises(SsoSyncError, match="lies outside of the git repository"):
        select(["specs", str(alone)], since="main")
    git("switch", "--quiet", "--orphan", "other")
    git("commit", "--quiet", "--allow-empty", "--message", "alone")
    alone = spec("y", "specs")
    with pytest.raises(SsoSyncError, match="does not find the commit where this branch left it"):
        select(["specs"], since="main")


def test_a_saved_plan_is_applied_as_a_whole(cli: Cli, fake: FakeEngine) -> None:
    assert cli("plan", spec("a"), "--out", "plan.json").code == 0
    ran = cli("apply", "plan.json", "--only", "a")
    assert ran.code == 64
    assert "--only and --changed-since choose among specs" in ran.err
