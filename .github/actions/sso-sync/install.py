"""Installs sso-sync as a tool of its own: the version that was asked for, or the one that this action belongs to."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from runner import append, given, told

_VERSION = re.compile(r"[0-9][A-Za-z0-9.!+]*")
_EXTRAS = re.compile(r"[a-z0-9-]+(\s*,\s*[a-z0-9-]+)*|")
_REPOSITORY = Path(__file__).resolve().parents[3]


def main() -> int:
    version, extras = given("VERSION").strip(), given("EXTRAS").strip()
    if version and not _VERSION.fullmatch(version):
        return _wrong(f"`version` takes a version such as 0.2.0, not {version!r}")
    if not _EXTRAS.fullmatch(extras):
        return _wrong(f"`extras` takes names such as saml,browser, not {extras!r}")
    name = f"sso-sync[{extras}]" if extras else "sso-sync"
    wanted = f"{name}=={version}" if version else f"{name} @ {_REPOSITORY.as_uri()}"
    installed = subprocess.run(["uv", "tool", "install", "--force", wanted], check=False)
    if installed.returncode != 0:
        return installed.returncode
    where = subprocess.run(["uv", "tool", "dir", "--bin"], check=True, stdout=subprocess.PIPE, text=True)
    append("GITHUB_PATH", where.stdout.strip() + "\n")
    return 0


def _wrong(message: str) -> int:
    told("error", message)
    return 64


if __name__ == "__main__":
    sys.exit(main())
