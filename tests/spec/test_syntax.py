from __future__ import annotations

import pytest

from sso_sync.marked.yaml_tree import Parser
from tests.spec.support import PARSERS, said, syntax_error

CASES = [
    ("a: b: c\n", "1:5 The value on this line contains a second `:`"),
    ("a: b\n c: d\n", "2:3 A key cannot stand here"),
    ("onelogin\n  app: x\n", "2:6 A key cannot stand here"),
    ("a:\n  b: 1\n c: 2\n", "3:2 The indentation of this line does not fit the lines above"),
    ("a:\n  - b\n c: 1\n", "3:2 The indentation of this line does not fit the lines above"),
    ("- a\nb: 1\n", "2:1 The indentation of this line does not fit the lines above"),
    ("a: 'it's'\n", "1:8 This does not belong to the value before it"),
    ("a: 'b\nc: d\n", "1:4 This quote is not closed"),
    ('a: "b\nc: d\n', "1:4 This quote is not closed"),
    ("a: [b, c\nd: e\n", "1:4 This list is not closed"),
    ("a: {b: c\nd: e\n", "1:4 This mapping is not closed"),
    ("a: [b,, c]\n", "1:7 A value is missing here"),
    ("a: ]\n", "1:4 A value is missing here"),
    ("a: 1\nb\n", "2:1 This line has no `:` after its key"),
    ("a: 1\nb c\nd: 2\n", "2:1 This line has no `:` after its key"),
    ("a: - b\n", "1:4 A list cannot begin on the line of its key"),
    ("a: ? b\n", "1:4 A value cannot begin with `? `"),
    ("a: *\n", "1:4 A value cannot begin with `*` or `&` unless it is quoted"),
    ("a: & b\n", "1:4 A value cannot begin with `*` or `&` unless it is quoted"),
    ("a: !x!y z\n", "1:4 A value cannot begin with `!` unless it is quoted"),
    ("a: {b: !unmanaged}\n", "1:18 A tag needs a space after it"),
    ("a: @b\n", "1:4 A value cannot begin with `@`"),
    ("a: `b`\n", "1:4 A value cannot begin with a backtick"),
    ("a: %b\n", "1:4 A value cannot begin with `%`"),
    ("a: |b\n  c\n", "1:5 After `|` or `>` the text begins on the next line"),
    ("a: 1\n...\nb: 2\n", "3:1 Nothing may follow the end of the document"),
    ("%YAML 9.9\n---\na: 1\n", "1:1 Lines that begin with `%` are not used in specs"),
    (": b\n", "1:1 A key is missing here"),
]


@pytest.mark.parametrize("parser", PARSERS)
@pytest.mark.parametrize(("text", "expected"), CASES)
def test_syntax_errors_in_words(parser: Parser, text: str, expected: str) -> None:
    assert said((syntax_error(text, parser),)) == [expected]


@pytest.mark.parametrize("parser", PARSERS)
def test_an_escape_in_double_quotes_suggests_single_ones(parser: Parser) -> None:
    only = syntax_error(r'acs_url_validator: "^https://bifrost\.justcall\.io$"' + "\n", parser)
    assert only.summary == "In double quotes `\\` begins an escape, and this is none"
    assert only.next_action == "Use single quotes: they take regular expressions and Windows paths as they are."


@pytest.mark.parametrize("parser", PARSERS)
@pytest.mark.parametrize("text", ["a:\n\tb: c\n", "a:\n  b: 1\n\tc: 2\n", "a: |\n  x\n\ty\n"])
def test_a_tab_for_indentation(parser: Parser, text: str) -> None:
    only = syntax_error(text, parser)
    assert only.summary == "A tab is used for indentation; YAML takes only spaces"
    assert only.line == text.count("\n", 0, text.index("\t")) + 1
    assert only.detail is None


@pytest.mark.parametrize("parser", PARSERS)
def test_all_lines_with_tabs_are_listed_at_once(parser: Parser) -> None:
    assert syntax_error("a:\n\tb: 1\n\tc: 2\nd: 3\n \te: 4\n", parser).detail == "Lines that begin with a tab: 2, 3, 5."


@pytest.mark.parametrize("parser", PARSERS)
def test_a_file_full_of_tabs_is_not_listed_in_full(parser: Parser) -> None:
    detail = syntax_error("a:\n" + "\tb: 1\n" * 50, parser).detail
    assert detail == "Lines that begin with a tab: 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, …."


@pytest.mark.parametrize("parser", PARSERS)
def test_no_message_repeats_the_text_of_the_file(parser: Parser) -> None:
    for text, _ in CASES:
        secret = text.replace("b", "hunter2hunter2")
        assert "hunter2" not in str(syntax_error(secret, parser))
