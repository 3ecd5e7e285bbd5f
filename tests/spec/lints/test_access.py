from __future__ import annotations

from pathlib import Path

import pytest

from tests.spec.support import HEAD, diagnostics, said, warnings

SANDBOX = HEAD + "sandbox: true\n"


def access(text: str) -> str:
    return SANDBOX + "onelogin:\n  access:\n" + "".join(f"    {line}\n" for line in text.splitlines())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("roles: [a, b, a]", "6:19 The role `a` is listed twice"),
        ("roles: [a, {name: a}]", "6:23 The role `a` is listed twice"),
        ("roles: [{name: a}, a]", "6:24 The role `a` is listed twice"),
        ("users: [a@b, A@B]", "6:18 The user `a@b` is listed twice"),
        ("groups: [a, a]", "6:17 The group `a` is listed twice"),
        ("roles: [{name: x, members: [a@b, c@d, A@b]}]", "6:43 The member `a@b` is listed twice"),
    ],
)
def test_nothing_is_listed_twice(tmp_path: Path, text: str, expected: str) -> None:
    (only,) = diagnostics(tmp_path, access(text))
    assert said((only,)) == [expected]
    assert (only.detail or "").startswith(f"It is listed first at {tmp_path}/spec.yaml:6:")
    assert only.next_action == "Remove one of the two."


def test_three_times_is_told_twice(tmp_path: Path) -> None:
    assert len(diagnostics(tmp_path, access("users: [a@b, a@b, a@b]"))) == 2


def test_the_same_person_in_two_places_is_fine(tmp_path: Path) -> None:
    text = "roles: [{name: x, members: [a@b]}, {name: y, members: [a@b]}]\nusers: [a@b]\ngroups: [x]"
    assert warnings(tmp_path, access(text)) == ()


def test_a_secret_that_is_listed_twice_is_not_repeated(tmp_path: Path) -> None:
    for text in ("users: [!env X , s3cr3t@b]", "users: [s3cr3t@b, !env X ]"):
        (only,) = diagnostics(tmp_path, access(text), {"X": "s3cr3t@b"})
        assert only.summary.startswith("The user the value of `onelogin.access.users[")
        assert "s3cr3t" not in str(only)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("roles: [{name: JustCall - direct access, members: []}]", "JustCall - direct access"),
        ("direct_role: Ours\nroles: [{name: Ours, members: [a@b]}]", "Ours"),
    ],
)
def test_the_owned_role_has_no_members_of_its_own(tmp_path: Path, text: str, name: str) -> None:
    (only,) = diagnostics(tmp_path, access(text))
    assert only.summary == f"The members of `{name}` are managed elsewhere"


@pytest.mark.parametrize(
    "text",
    [
        "roles: [JustCall - direct access]",
        "roles: [{name: JustCall - direct access, create: true}]",
        "direct_role: Ours\nroles: [{name: JustCall - direct access, members: []}]",
    ],
)
def test_other_mentions_of_the_owned_role_are_fine(tmp_path: Path, text: str) -> None:
    assert warnings(tmp_path, access(text)) == ()


def test_the_owned_role_follows_the_name_of_the_app(tmp_path: Path) -> None:
    text = SANDBOX + "onelogin: {app: {name: Calls}, access: {roles: [{name: Calls - direct access, members: []}]}}\n"
    assert len(diagnostics(tmp_path, text)) == 1
