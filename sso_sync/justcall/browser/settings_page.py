"""Settings → Security → Single Sign-On, read, filled in, saved and tested as a person would."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import replace

from playwright.async_api import Page

from sso_sync.clock import Clock
from sso_sync.justcall.browser import controls
from sso_sync.justcall.browser.answers import Answer, Words, answer_to
from sso_sync.justcall.browser.gate import Gate
from sso_sync.justcall.browser.locate import Found, Named, PageMismatch, Sighting, found_by, pause, sighting
from sso_sync.justcall.browser.visit import Visit
from sso_sync.justcall.fields import Kind, describe
from sso_sync.justcall.held import entered, knowledge
from sso_sync.justcall.page_map.model import ChoiceTarget, PageMap
from sso_sync.justcall.page_map.names import mentioned
from sso_sync.justcall.settings import Knowledge, SettingField, Settings, Unknown
from sso_sync.values import Json

__all__ = ["SettingsPage"]

Controls = dict[SettingField, Found]
Look = tuple[Named, Sighting]
_SWITCH = SettingField.ENABLED
_MAY_BE_DISABLED = 2.0  # seconds after which a button that cannot be clicked is one that is not meant to be


class SettingsPage:
    """One tab. Every method but `open` needs the page to be open; none of them takes a screenshot or judges."""

    def __init__(self, page: Page, page_map: PageMap, visit: Visit, gate: Gate, *, clock: Clock) -> None:
        self.tab = page
        self.map = page_map
        self.visit = visit
        self._gate = gate
        self._clock = clock

    async def open(self) -> None:
        """Loads the page afresh and puts aside what stands in the way."""
        await self.visit.open()

    async def read(self) -> Settings:
        """Every field with how it is known. Clicks nothing, except a switch that only reveals the fields (`reveals`).

        Raises PageMismatch when a field that has to be there is not, or is there twice.
        """
        switch = await self._switch()
        enabled = await controls.switched(switch)
        hidden = self.map.fields.enabled.reveals and not enabled
        if hidden:
            await controls.turn(switch, self.map.fields.enabled.label, on=True)
        try:
            found = await self.controls(SettingField)
        except PageMismatch as problem:
            raise problem if enabled or hidden else _perhaps_hidden(problem) from None
        values = {field: await self.value(field, found[field]) for field in found if field is not _SWITCH}
        if hidden:
            await controls.turn(switch, self.map.fields.enabled.label, on=False)
        values[_SWITCH] = enabled
        return await self._settings(values)

    async def controls(self, fields: Iterable[SettingField]) -> Controls:
        """The one control of each field, waited for while the page is being drawn; optional ones may be missing.

        Where a certificate cannot be pasted, its control is the button that takes it as a file.
        """
        found = {}
        for field, (target, seen) in (await self.drawn(fields)).items():
            if seen.locator is not None and seen.count == 1:
                found[field] = await found_by(self.tab, target, seen.locator, seen.name)
            elif self.map.fields.of(field).required:
                found[field] = await self.visit.only(target, self.map.fields.of(field).label)
        return found

    async def fill(self, changes: Mapping[SettingField, Json]) -> None:
        """Puts the new values into their controls; saves nothing. All controls are found before one is touched."""
        switch = await self._switch()
        hidden = self.map.fields.enabled.reveals and not await controls.switched(switch)
        if hidden:
            await controls.turn(switch, self.map.fields.enabled.label, on=True)
        found = await self.controls(changes)
        await self.save_button()
        for field, value in changes.items():
            if field not in found:
                raise _not_there(self.map.fields.of(field).label)
            await self._enter(field, found[field], entered(field, value))
        if hidden and _SWITCH not in changes:
            await controls.turn(switch, self.map.fields.enabled.label, on=False)

    async def save_button(self) -> Found:
        """The button that saves."""
        return await self.visit.only(self.map.save.button, "the button that saves")

    async def save(self) -> Answer:
        """Clicks Save Configuration and answers what the page says to it. Raises PageMismatch if it stays disabled."""
        button = await self.save_button()
        await self._until_enabled(button, "the button that saves")
        words = Words(
            self.map.messages.roles, self.map.save.success, self.map.save.failure, confirm=self.map.save.confirm
        )
        return await self._clicked(button, words)

    async def test(self) -> Answer | None:
        """Clicks Test Connection and answers what the page says; None where the button cannot be clicked."""
        what = "the button that tests the connection"
        button = await self.visit.only(self.map.test.button, what)
        with suppress(PageMismatch):
            await self._until_enabled(button, what, timeout=min(_MAY_BE_DISABLED, self.map.timeout_seconds))
        if await button.locator.is_disabled():
            return None
        return await self._clicked(button, Words(self.map.messages.roles, self.map.test.success, self.map.test.failure))

    async def enabled(self) -> bool:
        """Whether the switch is on."""
        return await controls.switched(await self._switch())

    async def _clicked(self, button: Found, words: Words) -> Answer:
        with self._gate.opened():
            return await answer_to(
                self.tab, lambda: button.locator.click(no_wait_after=True), words, timeout=self.map.timeout_seconds
            )

    async def _switch(self) -> Found:
        return await self.visit.only(self.map.fields.enabled, self.map.fields.enabled.label)

    async def drawn(self, fields: Iterable[SettingField]) -> Mapping[SettingField, Look]:
        """One look at each field once all that have to be there are, or when it is too late: that look says which not.

        What was seen while the page was still being drawn does not count.
        """
        every = tuple(fields)
        looks = {field: await self.look(field) for field in every}
        waiting = [field for field in every if self.map.fields.of(field).required and not looks[field][1].count]
        if not waiting:
            return looks
        began = time.monotonic()
        while waiting and time.monotonic() < began + self.map.timeout_seconds:
            self.visit.check()
            await pause(began)
            waiting = [field for field in waiting if not (await self.look(field))[1].count]
        return {field: await self.look(field) for field in every}

    async def look(self, field: SettingField) -> Look:
        """What there is to see of a field right now: of itself, or of the upload that takes its place."""
        target = self.map.fields.of(field)
        seen = await sighting(self.tab, target)
        upload = self.map.fields.certificate.upload
        if field is not SettingField.CERTIFICATE or upload is None or seen.count:
            return target, seen
        instead = await sighting(self.tab, upload)
        return (upload, instead) if instead.count else (target, seen)

    async def _until_enabled(self, button: Found, what: str, *, timeout: float | None = None) -> None:
        began = time.monotonic()
        while await button.locator.is_disabled():
            if time.monotonic() >= began + (self.map.timeout_seconds if timeout is None else timeout):
                raise PageMismatch.because(
                    f"On JustCall's page {what} stays disabled",
                    next_action="Nothing was saved. Look at the screenshot: the page may miss something.",
                )
            await pause(began)

    async def value(self, field: SettingField, control: Found) -> Json:
        """What the control of a field shows."""
        target = self.map.fields.of(field)
        match describe(field).kind:
            case Kind.SWITCH:
                return await controls.switched(control)
            case Kind.CERTIFICATE if control.role == "button":
                return None
            case Kind.CHOICE if isinstance(target, ChoiceTarget):
                return await controls.chosen(self.tab, control, target.options, target.blank)
            case Kind.LIST:
                return list(await controls.items(control))
            case _:
                return await controls.text_of(control)

    async def _enter(self, field: SettingField, control: Found, value: Json) -> None:
        target = self.map.fields.of(field)
        label = target.label
        match describe(field).kind:
            case Kind.SWITCH:
                await controls.turn(control, label, on=value is True)
            case Kind.CERTIFICATE if control.role == "button":
                await controls.upload(self.tab, control, str(value or ""), label)
            case Kind.CHOICE if isinstance(target, ChoiceTarget) and isinstance(value, str) and value:
                await controls.choose(self.tab, control, value, target.options, label)
            case Kind.CHOICE:
                raise PageMismatch.because(
                    f"{label} cannot be cleared on JustCall's page",
                    next_action="Name a value in the spec, or leave the key out.",
                )
            case _:
                await controls.type_text(control, str(value or ""), label)

    async def _settings(self, values: Mapping[SettingField, Json]) -> Settings:
        at = self._clock()
        known: dict[SettingField, Knowledge] = {
            field: knowledge(field, value, at, who="the page shows") for field, value in values.items()
        }
        for field in SettingField:
            known.setdefault(field, Unknown(f"JustCall's page shows no {describe(field).label}"))
        if not str(values.get(SettingField.CERTIFICATE) or "").strip():
            known[SettingField.CERTIFICATE] = await self._kept_certificate(known[SettingField.CERTIFICATE])
        return Settings(known)

    async def _kept_certificate(self, blank: Knowledge) -> Knowledge:
        """What an empty field means: no certificate, or one that the page keeps to itself, with or without a trace."""
        target = self.map.fields.certificate
        if not target.read_back:
            return Unknown("JustCall's page does not show the certificate that it holds")
        text = await self.tab.locator("body").inner_text()
        shown = controls.fingerprints(text) if "fingerprint" in target.read_back else frozenset()
        if len(shown) == 1:
            return knowledge(SettingField.CERTIFICATE, next(iter(shown)), self._clock(), who="the page shows")
        if shown:
            return Unknown(f"JustCall's page shows {len(shown)} fingerprints, and no certificate")
        if mentioned(text, target.kept):
            return Unknown("JustCall's page says that it holds a certificate, and does not show which")
        return blank


def _perhaps_hidden(problem: PageMismatch) -> PageMismatch:
    """The same refusal, with what may be behind it: the guide, too, enables SSO before it fills anything in."""
    first, *rest = problem.diagnostics
    hint = (
        "SSO is off. If the page shows its fields only once the switch is on, write `reveals: true` for "
        "`fields.enabled` in the page map: the switch is then turned for looking, and nothing is saved."
    )
    return PageMismatch(replace(first, detail=f"{first.detail} {hint}" if first.detail else hint), *rest)


def _not_there(label: str) -> PageMismatch:
    return PageMismatch.because(
        f"JustCall's page has no {label} to write to",
        next_action="Leave it out of the spec, or name it in the page map: `sso-sync browser map SPEC --check`.",
    )
