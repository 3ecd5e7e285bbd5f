"""`python -m tests.bench.browser`: a no-change plan through a browser against one bare load of the same page.

Both are whole processes, run in turns on one sandbox, so that the machine's mood is the same for both.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import yaml

from sso_sync.justcall.browser.install import find_browser
from sso_sync.sandbox.by_hand import follow_guide
from sso_sync.sandbox.server import Sandbox

_RUNS = 7
_PAGE = "/apex/settings/security/sso"
# What anybody would write to load the page once: the same browser, the same session, no more than that.
_BARE = """
import json, sys
from playwright.sync_api import sync_playwright
browser, url, state, rooted = sys.argv[1:]
with sync_playwright() as playwright:
    launched = playwright.chromium.launch(executable_path=browser, chromium_sandbox=rooted == "no")
    context = launched.new_context(storage_state=json.loads(state))
    page = context.new_page()
    page.goto(url)
    page.get_by_role("heading", name="Single Sign-On").wait_for()
    launched.close()
"""


def main() -> None:
    """Prints the table."""
    with tempfile.TemporaryDirectory() as name, Sandbox() as sandbox:
        folder = Path(name)
        follow_guide(sandbox)
        state = json.dumps(sandbox.browser_session())
        spec = folder / "spec.yaml"
        spec.write_text(yaml.safe_dump(_spec(sandbox)), encoding="utf-8")
        environ = {
            **os.environ,
            "ONELOGIN_CLIENT_ID": sandbox.client_id,
            "ONELOGIN_CLIENT_SECRET": sandbox.client_secret,
            "JUSTCALL_SESSION": state,
            "XDG_CACHE_HOME": str(folder / "cache"),
        }
        ours = [sys.executable, "-m", "sso_sync"]
        _run([*ours, "apply", str(spec), "--auto-approve"], folder, environ)
        rooted = "yes" if os.geteuid() == 0 else "no"
        bare = [sys.executable, "-c", _BARE, str(find_browser(os.environ)), sandbox.justcall_url + _PAGE, state, rooted]
        plan = [*ours, "plan", str(spec), "--detailed-exitcode", "--quiet"]
        seconds: tuple[list[float], list[float]] = ([], [])
        for _ in range(_RUNS + 1):
            seconds[0].append(_run(bare, folder, environ))
            seconds[1].append(_run(plan, folder, environ))
    first, second = (statistics.median(each[1:]) for each in seconds)  # the first of each warms up
    ratios = sorted(after / before for before, after in zip(*seconds, strict=True))
    print("| browser | median | ratio |")
    print("|---|---|---|")
    print(f"| one bare Playwright load of the settings page | {first:.2f} s | 1.00 |")
    print(f"| no-change `sso-sync plan`, both sides read | {second:.2f} s | {statistics.median(ratios):.2f} |")


def _spec(sandbox: Sandbox) -> dict[str, object]:
    return {
        "version": 1,
        "name": "bench",
        "onelogin": {"url": sandbox.onelogin_url, "access": {"roles": ["JustCall Users"]}},
        "justcall": {
            "driver": "browser",
            "url": sandbox.justcall_url,
            "sso": {"enabled": True, "default_role": "Team Member"},
        },
    }


def _run(command: list[str], folder: Path, environ: dict[str, str]) -> float:
    start = time.perf_counter()
    subprocess.run(command, check=True, cwd=folder, env=environ, capture_output=True)
    return time.perf_counter() - start


if __name__ == "__main__":
    main()
