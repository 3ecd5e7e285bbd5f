"""The page map tried against the page, read-only: what each entry looks for, and what there is."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from enum import StrEnum

from sso_sync.errors import Diagnostic
from sso_sync.justcall.browser.locate import Named, PageMismatch, Sighting, only, sighting, sought
from sso_sync.justcall.browser.settings_page import SettingsPage
from sso_sync.justcall.browser.told import clipped
from sso_sync.justcall.settings import SettingField
from sso_sync.saml.certificate import CertificateError, fingerprint
from sso_sync.values import Json

__all__ = ["Checked", "Match", "check_map"]


class Match(StrEnum):
    ONE = "one"
    NONE = "none"
    SEVERAL = "several"


@dataclass(frozen=True)
class Checked:
    """One entry of the page map. `place` is where it stands there, `found` what matched, `shows` what that holds."""

    place: str
    sought: str
    match: Match
    count: int
    required: bool
    found: str | None = None
    shows: str | None = None

    @property
    def ok(self) -> bool:
        """Whether the driver can work with this; an optional entry may match nothing."""
        return self.match is Match.ONE or (self.match is Match.NONE and not self.required)


async def check_map(page: SettingsPage) -> tuple[tuple[Checked, ...], Diagnostic | None]:
    """Every entry that is needed on the settings page; with the reason if the way there already failed.

    Raises CredentialsRefused and SideUnavailable like `Visit.open`. Clicks nothing but the way to the page.
    """
    try:
        await page.open()
    except PageMismatch as problem:
        return tuple([one async for one in _way(page)]), problem.diagnostics[0]
    looks = await page.drawn(SettingField)
    checked = [await _checked(page, "settings.ready", page.map.settings.ready)]
    checked += [await _field(page, field, *look) for field, look in looks.items()]
    checked.append(await _checked(page, "save.button", page.map.save.button))
    checked.append(await _checked(page, "test.button", page.map.test.button))
    return tuple(checked), None


async def _way(page: SettingsPage) -> AsyncIterator[Checked]:
    """Where the way to the page ended: what of it can be seen from there."""
    for number, link in enumerate(page.map.settings.navigation):
        yield await _checked(page, f"settings.navigation[{number}]", link)
    yield await _checked(page, "settings.ready", page.map.settings.ready)


async def _checked(page: SettingsPage, place: str, target: Named, *, required: bool = True) -> Checked:
    seen = await sighting(page.tab, target)
    if seen.count != 1:
        return _unmatched(place, target, seen, required=required)
    found = await only(page.tab, target, place)
    return Checked(place, sought(target), Match.ONE, 1, required, f"{found.role} “{found.name}”")


async def _field(page: SettingsPage, field: SettingField, target: Named, seen: Sighting) -> Checked:
    place, required = f"fields.{field.value}", page.map.fields.of(field).required
    if seen.count != 1:
        return _unmatched(place, target, seen, required=required)
    found = await only(page.tab, target, place)
    shows = _shown(field, await page.value(field, found))
    return Checked(place, sought(target), Match.ONE, 1, required, f"{found.role} “{found.name}”", shows)


def _unmatched(place: str, target: Named, seen: Sighting, *, required: bool) -> Checked:
    match = Match.SEVERAL if seen.count else Match.NONE
    found = f"“{seen.name}”" if seen.count else None
    return Checked(place, sought(target), match, seen.count, required, found)


def _shown(field: SettingField, value: Json) -> str:
    if value is None or value == "":
        return "(empty)"
    if field is SettingField.CERTIFICATE:
        try:
            return f"certificate {fingerprint(str(value))[:11]}…"
        except CertificateError:
            return "something that is no certificate"
    if isinstance(value, bool):
        return "on" if value else "off"
    return clipped(", ".join(map(str, value)) if isinstance(value, list) else str(value))
