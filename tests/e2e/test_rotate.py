"""Certificate rotation over real HTTP: both sides or neither, whatever goes wrong in between."""

from __future__ import annotations

import io
import json
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sso_sync.http import STANDARD_RETRY
from sso_sync.saml import certificate
from sso_sync.saml.signature import SignatureCheck
from sso_sync.saml.validator import anchored
from sso_sync.sandbox.by_hand import follow_guide
from sso_sync.sandbox.faults import Fault
from sso_sync.sandbox.server import Sandbox
from sso_sync.store.rotations import last_window, rotations
from tests.e2e.conftest import Cli, Ran, document, write
from tests.e2e.test_attested import attested
from tests.sandbox.signing_in import SignedIn, sign_in
from tests.stored import contents

OLD, NEW = "Standard Strength Certificate (2048-bit)", "Next Certificate (2048-bit)"
EXPIRING, LEGACY = "Expiring Certificate (2048-bit)", "Legacy Certificate (1024-bit)"
FIRST, SECOND = ("onelogin", "PUT"), ("justcall", "PUT")


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(vars(STANDARD_RETRY), "sleep", lambda _seconds: None)


@pytest.fixture
def applied(spec: Path, cli: Cli, sandbox: Sandbox) -> Path:
    """The smallest spec, and both sides as it says: set up by hand, which is quicker than an apply."""
    follow_guide(sandbox)
    sandbox.onelogin.edit_app("JustCall", notes="managed by sso-sync: justcall-test")
    sandbox.onelogin.edit_configuration("JustCall", validator=anchored(sandbox.justcall.settings.acs_url))
    return spec


def rotated(cli: Cli, spec: Path, *words: str, code: int = 0) -> Any:
    """The document of a rotation that ends with `code`."""
    ran = cli("rotate-certificate", spec, "--auto-approve", "--format", "json", *words)
    assert ran.code == code, ran.out + ran.err
    assert ran.json["exit_code"] == code
    return ran.json


def refused(cli: Cli, spec: Path, *words: str) -> dict[str, Any]:
    """The refusals by name."""
    made = rotated(cli, spec, *words, code=3)
    assert made["rotation"]["state"] == "prepared"
    return {one["guard"]: one for one in made["plan"]["refusals"]}


def held(sandbox: Sandbox) -> tuple[str, ...]:
    """The names of the certificates that OneLogin signs with and that JustCall holds."""
    texts = sandbox.onelogin.signing_certificate("JustCall"), sandbox.justcall.settings.certificate
    known = sandbox.onelogin.certificates()
    return tuple(next(one.name for one in known if certificate.same(one.pem, text)) for text in texts)


def number(sandbox: Sandbox, name: str) -> int:
    return sandbox.onelogin.certificate(name).id


def show(sandbox: Sandbox, name: str) -> None:
    """Has another app sign with the certificate, so that it can be looked at."""
    sandbox.onelogin.add_app(f"Shows {name}", configuration={"certificate_id": number(sandbox, name)})


def writes(sandbox: Sandbox) -> list[tuple[str, str]]:
    """The writes since the log was cleared, JustCall's test left out."""
    return [(one.service, one.method) for one in sandbox.requests.writes() if one.method == "PUT"]


def test_both_sides_are_switched_back_to_back_and_read_back(cli: Cli, applied: Path, sandbox: Sandbox) -> None:
    made = rotated(cli, applied, "--to", NEW)

    assert held(sandbox) == (NEW, NEW)
    assert sandbox.justcall.problem() is None
    assert made["verified"] is True
    told = made["rotation"]
    assert told["state"] == "verified"
    assert told["from"]["id"] == number(sandbox, OLD)
    assert told["to"]["name"] == NEW
    assert 0 < told["seconds"] < 30
    calls: list[tuple[str, str]] = [(one.service, one.method) for one in sandbox.requests]
    assert calls[calls.index(FIRST) + 1] == SECOND, "something was asked between the two writes"
    measured = last_window("justcall-test")
    assert measured is not None
    assert (measured.seconds, measured.run_id) == (told["seconds"], made["run_id"])
    assert measured.present == told["to"]["fingerprint"]


def test_the_certificate_is_found_by_its_id_too_and_a_second_time_there_is_nothing_to_do(
    cli: Cli, applied: Path, sandbox: Sandbox
) -> None:
    target = str(number(sandbox, NEW))
    rotated(cli, applied, "--to", target)
    sandbox.requests.clear()

    again = rotated(cli, applied, "--to", target)

    assert writes(sandbox) == []
    assert again["plan"]["changes"] == []
    assert again["rotation"]["state"] == "verified"


def test_no_other_drift_is_touched(cli: Cli, applied: Path, sandbox: Sandbox) -> None:
    sandbox.onelogin.edit_configuration("JustCall", relaystate="by hand")
    sandbox.onelogin.edit_app("JustCall", visible=False)
    sandbox.justcall.edit(default_role="Admin")
    before = cli("plan", applied, "--format", "json").addresses
    assert before

    made = rotated(cli, applied, "--to", NEW)

    assert [change["address"] for change in made["plan"]["changes"]] == [
        "onelogin.app.certificate",
        "justcall.sso.certificate",
    ]
    assert made["verified"] is True
    assert cli("plan", applied, "--format", "json").addresses == before


@pytest.mark.parametrize("reference", ["id", "name"])
def test_a_spec_that_names_the_target_needs_no_other_word(
    cli: Cli, applied: Path, sandbox: Sandbox, reference: str
) -> None:
    wanted: Any = {"id": number(sandbox, NEW)} if reference == "id" else {"name": NEW}
    write(applied, document(sandbox, onelogin={"app": {"certificate": wanted}}))

    made = rotated(cli, applied)

    assert held(sandbox) == (NEW, NEW)
    assert made["verified"] is True
    assert cli("plan", applied, "--detailed-exitcode").code == 0


def test_a_spec_that_leaves_the_certificate_alone_stays_in_sync_and_pinning_is_advised(
    cli: Cli, applied: Path, sandbox: Sandbox
) -> None:
    ran = cli("rotate-certificate", applied, "--auto-approve", "--to", NEW)
    assert ran.code == 0
    assert f"certificate: {{id: {number(sandbox, NEW)}}}" in ran.out
    assert cli("plan", applied, "--detailed-exitcode").code == 0


def test_a_spec_that_names_another_certificate_is_told_what_to_write_and_where(
    cli: Cli, applied: Path, sandbox: Sandbox
) -> None:
    write(applied, document(sandbox, onelogin={"app": {"certificate": {"name": OLD}}}))

    pin = refused(cli, applied, "--to", NEW)["certificate_pin"]

    line = next(at for at, text in enumerate(applied.read_text().splitlines(), start=1) if "certificate:" in text)
    assert f"{applied}:{line}:" in pin["summary"]
    assert f"certificate: {{id: {number(sandbox, NEW)}}}" in pin["next_action"]
    assert writes(sandbox) == []
    rotated(cli, applied, "--to", NEW, "--override", "certificate_pin")
    assert held(sandbox) == (NEW, NEW)


def test_a_pinned_certificate_of_justcall_is_told_the_same(cli: Cli, applied: Path, sandbox: Sandbox) -> None:
    pem = sandbox.onelogin.certificate(OLD).pem
    write(applied, document(sandbox, justcall={"sso": {"certificate": pem}}))
    assert "justcall.sso.certificate" in refused(cli, applied, "--to", NEW)["certificate_pin"]["summary"]


def answers(status: int, *, times: int | None = None) -> Callable[[Sandbox], None]:
    fault = Fault("error", service="justcall", method="PUT", status=status, times=times)
    return lambda sandbox: sandbox.faults.add(fault)


def no_answer(sandbox: Sandbox) -> None:
    sandbox.faults.add(Fault("drop", service="justcall", method="PUT", times=None))


def lies(sandbox: Sandbox) -> None:
    sandbox.variants.write_lies = True


def nonsense_after_the_deed(sandbox: Sandbox) -> None:
    sandbox.faults.add(Fault("garbage", service="justcall", method="PUT", when="after"))


@pytest.mark.parametrize(
    "trouble",
    [answers(422), answers(500), no_answer, lies, nonsense_after_the_deed],
    ids=["refused", "broken", "no answer", "lies", "nonsense after the deed"],
)
def test_a_second_write_that_fails_puts_both_sides_back(
    cli: Cli, applied: Path, sandbox: Sandbox, trouble: Callable[[Sandbox], None]
) -> None:
    trouble(sandbox)

    made = rotated(cli, applied, "--to", NEW, code=1)

    assert held(sandbox) == (OLD, OLD)
    assert made["rotation"]["state"] == "rolled_back"
    assert made["rotation"]["rolled_back"] is True
    assert made["verified"] is False
    assert "rollback.onelogin" in [step["id"] for step in made["applied"]]
    assert last_window("justcall-test") is None
    shown = cli("history", made["run_id"])
    assert "put OneLogin back to the former certificate  (applied)" in shown.out
    sandbox.faults.clear()
    sandbox.variants.write_lies = False
    assert sandbox.justcall.problem() is None
    assert cli("plan", applied, "--detailed-exitcode").code == 0
    rotated(cli, applied, "--to", NEW)
    assert held(sandbox) == (NEW, NEW)


def test_a_rolled_back_rotation_says_so_in_words(cli: Cli, applied: Path, sandbox: Sandbox) -> None:
    answers(422)(sandbox)
    ran = cli("rotate-certificate", applied, "--auto-approve", "--to", NEW)
    assert ran.code == 1
    assert "Rolled back: nothing is changed" in ran.out
    assert "rotate-certificate" in ran.out.splitlines()[-1]


def test_where_the_way_back_fails_too_each_side_is_told(cli: Cli, applied: Path, sandbox: Sandbox) -> None:
    answers(422)(sandbox)
    sandbox.faults.add(Fault("error", service="onelogin", method="PUT", status=422, nth=2))

    made = rotated(cli, applied, "--to", NEW, code=7)

    assert held(sandbox) == (NEW, OLD)
    told = made["rotation"]
    assert (told["state"], told["rolled_back"]) == ("apart", False)
    prints = [certificate.fingerprint(sandbox.onelogin.certificate(name).pem) for name in (NEW, OLD)]
    assert [held[:11] for held in told["held"].values()] == [one[:11] for one in prints]
    sandbox.faults.clear()
    assert rotated(cli, applied, "--rollback")["verified"] is True
    assert held(sandbox) == (OLD, OLD)


def test_a_first_write_that_is_refused_changes_nothing(cli: Cli, applied: Path, sandbox: Sandbox) -> None:
    sandbox.faults.add(Fault("error", service="onelogin", method="PUT", status=422))

    made = rotated(cli, applied, "--to", NEW, code=1)

    assert held(sandbox) == (OLD, OLD)
    assert writes(sandbox) == [FIRST]
    assert made["rotation"]["state"] == "checked"


def test_a_first_write_that_landed_without_an_answer_is_taken_back(cli: Cli, applied: Path, sandbox: Sandbox) -> None:
    sandbox.faults.add(Fault("garbage", service="onelogin", method="PUT", when="after", garbage="truncated"))

    made = rotated(cli, applied, "--to", NEW, code=1)

    assert held(sandbox) == (OLD, OLD)
    assert writes(sandbox) == [FIRST, FIRST]
    assert made["rotation"]["state"] == "rolled_back"


def test_a_test_that_fails_puts_both_back_the_riskier_write_first(cli: Cli, applied: Path, sandbox: Sandbox) -> None:
    sandbox.faults.add(Fault("error", service="justcall", method="POST", status=422))

    made = rotated(cli, applied, "--to", NEW, code=1)

    assert held(sandbox) == (OLD, OLD)
    assert writes(sandbox) == [FIRST, SECOND, SECOND, FIRST]
    assert made["rotation"]["state"] == "rolled_back"


def test_both_keep_the_new_one_where_justcall_cannot_be_put_back(cli: Cli, applied: Path, sandbox: Sandbox) -> None:
    sandbox.faults.add(Fault("error", service="justcall", method="POST", status=422))
    sandbox.faults.add(Fault("error", service="justcall", method="PUT", status=422, nth=2))

    made = rotated(cli, applied, "--to", NEW, code=7)

    assert held(sandbox) == (NEW, NEW), "the two sides agree"
    assert made["rotation"]["state"] == "apart"


def test_an_undo_brings_the_former_certificate_back(cli: Cli, applied: Path, sandbox: Sandbox) -> None:
    made = rotated(cli, applied, "--to", NEW)

    ran = cli("undo", made["run_id"], "--auto-approve", "--format", "json")

    assert ran.code == 0, ran.out
    assert ran.json["verified"] is True
    assert held(sandbox) == (OLD, OLD)
    assert sandbox.justcall.problem() is None


def test_rollback_goes_back_once_and_stays_there(cli: Cli, applied: Path, sandbox: Sandbox) -> None:
    rotated(cli, applied, "--to", NEW)
    for _ in range(2):
        rotated(cli, applied, "--rollback")
        assert held(sandbox) == (OLD, OLD)


def test_without_a_rotation_there_is_nothing_to_roll_back(cli: Cli, applied: Path) -> None:
    ran = cli("rotate-certificate", applied, "--rollback", "--auto-approve")
    assert ran.code == 1
    assert "no rotation on record" in ran.err


def test_a_certificate_that_is_not_fit_is_refused_with_its_numbers(cli: Cli, applied: Path, sandbox: Sandbox) -> None:
    show(sandbox, LEGACY)
    show(sandbox, EXPIRING)
    days = {"certificate_expiry": {"warn_days": 60, "fail_days": 30}}

    key = refused(cli, applied, "--to", LEGACY)["certificate_key"]
    assert key["numbers"] == {"bits": 1024, "least_bits": 2048}
    assert "--override certificate_key" in key["next_action"]
    soon = rotated(cli, applied, "--to", EXPIRING)
    assert any("expires on" in one["summary"] for one in soon["plan"]["findings"])
    rotated(cli, applied, "--to", OLD)
    write(applied, document(sandbox, guards=days))
    sandbox.requests.clear()
    validity = refused(cli, applied, "--to", EXPIRING)["certificate_validity"]
    assert validity["numbers"] == {"days_left": 29, "fail_days": 30}
    assert writes(sandbox) == []
    rotated(cli, applied, "--to", EXPIRING, "--override", "certificate_validity")
    assert held(sandbox) == (EXPIRING, EXPIRING)


def test_an_unknown_or_ambiguous_name_lists_the_certificates_there_are(
    cli: Cli, applied: Path, sandbox: Sandbox
) -> None:
    for name in (NEW, "Twin"):
        other = sandbox.onelogin.add_certificate(name)
        sandbox.onelogin.add_app(f"Uses {other.id}", configuration={"certificate_id": other.id})
    for wanted in ("next certificate", NEW):
        ran = cli("rotate-certificate", applied, "--to", wanted)
        assert ran.code == 1
        assert "Twin" in ran.err
        assert all(str(one.id) in ran.err for one in sandbox.onelogin.certificates() if one.name in (NEW, OLD, "Twin"))
        assert "until 20" in ran.err
    assert writes(sandbox) == []


def test_nothing_to_rotate_to_is_a_wrong_command_line(cli: Cli, applied: Path) -> None:
    ran = cli("rotate-certificate", applied)
    assert ran.code == 64
    assert NEW in ran.err


@pytest.mark.parametrize(
    "words",
    [("--rollback", "--to", "1"), ("--rehearse", "--to", "1"), ("--to", " "), ("--override", "nothing", "--to", "1")],
)
def test_words_that_make_no_sense_together_are_refused(cli: Cli, spec: Path, words: tuple[str, ...]) -> None:
    assert cli("rotate-certificate", spec, *words).code == 64


def test_an_id_that_no_app_shows_needs_a_word_and_is_checked_after_the_first_write(
    cli: Cli, applied: Path, sandbox: Sandbox
) -> None:
    hidden = sandbox.onelogin.add_certificate("Hidden")
    assert "--unchecked" in refused(cli, applied, "--to", str(hidden.id))["certificate_unseen"]["next_action"]
    assert writes(sandbox) == []

    made = rotated(cli, applied, "--to", str(hidden.id), "--unchecked")

    assert made["verified"] is True
    assert held(sandbox) == ("Hidden", "Hidden")


def test_an_unchecked_certificate_that_is_no_good_never_reaches_justcall(
    cli: Cli, applied: Path, sandbox: Sandbox
) -> None:
    made = rotated(cli, applied, "--to", str(number(sandbox, LEGACY)), "--unchecked", code=1)

    assert held(sandbox) == (OLD, OLD)
    assert writes(sandbox) == [FIRST, FIRST]
    assert "1024 bits" in made["failed"][0]["diagnostic"]["summary"]


def test_nothing_is_asked_for_without_a_yes(cli: Cli, applied: Path, sandbox: Sandbox) -> None:
    ran = cli("rotate-certificate", applied, "--to", NEW)
    assert ran.code == 1
    assert "rotate-certificate with --auto-approve" in ran.err
    assert "not measured yet" in ran.err
    assert writes(sandbox) == []


def test_a_side_that_cannot_be_read_ends_it_before_it_begins(cli: Cli, applied: Path, sandbox: Sandbox) -> None:
    sandbox.faults.add(Fault("error", service="justcall", times=None))
    assert cli("rotate-certificate", applied, "--to", NEW, "--auto-approve").code == 6
    assert writes(sandbox) == []


def test_before_there_is_an_app_there_is_nothing_to_rotate(cli: Cli, spec: Path) -> None:
    ran = cli("rotate-certificate", spec, "--to", NEW, "--auto-approve")
    assert ran.code == 1
    assert "apply" in ran.err


def test_a_person_makes_the_second_write_with_the_runbook_before_and_after(
    cli: Cli, sandbox: Sandbox, tmp_path: Path
) -> None:
    spec = write(tmp_path / "spec.yaml", attested(sandbox))
    assert cli("apply", spec, "--auto-approve").code == 0
    assert cli("attest", spec, "--by", "Ann Lee").code == 0
    sandbox.requests.clear()

    ran = cli("rotate-certificate", spec, "--to", NEW, "--auto-approve")

    assert ran.code == 0, ran.out + ran.err
    assert "New logins fail from OneLogin's switch until a person has entered" in ran.err
    file = Path(".sso-sync") / "justcall-test.certificate.pem"
    assert str(file) in ran.err, "the runbook is shown before OneLogin is switched"
    assert str(file) in ran.out
    assert "sso-sync attest" in ran.out
    assert certificate.same(file.read_text(), sandbox.onelogin.certificate(NEW).pem)
    assert writes(sandbox) == [FIRST]
    assert sandbox.onelogin.app("JustCall").configuration["certificate_id"] == number(sandbox, NEW)
    assert rotations("justcall-test") == ()
    waiting = rotated(cli, spec, "--to", NEW)
    assert (waiting["rotation"]["state"], waiting["verified"]) == ("handed_over", False)

    assert cli("attest", spec, "--by", "Ann Lee").code == 0
    assert cli("plan", spec, "--detailed-exitcode").code == 0


def test_a_rehearsal_touches_nothing_real_and_says_how_long_it_took(cli: Cli, applied: Path, sandbox: Sandbox) -> None:
    before = sandbox.snapshot()

    ran = cli("rotate-certificate", applied, "--rehearse", "--format", "json")

    assert ran.code == 0, ran.out + ran.err
    assert "nothing real is touched" in ran.err
    assert len(sandbox.requests) == 0
    assert sandbox.snapshot() == before
    assert ran.json["rotation"]["rehearsal"] is True
    assert ran.json["rotation"]["state"] == "verified"
    measured = last_window("justcall-test")
    assert measured is not None
    assert measured.rehearsal
    asked = cli("rotate-certificate", applied, "--to", NEW)
    assert "last time (rehearsal, " in " ".join(asked.err.split())
    assert cli("rotate-certificate", applied, "--rollback", "--auto-approve").code == 1, "a rehearsal is no rotation"


def test_a_login_fails_in_between_and_works_afterwards(cli: Cli, applied: Path, sandbox: Sandbox) -> None:
    alice = "alice.adams@acme.example"
    assert sign_in(sandbox, alice).ok
    sandbox.faults.add(Fault("hang", service="justcall", method="PUT"))
    seen: list[SignedIn] = []

    def between() -> None:
        assert sandbox.faults.wait_for_hang(30)
        seen.append(sign_in(sandbox, alice))
        sandbox.faults.release()

    watching = threading.Thread(target=between)
    watching.start()
    rotated(cli, applied, "--to", NEW)
    watching.join()

    assert [one.ok for one in seen] == [False], "logins fail between the two writes"
    assert "ignature" in seen[0].text
    assert sign_in(sandbox, alice).ok


@pytest.fixture
def known_test_user(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ONELOGIN_TEST_USER", "alice.adams@acme.example")
    monkeypatch.setenv("ONELOGIN_TEST_PASSWORD", "sandbox")


def test_a_test_users_assertion_is_checked_with_justcalls_certificate(
    cli: Cli, applied: Path, sandbox: Sandbox, known_test_user: None
) -> None:
    made = rotated(cli, applied, "--to", NEW)
    assert [step["id"] for step in made["applied"]][-1] == "justcall.proof"
    assert made["verified"] is True


def test_an_assertion_that_does_not_pass_takes_everything_back(
    cli: Cli, applied: Path, sandbox: Sandbox, known_test_user: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    refuses = SignatureCheck(holds=False, reason="the signature is another key's")
    monkeypatch.setattr("sso_sync.saml.signature.check", lambda _xml, _certificate: refuses)
    monkeypatch.setattr("sso_sync.rotating.login_proof._SECOND_LOOKS", ())

    made = rotated(cli, applied, "--to", NEW, code=1)

    assert held(sandbox) == (OLD, OLD)
    assert [step["id"] for step in made["failed"]] == ["justcall.proof"]
    assert made["rotation"]["state"] == "rolled_back"


def test_a_proof_that_cannot_be_made_is_said_and_stops_nobody(
    cli: Cli, applied: Path, sandbox: Sandbox, known_test_user: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ONELOGIN_TEST_PASSWORD", "wrong")

    made = rotated(cli, applied, "--to", NEW)

    assert held(sandbox) == (NEW, NEW)
    assert made["verified"] is True
    assert [step["id"] for step in made["skipped"]] == ["justcall.proof"]
    assert made["skipped"][0]["diagnostic"]["severity"] == "warning"


def test_a_name_from_the_environment_is_nowhere_to_be_read(
    cli: Cli, applied: Path, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    spec = applied
    monkeypatch.setenv("CERTIFICATE", NEW)
    text = json.dumps(document(sandbox, onelogin={"app": {"certificate": {"name": "@"}}}))
    spec.write_text(text.replace('"@"', "!env CERTIFICATE"), encoding="utf-8")

    made: Ran = cli("rotate-certificate", spec, "--auto-approve", "--format", "json")

    assert made.code == 0, made.out + made.err
    assert NEW not in made.out + made.err + contents()
    assert made.json["run_id"] in contents()


@pytest.mark.browser
def test_the_browser_goes_the_same_way(
    cli: Cli, applied: Path, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JUSTCALL_SESSION", json.dumps(sandbox.browser_session()))
    driven = {"driver": "browser", "users_url": sandbox.justcall_url}
    spec = write(applied, document(sandbox, justcall=driven))

    made = rotated(cli, spec, "--to", NEW)

    assert held(sandbox) == (NEW, NEW)
    assert made["verified"] is True
    assert made["rotation"]["seconds"] > 0
    assert [step["id"] for step in made["applied"]] == ["certificate", "justcall.values", "justcall.test"]


class _Terminal(io.StringIO):
    """Somebody who types."""

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(("answer", "code", "name"), [("no\n", 1, OLD), ("yes\n", 0, NEW)])
def test_only_yes_is_a_yes_and_the_question_names_the_window(
    cli: Cli, applied: Path, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, answer: str, code: int, name: str
) -> None:
    monkeypatch.setattr(sys, "stdin", _Terminal(answer))
    ran = cli("rotate-certificate", applied, "--to", NEW)
    assert ran.code == code
    assert "New logins fail in between, for a time that nobody has measured. Only" in ran.err
    assert held(sandbox) == (name, name)
