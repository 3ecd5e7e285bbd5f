"""Nothing from outside acts on a terminal or hides from an eye, and names of all scripts pass."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from sso_sync.safe import looks, visible


@pytest.mark.parametrize(
    "name",
    [
        "Ann Lee",
        "José Müller-Łukasiewicz",
        "Jose\u0301",
        "李雷 王小明",
        "さくら\N{HIRAGANA LETTER KA}",
        "Σωκράτης",
        "Владимир",
        "שרה כהן",
        "\u0645\u062d\u0645\u062f \u0639\u0644\u06cc\u200c\u0631\u0636",
        "क्\u200dष अर्जुन",
        "สมชาย ใจดี",
        "👩\u200d💻 Support ❤\ufe0f",
        "👩🏽\u200d🚀",
        "O'Brien & Söhne <sales>",
        r"^https:\/\/bifrost\.justcall\.io$",
    ],
)
def test_legitimate_names_are_shown_as_they_are(name: str) -> None:
    assert visible(name) == name


@pytest.mark.parametrize(
    ("hostile", "shown"),
    [
        ("red\x1b[31m", r"red\x1b[31m"),
        ("two\nlines\r\t", r"two\nlines\r\t"),
        ("c1\x9b31m", r"c1\x9b31m"),
        ("bell\x07 nul\x00 del\x7f", r"bell\x07 nul\x00 del\x7f"),
        ("abc\u202edcba", r"abc\u202edcba"),
        ("\u2066isolate\u2069", r"\u2066isolate\u2069"),
        ("Just\u200bCall", r"Just\u200bCall"),
        ("Just\u200dCall", r"Just\u200dCall"),
        ("\u200djoined\u200c", r"\u200djoined\u200c"),
        ("soft\xadhyphen", r"soft\xadhyphen"),
        ("no\xa0break", r"no\xa0break"),
        ("line\u2028sep", r"line\u2028sep"),
        ("\ufeffbom", r"\ufeffbom"),
        ("tag\U000e0041", r"tag\U000e0041"),
        ("lone\ud800", r"lone\ud800"),
        ("private\ue000", r"private\ue000"),
        ("filler\u3164\u2800", r"filler\u3164\u2800"),
        ("\u0301leading mark", r"\u0301leading mark"),
        ("style\ufe0f", r"style\ufe0f"),
    ],
)
def test_what_could_deceive_is_written_out(hostile: str, shown: str) -> None:
    assert visible(hostile) == shown


def test_a_pile_of_marks_is_cut_down() -> None:
    assert visible("a" + "\u0301" * 6) == "a" + "\u0301" * 4 + r"\u0301\u0301"


@given(st.text())
@example("\u0600\u200d\u0600")
def test_no_line_break_no_control_no_override_survives(text: str) -> None:
    shown = visible(text)
    assert len(shown.splitlines()) <= 1
    assert not {unicodedata.category(character) for character in shown} & {"Cc", "Cs", "Co", "Zl", "Zp"}
    assert not {unicodedata.bidirectional(character) for character in shown} & {"LRO", "RLO", "LRE", "RLE", "PDF"}
    shown.encode("utf-8")


@given(st.text())
def test_showing_twice_changes_nothing_more(text: str) -> None:
    assert visible(visible(text)) == visible(text)


def test_texts_that_cannot_be_told_apart_look_the_same() -> None:
    assert looks("Jose\u0301") == looks("José")
    assert looks("Jose") != looks("José")
