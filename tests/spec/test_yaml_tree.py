from __future__ import annotations

from pathlib import Path

import pytest

from sso_sync.errors import SpecError
from sso_sync.marked.nodes import ListNode, MapNode, ScalarNode
from sso_sync.marked.yaml_tree import MAX_DEPTH, MAX_NODES, Parser, compose
from sso_sync.spec.connection import Mark
from sso_sync.spec.kind import SPEC
from tests.spec.support import PARSERS, composing, connection, said, syntax_error

both = pytest.mark.parametrize("parser", PARSERS)


def tree(text: str, parser: Parser) -> MapNode:
    root, problems = compose(text, "f", SPEC, parser)
    assert problems == []
    return root


@both
def test_every_value_knows_its_place(parser: Parser) -> None:
    root = tree("a: 1\nb:\n  - x\n  - c: 'y'\n    d: [z]\nf:\n  g: h\n", parser)
    assert (root.entries["a"].key, root.entries["a"].node.mark) == (Mark("f", 1, 1), Mark("f", 1, 4))
    items = root.entries["b"].node
    assert isinstance(items, ListNode)
    assert items.mark == Mark("f", 2, 1), "a block list is looked for at its key"
    assert [item.mark for item in items.items] == [Mark("f", 3, 5), Mark("f", 4, 5)]
    inner = items.items[1]
    assert isinstance(inner, MapNode)
    assert inner.entries["d"].node.mark == Mark("f", 5, 8), "a flow list where it begins"
    assert root.entries["f"].node.mark == Mark("f", 6, 1)


@both
def test_columns_count_characters(parser: Parser) -> None:
    assert tree("{ä€😀: x, b: y}", parser).entries["b"].key == Mark("f", 1, 10)


@both
@pytest.mark.parametrize(
    ("text", "summary"),
    [
        ("", "The file is empty"),
        ("\n \n", "The file is empty"),
        ("---\n...\n", "The file is empty"),
        ("# nothing yet\n", "The file holds only comments"),
    ],
)
def test_files_without_content(parser: Parser, text: str, summary: str) -> None:
    assert said((syntax_error(text, parser),)) == [f"1:1 {summary}"]


@both
@pytest.mark.parametrize(
    ("text", "what"),
    [("- a\n", "a list"), ("hello\n", "a single value"), ("!env X\n", "a single value"), ("null\n", "a single value")],
)
def test_the_top_is_a_mapping(parser: Parser, text: str, what: str) -> None:
    assert syntax_error(text, parser).summary == f"A spec is a mapping (`key: value` lines), and this file is {what}"


@both
def test_one_document_with_markers_is_fine(parser: Parser) -> None:
    assert list(tree("---\na: 1\n...\n", parser).entries) == ["a"]


@both
def test_several_documents_are_refused(parser: Parser) -> None:
    assert said((syntax_error("a: 1\n---\nb: 2\n", parser),)) == [
        "2:1 The file holds several YAML documents, and a spec is one"
    ]


@both
def test_duplicate_keys_name_both_places_and_do_not_hide_each_other(parser: Parser) -> None:
    found = composing("a: 1\nb: {x: 1, x: 2}\na: 3\na: 4\n", parser)
    assert said(found) == [
        "2:11 The key `x` is written twice",
        "3:1 The key `a` is written twice",
        "4:1 The key `a` is written twice",
    ]
    assert found[1].detail == "It was written first at spec.yaml:1:1; only one of the two can count."


@both
def test_keys_that_differ_only_in_case_are_two(parser: Parser) -> None:
    assert list(tree("a: 1\nA: 2\n", parser).entries) == ["a", "A"]


@both
@pytest.mark.parametrize("key", ["1", "true", "no", "2026-01-01", "0x1F", "1.5", "'null'", "!!str 5"])
def test_keys_are_their_text(parser: Parser, key: str) -> None:
    assert list(tree(f"{key}: x\n", parser).entries) == [key.removeprefix("!!str ").strip("'")]


@both
@pytest.mark.parametrize("key", ["null", "~", "Null", "NULL"])
def test_null_is_no_key(parser: Parser, key: str) -> None:
    assert syntax_error(f"{key}: x\n", parser).summary == "A key is missing here"


@both
@pytest.mark.parametrize("text", ["[a, b]: c\n", "{a: b}: c\n", "? - a\n: b\n", "!unmanaged : c\n", "!env X : c\n"])
def test_only_text_is_a_key(parser: Parser, text: str) -> None:
    assert syntax_error(text, parser).summary == "A key must be plain text"


@both
def test_a_template_is_one_mistake(parser: Parser) -> None:
    only = syntax_error("a: {{ name }}\n", parser)
    assert (only.line, only.column, only.summary) == (1, 5, "A key must be plain text")
    assert "template" in (only.detail or "")


@both
def test_a_value_that_was_commented_out_is_not_null(parser: Parser) -> None:
    """`roles:` with every role commented out must not come to mean "detach all roles"."""
    only = syntax_error("roles:\n  # - JustCall Users\n", parser)
    assert said((only,)) == ["1:1 `roles` has no value"]
    assert only.next_action == "Write null, or [] for an empty list, if that is meant; otherwise remove the key."


@both
def test_an_empty_list_entry(parser: Parser) -> None:
    assert said(composing("a:\n  - x\n  -\n", parser)) == ["3:4 This list entry is empty"]


@both
@pytest.mark.parametrize("null", ["null", "~", "Null", "NULL"])
def test_a_written_null_is_null(parser: Parser, null: str) -> None:
    node = tree(f"a: {null}\n", parser).entries["a"].node
    assert isinstance(node, ScalarNode)
    assert node.null


# aliases and merge keys


@both
def test_an_alias_is_the_same_value_at_the_anchors_place(parser: Parser) -> None:
    root = tree("a: &x {k: v}\nb: *x\n", parser)
    assert root.entries["b"].node is root.entries["a"].node


@both
def test_merge_keys_fill_in_what_is_not_written(parser: Parser) -> None:
    root = tree("a: &a {x: 1, y: 1}\nb: &b {y: 2, z: 2}\nc:\n  <<: [*a, *b]\n  x: 3\n", parser)
    merged = root.entries["c"].node
    assert isinstance(merged, MapNode)
    nodes = {key: entry.node for key, entry in merged.entries.items()}
    texts = {key: node.text for key, node in nodes.items() if isinstance(node, ScalarNode)}
    assert texts == {"x": "3", "y": "1", "z": "2"}
    assert merged.entries["z"].node.mark.line == 2


@both
def test_a_merge_key_takes_mappings(parser: Parser) -> None:
    assert said(composing("a: {<<: 5}\n", parser)) == ["1:9 `<<` takes a mapping to merge, or a list of mappings"]


@both
def test_a_quoted_merge_key_is_a_key(parser: Parser) -> None:
    assert list(tree("'<<': x\n", parser).entries) == ["<<"]


@both
def test_an_alias_without_anchor_does_not_repeat_its_name(parser: Parser) -> None:
    only = syntax_error("secret: *hunter2\n", parser)
    assert only.summary == "This alias (`*name`) has no anchor (`&name`) above it"
    assert "hunter2" not in str(only)


@both
@pytest.mark.parametrize("text", ["a: &x [*x]\n", "a: &x {b: {c: *x}}\n", "a: &x\n  - - *x\n"])
def test_an_alias_inside_its_anchor(parser: Parser, text: str) -> None:
    assert syntax_error(text, parser).summary == "This alias refers to something that contains the alias itself"


def bomb(levels: int, width: int) -> str:
    lowest = [f"a0: &a0 [{','.join('x' * width)}]"]
    rest = [f"a{n}: &a{n} [{','.join([f'*a{n - 1}'] * width)}]" for n in range(1, levels)]
    return "\n".join(lowest + rest) + "\n"


@both
def test_an_alias_bomb_is_refused_before_it_is_built(parser: Parser) -> None:
    only = syntax_error(bomb(levels=30, width=10), parser)
    assert only.line == 5
    assert only.summary == f"The file holds more than {MAX_NODES} values once its aliases are expanded"


@both
def test_merge_keys_are_no_way_around_the_limit(parser: Parser) -> None:
    only = syntax_error(bomb(levels=5, width=10) + "b: {<<: *a4}\n", parser)
    assert "values once its aliases are expanded" in only.summary


def test_a_harmless_number_of_aliases_is_fine() -> None:
    compose(bomb(levels=4, width=10), "f", SPEC)


def test_too_many_values_without_any_alias() -> None:
    text = "a: [" + "x," * (MAX_NODES + 1) + "]\n"
    with pytest.raises(SpecError, match="more than 50000 values"):
        compose(text, "f", SPEC)


@both
@pytest.mark.parametrize("opening", ["[", "{a: "])
def test_nesting_is_limited(parser: Parser, opening: str) -> None:
    only = syntax_error("a: " + opening * (MAX_DEPTH + 1), parser)
    assert only.summary == f"The file is nested more than {MAX_DEPTH} levels deep"


@both
def test_nesting_through_aliases_is_limited_too(parser: Parser) -> None:
    chain = "a0: &a0 [x]\n" + "".join(f"a{n}: &a{n} [*a{n - 1}]\n" for n in range(1, MAX_DEPTH + 1))
    assert syntax_error(chain, parser).summary == f"The file is nested more than {MAX_DEPTH} levels deep"


@both
def test_nesting_up_to_the_limit_is_read(parser: Parser) -> None:
    levels = MAX_DEPTH - 1
    assert composing("a: " + "[" * levels + "x" + "]" * levels + "\n", parser) == ()


# tags


@both
@pytest.mark.parametrize(
    ("text", "summary"),
    [
        (
            "!!python/object/apply:os.system [x]",
            "`!!python/…` tags run code while a file is read and are never accepted",
        ),
        ("!!python/name:os.system ''", "`!!python/…` tags run code while a file is read and are never accepted"),
        ("!!binary aGk=", "This `!!` tag is not used in specs"),
        ("!!int '1'", "This `!!` tag is not used in specs"),
        ("!!set {a, b}", "This `!!` tag is not used in specs"),
        ("!Env X", "Unknown tag; did you mean `!env`?"),
        ("!unmanage", "Unknown tag; did you mean `!unmanaged`?"),
        ("!vault secret", "Unknown tag"),
        ("! x", "Unknown tag"),
        ("!env", "`!env` names no variable"),
        ("!env two words", "`!env` needs the name of an environment variable"),
        ("!env 1A", "`!env` needs the name of an environment variable"),
        ("!env s3cr3t-value", "`!env` needs the name of an environment variable"),
        ("!env [A]", "`!env` stands before a list or mapping, and works on single values"),
        ("!unmanaged {}", "`!unmanaged` stands before a list or mapping, and works on single values"),
        ("!unmanaged x", "`!unmanaged` takes no value"),
    ],
)
def test_tags_that_are_refused(parser: Parser, text: str, summary: str) -> None:
    found = composing(f"a: {text}\nb: 1\n", parser)
    assert said(found)[-1] == f"1:4 {summary}"


@both
def test_a_tag_that_may_be_a_password_is_not_repeated(parser: Parser) -> None:
    assert "hunter2" not in str(composing("a: !hunter2\nb: !env hunter-2\n", parser))


@both
def test_several_mistakes_are_told_at_once(parser: Parser) -> None:
    assert said(composing("a: !x 1\nb:\nc: !env\nc: *d\n", parser)) == [
        "1:4 Unknown tag",
        "3:4 `!env` names no variable",
        "4:4 This alias (`*name`) has no anchor (`&name`) above it",
        "2:1 `b` has no value",
        "4:1 The key `c` is written twice",
    ]


@both
def test_half_a_character_is_refused(parser: Parser) -> None:
    assert syntax_error('a: "\\ud800"\n', parser).line == 1


def test_standard_tags_that_say_nothing_new_are_fine(tmp_path: Path) -> None:
    text = "!!map\nversion: 1\nname: !!str prod\nsandbox: true\nonelogin: {access: {roles: !!seq [!!str 5]}}\n"
    assert connection(tmp_path, text).spec.onelogin.access.roles == ["5"]
