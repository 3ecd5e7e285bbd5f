"""`uv run python -m tests.bench.safety`: what was done to the tool and what came of it, as Markdown.

The figures are counted by the tests of tests/faults and tests/hostile while they run, every case of them; none is
written here. With `--quick`, the sample that an ordinary test run takes.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

from tests.counting import COUNTS, THOROUGH, read_counts

__all__ = ["main", "table"]

_SUITES = ("tests/faults", "tests/hostile")
_ROWS = (
    ("kill -9 at every call of an apply: kill points tried / converged", "kill points", "kill points converged"),
    ("every fifth call struck by a fault: runs / converged", "fault runs", "fault runs converged"),
    ("… of these, converged by the first apply, in the storm", "fault runs", "fault runs converged at once"),
    ("tokens lost in mid-run / survived", "token losses", "token losses survived"),
    ("things deleted under an apply's hands / handled", "things that vanish", "things that vanish handled"),
    ("applies at the same time / nothing lost", "parallel applies", "parallel applies whole"),
    ("hostile specs / handled", "hostile specs", "hostile specs handled"),
    ("hostile answers / handled", "hostile answers", "hostile answers handled"),
    ("hostile names, reports / harmless", "hostile names", "hostile names harmless"),
    ("secrets searched / leaked", "secrets searched", "secrets leaked"),
)


def table(counts: Counter[str]) -> str:
    """The rows whose figures were counted."""
    lines = ["| what was tried | tried | outcome |", "|---|---|---|"]
    lines += [f"| {words} | {counts[tried]} | {counts[came]} |" for words, tried, came in _ROWS if counts[tried]]
    return "\n".join(lines) + "\n"


def main(argv: list[str]) -> int:
    """Runs both suites, prints the table, and answers pytest's exit code; what pytest says goes to stderr."""
    with tempfile.TemporaryDirectory() as folder:
        figures = Path(folder) / "figures.jsonl"
        figures.touch()
        environment = {**os.environ, COUNTS: str(figures)}
        environment.pop(THOROUGH, None)
        if "--quick" not in argv:
            environment[THOROUGH] = "1"
        tests = subprocess.run(
            [sys.executable, "-m", "pytest", "-q", *_SUITES], env=environment, stdout=sys.stderr, check=False
        )
        print(table(read_counts(figures)), end="")
    return tests.returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
