"""What a start costs: `--help` against the bare import of its library, and what each command imports."""

from __future__ import annotations

import os
import re
import statistics
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

__all__ = ["import_table", "startup_table"]

_RUNS = 9
_PACKAGES = 8  # rows of the table; the rest is summed up
_LINE = re.compile(r"import time:\s+(\d+) \|\s+\d+ \|\s+(\S+)")


def _timed(command: Sequence[str]) -> float:
    began = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True)
    return time.perf_counter() - began


def startup_table() -> Iterator[str]:
    """The rows of the first table; both are run in turns, so that the machine's mood is the same for both."""
    commands = {
        '`python -c "import typer"`': [sys.executable, "-c", "import typer"],
        "`sso-sync --help`": [str(Path(sys.executable).with_name("sso-sync")), "--help"],
    }
    seconds: dict[str, list[float]] = {name: [] for name in commands}
    for _ in range(_RUNS):
        for name, command in commands.items():
            seconds[name].append(_timed(command))
    medians = {name: statistics.median(found) for name, found in seconds.items()}
    bare = next(iter(medians.values()))
    yield "| start-up | median | ratio |"
    yield "|---|---|---|"
    yield from (f"| {name} | {median * 1000:.0f} ms | {median / bare:.2f} |" for name, median in medians.items())


def import_table(spec: Path, environ: Mapping[str, str]) -> Iterator[str]:
    """Milliseconds that the imports of each command take, by package."""
    words = {
        "--help": ["--help"],
        "validate": ["validate", str(spec)],
        "plan": ["plan", str(spec)],
        "apply": ["apply", str(spec), "--auto-approve"],
    }
    found = {name: _imports(arguments, environ) for name, arguments in words.items()}
    most = Counter[str]()
    for cost in found.values():
        most |= cost
    shown = [name for name, _ in most.most_common(_PACKAGES)]
    yield f"| imports, ms | {' | '.join(f'`{name}`' for name in found)} |"
    yield f"|---|{'---|' * len(found)}"
    for package in shown:
        yield f"| `{package}` | {' | '.join(f'{cost[package] / 1000:.0f}' for cost in found.values())} |"
    rest = [sum(cost.values()) - sum(cost[name] for name in shown) for cost in found.values()]
    yield f"| everything else | {' | '.join(f'{cost / 1000:.0f}' for cost in rest)} |"
    yield f"| **all** | {' | '.join(f'{sum(cost.values()) / 1000:.0f}' for cost in found.values())} |"


def _imports(arguments: Sequence[str], environ: Mapping[str, str]) -> Counter[str]:
    """Microseconds by top-level package; modules of the standard library count as `python`."""
    ran = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "sso_sync", *arguments],
        env={**os.environ, **environ},
        capture_output=True,
        text=True,
        check=True,
    )
    cost: Counter[str] = Counter()
    for spent, module in _LINE.findall(ran.stderr):
        package = module.partition(".")[0]
        cost["python" if package in sys.stdlib_module_names else package] += int(spent)
    return cost
