"""Values in words: every kind of nothing has its own, and two different values never look the same."""

from __future__ import annotations

import pytest
from hypothesis import example, given

from sso_sync.report.values import differences, exact, show
from sso_sync.safe import looks, visible
from sso_sync.values import Json
from tests.report.plans import JSON


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (None, "(not set)"),
        ("", '""'),
        ([], "(none)"),
        ({}, "(none)"),
        (True, "yes"),
        (0, "0"),
        (1.5, "1.5"),
        (" padded ", '" padded "'),
        ("known after apply", '"known after apply"'),
        ("(sensitive)", '"(sensitive)"'),
        (["a", None, [], {"k": ""}], 'a, (not set), [], {k: ""}'),
        ({"enabled": False, "values": ["x", "y"]}, "enabled: no, values: [x, y]"),
        ({"fingerprint": "9F:3A:11:C0:55", "not_after": "2027-01-02T00:00:00Z"}, "9F:3A:11:C0… until 2027-01-02"),
        ({"fingerprint": "9F:3A"}, "9F:3A"),
        ({"problem": "no PEM", "text_sha256": "ab12"}, "no readable certificate (text with SHA-256 ab12…)"),
    ],
)
def test_a_value_in_words(value: Json, shown: str) -> None:
    assert show(value) == shown


def test_two_certificates_with_the_same_beginning_are_told_apart() -> None:
    one: Json = {"fingerprint": "9F:3A:11:C0:01", "not_after": "2027-01-02"}
    other: Json = {"fingerprint": "9F:3A:11:C0:02", "not_after": "2027-01-02"}
    (difference,) = differences(one, other)
    assert "9F:3A:11:C0:01" in difference.before
    assert "9F:3A:11:C0:02" in difference.after


def test_only_the_parts_that_differ_are_named() -> None:
    found = differences({"a": 1, "b": [1], "gone": None}, {"a": 1, "b": [2], "new": ""})
    assert [(one.key, one.before, one.after) for one in found] == [("b", "1", "2"), ("new", "(not set)", '""')]


@given(JSON)
def test_a_shown_value_is_safe_and_on_one_line(value: Json) -> None:
    assert visible(show(value)) == show(value)


@given(JSON, JSON)
@example(True, 1)
@example(0.0, 0)
@example({"a": "yes"}, {"a": True})
@example({"a": None}, {})
@example("a, b", ["a", "b"])
def test_different_values_have_a_visible_difference(before: Json, after: Json) -> None:
    found = differences(before, after)
    assert found
    if exact(before) != exact(after):
        assert all(looks(one.before) != looks(one.after) for one in found)
