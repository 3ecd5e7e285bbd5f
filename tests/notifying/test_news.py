"""What is told: every change of state, and each only once."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from sso_sync.notifying.facts import Fact, Gravity
from sso_sync.notifying.news import heard, news

ABOUT = ("drift", "failure of drift", "certificate of onelogin")
RUNS = st.lists(st.dictionaries(st.sampled_from(ABOUT), st.sampled_from([None, "a", "b"])), max_size=6)
"""What each of some runs looked at, and how that was."""


def facts(found: dict[str, str | None]) -> list[Fact]:
    return [Fact(about, state, Gravity.WELL, "", "") for about, state in found.items()]


@settings(max_examples=60)
@given(RUNS)
def test_a_sequence_tells_exactly_its_changes(runs: list[dict[str, str | None]]) -> None:
    told: dict[str, str] = {}
    last: dict[str, str | None] = dict.fromkeys(ABOUT)
    for run in runs:
        expected = {(about, state) for about, state in run.items() if last[about] != state}
        found = news(told, facts(run))
        assert {(fact.about, fact.state) for fact in found} == expected
        told = heard(told, found)
        assert news(told, facts(run)) == ()  # the same night again
        # Who never heard anything hears of all trouble, and not that it is over.
        assert {fact.about for fact in news({}, facts(run))} == {about for about, state in run.items() if state}
        last |= run
