"""Who can sign in: access in OneLogin, an account in JustCall, one e-mail on both sides."""

from __future__ import annotations

from sso_sync.onelogin.models import Person
from sso_sync.plan.doctor.model import Certainty, FixKind
from sso_sync.plan.outcome import JustCallPeople
from tests.plan.doctor.make import accounts, cases, diagnoses, healthy, people, wanted


def test_no_account_in_justcall() -> None:
    world = healthy()
    (found,) = diagnoses(world, people=people(world, justcall=accounts("ann@acme.example")))
    assert found.case == "user_without_justcall_account"
    assert "Bob@acme.example" in found.evidence[0]
    assert cases(world, people=people(world, justcall=JustCallPeople(reason="no key"))) == []


def test_no_email() -> None:
    world = healthy()
    world.members[11] = [1, 7]
    assert cases(world) == ["user_without_justcall_account"]


def test_email_case() -> None:
    world = healthy()
    facts = people(world, justcall=accounts("ann@acme.example", "bob@ACME.example"))
    (found,) = diagnoses(world, people=facts)
    assert (found.case, found.certainty) == ("email_case", Certainty.POSSIBLE)


def test_in_the_role_without_effect() -> None:
    world = healthy()
    facts = people(world, effective=world.people([1]))
    (by_hand,) = diagnoses(world, people=facts)
    assert (by_hand.case, by_hand.fix.kind) == ("role_without_effect", FixKind.BY_HAND)
    members = [{"name": "JustCall Users", "members": ["ann@acme.example", "bob@acme.example"]}]
    (again,) = diagnoses(world, wanted(access={"roles": members}), people=facts)
    assert again.fix.command == (
        "apply",
        "specs/justcall.yaml",
        "--rewrite",
        "onelogin.access.roles.JustCall Users.members.bob@acme.example",
    )
    assert cases(world, people=people(world, effective=None)) == []


def test_only_the_person_who_is_asked_about_counts() -> None:
    world = healthy()
    world.users[1]["status"] = 2
    bob = Person.model_validate(world.users[2])
    assert cases(world, user="bob@acme.example", people=people(world, user=bob)) == []
    ann = Person.model_validate(world.users[1])
    (found,) = diagnoses(world, user="ann@acme.example", people=people(world, user=ann))
    assert found.personal


def test_a_person_without_access() -> None:
    world = healthy()
    cid = Person.model_validate(world.users[3])
    (found,) = diagnoses(world, user="cid@acme.example", people=people(world, user=cid))
    assert (found.case, found.fix.kind) == ("no_access", FixKind.EDIT)
    assert found.fix.yaml == "onelogin:\n  access:\n    users:\n    - cid@acme.example"
    assert "onelogin.access.users.cid@acme.example" in [change.address for change in found.fix.changes]


def test_a_person_whom_the_plan_gives_access_already() -> None:
    world, spec = healthy(), wanted(access={"roles": ["JustCall Users", "Sales"], "mode": "additive"})
    cid = Person.model_validate(world.users[3])
    (found,) = diagnoses(world, spec, user="cid@acme.example", people=people(world, user=cid))
    assert found.fix.kind is FixKind.APPLY
    assert [change.address for change in found.fix.changes] == ["onelogin.access.roles.Sales"]


def test_a_person_whom_nobody_knows() -> None:
    world = healthy()
    (found,) = diagnoses(world, user="who@acme.example", people=people(world, user=None))
    assert found.case == "no_access"
    assert "nobody with the e-mail who@acme.example" in found.summary
