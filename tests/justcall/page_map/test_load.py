from __future__ import annotations

import threading
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from sso_sync.errors import SpecError
from sso_sync.justcall.page_map.load import BUILT_IN, load_page_map
from sso_sync.justcall.page_map.model import PageMap
from sso_sync.justcall.settings import SettingField
from sso_sync.marked.place import Mark
from sso_sync.marked.shape import fields_of
from tests.justcall.page_map.support import loaded, said, told


def test_the_built_in_map_is_read_once() -> None:
    assert load_page_map(None) is load_page_map(None)


def test_it_says_what_the_guide_says() -> None:
    found = load_page_map(None)

    assert found.version == 1
    assert found.settings.label == "Settings → Security → Single Sign-On"
    assert [step.label for step in found.settings.navigation] == ["Security", "Single Sign-On"]
    assert {field.value: found.fields.of(field).label for field in SettingField} == {
        "enabled": "Enable SSO",
        "protocol": "Protocol",
        "acs_url": "ACS URL",
        "entity_id": "Entity ID",
        "sso_url": "SSO URL",
        "issuer": "Issuer / Entity ID",
        "certificate": "Certificate",
        "default_role": "Default Role",
        "verified_domains": "Verified email domains",
    }
    assert found.fields.protocol.option_names("SAML 2.0")[0] == "SAML 2.0"
    assert (found.save.button.label, found.test.button.label) == ("Save Configuration", "Test Connection")
    assert found.login.sso.label == "Sign in with SSO"


def test_what_official_articles_say_is_among_the_candidates() -> None:
    fields = load_page_map(None).fields

    assert {"SAML 2.0 Endpoint (HTTP)", "Entry Point URL", "Single Sign-On URL"} <= set(fields.sso_url.names)
    assert "X.509 .pem certificate" in fields.certificate.names


@pytest.mark.parametrize("text", ["", "# nothing differs\n", "---\n# nothing differs\n", "{}\n", "version: 1\n"])
def test_a_file_that_says_nothing_is_the_built_in_map(tmp_path: Path, text: str) -> None:
    assert loaded(tmp_path, text) == load_page_map(None)


def test_the_built_in_file_can_be_copied_as_a_whole(tmp_path: Path) -> None:
    assert loaded(tmp_path, BUILT_IN.read_text(encoding="utf-8")) == load_page_map(None)


def test_only_what_is_written_differs(tmp_path: Path) -> None:
    built_in = load_page_map(None)
    found = loaded(
        tmp_path,
        "timeout_seconds: 5\nfields:\n  sso_url: {names: [Entry Point URL]}\n  default_role:\n"
        "    options: {Team Member: [Agent]}\n  enabled: {reveals: true}\n",
    )

    assert found.timeout_seconds == 5
    assert found.fields.sso_url.names == ["Entry Point URL"]
    assert found.fields.sso_url.roles == built_in.fields.sso_url.roles
    assert found.fields.default_role.option_names("Team Member") == ("Agent",)
    assert found.fields.default_role.option_names("Admin") == ("Admin",)
    assert found.fields.enabled.reveals
    unchanged = {"timeout_seconds", "fields"}
    assert found.model_dump(exclude=unchanged) == built_in.model_dump(exclude=unchanged)


def test_the_label_follows_the_names(tmp_path: Path) -> None:
    found = loaded(
        tmp_path,
        "fields: {sso_url: {names: [Entry Point, SSO URL]}, issuer: {label: The issuer}}\n"
        "save: {button: {names: [Keep]}}\n",
    )

    assert found.fields.sso_url.label == "Entry Point"
    assert (found.fields.issuer.label, found.fields.issuer.names[0]) == ("The issuer", "Issuer / Entity ID")
    assert found.save.button.label == "Keep"


def test_null_takes_the_upload_away(tmp_path: Path) -> None:
    assert load_page_map(None).fields.certificate.upload is not None
    assert loaded(tmp_path, "fields: {certificate: {upload: null}}\n").fields.certificate.upload is None


def test_aliases_and_merge_keys_work(tmp_path: Path) -> None:
    found = loaded(tmp_path, "save:\n  button: &b {names: [Keep]}\ntest:\n  button: {<<: *b, roles: [link]}\n")

    assert (found.test.button.names, found.test.button.roles) == (["Keep"], ["link"])


UNKNOWN = [
    ("quux: 1\n", "1:1 Unknown key `quux` in the page map", "Remove it, or correct its name."),
    ("feilds: {}\n", "1:1 Unknown key `feilds` in the page map", "Did you mean `fields`?"),
    (
        "fields:\n  ssoUrl: {}\n",
        "2:3 Unknown key `ssoUrl` in `fields`",
        "Did you mean `sso_url`?",
    ),
    (
        "fields:\n  sso_url:\n    name: [x]\n",
        "3:5 Unknown key `name` in `fields.sso_url`",
        "Did you mean `names`?",
    ),
    ("button: {}\n", "1:1 Unknown key `button` in the page map", "`button` belongs under `save` or under `test`."),
    (
        "extends: base.yaml\n",
        "1:1 Unknown key `extends` in the page map",
        "Remove it: a page map is laid over the built-in one, and extends no other file.",
    ),
]


@pytest.mark.parametrize(("text", "summary", "next_action"), UNKNOWN, ids=[text for text, _, _ in UNKNOWN])
def test_unknown_keys(tmp_path: Path, text: str, summary: str, next_action: str) -> None:
    assert said(tmp_path, text) == [summary]
    assert told(tmp_path, text)[0].next_action == next_action


WRONG = [
    ("version: 2\n", "1:10 `version`: expected 1, found the number 2"),
    ("timeout_seconds: 0\n", "1:18 `timeout_seconds`: expected a number of seconds of at least 1, found the number 0"),
    (
        "timeout_seconds: 301\n",
        "1:18 `timeout_seconds`: expected a number of seconds of at most 300, found the number 301",
    ),
    ("timeout_seconds: 1.5\n", "1:18 `timeout_seconds`: expected a number of seconds, found the text `1.5`"),
    ("login:\n  path: login\n", "2:9 `login.path`: expected a path (/apex/settings), found the text `login`"),
    ("login: {path: /login?a=b}\n", "1:15 `login.path`: expected a path (/apex/settings), found the text `/login?a=b`"),
    (
        "login: {signed_out_paths: []}\n",
        "1:27 `login.signed_out_paths`: expected a list of paths with at least one entry, found an empty list",
    ),
    (
        "login: {sso: {names: []}}\n",
        "1:22 `login.sso.names`: expected a list of names with at least one entry, found an empty list",
    ),
    ("login: {sso: {names: Sign in}}\n", "1:22 `login.sso.names`: expected a list of names, found the text `Sign in`"),
    ("login: {sso: {names: ['']}}\n", "1:23 `login.sso.names[0]`: expected a name, found empty text"),
    ("login: {sso: {names: [' *:']}}\n", "1:23 `login.sso.names[0]`: expected a name, found the text ` *:`"),
    ("login: {sso: {label: ''}}\n", "1:22 `login.sso.label`: expected a text, found empty text"),
    ("login: null\n", "1:8 `login`: expected a mapping (path, signed_out_paths, sso, email, submit), found null"),
    (
        "save: {success: []}\n",
        "1:17 `save.success`: expected a list of phrases with at least one entry, found an empty list",
    ),
    ("save: {success: ['!']}\n", "1:18 `save.success[0]`: expected words, found the text `!`"),
    (
        "app: {cookie_domains: [https://x]}\n",
        "1:24 `app.cookie_domains[0]`: expected a domain, found the text `https://x`",
    ),
    ("app: {url: http://justcall.io}\n", "1:12 `app.url` cannot be used"),
    ("app: {url: justcall.io}\n", "1:12 `app.url` cannot be used"),
    (
        "reading: {allow_posts: [graphql]}\n",
        "1:25 `reading.allow_posts[0]`: expected a path pattern (/api/*/query), found the text `graphql`",
    ),
    (
        "fields: {certificate: {read_back: [thumbprint]}}\n",
        (
            "1:36 `fields.certificate.read_back[0]`: expected a way to read back (value, fingerprint), "
            "found the text `thumbprint`"
        ),
    ),
    ("dismiss:\n  - {names: [x]}\n", "2:5 `roles` is missing in `dismiss[0]`"),
    ("dismiss:\n  - {roles: [button]}\n", "2:5 `names` is missing in `dismiss[0]`"),
    ("- a\n", "1:1 A page map is a mapping (`key: value` lines), and this file is a list"),
    ("version: 1\n---\nversion: 1\n", "2:1 The file holds several YAML documents, and a page map is one"),
    ("version: 1\nversion: 1\n", "2:1 The key `version` is written twice"),
    ("app: {url: !env JUSTCALL_URL}\n", "1:12 `!env` is not used in page maps"),
    ("settings: {label: !unmanaged }\n", "1:19 `!unmanaged` is not used in page maps"),
    ("dismiss:\n", "1:1 `dismiss` has no value"),
    ("app: [a\nb: 1\n", "1:6 This list is not closed"),
]


@pytest.mark.parametrize(("text", "summary"), WRONG, ids=[text for text, _ in WRONG])
def test_what_is_wrong_is_told_in_the_users_file(tmp_path: Path, text: str, summary: str) -> None:
    assert said(tmp_path, text) == [summary]


def test_a_misspelt_role(tmp_path: Path) -> None:
    (found,) = told(tmp_path, "save:\n  button:\n    roles: [link, buton]\n")

    assert (found.line, found.column) == (3, 19)
    assert found.summary == (
        "`save.button.roles[1]`: expected an ARIA role (button, textbox, combobox, …), found the text `buton`"
    )
    assert found.next_action == "Did you mean `button` or `spinbutton`?"
    assert said(tmp_path, "save: {button: {roles: [input]}}\n")[0].endswith("found the text `input`")


def test_every_mistake_is_told_at_once_and_in_order(tmp_path: Path) -> None:
    found = said(tmp_path, "save:\n  buton: {}\ntimeout_seconds: no\nlogin:\n  path: x\n")

    assert [one.split()[0] for one in found] == ["2:3", "3:18", "5:9"]


def test_a_name_of_two_fields(tmp_path: Path) -> None:
    text = "fields:\n  issuer:\n    names: [Issuer, ' entity  id: ']\n"
    (found,) = told(tmp_path, text)

    assert (found.line, found.column) == (3, 21)
    assert found.summary == "` entity  id: ` is a name of both `fields.issuer` and `fields.entity_id`"
    assert found.next_action is not None
    assert "`fields.entity_id`" in found.next_action
    # The same from the other side: the complaint is about what the user wrote.
    assert said(tmp_path, "fields: {entity_id: {names: [Issuer]}}\n")[0].startswith(
        "1:30 `Issuer` is a name of both `fields.entity_id`"
    )
    assert loaded(tmp_path, text + "  entity_id: {names: [SP Entity ID]}\n").fields.entity_id.label == "SP Entity ID"


def test_a_name_of_two_fields_of_different_kinds_can_be_told_apart(tmp_path: Path) -> None:
    assert (
        loaded(tmp_path, "fields: {verified_domains: {names: [Protocol]}}\n").fields.verified_domains.label
        == "Protocol"
    )


@pytest.mark.parametrize(
    ("make", "what"),
    [
        (lambda path: None, "does not exist"),
        (lambda path: path.mkdir(), "is a folder, not a file"),
        (lambda path: path.write_bytes(b"#" * 2_000_000), "is larger than 1024 KiB, too large for a page map"),
    ],
)
def test_a_file_that_cannot_be_read(tmp_path: Path, make: object, what: str) -> None:
    path = tmp_path / "page.yaml"
    assert callable(make)
    make(path)
    for mark, where in ((None, f"{path}:1:1"), (Mark("spec.yaml", 4, 13), "spec.yaml:4:13")):
        with pytest.raises(SpecError) as caught:
            load_page_map(path, named_at=mark)
        (found,) = caught.value.diagnostics
        assert found.summary == f"The page map `{path}` {what}"
        assert found.where == where
        assert found.next_action == "Correct `justcall.page_map`; the name is relative to the file that names it."


def test_every_key_is_described() -> None:
    models: list[type[BaseModel]] = [PageMap]
    while models:
        model = models.pop()
        for name, shape in fields_of(model).items():
            assert shape.description, f"{model.__name__}.{name}"
            models += [below.model for below in (shape, shape.items, shape.values) if below and below.model]


def test_pages_of_the_login_mean_signed_out(tmp_path: Path) -> None:
    login = loaded(tmp_path, "login: {path: /signin}\n").login

    assert [login.signed_out(path) for path in ("/signin", "/login/sso", "/apex/login", "/")] == [
        True,
        True,
        False,
        False,
    ]


@given(st.text(max_size=200))
def test_any_text_is_a_map_or_an_error_with_a_place(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    path = tmp_path_factory.getbasetemp() / f"{threading.get_ident()}.yaml"
    path.write_text(text, encoding="utf-8", errors="replace")
    try:
        load_page_map(path)
    except SpecError as error:
        problems = error.diagnostics
    else:
        problems = ()

    assert all(one.file == str(path) and one.line and one.next_action for one in problems)
