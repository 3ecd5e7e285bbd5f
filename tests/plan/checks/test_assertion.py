"""A response judged by what JustCall holds: each trial is a check with the address that decides about it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from sso_sync.errors import Diagnostic
from sso_sync.justcall.settings import SettingField, Settings, Unknown
from sso_sync.onelogin.models import App
from sso_sync.onelogin.state import LiveIdp
from sso_sync.plan.checks.assertion import assertion_checks, assertion_findings, no_assertion, refused_assertion
from sso_sync.plan.checks.comparing import Missing
from sso_sync.plan.checks.model import Check, Group, Status
from sso_sync.plan.link import Unread
from sso_sync.saml.certificate import fingerprint
from sso_sync.saml.trials import NAMES
from tests.plan.build import connection, settings
from tests.saml.samples import ACS_URL, EMAIL, ENTITY_ID, ISSUER, NOW, certificate_of, signed_response

HELD = {
    SettingField.ACS_URL: ACS_URL,
    SettingField.ENTITY_ID: ENTITY_ID,
    SettingField.ISSUER: ISSUER,
    SettingField.CERTIFICATE: certificate_of(),
}
IDP = LiveIdp(
    app=App.model_validate({"id": 1, "name": "JustCall", "sso": {"certificate": {"value": certificate_of()}}})
)


def checks(
    xml: bytes | None = None,
    sp: Settings | Unread | None = None,
    *,
    email: str = EMAIL,
    later: timedelta = timedelta(0),
) -> dict[str, Check]:
    made = assertion_checks(
        connection(), xml or signed_response(), email=email, idp=IDP, sp=sp or settings(HELD), now=NOW + later
    )
    assert {check.group for check in made} == {Group.ASSERTION}
    return {check.name: check for check in made}


def named(found: dict[str, Check], status: Status) -> set[str]:
    return {name.removeprefix("assertion.") for name, check in found.items() if check.status is status}


def test_a_good_response() -> None:
    found = checks()
    assert list(found) == [f"assertion.{name}" for name in NAMES]
    assert named(found, Status.PASS) == set(NAMES)
    assert {check.address.partition(".")[0] for check in found.values()} == {"onelogin", "justcall"}
    assert assertion_findings(found.values()) == ()


@pytest.mark.parametrize(
    ("field", "names"),
    [
        (SettingField.ACS_URL, {"recipient", "destination"}),
        (SettingField.ENTITY_ID, {"audience"}),
        (SettingField.ISSUER, {"issuer"}),
        (SettingField.CERTIFICATE, {"signature"}),
    ],
)
def test_what_justcall_holds_decides(field: SettingField, names: set[str]) -> None:
    other = certificate_of("other") if field is SettingField.CERTIFICATE else "https://other.example"
    assert named(checks(sp=settings(HELD | {field: other})), Status.FAIL) == names

    known = dict(settings(HELD).fields) | {field: Unknown("nobody has attested it yet")}
    found = checks(sp=Settings(known))
    assert named(found, Status.NOT_MADE) == names
    assert all("nobody has attested it yet" in str(check.detail) for check in found.values() if check.detail)


def test_a_fingerprint_that_is_onelogins_is_as_good_as_the_certificate() -> None:
    for certificate, status in ((fingerprint(certificate_of()), Status.PASS), ("00:" * 31 + "00", Status.FAIL)):
        found = checks(sp=settings(HELD | {SettingField.CERTIFICATE: certificate}))
        assert found["assertion.signature"].status is status


def test_somebody_else() -> None:
    assert named(checks(email="eve@acme.example"), Status.FAIL) == {"nameid"}


def test_an_e_mail_in_other_letters_is_told_of() -> None:
    found = checks(email=EMAIL.upper())
    assert named(found, Status.FAIL) == set()
    assert [one.severity for one in assertion_findings(found.values())] == ["warning"]


@pytest.mark.parametrize(("late", "fails"), [(timedelta(0), False), (timedelta(hours=1), True)])
def test_the_times(late: timedelta, fails: bool) -> None:
    assert ("times" in named(checks(later=late), Status.FAIL)) is fails


def test_justcall_out_of_reach() -> None:
    found = checks(sp=Unread("down"))
    assert named(found, Status.NOT_MADE) == {"signature", "issuer", "audience", "recipient", "destination"}
    assert all(check.unreachable for check in found.values() if check.status is Status.NOT_MADE)


def test_what_is_no_response() -> None:
    (check,) = checks(b"<x/>").values()
    assert (check.name, check.status) == ("assertion", Status.FAIL)


def test_nobody_signed_in() -> None:
    refused = refused_assertion(connection(), Diagnostic("error", "wrong password", next_action="Look."))
    assert (refused.status, refused.next_action, refused.group) == (Status.FAIL, "Look.", Group.ASSERTION)
    unset = no_assertion(connection(), Missing("there is no test user", unset=True))
    assert (unset.status, unset.optional, unset.exit_code) == (Status.NOT_MADE, True, 0)
    assert no_assertion(connection(), Missing("down", unreachable=True)).exit_code == 6


def test_an_e_mail_from_the_environment_is_not_shown() -> None:
    spec = connection(access={"users": [EMAIL]}, sensitive=[("onelogin", "access", "users", 0)])
    made = assertion_checks(spec, signed_response(), email=EMAIL, idp=IDP, sp=settings(HELD), now=NOW)
    assert EMAIL not in str(made)
