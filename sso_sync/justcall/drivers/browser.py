"""Driver `browser`: JustCall's own settings page, driven in a real browser (DESIGN §5).

Saved is what the reloaded page shows, not what a message says. Whatever does not fit the page map ends in a refusal
with a picture, before anything is typed or saved.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from urllib.parse import urlsplit

from sso_sync.clock import Clock, utc_now
from sso_sync.errors import ReadOnlyViolation, SsoSyncError, UnexpectedAnswer
from sso_sync.justcall.browser.answers import Answer, Said
from sso_sync.justcall.browser.room import Access, Room
from sso_sync.justcall.browser.settings_page import SettingsPage
from sso_sync.justcall.fields import describe
from sso_sync.justcall.held import check_writable, entered, not_taken
from sso_sync.justcall.port import ServiceProvider
from sso_sync.justcall.settings import SettingField, Settings, TestResult, Unknown
from sso_sync.justcall.words import asks_to_enable_first
from sso_sync.values import Json, Permit

__all__ = ["BrowserDriver", "connect"]


class BrowserDriver(ServiceProvider):
    """JustCall's settings page in a `room`, which a read-only driver and its writable twin share."""

    def __init__(self, room: Room, *, writable: bool = False, permit: Permit | None = None) -> None:
        self._room = room
        self._permit = permit
        self._writable = writable

    @property
    def label(self) -> str:
        return urlsplit(self._room.access.app_url).netloc

    @property
    def how(self) -> str:
        return "browser"

    @property
    def automatic(self) -> bool:
        return True

    @property
    def evidence(self) -> Path | None:
        return self._room.evidence.place if self._writable else None

    def writable(self, evidence: Callable[[], Path], permit: Permit | None = None) -> BrowserDriver:
        self._room.record(evidence)
        return BrowserDriver(self._room, writable=True, permit=permit)

    def hurried(self) -> BrowserDriver:
        """Itself: the page map's own patience is short enough, and a save is never tried twice."""
        return self

    def close(self) -> None:
        self._room.close()

    def read(self) -> Settings:
        async def look(page: SettingsPage) -> Settings:
            await page.open()
            return await page.read()

        return self._room.run(look, refusal="refused")

    def write(self, changes: Mapping[SettingField, Json]) -> Settings:
        """Fills in exactly these fields, saves, reloads and compares: "saved" on the page proves nothing (lesson A16).

        Raises ReadOnlyViolation where only reading is allowed, PageMismatch before anything is typed, SpecError for an
        unusable certificate, and UnexpectedAnswer when JustCall refuses, asks back, or does not hold what was saved.
        """
        self._may_write("save settings")
        if not changes:
            return self.read()
        check_writable(changes)
        values = {field: entered(field, value) for field, value in changes.items()}

        async def save(page: SettingsPage) -> Settings:
            await page.open()
            await self._room.picture("before-save")
            await page.fill(values)
            if self._permit is not None:
                self._permit()
            answer = await page.save()
            await self._room.picture("after-save")
            _accepted(answer)
            await page.open()
            settings = await page.read()
            await self._room.picture("read-back")
            _held(values, settings, answer)
            return settings

        return self._room.run(save, refusal="save-refused")

    def test(self) -> TestResult:
        """Clicks Test Connection on the saved settings. UnexpectedAnswer when the page does not say how it went."""
        self._may_write("test the connection")

        async def click(page: SettingsPage) -> TestResult:
            await page.open()
            answer = await page.test()
            await self._room.picture("test")
            if answer is None:
                return await _declined(page)
            if answer.said in (Said.NOTHING, Said.ASKS):
                raise _speechless("Test Connection", answer)
            ok = answer.said is Said.YES
            return TestResult(ok, answer.text, needs_enabled=not ok and asks_to_enable_first(answer.text))

        return self._room.run(click, refusal="test-refused")

    def _may_write(self, what: str) -> None:
        if not self._writable:
            raise ReadOnlyViolation.because(f"A read-only run tried to {what} in JustCall")


def connect(access: Access, *, refusals: Callable[[], Path], clock: Clock = utc_now) -> BrowserDriver:
    """A read-only driver; the browser starts when it is first asked something."""
    return BrowserDriver(Room(access, refusals=refusals, clock=clock))


async def _declined(page: SettingsPage) -> TestResult:
    """A button that cannot be clicked while SSO is off may be clicked once it is on."""
    if await page.enabled():
        return TestResult(ok=False, message="Test Connection cannot be clicked")
    return TestResult(ok=False, message="Test Connection cannot be clicked while SSO is off", needs_enabled=True)


def _accepted(answer: Answer) -> None:
    """Raises UnexpectedAnswer for a save that JustCall declined or asked back about; silence is judged later."""
    if answer.said is Said.NO:
        raise UnexpectedAnswer.because(
            f"JustCall did not save: {answer.text}",
            detail=f"The page's own request was answered with HTTP {answer.status}." if answer.status else None,
            next_action="Correct what the message names, then plan again.",
        )
    if answer.said is Said.ASKS:
        raise _speechless("Save Configuration", answer)


def _held(values: Mapping[SettingField, Json], settings: Settings, answer: Answer) -> None:
    """Raises UnexpectedAnswer unless the reloaded page shows what was saved.

    A certificate that the page keeps to itself is taken on the page's word, and on nothing less.
    """
    certificate = SettingField.CERTIFICATE
    trusted = answer.said is Said.YES and isinstance(settings.knowledge(certificate), Unknown)
    compared = {field: value for field, value in values.items() if not (trusted and field is certificate)}
    wrong = not_taken(compared, settings)
    if not wrong:
        return
    said = "said that it had saved" if answer.said is Said.YES else "did not say that it had saved"
    raise _lied(f"JustCall {said}, and after a reload holds something else for {', '.join(wrong)}", wrong)


def _lied(summary: str, wrong: tuple[str, ...]) -> SsoSyncError:
    blank = describe(SettingField.CERTIFICATE).label in wrong
    return UnexpectedAnswer.because(
        summary,
        detail="If the page never shows a saved certificate, write `read_back: []` for it in the page map."
        if blank
        else None,
        next_action="Look at the screenshots and at JustCall's settings page, then plan again.",
    )


def _speechless(what: str, answer: Answer) -> SsoSyncError:
    if answer.said is Said.ASKS:
        return UnexpectedAnswer.because(
            f"JustCall asks back after {what}: “{answer.text}”",
            detail="Nobody answered; as far as the page says nothing was saved.",
            next_action="If it is to be confirmed, name the dialog's button under `save.confirm` in the page map.",
        )
    heard = f" It did say: “{answer.text}”." if answer.text else ""
    return UnexpectedAnswer.because(
        f"JustCall said neither yes nor no to {what}",
        detail=f"None of the page map's words of success or failure appeared.{heard}",
        next_action="Look at the screenshot, and name the page's words under `success` and `failure` in the page map.",
    )
