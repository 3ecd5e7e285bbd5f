"""Every guard through the command line: refused with exit 3, nothing written, and passed by its own name alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from sso_sync.sandbox.faults import Fault
from sso_sync.sandbox.server import Sandbox
from tests.e2e.conftest import Cli, document, merged, write

EVERYBODY = {"onelogin": {"access": {"roles": ["JustCall Users", "Everyone"]}}}
DAVE = "dave.diaz@acme.example"
_UNMANAGED = "UNMANAGED"


def _nothing(sandbox: Sandbox) -> None:
    """The live state is as the first apply left it."""


@dataclass(frozen=True)
class Case:
    """A guard and what provokes it: an applied spec (`first`, None for none), an edit, the spec on trial."""

    guard: str
    over: dict[str, Any] | Callable[[Sandbox], dict[str, Any]]
    first: dict[str, Any] | None = None
    edit: Callable[[Sandbox], object] = _nothing
    numbers: dict[str, int] = field(default_factory=dict)

    def spec(self, sandbox: Sandbox) -> dict[str, Any]:
        return self.over(sandbox) if callable(self.over) else self.over


def _configured(**keys: Any) -> dict[str, Any]:
    return {"onelogin": {"app": {"configuration": keys}}}


def _sso(**keys: Any) -> dict[str, Any]:
    return {"justcall": {"sso": keys}, "onelogin": {"app": {"description": "new"}}}


def _swapped(sandbox: Sandbox) -> None:
    url, issuer = sandbox.onelogin.sso_url("JustCall"), sandbox.onelogin.issuer("JustCall")
    sandbox.justcall.edit(sso_url=issuer, issuer=url)


def _soon_expired(sandbox: Sandbox) -> None:
    number = sandbox.onelogin.certificate("Expiring Certificate (2048-bit)").id
    sandbox.onelogin.edit_configuration("JustCall", certificate_id=number)


def _another_certificate(sandbox: Sandbox) -> dict[str, Any]:
    return _sso(certificate=sandbox.onelogin.certificate("Next Certificate (2048-bit)").pem)


def _matched(mode: str) -> Callable[[Sandbox], dict[str, Any]]:
    return lambda sandbox: {"justcall": {"users_url": sandbox.justcall_url}, "guards": {"match_users": mode}}


CASES = (
    Case("max_removals", {}, EVERYBODY, numbers={"lost": 54, "today": 57, "percent": 25, "people": 5}),
    Case(
        "max_removals",
        {"state": "absent"},
        EVERYBODY,
        numbers={"lost": 57, "today": 57, "percent": 25, "people": 5},
    ),
    Case("max_removals", {"guards": {"max_removals": {"people": 1}}, "state": "absent"}, {}),
    Case(
        "required_users",
        {"guards": {"required_users": [DAVE.title()]}},
        numbers={"required": 1, "missing": 1, "losing": 0},
    ),
    Case(
        "required_users",
        {"guards": {"required_users": [DAVE], "max_removals": {"percent": 100}}},
        EVERYBODY,
        numbers={"required": 1, "missing": 1, "losing": 1},
    ),
    Case("match_users", _matched("refuse")),
    Case(
        "certificate_expiry",
        {"guards": {"certificate_expiry": {"fail_days": 30}}, "onelogin": {"app": {"description": "new"}}},
        {},
        _soon_expired,
    ),
    Case("audience", _configured(audience="Justcall")),
    Case("recipient", _configured(recipient="https://elsewhere.example/callback")),
    Case("recipient", _configured(recipient=_UNMANAGED)),
    Case("acs_url_validator", _configured(acs_url_validator="^https://elsewhere[.]example/$")),
    Case("nameid", _configured(nameid_format="transient")),
    Case(
        "parameters",
        {"onelogin": {"app": {"parameters": {"lastName": {"value": "lastname", "include_in_assertion": False}}}}},
    ),
    Case("parameters", {"onelogin": {"app": {"parameters": {"email": None}}}}),
    Case("certificate_match", _another_certificate, {}),
    Case("swapped_urls", _sso(issuer=_UNMANAGED, sso_url=_UNMANAGED), {}, _swapped),
    Case("default_role", _sso(default_role=_UNMANAGED), {}, lambda s: s.justcall.edit(default_role="Owner")),
)


def _write(path: Path, spec: dict[str, Any]) -> Path:
    write(path, spec)
    path.write_text(path.read_text(encoding="utf-8").replace(_UNMANAGED, "!unmanaged"), encoding="utf-8")
    return path


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.guard)
def test_refused_with_exit_3_and_nothing_written(cli: Cli, sandbox: Sandbox, tmp_path: Path, case: Case) -> None:
    if case.first is not None:
        first = _write(tmp_path / "first.yaml", merged(document(sandbox), case.first))
        ran = cli("apply", first, "--auto-approve")
        assert ran.code == 0, ran.out + ran.err
    case.edit(sandbox)
    spec = _write(tmp_path / "spec.yaml", merged(document(sandbox), case.spec(sandbox)))
    before = sandbox.snapshot()
    sandbox.requests.clear()

    planned = cli("plan", spec, "--format", "json")
    applied = cli("apply", spec, "--auto-approve", "--format", "json")
    shown = cli("plan", spec)

    assert planned.code == applied.code == shown.code == 3, shown.out + shown.err
    for refusals in (planned.json["refusals"], applied.json["plan"]["refusals"]):
        assert {one["guard"] for one in refusals} == {case.guard}
        assert all(one["summary"] and one["detail"] and one["setting"] for one in refusals)
        assert all(f"--override {case.guard}" in one["next_action"] for one in refusals)
    if case.numbers:
        assert planned.json["refusals"][0]["numbers"] == case.numbers
    assert f"refused by {case.guard}" in shown.out
    assert sandbox.requests.writes() == []
    assert sandbox.snapshot() == before

    other = "ownership"
    assert cli("plan", spec, "--override", other).code == 3
    passed = cli("plan", spec, "--override", case.guard, "--format", "json")
    assert passed.code == 0, passed.out
    assert passed.json["refusals"] == []
    assert any(f"--override {case.guard}" in str(one["detail"]) for one in passed.json["findings"])


def test_an_override_lets_the_plan_be_applied(cli: Cli, sandbox: Sandbox, tmp_path: Path) -> None:
    assert cli("apply", _write(tmp_path / "a.yaml", merged(document(sandbox), EVERYBODY)), "--auto-approve").code == 0
    spec = _write(tmp_path / "spec.yaml", document(sandbox))
    assert cli("apply", spec, "--auto-approve").code == 3
    assert len(sandbox.onelogin.effective_access("JustCall")) > 50

    ran = cli("apply", spec, "--auto-approve", "--override", "max_removals")

    assert ran.code == 0, ran.out + ran.err
    assert len(sandbox.onelogin.effective_access("JustCall")) == 3


def test_the_guides_own_validator_is_a_warning(cli: Cli, sandbox: Sandbox, tmp_path: Path) -> None:
    spec = _write(tmp_path / "spec.yaml", merged(document(sandbox), _configured(acs_url_validator="guide")))
    ran = cli("plan", spec, "--format", "json")
    assert ran.code == 0
    assert any("accepts more" in one["summary"] for one in ran.json["findings"] if one["severity"] == "warning")


def test_drift_that_nothing_puts_right_is_said_without_a_refusal(cli: Cli, sandbox: Sandbox, tmp_path: Path) -> None:
    """A key that nobody manages goes wrong: there is nothing to do and so nothing to refuse, but it is told."""
    spec = _write(tmp_path / "spec.yaml", merged(document(sandbox), _configured(audience=_UNMANAGED)))
    assert cli("apply", spec, "--auto-approve", "--override", "audience").code == 7  # JustCall's test fails
    sandbox.onelogin.edit_configuration("JustCall", audience="JustCall")
    assert cli("apply", spec, "--auto-approve").code == 0
    sandbox.onelogin.edit_configuration("JustCall", audience="Other")

    ran = cli("plan", spec, "--detailed-exitcode", "--format", "json")

    assert ran.code == 0
    assert [one["summary"] for one in ran.json["findings"] if one["severity"] == "warning"] == [
        "The app's audience would not be JustCall's Entity ID"
    ]


# People.


def _findings(cli: Cli, spec: Path) -> list[tuple[str, str]]:
    ran = cli("plan", spec, "--format", "json")
    assert ran.code == 0, ran.out
    return [(one["severity"], one["summary"]) for one in ran.json["findings"]]


def test_people_are_matched_in_both_directions(cli: Cli, sandbox: Sandbox, tmp_path: Path) -> None:
    over = merged({"onelogin": {"access": {"roles": ["Everyone"]}}}, _matched("warn")(sandbox))
    spec = _write(tmp_path / "spec.yaml", merged(document(sandbox), over))
    found = _findings(cli, spec)
    assert ("warning", "1 person with access in OneLogin has no account in JustCall") in found  # Erin
    assert ("warning", "1 person with an account in JustCall has no access in OneLogin") in found  # Zoe, not the owner
    assert ("warning", "1 person is spelt differently in OneLogin and JustCall, in upper and lower case") in found
    assert ("warning", "1 person with access has no e-mail in OneLogin") in found
    assert ("warning", "1 person with access is suspended in OneLogin and cannot sign in") in found


def test_people_are_matched_on_a_plan_without_changes_too(cli: Cli, sandbox: Sandbox, tmp_path: Path) -> None:
    spec = _write(tmp_path / "spec.yaml", merged(document(sandbox), _matched("warn")(sandbox)))
    assert cli("apply", spec, "--auto-approve").code == 0
    ran = cli("plan", spec, "--detailed-exitcode")
    assert ran.code == 0
    assert "have no access in OneLogin" in ran.out


@pytest.mark.parametrize(("mode", "severity"), [("warn", "warning"), ("refuse", "warning"), ("off", None)])
def test_a_users_api_out_of_reach_is_a_word_and_no_failure(
    cli: Cli, sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mode: str, severity: str | None
) -> None:
    monkeypatch.setattr("time.sleep", lambda _: None)
    sandbox.faults.add(Fault("error", service="justcall", path="/v2.1/users", status=503, times=None))
    spec = _write(tmp_path / "spec.yaml", merged(document(sandbox), _matched(mode)(sandbox)))
    found = [level for level, summary in _findings(cli, spec) if "not matched" in summary]
    assert found == ([severity] if severity else [])


def test_a_gateways_key_is_not_tried_on_justcalls_api(cli: Cli, sandbox: Sandbox, spec: Path) -> None:
    assert ("info", "People in OneLogin and JustCall are not matched") in _findings(cli, spec)
    assert not [one for one in sandbox.requests if one.path == "/v2.1/users"]


def test_while_sso_is_off_nobody_is_matched(cli: Cli, sandbox: Sandbox, tmp_path: Path) -> None:
    over = merged(_matched("refuse")(sandbox), {"justcall": {"sso": {"enabled": False}}})
    assert _findings(cli, _write(tmp_path / "spec.yaml", merged(document(sandbox), over))) == [
        ("info", "3 people gain access, nobody loses it")
    ]
    assert not [one for one in sandbox.requests if one.path == "/v2.1/users"]


def test_required_people_cost_requests_only_when_there_are_any(cli: Cli, sandbox: Sandbox, tmp_path: Path) -> None:
    base = document(sandbox)
    spec = _write(tmp_path / "spec.yaml", merged(base, {"guards": {"required_users": ["Alice.Adams@acme.example"]}}))
    assert cli("apply", spec, "--auto-approve").code == 0
    sandbox.requests.clear()
    assert cli("plan", spec, "--detailed-exitcode").code == 0
    assert len(list(sandbox.requests)) == 5  # the four of every plan, and who is in the role
