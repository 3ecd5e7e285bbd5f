"""The pool: bounded, cancelled by the first failure, and telling the truth about what failed."""

from __future__ import annotations

import threading
from concurrent.futures import Future

import pytest

from sso_sync.http import AnswerError, AuthRefused, ServiceDown
from sso_sync.onelogin.parallel import pool


def test_results_keep_the_order_of_the_items() -> None:
    with pool() as running:
        assert running.map(lambda number: number * 2, range(20)) == list(range(0, 40, 2))


def test_at_most_eight_at_a_time() -> None:
    lock, now, most = threading.Lock(), [0], [0]
    everybody = threading.Barrier(8)

    def work(_: int) -> None:
        with lock:
            now[0] += 1
            most[0] = max(most[0], now[0])
        everybody.wait(10)
        with lock:
            now[0] -= 1

    with pool() as running:
        running.map(work, range(24))
    assert most[0] == 8


def raising(problem: BaseException) -> None:
    raise problem


DOWN = ServiceDown.of("GET", "/a", "down")
WRONG = AnswerError.of("GET", "/b", "wrong", status=422)
REFUSED = AuthRefused.of("GET", "/c", "refused", status=401)


@pytest.mark.parametrize(
    ("problems", "told"),
    [
        ([DOWN, WRONG, REFUSED], REFUSED),
        ([DOWN, WRONG], WRONG),
        ([WRONG, AnswerError.of("GET", "/d", "later", status=400)], WRONG),
        ([DOWN, REFUSED, ZeroDivisionError()], None),
    ],
)
def test_the_most_telling_problem_is_raised(problems: list[Exception], told: Exception | None) -> None:
    def run() -> None:
        with pool() as running:
            futures = [running.start(raising, problem) for problem in problems]
            for future in futures:
                future.exception()
            futures[0].result()

    with pytest.raises(type(told or problems[-1])) as caught:
        run()
    assert caught.value is (told or problems[-1])


def test_a_failure_cancels_what_has_not_begun() -> None:
    may_end = threading.Event()
    begun: list[int] = []

    def work(number: int) -> None:
        begun.append(number)
        may_end.wait(10)

    def run() -> None:
        with pool() as running:
            last = [running.start(work, number) for number in range(50)][-1]
            last.add_done_callback(lambda _: may_end.set())  # cancelled: the pool is closing
            kept.append(last)
            raise WRONG

    kept: list[Future[None]] = []
    with pytest.raises(AnswerError):
        run()
    assert len(begun) <= 8
    assert kept[0].cancelled()
