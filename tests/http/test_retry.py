"""The retry policy by itself."""

from __future__ import annotations

from email.utils import formatdate

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sso_sync.http import Retry, retry_after
from tests.http.support import NOON, Naps


def _never(_: object) -> bool:
    return False


def _always(_: object) -> bool:
    return True


def _no_wish(_: object) -> float | None:
    return None


class _Script:
    """Answers, or raises, one item after another."""

    def __init__(self, *items: str | Exception) -> None:
        self.items = list(items)
        self.calls = 0

    def __call__(self) -> str:
        self.calls += 1
        item = self.items.pop(0)
        if isinstance(item, Exception):
            raise item
        return item


def _is_bad(answer: str) -> bool:
    return answer == "bad"


def test_a_good_answer_is_final() -> None:
    naps, script = Naps(), _Script("good")
    assert Retry(sleep=naps).run(script, again=_is_bad, again_after=_always, asked=_no_wish) == "good"
    assert naps.seconds == []


def test_it_goes_on_until_it_works() -> None:
    naps, script = Naps(), _Script("bad", OSError(), "good")
    assert Retry(sleep=naps).run(script, again=_is_bad, again_after=_always, asked=_no_wish) == "good"
    assert len(naps.seconds) == 2


def test_the_last_bad_answer_is_answered() -> None:
    script = _Script("bad", "bad", "bad")
    assert Retry(attempts=3, sleep=Naps()).run(script, again=_is_bad, again_after=_always, asked=_no_wish) == "bad"
    assert script.calls == 3


def test_the_last_exception_is_raised_as_it_was() -> None:
    script = _Script(OSError("one"), OSError("two"))
    with pytest.raises(OSError, match="two"):
        Retry(attempts=2, sleep=Naps()).run(script, again=_is_bad, again_after=_always, asked=_no_wish)


def test_a_final_exception_is_raised_at_once() -> None:
    script = _Script(OSError("one"), "good")
    with pytest.raises(OSError, match="one"):
        Retry(sleep=Naps()).run(script, again=_is_bad, again_after=_never, asked=_no_wish)
    assert script.calls == 1


def test_waits_grow_with_full_jitter_up_to_the_cap() -> None:
    naps = Naps()
    script = _Script(*["bad"] * 10)
    Retry(attempts=10, base=1.0, cap=4.0, sleep=naps).run(script, again=_is_bad, again_after=_always, asked=_no_wish)
    assert len(naps.seconds) == 9
    for number, seconds in enumerate(naps.seconds):
        assert 0 <= seconds <= min(4.0, 2.0**number)


def test_a_wait_that_was_asked_for_is_obeyed() -> None:
    naps = Naps()
    Retry(sleep=naps).run(_Script("bad", "good"), again=_is_bad, again_after=_always, asked=lambda _: 7.0)
    assert naps.seconds == [7.0]


def test_a_longer_wait_than_the_cap_is_not_waited_at_all() -> None:
    naps, script = Naps(), _Script("bad", "good")
    assert Retry(cap=60, sleep=naps).run(script, again=_is_bad, again_after=_always, asked=lambda _: 61.0) == "bad"
    assert naps.seconds == []


def test_the_budget_ends_the_waiting() -> None:
    naps, script = Naps(), _Script(*["bad"] * 9)
    Retry(attempts=9, budget=100, sleep=naps).run(script, again=_is_bad, again_after=_always, asked=lambda _: 40.0)
    assert naps.seconds == [40.0, 40.0]


def test_slow_answers_use_up_the_budget_too() -> None:
    moments = iter([0.0, 90.0, 179.0, 181.0])
    script = _Script("bad", "bad", "bad", "bad")
    retry = Retry(budget=180, base=0.0, sleep=Naps(), clock=lambda: next(moments))
    retry.run(script, again=_is_bad, again_after=_always, asked=_no_wish)
    assert script.calls == 3


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("0", 0.0),
        (" 120 ", 120.0),
        (formatdate(NOON + 30, usegmt=True), 30.0),
        (formatdate(NOON - 30, usegmt=True), 0.0),
        ("soon", None),
        ("-5", None),
        ("1.5", None),
        ("\u0663", None),
        ("", None),
    ],
)
def test_retry_after_in_both_forms(header: str, seconds: float | None) -> None:
    assert retry_after({"Retry-After": header}, NOON) == seconds


def test_no_retry_after() -> None:
    assert retry_after({}, NOON) is None


@given(st.text())
def test_retry_after_never_raises(header: str) -> None:
    wait = retry_after({"Retry-After": header}, NOON)
    assert wait is None or wait >= 0
