"""The record of every run: intent before the call, outcome after it, and nothing lost when the process is killed."""

from __future__ import annotations

import json
import os
import signal
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sso_sync.sandbox.faults import Fault, Strike
from sso_sync.sandbox.server import Sandbox
from sso_sync.sandbox.wire import ServiceName
from tests.e2e.conftest import Cli, Ran, write
from tests.e2e.processes import fork, start, wait
from tests.e2e.test_tamper import rich
from tests.stored import clear, contents, lines

_SETTLED = 15  # more writes than the first apply of the rich spec has; beyond the last, nothing is struck


def _runs(ran: Ran) -> list[dict[str, Any]]:
    runs = ran.json["runs"]
    assert isinstance(runs, list)
    return runs


def test_a_run_is_recorded_from_its_first_intent_to_its_end(cli: Cli, spec: Path, tmp_path: Path) -> None:
    applied = cli("apply", spec, "--auto-approve", "--format", "json").json
    (record,) = lines()

    head, *middle, end = record
    assert head["type"] == "run"
    assert (head["run_id"], head["connection"]) == (applied["run_id"], "justcall-test")
    assert head["spec"] == {"path": str(spec), "digest": applied["plan"]["spec"]["digest"]}
    assert head["fingerprint"] == applied["plan"]["fingerprint"]
    assert {"plan_id", "tool_version", "started_at", "user", "git_ref"} <= head.keys()
    assert (end["type"], end["exit_code"], end["verified"]) == ("end", 0, True)
    for step in applied["applied"]:
        kinds = [line["type"] for line in middle if line["step"] == step["id"]]
        assert kinds == ["intent", "outcome"]
    learnt = {line["step"]: line["learnt"] for line in middle if line["type"] == "outcome"}
    assert isinstance(learnt["app"]["app_id"], int)
    assert learnt["justcall.values"]["settings"]["sso_url"].startswith("http")


def test_the_intent_is_on_the_disk_before_the_call(
    cli: Cli, sandbox: Sandbox, spec: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[bool] = []
    real = sandbox.faults.strike

    def strike(service: ServiceName, method: str, path: str) -> Strike | None:
        if service == "justcall" and method == "PUT":
            steps = [line["step"] for line in lines()[0] if line["type"] == "intent"]
            seen.append(steps[-1] in ("justcall.values", "justcall.enable"))
        return real(service, method, path)

    monkeypatch.setattr(sandbox.faults, "strike", strike)
    assert cli("apply", spec, "--auto-approve").code == 0
    assert seen == [True, True]


def test_prior_and_wanted_values_are_in_the_record(cli: Cli, sandbox: Sandbox, spec: Path, tmp_path: Path) -> None:
    assert cli("apply", spec, "--auto-approve").code == 0
    sandbox.onelogin.edit_configuration("JustCall", audience="wrong")
    assert cli("apply", spec, "--auto-approve").code == 0

    intents = [line for line in lines()[-1] if line["type"] == "intent"]

    (change,) = intents[0]["changes"]
    assert change["address"] == "onelogin.app.configuration.audience"
    assert (change["prior"], change["wanted"]) == ({"value": "wrong"}, {"value": sandbox.justcall.settings.entity_id})


def test_sensitive_values_are_masked_and_the_store_is_private(
    cli: Cli, sandbox: Sandbox, spec: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RELAY", "s3cret-relay-state")
    spec.write_text(
        spec.read_text(encoding="utf-8").replace(
            "  access:", "  app:\n    configuration:\n      relay_state: !env RELAY\n  access:", 1
        ),
        encoding="utf-8",
    )
    assert cli("apply", spec, "--auto-approve").code == 0
    files = list((tmp_path / ".sso-sync").iterdir())
    assert {stat.S_IMODE(path.stat().st_mode) for path in files if path.is_file()} == {0o600}
    assert stat.S_IMODE((tmp_path / ".sso-sync").stat().st_mode) == 0o700
    text = contents(tmp_path)
    assert "onelogin.app.configuration.relay_state" in text
    assert '"masked":true' in text
    for secret in ("s3cret-relay-state", sandbox.client_secret, sandbox.api_secret):
        assert secret not in text


def test_nothing_to_do_is_no_run(cli: Cli, spec: Path, tmp_path: Path) -> None:
    assert cli("history").out == "Nothing was applied yet.\n"
    assert cli("apply", spec, "--auto-approve").code == 0
    assert cli("apply", spec, "--auto-approve").code == 0
    assert len(lines()) == 1


def test_history_lists_runs_newest_first_and_shows_one(cli: Cli, sandbox: Sandbox, spec: Path, tmp_path: Path) -> None:
    sandbox.faults.add(Fault("error", service="justcall", method="PUT", path="/sso/saml", status=422))
    first = cli("apply", spec, "--auto-approve", "--format", "json").json["run_id"]
    second = cli("apply", spec, "--auto-approve", "--format", "json").json["run_id"]

    runs = _runs(cli("history", "--format", "json"))
    shown = cli("history", first, "--format", "json").json["run"]
    text = cli("history", first)

    assert [run["run_id"] for run in runs] == [second, first]
    assert [run["outcome"] for run in runs] == ["done", "partial"]
    assert runs[1]["counts"] == {"applied": 3, "failed": 1, "skipped": 2, "unknown": 0, "not_started": 0}
    outcomes = {step["id"]: step["outcome"] for step in shown["steps"]}
    assert outcomes["justcall.values"] == "failed"
    assert outcomes["justcall.enable"] == "skipped"
    assert next(step for step in shown["steps"] if step["id"] == "justcall.values")["diagnostic"]
    assert "✗ save 5 settings  (failed)" in text.out
    assert "<pre>" in cli("history", "--format", "markdown").out


def _as_a_file(folder: Path) -> Path:
    """The record of the only run as earlier versions kept it."""
    path = folder / ".sso-sync" / "runs" / f"{lines()[0][0]['run_id']}.jsonl"
    path.parent.mkdir()
    path.write_text("".join(json.dumps(line) + "\n" for line in lines()[0]), encoding="utf-8")
    clear()
    return path


def test_a_torn_last_line_of_a_file_is_dropped_and_said_so(cli: Cli, spec: Path, tmp_path: Path) -> None:
    assert cli("apply", spec, "--auto-approve").code == 0
    path = _as_a_file(tmp_path)
    whole = path.read_bytes()
    path.write_bytes(whole[: whole.rstrip(b"\n").rfind(b"\n") + 20])

    (run,) = _runs(cli("history", "--format", "json"))

    assert (run["torn"], run["outcome"], run["exit_code"]) == (True, "interrupted", None)
    assert "left out" in cli("history", path.stem).out


@pytest.mark.parametrize("content", [b"", b"\n", b"nonsense\n{}\n", b"[]\n", b"\xff\xfe\n", b'{"type":"run"}\n'])
def test_a_damaged_record_is_listed_and_is_an_error_on_its_own(
    cli: Cli, spec: Path, tmp_path: Path, content: bytes
) -> None:
    assert cli("apply", spec, "--auto-approve").code == 0
    good = _as_a_file(tmp_path)
    (good.parent / "bad.jsonl").write_bytes(content)

    runs = _runs(cli("history", "--format", "json"))
    ran = cli("history", "bad", "--format", "json")

    assert [(run["run_id"], run["outcome"]) for run in runs] == [(good.stem, "done"), ("bad", "unreadable")]
    assert ran.code == ran.json["exit_code"] == 1


@pytest.mark.parametrize("name", ["nothing", "../runs/x", "", "a/b", "."])
def test_an_unknown_run_is_an_error(cli: Cli, name: str) -> None:
    ran = cli("history", name, "--format", "json")
    assert ran.code == 1
    assert "history" in ran.json["error"]["next_action"]


def test_no_record_no_write(cli: Cli, sandbox: Sandbox, spec: Path, tmp_path: Path) -> None:
    """Where the record cannot be written, nothing is changed."""
    (tmp_path / ".sso-sync").mkdir(mode=0o700)
    (tmp_path / ".sso-sync" / "store.sqlite").write_text("in the way", encoding="utf-8")
    assert cli("apply", spec, "--auto-approve").code == 1
    assert not list(sandbox.requests.writes())


# Killed in the middle.


def _without_ids(snapshot: Any) -> dict[str, Any]:
    """The state by names: what runs at the same time gets its ids in any order."""
    state: dict[str, Any] = json.loads(json.dumps(snapshot))
    roles = state["onelogin"]["roles"]
    names = {role.pop("id"): name for name, role in roles.items()}
    for app in state["onelogin"]["apps"].values():
        app["role_ids"] = sorted(names[role] for role in app["role_ids"])
        for thing in (*app["rules"], *app["parameters"].values()):
            thing.pop("id", None)
    return state


_undisturbed: dict[str, tuple[dict[str, Any], int]] = {}


def _uninterrupted(cli: Cli, sandbox: Sandbox, spec: Path) -> tuple[dict[str, Any], int]:
    """The end state of a run that nobody disturbs, and how many writes it takes; every run of it ends the same."""
    if sandbox.onelogin_url not in _undisturbed:
        assert cli("apply", spec, "--auto-approve").code == 0
        _undisturbed[sandbox.onelogin_url] = _without_ids(sandbox.snapshot()), len(list(sandbox.requests.writes()))
        sandbox.reset()
    return _undisturbed[sandbox.onelogin_url]


def _kill_at(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, victim: Callable[[], int]) -> None:
    """A struck call kills its caller at that moment: before it is served or after it is saved, as the fault says."""
    real = sandbox.faults.happened

    def happened(strike: Strike, service: ServiceName, method: str, path: str) -> None:
        os.kill(victim(), signal.SIGKILL)
        real(strike, service, method, path)

    monkeypatch.setattr(sandbox.faults, "happened", happened)


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("nth", range(1, _SETTLED + 1))
def test_killed_at_any_write_the_next_apply_converges(
    cli: Cli, sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, when: Any, nth: int
) -> None:
    spec = write(tmp_path / "spec.yaml", rich(sandbox))
    wanted, writes = _uninterrupted(cli, sandbox, spec)
    assert writes <= _SETTLED
    if nth > writes:
        return
    (tmp_path / "cold").mkdir()
    monkeypatch.chdir(tmp_path / "cold")
    victims: list[int] = []
    _kill_at(sandbox, monkeypatch, lambda: victims[0])
    count = 0
    real = sandbox.faults.strike

    def strike(service: ServiceName, method: str, path: str) -> Strike | None:
        nonlocal count
        if method == "GET" or path.startswith("/auth"):
            return real(service, method, path)
        count += 1
        return Strike(Fault("drop", when=when)) if count == nth else None

    monkeypatch.setattr(sandbox.faults, "strike", strike)
    process = fork(sandbox, tmp_path / "cold", "apply", spec, "--auto-approve")
    victims.append(process.pid)
    assert wait(process).code == -signal.SIGKILL

    (run,) = _runs(cli("history", "--format", "json"))
    assert run["outcome"] == "interrupted"
    assert run["counts"]["unknown"] >= 1
    again = cli("apply", spec, "--auto-approve")

    assert again.code == 0, again.out + again.err
    assert _without_ids(sandbox.snapshot()) == wanted
    assert len(sandbox.onelogin.apps("JustCall")) == 1
    assert {one["outcome"] for one in _runs(cli("history", "--format", "json"))} <= {"done", "interrupted"}


# Ctrl-C.


def test_ctrl_c_finishes_the_call_in_flight_records_it_and_reports(
    cli: Cli, sandbox: Sandbox, spec: Path, tmp_path: Path
) -> None:
    sandbox.faults.add(Fault("hang", service="onelogin", method="PUT", when="before"))
    process = start(sandbox, tmp_path, "apply", spec, "--auto-approve", "--format", "json")
    assert sandbox.faults.wait_for_hang(60)
    assert [run["outcome"] for run in _runs(cli("history", "--format", "json"))] == ["running"]
    process.send_signal(signal.SIGINT)
    sandbox.faults.release()
    ended = wait(process)

    assert ended.code == ended.json["exit_code"] == 7
    done = [step["id"] for step in ended.json["applied"]]
    assert "app" in done
    assert "justcall.enable" in [step["id"] for step in ended.json["skipped"]]
    shown = cli("history", ended.json["run_id"], "--format", "json").json["run"]
    assert shown["outcome"] == "partial"
    assert [step["id"] for step in shown["steps"] if step["outcome"] == "applied"] == done
    assert cli("apply", spec, "--auto-approve").code == 0


def test_ctrl_c_before_anything_was_changed_is_130(cli: Cli, sandbox: Sandbox, spec: Path, tmp_path: Path) -> None:
    sandbox.faults.add(Fault("hang", service="onelogin", method="GET"))
    process = start(sandbox, tmp_path, "apply", spec, "--auto-approve", "--format", "json")
    assert sandbox.faults.wait_for_hang(60)
    process.send_signal(signal.SIGINT)
    sandbox.faults.release()
    ended = wait(process)
    assert ended.code == ended.json["exit_code"] == 130
    assert not list(sandbox.requests.writes())
    assert cli("history").out.startswith("Nothing was applied")
