from __future__ import annotations

import re
import warnings

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from sso_sync.saml.validator import accepts, accepts_only, anchored, equivalent, guide, problem

ACS = "https://bifrost.justcall.io/passport/login/callback"
GUIDE = r"https:\/\/bifrost\.justcall\.io\/passport\/login\/callback"


def test_the_guides_own_recipe() -> None:
    assert guide(ACS) == GUIDE
    assert guide(ACS) == ACS.replace(".", r"\.").replace("/", r"\/")
    assert anchored(ACS) == f"^{GUIDE}$"


def test_what_the_unanchored_recipe_lets_through() -> None:
    assert accepts(GUIDE, ACS)
    assert accepts(GUIDE, f"https://evil.example/?x={ACS}")
    assert accepts(GUIDE, f"{ACS}/evil")
    assert not accepts_only(GUIDE, ACS)
    assert accepts("https://bifrost.justcall.io/passport/login/callback", ACS.replace(".", "x"))


def test_anchored_lets_the_url_through_and_nothing_else() -> None:
    assert accepts(anchored(ACS), ACS)
    assert accepts_only(anchored(ACS), ACS)
    for other in (f"https://evil.example/?x={ACS}", f"{ACS}/evil", ACS.replace(".", "x"), ACS.upper(), f"{ACS}\n"):
        assert not accepts(anchored(ACS), other)


@pytest.mark.parametrize(
    "pattern",
    [
        "^https://bifrost\\.justcall\\.io/passport/login/callback$",
        "^https:\\/\\/bifrost[.]justcall[.]io\\/passport\\/login\\/callback$",
        "^https\\:\\/\\/bifrost\\.justcall\\.io\\/passport\\/login\\/callback$",
        f"^{re.escape(ACS)}$",
    ],
)
def test_other_spellings_of_the_same_pattern(pattern: str) -> None:
    assert equivalent(pattern, anchored(ACS))
    assert accepts_only(pattern, ACS)


@pytest.mark.parametrize(
    "pattern",
    [
        GUIDE,
        f"^{GUIDE}",
        f"{GUIDE}$",
        f"^{GUIDE}$|.*",
        f"^{GUIDE}.*$",
        f"^{ACS}$",
        ".*",
        "",
        f"^{GUIDE.replace('https', 'https?')}$",
        f"(?i)^{GUIDE}$",
        f"^{GUIDE}\\$",
    ],
)
def test_patterns_that_let_more_or_less_through(pattern: str) -> None:
    assert not accepts_only(pattern, ACS)
    assert not equivalent(pattern, anchored(ACS))


@pytest.mark.parametrize(
    ("one", "other", "result"),
    [
        (r"a\/b", "a/b", True),
        (r"a\-b\_c", "a-b_c", True),
        (r"[\/\.]", "[/.]", True),
        ("[.]", r"\.", True),
        ("]", r"\]", True),
        ("a{", r"a\{", True),
        (r"a\.b", "a.b", False),
        (r"\d", "d", False),
        (r"[\]a]", "[]a]", True),
        (r"[\^a]", "[^a]", False),
        ("[a-z]", r"[a\-z]", False),
        ("[ab]", "[ba]", False),
        ("a{2}", r"a\{2\}", False),
        (r"a\\/b", "a/b", False),
        ("a\\", "a\\\\", False),
        ("(?x)a b", r"(?x)a\ b", False),
        ("(?#(a)b", r"(?#(a)\b", False),
        ("x" * 5000, "x" * 5000, True),
        ("/" * 5000, r"\/" * 5000, False),
    ],
)
def test_equivalent(one: str, other: str, result: bool) -> None:
    assert equivalent(one, other) is result
    assert equivalent(other, one) is result


@pytest.mark.parametrize(
    ("pattern", "words"),
    [
        ("(", "is not a regular expression"),
        ("a**", "is not a regular expression"),
        ("a{99999999999}", "is not a regular expression"),
        ("(" * 2000 + ")" * 2000, "is not a regular expression"),
        ("(a+)+$", "might never end"),
        ("(a|aa)*$", "might never end"),
        ("((a?)(a?))*b", "might never end"),
        ("a?" * 40 + "a" * 40, "might never end"),
        (".*" * 12 + "x", "might never end"),
        ("(a{1,30}){1,30}b", "might never end"),
        ("x" * 5000, "longer than 4096"),
        ("(?<=a)b", "special group"),
        ("(?x)( # (\n a*)*", "special group"),
    ],
)
def test_patterns_that_are_not_tried(pattern: str, words: str) -> None:
    assert words in (problem(pattern) or "")
    assert not accepts(pattern, "a" * 60)


@pytest.mark.parametrize(
    "pattern",
    [
        anchored(ACS),
        r"^https:\/\/.*\.justcall\.io\/.*$",
        r"https?://(www|app|bifrost)\.justcall\.io(/.*)?",
        r"(?i)^https://[a-z0-9.-]+/passport/login/callback$",
        r"^(?:https:\/\/a\.example|https:\/\/b\.example)\/callback$|^" + GUIDE,
        "[[a]x",  # Python warns about this one; nobody should have to see that
    ],
)
def test_patterns_that_people_write_can_be_tried(pattern: str) -> None:
    assert problem(pattern) is None
    assert accepts(pattern, ACS) is (re.search(pattern.replace("[[", r"[\["), ACS) is not None)


def test_a_text_of_any_size_is_no_danger() -> None:
    assert not accepts(".*", "a" * 3000)
    assert not accepts("", "a b")


URLS = st.builds(
    "https://{}.{}/{}".format,
    st.from_regex(r"[a-z][a-z0-9-]{0,12}", fullmatch=True),
    st.sampled_from(["justcall.io", "example", "a.b.c.d"]),
    st.text(st.characters(min_codepoint=33, max_codepoint=0x2FF, exclude_categories=["Cc", "Zs"]), max_size=30),
)
ANYTHING = st.text(min_size=1, max_size=20)


@given(URLS, ANYTHING)
def test_anchored_accepts_the_url_alone(url: str, extra: str) -> None:
    pattern = anchored(url)

    assert accepts(pattern, url)
    assert accepts_only(pattern, url)
    assert not accepts(pattern, url + extra)
    assert not accepts(pattern, extra + url)


@given(URLS, st.data())
def test_anchored_takes_every_character_literally(url: str, data: st.DataObject) -> None:
    position = data.draw(st.integers(0, len(url) - 1))
    other = data.draw(st.characters())
    assume(other != url[position])

    assert not accepts(anchored(url), url[:position] + other + url[position + 1 :])


@given(URLS)
def test_guide_finds_the_url_anywhere(url: str) -> None:
    assert accepts(guide(url), f"https://evil.example/?x={url}&y")
    assert guide(url) == anchored(url)[1:-1]


PIECES = st.sampled_from(
    [
        *"ab./-_:]}{$^|?*+",
        *(f"\\{char}" for char in "./-_:ab]}{$^|?*+\\dwAZ1"),
        "[.]", r"[\.]", "[a-b]", r"[a\-b]", "[^/]", r"[^\/]", "[]a]", r"[\]a]", "[&&]", r"[\&~]", "[--a]",
        "(", ")", "(?:", "(?=", "(?!", "(?i)", "{2}", "{,1}", "{1,}", "[", "\\", "(?x)", " ", "#",
    ]
)  # fmt: skip
PATTERNS = st.lists(PIECES, max_size=8).map("".join)
TEXTS = st.text(st.sampled_from("ab./-_:]}{$^|?*+\\d1&~#"), max_size=8)


@given(PATTERNS, st.data(), st.lists(TEXTS, min_size=1, max_size=6))
def test_equivalent_patterns_accept_the_same_texts(pattern: str, data: st.DataObject, texts: list[str]) -> None:
    other = data.draw(respelled(pattern) | PATTERNS)

    if equivalent(pattern, other):
        for text in texts:
            assert accepts(pattern, text) is accepts(other, text), (pattern, other, text)


def respelled(pattern: str) -> st.SearchStrategy[str]:
    """The same pattern with backslashes added or taken away, rightly or wrongly."""
    changes = [st.sampled_from([char, f"\\{char}", f"[{char}]"] if char in "./-_:" else [char]) for char in pattern]
    return st.tuples(*changes).map("".join)


@given(URLS, st.data())
def test_needless_escapes_are_seen_through(url: str, data: st.DataObject) -> None:
    pattern = "^" + "".join(
        f"\\{char}" if char in "\\^$.|?*+()[]{}" or (char in "/:-_~%&=" and data.draw(st.booleans())) else char
        for char in url
    )

    assert equivalent(pattern + "$", anchored(url))


@given(PATTERNS, TEXTS)
def test_accepts_is_pythons_search(pattern: str, text: str) -> None:
    if problem(pattern) is None:
        assert accepts(pattern, text) is (searched(pattern, text) is not None)


def searched(pattern: str, text: str) -> re.Match[str] | None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return re.search(pattern, text)
