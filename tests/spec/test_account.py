"""The account of a spec file is told without credentials, and from any spelling of its address."""

from __future__ import annotations

from pathlib import Path

import pytest

from sso_sync.spec.account import glance

SECRETS = "  credentials: {client_id: !env NOT_HERE, client_secret: !env NOR_HERE}\n"


def account(folder: Path, text: str, **environ: str) -> str:
    path = folder / "spec.yaml"
    path.write_text(text, encoding="utf-8")
    return glance(path, environ).account


@pytest.mark.parametrize(
    "address",
    [
        "subdomain: acme",
        "subdomain: ACME",
        "url: https://acme.onelogin.com",
        "url: https://Acme.OneLogin.com:443/",
        "url: 'https://acme.onelogin.com/x'",
        "subdomain: !env WHERE",
    ],
)
def test_one_account_has_one_key_however_it_is_named(tmp_path: Path, address: str) -> None:
    text = f"version: 1\nname: one\nonelogin:\n  {address}\n{SECRETS}justcall: {{driver: browser}}\n"
    assert account(tmp_path, text, WHERE="acme") == "onelogin:acme.onelogin.com"


def test_another_port_is_another_account_and_a_base_may_name_it(tmp_path: Path) -> None:
    (tmp_path / "base.yml").write_text("onelogin: {url: 'http://127.0.0.1:8001'}\n", encoding="utf-8")
    assert account(tmp_path, "extends: base.yml\nname: a\n") == "onelogin:127.0.0.1:8001"
    assert account(tmp_path, "extends: base.yml\nonelogin: {url: 'http://127.0.0.1:8002'}\n").endswith(":8002")


def test_a_sandbox_is_an_account_of_its_own(tmp_path: Path) -> None:
    assert account(tmp_path, "name: try\nsandbox: true\nonelogin: {subdomain: acme}\n") == "sandbox:try"
    assert account(tmp_path, "name: try\nsandbox: false\nonelogin: {subdomain: acme}\n").startswith("onelogin:")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a: [",
        "- a",
        "sandbox: true",
        "name: [a]\nsandbox: true",
        "onelogin: acme",
        "onelogin: {subdomain: !env NOT_HERE}",
        "onelogin: {subdomain: [a]}",
        "onelogin: {url: ''}",
        "onelogin: {url: null}",
        "onelogin: {url: 'http://[x'}",
        "onelogin: {url: 'http://a:b'}",
        "extends: gone.yaml\nonelogin: {subdomain: acme}",
        "\0",
    ],
)
def test_a_file_that_does_not_say_goes_by_its_path(tmp_path: Path, text: str) -> None:
    assert account(tmp_path, text) == f"path:{tmp_path / 'spec.yaml'}"


def test_a_file_that_is_gone_goes_by_its_path(tmp_path: Path) -> None:
    assert glance(tmp_path / "gone.yaml", {}).account == f"path:{tmp_path / 'gone.yaml'}"


def test_the_name_is_told_with_its_place(tmp_path: Path) -> None:
    account(tmp_path, "version: 1\nname: prod\n")
    seen = glance(tmp_path / "spec.yaml", {})
    assert seen.name == "prod"
    assert seen.mark is not None
    assert seen.mark.line == 2
