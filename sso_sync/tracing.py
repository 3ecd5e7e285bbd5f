"""What is being worked on: spans, one inside the other, for the log and for whoever records traces.

A span costs next to nothing while nobody records. What it is about, such as a connection's name, is known to everything
that happens inside it, in whichever thread, as long as that was handed its work by `carried`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from contextvars import ContextVar, copy_context
from functools import partial
from types import MappingProxyType
from typing import ParamSpec, Protocol, TypeVar

__all__ = [
    "Recorder",
    "Value",
    "about",
    "carried",
    "concerning",
    "happened",
    "hidden",
    "hiding",
    "note",
    "recording",
    "span",
]

P = ParamSpec("P")
T = TypeVar("T")
Value = str | int | float | bool


class Recorder(Protocol):
    """Keeps spans. It must be safe to use from several threads, not raise, and not block."""

    def span(self, name: str, facts: Mapping[str, Value]) -> AbstractContextManager[object]:
        """Everything that happens in the block, in this thread and in those that it carries its context to."""

    def happened(self, name: str, seconds: float, facts: Mapping[str, Value], problem: str | None) -> None:
        """Something that ended just now and took `seconds`; `problem` is the kind of trouble that it ended in."""

    def note(self, facts: Mapping[str, Value]) -> None:
        """More about the innermost span that is open here."""


class _Nobody:
    def span(self, name: str, facts: Mapping[str, Value]) -> AbstractContextManager[object]:
        del name, facts
        return nullcontext()

    def happened(self, name: str, seconds: float, facts: Mapping[str, Value], problem: str | None) -> None:
        del name, seconds, facts, problem

    def note(self, facts: Mapping[str, Value]) -> None:
        del facts


_NOTHING: Mapping[str, Value] = MappingProxyType({})
_about: ContextVar[Mapping[str, Value]] = ContextVar("about", default=_NOTHING)
_hide: ContextVar[tuple[Callable[[str], str], ...]] = ContextVar("hide", default=())
_recorder: ContextVar[Recorder] = ContextVar("recorder", default=_Nobody())  # noqa: B039 - it holds nothing


@contextmanager
def recording(recorder: Recorder) -> Iterator[None]:
    """Tells `recorder` of every span that is opened in the block."""
    token = _recorder.set(recorder)
    try:
        yield
    finally:
        _recorder.reset(token)


@contextmanager
def span(name: str, **facts: Value) -> Iterator[None]:
    """A piece of work. `name` is one of a few; `facts` tell which one it is, and hold no secrets."""
    with concerning(**facts), _recorder.get().span(name, _told(facts)):
        yield


@contextmanager
def concerning(**facts: Value) -> Iterator[None]:
    """What is said in the block is about this, and no piece of work of its own."""
    token = _about.set({**_about.get(), **facts})
    try:
        yield
    finally:
        _about.reset(token)


def happened(name: str, seconds: float, *, problem: str | None = None, **facts: Value) -> None:
    """A piece of work that is over already, such as a request that was answered."""
    _recorder.get().happened(name, seconds, _told(facts), problem)


def note(**facts: Value) -> None:
    """What is known of the innermost open span only now, such as how it ended."""
    _recorder.get().note(_told(facts))


def about() -> Mapping[str, Value]:
    """The facts of all spans that are open here; the innermost has the last word."""
    return _told(_about.get())


@contextmanager
def hiding(mask: Callable[[str], str]) -> Iterator[None]:
    """Whatever is logged or recorded in the block goes through `mask`, which takes out what must not be shown."""
    token = _hide.set((*_hide.get(), mask))
    try:
        yield
    finally:
        _hide.reset(token)


def hidden(text: str) -> str:
    """`text` without what must not be shown here."""
    for mask in _hide.get():
        text = mask(text)
    return text


def carried(call: Callable[P, T]) -> Callable[P, T]:
    """`call` for another thread, where it works on the same as here. One for each call: it cannot run twice at once."""
    return partial(copy_context().run, call)


def _told(facts: Mapping[str, Value]) -> Mapping[str, Value]:
    return {key: hidden(value) if isinstance(value, str) else value for key, value in facts.items()}
