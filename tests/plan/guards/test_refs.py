"""`refs`: refused when it would be applied from another ref, told when it is only looked at."""

from __future__ import annotations

import pytest

from sso_sync.plan.guards import refs
from sso_sync.plan.origin import Origin, matches
from sso_sync.plan.outcome import Outcome
from tests.plan.guards.make import after, refusals

MAIN = "refs/heads/main"
REQUEST = "refs/pull/7/merge"


def from_(origin: Origin | None, allowed: list[str] | None) -> Outcome:
    return after({} if allowed is None else {"guards": {"refs": allowed}}, origin=origin)


@pytest.mark.parametrize("origin", [None, Origin(None), Origin(REQUEST, applying=True), Origin(MAIN, "doubtful")])
def test_without_the_key_it_does_not_matter(origin: Origin | None) -> None:
    verdict = refs.GUARD.judge(from_(origin, None))
    assert (verdict.refusals, verdict.findings) == ((), ())


@pytest.mark.parametrize("applying", [True, False])
def test_an_allowed_ref_is_nothing_to_speak_of(applying: bool) -> None:
    verdict = refs.GUARD.judge(from_(Origin(MAIN, applying=applying), ["refs/tags/v*", MAIN]))
    assert (verdict.refusals, verdict.findings) == ((), ())


@pytest.mark.parametrize(
    ("origin", "why"),
    [
        (Origin(REQUEST), f"It comes from {REQUEST}."),
        (Origin(REQUEST, "Another commit."), f"It comes from {REQUEST}."),
        (Origin(MAIN, "Another commit."), "Another commit."),
        (Origin(None, "No repository."), "No repository."),
        (None, "Nobody looked where the spec comes from."),
    ],
)
def test_anything_else_is_told_when_planned_and_refused_when_applied(origin: Origin | None, why: str) -> None:
    verdict = refs.GUARD.judge(from_(origin, [MAIN]))
    (told,) = verdict.findings
    assert verdict.refusals == ()
    assert (told.severity, told.detail) == ("info", why)
    assert MAIN in told.summary
    if origin is None:
        return
    (refused,) = refusals(refs.GUARD, from_(Origin(origin.ref, origin.doubt, applying=True), [MAIN]))
    assert (refused.detail, refused.setting) == (why, "guards.refs")
    assert MAIN in refused.summary


def test_an_empty_list_is_a_freeze() -> None:
    (refused,) = refusals(refs.GUARD, from_(Origin(MAIN, applying=True), []))
    assert "from no ref" in refused.summary


@pytest.mark.parametrize(
    ("pattern", "ref", "named"),
    [
        (MAIN, MAIN, True),
        (MAIN, "refs/heads/main2", False),
        (MAIN, "refs/heads/x/refs/heads/main", False),
        (MAIN, "refs/tags/main", False),
        ("refs/heads/m.in", MAIN, False),
        ("refs/heads/release/*", "refs/heads/release/1.2", True),
        ("refs/heads/release/*", "refs/heads/release/1/2", False),
        ("refs/heads/release/**", "refs/heads/release/1/2", True),
        ("refs/*", MAIN, False),
        ("refs/tags/v*.*", "refs/tags/v1.2", True),
    ],
)
def test_patterns(pattern: str, ref: str, named: bool) -> None:
    assert matches(ref, [pattern]) is named
