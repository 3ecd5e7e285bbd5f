"""Names that want to be more than names, in whatever a service makes of a message."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from apprise import NotifyFormat
from apprise.conversion import convert_between
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from sso_sync.notifying.wording import code, prose

HOSTILE = (
    "<script>alert(1)</script>",
    "<!channel> <@U123>",
    "[here](https://evil.example)",
    "![x](//evil.example/pixel)",
    "see https://evil.example or www.evil.example",
    "@everyone and bob@here and @room",
    "`; rm -rf / #`",
    "**bold** _so_ ~~gone~~ ||spoiler||",
    "\nsso-sync: all is well\n# heading\n> quote",
    "\u202egnp.exe\u2066",
    "a|b\\c$x$",
)
HARMLESS = ("onelogin.app.configuration.acs_url_validator", "bob.b-1@acme.example", "José 李雷", "12 (3%), 'ok'; a: b?")
MENTION = re.compile(r"(?<![A-Za-z0-9.+-])@\w|@(all|channel|everyone|here|room|team)\b", re.ASCII)
ACTIVE = ("".join(HOSTILE) + "ab_/:.@<>*`[]()").replace("\n", "")


class _Tags(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.tags.add(tag)


def harmless(message: str) -> None:
    """Nothing but paragraphs and code, in Markdown and in what becomes of it; nobody is called."""
    kinds = {token.type for token in _flat(MarkdownIt("gfm-like", {"linkify": False}).parse(message))}
    assert kinds <= {"paragraph_open", "paragraph_close", "inline", "text", "code_inline"}, kinds
    html = convert_between(NotifyFormat.MARKDOWN, NotifyFormat.HTML, message)  # type: ignore[no-untyped-call]
    assert _Tags(str(html)).tags <= {"p", "code"}
    assert not MENTION.search(message)
    assert "://" not in message
    assert "<" not in message
    assert "\n" not in message


def _flat(tokens: list[Token]) -> list[Token]:
    return [one for token in tokens for one in (token, *_flat(token.children or []))]


@pytest.mark.parametrize("name", HOSTILE)
def test_a_name_is_only_a_name(name: str) -> None:
    harmless(f"name {prose(name)} end")
    harmless(f"name {code(name)} end")


@settings(max_examples=60)
@given(st.text(st.sampled_from(ACTIVE), max_size=30))
def test_so_is_any_other(name: str) -> None:
    harmless(f"name {prose(name)} end {code(name)}")


@pytest.mark.parametrize("name", HARMLESS)
def test_what_can_do_no_harm_stays_as_it_is(name: str) -> None:
    assert prose(name) == name
