"""A rotation as a plan: the certificate on both sides and nothing else, and a spec that says otherwise."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from sso_sync.justcall.settings import SettingField, Settings, Unknown
from sso_sync.marked.place import Mark
from sso_sync.onelogin.models import App
from sso_sync.onelogin.state import LiveIdp
from sso_sync.plan.model import Action, Certainty, Impact, ImpactKind, Plan
from sso_sync.plan.operations import UpdateApp, UpdateSettings
from sso_sync.plan.planner import Sides, finish
from sso_sync.plan.rotation import duration, judged, pins, rotation_draft, unpinned, wished
from sso_sync.plan.signing import Signing, Turn, signing_from
from sso_sync.spec.connection import Connection, SpecPath
from sso_sync.store.rotations import Rotation
from tests.plan.build import ACS, ENTITY, NOW, connection, pem, settings

OLD, NEXT = Signing(5, "Old", pem("one")), Signing(6, "Next", pem("two"))


def sides(own: Signing = OLD, held: str | None = OLD.pem, **more: Any) -> Sides:
    """Both sides as they are, with drift that is nobody's business here."""
    app = App.model_validate(
        {
            "id": 50,
            "name": "Another name",
            "visible": False,
            "configuration": {"certificate_id": own.id, "audience": ENTITY, "consumer_url": ACS, "recipient": ACS},
            "sso": {"acs_url": "https://a/sso", "issuer": "https://a", "certificate": {"id": own.id, "value": own.pem}},
        }
    )
    values = {SettingField.ENABLED: True, SettingField.CERTIFICATE: held, SettingField.SSO_URL: "https://other"}
    sp = settings(values | {SettingField.ACS_URL: ACS, SettingField.ENTITY_ID: ENTITY})
    return Sides(LiveIdp(app=app), sp, **{"by_hand": False, **more})


FAILING = Impact(ImpactKind.INTERRUPTION, "new logins fail", (), 3, (), True, "a while", None, Certainty.OBSERVED)


def rotated(spec: Connection, both: Sides, turn: Turn, *overrides: str, impacts: tuple[Impact, ...] = ()) -> Plan:
    made = rotation_draft(wished(spec, turn.target), both, turn)
    guards = frozenset({"acs_url_validator", "parameters", "service_provider", "swapped_urls", "nameid", *overrides})
    plan = finish(made, plan_id="plan-1", created_at=NOW, members={}, overrides=guards)
    return judged(replace(plan, impacts=impacts), made.connection, turn, overrides=guards, now=NOW)


def test_only_the_certificate_is_touched_on_both_sides_as_it_was_prepared() -> None:
    plan = rotated(connection(), sides(), Turn(NEXT, OLD, OLD.pem), "certificate_key")
    assert [change.address for change in plan.changes] == ["onelogin.app.certificate", "justcall.sso.certificate"]
    first, second, test = plan.steps
    assert first.operation == UpdateApp({"configuration": {"certificate_id": 6}})
    assert second.operation == UpdateSettings({SettingField.CERTIFICATE: NEXT.pem})
    assert second.needs == {first.id}
    assert test.needs == {first.id, second.id}
    assert plan.rotation is not None
    assert plan.refusals == ()


def test_a_certificate_that_is_not_fit_is_refused_and_passed_by_name() -> None:
    # Ed25519: not a key that SAML signs with.
    plan = rotated(connection(), sides(), Turn(NEXT, OLD, OLD.pem))
    assert [one.guard for one in plan.refusals] == ["certificate_key"]
    passed = rotated(connection(), sides(), Turn(NEXT, OLD, OLD.pem), "certificate_key")
    assert any("Passed with --override certificate_key" in (one.detail or "") for one in passed.findings)


def test_the_way_back_is_refused_by_no_check() -> None:
    plan = rotated(connection(), sides(), Turn(NEXT, OLD, OLD.pem, back=True))
    assert plan.refusals == ()
    assert any("way back" in (one.detail or "") for one in plan.findings)


def test_where_both_hold_the_target_nothing_is_done_and_nothing_refused() -> None:
    plan = rotated(connection(), sides(NEXT, NEXT.pem), Turn(NEXT, NEXT, NEXT.pem))
    assert plan.steps == ()
    assert plan.empty
    assert plan.refusals == ()


def test_where_only_justcall_is_behind_only_justcall_is_written() -> None:
    plan = rotated(connection(), sides(NEXT), Turn(NEXT, OLD, OLD.pem), "certificate_key")
    assert [step.id for step in plan.steps] == ["justcall.values", "justcall.test"]
    assert any("until JustCall, too, holds" in one.summary for one in plan.findings)


def test_another_id_with_the_same_content_is_no_rotation() -> None:
    twin = Signing(7, "Twin", OLD.pem)
    plan = rotated(connection(), sides(), Turn(twin, OLD, OLD.pem), "certificate_key")
    assert [one.guard for one in plan.refusals] == ["certificate_same"]


def test_an_unseen_certificate_is_refused_unless_it_may_be_looked_at_later() -> None:
    hidden = Signing(7)
    plan = rotated(connection(), sides(), Turn(hidden, OLD, OLD.pem))
    assert [one.guard for one in plan.refusals] == ["certificate_unseen"]
    assert plan.changes[1].known_after_apply
    taken = rotated(connection(), sides(), Turn(hidden, OLD, OLD.pem, unchecked=True))
    assert taken.refusals == ()
    assert any("right after the first write" in (one.detail or "") for one in taken.findings)


def test_what_justcall_holds_has_to_be_known() -> None:
    both = sides()
    assert isinstance(both.sp, Settings)
    blind = replace(both, sp=Settings({**both.sp.fields, SettingField.CERTIFICATE: Unknown("the page hides it")}))
    plan = rotated(connection(), blind, Turn(NEXT, OLD), "certificate_key")
    assert [one.severity for one in plan.errors] == ["error"]
    assert "the page hides it" in plan.errors[0].summary


def test_a_person_is_told_that_the_window_lasts_until_they_are_done() -> None:
    plan = rotated(connection(), sides(by_hand=True), Turn(NEXT, OLD, OLD.pem), "certificate_key", impacts=(FAILING,))
    assert [change.action for change in plan.changes] == [Action.UPDATE, Action.MANUAL]
    assert any("until a person has entered" in one.summary for one in plan.findings)


@pytest.mark.parametrize(
    ("last", "impacts", "advised"),
    [
        (None, (FAILING,), True),
        (Rotation(NOW, 0.42, "a", "b", "run"), (FAILING,), False),
        (None, (), False),
    ],
)
def test_a_rehearsal_is_advised_where_logins_will_fail_and_nobody_knows_how_long(
    last: Rotation | None, impacts: tuple[Impact, ...], advised: bool
) -> None:
    plan = rotated(connection(), sides(), Turn(NEXT, OLD, OLD.pem, last), "certificate_key", impacts=impacts)
    assert any("--rehearse" in (one.next_action or "") for one in plan.findings) is advised


def test_seconds_are_written_as_exactly_as_they_matter() -> None:
    assert [duration(one) for one in (0.004, 0.42, 9.994, 10.4)] == ["0.00 s", "0.42 s", "9.99 s", "10 s"]


@pytest.mark.parametrize(
    ("app", "pinned"),
    [
        ({}, False),
        ({"certificate": {"id": 6}}, False),
        ({"certificate": {"name": "Next"}}, False),
        ({"certificate": {"id": 5}}, True),
        ({"certificate": {"name": "Old"}}, True),
    ],
)
def test_a_spec_may_name_the_target_or_nothing(app: dict[str, Any], pinned: bool) -> None:
    found = pins(connection(app=app), NEXT)
    assert [one.setting for one in found] == (["onelogin.app.certificate"] if pinned else [])


@pytest.mark.parametrize(("text", "pinned"), [(pem("two"), False), (pem("one"), True), (None, True)])
def test_justcalls_certificate_may_be_the_targets_or_unsaid(text: str | None, pinned: bool) -> None:
    found = pins(connection(sso={"certificate": text}), NEXT)
    assert [one.setting for one in found] == (["justcall.sso.certificate"] if pinned else [])


def test_a_pin_says_where_it_stands_and_what_belongs_there() -> None:
    marks: dict[SpecPath, Mark] = {("onelogin", "app", "certificate"): Mark("specs/justcall.yaml", 7, 5)}
    spec = replace(connection(app={"certificate": {"id": 5}}), marks=marks, path=Path("specs/justcall.yaml"))
    (pin,) = pins(spec, NEXT)
    assert pin.summary.startswith("specs/justcall.yaml:7:5: onelogin.app.certificate")
    assert "certificate: {id: 6}" in (pin.next_action or "")


def test_a_pin_from_the_environment_is_not_repeated() -> None:
    path = ("onelogin", "app", "certificate", "name")
    (pin,) = pins(connection(app={"certificate": {"name": "Hidden name"}}, sensitive=[path]), NEXT)
    assert "Hidden name" not in pin.summary


def test_an_unpinned_connection_looks_for_no_certificate_and_a_wished_one_wants_the_target() -> None:
    spec = connection(app={"certificate": {"name": "Old"}}, sso={"certificate": pem("one"), "enabled": True})
    wanted = wished(spec, NEXT).spec
    assert getattr(wanted.onelogin.app.certificate, "id", None) == 6
    assert wanted.justcall.sso.certificate == NEXT.pem
    assert wanted.justcall.sso.enabled is True
    plain = unpinned(spec).spec
    assert "certificate" not in plain.justcall.sso.model_fields_set
    assert plain.justcall.sso.enabled is True


def test_a_certificate_comes_back_from_the_record_of_a_run() -> None:
    assert signing_from(NEXT.record) == NEXT
    assert signing_from(Signing(7).record) == Signing(7)
    assert signing_from({"id": True, "name": 3, "pem": []}) == Signing()
    assert signing_from(None) is None
    assert "id 6" in str(NEXT)
    assert "until" in str(NEXT)
    assert Signing().facts == {"id": None, "name": None, "fingerprint": None, "not_after": None}
