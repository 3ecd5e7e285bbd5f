"""Independent reads at the same time: one bounded pool per run, and the one error that says most."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any, ParamSpec, TypeVar

from sso_sync.errors import CredentialsRefused, SideUnavailable, SsoSyncError
from sso_sync.tracing import carried

__all__ = ["Pool", "pool"]

P = ParamSpec("P")
T = TypeVar("T")
Item = TypeVar("Item")

_WORKERS = 8


class Pool:
    """Runs calls in threads. Only the thread that opened the pool may wait for results, so that it cannot run dry."""

    def __init__(self, executor: ThreadPoolExecutor) -> None:
        self._executor = executor
        self._started: list[Future[Any]] = []  # of calls of every type

    def start(self, call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Begins a call; `.result()` waits for it."""
        future = self._executor.submit(carried(call), *args, **kwargs)
        self._started.append(future)
        return future

    def map(self, call: Callable[[Item], T], items: Iterable[Item]) -> list[T]:
        """The results of `call` for each item, in the items' order."""
        return [future.result() for future in [self.start(call, item) for item in items]]

    def abandon(self) -> list[BaseException]:
        """Cancels what has not begun, waits for what has, and answers everything that went wrong, in order of start."""
        self._executor.shutdown(wait=True, cancel_futures=True)
        done = (future.exception() for future in self._started if future.done() and not future.cancelled())
        return [error for error in done if error is not None]


@contextmanager
def pool() -> Iterator[Pool]:
    """A pool of at most eight threads. An exception in the block cancels the rest.

    Of several failures the most telling one is raised: refused credentials before a wrong answer before an outage,
    which may be no more than their consequence.
    """
    with ThreadPoolExecutor(_WORKERS, thread_name_prefix="onelogin") as executor:
        running = Pool(executor)
        try:
            yield running
        except SsoSyncError as error:
            best = min([error, *running.abandon()], key=_rank)
            if best is error:
                raise
            raise best from None
        except BaseException:
            running.abandon()
            raise


def _rank(error: BaseException) -> int:
    if not isinstance(error, SsoSyncError):
        return 0  # a bug must not hide behind an outage
    if isinstance(error, CredentialsRefused):
        return 1
    return 3 if isinstance(error, SideUnavailable) else 2
