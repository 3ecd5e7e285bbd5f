"""One thing wrong with a healthy world is found, alone, with its evidence and what heals it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from sso_sync.justcall.settings import Observed, SettingField, Settings, Unknown
from sso_sync.plan.doctor.cases import CASES
from sso_sync.plan.doctor.evidence import Clocks, Evidence
from sso_sync.plan.doctor.examine import examined
from sso_sync.plan.doctor.model import Certainty, FixKind, Harm
from sso_sync.plan.link import Unread
from sso_sync.saml.certificate import fingerprint
from sso_sync.spec.model import UNMANAGED
from tests.plan.build import ACS, NOW, pem
from tests.plan.doctor.make import cases, diagnoses, healthy, wanted
from tests.plan.world import World
from tests.saml.make import certificate

Change = Callable[[World], object]


def configured(**keys: Any) -> Change:
    def change(world: World) -> None:
        assert world.app is not None
        world.app["configuration"] |= keys

    return change


def held(**fields: Any) -> Change:
    def change(world: World) -> None:
        world.settings |= {SettingField(key): value for key, value in fields.items()}

    return change


def parameter(name: str, **fields: Any) -> Change:
    def change(world: World) -> None:
        assert world.app is not None
        world.app["parameters"][name] |= fields

    return change


def lower_case(world: World) -> None:
    assert world.app is not None
    world.app["parameters"]["firstname"] = world.app["parameters"].pop("firstName")


def missing(world: World) -> None:
    assert world.app is not None
    del world.app["parameters"]["email"]


def swapped(world: World) -> None:
    there = world.settings
    there[SettingField.SSO_URL], there[SettingField.ISSUER] = there[SettingField.ISSUER], there[SettingField.SSO_URL]


def gone(world: World) -> None:
    world.app = None


def hidden(world: World) -> None:
    assert world.app is not None
    world.app["visible"] = False


def closed(world: World) -> None:
    assert world.app is not None
    world.app["role_ids"] = []


def suspended(world: World) -> None:
    world.users[1]["status"] = 2


def locked(world: World) -> None:
    world.users[2]["status"] = 3


GARBAGE = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----"
ONE = [
    (configured(audience="justcall"), "audience_mismatch"),
    (configured(audience=""), "blank_audience"),
    (configured(audience=None), "blank_audience"),
    (configured(recipient=""), "blank_recipient"),
    (configured(recipient=f"{ACS}/"), "recipient_mismatch"),
    (configured(validator=r"^https:\/\/old\.example\/$"), "validator_too_narrow"),
    (configured(validator=".*"), "validator_too_wide"),
    (configured(validator=f"^{ACS}$"), "validator_too_wide"),
    (configured(validator=""), "validator_too_wide"),
    (configured(validator=r"https:\/\/bifrost\.justcall\.io\/passport\/login\/callback"), "validator_too_wide"),
    (swapped, "swapped_issuer_and_sso_url"),
    (held(sso_url="https://old.example/sso"), "sso_url_mismatch"),
    (held(sso_url=None), "sso_url_mismatch"),
    (held(issuer="https://app.onelogin.com/saml/metadata/499"), "issuer_mismatch"),
    (held(certificate=GARBAGE), "certificate_unreadable"),
    (held(certificate=None), "certificate_mismatch"),
    (held(certificate=pem("three")), "certificate_mismatch"),
    (configured(saml_nameid_format_id="2"), "nameid_not_email"),
    (parameter("saml_username", user_attribute_mappings="username"), "nameid_not_email"),
    (parameter("saml_username", user_attribute_mappings=None), "nameid_not_email"),
    (parameter("lastName", include_in_saml_assertion=False), "attributes_not_sent"),
    (parameter("lastName", user_attribute_mappings=None), "attributes_not_sent"),
    (missing, "attributes_not_sent"),
    (lower_case, "attribute_name_case"),
    (configured(signature_algorithm="SHA-1"), "sha1_signature"),
    (configured(encrypt_assertion="1"), "assertion_encrypted"),
    (suspended, "user_suspended"),
    (locked, "user_suspended"),
    (closed, "no_access"),
    (held(enabled=False), "sso_disabled"),
    (hidden, "tile_hidden"),
    (gone, "app_missing"),
    (held(verified_domains=["other.example"]), "domain_not_verified"),
]


def test_nothing_is_wrong_with_a_healthy_world() -> None:
    assert cases(healthy()) == []


@pytest.mark.parametrize(("change", "case"), ONE)
def test_one_thing_that_is_wrong_is_found_alone(change: Change, case: str) -> None:
    world = healthy()
    change(world)
    (found,) = diagnoses(world, wanted(access={"roles": ["JustCall Users"]}))
    assert found.case == case
    assert found.evidence
    assert found.fix.text
    assert found.place.console or found.place.file
    if found.fix.kind is not FixKind.BY_HAND:
        assert found.fix.changes, "nothing would be changed"


def test_a_changed_acs_url_is_told_with_what_else_it_makes_wrong() -> None:
    """The validator belongs to the address that the app has, so it is too narrow as well."""
    world = healthy()
    configured(consumer_url="https://old.example/acs")(world)
    assert cases(world) == ["acs_url_mismatch", "validator_too_narrow"]


def test_every_case_is_found_by_some_test_here_or_below() -> None:
    elsewhere = {
        "acs_url_mismatch",
        "certificate_after_rotation",
        "certificate_expired",
        "certificate_whitespace",
        "clock_skew",
        "email_case",
        "role_without_effect",
        "user_without_justcall_account",
    }
    assert {case.id for case in CASES} == {case for _, case in ONE} | elsewhere


def test_what_the_app_sends_elsewhere_is_no_ones_business() -> None:
    world = healthy()
    configured(relaystate="x", saml_sign_element="2", logout_url="https://x.example/")(world)
    assert cases(world) == []


def test_an_sso_url_of_the_other_binding_is_the_same_endpoint() -> None:
    world = healthy()
    url = str(world.settings[SettingField.SSO_URL])
    held(sso_url=url.replace("http-post", "http-redirect"))(world)
    assert cases(world) == []


def test_a_deliberate_override_is_told_only_when_a_login_fails() -> None:
    world, spec = healthy(), wanted(sso={"enabled": True, "sso_url": "https://login.acme.example/sso"})
    held(sso_url="https://login.acme.example/sso")(world)
    assert cases(world, spec) == []
    (found,) = diagnoses(world, spec, symptom="it does not work")
    assert (found.case, found.certainty, found.fix.kind) == ("sso_url_mismatch", Certainty.POSSIBLE, FixKind.EDIT)


def test_sso_that_is_off_on_purpose_is_told_only_when_a_login_fails() -> None:
    world, spec = healthy(), wanted(sso={"enabled": False})
    held(enabled=False)(world)
    assert cases(world, spec) == []
    (found,) = diagnoses(world, spec, symptom="Single sign-on is not enabled")
    assert (found.case, found.fix.kind, found.fix.yaml) == (
        "sso_disabled",
        FixKind.EDIT,
        "justcall:\n  sso:\n    enabled: true",
    )


class TestCertificates:
    def test_another_certificate_of_the_same_account(self) -> None:
        world = healthy()
        configured(certificate_id=101)(world)
        known = {fingerprint_of("one"): (100, "Standard", pem("one"))}
        (found,) = diagnoses(world, certificates=known)
        assert found.case == "certificate_after_rotation"
        assert any("'Standard'" in line for line in found.evidence)
        assert cases(world, former=frozenset(known)) == ["certificate_after_rotation"]

    def test_white_space(self) -> None:
        world = healthy()
        spotted = Observed(pem("one"), NOW, blemishes=("Windows line ends (CRLF)",))
        sides = world.sides(wanted())
        assert isinstance(sides.sp, Settings)
        sides = replace(sides, sp=Settings({**sides.sp.fields, SettingField.CERTIFICATE: spotted}))
        (found,) = diagnoses(world, sides=sides)
        assert (found.case, found.harm) == ("certificate_whitespace", Harm.AT_RISK)
        assert found.fix.kind is FixKind.COMMAND
        assert found.fix.command[-2:] == ("--rewrite", "justcall.sso.certificate")
        (change,) = found.fix.changes
        assert change.before == change.after
        assert "CRLF" in str(change.reason)
        (heard,) = diagnoses(world, sides=sides, symptom="Certificate validation failure: extra whitespace")
        assert heard.harm is Harm.LOGINS_FAIL

    def test_expired_and_about_to(self) -> None:
        world = healthy()
        end = NOW.replace(year=2027, month=1, day=1, hour=0, minute=0)
        (near,) = diagnoses(world, now=end - timedelta(days=30))
        (late,) = diagnoses(world, now=end + timedelta(days=1))
        assert (near.case, near.harm, late.harm) == ("certificate_expired", Harm.AT_RISK, Harm.LOGINS_FAIL)
        assert late.fix.kind is FixKind.BY_HAND

    def test_a_better_certificate_of_the_account_is_proposed(self) -> None:
        world = healthy()
        longer = certificate("longer", days=2000).pem
        known = {"AA": (777, "Longer", longer)}
        (found,) = diagnoses(world, now=NOW + timedelta(days=400), certificates=known)
        assert found.fix.kind is FixKind.EDIT
        assert found.fix.yaml == "onelogin:\n  app:\n    certificate:\n      id: 777"
        assert "rotate-certificate specs/justcall.yaml --to 777" in found.fix.text
        assert [change.address for change in found.fix.changes] == [
            "onelogin.app.certificate",
            "justcall.sso.certificate",
        ]


class TestClocks:
    @pytest.mark.parametrize(
        ("seconds", "harm", "key"),
        [
            (600, Harm.LOGINS_FAIL, "not_on_or_after_minutes: 13"),
            (-600, Harm.LOGINS_FAIL, "not_before_minutes: 13"),
            (100, Harm.AT_RISK, "not_on_or_after_minutes: 5"),
        ],
    )
    def test_skew(self, seconds: int, harm: Harm, key: str) -> None:
        clocks = Clocks(timedelta(seconds=-1), timedelta(seconds=seconds - 1))
        (found,) = diagnoses(healthy(), clocks=clocks)
        assert (found.case, found.harm) == ("clock_skew", harm)
        assert found.fix.yaml is not None
        assert found.fix.yaml.endswith(key)

    def test_a_clock_that_is_hours_off_is_set_right_by_hand(self) -> None:
        (found,) = diagnoses(healthy(), clocks=Clocks(timedelta(), timedelta(hours=5)))
        assert found.fix.kind is FixKind.BY_HAND

    def test_a_second_is_nothing_and_unknown_is_nothing(self) -> None:
        assert cases(healthy(), clocks=Clocks(timedelta(), timedelta(seconds=1))) == []
        assert cases(healthy(), clocks=Clocks(None, timedelta(hours=5))) == []


class TestUnread:
    def test_a_side_that_was_not_read_is_no_finding(self) -> None:
        world, spec = healthy(), wanted()
        configured(audience="x")(world)
        sides = world.sides(spec)
        assert cases(world, spec, sides=replace(sides, sp=Unread("down"))) == []
        assert cases(world, spec, sides=replace(sides, idp=Unread("down"))) == []

    def test_a_symptom_alone_is_enough_then(self) -> None:
        world, spec = healthy(), wanted()
        sides = replace(world.sides(spec), idp=Unread("down"))
        found = diagnoses(world, spec, sides=sides, symptom="Invalid audience")
        assert [one.case for one in found] == ["blank_audience", "audience_mismatch"]
        assert {one.certainty for one in found} == {Certainty.POSSIBLE}

    def test_unknown_fields_are_no_finding(self) -> None:
        world = healthy()
        world.unknown = {key: Unknown("not on the page") for key in SettingField}
        assert cases(world) == []


def test_a_person_makes_the_change_where_the_tool_cannot() -> None:
    world = healthy()
    world.by_hand = True
    held(issuer="https://app.onelogin.com/saml/metadata/499")(world)
    (found,) = diagnoses(world)
    assert found.fix.kind is FixKind.BY_HAND
    assert found.fix.command == ("apply", "specs/justcall.yaml")
    assert found.place.console is not None


def test_what_came_from_the_environment_is_not_shown() -> None:
    world = healthy()
    path = ("justcall", "sso", "sso_url")
    spec = wanted(sso={"enabled": True, "sso_url": "https://secret.example/sso"}, sensitive=[path])
    held(sso_url="https://secret.example/sso")(world)
    found = diagnoses(world, spec, symptom="x")
    assert [one.case for one in found] == ["sso_url_mismatch"]
    assert "secret.example" not in repr(found)


def test_what_stands_in_the_way_of_the_plan_is_told() -> None:
    world, spec = healthy(), wanted(over={"guards": {"required_users": ["zoe@acme.example"]}})
    configured(audience="x")(world)
    (found,) = diagnoses(world, spec)
    assert found.fix.kind is FixKind.APPLY
    assert any("required_users" in text for text in found.fix.obstacles)


def test_an_unmanaged_value_is_edited_into_the_spec() -> None:
    world = healthy()
    spec = wanted(app={"configuration": {"recipient": UNMANAGED, "signature_algorithm": "SHA-256"}})
    configured(recipient="")(world)
    (found,) = diagnoses(world, spec)
    assert (found.case, found.fix.kind, found.fix.yaml) == ("blank_recipient", FixKind.EDIT, None)
    assert found.fix.text.startswith("Take onelogin.app.configuration.recipient out of the spec")
    assert [change.address for change in found.fix.changes] == ["onelogin.app.configuration.recipient"]


def test_evidence_without_a_spec_is_no_trouble() -> None:
    found, notes = examined(Evidence(now=NOW, symptom="Invalid audience"))
    assert found == ()
    assert notes


def fingerprint_of(name: str) -> str:
    return fingerprint(pem(name))
