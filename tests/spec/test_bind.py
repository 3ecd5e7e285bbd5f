"""One mistake, one diagnostic, in words, at its place."""

from __future__ import annotations

from pathlib import Path

import pytest

from sso_sync.spec.model import Configuration
from sso_sync.spec.wire import wire_names
from tests.spec.support import HEAD, connection, diagnostics, said

SANDBOX = HEAD + "sandbox: true\n"

ROLES = "a list of role names or mappings (name, create, members)"
ONELOGIN = "a mapping (subdomain, url, credentials, app, access)"
ROLE = "a role name or a mapping (name, create, members)"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # kinds
        (
            "onelogin: 5",
            f"4:11 `onelogin`: expected {ONELOGIN}, found the number 5",
        ),
        (
            "onelogin: null",
            f"4:11 `onelogin`: expected {ONELOGIN}, found null",
        ),
        (
            "onelogin: {access: {roles: 5}}",
            f"4:28 `onelogin.access.roles`: expected {ROLES}, found the number 5",
        ),
        (
            "onelogin: {access: {users: a@b}}",
            "4:28 `onelogin.access.users`: expected a list of e-mail addresses, found the text `a@b`",
        ),
        (
            "onelogin: {access: {groups: {a: b}}}",
            "4:29 `onelogin.access.groups`: expected a list of group names, found a mapping",
        ),
        ("onelogin: {access: {roles: [[a]]}}", f"4:29 `onelogin.access.roles[0]`: expected {ROLE}, found a list"),
        ("onelogin: {access: {roles: [null]}}", f"4:29 `onelogin.access.roles[0]`: expected {ROLE}, found null"),
        ("onelogin: {access: {roles: ['']}}", f"4:29 `onelogin.access.roles[0]`: expected {ROLE}, found empty text"),
        (
            "onelogin: {access: {roles: [{name: ''}]}}",
            "4:36 `onelogin.access.roles[0].name`: expected a role name, found empty text",
        ),
        ("onelogin: {app: {name: [a]}}", "4:24 `onelogin.app.name`: expected an app name, found a list"),
        ("onelogin: {app: {name: null}}", "4:24 `onelogin.app.name`: expected an app name, found null"),
        ("onelogin: {app: {id: x}}", "4:22 `onelogin.app.id`: expected an id, found the text `x`"),
        ("onelogin: {app: {id: 0}}", "4:22 `onelogin.app.id`: expected an id of at least 1, found the number 0"),
        (
            "onelogin: {app: {policy: 0}}",
            "4:26 `onelogin.app.policy`: expected a policy name or an id of at least 1, found the number 0",
        ),
        (
            "onelogin: {app: {policy: {a: b}}}",
            "4:26 `onelogin.app.policy`: expected a policy name or an id, found a mapping",
        ),
        (
            "onelogin: {app: {certificate: 418778}}",
            "4:31 `onelogin.app.certificate`: expected a mapping (id, name), found the number 418778",
        ),
        (
            "onelogin: {app: {configuration: {raw: {k: [a]}}}}",
            "4:43 `onelogin.app.configuration.raw.k`: expected text, a whole number or true or false, found a list",
        ),
        (
            "onelogin: {app: {parameters: {a: {default_values: {b: c}}}}}",
            "4:51 `onelogin.app.parameters.a.default_values`: expected text or a list of texts, found a mapping",
        ),
        (
            "onelogin: {app: {parameters: {a: {default_values: [[b]]}}}}",
            "4:52 `onelogin.app.parameters.a.default_values[0]`: expected text, found a list",
        ),
        ("onelogin: {app: {parameters: {'': b}}}", "4:31 A name in `onelogin.app.parameters` is empty"),
        # rules that a type cannot break
        (
            "onelogin: {app: {configuration: {session_minutes: -1}}}",
            (
                "4:51 `onelogin.app.configuration.session_minutes`: expected a number of minutes of at least 0, "
                "found the number -1"
            ),
        ),
        (
            "guards: {max_removals: {percent: 101}}",
            "4:34 `guards.max_removals.percent`: expected a percentage of at most 100, found the number 101",
        ),
        (
            "guards: {required_users: [alice]}",
            "4:27 `guards.required_users[0]`: expected an e-mail address, found the text `alice`",
        ),
        (
            "onelogin: {subdomain: acme.onelogin.com}",
            (
                "4:23 `onelogin.subdomain`: expected a subdomain (acme for https://acme.onelogin.com), "
                "found the text `acme.onelogin.com`"
            ),
        ),
        (
            "justcall: {users_url: api.justcall.io}",
            "4:23 `justcall.users_url`: expected a URL (https://…), found the text `api.justcall.io`",
        ),
        (
            "onelogin: {app: {rules: [{name: r, actions: []}]}}",
            (
                "4:45 `onelogin.app.rules[0].actions`: expected a list of mappings (action, value, expression, macro) "
                "with at least one entry, found an empty list"
            ),
        ),
        # words
        (
            "onelogin: {app: {configuration: {nameid_format: e-mail}}}",
            (
                "4:49 `onelogin.app.configuration.nameid_format`: expected one of email, transient, persistent or "
                "unspecified, found the text `e-mail`"
            ),
        ),
        (
            "onelogin: {app: {configuration: {nameid_format: null}}}",
            (
                "4:49 `onelogin.app.configuration.nameid_format`: expected one of email, transient, persistent or "
                "unspecified, found null"
            ),
        ),
        ("state: gone", "4:8 `state`: expected one of present or absent, found the text `gone`"),
        (
            "guards: {match_users: false}",
            "4:23 `guards.match_users`: expected one of off, warn or refuse, found the text `false`",
        ),
        # tags
        (
            "onelogin: {access: {roles: !unmanaged }}",
            f"4:28 `onelogin.access.roles`: expected {ROLES}, found `!unmanaged`",
        ),
        # what is missing
        ("onelogin: {access: {roles: [{create: true}]}}", "4:29 `name` is missing in `onelogin.access.roles[0]`"),
        ("onelogin: {app: {rules: [{name: r}]}}", "4:26 `actions` is missing in `onelogin.app.rules[0]`"),
        (
            "onelogin:\n  app:\n    rules:\n      - name: r\n        actions:\n          - value: [x]\n",
            "9:13 `action` is missing in `onelogin.app.rules[0].actions[0]`",
        ),
    ],
)
def test_one_mistake_is_one_sentence(tmp_path: Path, text: str, expected: str) -> None:
    assert said(diagnostics(tmp_path, SANDBOX + text + "\n")) == [expected]


def test_the_root_may_lack_everything(tmp_path: Path) -> None:
    assert said(diagnostics(tmp_path, "\n\nsandbox: true\n")) == [
        "3:1 `version` is missing in the spec",
        "3:1 `name` is missing in the spec",
    ]


@pytest.mark.parametrize("name", ["Prod", "a_b", "-a", "a-", "a b", "ä", "a.b", "'a\n\n  b'"])
def test_names_of_connections(tmp_path: Path, name: str) -> None:
    (only,) = diagnostics(tmp_path, f"version: 1\nname: {name}\nsandbox: true\n")
    assert only.summary.startswith("`name`: expected a name of lower-case letters, digits and inner hyphens, found")


def test_a_name_that_is_too_long(tmp_path: Path) -> None:
    (only,) = diagnostics(tmp_path, f"version: 1\nname: {'a' * 64}\nsandbox: true\n")
    assert "inner hyphens of at most 63 characters, found the text `aaa" in only.summary
    assert "a" * 61 not in only.summary


@pytest.mark.parametrize("name", ["a", "0", "1-2", "a--b", "a" * 63])
def test_names_that_are_fine(tmp_path: Path, name: str) -> None:
    assert connection(tmp_path, f"version: 1\nname: {name}\nsandbox: true\n").name == name


CONFIGURATION = "onelogin.app.configuration"


@pytest.mark.parametrize(
    ("parent", "key", "advice"),
    [
        ("", "xyzzy", "Remove it, or correct its name."),
        ("", "extend", "Did you mean `extends`?"),
        ("", "Version", "Did you mean `version`?"),
        ("onelogin", "acess", "Did you mean `access`?"),
        ("onelogin.app", "Parameters", "Did you mean `parameters`?"),
        ("onelogin.app", "parameters-mode", "Did you mean `parameters_mode`?"),
        ("onelogin.app", "parametersMode", "Did you mean `parameters_mode`?"),
        # known, but elsewhere
        ("onelogin.app", "access", "`access` belongs under `onelogin`."),
        ("onelogin.app", "roles", "`roles` belongs under `onelogin.access`."),
        ("", "subdomain", "`subdomain` belongs under `onelogin`."),
        ("onelogin", "driver", "`driver` belongs under `justcall`."),
        ("justcall", "acs_url", f"`acs_url` belongs under `{CONFIGURATION}` or under `justcall.service_provider`."),
        ("onelogin.access", "create", "`create` belongs under `onelogin.access.roles[]`."),
        ("onelogin.app", "operator", "`operator` belongs under `onelogin.app.rules[].conditions[]`."),
        ("onelogin.app", "skip_if_blank", "`skip_if_blank` belongs under `onelogin.app.parameters.<name>`."),
        # OneLogin's own words
        (CONFIGURATION, "consumer_url", "OneLogin's `consumer_url` is written `acs_url` here."),
        (CONFIGURATION, "login", "OneLogin's `login` is written `login_url` here."),
        (CONFIGURATION, "provider_arn", "A key of OneLogin's own belongs under `raw`."),
    ],
)
def test_unknown_keys(tmp_path: Path, parent: str, key: str, advice: str) -> None:
    text = f"{key}: x"
    for name in reversed(parent.split(".") if parent else []):
        text = f"{name}: {{{text}}}"
    (only,) = diagnostics(tmp_path, SANDBOX + text + "\n")
    assert only.summary == f"Unknown key `{key}` in " + (f"`{parent}`" if parent else "the spec")
    assert only.next_action == advice


def test_an_unknown_key_is_told_at_the_key_with_the_keys_that_are_known(tmp_path: Path) -> None:
    (only,) = diagnostics(tmp_path, SANDBOX + "guards:\n  max_removal:\n    percent: 5\n")
    assert said((only,)) == ["5:3 Unknown key `max_removal` in `guards`"]
    assert only.detail == (
        "The keys here are max_removals, required_users, require_login_proof, match_users, certificate_expiry, refs."
    )
    assert only.next_action == "Did you mean `max_removals`?"


def test_every_friendly_key_is_offered_for_its_wire_name(tmp_path: Path) -> None:
    """The table is the models' own: nothing to keep in step."""
    names = wire_names()
    assert names.keys() == Configuration.model_fields.keys() - {"raw"}
    for friendly, wire in names.items():
        if wire in names:
            continue
        (only,) = diagnostics(tmp_path, SANDBOX + f"onelogin: {{app: {{configuration: {{{wire}: '0'}}}}}}\n")
        assert only.next_action == f"OneLogin's `{wire}` is written `{friendly}` here."


@pytest.mark.parametrize(
    ("text", "advice"),
    [
        ("onelogin: {app: {name: !unmanaged }}", "Leave the key out: what is not named is not managed."),
        ("onelogin: {app: {visible: null}}", "`!unmanaged` leaves the value alone."),
        ("onelogin: {app: {connector: null}}", "Leave the key out, or give a value."),
        ("onelogin: {access: {users: a@b}}", "Write a list: `- …` lines, or [one, two]."),
        ("onelogin: {access: {users: 5}}", "Write a list: `- …` lines, or [one, two]."),
        ("justcall: {sso: {enabled: yes}}", "Write true or false, without quotes."),
        ("onelogin: {app: {tab: '7'}}", "Write the number in digits, without quotes, leading zeros or underscores."),
        ("justcall: {driver: browsr}", "Did you mean `browser`?"),
        ("justcall: {driver: soap}", "Write one of browser, http or attested."),
        ("onelogin: {app: {configuration: {signature_algorithm: sha-256}}}", "Did you mean `SHA-256`?"),
        ("onelogin: {app: {configuration: {signature_algorithm: SHA256}}}", "Did you mean `SHA-256`?"),
    ],
)
def test_what_to_do_next(tmp_path: Path, text: str, advice: str) -> None:
    (only,) = diagnostics(tmp_path, SANDBOX + text + "\n")
    assert only.next_action == advice


def test_why_is_what_the_field_is_for(tmp_path: Path) -> None:
    (only,) = diagnostics(tmp_path, SANDBOX + "onelogin: {app: {tab: x}}\n")
    assert only.detail == "Portal tab by id; null unassigns."


def test_many_mistakes_are_told_at_once_from_top_to_bottom(tmp_path: Path) -> None:
    found = diagnostics(
        tmp_path,
        """\
version: 2
name: A
sandbox: maybe
onelogin:
  app:
    id: x
    id: y
    tab: !env NOPE
    rules:
      - {name: r}
  access:
    roles: [{nmae: a}, 5, {name: b, members: [c]}]
justcall:
  sso: !vault x
""",
    )
    assert said(found) == [
        "1:10 `version`: expected 1, found the number 2",
        "2:7 `name`: expected a name of lower-case letters, digits and inner hyphens, found the text `A`",
        "3:10 `sandbox`: expected true or false, found the text `maybe`",
        "6:9 `onelogin.app.id`: expected an id, found the text `x`",
        "7:5 The key `id` is written twice",
        "8:10 The environment variable NOPE is not set",
        "10:9 `actions` is missing in `onelogin.app.rules[0]`",
        "12:13 `name` is missing in `onelogin.access.roles[0]`",
        "12:14 Unknown key `nmae` in `onelogin.access.roles[0]`",
        "12:47 `onelogin.access.roles[2].members[0]`: expected an e-mail address, found the text `c`",
        "14:8 Unknown tag",
    ]


def test_text_that_could_steer_a_terminal_is_defused(tmp_path: Path) -> None:
    found = diagnostics(tmp_path, SANDBOX + '"\\e[31mx": 1\nstate: "\\e[31m\\u202e"\n')
    assert all(text.isprintable() for one in found for text in (one.summary, one.detail or "", one.next_action or ""))
