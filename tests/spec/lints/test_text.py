from __future__ import annotations

from pathlib import Path

import pytest

from tests.spec.support import HEAD, diagnostics, said, warnings

SANDBOX = HEAD + "sandbox: true\n"


@pytest.mark.parametrize(
    ("escape", "code"),
    [
        (r"\0", "0000"),
        (r"\e", "001B"),
        (r"\t", "0009"),
        (r"\n", "000A"),
        (r"\u202e", "202E"),
        (r"\u200b", "200B"),
        (r"\u2028", "2028"),
    ],
)
@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("onelogin: {app: {name: %s}}", "onelogin.app.name"),
        ("onelogin: {access: {roles: [a, %s]}}", "onelogin.access.roles[1]"),
        ("onelogin: {access: {roles: [{name: %s}]}}", "onelogin.access.roles[0].name"),
        ("onelogin: {access: {groups: [%s]}}", "onelogin.access.groups[0]"),
        ("justcall: {sso: {default_role: %s}}", "justcall.sso.default_role"),
    ],
)
def test_names_can_be_seen(tmp_path: Path, text: str, path: str, escape: str, code: str) -> None:
    (only,) = diagnostics(tmp_path, SANDBOX + text % f'"a{escape}b"' + "\n")
    assert only.summary == f"`{path}` contains the invisible character U+{code}"


def test_names_of_parameters_too(tmp_path: Path) -> None:
    (only,) = diagnostics(tmp_path, SANDBOX + 'onelogin: {app: {parameters: {"a\\u200b": email}}}\n')
    assert only.summary.startswith("The name of `onelogin.app.parameters.a")
    assert only.summary.endswith("contains the invisible character U+200B")
    assert only.summary.isprintable()


def test_a_name_after_a_bar_ends_with_a_line_break(tmp_path: Path) -> None:
    (only,) = diagnostics(tmp_path, SANDBOX + "onelogin:\n  app:\n    name: |\n      JustCall\n")
    assert said((only,)) == ["6:11 `onelogin.app.name` contains the invisible character U+000A"]
    assert only.next_action == "Retype it on one line; a text after `|` or `>` ends with a line break."


def test_long_texts_have_lines(tmp_path: Path) -> None:
    text = (
        SANDBOX
        + 'onelogin:\n  app:\n    description: |\n      one\n      two\n    configuration: {raw: {k: "a\\nb"}}\n'
    )
    assert warnings(tmp_path, text) == ()


@pytest.mark.parametrize("name", ["Zoë Ä", "日本語", "नमस्ते", "می‌خواهم", "👩‍💻", "🇩🇪"])
def test_scripts_and_their_joiners_are_fine(tmp_path: Path, name: str) -> None:
    assert warnings(tmp_path, SANDBOX + f"onelogin: {{access: {{roles: ['{name}']}}}}\n") == ()


def test_spaces_at_the_ends_of_a_name(tmp_path: Path) -> None:
    (only,) = warnings(tmp_path, SANDBOX + "onelogin: {access: {roles: ['JustCall Users ']}}\n")
    assert said((only,)) == ["4:29 `onelogin.access.roles[0]` begins or ends with a space"]


def test_spaces_at_the_ends_of_a_text_are_its_own_business(tmp_path: Path) -> None:
    for text in ("description: ' x '", "configuration: {raw: {k: ' x '}}", "parameters: {a: {macro: ' {email} '}}"):
        assert warnings(tmp_path, SANDBOX + f"onelogin: {{app: {{{text}}}}}\n") == ()


def test_a_secret_is_not_given_away_by_its_characters(tmp_path: Path) -> None:
    (only,) = diagnostics(tmp_path, SANDBOX + "onelogin: {app: {description: !env X }}\n", {"X": "s3cr3t\u200b"})
    assert only.summary == "`onelogin.app.description` contains the invisible character"
