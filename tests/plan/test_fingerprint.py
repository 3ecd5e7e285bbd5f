"""The fingerprint covers what is wanted and what is there, by meaning: no more, or saved plans go stale for nothing."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sso_sync.justcall.settings import Attested, SettingField, Settings, Unknown
from sso_sync.plan.cells import ABSENT, Cell, Item, Known, Later, Undetermined
from sso_sync.plan.fingerprint import fingerprint
from sso_sync.plan.meaning import Meaning, same
from sso_sync.plan.model import Side
from sso_sync.plan.operations import Output
from sso_sync.plan.targets import AppField, RuleItself, RulePlace
from sso_sync.values import Json
from tests.plan.build import NOW, PEMS, connection, pem, planned, settings
from tests.plan.full import full_connection, full_world, the_app
from tests.plan.strategies import cases
from tests.plan.world import World, in_sync

_ALIKE: dict[str, Callable[[World], object]] = {
    "blank as null": lambda world: the_app(world)["configuration"].update(logout_url=None),
    "blank as absent": lambda world: the_app(world)["configuration"].pop("logout_url"),
    "numbers": lambda world: setattr(world, "numbers", True),
    "HTML escapes": lambda world: setattr(world, "escaped", True),
    "needless escapes": lambda world: the_app(world)["configuration"].update(
        validator=r"^https://bifrost[.]justcall\.io/passport\/login/callback$"
    ),
    "the algorithm's misprint": lambda world: the_app(world)["configuration"].update(signature_algorithm="SHA-348"),
    "an escaped label": lambda world: the_app(world)["parameters"]["email"].update(label="E-mail &amp; co"),
    "a flag as text": lambda world: the_app(world)["parameters"]["email"].update(skip_if_blank="true"),
    "the order of roles": lambda world: the_app(world)["role_ids"].reverse(),
    "the order of members": lambda world: world.members[11].reverse(),
    "an e-mail in capitals": lambda world: world.users[1].update(email="ANN@ACME.EXAMPLE"),
    "a certificate's line ends": lambda world: world.settings.update(
        {SettingField.CERTIFICATE: pem(PEMS[1]).replace("\n", "\r\n")}
    ),
    "a certificate on one line": lambda world: world.settings.update(
        {SettingField.CERTIFICATE: "".join(pem(PEMS[1]).splitlines()[1:-1])}
    ),
    "a rule's number as number": lambda world: world.rules[0]["conditions"][0].update(value=90),
}
_ELSEWHERE: dict[str, Callable[[World], object]] = {
    "a configuration key": lambda world: the_app(world)["configuration"].update(sign_slo_request="0"),
    "a key nobody knows": lambda world: the_app(world)["configuration"].update(brand_new="1"),
    "a field of a managed parameter": lambda world: the_app(world)["parameters"]["firstName"].update(values="v"),
    "a line of the notes": lambda world: the_app(world).update(notes=f"ask Eve\n{the_app(world)['notes']}"),
    "another role": lambda world: (world.roles.update({20: "New"}), world.members.update({20: [1]})),
    "the members of another role": lambda world: world.members[12].clear(),
    "another person": lambda world: world.users[6].update(email="fay.new@acme.example"),
    "JustCall's domains": lambda world: world.settings.update({SettingField.VERIFIED_DOMAINS: []}),
}


def test_the_same_twice_is_the_same() -> None:
    assert full_world().plan(full_connection()).fingerprint == full_world().plan(full_connection()).fingerprint


def test_another_spec_is_another_fingerprint() -> None:
    one, other = full_world().plan(full_connection("one")), full_world().plan(full_connection("other"))
    assert one.fingerprint != other.fingerprint


@pytest.mark.parametrize("disturb", [*_ALIKE.values(), *_ELSEWHERE.values()], ids=[*_ALIKE, *_ELSEWHERE])
def test_another_spelling_and_what_is_not_managed_do_not_count(disturb: Callable[[World], object]) -> None:
    world = full_world()
    untouched = world.plan(full_connection())
    disturb(world)
    plan = world.plan(full_connection())
    assert plan.changes == ()
    assert plan.fingerprint == untouched.fingerprint


_FED: dict[str, Callable[[World], object]] = {
    "JustCall's ACS URL": lambda world: world.settings.update({SettingField.ACS_URL: "https://new.example/acs"}),
    "JustCall's Entity ID": lambda world: world.settings.update({SettingField.ENTITY_ID: "new"}),
    "OneLogin's certificate": lambda world: the_app(world)["configuration"].update(certificate_id=102),
    "OneLogin's endpoints": lambda world: the_app(world).update(id=501),
}


@pytest.mark.parametrize("disturb", _FED.values(), ids=_FED)
def test_a_value_that_the_other_side_gives_counts(disturb: Callable[[World], object]) -> None:
    """Otherwise a plan that was saved before the certificate was rotated would still put the old one into JustCall."""
    world = in_sync()
    untouched = world.plan(connection()).fingerprint
    disturb(world)
    assert world.plan(connection()).fingerprint != untouched


def test_an_overridden_value_of_the_other_side_does_not_count() -> None:
    wanted = connection(sso={"certificate": pem(PEMS[0])})
    world = in_sync()
    untouched = world.plan(wanted).fingerprint
    the_app(world)["configuration"]["certificate_id"] = 102
    assert world.plan(wanted).fingerprint == untouched


def test_who_knows_a_value_does_not_count_but_that_nobody_does() -> None:
    wanted = connection(sso={"default_role": "Team Member"})
    world = in_sync()
    idp, seen = world.sides(wanted).idp, world.sp()
    role = SettingField.DEFAULT_ROLE
    attested = Settings({**seen.fields, role: Attested("Team Member", "Eve", NOW, NOW)})
    later = settings(world.settings, at=NOW.replace(year=2030))
    unknown = Settings({**seen.fields, role: Unknown("not on the page")})
    expired = Settings({**seen.fields, role: Unknown("attested by Eve", expired=True)})
    known = {planned(wanted, idp, sp).fingerprint for sp in (seen, attested, later)}
    nobody = {planned(wanted, idp, sp).fingerprint for sp in (unknown, expired)}
    assert len(known) == 1
    assert len(nobody) == 1
    assert known != nobody


def test_rules_that_differ_and_swap_places_count() -> None:
    """Their changes are the same, yet one plan sorts them and the other does not."""
    world = full_world()
    for rule in world.rules:
        rule["match"] = "any" if rule["match"] == "all" else "all"
    before = world.plan(full_connection())
    world.rules.reverse()
    after = world.plan(full_connection())
    assert [(one.address, one.after) for one in after.changes] == [(one.address, one.after) for one in before.changes]
    assert after.fingerprint != before.fingerprint


def _item(live: Cell, *, desired: Cell = ABSENT, meaning: Meaning = Meaning.EXACT) -> Item:
    return Item("onelogin.app.x", Side.ONELOGIN, AppField("x"), desired, live, (), meaning)


_CELLS: tuple[Cell, ...] = (
    Known(None),
    Known(""),
    Known(1),
    Known(True),
    Known("1"),
    Known([]),
    Known({}),
    ABSENT,
    Later(Output.ISSUER),
    Later(Output.CERTIFICATE),
    Undetermined("down"),
)


def test_every_kind_of_cell_is_told_from_every_other_on_both_halves() -> None:
    live = {fingerprint("spec", [_item(cell)]) for cell in _CELLS}
    desired = {fingerprint("spec", [_item(ABSENT, desired=cell)]) for cell in _CELLS}
    assert len(live) == len(desired) == len(_CELLS)
    assert len(live & desired) == 1  # nothing there, nothing wanted


def test_why_something_is_unknown_does_not_count() -> None:
    one, other = (fingerprint("spec", [_item(Undetermined(reason, expired=bool(reason)))]) for reason in ("", "down"))
    assert one == other


def test_the_order_of_items_does_not_count_but_what_an_address_is_about_does() -> None:
    rule = Item("onelogin.app.rules.x", Side.ONELOGIN, RuleItself("x", "x"), Known(1), Known(1), ())
    place = Item("onelogin.app.rules.x", Side.ONELOGIN, RulePlace("x"), Known(2), Known(2), ())
    assert fingerprint("spec", [rule, place]) == fingerprint("spec", [place, rule])
    assert len({fingerprint("spec", items) for items in ([rule], [place], [rule, place])}) == 3


_VALUES: st.SearchStrategy[Json] = st.one_of(
    st.none(), st.booleans(), st.integers(-2, 2), st.sampled_from(["", " ", "a", "&amp;", "&", r"\/", "/", "1", "."])
)


@given(st.sampled_from(list(Meaning)), _VALUES, _VALUES)
def test_the_fingerprint_sees_exactly_what_a_comparison_sees(meaning: Meaning, one: Json, other: Json) -> None:
    prints = {fingerprint("spec", [_item(Known(value), meaning=meaning)]) for value in (one, other)}
    assert (len(prints) == 1) == same(meaning, one, other)


@pytest.mark.parametrize("area", ["access", "justcall"])
@given(st.data())
def test_one_fingerprint_is_one_set_of_changes(area: str, data: st.DataObject) -> None:
    (first, wanted), (second, _) = data.draw(cases(area)), data.draw(cases(area))
    one, other = first.plan(wanted), second.plan(wanted)
    if one.fingerprint == other.fingerprint:
        assert {(change.address, change.action) for change in one.changes} == {
            (change.address, change.action) for change in other.changes
        }


def test_it_is_a_sha_256() -> None:
    found = fingerprint("spec", [])
    assert len(found) == 64
    assert int(found, 16) >= 0


def test_a_secret_is_not_guessed_from_the_fingerprint() -> None:
    """All else that goes in is in the plan for everybody to read; what is hidden goes in through scrypt."""
    items = [_item(Known("guess"))]
    hidden = [Item("onelogin.app.x", Side.ONELOGIN, AppField("x"), ABSENT, Known("guess"), (), sensitive=True)]
    assert fingerprint("spec", hidden) != fingerprint("spec", items)
    assert fingerprint("spec", hidden) == fingerprint("spec", hidden)
