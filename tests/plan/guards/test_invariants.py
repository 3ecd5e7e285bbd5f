"""What holds between the two sides, value by value."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from sso_sync.justcall.settings import SettingField
from sso_sync.plan.cells import ABSENT, Later, Undetermined
from sso_sync.plan.guards import (
    Guard,
    acs_url_validator,
    audience,
    certificate_match,
    default_role,
    nameid,
    parameters,
    recipient,
    swapped_urls,
)
from sso_sync.plan.operations import Output
from sso_sync.plan.outcome import Attribute, Outcome
from sso_sync.saml import validator
from sso_sync.spec.model import UNMANAGED
from tests.plan.build import ACS, ENTITY, connection, pem
from tests.plan.full import the_app
from tests.plan.guards.make import after, refusals, value, warnings
from tests.plan.world import World, in_sync

_UNKNOWN = (Later(Output.ISSUER), Undetermined("nobody knows"), ABSENT)
_ISSUER = "https://app.onelogin.com/saml/metadata/abc"
_SSO_URL = "https://acme.onelogin.com/trust/saml2/http-post/sso/abc"
_OTHER = "https://evil.example/callback"


def _refused(guard: Guard, outcome: Outcome) -> bool:
    return bool(refusals(guard, outcome))


def _audience(one: Any, entity: Any) -> Outcome:
    return after(configuration={"audience": one}, settings={SettingField.ENTITY_ID: entity})


@pytest.mark.parametrize(
    ("one", "refused"), [(ENTITY, False), ("justcall", True), (ENTITY + " ", True), ("", True), (None, True)]
)
def test_the_audience_is_the_entity_id_to_the_letter(one: str | None, refused: bool) -> None:
    assert _refused(audience.GUARD, _audience(one, ENTITY)) is refused


@pytest.mark.parametrize("unknown", _UNKNOWN)
def test_an_audience_that_nobody_knows_is_not_judged(unknown: Any) -> None:
    assert not _refused(audience.GUARD, _audience(unknown, ENTITY))
    assert not _refused(audience.GUARD, _audience("x", unknown))
    assert not _refused(audience.GUARD, _audience("x", ""))


@pytest.mark.parametrize("sensitive", [False, True])
def test_a_secret_is_in_no_refusal(sensitive: bool) -> None:
    outcome = replace(
        after(configuration={"audience": "x"}),
        settings={SettingField.ENTITY_ID: value("s3cret", sensitive=sensitive)},
    )
    (one,) = refusals(audience.GUARD, outcome)
    assert ("s3cret" in str(one)) is not sensitive


@pytest.mark.parametrize(
    ("one", "acs_url", "refused"),
    [
        (ACS, ACS, False),
        ("", ACS, True),
        (None, ACS, True),
        (" ", Undetermined("?"), True),  # blank is wrong whatever the ACS URL is
        (ACS, Undetermined("?"), False),
        (_OTHER, ACS, True),
        (_OTHER, "", False),
        (Undetermined("?"), ACS, False),
    ],
)
def test_the_recipient_is_the_acs_url(one: Any, acs_url: Any, refused: bool) -> None:
    outcome = after(configuration={"recipient": one}, settings={SettingField.ACS_URL: acs_url})
    assert _refused(recipient.GUARD, outcome) is refused
    unseen = after(configuration={"recipient": one, "acs_url": acs_url})
    assert _refused(recipient.GUARD, unseen) is refused


@pytest.mark.parametrize(
    ("pattern", "verdict"),
    [
        (validator.anchored(ACS), "fine"),
        (f"^{ACS.replace('.', '[.]')}$", "fine"),
        (validator.guide(ACS), "warned"),
        (f"^{validator.guide(ACS)}", "refused"),  # open at its end
        (".*", "refused"),
        (f"^{ACS}$", "refused"),  # unescaped dots
        (f"{validator.guide(ACS)}|x", "refused"),
        (validator.anchored(_OTHER), "refused"),
        ("justcall", "refused"),  # found in it, but not the whole of it
        ("^https://", "refused"),
        ("", "refused"),
        (None, "refused"),
        ("(", "refused"),
        ("(a*)*(a*)*(a*)*(a*)*b", "refused"),
        (Undetermined("?"), "fine"),
        (Later(Output.ISSUER), "fine"),
    ],
)
def test_the_validator_accepts_the_acs_url(pattern: Any, verdict: str) -> None:
    outcome = after(configuration={"acs_url_validator": pattern, "acs_url": ACS})
    guard = acs_url_validator.GUARD
    found = "refused" if refusals(guard, outcome) else "warned" if warnings(guard, outcome) else "fine"
    assert found == verdict


@pytest.mark.parametrize(
    ("pattern", "why"),
    [("", "OneLogin requires one."), ("(", "is not a regular expression"), ("x", "does not match")],
)
def test_a_refused_validator_says_why(pattern: str, why: str) -> None:
    outcome = after(configuration={"acs_url_validator": pattern, "acs_url": ACS})
    (one,) = refusals(acs_url_validator.GUARD, outcome)
    assert why in str(one.detail)


@pytest.mark.parametrize("acs_url", [Undetermined("?"), "", None])
def test_without_an_acs_url_there_is_nothing_to_validate(acs_url: Any) -> None:
    outcome = after(configuration={"acs_url_validator": "x", "acs_url": acs_url})
    assert not _refused(acs_url_validator.GUARD, outcome)


@pytest.mark.parametrize(
    ("one", "refused"),
    [("email", False), ("persistent", True), ("transient", True), ("unspecified", True), ("7", True), (None, False)],
)
def test_the_nameid_is_an_e_mail(one: str | None, refused: bool) -> None:
    assert _refused(nameid.GUARD, after(configuration={"nameid_format": one})) is refused


def test_each_parameter_is_there_and_included() -> None:
    attributes = {
        "email": Attribute.SENT,
        "firstName": Attribute.MISSING,
        "lastName": Attribute.LEFT_OUT,
    }
    found = refusals(parameters.GUARD, after(attributes=attributes))
    assert [one.summary for one in found] == [
        "The parameter 'firstName' would be missing",
        "The parameter 'lastName' would be not included in the assertion",
    ]
    assert refusals(parameters.GUARD, after(attributes={"email": Attribute.UNKNOWN})) == ()


@pytest.mark.parametrize(
    ("ours", "theirs", "refused"),
    [
        (pem("one"), pem("one"), False),
        (pem("one"), pem("one").replace("\n", "\r\n") + "  ", False),
        (pem("one"), pem("two"), True),
        (pem("one"), "no certificate", True),
        (pem("one"), "", True),
        (pem("one"), None, True),
        (pem("one"), Undetermined("?"), False),
        (pem("one"), Later(Output.CERTIFICATE), False),
        (pem("one"), {"seal": "x"}, False),
        (Later(Output.CERTIFICATE), pem("two"), False),
        (Undetermined("?"), pem("two"), False),
    ],
)
def test_both_sides_hold_one_certificate(ours: Any, theirs: Any, refused: bool) -> None:
    outcome = after(certificate=ours, settings={SettingField.CERTIFICATE: theirs})
    assert _refused(certificate_match.GUARD, outcome) is refused


def test_an_empty_field_is_no_mismatch_while_sso_is_off() -> None:
    for theirs, refused in (("", False), (pem("two"), True)):
        outcome = after(certificate=pem("one"), settings={SettingField.CERTIFICATE: theirs}, enabled=False)
        assert _refused(certificate_match.GUARD, outcome) is refused


@pytest.mark.parametrize(
    ("sso_url", "issuer", "refused"),
    [
        (_SSO_URL, _ISSUER, False),
        (_ISSUER, _SSO_URL, True),
        (_ISSUER, _ISSUER, True),
        (_SSO_URL, _SSO_URL, True),
        (_ISSUER, Undetermined("?"), True),
        (Undetermined("?"), _SSO_URL, True),
        ("", "", False),
        ("https://x.example", "anything", False),
    ],
)
def test_the_two_addresses_are_not_in_each_others_field(sso_url: Any, issuer: Any, refused: bool) -> None:
    outcome = after(settings={SettingField.SSO_URL: sso_url, SettingField.ISSUER: issuer})
    assert _refused(swapped_urls.GUARD, outcome) is refused


@pytest.mark.parametrize(
    ("role", "refused"),
    [
        ("Team Member", False),
        ("Owner", True),
        (" account  OWNER", True),
        ("Shift Owner", False),
        ("", False),
        (None, False),
        (Undetermined("?"), False),
    ],
)
def test_nobody_becomes_owner_by_signing_in(role: Any, refused: bool) -> None:
    assert _refused(default_role.GUARD, after(settings={SettingField.DEFAULT_ROLE: role})) is refused


# From a spec and a live state to the verdict: what is managed counts as wished, the rest as it is.


def _guards(world: World, over: dict[str, Any] | None = None, **parts: Any) -> list[str]:
    return [one.guard for one in world.plan(connection(over, **parts)).refusals]


def _edited(world: World, **keys: Any) -> World:
    the_app(world)["configuration"] |= keys
    return world


_CHANGE: dict[str, Any] = {"description": "new"}


@pytest.mark.parametrize(
    ("key", "wire", "live", "guard"),
    [
        ("audience", "audience", "Other", "audience"),
        ("audience", "audience", "", "audience"),
        ("recipient", "recipient", None, "recipient"),
        ("recipient", "recipient", _OTHER, "recipient"),
        ("acs_url_validator", "validator", "^https://other/$", "acs_url_validator"),
        ("nameid_format", "saml_nameid_format_id", "2", "nameid"),
    ],
)
def test_a_key_taken_out_is_judged_by_what_is_there(key: str, wire: str, live: str | None, guard: str) -> None:
    world = _edited(in_sync(), **{wire: live})
    out = {"configuration": {key: UNMANAGED}}
    assert _guards(world, app={**_CHANGE, **out}) == [guard]
    assert _guards(in_sync(), app={**_CHANGE, **out}) == []
    assert _guards(world, app=_CHANGE) == []  # managed: the plan puts it right
    idle = world.plan(connection(app=out))
    assert idle.empty
    assert idle.refusals == ()
    assert [one.severity for one in idle.findings] == ["warning"]


@pytest.mark.parametrize("key", ["audience", "recipient", "acs_url_validator"])
def test_a_new_app_has_nothing_where_nothing_is_managed(key: str) -> None:
    world = in_sync()
    world.app = None
    assert _guards(world, app={"configuration": {key: UNMANAGED}}) == [key]
    assert _guards(world) == []
    assert _guards(world, app={"configuration": {"nameid_format": UNMANAGED}}) == []


@pytest.mark.parametrize(
    ("wish", "refused"),
    [
        ("email", False),
        (None, True),
        ({"value": "email", "include_in_assertion": False}, True),
        ({"macro": "{email}"}, False),
    ],
)
@pytest.mark.parametrize("new", [False, True])
def test_a_guide_parameter_is_judged_as_the_plan_leaves_it(wish: Any, refused: bool, new: bool) -> None:
    world = in_sync()
    if new:
        world.app = None
    assert _guards(world, app={**_CHANGE, "parameters": {"email": wish}}) == (["parameters"] if refused else [])


def test_an_unmanaged_parameter_is_judged_by_what_is_there() -> None:
    world = in_sync()
    app = {**_CHANGE, "parameters": {"email": UNMANAGED}}
    assert _guards(world, app=app) == []
    held = the_app(world)["parameters"]
    held["email"]["include_in_saml_assertion"] = False
    assert _guards(world, app=app) == ["parameters"]
    held["email"]["include_in_saml_assertion"] = None  # the connector's own: nothing says
    assert _guards(world, app=app) == []
    del held["email"]
    assert _guards(world, app=app) == ["parameters"]


@pytest.mark.parametrize(
    ("sso", "guards"),
    [
        ({"certificate": pem("two")}, ["certificate_match"]),
        ({"certificate": pem("one"), "default_role": "Admin"}, []),
    ],
)
def test_a_certificate_of_the_specs_own(sso: dict[str, Any], guards: list[str]) -> None:
    assert _guards(in_sync(), sso=sso) == guards


def test_a_changing_certificate_is_not_known_yet() -> None:
    assert _guards(in_sync(), app={"certificate": {"id": 101}}, sso={"certificate": pem("one")}) == []


def test_a_pinned_entity_id_counts_before_justcall_is_asked() -> None:
    pins = {"justcall": {"service_provider": {"entity_id": "Pinned"}}}
    world = in_sync()
    del world.settings[SettingField.ENTITY_ID]
    assert _guards(world, pins) == []  # the audience follows the pin
    assert _guards(world, pins, app={"configuration": {"audience": "JustCall"}, **_CHANGE}) == ["audience"]


def test_a_wish_that_nobody_can_tell_leaves_what_is_there() -> None:
    world = _edited(in_sync(), recipient="")
    del world.settings[SettingField.ACS_URL]
    assert _guards(world, app=_CHANGE) == ["recipient"]
    assert _guards(_edited(world, recipient=ACS), app=_CHANGE) == []


def test_live_settings_that_nobody_manages() -> None:
    world = in_sync()
    world.settings[SettingField.DEFAULT_ROLE] = "Owner"
    assert _guards(world, app=_CHANGE) == ["default_role"]
    assert _guards(world) == []


def test_on_the_way_out_nothing_is_invariant() -> None:
    world = _edited(in_sync(), audience="x", recipient="", validator="", saml_nameid_format_id="2")
    the_app(world)["parameters"].clear()
    assert _guards(world, {"state": "absent"}) == []
