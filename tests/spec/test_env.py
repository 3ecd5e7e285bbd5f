from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sso_sync.errors import SpecError
from sso_sync.spec.lint import lint
from sso_sync.spec.load import load
from tests.spec.support import HEAD, connection, diagnostics, said

SANDBOX = HEAD + "sandbox: true\n"


def test_a_value_from_the_environment_is_sensitive(tmp_path: Path) -> None:
    found = connection(
        tmp_path,
        SANDBOX + "onelogin: {credentials: {client_id: !env ID, client_secret: !env 'SECRET'}}\n",
        {"ID": "id-1", "SECRET": "s3cr3t"},
    )
    credentials = found.spec.onelogin.credentials
    assert (credentials.client_id, credentials.client_secret) == ("id-1", "s3cr3t")
    path = ("onelogin", "credentials", "client_secret")
    assert found.sensitive == {path, ("onelogin", "credentials", "client_id")}
    assert found.is_sensitive(path)
    assert "s3cr3t" not in repr(found)


def test_anywhere_a_single_value_may_stand(tmp_path: Path) -> None:
    found = connection(
        tmp_path,
        SANDBOX
        + """\
onelogin:
  app:
    id: !env NUMBER
    policy: !env NUMBER
    description: !env TEXT
    visible: !env FLAG
    configuration:
      session_minutes: !env NUMBER
      nameid_format: !env WORD
      raw: {one: !env NUMBER, two: !env FLAG, three: !env ZEROS}
    parameters: {email: !env WORD, other: {default_values: [!env TEXT, b]}}
guards: {required_users: [!env MAIL, b@acme.example]}
""",
        {
            "NUMBER": "12",
            "TEXT": "12 Monkeys",
            "FLAG": "false",
            "WORD": "email",
            "MAIL": "a@acme.example",
            "ZEROS": "007",
        },
    )
    app = found.spec.onelogin.app
    assert (app.id, app.policy, app.description, app.visible) == (12, 12, "12 Monkeys", False)
    assert (app.configuration.session_minutes, app.configuration.nameid_format) == (12, "email")
    assert app.configuration.raw == {"one": "12", "two": "false", "three": "007"}, "text stays as it is"
    assert app.parameters["email"] == "email"
    assert found.spec.guards.required_users == ["a@acme.example", "b@acme.example"]
    assert ("guards", "required_users", 0) in found.sensitive
    assert ("guards", "required_users", 1) not in found.sensitive
    assert found.is_sensitive(("onelogin", "app", "parameters", "other", "default_values", 0))


def test_missing_and_empty_variables_are_told_together(tmp_path: Path) -> None:
    found = diagnostics(
        tmp_path,
        SANDBOX + "onelogin:\n  app: {name: !env A, description: !env B}\n  access: {users: [!env C]}\n",
        {"B": "", "C": " \n"},
    )
    assert said(found) == [
        "5:15 The environment variable A is not set",
        "5:36 The environment variable B is empty",
        "6:20 The environment variable C is empty",
    ]
    assert found[0].next_action == "Set A where sso-sync runs, or remove `!env A` from the spec."


def test_a_missing_variable_does_not_hide_other_mistakes(tmp_path: Path) -> None:
    found = diagnostics(tmp_path, SANDBOX + "onelogin: {app: {id: !env A, nmae: x}}\n")
    assert said(found) == [
        "4:22 The environment variable A is not set",
        "4:30 Unknown key `nmae` in `onelogin.app`",
    ]


def test_the_environment_is_the_one_that_was_given(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("A", "from the process")
    assert said(diagnostics(tmp_path, SANDBOX + "onelogin: {app: {name: !env A}}\n")) == [
        "4:24 The environment variable A is not set"
    ]


def test_a_connections_name_is_shown_everywhere(tmp_path: Path) -> None:
    (only,) = diagnostics(tmp_path, "version: 1\nname: !env NAME\nsandbox: true\n", {"NAME": "prod"})
    assert said((only,)) == ["2:7 The name of a connection cannot come from `!env`"]


@pytest.mark.parametrize("value", ["a\0b", "caf\udce9"])
def test_a_variable_that_is_no_text(tmp_path: Path, value: str) -> None:
    (only,) = diagnostics(tmp_path, SANDBOX + "onelogin: {app: {name: !env A}}\n", {"A": value})
    assert only.summary == "The environment variable A is not UTF-8 text"


def test_a_private_key_in_a_variable(tmp_path: Path) -> None:
    key = "-----BEGIN RSA PRIVATE KEY-----\nMIIE"
    (only,) = diagnostics(tmp_path, SANDBOX + "justcall: {sso: {certificate: !env A}}\n", {"A": key})
    assert said((only,)) == ["4:31 This is a private key"]


def test_a_value_of_the_wrong_kind_is_described_without_it(tmp_path: Path) -> None:
    found = diagnostics(
        tmp_path,
        SANDBOX + "onelogin: {app: {id: !env A, visible: !env A}, access: {users: !env A, mode: !env A}}\n",
        {"A": "s3cr3t"},
    )
    assert [one.summary for one in found] == [
        "`onelogin.app.id`: expected an id, found text that is not shown",
        "`onelogin.app.visible`: expected true or false, found text that is not shown",
        "`onelogin.access.users`: expected a list of e-mail addresses, found text that is not shown",
        "`onelogin.access.mode`: expected one of authoritative or additive, found text that is not shown",
    ]


def test_the_digest_follows_the_names_of_variables_and_not_their_values(tmp_path: Path) -> None:
    def digest(variable: str, value: str) -> str:
        return connection(
            tmp_path, SANDBOX + f"onelogin: {{app: {{description: !env {variable}}}}}\n", {variable: value}
        ).digest

    assert re.fullmatch(r"[0-9a-f]{64}", digest("A", "x"))
    assert digest("A", "x") == digest("A", "y")
    assert digest("A", "x") != digest("B", "x")
    literal = connection(tmp_path, SANDBOX + "onelogin: {app: {description: A}}\n").digest
    assert literal != digest("A", "A")


def test_the_digest_follows_what_is_said_and_not_how(tmp_path: Path) -> None:
    one = connection(tmp_path, SANDBOX + "guards: {match_users: off, require_login_proof: false}\n").digest
    text = "guards:\n  require_login_proof: False  # really\n  match_users: 'off'\nsandbox: true\nversion: 1\n"
    other = connection(tmp_path, "name: 'prod'\n" + text).digest
    assert one == other
    assert one != connection(tmp_path, SANDBOX + "guards: {match_users: off}\n").digest


def test_unmanaged_omitted_and_null_have_different_digests(tmp_path: Path) -> None:
    texts = ("", "onelogin: {app: {description: null}}\n", "onelogin: {app: {description: !unmanaged }}\n")
    assert len({connection(tmp_path, SANDBOX + text).digest for text in texts}) == 3


# One line for every place that is checked by a type, by a lint, or printed by one.
_PLACES = """\
version: 1
name: prod
sandbox: {sandbox}
onelogin:
  {host}
  credentials: {{client_id: !env S, client_secret: !env S}}
  app:
    name: !env S
    previously: [!env S, !env S]
    {app}
    configuration:
      acs_url: !env S
      acs_url_validator: !env S
      audience: !env S
      login_url: !env S
      raw: {{saml_issuer_type: !env S}}
    parameters: {{a: !env S, b: {{macro: !env S}}, c: {{value: !env S}}}}
  access:
    roles: [!env S, !env S, {{name: !env S}}]
    groups: [!env S, !env S]
    direct_role: !env S
justcall:
  driver: browser
  {url}
  service_provider: {{entity_id: !env S}}
  sso: {{default_role: !env S, issuer: !env S, certificate: !env S}}
"""
_TYPED = "    id: !env S\n    visible: !env S\n    connector: !env S\n    certificate: !env S\n    rules: !env S\n"


# Part of every secret, so that not even a part of one can be repeated unseen; and no word of any message has it in it,
# as it may have a text that is made up freely.
_MARK = "Zq7Xw2"
_ANY_TEXT = st.text(alphabet=st.characters(codec="utf-8", exclude_characters="\0"), max_size=40)


@pytest.mark.parametrize("typed", [False, True])
@pytest.mark.parametrize("sandbox", ["true", "false", "!env S"])
@given(before=_ANY_TEXT, after=_ANY_TEXT)
def test_a_value_from_the_environment_is_never_repeated(
    tmp_path_factory: pytest.TempPathFactory, typed: bool, sandbox: str, before: str, after: str
) -> None:
    text = _PLACES.format(
        sandbox=sandbox,
        host="url: !env S" if typed else "subdomain: acme",
        app=_TYPED.strip() if typed else "brand: !env S",
        url="url: !env S" if typed else "",
    )
    path = tmp_path_factory.getbasetemp() / "sensitive.yaml"
    path.write_text(text)
    assert _MARK.lower() not in _messages(path, before + _MARK + after, str(path)).lower()


def _messages(path: Path, secret: str, hide: str) -> str:
    try:
        found = lint(load(path, {"S": secret}))
    except SpecError as error:
        chained = [error.__cause__, None if error.__suppress_context__ else error.__context__]
        return f"{error.diagnostics} {error} {error!r} {chained}".replace(hide, "")
    return str(found).replace(hide, "")
