"""What is being worked on is known inside, in every thread that was handed the work, and nowhere else."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

from sso_sync.onelogin.parallel import pool
from sso_sync.tracing import Value, about, carried, happened, hidden, hiding, note, recording, span


class Notebook:
    def __init__(self) -> None:
        self.lines: list[str] = []

    @contextmanager
    def span(self, name: str, facts: Mapping[str, Value]) -> Iterator[None]:
        self.lines.append(f"+{name} {dict(facts)}")
        try:
            yield
        finally:
            self.lines.append(f"-{name}")

    def happened(self, name: str, seconds: float, facts: Mapping[str, Value], problem: str | None) -> None:
        self.lines.append(f"{name} {seconds} {dict(facts)} {problem}")

    def note(self, facts: Mapping[str, Value]) -> None:
        self.lines.append(f"{dict(facts)}")


def test_the_innermost_span_has_the_last_word_and_takes_it_along() -> None:
    with span("a", connection="prod", side="onelogin"):
        with span("b", side="justcall", step="app"):
            assert about() == {"connection": "prod", "side": "justcall", "step": "app"}
        assert about() == {"connection": "prod", "side": "onelogin"}
    assert about() == {}


def test_a_recorder_is_told_in_order_and_without_what_is_hidden() -> None:
    book = Notebook()
    with recording(book), hiding(lambda text: text.replace("canary", "***")):
        with span("step", step="role of canary"):
            happened("request", 0.5, problem="500", path="/canary", attempt=2)
        note(exit_code=7)
        assert hidden("a canary sings") == "a *** sings"
    with span("unheard"):
        pass
    assert book.lines == [
        "+step {'step': 'role of ***'}",
        "request 0.5 {'path': '/***', 'attempt': 2} 500",
        "-step",
        "{'exit_code': 7}",
    ]
    assert hidden("a canary sings") == "a canary sings"


def test_threads_know_what_they_were_handed() -> None:
    with ThreadPoolExecutor(1) as one, pool() as reads:
        with span("a", connection="prod"):
            inside = [one.submit(carried(about)), one.submit(about), reads.start(about)]
        outside = one.submit(carried(about))
    assert [future.result() for future in (*inside, outside)] == [
        {"connection": "prod"},
        {},
        {"connection": "prod"},
        {},
    ]
