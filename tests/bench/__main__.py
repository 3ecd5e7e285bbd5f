"""`uv run python -m tests.bench`: what plans cost in requests, time and memory, and starts in time, as Markdown.

With `--quick` smaller fleets and two latencies, to see that it works.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import chdir, contextmanager
from pathlib import Path
from typing import TypeVar

from tests.bench.cases import Case, cases, growth, unmanaged
from tests.bench.measure import Measured, measured
from tests.bench.startup import import_table, startup_table
from tests.bench.town import Template, Town, template

T = TypeVar("T")

_TROUBLE = frozenset({0, 2})  # in sync, or with changes


@contextmanager
def _town(case: Case, made: Template) -> Iterator[Town]:
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "specs").mkdir()
        with Town(case.size, Path(folder) / "specs", made) as town:
            town.environ["XDG_CACHE_HOME"] = f"{folder}/cache"
            yield town


def _plan(town: Town, latency: float) -> tuple[Measured, int]:
    """A plan behind `latency` seconds, and how many requests it made; tokens, which are cached, are not counted."""
    town.latency(latency)
    found = measured(
        town.folder.parent, town.environ, "plan", "specs", "--override", "max_removals", "--detailed-exitcode"
    )
    asked = town.asked()
    if found.code not in _TROUBLE:
        raise RuntimeError(f"the plan ended with {found.code}")
    return found, sum(asked.values()) - asked["token"]


def plans_table(made: Template, *, quick: bool) -> Iterator[str]:
    """Requests against the fewest possible, and wall time against the longest chain of dependent requests."""
    latencies = (0, 50) if quick else (0, 50, 150)
    walls = " | ".join(f"wall, {latency} ms" for latency in latencies)
    yield f"| plan | requests | minimum | ratio | {walls} | chain | wall ÷ chain, {latencies[-1]} ms | peak memory |"
    yield f"|---|---|---|---|{'---|' * len(latencies)}---|---|---|"
    for case in cases(quick=quick):
        with _town(case, made) as town:
            _plan(town, 0)  # fetches the token
            found = [_plan(town, latency / 1000) for latency in latencies]
        asked = max(requests for _, requests in found)
        seconds = " | ".join(f"{one.wall:.2f} s" for one, _ in found)
        ratio = found[-1][0].wall / (case.chain * latencies[-1] / 1000)
        yield (
            f"| {case.name} | {asked:,} | {case.minimum:,} | {asked / case.minimum:.2f} | {seconds} "
            f"| {case.chain} | {ratio:.2f} | {max(one.memory for one, _ in found)} MiB |"
        )


def growth_table(made: Template, *, quick: bool) -> Iterator[str]:
    """What grows with what is managed, and what does not grow with what is not."""
    yield "| plan, no latency | requests | wall | for each connection | peak memory |"
    yield "|---|---|---|---|---|"
    for case in (*growth(quick=quick), *unmanaged()):
        with _town(case, made) as town:
            _plan(town, 0)
            found, asked = _plan(town, 0)
        each = found.wall / (case.size.accounts * case.size.connections)
        yield f"| {case.name} | {asked:,} | {found.wall:.2f} s | {each * 1000:.0f} ms | {found.memory} MiB |"


def imports(made: Template) -> Iterator[str]:
    """The table of imports, on a connection in sync."""
    with _town(Case("one app", cases(quick=True)[0].size), made) as town:
        spec = next(town.folder.iterdir())
        yield from import_table(spec, town.environ)


def main(argv: list[str]) -> None:
    """Prints the tables, row by row."""
    quick = "--quick" in argv
    with tempfile.TemporaryDirectory() as folder, chdir(folder):
        made = template(Path(folder))
        tables: tuple[Callable[[], Iterator[str]], ...] = (
            lambda: plans_table(made, quick=quick),
            lambda: growth_table(made, quick=quick),
            startup_table,
            lambda: imports(made),
        )
        for number, rows in enumerate(tables):
            print("\n" * bool(number), end="")
            for row in rows():
                print(row, flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
