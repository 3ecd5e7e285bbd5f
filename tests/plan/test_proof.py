"""What a login proof is bound to: the same before and after an apply, and another one for every value that counts."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from sso_sync.justcall.sealed import seal
from sso_sync.justcall.settings import Attested, SettingField, Settings, Unknown
from sso_sync.plan import proof
from sso_sync.plan.link import Unread
from sso_sync.plan.planner import draft
from sso_sync.plan.proof import Proof, holding, proof_fingerprint
from sso_sync.plan.scope import scope
from sso_sync.spec.connection import Connection
from tests.plan.build import NOW, connection, pem
from tests.plan.full import the_app
from tests.plan.run import carry_out
from tests.plan.strategies import cases
from tests.plan.world import World, in_sync


def now_of(world: World, spec: Connection | None = None) -> str | None:
    spec = spec or connection()
    return proof_fingerprint(spec, world.idp(scope(spec.spec)), world.sp())


def after_of(world: World, spec: Connection) -> str | None:
    made = draft(spec, world.sides(spec))
    return proof_fingerprint(spec, made.sides.idp, made.sides.sp, made.items)


@pytest.fixture(scope="module", autouse=True)
def _quick() -> Iterator[None]:
    """A plain digest, because what goes into it is on trial here."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(proof, "sealed", lambda exact, **_: hashlib.sha256(exact.encode()).hexdigest())
        yield


@pytest.mark.parametrize("area", ["everything", "configuration", "parameters", "justcall"])
@settings(max_examples=10)
@given(st.data())
def test_what_will_be_is_what_is_found_afterwards(area: str, data: st.DataObject) -> None:
    world, spec = data.draw(cases(area))
    plan, foretold = world.plan(spec), after_of(world, spec)
    assume(foretold is not None and not plan.errors and not plan.summary.manual)

    carry_out(plan, world)

    assert now_of(world, spec) == foretold


def test_in_sync_both_are_one() -> None:
    assert now_of(in_sync()) == after_of(in_sync(), connection()) is not None


@pytest.mark.parametrize("blank", ["null", "absent"])
def test_how_onelogin_writes_it_does_not_count(blank: Any) -> None:
    world = in_sync()
    world.blank, world.numbers, world.escaped = blank, True, True
    assert now_of(world) == now_of(in_sync())


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("audience", "Other"),
        ("recipient", "https://x.example"),
        ("consumer_url", "https://x.example"),
        ("validator", ".*"),
        ("saml_nameid_format_id", "2"),
        ("saml_sign_element", "1"),
        ("signature_algorithm", "SHA-512"),
        ("encrypt_assertion", "1"),
        ("saml_notonorafter", "9"),
        ("saml_issuer_type", "1"),
        ("certificate_id", 101),
    ],
)
def test_every_key_of_the_app_counts(key: str, value: str) -> None:
    world = in_sync()
    the_app(world)["configuration"][key] = value
    assert now_of(world) not in (None, now_of(in_sync()))


@pytest.mark.parametrize(
    ("name", "field", "value"),
    [
        ("saml_username", "user_attribute_mappings", "username"),
        ("email", "include_in_saml_assertion", False),
        ("firstName", "user_attribute_mappings", "lastname"),
        ("lastName", "user_attribute_macros", "{lastname}"),
    ],
)
def test_every_parameter_of_the_guide_counts(name: str, field: str, value: str) -> None:
    world = in_sync()
    the_app(world)["parameters"][name][field] = value
    assert now_of(world) not in (None, now_of(in_sync()))


@pytest.mark.parametrize(
    ("field", "value", "counts"),
    [
        (SettingField.ENTITY_ID, "Other", True),
        (SettingField.ACS_URL, "https://x.example", True),
        (SettingField.SSO_URL, "https://x.example", True),
        (SettingField.ISSUER, "https://x.example", True),
        (SettingField.CERTIFICATE, pem("two"), True),
        (SettingField.CERTIFICATE, pem("one").replace("\n", "\r\n"), False),
        (SettingField.ENABLED, False, False),
        (SettingField.PROTOCOL, None, False),
        (SettingField.DEFAULT_ROLE, "Admin", False),
    ],
)
def test_which_settings_of_justcall_count(field: SettingField, value: Any, counts: bool) -> None:
    world = in_sync()
    world.settings[field] = value
    assert (now_of(world) != now_of(in_sync())) is counts


def test_who_has_access_does_not_count() -> None:
    world = in_sync()
    world.members[11] = []
    the_app(world)["role_ids"] = [12]
    the_app(world)["description"] = "Phones"
    assert now_of(world) == now_of(in_sync())


def test_what_is_not_known_cannot_be_proven() -> None:
    world, spec = in_sync(), connection()
    idp = world.idp(scope(spec.spec))
    assert proof_fingerprint(spec, Unread("down"), world.sp()) is None
    assert proof_fingerprint(spec, idp, Unread("down")) is None
    world.unknown = {SettingField.ISSUER: Unknown("nobody has attested it yet")}
    assert now_of(world) is None
    other = in_sync()
    other.app = None
    assert now_of(other) is None
    assert after_of(other, connection()) is None


def test_a_new_certificate_is_known_only_afterwards() -> None:
    assert after_of(in_sync(), connection(app={"certificate": {"id": 101}})) is None


def test_a_seal_counts_as_what_was_sealed() -> None:
    url = "https://proxy.example/sso"
    spec = connection(sso={"sso_url": url})
    world = in_sync()
    world.settings[SettingField.SSO_URL] = url
    sealed = dict(world.sp().fields) | {SettingField.SSO_URL: Attested(seal(SettingField.SSO_URL, url), "e", NOW, NOW)}
    idp = world.idp(scope(spec.spec))
    assert proof_fingerprint(spec, idp, Settings(sealed)) == now_of(world, spec) is not None
    assert proof_fingerprint(connection(), idp, Settings(sealed)) is None


@pytest.mark.parametrize(
    ("age", "about", "holds"),
    [
        (timedelta(0), "a", True),
        (timedelta(hours=23, minutes=59), "a", True),
        (timedelta(hours=24), "a", False),
        (timedelta(minutes=-4), "a", True),
        (timedelta(minutes=-6), "a", False),
        (timedelta(0), "b", False),
        (timedelta(0), None, False),
    ],
)
def test_how_long_and_for_what_a_proof_holds(age: timedelta, about: str | None, holds: bool) -> None:
    made = Proof("a", NOW - age)
    assert (holding(made, now=NOW, what=lambda: about) is made) is holds
    assert holding(None, now=NOW, what=lambda: about) is None
