"""Which browser is found, in which order, and what somebody without one is told."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from sso_sync.errors import SsoSyncError
from sso_sync.justcall.browser import install
from sso_sync.justcall.browser.install import (
    Run,
    browser_version,
    find_browser,
    install_browser,
    playwright_version,
    require_playwright,
)

Result = subprocess.CompletedProcess[str]


def program(path: Path, *, mode: int = 0o755) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("#!/bin/sh\n", encoding="utf-8")
    path.chmod(mode)
    return path


def revision(folder: Path, number: int | str, place: str = "chrome-linux64/chrome", *, complete: bool = True) -> Path:
    """A Chromium as Playwright lays it out."""
    found = program(folder / f"chromium-{number}" / place)
    if complete:
        (folder / f"chromium-{number}" / "INSTALLATION_COMPLETE").touch()
    return found


@pytest.fixture(autouse=True)
def _only_what_the_test_installs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(install, "_LINUX", ())


def test_the_variable_decides(tmp_path: Path) -> None:
    mine, other = program(tmp_path / "mine"), program(tmp_path / "bin" / "chromium")
    assert find_browser({"SSO_SYNC_BROWSER": str(mine), "PATH": str(other.parent)}) == mine


@pytest.mark.parametrize("mode", [None, 0o644])
def test_a_variable_that_names_no_program_is_an_error_although_there_is_a_browser(
    tmp_path: Path, mode: int | None
) -> None:
    other = program(tmp_path / "bin" / "chromium")
    wrong = tmp_path / "wrong"
    if mode is not None:
        program(wrong, mode=mode)
    with pytest.raises(SsoSyncError) as caught:
        find_browser({"SSO_SYNC_BROWSER": str(wrong), "PATH": str(other.parent)})
    assert str(wrong) in str(caught.value)
    assert "SSO_SYNC_BROWSER" in str(caught.value)


@pytest.mark.parametrize("name", ["google-chrome-stable", "chromium", "microsoft-edge-stable"])
def test_the_path_comes_before_what_playwright_has(tmp_path: Path, name: str) -> None:
    found = program(tmp_path / "bin" / name)
    revision(tmp_path / "pw", 1200)
    environ = {"PATH": str(found.parent), "PLAYWRIGHT_BROWSERS_PATH": str(tmp_path / "pw")}
    assert find_browser(environ, platform="linux") == found


def test_chrome_comes_before_chromium(tmp_path: Path) -> None:
    program(tmp_path / "chromium")
    chrome = program(tmp_path / "google-chrome")
    assert find_browser({"PATH": str(tmp_path)}) == chrome


@pytest.mark.parametrize(
    ("platform", "variable", "place"),
    [
        ("darwin", "HOME", "Applications/Google Chrome.app/Contents/MacOS/Google Chrome"),
        ("win32", "PROGRAMFILES", "Google/Chrome/Application/chrome.exe"),
        ("win32", "LOCALAPPDATA", "Google/Chrome/Application/chrome.exe"),
    ],
)
def test_the_usual_places(tmp_path: Path, platform: str, variable: str, place: str) -> None:
    found = program(tmp_path / place)
    assert find_browser({variable: str(tmp_path)}, platform=platform) == found


@pytest.mark.parametrize(
    ("platform", "environ", "folder"),
    [
        ("linux", {"HOME": "{}"}, ".cache/ms-playwright"),
        ("linux", {"HOME": "/nowhere", "XDG_CACHE_HOME": "{}"}, "ms-playwright"),
        ("darwin", {"HOME": "{}"}, "Library/Caches/ms-playwright"),
        ("win32", {"LOCALAPPDATA": "{}"}, "ms-playwright"),
        ("linux", {"PLAYWRIGHT_BROWSERS_PATH": "{}/mine"}, "mine"),
    ],
)
@pytest.mark.parametrize(
    "place",
    [
        "chrome-linux/chrome",
        "chrome-linux64/chrome",
        "chrome-mac-arm64/Google Chrome for Testing.app/Contents/MacOS/Google Chrome for Testing",
        "chrome-win64/chrome.exe",
    ],
)
def test_what_playwright_has(tmp_path: Path, platform: str, environ: dict[str, str], folder: str, place: str) -> None:
    found = revision(tmp_path / folder, 1155, place)
    environ = {name: value.format(tmp_path) for name, value in environ.items()}
    assert find_browser(environ, platform=platform) == found


def test_of_playwrights_the_newest_complete_one_with_a_window(tmp_path: Path) -> None:
    revision(tmp_path, 999)
    newest = revision(tmp_path, 1155)
    revision(tmp_path, 1200, complete=False)
    program(tmp_path / "chromium_headless_shell-1300" / "chrome-linux64" / "chrome")
    (tmp_path / "chromium_headless_shell-1300" / "INSTALLATION_COMPLETE").touch()
    assert find_browser({"PLAYWRIGHT_BROWSERS_PATH": str(tmp_path)}, platform="linux") == newest


def test_without_a_browser_the_command_that_gets_one_is_named() -> None:
    with pytest.raises(SsoSyncError) as caught:
        find_browser({})
    (told,) = caught.value.diagnostics
    assert "sso-sync browser install" in (told.next_action or "")
    assert caught.value.exit_code == 1


def test_playwright_is_there_and_its_version_known() -> None:
    require_playwright()
    assert playwright_version()


def test_without_playwright_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(SsoSyncError) as caught:
        require_playwright()
    assert "pip install 'sso-sync[browser]'" in (caught.value.diagnostics[0].next_action or "")


def says(text: str, code: int = 0) -> Run:
    return lambda command: subprocess.CompletedProcess(command, code, text, "")


def test_the_version_of_a_browser() -> None:
    assert browser_version(Path("x"), run=says("Google Chrome 131.0.6778.85 unknown\n")) == "131.0.6778.85"
    assert browser_version(Path("x"), run=says("Chromium\n")) is None
    assert browser_version(Path("x"), run=says("Chromium 131.0.1", 1)) is None
    assert browser_version(Path("/no/such/browser")) is None


class Downloads:
    """Stands in for Playwright's own command."""

    def __init__(self, then: Callable[[], object] = lambda: None, code: int = 0, out: str = "", err: str = "") -> None:
        self.commands: list[Sequence[str]] = []
        self._then, self._code, self._out, self._err = then, code, out, err

    def __call__(self, command: Sequence[str]) -> Result:
        self.commands.append(command)
        self._then()
        return subprocess.CompletedProcess(command, self._code, self._out, self._err)


def test_nothing_is_downloaded_where_there_is_a_browser(tmp_path: Path) -> None:
    found, downloads = program(tmp_path / "chromium"), Downloads()
    done = install_browser({"PATH": str(tmp_path)}, run=downloads)
    assert (done.path, done.downloaded, downloads.commands) == (found, False, [])


def test_a_wrong_variable_is_not_cured_by_a_download(tmp_path: Path) -> None:
    downloads = Downloads()
    with pytest.raises(SsoSyncError, match="SSO_SYNC_BROWSER"):
        install_browser({"SSO_SYNC_BROWSER": str(tmp_path / "no")}, run=downloads)
    assert downloads.commands == []


def test_playwright_downloads_one(tmp_path: Path) -> None:
    told: list[str] = []
    downloads = Downloads(lambda: revision(tmp_path, 1155))
    done = install_browser(
        {"PLAYWRIGHT_BROWSERS_PATH": str(tmp_path)}, run=downloads, before_download=lambda: told.append("wait")
    )
    assert (done.path, done.downloaded) == (tmp_path / "chromium-1155/chrome-linux64/chrome", True)
    assert downloads.commands == [(sys.executable, "-m", "playwright", "install", "chromium")]
    assert told == ["wait"]


@pytest.mark.parametrize(
    ("downloads", "detail"),
    [
        (Downloads(code=1, out="Downloading\n", err="Error: connect ECONNREFUSED\n    at x.js:1\n"), "ECONNREFUSED"),
        (Downloads(code=1, err="no space left"), "no space left"),
        (Downloads(code=1), None),
        (Downloads(), "not where it belongs"),
    ],
)
def test_a_download_that_fails_is_one_error_with_a_way_out(
    tmp_path: Path, downloads: Downloads, detail: str | None
) -> None:
    with pytest.raises(SsoSyncError) as caught:
        install_browser({"PLAYWRIGHT_BROWSERS_PATH": str(tmp_path)}, run=downloads)
    (told,) = caught.value.diagnostics
    assert (detail or "") in (told.detail or "")
    assert (detail is None) == (told.detail is None)
    assert "package manager" in (told.next_action or "")


def test_a_command_that_cannot_start_is_a_failed_download() -> None:
    def run(command: Sequence[str]) -> Result:
        raise OSError(2, "No such file or directory")

    with pytest.raises(SsoSyncError, match="could not be downloaded"):
        install_browser({}, run=run)
