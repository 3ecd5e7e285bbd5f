"""A kind of file that is no spec: nothing that is said about it may come from specs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import pytest
from pydantic import Field

from sso_sync.errors import Diagnostic, SpecError
from sso_sync.marked.annotations import Noun
from sso_sync.marked.base import Model
from sso_sync.marked.bind import bind
from sso_sync.marked.kind import FileKind
from sso_sync.marked.merge import merged
from sso_sync.marked.problem import by_place
from sso_sync.marked.reading import MAX_BYTES, UnreadableError, decode, read_bytes
from sso_sync.marked.resolve import resolve
from sso_sync.marked.tags import ENV
from sso_sync.marked.yaml_tree import compose

Colour = Annotated[Literal["red", "green"], Noun("a colour (red, …)", "colours")]


class Wheel(Model):
    """One wheel."""

    size: int = Field(description="Inches.")


class Cart(Model):
    """A cart."""

    colour: Colour = Field("red", description="What it looks like.")
    spare: list[Colour] = Field(default_factory=list, description="More colours.")
    wheels: list[Wheel] = Field(default_factory=list, description="Its wheels.")
    front: Wheel | None = Field(None, description="The one in front.")
    name: str = Field(description="What it is called.")


CART = FileKind(Cart, one="cart", many="carts", start="Start from carts/small.yaml.", examples="the examples in carts/")


def said(*texts: str, kind: FileKind[Cart] = CART) -> list[Diagnostic]:
    """What is wrong with files laid over each other, the first on top."""
    trees, problems = [], []
    for number, text in enumerate(texts, 1):
        try:
            tree, found = compose(text, f"{number}.yaml", kind)
        except SpecError as error:
            return list(error.diagnostics)
        trees.append(tree)
        problems += found
    result = bind(kind, resolve(merged(trees), kind.root))
    return list(by_place(problems if isinstance(result, Cart) else (*problems, *result), ("1.yaml",)))


def summaries(*texts: str) -> list[str]:
    return [f"{one.where} {one.summary}" for one in said(*texts)]


def test_what_is_missing_and_unknown() -> None:
    missing, unknown = said("colur: red\n")

    assert (missing.summary, missing.next_action) == ("`name` is missing in the cart", "Add `name: …`.")
    assert (unknown.summary, unknown.next_action) == ("Unknown key `colur` in the cart", "Did you mean `colour`?")
    assert unknown.detail == "The keys here are colour, spare, wheels, front, name."


def test_a_key_of_another_place_is_sent_there() -> None:
    (found,) = said("name: a\nsize: 3\n")

    assert found.next_action == "`size` belongs under `wheels[]` or under `front`."


def test_a_long_list_of_words_is_told_by_its_noun() -> None:
    one, several = said("name: a\ncolour: geen\nspare: red\n")

    assert one.summary == "`colour`: expected a colour (red, …), found the text `geen`"
    assert one.next_action == "Did you mean `green`?"
    assert several.summary == "`spare`: expected a list of colours, found the text `red`"


def test_a_mistake_is_told_where_it_was_written() -> None:
    assert summaries("front: {size: big}\n", "name: a\nfront:\n  size: 5\ncolour: blue\n") == [
        "1.yaml:1:15 `front.size`: expected a whole number, found the text `big`",
        "2.yaml:4:9 `colour`: expected a colour (red, …), found the text `blue`",
    ]


@pytest.mark.parametrize("tag", ["!env X", "!unmanaged"])
def test_the_tags_of_specs_are_refused(tag: str) -> None:
    (found,) = said(f"name: {tag}\n")

    assert found.summary == f"`{tag.split(maxsplit=1)[0]}` is not used in carts"
    assert found.detail == "It is a tag of specs; a cart says the same wherever it is used."
    assert found.where == "1.yaml:1:7"


def test_a_tag_before_a_mapping_is_refused_too() -> None:
    assert summaries("name: a\nfront: !env {size: 3}\n") == ["1.yaml:2:8 `!env` is not used in carts"]


def test_without_tags_no_other_tag_is_suggested() -> None:
    (found,) = said("name: !evn X\n")

    assert (found.summary, found.next_action) == ("Unknown tag", "Quote a value that begins with `!`.")


@pytest.mark.parametrize(
    ("text", "summary", "next_action"),
    [
        ("", "The file is empty", "Start from carts/small.yaml."),
        ("# nothing\n", "The file holds only comments", "Start from carts/small.yaml."),
        ("- a\n", "A cart is a mapping (`key: value` lines), and this file is a list", "Start from carts/small.yaml."),
        ("a: 1\n---\nb: 2\n", "The file holds several YAML documents, and a cart is one", None),
        ("%YAML 3.7\n---\na: 1\n", "Lines that begin with `%` are not used in carts", None),
        ("name: !!binary abc\n", "This `!!` tag is not used in carts", None),
    ],
)
def test_the_words_are_those_of_the_kind(text: str, summary: str, next_action: str | None) -> None:
    found = said(text)[0]

    assert found.summary == summary
    assert next_action in {None, found.next_action}
    assert "spec" not in f"{found.summary} {found.detail} {found.next_action}"


@pytest.mark.parametrize("text", ["", "# nothing\n", "---\n", "---\n# nothing\n...\n"])
def test_an_optional_file_may_hold_nothing(text: str) -> None:
    kind = FileKind(Cart, one="cart", many="carts", start="", examples="", optional=True)

    assert said(text, "name: a\n", kind=kind) == []
    assert [one.summary for one in said("[]\n", "name: a\n", kind=kind)] == [
        "A cart is a mapping (`key: value` lines), and this file is a list"
    ]


def test_a_file_that_is_no_utf8() -> None:
    with pytest.raises(SpecError, match="The file is UTF-16, and carts are UTF-8"):
        decode(b"\xff\xfea\x00", "f", CART)


def test_a_file_that_is_too_large(tmp_path: Path) -> None:
    path = tmp_path / "cart.yaml"
    path.write_bytes(b"#" * (MAX_BYTES + 1))

    with pytest.raises(UnreadableError, match="too large for a cart"):
        read_bytes(path, CART)


def test_env_without_an_environment_is_a_bug() -> None:
    kind = FileKind(Cart, one="cart", many="carts", start="", examples="", tags=(ENV,))
    tree, _ = compose("name: !env X\n", "f", kind)

    with pytest.raises(ValueError, match="no `!env`"):
        resolve(tree, kind.root)
