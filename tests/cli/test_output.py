"""Where the words go: results to stdout or a file, the rest to stderr, colours to terminals that want them."""

from __future__ import annotations

import io
import subprocess
import sys
from pathlib import Path

import pytest

from sso_sync.cli import output
from sso_sync.cli.options import Common, Format
from sso_sync.errors import LiveStateError
from sso_sync.plan.model import Plan
from tests.cli.support import PENDING, Cli, FakeEngine, spec
from tests.report.plans import plan


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def a_terminal(monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """Makes stdout a terminal of 72 columns. No fixture: pytest sets stdout anew when the test itself begins."""
    made = Terminal()
    monkeypatch.setattr(sys, "stdout", made)
    monkeypatch.setenv("COLUMNS", "72")
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.delenv("NO_COLOR", raising=False)
    return made


def test_a_terminal_gets_colours_and_its_own_width(cli: Cli, fake: FakeEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = a_terminal(monkeypatch)
    assert output.stdout_style(Common()).colour
    assert output.stdout_style(Common()).width == 72
    fake.answers["prod"] = PENDING
    cli("plan", spec())
    assert "\x1b[" in terminal.getvalue()


@pytest.mark.parametrize(
    ("variable", "value", "colour"),
    [("NO_COLOR", "1", False), ("NO_COLOR", "", True), ("TERM", "dumb", False), ("TERM", "xterm", True)],
)
def test_the_environment_can_switch_colours_off(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str, colour: bool
) -> None:
    a_terminal(monkeypatch)
    monkeypatch.setenv(variable, value)
    assert output.stdout_style(Common()).colour is colour


def test_no_color(cli: Cli, fake: FakeEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = a_terminal(monkeypatch)
    fake.answers["prod"] = PENDING
    cli("plan", spec(), "--no-color")
    assert terminal.getvalue()
    assert "\x1b" not in terminal.getvalue()


def test_a_file_and_a_pipe_get_no_colours(monkeypatch: pytest.MonkeyPatch) -> None:
    a_terminal(monkeypatch)
    assert not output.stdout_style(Common(output=Path("report.txt"))).colour
    assert not output.stderr_style(Common()).colour


@pytest.mark.parametrize(("columns", "width"), [("20", 60), ("500", 160)])
def test_a_senseless_width_is_not_followed(monkeypatch: pytest.MonkeyPatch, columns: str, width: int) -> None:
    a_terminal(monkeypatch)
    monkeypatch.setenv("COLUMNS", columns)
    assert output.stdout_style(Common()).width == width


def test_the_report_goes_to_the_file_and_nothing_to_stdout(cli: Cli, fake: FakeEngine) -> None:
    fake.answers["prod"] = PENDING
    ran = cli("plan", spec(), "--output", "out/report.txt", "--detailed-exitcode")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err == "The report was written to out/report.txt.\n"
    assert "~ app.name  a -> b" in Path("out/report.txt").read_text(encoding="utf-8")


def test_quiet_says_nothing_on_stderr(cli: Cli, fake: FakeEngine) -> None:
    fake.answers["prod"] = PENDING
    ran = cli("plan", spec(), "--output", "report.txt", "--quiet")
    assert (ran.out, ran.err) == ("", "")


def test_the_file_is_replaced_as_a_whole_and_links_are_followed(cli: Cli, fake: FakeEngine) -> None:
    Path("real.json").write_text("old", encoding="utf-8")
    Path("link.json").symlink_to("real.json")
    before = Path("real.json").stat().st_ino
    assert cli("plan", spec(), "--format", "json", "--output", "link.json").code == 0
    assert Path("link.json").is_symlink()
    assert Path("real.json").read_text(encoding="utf-8").startswith("{\n")
    assert Path("real.json").stat().st_ino != before
    assert sorted(path.name for path in Path().iterdir()) == ["link.json", "prod.yaml", "real.json"]


def test_an_error_goes_to_the_file_too_so_that_no_old_report_stays(cli: Cli, fake: FakeEngine) -> None:
    fake.answers["prod"] = LiveStateError.because("two apps")
    Path("report.txt").write_text("old", encoding="utf-8")
    ran = cli("plan", spec(), "--output", "report.txt")
    assert ran.code == 1
    assert ran.err.startswith("error: two apps\n")
    assert Path("report.txt").read_text(encoding="utf-8") == "error: two apps\n"


def test_a_device_is_written_to_and_not_replaced(cli: Cli, fake: FakeEngine) -> None:
    ran = cli("plan", spec(), "--format", "json", "--output", "/dev/stdout", "--quiet")
    assert ran.json["spec"]["name"] == "prod"


@pytest.mark.parametrize("place", [".", "prod.yaml/report.txt"])
def test_where_nothing_can_be_written_is_found_out_before_the_work(cli: Cli, fake: FakeEngine, place: str) -> None:
    ran = cli("plan", spec(), "--output", place, "--format", "json")
    assert ran.code == 1
    assert fake.planned == []
    assert "cannot be written" in ran.json["error"]["summary"]
    assert "next: Name another file with --output" in ran.err


def test_a_report_that_cannot_be_written_after_the_work_is_not_lost(cli: Cli, fake: FakeEngine) -> None:
    def vanish() -> Plan:
        Path("out").rmdir()
        Path("out").write_text("in the way", encoding="utf-8")
        return plan()

    Path("out").mkdir()
    fake.answers["prod"] = vanish
    ran = cli("plan", spec(), "--output", "out/report.json", "--format", "json")
    assert ran.code == 1
    assert ran.json["spec"]["name"] == "prod"
    assert ran.err.startswith("error: ")


def test_json_is_utf_8_whatever_the_terminal_speaks(monkeypatch: pytest.MonkeyPatch) -> None:
    written = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(written, encoding="ascii"))
    output.deliver(Common(format=Format.JSON), '"é"\n', 0)
    assert written.getvalue() == '"é"\n'.encode()


def test_text_shows_what_the_terminal_has_no_letter_for_as_an_escape(monkeypatch: pytest.MonkeyPatch) -> None:
    written = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(written, encoding="ascii"))
    output.deliver(Common(), "✓ é\n", 0)
    assert written.getvalue() == b"\\u2713 \\xe9\n"


def test_a_reader_that_has_gone_away_is_no_error() -> None:
    script = (
        "import sys\n"
        "from sso_sync.cli import output\n"
        "from sso_sync.cli.options import Common\n"
        "sys.stdin.readline()\n"
        "sys.exit(output.deliver(Common(), 'x' * 200_000, 2))\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdin is not None
        assert process.stderr is not None
        process.stdout.close()
        process.stdin.write("go\n")
        process.stdin.close()
        assert process.wait(timeout=30) == 2
        assert process.stderr.read() == ""
