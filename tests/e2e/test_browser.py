"""The whole way with `driver: browser`: what is typed, what both sides hold afterwards, and that people can sign in."""

from __future__ import annotations

import io
import json
import os
import zipfile
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import pytest
from playwright.async_api import Browser, Page

from sso_sync.justcall.browser import launch
from sso_sync.justcall.browser.install import find_browser
from sso_sync.sandbox.pages.sessions import EVERYBODYS_PASSWORD
from sso_sync.sandbox.server import Sandbox
from tests.browsing import SharedBrowser, played

from .conftest import Cli, document, write

pytestmark = pytest.mark.browser

T = TypeVar("T")
COOKIE = "justcall_session"


@pytest.fixture
def spec(sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The smallest spec with `driver: browser`, and the owner's session in the environment."""
    monkeypatch.setenv("JUSTCALL_SESSION", json.dumps(sandbox.browser_session()))
    return write(tmp_path / "spec.yaml", _driven(sandbox))


def _driven(sandbox: Sandbox, **more: Any) -> dict[str, Any]:
    return document(sandbox, justcall={"driver": "browser", "users_url": sandbox.justcall_url, **more})


def _impatient(spec: Path, sandbox: Sandbox) -> Path:
    """The same spec with a page map that waits for a few seconds only."""
    (spec.parent / "page.yaml").write_text("timeout_seconds: 4\n", encoding="utf-8")
    return write(spec, _driven(sandbox, page_map="page.yaml"))


def _direct(spec: Path, sandbox: Sandbox) -> Path:
    """The same spec with a page map that knows the page's own address: many visits, and the way there is no matter."""
    known = "settings:\n  path: /apex/settings/security/sso\n  navigation: []\n"
    (spec.parent / "page.yaml").write_text(known, encoding="utf-8")
    return write(spec, _driven(sandbox, page_map="page.yaml"))


def _as_people(sandbox: Sandbox, *scenes: Callable[[Page], Awaitable[T]]) -> list[T]:
    """What each scene answers, on a page of somebody who has nothing to do with the others."""

    async def one(browser: Browser, scene: Callable[[Page], Awaitable[T]]) -> T:
        context = await browser.new_context(locale="en-US")
        context.set_default_timeout(20_000)
        return await scene(await context.new_page())

    async def everyone() -> list[T]:
        async with launch.started(find_browser(os.environ), app_url=sandbox.justcall_url) as browser:
            return [await one(browser, scene) for scene in scenes]

    return played(everyone())


@pytest.mark.own_browser
def test_from_nothing_to_a_working_login_in_one_command(
    cli: Cli,
    sandbox: Sandbox,
    spec: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    browser_to_lend: SharedBrowser,
) -> None:
    """And no session is in any file or line that is left of it."""
    state = sandbox.browser_session()
    monkeypatch.setenv("JUSTCALL_SESSION", json.dumps(state))
    applied = cli("apply", spec, "--auto-approve", "-v")
    assert applied.code == 0, applied.err
    assert "Verified: both sides" in applied.out
    assert sandbox.justcall.settings.enabled
    assert sandbox.justcall.problem() is None
    browser_to_lend.lend(monkeypatch)  # what else happens needs no browser of its own

    async def signs_in(page: Page, email: str) -> str:
        await page.goto(f"{sandbox.justcall_url}/login")
        await page.get_by_role("link", name="Sign in with SSO").click()
        await page.get_by_role("textbox", name="Work email").fill(email)
        await page.get_by_role("button", name="Continue").click()
        await page.get_by_label("Password").fill(EVERYBODYS_PASSWORD)
        user = page.get_by_role("textbox", name="Email or username")
        await user.fill(email)
        await page.get_by_role("button", name="Sign in", exact=True).click()
        await page.wait_for_load_state("networkidle")
        return await page.locator("body").inner_text()

    people = ("alice.adams@acme.example", "dave.diaz@acme.example")
    alice, dave = _as_people(sandbox, *(partial(signs_in, email=email) for email in people))
    assert "Alice Adams" in alice
    assert "do not have access" in dave

    again = cli("apply", spec, "--auto-approve")
    assert (again.code, "No changes" in again.out) == (0, True)

    cookies: Any = state["cookies"]
    token = next(str(cookie["value"]) for cookie in cookies if cookie["name"] == COOKIE)
    assert token not in applied.out + applied.err + again.out + again.err
    kept = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert any(path.name == "trace.zip" for path in kept)
    for path in kept:
        assert token.encode() not in _contents(path), path


def _contents(path: Path) -> bytes:
    content = path.read_bytes()
    if path.suffix != ".zip":
        return content
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return b"".join(archive.read(name) for name in archive.namelist())


def test_the_embedded_sandbox_lets_its_browser_in_and_keeps_the_evidence(cli: Cli, tmp_path: Path) -> None:
    spec = write(
        tmp_path / "spec.yaml",
        {
            "version": 1,
            "name": "rehearsal",
            "sandbox": True,
            "onelogin": {"access": {"roles": ["JustCall Users"]}},
            "justcall": {"driver": "browser", "sso": {"enabled": True, "default_role": "Team Member"}},
        },
    )
    applied = cli("apply", spec, "--auto-approve", "--format", "json")
    assert applied.code == 0, applied.err
    assert applied.json["verified"] is True
    run = Path(".sso-sync") / "runs" / applied.json["run_id"]
    assert str(run) in applied.err
    assert {path.name for path in run.iterdir()} >= {"01-before-save.png", "02-after-save.png", "trace.zip"}
    assert {path.stat().st_mode & 0o777 for path in run.iterdir()} == {0o600}
    assert run.stat().st_mode & 0o777 == 0o700
    assert cli("plan", spec, "--detailed-exitcode").code == 0


TAMPERED: dict[str, Any] = {
    "sso_url": "https://evil.example/sso",
    "issuer": "https://evil.example/issuer",
    "certificate": None,
    "default_role": "Admin",
    "enabled": False,
}


def test_what_somebody_changed_on_the_page_is_named_exactly_and_put_right(
    cli: Cli, sandbox: Sandbox, spec: Path
) -> None:
    by_gateway = write(spec.parent / "gateway.yaml", document(sandbox))
    assert cli("apply", by_gateway, "--auto-approve").code == 0
    spec = _direct(spec, sandbox)
    right = sandbox.justcall.settings
    sandbox.requests.clear()
    for changed in (["certificate"], [*TAMPERED]):
        sandbox.justcall.edit(**{field: TAMPERED[field] for field in changed})
        planned = cli("plan", spec, "--detailed-exitcode", "--format", "json")
        assert (planned.code, planned.addresses) == (2, [f"justcall.sso.{field}" for field in changed])
    assert sandbox.requests.writes() == []
    assert cli("apply", spec, "--auto-approve").code == 0
    assert sandbox.justcall.settings == right


def test_a_session_that_has_expired_leaves_the_other_side_planned(cli: Cli, sandbox: Sandbox, spec: Path) -> None:
    sandbox.variants.page_access = "expired"
    planned = cli("plan", spec, "--format", "json")
    assert planned.code == 6
    assert "onelogin.app" in planned.addresses
    assert cli("apply", spec, "--auto-approve").code == 6
    assert sandbox.requests.writes() == []


def test_without_a_session_nobody_is_asked_for_a_password(
    cli: Cli, sandbox: Sandbox, spec: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("JUSTCALL_SESSION")
    planned = cli("plan", spec)
    assert planned.code == 6
    assert "There is no JustCall session" in planned.out
    assert sandbox.requests.select("justcall", path="^/(apex|login)") == []


def test_a_missing_browser_is_one_error_before_anything_is_asked(
    cli: Cli, sandbox: Sandbox, spec: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSO_SYNC_BROWSER", "/nowhere/chrome")
    applied = cli("apply", spec, "--auto-approve")
    assert applied.code == 1
    assert applied.err.count("error:") == 1
    assert "/nowhere/chrome" in applied.err
    assert list(sandbox.requests) == []


def test_a_page_that_does_not_fit_the_map_stops_the_run_before_any_write(
    cli: Cli, sandbox: Sandbox, spec: Path
) -> None:
    sandbox.variants.page_labels = "renamed"
    applied = cli("apply", _impatient(spec, sandbox), "--auto-approve")
    assert applied.code == 1
    assert "nothing that is known as the way to Settings → Security → Single Sign-On" in applied.err
    assert "Screenshot: .sso-sync/refused/" in applied.err
    assert sandbox.requests.writes() == []


def test_a_lie_of_the_page_is_a_run_that_was_done_in_part(cli: Cli, sandbox: Sandbox, spec: Path) -> None:
    sandbox.variants.page_save = "lies"
    applied = cli("apply", spec, "--auto-approve", "--format", "json")
    assert applied.code == 7
    assert [step["id"] for step in applied.json["failed"]] == ["justcall.values"]
    assert "after a reload holds something else" in json.dumps(applied.json["failed"])
    assert not sandbox.justcall.settings.enabled


def test_the_map_is_tried_against_the_page_and_changes_nothing(cli: Cli, sandbox: Sandbox, spec: Path) -> None:
    fitting = cli("browser", "map", spec, "--check")
    assert fitting.code == 0
    assert "✓ fields.sso_url" in fitting.out
    assert "All 12 entries fit the page." in fitting.out
    sandbox.variants.page_labels = "twice"
    odd = cli("browser", "map", _impatient(spec, sandbox), "--check", "--format", "json")
    assert odd.code == 1
    matches = {one["place"]: (one["match"], one["count"]) for one in odd.json["entries"]}
    assert matches["fields.sso_url"] == ("several", 2)
    assert matches["fields.issuer"] == ("one", 1)
    assert sandbox.requests.writes() == []


def test_the_map_in_force_can_be_printed_and_used(cli: Cli, sandbox: Sandbox, spec: Path, tmp_path: Path) -> None:
    shown = cli("browser", "map", spec)
    assert shown.code == 0
    (tmp_path / "page.yaml").write_text(shown.out, encoding="utf-8")
    own = write(spec, _driven(sandbox, page_map="page.yaml"))
    assert cli("browser", "map", own).out == shown.out
