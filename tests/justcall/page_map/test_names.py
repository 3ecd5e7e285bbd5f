from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sso_sync.justcall.page_map.names import any_of, folded, mentioned, name_pattern

# Letters whose upper and lower case are one character each, so that case does not change what is written.
LETTERS = st.characters(categories=("Lu", "Ll", "Nd"), max_codepoint=0x17F, exclude_characters="ßıİĸŉſµ")
PUNCTUATION = st.sampled_from("/()[]{}.*+?^$|\\-_'\"`<>=#&~,;!@%…→")
WORDS = st.text(LETTERS | PUNCTUATION, min_size=1)
NAMES = st.lists(WORDS, min_size=1, max_size=4).map(" ".join).filter(folded)
SPACES = st.text(st.sampled_from(" \t\n\r\xa0"), min_size=1, max_size=3)
MAYBE_SPACES = st.text(st.sampled_from(" \t\n\xa0"), max_size=3)


@given(NAMES, MAYBE_SPACES, MAYBE_SPACES, st.sampled_from(["", "*", ":", " *", " :", "*:"]), st.data())
def test_a_name_is_recognised_however_it_is_set(
    name: str, before: str, after: str, tail: str, data: st.DataObject
) -> None:
    shown = before + data.draw(SPACES).join(name.split()) + tail + after

    for spelling in (shown, shown.upper(), shown.lower(), shown.swapcase()):
        assert name_pattern(name).search(spelling), spelling
        assert folded(spelling) == folded(name)


@given(NAMES, NAMES)
def test_two_names_match_exactly_if_they_fold_alike(one: str, other: str) -> None:
    assert bool(name_pattern(one).search(other)) is (folded(one) == folded(other))


@given(st.lists(NAMES, min_size=1, max_size=4), NAMES, st.data())
def test_several_names_match_what_one_of_them_does(names: list[str], other: str, data: st.DataObject) -> None:
    assert any_of(names).search(data.draw(st.sampled_from(names)))
    assert bool(any_of(names).search(other)) is any(name_pattern(name).search(other) for name in names)


@given(NAMES, st.text(LETTERS, min_size=1))
def test_more_around_it_is_another_name(name: str, more: str) -> None:
    assert not name_pattern(name).search(f"{more} {name}")
    assert not name_pattern(name).search(f"{name} {more}")
    assert not name_pattern(name).search(f"{more}{name}")


@given(NAMES)
def test_the_pattern_closes_nothing_that_holds_it(name: str) -> None:
    assert not set(name_pattern(name).pattern) & set("/\"'`>=,~#&")


def test_the_guides_fields_are_told_apart() -> None:
    assert not name_pattern("Entity ID").search("Issuer / Entity ID")
    assert not name_pattern("Certificate").search("X.509 Certificate")
    assert name_pattern("Issuer / Entity ID").search("ISSUER /\n ENTITY ID *")
    assert name_pattern("Email*").search("email")
    assert not name_pattern("X.509").search("X-509")


@pytest.mark.parametrize("name", ["", " ", "*", " : *", "\n"])
def test_no_name(name: str) -> None:
    assert folded(name) == ""
    with pytest.raises(ValueError, match="is no name"):
        name_pattern(name)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Configuration saved.", "saved"),
        ("SAVED!", "saved"),
        ("You have unsaved changes", None),
        ("It was saved; an error followed", "saved"),
        ("Could  not\nsave", "could not"),
        ("Couldn't save", None),
        ("", None),
    ],
)
def test_phrases_are_whole_words(text: str, found: str | None) -> None:
    assert mentioned(text, ["could not", "saved", "error"]) == found


@given(NAMES, st.lists(NAMES), st.lists(NAMES))
def test_a_phrase_is_found_among_others(phrase: str, before: list[str], after: list[str]) -> None:
    assert mentioned(" ".join([*before, phrase, *after]), [phrase]) == phrase
    assert mentioned(phrase, []) is None
