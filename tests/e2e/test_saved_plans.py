"""`plan --out` and `apply PLAN`: what was reviewed is what is applied, once, or nothing is."""

from __future__ import annotations

import json
import re
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sso_sync.errors import SsoSyncError
from sso_sync.plan.file import parse
from sso_sync.sandbox.faults import Fault
from sso_sync.sandbox.server import Sandbox
from tests.e2e.conftest import Cli, Ran, document, write
from tests.e2e.test_tamper import APP, TAMPERS, Tamper, rich
from tests.stored import claimed_plans, execute

PLAN = Path("plan.json")


@pytest.fixture
def saved(cli: Cli, spec: Path) -> Path:
    """The plan that sets everything up, saved in the working directory."""
    assert cli("plan", spec.name, "--out", PLAN).code == 0
    return PLAN


def untouched(sandbox: Sandbox, run: Callable[[], Ran]) -> Ran:
    """What `run` answers, having written nothing anywhere."""
    sandbox.requests.clear()
    ran = run()
    assert not list(sandbox.requests.writes())
    return ran


def refusal(ran: Ran, code: int) -> dict[str, Any]:
    """The error of a run in JSON."""
    assert ran.code == ran.json["exit_code"] == code, ran.err
    error = ran.json["error"]
    assert isinstance(error, dict)
    return error


class TestSaving:
    def test_the_file_is_the_plan_as_json_with_one_more_key(self, cli: Cli, spec: Path) -> None:
        ran = cli("plan", spec.name, "--out", PLAN, "--format", "json")
        document = json.loads(PLAN.read_text(encoding="utf-8"))
        kept = document.pop("saved")
        assert document == ran.json
        assert (kept["format"], kept["overrides"]) == (1, [])
        assert document["spec"]["path"] == spec.name
        assert "The plan was saved to plan.json." in ran.err

    def test_it_is_its_owners_alone(self, saved: Path) -> None:
        assert stat.S_IMODE(saved.stat().st_mode) == 0o600

    @pytest.mark.parametrize("form", ["text", "markdown"])
    def test_the_report_says_what_to_do_next(self, cli: Cli, spec: Path, form: str) -> None:
        out = cli("plan", spec, "--out", "my plan.json", "--format", form).out
        assert "sso-sync apply 'my plan.json'" in out
        assert str(spec) not in out.split("Next:")[1]

    def test_a_plan_that_cannot_be_applied_has_no_next(self, cli: Cli, sandbox: Sandbox, spec: Path) -> None:
        sandbox.onelogin.add_app(APP, notes="managed by sso-sync: another-team")
        ran = cli("plan", spec, "--out", PLAN)
        assert (ran.code, PLAN.exists()) == (3, True)
        assert "Next: sso-sync" not in ran.out

    def test_the_exit_code_is_the_plans(self, cli: Cli, spec: Path) -> None:
        assert cli("plan", spec, "--out", PLAN, "--detailed-exitcode").code == 2
        assert cli("plan", spec, "--out", PLAN, "--detailed-exitcode").code == 2  # a plan may be replaced

    def test_no_file_but_a_plan_is_ever_replaced(self, cli: Cli, sandbox: Sandbox, spec: Path) -> None:
        before = spec.read_bytes()
        ran = untouched(sandbox, lambda: cli("plan", spec, "--out", spec, "--format", "json"))
        assert "spec.yaml" in refusal(ran, 1)["summary"]
        assert spec.read_bytes() == before

    def test_a_folder_cannot_be_a_plan(self, cli: Cli, spec: Path) -> None:
        Path("folder").mkdir()
        assert cli("plan", spec, "--out", "folder").code == 1

    def test_plan_and_report_are_two_files(self, cli: Cli, spec: Path) -> None:
        assert cli("plan", spec, "--out", PLAN, "--output", PLAN).code == 64

    def test_a_plan_that_could_not_be_made_leaves_no_file(self, cli: Cli) -> None:
        assert cli("plan", "nowhere.yaml", "--out", PLAN).code == 1
        assert not PLAN.exists()

    def test_where_the_plan_comes_from(self, cli: Cli, spec: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("GITHUB_SHA", "c0ffee")
        monkeypatch.setenv("GITHUB_REF", "refs/pull/7/merge")
        assert cli("plan", spec, "--out", PLAN).code == 0
        git = json.loads(PLAN.read_text(encoding="utf-8"))["saved"]["git"]
        assert (git["commit"], git["ref"]) == ("c0ffee", "refs/pull/7/merge")

    def test_a_disk_that_fails_is_an_error_after_the_report(
        self, cli: Cli, spec: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def full(path: Path, text: str, *, mode: int) -> None:
            raise SsoSyncError.because(f"{path} cannot be written: No space left on device")

        monkeypatch.setattr("sso_sync.store.plans.write_whole", full)
        ran = cli("plan", spec, "--out", PLAN, "--detailed-exitcode")
        assert ran.code == 1
        assert "No space left" in ran.err
        assert "sso-sync apply plan.json" not in ran.out
        assert "12 to create" in ran.out


class TestApplying:
    def test_nobody_is_asked_and_everything_is_done(self, cli: Cli, spec: Path, saved: Path) -> None:
        ran = cli("apply", saved, "--format", "json")
        assert (ran.code, ran.json["verified"], ran.json["exit_code"]) == (0, True, 0)
        assert cli("plan", spec, "--detailed-exitcode").code == 0

    def test_it_is_applied_once(self, cli: Cli, sandbox: Sandbox, saved: Path) -> None:
        first = cli("apply", saved, "--format", "json")
        sandbox.reset()  # everything is again as it was when the plan was made
        error = refusal(untouched(sandbox, lambda: cli("apply", saved, "--format", "json")), 4)
        assert "already applied at 20" in error["summary"]
        assert first.json["run_id"] in error["summary"]
        assert "sso-sync plan spec.yaml --out plan.json" in error["next_action"]

    def test_a_failed_apply_has_used_it_up_as_well(self, cli: Cli, sandbox: Sandbox, saved: Path) -> None:
        sandbox.faults.add(Fault("error", service="justcall", method="PUT", path="/sso/saml", status=422))
        assert cli("apply", saved).code == 7
        sandbox.faults.clear()
        assert cli("apply", saved).code == 4

    def test_an_empty_plan_may_be_applied_any_number_of_times(self, cli: Cli, sandbox: Sandbox, spec: Path) -> None:
        assert cli("apply", spec, "--auto-approve").code == 0
        assert cli("plan", spec, "--out", PLAN).code == 0
        for _ in range(2):
            ran = untouched(sandbox, lambda: cli("apply", PLAN))
            assert (ran.code, "No changes" in ran.out) == (0, True)

    def test_a_side_that_is_down_uses_nothing_up(
        self, cli: Cli, sandbox: Sandbox, saved: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("time.sleep", lambda _: None)
        sandbox.faults.add(Fault("error", service="onelogin", status=503, times=None))
        assert cli("apply", saved).code == 6
        sandbox.faults.clear()
        assert cli("apply", saved).code == 0

    def test_a_stale_plan_is_not_used_up_and_fits_again(self, cli: Cli, sandbox: Sandbox, saved: Path) -> None:
        before = sandbox.justcall.settings.default_role
        sandbox.justcall.edit(default_role="Admin")
        assert cli("apply", saved).code == 4
        sandbox.justcall.edit(default_role=before)
        assert cli("apply", saved).code == 0

    def test_what_cannot_be_remembered_is_not_done(self, cli: Cli, sandbox: Sandbox, saved: Path) -> None:
        execute(
            "CREATE TRIGGER full BEFORE INSERT ON sso_sync_claims BEGIN SELECT RAISE(ABORT, 'the disk is full'); END"
        )
        assert untouched(sandbox, lambda: cli("apply", saved)).code == 1

    def test_it_keeps_its_overrides(self, cli: Cli, sandbox: Sandbox, spec: Path) -> None:
        sandbox.onelogin.add_app(APP, notes="managed by sso-sync: another-team")
        assert cli("plan", spec, "--override", "ownership", "--out", PLAN).code == 0
        assert cli("apply", PLAN, "--override", "ownership").code == 64
        assert cli("apply", PLAN).code == 0

    def test_it_is_applied_alone(self, cli: Cli, sandbox: Sandbox, spec: Path, saved: Path) -> None:
        assert untouched(sandbox, lambda: cli("apply", saved, spec)).code == 64

    def test_another_version_of_the_tool_may_apply_it_while_the_format_is_the_same(
        self, cli: Cli, spec: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("sso_sync.cli.saving.__version__", "99.0")
        assert cli("plan", spec, "--out", PLAN).code == 0
        assert '"tool_version": "99.0"' in PLAN.read_text(encoding="utf-8")
        assert cli("apply", PLAN).code == 0


class TestUnusable:
    def test_a_refused_plan(self, cli: Cli, sandbox: Sandbox, spec: Path) -> None:
        sandbox.onelogin.add_app(APP, notes="managed by sso-sync: another-team")
        assert cli("plan", spec, "--out", PLAN).code == 3
        error = refusal(untouched(sandbox, lambda: cli("apply", PLAN, "--format", "json")), 3)
        assert "a guard refused it" in error["summary"]

    def test_an_unread_one(self, cli: Cli, sandbox: Sandbox, spec: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("time.sleep", lambda _: None)
        sandbox.faults.add(Fault("error", service="justcall", status=503, times=None))
        assert cli("plan", spec, "--out", PLAN).code == 6
        sandbox.faults.clear()
        error = refusal(untouched(sandbox, lambda: cli("apply", PLAN, "--format", "json")), 6)
        assert "could not be read" in error["summary"]

    def test_one_with_errors(self, cli: Cli, sandbox: Sandbox, tmp_path: Path) -> None:
        spec = write(tmp_path / "spec.yaml", document(sandbox, onelogin={"access": {"roles": ["JustCall Usres"]}}))
        assert cli("plan", spec, "--out", PLAN).code == 1
        error = refusal(untouched(sandbox, lambda: cli("apply", PLAN, "--format", "json")), 1)
        assert "it has errors" in error["summary"]

    def test_the_spec_has_moved(self, cli: Cli, sandbox: Sandbox, spec: Path, saved: Path) -> None:
        spec.rename("elsewhere.yaml")
        error = refusal(untouched(sandbox, lambda: cli("apply", saved, "--format", "json")), 1)
        assert "spec.yaml" in error["summary"]
        assert error["file"] == "plan.json"

    def test_the_report_of_plan(self, cli: Cli, sandbox: Sandbox, spec: Path) -> None:
        PLAN.write_text(cli("plan", spec, "--format", "json").out, encoding="utf-8")
        error = refusal(untouched(sandbox, lambda: cli("apply", PLAN, "--format", "json")), 1)
        assert "no saved plan" in error["summary"]
        assert "--out" in error["detail"]

    def test_something_else_altogether(self, cli: Cli, sandbox: Sandbox) -> None:
        PLAN.write_text("[1, 2", encoding="utf-8")
        error = refusal(untouched(sandbox, lambda: cli("apply", PLAN, "--format", "json")), 1)
        assert "neither a saved plan nor a spec" in error["summary"]

    def test_a_spec_in_json_is_still_a_spec(self, cli: Cli, sandbox: Sandbox) -> None:
        Path("spec.json").write_text(json.dumps(document(sandbox)), encoding="utf-8")
        assert cli("apply", "spec.json", "--auto-approve").code == 0


@pytest.mark.parametrize("tamper", TAMPERS, ids=lambda tamper: tamper.name)
def test_any_single_managed_value_makes_a_plan_stale(
    cli: Cli, sandbox: Sandbox, tmp_path: Path, tamper: Tamper
) -> None:
    """Whether the plan had anything to do or not."""
    spec = write(tmp_path / "spec.yaml", rich(sandbox))
    assert cli("apply", spec, "--auto-approve").code == 0
    assert cli("plan", spec, "--out", "empty.json").code == 0
    if tamper.address == "onelogin.app.description":
        sandbox.onelogin.edit_configuration(APP, relaystate="elsewhere")
    else:
        sandbox.onelogin.edit_app(APP, description="to be put right")
    assert cli("plan", spec, "--out", "full.json", "--detailed-exitcode").code == 2
    tamper.by_hand(sandbox)

    empty = untouched(sandbox, lambda: cli("apply", "empty.json", "--format", "json"))
    full = untouched(sandbox, lambda: cli("apply", "full.json", "--format", "json"))

    error = refusal(full, 4)
    assert error["address"] == tamper.address
    assert tamper.address in error["summary"]
    assert ("OneLogin" if tamper.address.startswith("onelogin") else "JustCall") in error["summary"]
    assert "now" in error["summary"]
    assert tamper.address in refusal(empty, 4)["detail"]
    assert claimed_plans() == []


def test_planned_from_and_now_are_told(cli: Cli, sandbox: Sandbox, saved: Path) -> None:
    sandbox.justcall.edit(default_role="Admin", sso_url="https://elsewhere.example/sso")
    error = refusal(cli("apply", saved, "--format", "json"), 4)
    assert error["summary"] == "The plan is stale: 2 values have changed since it was made"
    assert error["detail"].splitlines() == [
        "JustCall justcall.sso.sso_url: planned from (not set), now https://elsewhere.example/sso",
        "JustCall justcall.sso.default_role: planned from (not set), now Admin",
    ]
    ran = cli("apply", saved)
    assert "planned from (not set), now Admin" in ran.err


def test_a_value_of_the_other_side_is_told_where_it_would_arrive(cli: Cli, sandbox: Sandbox, saved: Path) -> None:
    sandbox.justcall.edit(entity_id="JustCall-2")
    assert "planned to become JustCall, would now become JustCall-2" in cli("apply", saved).err


UNMANAGED: dict[str, Callable[[Sandbox], object]] = {
    "a configuration key": lambda sandbox: sandbox.onelogin.edit_configuration(APP, sign_slo_response="1"),
    "an attribute": lambda sandbox: sandbox.onelogin.edit_app(APP, description="new"),
    "the notes around the mark": lambda sandbox: sandbox.onelogin.edit_app(
        APP, notes="ask Eve\nmanaged by sso-sync: justcall-test"
    ),
    "the members of a role": lambda sandbox: sandbox.onelogin.add_members("Contractors", ["erin.evans@acme.example"]),
}


@pytest.mark.parametrize("change", UNMANAGED.values(), ids=UNMANAGED)
def test_what_is_not_managed_makes_nothing_stale(
    cli: Cli, sandbox: Sandbox, spec: Path, change: Callable[[Sandbox], object]
) -> None:
    assert cli("apply", spec, "--auto-approve").code == 0
    sandbox.justcall.edit(default_role="Admin")
    assert cli("plan", spec, "--out", PLAN).code == 0
    change(sandbox)
    assert cli("apply", PLAN).code == 0
    assert sandbox.justcall.settings.default_role == "Team Member"


def test_a_changed_spec(cli: Cli, sandbox: Sandbox, spec: Path, saved: Path) -> None:
    write(spec, document(sandbox, justcall={"sso": {"default_role": "Admin"}}))
    error = refusal(untouched(sandbox, lambda: cli("apply", saved, "--format", "json")), 4)
    assert (error["file"], "spec spec.yaml has changed" in error["summary"]) == ("spec.yaml", True)


def test_a_comment_is_no_change(cli: Cli, spec: Path, saved: Path) -> None:
    spec.write_text(f"# reviewed\n{spec.read_text(encoding='utf-8')}", encoding="utf-8")
    assert cli("apply", saved).code == 0


def environment_spec(path: Path, spec: dict[str, Any]) -> Path:
    """The spec with every text `env:NAME` turned into `!env NAME`."""
    text = yaml.safe_dump(spec, sort_keys=False)
    path.write_text(re.sub(r"'?env:([A-Z_]+)'?", r"!env \1", text), encoding="utf-8")
    return path


SECRET_PLACES: dict[str, tuple[dict[str, Any], str, str]] = {
    "onelogin.app.configuration.relay_state": (
        {"onelogin": {"app": {"configuration": {"relay_state": "env:VALUE"}}}},
        "first-hidden",
        "second-hidden",
    ),
    "onelogin.access.roles.0": ({"onelogin": {"access": {"roles": ["env:VALUE"]}}}, "JustCall Users", "Contractors"),
}


@pytest.mark.parametrize("place", SECRET_PLACES)
def test_another_value_in_the_environment_is_caught_and_not_shown(
    cli: Cli, sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    over, first, second = SECRET_PLACES[place]
    environment_spec(tmp_path / "spec.yaml", document(sandbox, **over))
    monkeypatch.setenv("VALUE", first)
    planned = cli("plan", "spec.yaml", "--out", PLAN)
    assert planned.code == 0, planned.err
    monkeypatch.setenv("VALUE", second)

    ran = untouched(sandbox, lambda: cli("apply", PLAN, "--format", "json", "-v"))

    assert place in json.dumps(refusal(ran, 4))
    told = planned.out + planned.err + ran.out + PLAN.read_text(encoding="utf-8")
    assert first not in told
    assert second not in told
    monkeypatch.setenv("VALUE", first)
    assert cli("apply", PLAN).code == 0


def test_another_tenant_is_caught(cli: Cli, sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both look alike, but the plan was not made for this one."""
    environment_spec(tmp_path / "spec.yaml", document(sandbox, onelogin={"url": "env:TENANT"}))
    monkeypatch.setenv("TENANT", sandbox.onelogin_url)
    assert cli("plan", "spec.yaml", "--out", PLAN).code == 0
    monkeypatch.setenv("TENANT", sandbox.onelogin_url.replace("127.0.0.1", "localhost"))
    error = refusal(untouched(sandbox, lambda: cli("apply", PLAN, "--format", "json")), 4)
    assert "onelogin.url" in error["summary"]


class TestSeveral:
    @pytest.fixture
    def fleet(self, sandbox: Sandbox, tmp_path: Path) -> Path:
        folder = tmp_path / "fleet"
        folder.mkdir()
        write(folder / "a.yaml", document(sandbox, name="one", onelogin={"app": {"name": "One"}}))
        other = document(sandbox, name="two", onelogin={"app": {"name": "Two"}})
        del other["justcall"]["sso"]  # only one of them may look after JustCall
        write(folder / "b.yaml", other)
        return folder

    def test_one_file_for_all(self, cli: Cli, fleet: Path) -> None:
        ran = cli("plan", fleet, "--out", PLAN, "--format", "json")
        document = json.loads(PLAN.read_text(encoding="utf-8"))
        assert [one["spec"]["name"] for one in document["connections"]] == ["one", "two"]
        assert document["connections"] == ran.json["connections"]
        assert len(parse(PLAN.read_text(encoding="utf-8")).connections) == 2

    def test_one_that_is_stale_does_not_stop_the_other(self, cli: Cli, sandbox: Sandbox, fleet: Path) -> None:
        assert cli("plan", fleet, "--out", PLAN).code == 0
        sandbox.onelogin.add_app("Two")
        ran = cli("apply", PLAN, "--format", "json")
        assert [one["exit_code"] for one in ran.json["connections"]][1] == 4
        assert "One" in {app["name"] for app in _apps(sandbox)}
        again = cli("apply", PLAN, "--format", "json")
        assert [one["exit_code"] for one in again.json["connections"]] == [4, 4]
        assert "already applied" in again.json["connections"][0]["error"]["summary"]

    def test_one_without_a_plan_is_an_error_of_its_own(self, cli: Cli, sandbox: Sandbox, fleet: Path) -> None:
        (fleet / "b.yaml").write_text("version: 1\nname: wrong\nonelogin: 7\n", encoding="utf-8")
        assert cli("plan", fleet, "--out", PLAN).code == 1
        ran = cli("apply", PLAN, "--format", "json")
        assert ran.code == 1
        good, wrong = ran.json["connections"]
        assert (good["exit_code"], wrong["exit_code"]) == (0, 1)
        assert "b.yaml" in wrong["error"]["summary"]


def _apps(sandbox: Sandbox) -> list[dict[str, Any]]:
    apps: Any = sandbox.onelogin.snapshot()
    return list(apps["apps"].values())


@settings(
    max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], deadline=None
)
@given(data=st.data())
def test_an_edited_or_truncated_file_changes_nothing(
    cli: Cli, sandbox: Sandbox, saved: Path, data: st.DataObject
) -> None:
    """`saved` is put back after each example, by each example."""
    whole = Path("whole.bak")
    if not whole.exists():
        whole.write_bytes(saved.read_bytes())
    raw = whole.read_bytes()
    place = data.draw(st.integers(0, len(raw) - 1))
    cut = data.draw(st.booleans())
    byte = data.draw(st.integers(0, 255).filter(lambda byte: byte != raw[place]))
    saved.write_bytes(raw[:place] if cut else raw[:place] + bytes([byte]) + raw[place + 1 :])
    try:
        ran = untouched(sandbox, lambda: cli("apply", saved, "--format", "json"))
        assert ran.code == ran.json["exit_code"] == 1
        assert ran.json["error"]["file"] == "plan.json"
        assert claimed_plans() == []
        assert len(sandbox.requests) == 0  # nobody was even asked
    finally:
        saved.write_bytes(raw)


def test_the_next_formats_file(cli: Cli, sandbox: Sandbox, saved: Path) -> None:
    text = saved.read_text(encoding="utf-8")
    saved.write_text(text.replace('"format": 1', '"format": 2'), encoding="utf-8")
    error = refusal(untouched(sandbox, lambda: cli("apply", saved, "--format", "json")), 1)
    assert "another format" in error["summary"]
    assert "format 2" in error["detail"]
