"""Shell completion: Typer's own, for our commands, options, formats and guards."""

from __future__ import annotations

import pytest

from sso_sync.plan.guard_names import GUARDS
from tests.cli.support import Cli


def completed(cli: Cli, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], line: str) -> list[str]:
    """What bash is offered for the last word of `line`."""
    monkeypatch.setenv("_SSO_SYNC_COMPLETE", "complete_bash")
    monkeypatch.setenv("COMP_WORDS", line)
    monkeypatch.setenv("COMP_CWORD", str(len(line.split(" ")) - 1))
    with pytest.raises(SystemExit) as ended:
        cli()
    assert ended.value.code == 0
    out, err = capfd.readouterr()
    assert err == ""
    return out.split()


@pytest.mark.parametrize(
    ("line", "offered"),
    [
        ("sso-sync i", {"import", "init"}),
        ("sso-sync plan --det", {"--detailed-exitcode"}),
        ("sso-sync plan --format ", {"text", "json", "markdown"}),
        ("sso-sync plan --override ", set(GUARDS)),
        ("sso-sync import --driver b", {"browser"}),
    ],
)
def test_commands_options_formats_and_guards_are_completed(
    cli: Cli, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], line: str, offered: set[str]
) -> None:
    assert offered <= set(completed(cli, monkeypatch, capfd, line))


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_script_is_shown_for_every_shell(cli: Cli, shell: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shellingham.detect_shell", lambda *_: (shell, f"/bin/{shell}"))
    with pytest.raises(SystemExit) as ended:
        cli("--show-completion")
    assert ended.value.code == 0


def test_help_names_completion(cli: Cli) -> None:
    shown = cli("--help").out
    assert "--install-completion" in shown
    assert "--show-completion" in shown
