"""Ends the step with the exit code of sso-sync. It runs whatever happened before it, and no code gets lost."""

from __future__ import annotations

import os
import sys

from runner import given, told

_CHANGES = 2


def main() -> int:
    said = os.environ.get("EXIT_CODE", "")
    if not said.isdecimal():
        told("error", "sso-sync was not run to its end, so nobody knows what it would say.")
        return 1
    code, fail_on = int(said), given("FAIL_ON")
    if fail_on not in ("changes", "errors"):
        told("error", f"`fail-on` is changes or errors, not {fail_on!r}")
        return code or 64
    return 0 if code == _CHANGES and fail_on == "errors" else code


if __name__ == "__main__":
    sys.exit(main())
