"""Finds the browser that drives JustCall's pages, or has Playwright download one. Nothing here starts Playwright."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from sso_sync.errors import SsoSyncError
from sso_sync.justcall.browser.told import clipped

__all__ = [
    "Installed",
    "Run",
    "browser_version",
    "find_browser",
    "install_browser",
    "playwright_version",
    "require_playwright",
]

Run = Callable[[Sequence[str]], "subprocess.CompletedProcess[str]"]
"""Runs a command to its end and answers its exit code and what it printed; raises OSError when it cannot start."""

_VARIABLE = "SSO_SYNC_BROWSER"
_NAMES = (
    "google-chrome-stable",
    "google-chrome",
    "chromium",
    "chromium-browser",
    "chrome",
    "microsoft-edge-stable",
    "microsoft-edge",
)
_MAC = (
    "Google Chrome.app/Contents/MacOS/Google Chrome",
    "Chromium.app/Contents/MacOS/Chromium",
    "Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
)
_WINDOWS = (
    "Google/Chrome/Application/chrome.exe",
    "Chromium/Application/chrome.exe",
    "Microsoft/Edge/Application/msedge.exe",
)
_LINUX = ("/opt/google/chrome/chrome", "/snap/bin/chromium", "/opt/microsoft/msedge/msedge")
# Where Playwright puts its Chromium below `chromium-<revision>/`, in its versions since 1.50. `chromium_headless_shell`
# is no candidate: nobody can sign in without a window.
_OF_PLAYWRIGHT = (
    "chrome-linux*/chrome",
    "chrome-mac*/*.app/Contents/MacOS/*",
    "chrome-win*/chrome.exe",
)
_BY_HAND = (
    "Install Google Chrome or Chromium with the system's package manager (for example `apt-get install chromium`), "
    f"or set {_VARIABLE} to the path of one."
)
_VERSION = re.compile(r"\d+(?:\.\d+)+")


def require_playwright() -> None:
    """Makes sure that Playwright can be imported, without importing it. Raises SsoSyncError when it cannot."""
    if importlib.util.find_spec("playwright") is None:
        raise SsoSyncError.because(
            "Playwright, which drives the browser, is not installed",
            next_action="Install it with: pip install 'sso-sync[browser]'",
        )


def playwright_version() -> str | None:
    """The version of the Playwright that is installed; None without one."""
    try:
        return importlib.metadata.version("playwright")
    except importlib.metadata.PackageNotFoundError:
        return None


def find_browser(environ: Mapping[str, str], *, platform: str = sys.platform) -> Path:
    """The executable of a Chrome, Chromium or Edge.

    SSO_SYNC_BROWSER decides when it is set. Otherwise the first of: PATH, the usual places of the `platform` (as in
    `sys.platform`), what Playwright has downloaded before. Raises SsoSyncError when the variable names no program, or
    when there is no browser.
    """
    if named := environ.get(_VARIABLE):
        return _named(named)
    for candidate in _candidates(environ, platform):
        if _runs(candidate):
            return candidate
    raise SsoSyncError.because(
        "There is no browser: neither Chrome nor Chromium was found",
        detail="JustCall has no API for its SSO settings; its own pages are used, in a browser.",
        next_action=f"Run `sso-sync browser install`, or set {_VARIABLE} to the path of a Chrome or Chromium.",
    )


def browser_version(browser: Path, *, run: Run | None = None) -> str | None:
    """The version that the browser says it has, such as `131.0.6778.85`; None where asking is not possible.

    On Windows `--version` opens a window, so nobody is asked there.
    """
    if os.name == "nt":
        return None
    try:
        said = (run or _ask)((str(browser), "--version"))
    except (OSError, subprocess.SubprocessError):
        return None
    found = _VERSION.search(said.stdout) if said.returncode == 0 else None
    return found.group() if found else None


@dataclass(frozen=True, slots=True)
class Installed:
    """A browser that is there now, and whether it had to be downloaded."""

    path: Path
    downloaded: bool


def install_browser(
    environ: Mapping[str, str], *, run: Run | None = None, before_download: Callable[[], None] = lambda: None
) -> Installed:
    """The browser that is there already, or else a Chromium that Playwright downloads into its own folder.

    `before_download` is called when a download is about to begin, because it takes a while. Raises SsoSyncError when
    SSO_SYNC_BROWSER names no program, without Playwright, and when the download fails.
    """
    if environ.get(_VARIABLE):
        return Installed(find_browser(environ), downloaded=False)
    try:
        return Installed(find_browser(environ), downloaded=False)
    except SsoSyncError:
        require_playwright()
    before_download()
    _download(run or _run_with(environ))
    try:
        return Installed(find_browser(environ), downloaded=True)
    except SsoSyncError:
        raise _failed("Playwright reported success, but its Chromium is not where it belongs.") from None


def _named(text: str) -> Path:
    path = Path(text).expanduser()
    if _runs(path):
        return path
    raise SsoSyncError.because(
        f"{_VARIABLE} does not name a browser: {path} is {'no program' if path.exists() else 'not there'}",
        next_action=f"Set {_VARIABLE} to the executable of a Chrome or Chromium, or unset it to have one found.",
    )


def _candidates(environ: Mapping[str, str], platform: str) -> Iterator[Path]:
    for name in _NAMES:
        found = shutil.which(name, path=environ.get("PATH", ""))
        if found:
            yield Path(found)
    yield from _usual_places(environ, platform)
    yield from _downloaded(environ, platform)


def _usual_places(environ: Mapping[str, str], platform: str) -> Iterator[Path]:
    if platform == "darwin":
        folders = ["/Applications", *([f"{environ['HOME']}/Applications"] if environ.get("HOME") else [])]
        yield from (Path(folder, place) for folder in folders for place in _MAC)
    elif platform == "win32":
        names = ("PROGRAMFILES", "PROGRAMFILES(X86)", "LOCALAPPDATA")
        folders = [environ[name] for name in names if environ.get(name)]
        yield from (Path(folder, place) for folder in folders for place in _WINDOWS)
    else:
        yield from map(Path, _LINUX)


def _downloaded(environ: Mapping[str, str], platform: str) -> Iterator[Path]:
    """Playwright's own Chromium, the newest revision first; only complete downloads have the marker file."""
    folder = _playwright_folder(environ, platform)
    if folder is None or not folder.is_dir():
        return
    revisions = [found for found in folder.glob("chromium-*") if (found / "INSTALLATION_COMPLETE").exists()]
    for revision in sorted(revisions, key=_revision, reverse=True):
        for place in _OF_PLAYWRIGHT:
            yield from sorted(revision.glob(place))


def _revision(folder: Path) -> int:
    number = folder.name.rpartition("-")[2]
    return int(number) if number.isascii() and number.isdigit() else 0


def _playwright_folder(environ: Mapping[str, str], platform: str) -> Path | None:
    """Where Playwright keeps its browsers, by its own rules; None for an account without a home."""
    named = environ.get("PLAYWRIGHT_BROWSERS_PATH")
    if named == "0":
        spec = importlib.util.find_spec("playwright")
        return Path(spec.origin).parent / "driver/package/.local-browsers" if spec and spec.origin else None
    if named:
        return Path(named)
    home = environ.get("HOME") or environ.get("USERPROFILE")
    if platform == "darwin":
        cache = f"{home}/Library/Caches" if home else None
    elif platform == "win32":
        cache = environ.get("LOCALAPPDATA")
    else:
        cache = environ.get("XDG_CACHE_HOME") or (f"{home}/.cache" if home else None)
    return Path(cache) / "ms-playwright" if cache else None


def _runs(path: Path) -> bool:
    return path.is_file() and os.access(path, os.X_OK)


def _download(run: Run) -> None:
    try:
        done = run((sys.executable, "-m", "playwright", "install", "chromium"))
    except OSError as problem:
        raise _failed(problem.strerror) from None
    if done.returncode:
        raise _failed(_complaint(f"{done.stdout}\n{done.stderr}"))


def _complaint(printed: str) -> str | None:
    """The line that tells what went wrong: the last that names an error, or else simply the last."""
    lines = [line.strip() for line in printed.splitlines() if line.strip()]
    telling = [line for line in lines if line.lower().startswith(("error", "failed"))]
    return clipped((telling or lines)[-1]) if lines else None


def _failed(detail: str | None) -> SsoSyncError:
    return SsoSyncError.because("Chromium could not be downloaded", detail=detail, next_action=_BY_HAND)


def _ask(command: Sequence[str]) -> subprocess.CompletedProcess[str]:
    # A wrapper script may write anything to stderr; a browser that hangs is not waited for.
    return subprocess.run(command, capture_output=True, text=True, errors="replace", check=False, timeout=10)  # noqa: S603


def _run_with(environ: Mapping[str, str]) -> Run:
    def run(command: Sequence[str]) -> subprocess.CompletedProcess[str]:
        return subprocess.run(  # noqa: S603
            command, env=dict(environ), capture_output=True, text=True, errors="replace", check=False
        )

    return run
