"""Whether a tag may become a release: it names the version, the changelog tells of it with a date, and main has it.

`--notes` prints what the changelog says of that version.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

_MAIN = "origin/main"
_CHAPTER = re.compile(r"^## (?P<version>\S+) \((?P<when>[^)]*)\)\n(?P<text>.*?)(?=^## |\Z)", re.MULTILINE | re.DOTALL)
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


def main() -> int:
    tag = os.environ.get("GITHUB_REF_NAME", "")
    if "--notes" in sys.argv[1:]:
        chapter = _chapter(tag)
        sys.stdout.write(chapter["text"].strip() + "\n" if chapter else "")
        return 0 if chapter else 1
    problems = list(_problems(tag))
    for problem in problems:
        print(f"::error title=release::{problem}")
    return 1 if problems else 0


def _problems(tag: str) -> Iterator[str]:
    version = tomllib.loads(Path("pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    said = re.search(r'^__version__ = "(.*)"$', Path("sso_sync/__init__.py").read_text(encoding="utf-8"), re.MULTILINE)
    if tag != f"v{version}":
        yield f"the tag {tag!r} is not v{version}, the version in pyproject.toml"
    if said is None or said[1] != version:
        yield f"sso_sync/__init__.py does not say {version}"
    chapter = _chapter(tag)
    if chapter is None:
        yield f"CHANGELOG.md has no chapter for {tag.removeprefix('v')!r}"
    elif not _DATE.fullmatch(chapter["when"]):
        yield f"CHANGELOG.md has no date for {tag.removeprefix('v')!r} but ({chapter['when']})"
    if subprocess.run(["git", "merge-base", "--is-ancestor", "HEAD", _MAIN], check=False).returncode != 0:
        yield f"the commit is not on {_MAIN}"


def _chapter(tag: str) -> re.Match[str] | None:
    text = Path("CHANGELOG.md").read_text(encoding="utf-8")
    return next((found for found in _CHAPTER.finditer(text) if f"v{found['version']}" == tag), None)


if __name__ == "__main__":
    sys.exit(main())
