"""The entry point: what is no command line ends with 64, and asking for help costs next to nothing."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from sso_sync import __version__
from sso_sync.cli.main import main
from sso_sync.cli.options import Format
from sso_sync.report.formats import FORMATS
from tests.cli.support import Cli, FakeEngine, spec

COMMANDS = [
    ["validate"],
    ["plan"],
    ["apply"],
    ["attest"],
    ["import"],
    ["init"],
    ["schema"],
    ["browser", "login"],
    ["browser", "status"],
    ["browser", "install"],
    ["sandbox", "serve"],
    ["sandbox", "reset"],
    ["sandbox", "log"],
]
HEAVY = (
    "cryptography",
    "opentelemetry",
    "playwright",
    "pydantic",
    "requests",
    "rich",
    "starlette",
    "tenacity",
    "uvicorn",
    "yaml",
)
MISUSES = [
    ["plan"],
    ["plan", "a.yaml", "--bogus"],
    ["plan", "a.yaml", "--detailed"],
    ["plan", "a.yaml", "--format"],
    ["plan", "a.yaml", "--format", "xml"],
    ["plan", "a.yaml", "-v", "--quiet"],
    ["apply"],
    ["attest", "a.yaml"],
    ["attest", "a.yaml", "b.yaml", "--by", "Ann"],
    ["attest", "a.yaml", "--by", "Ann", "--valid-days", "0"],
    ["pln"],
    ["sandbox"],
    ["sandbox", "serve", "--onelogin-port", "99999"],
    ["--bogus"],
]


@pytest.mark.parametrize("argv", MISUSES, ids=" ".join)
def test_a_wrong_command_line_is_64_and_never_2(cli: Cli, argv: list[str]) -> None:
    ran = cli(*argv)
    assert ran.code == 64
    assert ran.out == ""
    assert ran.err.startswith("error: ")


@pytest.mark.parametrize("argv", [argv for argv in MISUSES if argv[0] != "--bogus" and "--format" not in argv])
@pytest.mark.parametrize("option", [["--format", "json"], ["--format=json"]])
def test_a_wrong_command_line_is_json_for_who_asked_for_it(cli: Cli, argv: list[str], option: list[str]) -> None:
    ran = cli(*argv, *option)
    assert ran.code == 64
    assert ran.json["exit_code"] == 64
    assert ran.json["error"]["severity"] == "error"


def test_a_misspelt_command_is_guessed_and_help_is_named(cli: Cli) -> None:
    ran = cli("pln")
    assert "Did you mean 'plan'?" in ran.err
    assert "next: `sso-sync --help` shows what there is." in ran.err
    assert "next: `sso-sync plan --help` shows what there is." in cli("plan").err


def test_without_a_command_the_help_is_shown_but_it_is_no_success(cli: Cli) -> None:
    ran = cli()
    assert ran.code == 64
    assert ran.out == ""
    assert "Usage: sso-sync" in ran.err


def test_the_version(cli: Cli) -> None:
    ran = cli("--version")
    assert (ran.code, ran.out) == (0, f"sso-sync {__version__}\n")


@pytest.mark.parametrize("argv", [[], *COMMANDS], ids=" ".join)
@pytest.mark.parametrize("option", ["--help", "-h"])
def test_every_command_has_help_with_an_example(cli: Cli, argv: list[str], option: str) -> None:
    ran = cli(*argv, option)
    assert ran.code == 0
    assert "Example" in ran.out
    assert "  sso-sync " in ran.out


@pytest.mark.parametrize("argv", COMMANDS, ids=" ".join)
def test_every_command_has_the_common_options(cli: Cli, argv: list[str]) -> None:
    shown = cli(*argv, "--help").out
    for option in (f"--format <{'|'.join(Format)}>", "--output FILE", "--no-color", "-v, --verbose", "--quiet"):
        assert option in shown


def test_help_names_every_exit_code(cli: Cli) -> None:
    shown = cli("--help").out
    assert all(f" {code}  " in shown for code in (0, 1, 2, 3, 4, 5, 6, 7, 64))


@pytest.mark.parametrize("argv", [["--help"], *([*argv, "--help"] for argv in COMMANDS), ["--version"]], ids=" ".join)
def test_help_imports_nothing_that_takes_time(argv: list[str]) -> None:
    script = (
        "import json, sys\n"
        "from sso_sync.cli.main import run\n"
        f"code = run({argv!r})\n"
        "print(json.dumps([code, sorted({name.partition('.')[0] for name in sys.modules})]), file=sys.stderr)\n"
    )
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    code, modules = json.loads(ran.stderr)
    assert code == 0
    assert not set(HEAVY) & set(modules)


def test_the_options_formats_are_those_there_are() -> None:
    assert {form.value for form in Format} == set(FORMATS)


def test_main_exits_with_the_code(cli: Cli, fake: FakeEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["sso-sync", "plan", str(spec())])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 0
    assert fake.planned == ["prod"]
    with pytest.raises(SystemExit) as ended:
        main(["plan"])
    assert ended.value.code == 64
