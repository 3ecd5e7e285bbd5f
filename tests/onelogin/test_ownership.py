"""The mark in the notes survives everything that may happen to notes."""

from __future__ import annotations

import html

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sso_sync.onelogin.ownership import mark, marked, owner

CONNECTIONS = st.from_regex(r"[a-z0-9]([a-z0-9-]{0,20}[a-z0-9])?", fullmatch=True)
NOTES = st.one_of(st.none(), st.text(), st.lists(st.sampled_from(["", "a note", mark("old"), " x "])).map("\n".join))


def test_the_mark() -> None:
    assert mark("justcall-prod") == "managed by sso-sync: justcall-prod"


@pytest.mark.parametrize(
    ("notes", "connection"),
    [
        (None, None),
        ("", None),
        ("some notes", None),
        ("not managed by sso-sync: x", None),
        ("managed by sso-sync:", None),
        ("managed by sso-sync: prod", "prod"),
        ("Asked for by IT.\r\n  managed by sso-sync: prod  \r\nKeep.", "prod"),
        ("A &amp; B&#10;managed by sso-sync: prod", "prod"),
        ("managed by sso-sync: Somebody Else", "Somebody Else"),
    ],
)
def test_owner(notes: str | None, connection: str | None) -> None:
    assert owner(notes) == connection


@given(NOTES, CONNECTIONS)
def test_what_is_marked_is_owned(notes: str | None, connection: str) -> None:
    assert owner(marked(notes, connection)) == connection


@given(NOTES, CONNECTIONS)
def test_marking_twice_changes_nothing_more(notes: str | None, connection: str) -> None:
    once = marked(notes, connection)
    assert marked(once, connection) == once


@given(NOTES, CONNECTIONS, CONNECTIONS)
def test_a_former_mark_is_replaced(notes: str | None, before: str, after: str) -> None:
    assert owner(marked(marked(notes, before), after)) == after
    assert marked(marked(None, before), after) == mark(after)


@given(st.text(st.characters(exclude_characters="\r\n&", codec="utf-8"), min_size=1), CONNECTIONS)
def test_other_notes_are_kept(notes: str, connection: str) -> None:
    if owner(notes) is None and notes.strip():
        assert marked(notes, connection) == f"{notes}\n{mark(connection)}"


@given(NOTES, CONNECTIONS)
def test_html_escaping_does_not_hide_the_mark(notes: str | None, connection: str) -> None:
    assert owner(html.escape(marked(notes, connection))) == connection
