"""Both sides as they are, held against each other: what differs is failed by exactly the check that is about it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from sso_sync.justcall.sealed import seal
from sso_sync.justcall.settings import Attested, Observed, SettingField, Settings, Unknown
from sso_sync.plan.checks.invariants import invariant_checks, invariant_findings
from sso_sync.plan.checks.model import Check, Group, Status
from sso_sync.plan.link import Unread
from sso_sync.plan.scope import scope
from sso_sync.saml import validator
from sso_sync.spec.connection import Connection
from tests.plan.build import ACS, NOW, connection, pem
from tests.plan.full import the_app
from tests.plan.world import World, in_sync

NAMES = [
    "app",
    "enabled",
    "audience",
    "recipient",
    "acs_url_validator",
    "nameid",
    "certificate_match",
    "swapped_urls",
    "app_acs_url",
    "parameters",
    "sso_url",
    "issuer",
]
OF_JUSTCALL = {"enabled", "audience", "recipient", "certificate_match", "swapped_urls", "app_acs_url"} | {
    "sso_url",
    "issuer",
}
DOWN = Unread("it does not answer")


def checks(
    world: World | None = None, spec: Connection | None = None, *, sp: Settings | Unread | None = None
) -> dict[str, Check]:
    world, spec = world or in_sync(), spec or connection()
    made = invariant_checks(spec, world.idp(scope(spec.spec)), sp or world.sp(), now=NOW)
    assert {check.group for check in made} == {Group.SETTINGS}
    return {check.name: check for check in made}


def failed(found: Mapping[str, Check]) -> set[str]:
    return {name for name, check in found.items() if check.status is Status.FAIL}


def unmade(found: Mapping[str, Check]) -> set[str]:
    return {name for name, check in found.items() if check.status is Status.NOT_MADE}


def test_all_is_well() -> None:
    found = checks()
    assert list(found) == NAMES
    assert {check.status for check in found.values()} == {Status.PASS}
    assert found["audience"].expected == found["audience"].found == "JustCall"
    assert found["certificate_match"].known is None


@pytest.mark.parametrize(
    ("wire", "value", "names"),
    [
        ("audience", "Other", {"audience"}),
        ("audience", None, {"audience"}),
        ("recipient", "", {"recipient"}),
        ("recipient", "https://x.example", {"recipient"}),
        ("validator", ".*", {"acs_url_validator"}),
        ("validator", "https:", {"acs_url_validator"}),
        ("validator", None, {"acs_url_validator"}),
        ("saml_nameid_format_id", "2", {"nameid"}),
        ("consumer_url", "https://x.example", {"app_acs_url", "acs_url_validator"}),
        ("consumer_url", None, {"app_acs_url"}),
    ],
)
def test_onelogin_is_set_up_otherwise(wire: str, value: str | None, names: set[str]) -> None:
    world = in_sync()
    the_app(world)["configuration"][wire] = value

    found = checks(world)

    assert failed(found) == names
    for name in names:
        assert found[name].address.startswith("onelogin.app.configuration.")
        assert found[name].next_action
        assert found[name].detail


@pytest.mark.parametrize(
    ("field", "value", "names"),
    [
        (SettingField.ENTITY_ID, "Other", {"audience"}),
        (SettingField.ACS_URL, "https://x.example", {"recipient", "app_acs_url"}),
        (SettingField.SSO_URL, "https://old.example/sso", {"sso_url"}),
        (SettingField.SSO_URL, None, {"sso_url"}),
        (SettingField.ISSUER, "https://old.example", {"issuer"}),
        (SettingField.CERTIFICATE, pem("two"), {"certificate_match"}),
        (SettingField.CERTIFICATE, "no certificate", {"certificate_match"}),
        (SettingField.CERTIFICATE, None, {"certificate_match"}),
        (SettingField.ENABLED, False, {"enabled"}),
    ],
)
@pytest.mark.parametrize("attested", [False, True])
def test_justcall_holds_something_else(field: SettingField, value: Any, names: set[str], attested: bool) -> None:
    held = dict(in_sync().sp().fields)
    held[field] = Attested(value, "eve", NOW, NOW) if attested else Observed(value, NOW)

    assert failed(checks(sp=Settings(held))) == names


def test_both_addresses_in_each_others_field() -> None:
    world = in_sync()
    held = world.settings
    held[SettingField.SSO_URL], held[SettingField.ISSUER] = held[SettingField.ISSUER], held[SettingField.SSO_URL]
    assert failed(checks(world)) == {"swapped_urls", "sso_url", "issuer"}


def test_a_certificate_is_wanted_although_sso_is_off() -> None:
    world = in_sync()
    world.settings |= {SettingField.ENABLED: False, SettingField.CERTIFICATE: None}
    assert failed(checks(world)) == {"enabled", "certificate_match"}
    assert failed(checks(world, connection(sso={"enabled": False}))) == {"certificate_match"}


def test_certificates_are_shown_by_their_fingerprints() -> None:
    world = in_sync()
    world.settings[SettingField.CERTIFICATE] = pem("two")
    check = checks(world)["certificate_match"]
    assert isinstance(check.found, dict)
    assert isinstance(check.expected, dict)
    assert check.found["fingerprint"] != check.expected["fingerprint"]


@pytest.mark.parametrize("name", ["email", "firstName", "lastName"])
@pytest.mark.parametrize("gone", [False, True])
def test_a_parameter_that_is_not_sent(name: str, gone: bool) -> None:
    world = in_sync()
    held = the_app(world)["parameters"]
    if gone:
        del held[name]
    else:
        held[name]["include_in_saml_assertion"] = False

    check = checks(world)["parameters"]

    assert check.status is Status.FAIL
    assert check.summary == f"The assertion does not carry {name}"
    assert check.address == f"onelogin.app.parameters.{name}"


def test_a_parameter_of_which_nothing_is_known() -> None:
    world = in_sync()
    the_app(world)["parameters"]["email"]["include_in_saml_assertion"] = None  # the connector's own
    check = checks(world)["parameters"]
    assert (check.status, check.unreachable) == (Status.NOT_MADE, False)
    assert check.detail == "OneLogin does not say whether email is sent."


def test_there_is_no_app() -> None:
    world = in_sync()
    world.app = None
    found = checks(world)
    assert failed(found) == {"app"}
    assert unmade(found) == set(NAMES) - {"app", "enabled"} - {"swapped_urls"}
    assert not any(check.unreachable for check in found.values())


def test_onelogin_is_out_of_reach() -> None:
    spec = connection()
    made = {check.name: check for check in invariant_checks(spec, DOWN, in_sync().sp(), now=NOW)}
    assert failed(made) == set()
    assert unmade(made) == set(NAMES) - {"enabled", "swapped_urls"}
    assert all(made[name].unreachable for name in unmade(made))


def test_justcall_is_out_of_reach() -> None:
    found = checks(sp=DOWN)
    assert failed(found) == set()
    assert unmade(found) == OF_JUSTCALL
    assert all(found[name].unreachable for name in OF_JUSTCALL)
    assert "it does not answer" in (found["audience"].detail or "")


def test_a_pin_stands_for_what_nobody_could_read() -> None:
    pins = {"justcall": {"service_provider": {"acs_url": ACS, "entity_id": "JustCall"}}}
    found = checks(spec=connection(pins), sp=DOWN)
    assert {found[name].status for name in ("audience", "recipient", "app_acs_url")} == {Status.PASS}


def test_what_nobody_knows_is_not_passed() -> None:
    nobody = Unknown("nobody has attested it yet")
    found = checks(sp=Settings(dict.fromkeys(SettingField, nobody)))
    assert unmade(found) == OF_JUSTCALL
    assert not any(check.unreachable or check.optional for check in found.values())
    assert "nobody has attested it yet" in (found["issuer"].detail or "").lower()


def test_what_justcall_shows_counts_before_the_pin() -> None:
    pins = {"justcall": {"service_provider": {"entity_id": "Pinned"}}}
    world = in_sync()
    the_app(world)["configuration"]["audience"] = "Pinned"
    found = checks(world, connection(pins))
    assert failed(found) == {"service_provider", "audience"}
    assert "service_provider" not in checks(world, connection(pins), sp=DOWN)


def test_an_override_in_the_spec_is_what_justcall_should_have() -> None:
    world = in_sync()
    world.settings[SettingField.SSO_URL] = "https://proxy.example/sso"
    assert failed(checks(world, connection(sso={"sso_url": "https://proxy.example/sso"}))) == set()
    assert failed(checks(world)) == {"sso_url"}


def test_a_sealed_value_is_known_where_it_is_the_specs() -> None:
    value = "https://proxy.example/sso"
    spec = connection(sso={"sso_url": value}, sensitive=[("justcall", "sso", "sso_url")])
    held = dict(in_sync().sp().fields)
    held[SettingField.SSO_URL] = Attested(seal(SettingField.SSO_URL, value), "eve", NOW, NOW)
    found = checks(spec=spec, sp=Settings(held))
    assert found["sso_url"].status is Status.PASS
    assert value not in str(found)

    held[SettingField.SSO_URL] = Attested(seal(SettingField.SSO_URL, "https://other.example"), "eve", NOW, NOW)
    other = checks(spec=spec, sp=Settings(held))["sso_url"]
    assert (other.status, "sealed" in (other.detail or "")) == (Status.NOT_MADE, True)


def test_a_value_from_the_environment_is_not_shown() -> None:
    pins = {"justcall": {"service_provider": {"entity_id": "s3cret-entity"}}}
    spec = connection(pins, sensitive=[("justcall", "service_provider", "entity_id")])
    found = checks(spec=spec)
    assert failed(found) == {"service_provider"}
    world = in_sync()
    world.settings[SettingField.ENTITY_ID] = "s3cret-entity"
    both = checks(world, spec)
    assert failed(both) == {"audience"}
    assert "s3cret" not in str(found) + str(both)


def test_the_guides_validator_passes_and_is_told_of() -> None:
    world, spec = in_sync(), connection()
    the_app(world)["configuration"]["validator"] = validator.guide(ACS)
    assert failed(checks(world)) == set()
    told = invariant_findings(spec, world.idp(scope(spec.spec)), world.sp(), now=NOW)
    assert [one.severity for one in told] == ["warning"]
