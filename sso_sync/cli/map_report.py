"""What `sso-sync browser map` prints: the page map as YAML, or what of it is on the page."""

from __future__ import annotations

from collections.abc import Iterator

import yaml

from sso_sync.cli.documents import written
from sso_sync.cli.options import Common
from sso_sync.justcall.browser.map_check import Checked, Match
from sso_sync.justcall.page_map.model import PageMap
from sso_sync.plan.document import SCHEMA_VERSION, diagnostic_document
from sso_sync.report.diagnostics import diagnostic_lines
from sso_sync.values import Json
from sso_sync.wiring.map_check import CheckedMap

__all__ = ["checked_map", "shown_map"]

_MARKS = {Match.ONE: "✓", Match.NONE: "✗", Match.SEVERAL: "✗"}


def shown_map(common: Common, known: PageMap) -> str:
    """The whole map, in the form in which a part of it can be overridden."""
    content = known.model_dump(mode="json")
    text = yaml.safe_dump(content, sort_keys=False, allow_unicode=True, width=120)
    return written(common, {"schema_version": SCHEMA_VERSION, "page_map": content}, text.splitlines())


def checked_map(common: Common, checked: CheckedMap) -> str:
    """Each entry with what matched it, the page's address first and the verdict last."""
    document: Json = {
        "schema_version": SCHEMA_VERSION,
        "connection": checked.connection,
        "app_url": checked.app_url,
        "page_map": checked.file,
        "ok": checked.ok,
        "problem": diagnostic_document(checked.problem) if checked.problem else None,
        "entries": [_entry(one) for one in checked.entries],
    }
    return written(common, document, list(_lines(checked)))


def _entry(one: Checked) -> Json:
    return {
        "place": one.place,
        "sought": one.sought,
        "match": one.match.value,
        "count": one.count,
        "required": one.required,
        "found": one.found,
        "shows": one.shows,
    }


def _lines(checked: CheckedMap) -> Iterator[str]:
    yield f"page map  {checked.file or 'built in'}"
    yield f"page      {checked.app_url}  {checked.label}"
    yield ""
    width = max(len(one.place) for one in checked.entries)
    for one in checked.entries:
        mark = "·" if one.ok and one.match is not Match.ONE else _MARKS[one.match]
        yield f"  {mark} {one.place:<{width}}  {_told(one)}"
    yield ""
    if checked.problem is not None:
        yield from (line.plain for line in diagnostic_lines((checked.problem,), ""))
    missing = [one.place for one in checked.entries if not one.ok]
    if missing:
        yield f"{len(missing)} of {len(checked.entries)} entries do not fit the page: {', '.join(missing)}."
        yield "Name what the page really says in a file of your own, and that file in justcall.page_map."
    elif checked.problem is None:
        yield f"All {len(checked.entries)} entries fit the page."


def _told(one: Checked) -> str:
    if one.match is Match.ONE:
        return f"{one.found}  {one.shows}" if one.shows is not None else str(one.found)
    if one.match is Match.SEVERAL:
        return f"{one.count} elements are called {one.found}; looked for {one.sought}"
    return f"nothing; looked for {one.sought}" + ("" if one.required else " (not required)")
