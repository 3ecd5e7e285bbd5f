"""Two spellings of one thing are one thing; two things never are."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sso_sync.plan.meaning import Meaning, canonical, same, shown
from sso_sync.saml.certificate import parse
from sso_sync.values import Json
from tests.plan.build import pem

_GARBAGE = "-----BEGIN CERTIFICATE-----\nnot base64!\n-----END CERTIFICATE-----\n"

_SAME: list[tuple[Meaning, Json, Json]] = [
    (Meaning.EXACT, None, None),
    (Meaning.EXACT, ["a"], ["a"]),
    (Meaning.EXACT, {"a": 1, "b": [True]}, {"b": [True], "a": 1}),
    (Meaning.EXACT, ("a", "b"), ["a", "b"]),
    (Meaning.BLANK_IS_ONE, None, ""),
    (Meaning.BLANK_IS_ONE, "x", "x"),
    (Meaning.BLANK_IS_ONE, 3, 3),
    (Meaning.ESCAPED, "A & B", "A &amp; B"),
    (Meaning.ESCAPED, "A &amp; B", "A & B"),  # a name that really holds an escape, unescaped on reading
    (Meaning.ESCAPED, "it's", "it&#39;s"),
    (Meaning.ESCAPED, None, ""),
    (Meaning.VALIDATOR, r"^https:\/\/x\.y\/$", r"^https://x\.y/$"),
    (Meaning.VALIDATOR, r"a[.]b", r"a\.b"),
    (Meaning.VALIDATOR, "", None),
    (Meaning.VALIDATOR, "[", "["),
    (Meaning.VALIDATOR, "a" * 5000, "a" * 5000),
    (Meaning.CERTIFICATE, pem("one"), "".join(pem("one").splitlines()[1:-1])),
    (Meaning.CERTIFICATE, pem("one"), pem("one").replace("\n", "\r\n")),
    (Meaning.CERTIFICATE, None, "  \n"),
    (Meaning.CERTIFICATE, _GARBAGE, _GARBAGE),
]
_DIFFERENT: list[tuple[Meaning, Json, Json]] = [
    (Meaning.EXACT, None, ""),
    (Meaning.EXACT, "x", ["x"]),
    (Meaning.EXACT, True, 1),
    (Meaning.EXACT, {"a": False}, {"a": 0}),
    (Meaning.EXACT, [], None),
    (Meaning.BLANK_IS_ONE, None, False),
    (Meaning.BLANK_IS_ONE, None, 0),
    (Meaning.BLANK_IS_ONE, "", " "),
    (Meaning.BLANK_IS_ONE, 3, "3"),
    (Meaning.BLANK_IS_ONE, "a & b", "a &amp; b"),
    (Meaning.ESCAPED, "A & B", "A & C"),
    (Meaning.ESCAPED, "A & B", None),
    (Meaning.ESCAPED, "<", "&amp;lt;"),
    (Meaning.VALIDATOR, "^a$", "a"),
    (Meaning.VALIDATOR, r"a\.b", "a.b"),
    (Meaning.VALIDATOR, "a", None),
    (Meaning.CERTIFICATE, pem("one"), pem("two")),
    (Meaning.CERTIFICATE, pem("one"), None),
    (Meaning.CERTIFICATE, _GARBAGE, _GARBAGE + " "),
    (Meaning.CERTIFICATE, pem("one"), parse(pem("two")).fingerprint),
]


@pytest.mark.parametrize(("meaning", "one", "other"), _SAME)
def test_another_spelling_is_the_same(meaning: Meaning, one: Json, other: Json) -> None:
    assert same(meaning, one, other)
    assert same(meaning, other, one)
    assert canonical(meaning, one) == canonical(meaning, other)


@pytest.mark.parametrize(("meaning", "one", "other"), _DIFFERENT)
def test_another_thing_is_not(meaning: Meaning, one: Json, other: Json) -> None:
    assert not same(meaning, one, other)
    assert not same(meaning, other, one)


@given(st.sampled_from(list(Meaning)), st.one_of(st.none(), st.booleans(), st.integers(), st.text()))
def test_a_value_is_itself(meaning: Meaning, value: Json) -> None:
    assert same(meaning, value, value)


def test_a_long_validator_is_compared_as_text() -> None:
    slash = "a/" * 3000
    assert not same(Meaning.VALIDATOR, slash, slash.replace("/", r"\/"))


def test_a_certificate_is_shown_by_its_fingerprint() -> None:
    seen = shown(Meaning.CERTIFICATE, pem("one"))
    assert isinstance(seen, dict)
    assert seen["fingerprint"] == parse(pem("one")).fingerprint
    assert seen["not_after"] == "2027-01-01T00:00:00Z"


def test_a_fingerprint_stands_for_its_certificate() -> None:
    seen = parse(pem("one")).fingerprint
    assert same(Meaning.CERTIFICATE, pem("one"), seen)
    assert not same(Meaning.CERTIFICATE, pem("two"), seen)
    assert shown(Meaning.CERTIFICATE, seen) == {"fingerprint": seen}


def test_garbage_is_shown_as_such_and_not_quoted() -> None:
    seen = shown(Meaning.CERTIFICATE, _GARBAGE)
    assert isinstance(seen, dict)
    assert set(seen) == {"problem", "text_sha256"}
    assert "not base64!" not in str(seen)
    assert seen != shown(Meaning.CERTIFICATE, _GARBAGE + " ")


@pytest.mark.parametrize("blank", [None, "", " \n"])
def test_no_certificate_is_shown_as_nothing(blank: str | None) -> None:
    assert shown(Meaning.CERTIFICATE, blank) is None


@pytest.mark.parametrize("meaning", [meaning for meaning in Meaning if meaning is not Meaning.CERTIFICATE])
def test_everything_else_is_shown_as_it_is(meaning: Meaning) -> None:
    assert shown(meaning, "A &amp; B") == "A &amp; B"
    assert shown(meaning, "") == ""
