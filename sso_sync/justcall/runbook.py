"""The manual procedure with the exact values, in the guide's words (steps 1 and 6), for the driver `attested`.

The guide enables SSO first. Enabling may at once force everybody to sign in through OneLogin (fact sheet §3), so here
it comes last, after a successful test, with an owner's session kept open.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping
from pathlib import Path

from sso_sync.justcall.page_map.load import load_page_map
from sso_sync.justcall.page_map.model import ChoiceTarget, PageMap
from sso_sync.justcall.settings import WRITABLE, SettingField
from sso_sync.safe import visible
from sso_sync.saml.certificate import CertificateError, parse
from sso_sync.values import Json

__all__ = ["runbook"]

_ENTERED = (SettingField.SSO_URL, SettingField.ISSUER, SettingField.CERTIFICATE, SettingField.DEFAULT_ROLE)
_SAVED = frozenset({SettingField.PROTOCOL, *_ENTERED})
_TESTED = frozenset({SettingField.PROTOCOL, SettingField.SSO_URL, SettingField.ISSUER, SettingField.CERTIFICATE})


def runbook(
    values: Mapping[SettingField, Json],
    *,
    connection: str,
    certificate_file: Path | None,
    spec: Path | None = None,
    page_map: PageMap | None = None,
) -> tuple[str, ...]:
    """Numbered lines that lead a person through exactly these fields; empty when there is nothing to enter.

    `certificate_file` is the PEM to upload; without it the PEM itself follows its line, indented. `spec` completes the
    command of the last line. `None` as a value clears the field. Fields, buttons and options are called as `page_map`
    (default: the built-in one) calls them for the browser.
    """
    wanted = {field: value for field, value in values.items() if field in WRITABLE}
    if not wanted:
        return ()
    page = _Page(page_map or load_page_map(None))
    steps = (*_before(wanted, page), *_entries(wanted, certificate_file, page), *_after(wanted, connection, spec, page))
    numbered = (f"{number}. {step}" for number, step in enumerate(steps, start=1))
    return tuple(line for step in numbered for line in step.split("\n"))


class _Page:
    """The words of the page map, safe to print."""

    def __init__(self, page_map: PageMap) -> None:
        self._fields = page_map.fields
        self.name = visible(page_map.settings.label)
        self.enable = self.label(SettingField.ENABLED)
        self.save = visible(page_map.save.button.label)
        self.test = visible(page_map.test.button.label)

    def label(self, field: SettingField) -> str:
        return visible(self._fields.of(field).label)

    def option(self, field: SettingField, value: Json) -> str:
        """What the page calls a value to choose."""
        target = self._fields.of(field)
        if isinstance(target, ChoiceTarget) and isinstance(value, str):
            return visible(target.option_names(value)[0])
        return _shown(value)


def _before(wanted: Mapping[SettingField, Json], page: _Page) -> Iterator[str]:
    enabling = wanted.get(SettingField.ENABLED)
    if enabling is True:
        yield (
            "Sign in to JustCall as the account owner and keep this session open to the end: enabling SSO may force "
            "everybody else to sign in through OneLogin."
        )
    yield f"Go to {page.name} in JustCall."
    if enabling is False:
        yield f"Switch {page.enable} off and click {page.save}. From then on people need another way to sign in."
    if enabling is True:
        yield (
            f"Leave {page.enable} off for now. If the page shows its fields only after a click on {page.enable}, click "
            "it, and should the test below fail, switch it off again and save at once."
        )
    protocol = wanted.get(SettingField.PROTOCOL)
    if protocol is not None:
        yield f"Select {page.option(SettingField.PROTOCOL, protocol)}."


def _entries(wanted: Mapping[SettingField, Json], certificate_file: Path | None, page: _Page) -> Iterator[str]:
    for field in _ENTERED:
        if field in wanted:
            yield _entry(field, wanted[field], certificate_file, page)
    if not _SAVED.isdisjoint(wanted):
        yield f"Click {page.save}."


def _entry(field: SettingField, value: Json, certificate_file: Path | None, page: _Page) -> str:
    label = page.label(field)
    if value is None or value == "":
        return f"Clear {label}."
    if field is SettingField.CERTIFICATE:
        return f"{label}: {_certificate(str(value), certificate_file)}"
    if field is SettingField.DEFAULT_ROLE:
        return f"Set the {label} for new SSO users: {page.option(field, value)}"
    return f"Enter {label}: {_shown(value)}"


def _certificate(text: str, file: Path | None) -> str:
    try:
        found = parse(text)
    except CertificateError:
        return f"paste {_shown(text)}"
    facts = f"(SHA-256 fingerprint {found.fingerprint}, valid until {found.not_after:%Y-%m-%d})"
    if file is not None:
        return f"paste or upload {_shown(str(file))} {facts}"
    return "\n   ".join((f"paste the following lines {facts}", *found.pem.splitlines()))


def _after(wanted: Mapping[SettingField, Json], connection: str, spec: Path | None, page: _Page) -> Iterator[str]:
    enabling = wanted.get(SettingField.ENABLED)
    if enabling is True:
        yield f"Click {page.test}. If the test fails, stop here: do not enable SSO, and do not go on to the next step."
        yield f"Only now click {page.enable}, if it is still off, and {page.save}."
        yield "Before you close your session, let one person who is assigned in OneLogin sign in with SSO elsewhere."
    elif enabling is None and not _TESTED.isdisjoint(wanted):
        yield f"Click {page.test}. If the test fails, stop here and put the former values back."
    target = shlex.quote(visible(str(spec))) if spec is not None else f"<spec of {visible(connection)}>"
    yield f'Record that it is done: sso-sync attest {target} --by "YOUR NAME"'


def _shown(value: Json) -> str:
    return visible(value if isinstance(value, str) else str(value))
