"""Files as a pipeline names them: relative to the folder of the run, which is the repository's root there."""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import quote

from sso_sync.plan.document import plain

__all__ = ["relative", "uri"]


def relative(file: str) -> str | None:
    """The path below the folder of the run, with slashes; None for a file that is elsewhere."""
    root, whole = Path.cwd(), _whole(file)
    return whole.relative_to(root).as_posix() if whole.is_relative_to(root) else None


def uri(file: str) -> tuple[str, bool]:
    """A URI reference for the file, and whether it is relative to the folder of the run."""
    below = relative(file)
    return (f"file://{_quoted(_whole(file).as_posix())}", False) if below is None else (_quoted(below), True)


def _whole(file: str) -> Path:
    return Path(os.path.normpath(Path.cwd() / file))


def _quoted(path: str) -> str:
    return quote(str(plain(path)), safe="/")
