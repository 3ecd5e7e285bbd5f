"""Shortened text fits, and shortening never hides a difference."""

from __future__ import annotations

from hypothesis import assume, example, given
from hypothesis import strategies as st
from rich.cells import cell_len

from sso_sync.report.shorten import ELLIPSIS, NARROWEST, shorten, shorten_pair
from sso_sync.safe import looks, visible

WIDTHS = st.integers(min_value=0, max_value=120)
TEXTS = st.text().map(visible)


def test_a_text_that_fits_stays() -> None:
    assert shorten("https://acme.example", 20) == "https://acme.example"


def test_a_long_text_keeps_both_ends() -> None:
    assert shorten("https://acme.onelogin.com/trust/saml2/1234", 21) == "https://ac…saml2/1234"


@given(st.text(min_size=1).map(visible), WIDTHS)
@example("漢" * 40, 21)
@example("e\u0301" * 40, 20)
def test_it_fits_the_width(text: str, width: int) -> None:
    assert cell_len(shorten(text, width)) <= max(width, NARROWEST)


@given(TEXTS, WIDTHS)
def test_only_a_cut_text_has_an_ellipsis_added(text: str, width: int) -> None:
    short = shorten(text, width)
    assert short == text or short.count(ELLIPSIS) == text.count(ELLIPSIS) + 1 or ELLIPSIS in text


@st.composite
def similar(draw: st.DrawFn) -> tuple[str, str]:
    """Two long texts that differ in one place."""
    start, end = draw(st.text(max_size=90).map(visible)), draw(st.text(max_size=90).map(visible))
    return start + draw(st.text(max_size=3)) + end, start + draw(st.text(max_size=3)) + end


@given(st.one_of(similar(), st.tuples(st.text(), st.text())), WIDTHS)
@example(("a" * 50 + "b" + "a" * 50, "a" * 50 + "c" + "a" * 50), 20)
@example(("a" * 200, "a" * 201), 40)
@example(("x" * 60 + "é" + "y" * 60 + "1", "x" * 60 + "e\u0301" + "y" * 60 + "2"), 30)
@example(("x" * 60 + " " * 60, "x" * 60 + " " * 61), 30)
def test_different_texts_stay_visibly_different(pair: tuple[str, str], width: int) -> None:
    one, other = visible(pair[0]), visible(pair[1])
    assume(looks(one) != looks(other))
    short = shorten_pair(one, other, width)
    assert looks(short[0]) != looks(short[1])
    assert all(cell_len(text) <= max(width, NARROWEST) for text in short)
