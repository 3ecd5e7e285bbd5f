"""`sso-sync browser`: a person signs in and the session is kept, what is there is told, a browser is found."""

from __future__ import annotations

import json
import os
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from sso_sync.cli.browser_login import _check_display
from sso_sync.errors import SsoSyncError
from sso_sync.justcall.browser.install import find_browser
from sso_sync.justcall.browser.session import Session, save_session
from tests.cli.desktop import Desktop, desktop
from tests.cli.support import Cli
from tests.cli.support import spec as sandbox_spec
from tests.justcall.browser.login_site import EMAIL, PASSWORD, SESSION, TOKEN, LoginSite, served

APP = "https://app.justcall.io"
CANARY = "canary-4711-canary"
SPEC = """\
version: 1
name: {name}
onelogin:
  subdomain: acme
  access:
    roles: [JustCall Users]
justcall:
  driver: {driver}
{url}  sso:
    enabled: true
    default_role: Team Member
"""


@pytest.fixture(autouse=True)
def _no_session_of_the_developer(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("JUSTCALL_SESSION", "JUSTCALL_SESSION_PROD", "XDG_STATE_HOME", "DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def browser(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A browser that can tell its version, and nothing else."""
    path = tmp_path / "bin" / "chromium"
    path.parent.mkdir()
    path.write_text("#!/bin/sh\necho Chromium 131.0.6778.85\n", encoding="utf-8")
    path.chmod(0o755)
    monkeypatch.setenv("SSO_SYNC_BROWSER", str(path))
    return path


@pytest.fixture
def no_browser(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("SSO_SYNC_BROWSER", str(tmp_path / "none"))


def written(name: str = "prod", driver: str = "browser", url: str | None = None) -> Path:
    path = Path(f"{name}.yaml")
    path.write_text(SPEC.format(name=name, driver=driver, url=f"  url: {url}\n" if url else ""), encoding="utf-8")
    return path


def session(*, days: float = 0, expires: float = -1, name: str = "prod") -> Path:
    """A session that somebody saved `days` ago, whose cookie runs out at `expires`."""
    then = datetime.now(UTC) - timedelta(days=days)
    cookie = {"name": "s", "value": CANARY, "domain": ".justcall.io", "path": "/", "expires": expires}
    made = Session({"cookies": [cookie], "origins": []}, then, then, "file", "")
    return save_session(made, name, APP, os.environ)


class TestStatus:
    def test_all_is_ready(self, cli: Cli, browser: Path) -> None:
        path = session(days=3)
        ran = cli("browser", "status", written())
        assert ran.code == 0
        assert ran.out.splitlines()[0] == f"Browser     {browser}  131.0.6778.85"
        assert ran.out.splitlines()[1].startswith("Playwright  1.")
        assert f"  session for {APP} from {path}" in ran.out
        assert "  signed in 3 days ago (" in ran.out
        assert "  its cookies last until JustCall ends them" in ran.out

    @pytest.mark.parametrize(("hours", "words"), [(30.1, "runs out in 1 day ("), (2.1, "runs out in 2 hours (")])
    def test_when_the_first_cookie_runs_out(self, cli: Cli, browser: Path, hours: float, words: str) -> None:
        session(expires=(datetime.now(UTC) + timedelta(hours=hours)).timestamp())
        assert words in cli("browser", "status", written()).out

    def test_the_document(self, cli: Cli, browser: Path) -> None:
        path = session(days=1)
        ran = cli("browser", "status", written(), "--format", "json")
        assert list(ran.json) == ["schema_version", "browser", "playwright", "problems", "connections"]
        assert ran.json["browser"] == {"path": str(browser), "version": "131.0.6778.85"}
        (one,) = ran.json["connections"]
        assert list(one) == ["name", "path", "app_url", "ready", "session", "problem"]
        assert one["ready"] is True
        assert one["session"]["where"] == str(path)
        assert one["session"]["signed_in_at"].endswith("Z")
        assert "canary" not in ran.out

    def test_markdown_is_the_text_as_it_is(self, cli: Cli, browser: Path) -> None:
        session()
        ran = cli("browser", "status", written(), "--format", "markdown")
        assert ran.out.startswith("<pre>\nBrowser     ")

    def test_nobody_has_signed_in(self, cli: Cli, browser: Path) -> None:
        ran = cli("browser", "status", written())
        assert ran.code == 6
        assert "next: Sign in: sso-sync browser login prod.yaml" in ran.out
        ran = cli("browser", "status", written(), "--format", "json")
        assert ran.code == 6
        assert ran.json["connections"][0]["ready"] is False
        assert ran.json["connections"][0]["problem"]["severity"] == "error"

    def test_a_session_that_has_run_out(self, cli: Cli, browser: Path) -> None:
        session(expires=1.0)
        ran = cli("browser", "status", written())
        assert ran.code == 6
        assert "every cookie has run out" in ran.out

    def test_a_session_from_the_environment(self, cli: Cli, browser: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        state = {"cookies": [{"name": "s", "value": CANARY, "domain": "justcall.io", "path": "/"}], "origins": []}
        monkeypatch.setenv("JUSTCALL_SESSION_PROD", json.dumps(state))
        ran = cli("browser", "status", written())
        assert ran.code == 0
        assert "from the environment variable JUSTCALL_SESSION_PROD" in ran.out
        assert "signed in at a time that is not known" in ran.out

    @pytest.mark.parametrize("signed_in", [True, False])
    def test_without_a_browser_the_code_is_1_and_the_session_is_still_told(
        self, cli: Cli, no_browser: None, signed_in: bool
    ) -> None:
        if signed_in:
            session()
        ran = cli("browser", "status", written())
        assert ran.code == 1
        assert "Browser     none" in ran.out
        assert ("  signed in " in ran.out) is signed_in

    def test_without_playwright_the_code_is_1(self, cli: Cli, browser: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        session()
        monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
        ran = cli("browser", "status", written())
        assert ran.code == 1
        assert "Playwright  not installed" in ran.out
        assert "pip install 'sso-sync[browser]'" in ran.out

    def test_several_specs_each_for_itself(self, cli: Cli, browser: Path) -> None:
        session(name="one")
        written("one"), written("two"), sandbox_spec("three")
        Path("wrong.yaml").write_text("version: 1\nname: wrong\nsurplus: 1\n", encoding="utf-8")
        ran = cli("browser", "status", "one.yaml", "two.yaml", "three.yaml", "--format", "json")
        assert ran.code == 6
        assert [one["ready"] for one in ran.json["connections"]] == [True, False, True]
        assert [one["app_url"] for one in ran.json["connections"]] == [APP, APP, None]
        ran = cli("browser", "status", "one.yaml", "wrong.yaml")
        assert ran.code == 1
        assert "signed in" in ran.out
        assert "surplus" in ran.out


class TestInstall:
    def test_the_one_that_is_there(self, cli: Cli, browser: Path) -> None:
        assert cli("browser", "install").out == f"Found  {browser}\n"
        assert cli("browser", "install", "--format", "json").json == {
            "schema_version": 1,
            "browser": str(browser),
            "downloaded": False,
        }

    def test_a_variable_that_names_none(self, cli: Cli, no_browser: None) -> None:
        ran = cli("browser", "install")
        assert ran.code == 1
        assert "SSO_SYNC_BROWSER" in ran.err


class TestLogin:
    @pytest.mark.skipif(sys.platform != "linux", reason="elsewhere there is a display")
    def test_without_a_display(self, cli: Cli, browser: Path) -> None:
        ran = cli("browser", "login", written())
        assert ran.code == 1
        assert "There is no display" in ran.err
        assert "JUSTCALL_SESSION" in ran.err

    @pytest.mark.parametrize(
        ("environ", "platform"),
        [({"DISPLAY": ":0"}, "linux"), ({"WAYLAND_DISPLAY": "w"}, "linux"), ({}, "darwin"), ({}, "win32")],
    )
    def test_with_a_display(self, environ: dict[str, str], platform: str) -> None:
        _check_display(environ, platform)

    def test_an_empty_variable_is_no_display(self) -> None:
        with pytest.raises(SsoSyncError):
            _check_display({"DISPLAY": ""}, "freebsd14")

    @pytest.mark.parametrize(("driver", "words"), [("http", "its driver is not"), ("sandbox", "embedded sandbox")])
    def test_where_nobody_has_to_sign_in(self, cli: Cli, driver: str, words: str) -> None:
        path = sandbox_spec() if driver == "sandbox" else written(driver=driver, url="https://gateway.example")
        ran = cli("browser", "login", path)
        assert ran.code == 1
        assert words in ran.err
        assert f"{path}:" in ran.err

    def test_without_a_browser(self, cli: Cli, no_browser: None, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("DISPLAY", ":0")
        ran = cli("browser", "login", written())
        assert ran.code == 1
        assert "SSO_SYNC_BROWSER" in ran.err

    def test_the_example_in_the_help(self, cli: Cli) -> None:
        for command in ("login", "status", "install"):
            assert f"sso-sync browser {command}" in cli("browser", command, "--help").out


@pytest.fixture
def desk() -> Iterator[Desktop]:
    find_browser(os.environ)  # without one these tests fail: a skipped check is no check
    with desktop() as desk:
        yield desk


@pytest.fixture
def site() -> Iterator[LoginSite]:
    with served() as site:
        yield site


class Login:
    """`sso-sync browser login` in a process of its own, in front of somebody."""

    def __init__(self, desk: Desktop, site: LoginSite, *options: str) -> None:
        self._desk, self._site = desk, site
        self._process = subprocess.Popen(
            [sys.executable, "-m", "sso_sync", "browser", "login", str(written(url=site.app_url)), *options],
            env={**os.environ, "DISPLAY": desk.display},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def __enter__(self) -> Login:
        return self

    def __exit__(self, *raised: object) -> None:
        if self._process.poll() is None:
            self._process.kill()
        self._process.communicate()

    def waits_for(self, field: str) -> None:
        """Until somebody could type into the field."""
        assert self._site.wait_until(lambda: field in self._site.holds, 120), f"nobody could type the {field}"

    def type(self, text: str, into: str) -> None:
        """Types into the field and looks at it before Enter: a busy browser may have swallowed a key."""
        self.waits_for(into)
        for _ in range(5):
            self._desk.type(text)
            if self._site.wait_until(lambda: self._site.holds[into] == text, 10):
                break
            self._desk.key("ctrl+a")
        self._desk.key("Return")
        assert self._site.wait_until(lambda: text in self._site.typed, 60), f"the {into} was not sent"

    def interrupt(self) -> None:
        self._process.send_signal(signal.SIGINT)

    def ended(self) -> tuple[int, str, str]:
        out, err = self._process.communicate(timeout=120)
        return self._process.returncode, out, err


def saved_files() -> list[Path]:
    return [path for path in Path(os.environ["HOME"]).rglob("*") if path.is_file() and "sessions" in path.parts]


@pytest.mark.browser
@pytest.mark.desktop
class TestWithAWindow:
    """A real browser on a real display; the keys come from the keyboard."""

    def test_a_person_signs_in(self, cli: Cli, desk: Desktop, site: LoginSite) -> None:
        with Login(desk, site, "--format", "json") as login:
            desk.focus("chrom")
            login.type(EMAIL, into="email")
            login.type(PASSWORD, into="password")
            code, out, err = login.ended()
        assert site.typed == [EMAIL, PASSWORD]
        assert code == 0, err
        document = json.loads(out)
        (path,) = saved_files()
        assert document["path"] == str(path)
        assert document["environment"] == ["JUSTCALL_SESSION", "JUSTCALL_SESSION_PROD"]
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
        self._holds_justcalls_alone(path.read_text(encoding="utf-8"), site)
        assert "canary" not in out + err

        ran = cli("browser", "status", "prod.yaml")
        assert ran.code == 0
        assert "signed in" in ran.out

    def _holds_justcalls_alone(self, text: str, site: LoginSite) -> None:
        found: dict[str, Any] = json.loads(text)["storage_state"]
        assert {one["name"]: one["value"] for one in found["cookies"]} == {"justcall_session": SESSION}
        (origin,) = found["origins"]
        assert origin["origin"] == site.app_url
        assert {"name": "token", "value": TOKEN} in origin["localStorage"]
        assert PASSWORD not in text
        assert EMAIL not in text
        assert "idp" not in text

    def test_a_person_closes_the_window(self, cli: Cli, desk: Desktop, site: LoginSite) -> None:
        with Login(desk, site) as login:
            desk.focus("chrom")
            login.waits_for("email")
            desk.key("ctrl+w")
            code, out, err = login.ended()
        assert (code, out) == (6, "")
        assert err.count("error: ") == 1
        assert "The browser was closed" in err
        assert saved_files() == []

    def test_ctrl_c_closes_the_window_and_saves_nothing(self, cli: Cli, desk: Desktop, site: LoginSite) -> None:
        with Login(desk, site) as login:
            desk.focus("chrom")
            login.waits_for("email")
            login.interrupt()
            code, out, err = login.ended()
        assert (code, out) == (130, "")
        assert err.count("error: ") == 1
        assert "interrupted: nothing was saved" in err
        assert saved_files() == []
