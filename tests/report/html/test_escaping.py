"""Names that somebody else wrote stay text, wherever they stand; and the page can ask nobody for anything."""

from __future__ import annotations

import base64
import hashlib
import re
from collections import Counter
from functools import cache
from itertools import pairwise

from sso_sync.report.html.formatter import report_page
from sso_sync.report.interface import Style
from sso_sync.safe import visible
from tests.report.every import every
from tests.report.html.dom import Dom, parsed
from tests.report.html.fleet import NOW, fleet, page
from tests.report.test_hostile import hostile

_LINES = {"p", "bdi", "tspan"}  # a detail of several lines is several paragraphs, and so are the lines of a runbook
_REFERENCES = {"href", "src", "action", "formaction", "data", "poster", "srcset", "xlink:href", "background", "style"}


def shape(found: Dom) -> Counter[tuple[str, tuple[str, ...]]]:
    """How many elements there are of each kind with which attributes."""
    kinds = ((tag, tuple(sorted(attributes))) for tag, attributes in found.elements if tag not in _LINES)
    return Counter(kinds)


def documents(name: str) -> list[Dom]:
    """The report of a connection that has `name` all over it, and everything else that the format can write."""
    entries = [fleet(name)[index] for index in (3, 5)]
    made = report_page(entries, Style(), at=NOW, since=None)
    return [parsed(text) for text in (made, *every("html", name))]


@cache
def calm() -> list[Counter[tuple[str, tuple[str, ...]]]]:
    return [shape(one) for one in documents("harmless")]


@hostile
def test_a_name_is_shown_as_it_is_and_becomes_no_element_and_no_attribute(name: str) -> None:
    found, shown = documents(name), visible(name)
    for attacked, expected in zip(found, calm(), strict=True):
        assert shape(attacked) == expected
        check_harmless(attacked)
    assert any(text == shown for text in found[0].within("h2"))
    # Headings, the table, notes, rows, reasons, places, roles, people, certificates: wherever it is not cut.
    assert sum(shown in text for _, text in found[0].texts) >= 15


def check_harmless(found: Dom) -> None:
    for tag, attributes in found.elements:
        assert tag not in (
            "script",
            "img",
            "iframe",
            "object",
            "embed",
            "base",
            "form",
            "image",
            "use",
            "foreignobject",
        )
        for key, value in attributes.items():
            assert not key.startswith("on")
            if key in _REFERENCES:
                assert key == "href"
                assert value == "data:," or re.fullmatch(r"#[a-z0-9-]+", value or "")


def test_the_policy_allows_this_style_and_nothing_else() -> None:
    found = parsed(page())
    policy = next(one["content"] for _, one in found.elements if one.get("http-equiv") == "Content-Security-Policy")
    digest = base64.b64encode(hashlib.sha256(found.style.encode()).digest()).decode()
    assert policy == (
        f"default-src 'none'; style-src 'sha256-{digest}'; img-src data:; base-uri 'none'; form-action 'none'"
    )
    assert not re.search(r"url\(|@import|@font-face|expression", found.style)


def test_ids_are_unique_and_every_link_leads_somewhere() -> None:
    found = parsed(page("<script>"))
    ids = Counter(one["id"] for _, one in found.elements if "id" in one)
    assert ids
    assert set(ids.values()) == {1}
    for _, attributes in found.elements:
        places = (attributes.get("aria-labelledby") or "").split()
        for key in ("href", "fill"):
            places += re.findall(r"#([^)\s]+)", attributes.get(key) or "")
        assert set(places) <= ids.keys()


def test_headings_do_not_skip_a_level_and_there_is_one_first_one() -> None:
    levels = [int(tag[1]) for tag, _ in parsed(page()).elements if re.fullmatch(r"h[1-6]", tag)]
    assert levels.count(1) == 1
    assert levels[0] == 1
    assert all(later <= earlier + 1 for earlier, later in pairwise(levels))


def test_tables_have_captions_and_scopes_and_charts_have_words() -> None:
    found = parsed(page())
    tags = Counter(tag for tag, _ in found.elements)
    assert tags["table"] == tags["caption"]
    assert all(one.get("scope") in ("col", "row") for tag, one in found.elements if tag == "th")
    charts = [one for tag, one in found.elements if tag == "svg" and one.get("role") == "img"]
    assert len(charts) == 4  # the certificates, and the histories of three connections
    assert all(one.get("aria-labelledby") for one in charts)
    assert tags["desc"] == len(charts)
