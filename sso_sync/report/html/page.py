"""The page itself: templates filled in, everything from outside escaped, and no way for it to ask anybody for anything.

What is printed goes through `visible` (nothing active or invisible) and is then escaped by Jinja2. The policy of the
page allows this one style sheet, by its hash, and no script, no picture and no request at all.
"""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from importlib.util import find_spec
from typing import TYPE_CHECKING

from sso_sync.errors import Diagnostic, SsoSyncError
from sso_sync.report.html.blocks import Chapter, Figure, Table
from sso_sync.safe import visible

if TYPE_CHECKING:
    from jinja2 import Environment

__all__ = ["Page", "missing", "rendered", "require"]


@dataclass(frozen=True)
class Page:
    """Everything on a page. `command` is what made it, `at` when, `fleet` and `certificates` are told first."""

    command: str
    headline: str
    chapters: tuple[Chapter, ...]
    told: tuple[str, ...] = ()
    at: str | None = None
    meta: tuple[str, ...] = ()
    fleet: Table | None = None
    certificates: Figure | None = None


def missing() -> Diagnostic | None:
    """Why there can be no page: the extra `html` is not installed; None where it is."""
    if find_spec("jinja2") is not None:
        return None
    return Diagnostic(
        "error",
        "jinja2, which is needed to write HTML reports, is not installed",
        next_action="Install it with: pip install 'sso-sync[html]'",
    )


def require() -> None:
    """Raises SsoSyncError where the extra `html` is not installed."""
    if (problem := missing()) is not None:
        raise SsoSyncError(problem)


def rendered(page: Page) -> str:
    """The page as HTML. Raises SsoSyncError where the extra `html` is not installed."""
    require()
    style = _style()
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode("ascii")
    policy = "; ".join(
        ("default-src 'none'", f"style-src 'sha256-{digest}'", "img-src data:", "base-uri 'none'", "form-action 'none'")
    )
    from markupsafe import Markup  # noqa: PLC0415 - an extra

    # The style sheet is a file of ours; escaped it would be another one.
    return _templates().get_template("page.html").render(page=page, style=Markup(style), policy=policy)  # noqa: S704


@cache
def _style() -> str:
    text = (files("sso_sync.report.html") / "templates" / "style.css").read_text(encoding="utf-8")
    return "\n" + "\n".join(line.strip() for line in text.splitlines() if line.strip()) + "\n"


@cache
def _templates() -> Environment:
    from jinja2 import Environment, PackageLoader, StrictUndefined  # noqa: PLC0415 - an extra

    return Environment(
        loader=PackageLoader("sso_sync.report.html", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_printable,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _printable(value: object) -> object:
    """Every text that a template prints, safe to show; what a template has made already stays."""
    return visible(value) if isinstance(value, str) and not hasattr(value, "__html__") else value
