"""Facts about both certificates: by themselves, whatever else is right."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from sso_sync.justcall.settings import Attested, Observed, SettingField, Settings, Unknown
from sso_sync.onelogin.state import LiveIdp
from sso_sync.plan.checks.certificates import _old_fashioned, certificate_checks, certificate_findings
from sso_sync.plan.checks.model import Check, Group, Status
from sso_sync.plan.link import Unread
from sso_sync.saml.certificate import blemishes, fingerprint, parse
from tests.plan.build import NOW, connection
from tests.plan.checks.live import idp_with
from tests.saml.make import START, certificate

NAMES = [
    "certificate.onelogin.validity",
    "certificate.onelogin.key",
    "certificate.justcall.validity",
    "certificate.justcall.key",
    "certificate.justcall.text",
]
TODAY = datetime(2026, 6, 1, tzinfo=UTC)
GOOD = certificate("good", rsa.generate_private_key(65537, 2048)).pem
WEAK = certificate("weak", rsa.generate_private_key(65537, 1024)).pem


def checks(
    ours: str | None = GOOD,
    theirs: Any = GOOD,
    *,
    now: datetime = TODAY,
    blemishes: tuple[str, ...] = (),
    idp: LiveIdp | Unread | None = None,
    sp: Settings | Unread | None = None,
) -> dict[str, Check]:
    held = sp or Settings({SettingField.CERTIFICATE: Observed(theirs, NOW, blemishes=blemishes)})
    made = certificate_checks(connection(), idp or idp_with(ours), held, now=now)
    assert [check.name for check in made] == NAMES
    assert {check.group for check in made} == {Group.CERTIFICATES}
    return {check.name: check for check in made}


def statuses(found: dict[str, Check]) -> str:
    marks = {Status.PASS: "+", Status.FAIL: "x", Status.NOT_MADE: "?"}
    return "".join(marks[check.status] for check in found.values())


def test_all_is_well() -> None:
    found = checks()
    assert statuses(found) == "+++++"
    assert found[NAMES[0]].found == {
        "fingerprint": fingerprint(GOOD),
        "not_after": "2027-01-01T00:00:00Z",
        "subject": "CN=good",
    }
    assert found[NAMES[1]].found == "RSA, 2048 bits; signed with RSA with SHA256"
    assert found[NAMES[0]].summary == "OneLogin's signing certificate is valid for 214 more days"


@pytest.mark.parametrize(
    ("now", "marks", "said"),
    [
        (START + timedelta(days=365, seconds=1), "x+x++", "expired on 2027-01-01"),
        (START + timedelta(days=358), "x+x++", "in 7 days"),
        (START + timedelta(days=357), "+++++", "8 more days"),
        (START - timedelta(days=1), "x+x++", "only from 2026-01-01"),
    ],
)
def test_the_dates(now: datetime, marks: str, said: str) -> None:
    found = checks(now=now)
    assert statuses(found) == marks
    assert said in found[NAMES[0]].summary


def test_an_expired_certificate_says_that_many_do_not_care() -> None:
    found = checks(now=START + timedelta(days=400))
    assert "ignore the dates" in (found[NAMES[0]].detail or "")
    assert found[NAMES[0]].next_action


def test_a_weak_key() -> None:
    found = checks(WEAK, WEAK)
    assert statuses(found) == "+x+x+"
    assert found[NAMES[1]].expected == "RSA, 2048 bits or more"
    assert statuses(checks(GOOD, WEAK)) == "+++x+"


@pytest.mark.parametrize(
    ("ours", "theirs", "marks"),
    [
        ("no certificate", GOOD, "x?+++"),
        (GOOD, "no certificate", "++x??"),
        (GOOD, None, "++x??"),
        (None, GOOD, "??+++"),
        (GOOD, fingerprint(GOOD), "++++?"),
        (WEAK, fingerprint(GOOD), "+x???"),
    ],
    ids=["ours", "theirs", "no theirs", "no ours", "fingerprint", "other fingerprint"],
)
def test_what_cannot_be_read(ours: str | None, theirs: str | None, marks: str) -> None:
    assert statuses(checks(ours, theirs)) == marks


@pytest.mark.parametrize(
    ("text", "fails"),
    [
        (GOOD, False),
        (GOOD.strip(), False),
        ("".join(GOOD.split("\n")[1:-2]), False),  # another form of the same text is no stray character
        (GOOD.replace("\n", "\r\n"), True),
        (GOOD.replace("\n", " \n"), True),
        ("\ufeff" + GOOD, True),
        ("\n" + GOOD, True),
    ],
    ids=["canonical", "stripped", "bare", "crlf", "spaces", "bom", "blank line"],
)
def test_the_way_it_is_written(text: str, fails: bool) -> None:
    found = checks(blemishes=blemishes(text))["certificate.justcall.text"]
    assert (found.status is Status.FAIL) is fails
    assert ("apply --rewrite justcall.sso.certificate" in (found.next_action or "")) is fails


def test_how_a_certificate_is_written_need_not_be_known() -> None:
    vouched = Settings({SettingField.CERTIFICATE: Attested(GOOD, "eve", NOW, NOW)})
    for found in (checks(sp=vouched), checks(theirs=fingerprint(GOOD))):
        assert (found[NAMES[4]].status, found[NAMES[4]].optional) == (Status.NOT_MADE, True)


def test_nobody_knows() -> None:
    nobody = Settings({SettingField.CERTIFICATE: Unknown("nobody has attested it yet")})
    found = checks(sp=nobody)
    assert statuses(found) == "++???"
    assert not any(check.unreachable or check.optional for check in found.values())


def test_a_side_out_of_reach() -> None:
    found = checks(idp=Unread("down"), sp=Unread("down"))
    assert statuses(found) == "?????"
    assert all(check.unreachable for check in found.values())


@pytest.mark.parametrize(("days", "told"), [(59, 1), (60, 1), (61, 0), (8, 1), (7, 0)])
def test_a_certificate_that_expires_soon_is_told_of_once(days: int, told: int) -> None:
    now = START + timedelta(days=365 - days)
    sp = Settings({SettingField.CERTIFICATE: Observed(GOOD, NOW)})
    found = certificate_findings(connection(), idp_with(GOOD), sp, now=now)
    assert [one.severity for one in found] == ["warning"] * told
    assert all(f"in {days} days" in one.summary for one in found)


def test_an_old_fashioned_signature_is_told_of() -> None:
    old = replace(parse(GOOD), signature_algorithm="RSA with SHA1")
    assert _old_fashioned(old)
    assert not _old_fashioned(parse(GOOD))
