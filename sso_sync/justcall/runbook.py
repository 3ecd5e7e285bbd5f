"""The manual procedure with the exact values, in the guide's words (steps 1 and 6), for the driver `attested`.

The guide enables SSO first. Enabling may at once force everybody to sign in through OneLogin (fact sheet §3), so here
it comes last, after a successful test, with an owner's session kept open.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping
from pathlib import Path

from sso_sync.justcall.fields import ENABLE, PAGE, SAVE, TEST, describe
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
) -> tuple[str, ...]:
    """Numbered lines that lead a person through exactly these fields; empty when there is nothing to enter.

    `certificate_file` is the PEM to upload; without it the PEM itself follows its line, indented. `spec` completes the
    command of the last line. `None` as a value clears the field.
    """
    wanted = {field: value for field, value in values.items() if field in WRITABLE}
    if not wanted:
        return ()
    steps = (*_before(wanted), *_entries(wanted, certificate_file), *_after(wanted, connection, spec))
    numbered = (f"{number}. {step}" for number, step in enumerate(steps, start=1))
    return tuple(line for step in numbered for line in step.split("\n"))


def _before(wanted: Mapping[SettingField, Json]) -> Iterator[str]:
    enabling = wanted.get(SettingField.ENABLED)
    if enabling is True:
        yield (
            "Sign in to JustCall as the account owner and keep this session open to the end: enabling SSO may force "
            "everybody else to sign in through OneLogin."
        )
    yield f"Go to {PAGE} in JustCall."
    if enabling is False:
        yield f"Switch {ENABLE} off and click {SAVE}. From then on people need another way to sign in."
    if enabling is True:
        yield (
            f"Leave {ENABLE} off for now. If the page shows its fields only after a click on {ENABLE}, click it, and "
            "should the test below fail, switch it off again and save at once."
        )
    protocol = wanted.get(SettingField.PROTOCOL)
    if protocol is not None:
        yield f"Select {_shown(protocol)}."


def _entries(wanted: Mapping[SettingField, Json], certificate_file: Path | None) -> Iterator[str]:
    for field in _ENTERED:
        if field in wanted:
            yield _entry(field, wanted[field], certificate_file)
    if not _SAVED.isdisjoint(wanted):
        yield f"Click {SAVE}."


def _entry(field: SettingField, value: Json, certificate_file: Path | None) -> str:
    label = describe(field).label
    if value is None or value == "":
        return f"Clear {label}."
    if field is SettingField.CERTIFICATE:
        return f"{label}: {_certificate(str(value), certificate_file)}"
    if field is SettingField.DEFAULT_ROLE:
        return f"Set the {label} for new SSO users: {_shown(value)}"
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


def _after(wanted: Mapping[SettingField, Json], connection: str, spec: Path | None) -> Iterator[str]:
    enabling = wanted.get(SettingField.ENABLED)
    if enabling is True:
        yield f"Click {TEST}. If the test fails, stop here: do not enable SSO, and do not go on to the next step."
        yield f"Only now click {ENABLE}, if it is still off, and {SAVE}."
        yield "Before you close your session, let one person who is assigned in OneLogin sign in with SSO elsewhere."
    elif enabling is None and not _TESTED.isdisjoint(wanted):
        yield f"Click {TEST}. If the test fails, stop here and put the former values back."
    target = shlex.quote(visible(str(spec))) if spec is not None else f"<spec of {visible(connection)}>"
    yield f'Record that it is done: sso-sync attest {target} --by "YOUR NAME"'


def _shown(value: Json) -> str:
    return visible(value if isinstance(value, str) else str(value))
