"""Whatever both sides hold, doctor answers; and what it proposes is a plan that the planner would make."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sso_sync.justcall.settings import SettingField
from sso_sync.plan.doctor.cases import CASES
from sso_sync.plan.doctor.evidence import Clocks
from sso_sync.plan.doctor.examine import examined
from sso_sync.plan.doctor.model import FixKind
from sso_sync.plan.doctor.ranking import points
from sso_sync.plan.doctor.symptoms import SYMPTOMS, sounds_like
from tests.plan.doctor.make import cases as found_cases
from tests.plan.doctor.make import evidence, healthy, people
from tests.plan.strategies import AREAS, cases

IDS = [case.id for case in CASES]
TEXTS = st.one_of(st.none(), st.text(max_size=60), st.sampled_from([one.pattern for one in SYMPTOMS]))
SECONDS = st.one_of(st.none(), st.integers(-100_000, 100_000).map(lambda seconds: timedelta(seconds=seconds)))


@pytest.mark.parametrize("area", AREAS)
@settings(max_examples=8, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_doctor_never_fails_and_is_in_order(area: str, data: st.DataObject) -> None:
    world, connection = data.draw(cases(area))
    user = data.draw(st.sampled_from([None, "ann@acme.example", "nobody@acme.example"]))
    facts = people(world, user=next(iter(world.people([1])), None) if user == "ann@acme.example" else None)
    found = evidence(
        world,
        connection,
        people=facts,
        user=user,
        symptom=data.draw(TEXTS),
        clocks=Clocks(data.draw(SECONDS), data.draw(SECONDS)),
    )

    diagnoses, notes = examined(found)

    assert {one.case for one in diagnoses} <= set(IDS)
    assert [points(one) for one in diagnoses] == sorted((points(one) for one in diagnoses), reverse=True)
    assert found.plan is not None
    for one in diagnoses:
        assert one.summary
        assert one.fix.text
        if one.fix.kind is FixKind.APPLY:
            assert one.fix.changes
            assert all(change in found.plan.changes for change in one.fix.changes)
        if one.fix.kind is FixKind.BY_HAND:
            assert one.place.console
    assert all(note.summary for note in notes)


@settings(max_examples=12)
@given(
    st.fixed_dictionaries(
        {},
        optional={
            "relaystate": st.text(max_size=10),
            "saml_sign_element": st.sampled_from(["0", "1", "2"]),
            "saml_sessionnotonorafter": st.sampled_from(["60", "1440"]),
            "signature_algorithm": st.sampled_from(["SHA-256", "SHA-384", "SHA-512"]),
        },
    ),
    st.sampled_from([None, "Team Member", "Admin"]),
    st.sampled_from(["as sent", "null", "absent"]),
    st.booleans(),
)
def test_a_healthy_world_is_left_in_peace(
    configuration: dict[str, str], role: str | None, blank: str, numbers: bool
) -> None:
    world = healthy()
    assert world.app is not None
    world.app["configuration"] |= configuration
    world.settings[SettingField.DEFAULT_ROLE] = role
    world.blank = blank  # type: ignore[assignment]
    world.numbers = numbers
    assert found_cases(world) == []


@settings(max_examples=30)
@given(st.text(max_size=3000))
def test_any_words_may_be_a_symptom(text: str) -> None:
    assert set(sounds_like(text)) <= set(IDS)
