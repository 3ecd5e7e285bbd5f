"""What OneLogin publishes, against what the app says and what JustCall was given."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from sso_sync.justcall.settings import SettingField, Settings, Unknown
from sso_sync.onelogin.models import App
from sso_sync.onelogin.state import LiveIdp
from sso_sync.plan.checks.comparing import Missing
from sso_sync.plan.checks.metadata import metadata_checks, metadata_findings
from sso_sync.plan.checks.model import Check, Group, Status
from sso_sync.plan.link import Unread
from sso_sync.saml.certificate import fingerprint, parse
from sso_sync.saml.metadata import IdpMetadata
from sso_sync.spec.connection import Connection
from tests.plan.build import NOW, connection, pem, settings

ISSUER, SSO_URL = "https://app.onelogin.com/saml/metadata/1", "https://acme.onelogin.com/trust/saml2/http-post/sso/1"
REDIRECT = SSO_URL.replace("post", "redirect")
NAMES = ["metadata.entity_id", "metadata.sso_url", "metadata.certificate"]
HELD = {SettingField.ISSUER: ISSUER, SettingField.SSO_URL: SSO_URL, SettingField.CERTIFICATE: pem("one")}
PUBLISHED = IdpMetadata(ISSUER, {"post": SSO_URL, "redirect": REDIRECT}, (parse(pem("one")),))


def idp(**sso: Any) -> LiveIdp:
    said = {"issuer": ISSUER, "acs_url": SSO_URL, "certificate": {"value": pem("one")}} | sso
    return LiveIdp(app=App.model_validate({"id": 1, "name": "JustCall", "sso": said}))


def checks(
    published: IdpMetadata | Missing = PUBLISHED,
    live: LiveIdp | Unread | None = None,
    sp: Settings | Unread | None = None,
    spec: Connection | None = None,
) -> dict[str, Check]:
    made = metadata_checks(spec or connection(), published, live or idp(), sp or settings(HELD))
    assert [check.name for check in made] == NAMES
    assert {check.group for check in made} == {Group.METADATA}
    return {check.name: check for check in made}


def statuses(found: dict[str, Check]) -> str:
    marks = {Status.PASS: "+", Status.FAIL: "x", Status.NOT_MADE: "?"}
    return "".join(marks[check.status] for check in found.values())


def test_everybody_agrees() -> None:
    found = checks()
    assert statuses(found) == "+++"
    assert found["metadata.certificate"].found == fingerprint(pem("one"))
    assert statuses(checks(sp=settings(HELD | {SettingField.SSO_URL: REDIRECT}))) == "+++"


@pytest.mark.parametrize(
    ("field", "marks"),
    [(SettingField.ISSUER, "x++"), (SettingField.SSO_URL, "+x+"), (SettingField.CERTIFICATE, "++x")],
)
def test_justcall_was_given_something_else(field: SettingField, marks: str) -> None:
    other = pem("two") if field is SettingField.CERTIFICATE else "https://old.example"
    found = checks(sp=settings(HELD | {field: other}))
    assert statuses(found) == marks
    (wrong,) = (check for check in found.values() if check.status is Status.FAIL)
    assert wrong.address == f"justcall.sso.{field.value}"
    assert wrong.expected != wrong.found
    assert (wrong.detail or "").startswith("JustCall's ")


@pytest.mark.parametrize(
    ("said", "marks"),
    [
        ({"issuer": "https://x.example"}, "x++"),
        ({"acs_url": "https://x.example"}, "+x+"),
        ({"certificate": {"value": pem("two")}}, "++x"),
        ({"certificate": {}}, "++?"),
    ],
)
def test_the_app_says_something_else(said: dict[str, Any], marks: str) -> None:
    found = checks(live=idp(**said))
    assert statuses(found) == marks
    assert all(check.address == "onelogin.app" for check in found.values() if check.status is Status.FAIL)


def test_a_second_certificate_may_be_published() -> None:
    both = IdpMetadata(ISSUER, {"post": SSO_URL}, (parse(pem("two")), parse(pem("one"))))
    assert statuses(checks(both)) == "+++"


def test_a_value_that_the_spec_overrides_is_not_onelogins() -> None:
    proxy = "https://proxy.example/sso"
    sp = settings(HELD | {SettingField.SSO_URL: proxy})
    assert statuses(checks(sp=sp)) == "+x+"
    assert statuses(checks(sp=sp, spec=connection(sso={"sso_url": proxy}))) == "+++"


@pytest.mark.parametrize("unreachable", [False, True])
def test_metadata_that_could_not_be_had(unreachable: bool) -> None:
    found = checks(Missing("nothing answers", unreachable=unreachable))
    assert statuses(found) == "???"
    assert {check.unreachable for check in found.values()} == {unreachable}
    assert {check.detail for check in found.values()} == {"Nothing answers."}


def test_what_is_not_known() -> None:
    assert statuses(checks(sp=Settings(dict.fromkeys(SettingField, Unknown("nobody has attested it yet"))))) == "???"
    assert statuses(checks(sp=Unread("down"))) == "???"
    assert statuses(checks(live=LiveIdp())) == "???"
    assert statuses(checks(IdpMetadata(ISSUER, {}, ()))) == "+??"
    assert all(check.unreachable for check in checks(live=Unread("down")).values())


def test_metadata_that_has_run_out_is_told_of() -> None:
    for until, told in ((NOW, 1), (NOW + timedelta(days=1), 0), (None, 0)):
        found = metadata_findings(IdpMetadata(ISSUER, {}, (), valid_until=until), now=NOW)
        assert len(found) == told
    assert metadata_findings(Missing("x"), now=NOW) == ()
