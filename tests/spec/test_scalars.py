"""What a scalar means depends on where it stands."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sso_sync.marked.nodes import Entry, MapNode, ScalarNode
from sso_sync.spec.connection import Mark
from sso_sync.spec.model import Rule, RuleAction, RuleCondition
from sso_sync.spec.resolve import resolve
from tests.spec.support import HEAD, connection, diagnostics, said

SANDBOX = HEAD + "sandbox: true\n"

# What YAML 1.1, YAML 1.2 or a careless reader would turn into something else.
TREACHEROUS = [
    *("No", "yes", "on", "OFF", "y", "n", "true", "False"),
    *("123", "007", "0x1F", "0o17", "1_000", "1:30", "-5", "1.10", "1e3", ".inf", ".nan", "+1"),
    *("2026-01-01", "2026-01-01T00:00:00Z", "=", "none", "None"),
]


@pytest.mark.parametrize("text", TREACHEROUS)
def test_where_text_is_wanted_a_scalar_is_its_text(tmp_path: Path, text: str) -> None:
    found = connection(
        tmp_path,
        SANDBOX
        + f"""\
onelogin:
  app:
    name: {text}
    previously: [{text}]
    configuration: {{relay_state: {text}}}
    parameters:
      attribute: {{default_values: [{text}]}}
  access:
    roles: [{text}, {{name: {text}x}}]
justcall:
  sso: {{default_role: {text}}}
""",
    ).spec
    app = found.onelogin.app
    assert (app.name, app.previously, app.configuration.relay_state) == (text, [text], text)
    assert found.onelogin.access.roles is not None
    assert found.onelogin.access.roles[0] == text
    assert found.justcall.sso.default_role == text
    assert "attribute" in app.parameters


@pytest.mark.parametrize("text", ["90", "007", "1.10", "true", "yes", "2026-01-01"])
def test_words_of_a_rule_are_texts_as_written(tmp_path: Path, text: str) -> None:
    found = connection(
        tmp_path,
        SANDBOX
        + f"""\
onelogin:
  app:
    rules:
      - name: r
        conditions: [{{source: last_login, operator: '>', value: {text}}}]
        actions: [{{action: set_role, value: [{text}]}}]
""",
    ).spec
    assert found.onelogin.app.rules == [
        Rule(
            name="r",
            conditions=[RuleCondition(source="last_login", operator=">", value=text)],
            actions=[RuleAction(action="set_role", value=[text])],
        )
    ]


def test_digits_are_a_subdomain(tmp_path: Path) -> None:
    text = HEAD + "onelogin: {subdomain: 123}\njustcall: {driver: browser}\n"
    assert connection(tmp_path, text).spec.onelogin.subdomain == "123"


def test_off_is_a_word_where_words_are_wanted(tmp_path: Path) -> None:
    assert connection(tmp_path, SANDBOX + "guards: {match_users: off}\n").spec.guards.match_users == "off"


@pytest.mark.parametrize(
    ("text", "value"),
    [("Standard", "Standard"), ("12", 12), ("'12'", "12"), ("012", "012"), ("true", "true"), ("-", "-")],
)
def test_digits_are_an_id_where_an_id_may_stand(tmp_path: Path, text: str, value: str | int) -> None:
    policy = connection(tmp_path, SANDBOX + f"onelogin: {{app: {{policy: {text}}}}}\n").spec.onelogin.app.policy
    assert policy == value
    assert type(policy) is type(value)


@pytest.mark.parametrize(
    ("text", "value"),
    [("1", 1), ("'1'", "1"), ("true", True), ("yes", "yes"), ("null", None), ("~", None), ("1.5", "1.5"), ("''", "")],
)
def test_raw_values_keep_their_kind(tmp_path: Path, text: str, value: object) -> None:
    raw = f"onelogin: {{app: {{configuration: {{raw: {{k: {text}}}}}}}}}\n"
    spec = connection(tmp_path, SANDBOX + raw).spec
    assert spec.onelogin.app.configuration.raw == {"k": value}
    assert type(spec.onelogin.app.configuration.raw["k"]) is type(value)


@pytest.mark.parametrize("text", ["yes", "on", "no", "y", "1", "'true'", "truE"])
def test_only_true_and_false_are_booleans(tmp_path: Path, text: str) -> None:
    (only,) = diagnostics(tmp_path, SANDBOX + f"justcall: {{sso: {{enabled: {text}}}}}\n")
    assert only.summary.startswith("`justcall.sso.enabled`: expected true or false, found ")
    assert only.next_action in ("Write true or false, without quotes.", "Write true or false.")


@pytest.mark.parametrize("text", ["010", "0x10", "1_000", "1:30", "+3", "'3'", "3.0", "three", "1e3", "-0x1"])
def test_numbers_that_yaml_versions_disagree_about_are_refused(tmp_path: Path, text: str) -> None:
    (only,) = diagnostics(tmp_path, SANDBOX + f"onelogin: {{app: {{configuration: {{session_minutes: {text}}}}}}}\n")
    assert only.summary == (
        "`onelogin.app.configuration.session_minutes`: expected a number of minutes, "
        f"found the text `{text.strip(chr(39))}`"
    )
    assert only.next_action == "Write the number in digits, without quotes, leading zeros or underscores."


def test_a_quoted_version(tmp_path: Path) -> None:
    (only,) = diagnostics(tmp_path, "version: '1'\nname: prod\nsandbox: true\n")
    assert said((only,)) == ["1:10 `version`: expected 1, found the text `1`"]


@given(st.text(alphabet=st.characters(exclude_categories=("Cs", "Cc")), min_size=1), st.booleans())
def test_no_text_ever_changes_where_text_is_wanted(text: str, plain: bool) -> None:
    mark = Mark("f", 1, 1)

    def mapping(**nodes: ScalarNode | MapNode) -> MapNode:
        return MapNode({key: Entry(mark, node) for key, node in nodes.items()}, mark, 1, 1)

    node = ScalarNode(text, plain, mark)
    data = resolve(mapping(onelogin=mapping(app=mapping(name=node))), {}).data
    assert data["onelogin"]["app"]["name"] == (None if node.null else text)
