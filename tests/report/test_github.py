"""GitHub's notes: one command a line, and no name that makes a command or a property of its own."""

from __future__ import annotations

from dataclasses import replace

from sso_sync.errors import Diagnostic, ExitCode
from sso_sync.marked.place import Mark
from sso_sync.plan.model import Action, Refusal
from sso_sync.report.formats import FORMATS
from sso_sync.report.interface import Failure, Style
from tests.report.every import every
from tests.report.judges import notes
from tests.report.plans import change, plan
from tests.report.test_hostile import hostile

GITHUB = FORMATS["github"]
NAME = change("onelogin.app.name", Action.UPDATE, "100% a", "b")


def test_a_change_is_a_notice_at_its_line() -> None:
    made = replace(plan([NAME]), places={NAME.address: Mark("specs/a,b:c.yaml", 7, 5)})
    assert GITHUB.plans([made], Style(), several=False).splitlines()[0] == (
        "::notice file=specs/a%2Cb%3Ac.yaml,line=7,col=5,"
        "title=sso-sync plan%3A justcall-prod%2C change.update"
        "::onelogin.app.name is 100%25 a; the spec says b"
    )


def test_the_gravest_come_first_and_a_summary_is_last() -> None:
    made = plan(
        [NAME, change("justcall.sso.issuer", Action.UNKNOWN)],
        refusals=(Refusal("ownership", "not ours", next_action="Ask them."),),
    )
    found = notes(GITHUB.plans([made], Style(), several=False))
    assert [kind for kind, _, _ in found] == ["error", "warning", "notice", "notice"]
    assert found[0][2] == "Refused by ownership: not ours\nNext: Ask them."
    assert found[1][1]["title"].endswith("change.unknown (not made)")
    assert found[-1] == (
        "notice",
        {"title": "sso-sync plan: justcall-prod"},
        "Plan: 0 to create, 1 to change, 0 to delete, 1 unknown.",
    )


def test_in_sync_is_one_line() -> None:
    (only,) = notes(GITHUB.plans([plan()], Style(), several=False))
    assert only[0] == "notice"
    assert only[2].startswith("No changes.")


def test_a_failure_names_its_spec_and_its_command() -> None:
    failure = Failure((Diagnostic("error", "no such file"),), ExitCode.ERROR, "specs/b.yaml", "plan")
    (only,) = notes(GITHUB.failure(failure, Style()))
    assert only == (
        "error",
        {"file": "specs/b.yaml", "line": "1", "col": "1", "title": "sso-sync plan: specs/b.yaml, diagnostic.error"},
        "no such file",
    )


def test_a_file_elsewhere_is_not_named_because_nothing_could_be_shown_there() -> None:
    ((_, properties, _), *_) = notes(GITHUB.plans([plan([NAME], path="/elsewhere/a.yaml")], Style(), several=False))
    assert list(properties) == ["title"]


@hostile
def test_no_name_makes_a_command_or_a_property(name: str) -> None:
    for attacked, harmless in zip(every("github", name), every("github"), strict=True):
        found, expected = notes(attacked), notes(harmless)
        assert [kind for kind, _, _ in found] == [kind for kind, _, _ in expected]
        assert all(line.startswith("::") for line in attacked.splitlines())


def test_a_command_in_a_name_is_text() -> None:
    evil = "x\n::set-output name=a::b\r\n::error::c %0A::stop-commands::t,file=/etc/passwd"
    for text in every("github", evil):
        assert not [line for line in text.splitlines() if not line.startswith(("::error ", "::warning ", "::notice "))]
        for _, properties, _ in notes(text):
            assert properties.get("file") != "/etc/passwd"
