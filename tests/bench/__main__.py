"""`uv run python -m tests.bench`: what a plan costs in requests and what a start costs in time, as Markdown."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from contextlib import chdir
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import yaml

from sso_sync import engine
from sso_sync.apply.result import ApplyResult
from sso_sync.sandbox.faults import Fault
from sso_sync.sandbox.server import Sandbox
from sso_sync.spec.load import load

_RUNS = 9
_PAGE = 100  # members of a role per request (fact sheet onelogin-api §3)


@dataclass(frozen=True)
class Case:
    """A connection in sync. `minimum`: requests that nobody could do without, the token apart, which is cached.

    `chain`: requests of which each needs the answer of the one before, so that no parallelism can shorten them.
    """

    name: str
    access: Mapping[str, Any]
    minimum: int
    chain: int


def _cases(sandbox: Sandbox) -> list[Case]:
    crowd = [f"person.{number:03}@acme.example" for number in range(250)]
    for email in crowd:
        sandbox.onelogin.add_user(email)
    sandbox.onelogin.add_role("Crowd", crowd)
    crowd_pages = -(-len(crowd) // _PAGE)
    return [
        Case("one app, one role", {"roles": ["JustCall Users"]}, 4, chain=2),
        Case(
            "… and a managed role of 250 members",
            {"roles": ["JustCall Users", {"name": "Crowd", "members": crowd}]},
            4 + crowd_pages,
            chain=1 + crowd_pages,  # the role list, then page after page by cursor
        ),
        Case(
            "… and direct users, console grants checked",
            {"roles": ["JustCall Users"], "users": ["heidi.hall@acme.example"]},
            # the owned role's members, the app's users, and the members of the other attached role
            4 + 3,
            chain=3,  # find the app, read it, then who can use it
        ),
    ]


def _spec(sandbox: Sandbox, access: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "version": 1,
        "name": "bench",
        "onelogin": {"url": sandbox.onelogin_url, "access": dict(access)},
        "justcall": {
            "driver": "http",
            "url": sandbox.justcall_url,
            "sso": {"enabled": True, "default_role": "Team Member"},
        },
    }


def _timed(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def requests_table(folder: Path) -> None:
    """Requests of a no-change plan against the fewest possible, and its wall time behind 0 and 50 ms of latency."""
    print("| no-change plan | requests | minimum | ratio | wall, 0 ms | wall, 50 ms latency | ÷ longest chain |")
    print("|---|---|---|---|---|---|---|")
    with Sandbox() as sandbox:
        environ = {
            "ONELOGIN_CLIENT_ID": sandbox.client_id,
            "ONELOGIN_CLIENT_SECRET": sandbox.client_secret,
            "JUSTCALL_API_KEY": sandbox.api_key,
            "JUSTCALL_API_SECRET": sandbox.api_secret,
            "XDG_CACHE_HOME": str(folder / "cache"),
        }
        for case in _cases(sandbox):
            path = folder / "spec.yaml"
            path.write_text(yaml.safe_dump(_spec(sandbox, case.access)), encoding="utf-8")
            connection = load(path, environ)
            # Each case takes over from the one before, and may well close the app to a crowd.
            passed = frozenset({"max_removals"})
            applied = engine.apply(connection, environ=environ, approve=lambda _: True, overrides=passed)
            assert isinstance(applied, ApplyResult), applied
            assert applied.verified, applied

            def plan(connection: Any = connection) -> None:
                assert engine.plan(connection, environ=environ).empty

            sandbox.requests.clear()
            fast = _timed(plan)
            asked = len(sandbox.requests)
            sandbox.faults.add(Fault("latency", seconds=0.05, times=None))
            slow = _timed(plan)
            sandbox.faults.clear()
            print(
                f"| {case.name} | {asked} | {case.minimum} | {asked / case.minimum:.2f} "
                f"| {fast * 1000:.0f} ms | {slow * 1000:.0f} ms | {slow / (case.chain * 0.05):.2f} |"
            )


def startup_table() -> None:
    """`sso-sync --help` against the bare import of its command-line library, run in turns."""
    commands = {
        'python -c "import typer"': [sys.executable, "-c", "import typer"],
        "sso-sync --help": [str(Path(sys.executable).with_name("sso-sync")), "--help"],
    }
    seconds: dict[str, list[float]] = {name: [] for name in commands}
    for _ in range(_RUNS):
        for name, command in commands.items():
            run = partial(subprocess.run, command, check=True, capture_output=True, env=os.environ)
            seconds[name].append(_timed(run))
    bare, ours = (statistics.median(seconds[name]) for name in commands)
    print("| start-up | median | ratio |")
    print("|---|---|---|")
    print(f'| `python -c "import typer"` | {bare * 1000:.0f} ms | 1.00 |')
    print(f"| `sso-sync --help` | {ours * 1000:.0f} ms | {ours / bare:.2f} |")


def main() -> None:
    """Prints both tables."""
    with tempfile.TemporaryDirectory() as folder, chdir(folder):
        requests_table(Path(folder))
    print()
    startup_table()


if __name__ == "__main__":
    main()
