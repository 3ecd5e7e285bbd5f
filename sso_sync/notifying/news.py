"""What is new to somebody: the facts whose state is not the one that was told last. Pure, so that it can be proved."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sso_sync.notifying.facts import Fact

__all__ = ["heard", "news"]


def news(told: Mapping[str, str], facts: Iterable[Fact]) -> tuple[Fact, ...]:
    """The facts that differ from what was told, `told` being the states by what they are about.

    What was never told of is well, as far as anybody knows: that it is well is no news.
    """
    return tuple(fact for fact in facts if told.get(fact.about) != fact.state)


def heard(told: Mapping[str, str], facts: Iterable[Fact]) -> dict[str, str]:
    """What was told, once these facts have been. What nobody looked at stays as it was told."""
    after = dict(told)
    for fact in facts:
        if fact.state is None:
            after.pop(fact.about, None)
        else:
            after[fact.about] = fact.state
    return after
