from __future__ import annotations

from pathlib import Path

import pytest

from tests.spec.support import HEAD, connection, diagnostics, said

SANDBOX = HEAD + "sandbox: true\n"
NAMES = [
    ("onelogin", "client_id"),
    ("onelogin", "client_secret"),
    ("justcall", "api_key"),
    ("justcall", "api_secret"),
]


@pytest.mark.parametrize(("side", "name"), NAMES)
@pytest.mark.parametrize("literal", ["hunter2", "'hunter2'", "12345678", "!!str hunter2", "true"])
def test_a_literal_secret_is_refused_and_never_repeated(tmp_path: Path, side: str, name: str, literal: str) -> None:
    (only,) = diagnostics(tmp_path, SANDBOX + f"{side}:\n  credentials:\n    {name}: {literal}\n")
    assert said((only,)) == [f"6:{7 + len(name)} `{name}` is written into the spec"]
    assert only.detail == "Specs are committed and shared, so secrets come from the environment."
    assert only.next_action == f"Write `{name}: !env NAME`, and replace the secret if the file was already shared."
    assert "hunter2" not in str(only)
    assert "12345678" not in str(only)


@pytest.mark.parametrize(("side", "name"), NAMES)
def test_null_and_the_environment_are_no_literal_secrets(tmp_path: Path, side: str, name: str) -> None:
    for value, meant in (("null", None), ("!env X", "y")):
        made = connection(tmp_path, SANDBOX + f"{side}: {{credentials: {{{name}: {value}}}}}\n", {"X": "y"})
        assert getattr(getattr(made.spec, side).credentials, name) == meant


def test_a_secret_in_the_wrong_place_is_still_a_secret(tmp_path: Path) -> None:
    found = diagnostics(tmp_path, SANDBOX + "onelogin:\n  client_secret: hunter2\n")
    assert said(found) == [
        "5:3 Unknown key `client_secret` in `onelogin`",
        "5:18 `client_secret` is written into the spec",
    ]
    assert found[0].next_action == "`client_secret` belongs under `onelogin.credentials`."
    assert "hunter2" not in str(found)


@pytest.mark.parametrize("wrong", ["hunter2", "[hunter2]", "{client_id: [hunter2]}", "{client_secret: {a: hunter2}}"])
def test_credentials_of_the_wrong_kind_are_not_repeated(tmp_path: Path, wrong: str) -> None:
    assert "hunter2" not in str(diagnostics(tmp_path, SANDBOX + f"onelogin: {{credentials: {wrong}}}\n"))


def test_a_secret_in_a_base_is_refused_though_it_is_overridden(tmp_path: Path) -> None:
    (tmp_path / "base.yaml").write_text("onelogin:\n  credentials: {client_secret: hunter2}\n")
    text = SANDBOX + "extends: base.yaml\nonelogin: {credentials: {client_secret: !env X}}\n"
    (only,) = diagnostics(tmp_path, text, {"X": "y"})
    assert (only.file, only.line) == (str(tmp_path / "base.yaml"), 2)
    assert "hunter2" not in str(only)


def test_an_attribute_may_be_called_like_a_secret(tmp_path: Path) -> None:
    text = SANDBOX + "onelogin: {app: {parameters: {api_key: custom_attribute_key}}}\n"
    assert connection(tmp_path, text).spec.onelogin.app.parameters == {"api_key": "custom_attribute_key"}


@pytest.mark.parametrize("kind", ["", "RSA ", "EC ", "ENCRYPTED ", "OPENSSH "])
@pytest.mark.parametrize(
    "before", ["justcall: {sso: {certificate: '", "# ", 'onelogin: {app: {description: "', "onelogin: {url: '"]
)
def test_a_private_key_is_refused_wherever_it_stands(tmp_path: Path, kind: str, before: str) -> None:
    after = "'}}" if before.count("{") == 2 and before.endswith("'") else '"}}' if before.endswith('"') else "'}"
    text = SANDBOX + before + f"-----BEGIN {kind}PRIVATE KEY----- MIIEhunter2" + (after if "{" in before else "") + "\n"
    found = diagnostics(tmp_path, text)
    assert f"4:{len(before) + 1} This is a private key" in said(found)
    assert "hunter2" not in str(found)


def test_a_private_key_is_found_although_the_file_is_no_yaml(tmp_path: Path) -> None:
    found = diagnostics(tmp_path, "a: b: c\n# -----BEGIN PRIVATE KEY-----\n")
    assert [one.summary for one in found] == [
        "The value on this line contains a second `:`",
        "This is a private key",
    ]
