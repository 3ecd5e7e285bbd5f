"""`sso-sync init`: a first spec from flags or questions, that validates, and that overwrites nothing."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import pytest
import yaml

from tests.cli.support import Cli

FLAGS = ("--subdomain", "acme", "--role", "JustCall Users", "--driver", "browser")


class Terminal(io.StringIO):
    """Somebody who types."""

    def isatty(self) -> bool:
        return True


def typed(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setattr(sys, "stdin", Terminal(text))


def test_flags_make_a_spec_that_validates(cli: Cli) -> None:
    ran = cli("init", *FLAGS, "--output", "new.yaml")
    assert (ran.code, ran.out) == (0, "")
    text = Path("new.yaml").read_text(encoding="utf-8")
    assert text.startswith("# yaml-language-server: $schema=sso-sync.schema.json\n")
    assert yaml.safe_load(text) == {
        "version": 1,
        "name": "justcall",
        "onelogin": {"subdomain": "acme", "access": {"roles": ["JustCall Users"]}},
        "justcall": {"driver": "browser", "sso": {"enabled": True, "default_role": "Team Member"}},
    }
    assert cli("validate", "new.yaml").code == 0


@pytest.mark.parametrize(
    "more",
    [
        ("--driver", "http", "--justcall-url", "https://sso.acme.example"),
        ("--driver", "attested", "--acs-url", "https://x.example/acs", "--entity-id", "JustCall"),
        ("--driver", "browser", "--default-role", "no", "--role", "a: b #c", "--role", "x, y", "--name", "a-1"),
    ],
)
def test_so_does_every_driver(cli: Cli, more: tuple[str, ...]) -> None:
    ran = cli("init", "--url", "https://acme.onelogin.com", "--role", "'quoted'", *more, "--output", "new.yaml")
    assert ran.code == 0, ran.err
    checked = cli("validate", "new.yaml")
    assert checked.code == 0, checked.out


def test_help_says_what_output_is(cli: Cli) -> None:
    assert "Write the spec to FILE" in cli("init", "--help").out


def test_without_output_it_is_printed(cli: Cli) -> None:
    ran = cli("init", *FLAGS)
    assert ran.code == 0
    assert yaml.safe_load(ran.out)["name"] == "justcall"
    assert list(Path().iterdir()) == []


def test_json_holds_the_spec_as_text(cli: Cli) -> None:
    ran = cli("init", *FLAGS, "--format", "json", "--output", "new.yaml")
    assert ran.json["spec"] == Path("new.yaml").read_text(encoding="utf-8")
    assert (ran.json["file"], ran.json["findings"]) == ("new.yaml", [])


@pytest.mark.parametrize("form", ["text", "json", "markdown"])
def test_nothing_is_overwritten_without_force_not_even_by_an_error(cli: Cli, form: str) -> None:
    Path("new.yaml").write_text("precious\n", encoding="utf-8")
    for wrong in (FLAGS, ("--driver", "http"), ("--bogus",), ("--subdomain", "A B", *FLAGS[2:])):
        ran = cli("init", *wrong, "--output", "new.yaml", "--format", form)
        assert ran.code in (1, 64)
        assert Path("new.yaml").read_text(encoding="utf-8") == "precious\n"
    assert "new.yaml exists, and is not overwritten" in cli("init", *FLAGS, "--output", "new.yaml").err
    assert cli("init", *FLAGS, "--output", "new.yaml", "--force").code == 0
    assert "precious" not in Path("new.yaml").read_text(encoding="utf-8")


def test_without_a_terminal_everything_that_is_missing_is_one_error(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("acme\n"))
    ran = cli("init", "--driver", "attested")
    assert ran.code == 64
    assert ran.err.count("error:") == 1
    assert "init needs --role, --subdomain, --acs-url, --entity-id, and there is no terminal to ask on" in ran.err


def test_on_a_terminal_it_asks_until_it_has_an_answer(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    typed(
        monkeypatch,
        "gateway\nhttp\nBad Name\nprod\n\nJustCall Users, Sales\n\nacme\nhttp://open.example\nhttps://sso.example\n",
    )
    ran = cli("init", "--output", "new.yaml")
    assert ran.code == 0, ran.err
    made = yaml.safe_load(Path("new.yaml").read_text(encoding="utf-8"))
    assert made["name"] == "prod"
    assert made["onelogin"] == {"subdomain": "acme", "access": {"roles": ["JustCall Users", "Sales"]}}
    assert made["justcall"]["url"] == "https://sso.example"
    assert made["justcall"]["sso"]["default_role"] == "Team Member"
    assert "write browser, http or attested" in ran.err
    assert "http is allowed only on loopback" in ran.err


def test_an_input_that_ends_writes_nothing(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    typed(monkeypatch, "http\nprod\n")
    ran = cli("init", "--output", "new.yaml")
    assert ran.code == 1
    assert "The input ended" in ran.err
    assert not Path("new.yaml").exists()


@pytest.mark.parametrize(
    "wrong",
    [
        ("--subdomain", "acme.onelogin.com"),
        ("--name", "Prod"),
        ("--url", "https://acme.onelogin.com"),
        ("--justcall-url", "http://open.example", "--driver", "http"),
        ("--driver", "carrier-pigeon"),
    ],
)
def test_a_flag_that_makes_no_sense_is_64(cli: Cli, wrong: tuple[str, ...]) -> None:
    ran = cli("init", *FLAGS, *wrong)
    assert ran.code == 64, ran.err
    assert ran.out == ""


def test_an_owner_is_no_default_role(cli: Cli) -> None:
    ran = cli("init", *FLAGS, "--default-role", "Owner", "--output", "new.yaml")
    assert ran.code == 1
    assert "cannot be a default role" in ran.err
    assert not Path("new.yaml").exists()
