"""What a field holds, from whatever a driver was shown: as Knowledge, and against what was saved a moment ago."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from sso_sync.errors import SpecError
from sso_sync.justcall.fields import describe, protocol_name
from sso_sync.justcall.settings import WRITABLE, Knowledge, Observed, SettingField, Settings, Unknown
from sso_sync.saml.certificate import CertificateError, blemishes, parse, same
from sso_sync.values import Json

__all__ = ["check_writable", "entered", "knowledge", "not_taken"]


class _WrongType(ValueError):
    """The field holds something else than it should; the message says what, without the value."""


def knowledge(field: SettingField, value: Any, at: datetime, *, who: str) -> Knowledge:
    """What `field` holds, observed `at`. `who` showed it ("the gateway answered", "the page shows").

    An empty text is an empty field (None). A value of the wrong type is Unknown with its reason. How a certificate is
    written is told with it.
    """
    try:
        known = _READERS.get(field, _text)(value)
    except _WrongType as error:
        return Unknown(f"{who} a {field.value} that {error}")
    if field is SettingField.CERTIFICATE and isinstance(value, str):
        return Observed(known, at, blemishes=blemishes(value))
    return Observed(known, at)


def check_writable(changes: Mapping[SettingField, Json]) -> None:
    """Raises ValueError for a field that nobody can write in JustCall."""
    foreign = sorted(field.value for field in changes if field not in WRITABLE)
    if foreign:
        raise ValueError(f"not writable in JustCall: {', '.join(foreign)}")


def entered(field: SettingField, value: Json) -> Json:
    """The value as it is sent or typed: the certificate as canonical PEM, blank as None.

    Raises SpecError for a certificate that is none.
    """
    if field is not SettingField.CERTIFICATE:
        return value
    if value is None or value == "":
        return None
    try:
        return parse(str(value)).pem
    except CertificateError as error:
        raise SpecError.because(
            f"The certificate for JustCall cannot be used: {error}.",
            address="justcall.sso.certificate",
            next_action="Give one X.509 certificate as PEM, or leave it out to take OneLogin's.",
        ) from None


def not_taken(changes: Mapping[SettingField, Json], answer: Settings) -> tuple[str, ...]:
    """The labels of the fields that do not hold, in `answer`, what was sent."""
    return tuple(describe(field).label for field, sent in changes.items() if not _holds(field, sent, answer))


def _holds(field: SettingField, sent: Json, answer: Settings) -> bool:
    if isinstance(answer.knowledge(field), Unknown):
        return False
    held = answer.value(field)
    if field is SettingField.CERTIFICATE:
        return same(_text_or_none(sent), _text_or_none(held))
    if field is SettingField.PROTOCOL and isinstance(sent, str):
        return held == protocol_name(sent)
    return held == (None if sent == "" else sent) and isinstance(held, bool) == isinstance(sent, bool)


def _text_or_none(value: Json) -> str | None:
    return value if isinstance(value, str) else None


def _text(value: Any) -> Json:
    if value is None or isinstance(value, str):
        return value if value and value.strip() else None
    raise _WrongType("is not a text")


def _switch(value: Any) -> Json:
    if isinstance(value, bool):
        return value
    raise _WrongType("is neither true nor false")


def _protocol(value: Any) -> Json:
    text = _text(value)
    return protocol_name(text) if isinstance(text, str) else None


def _pem(value: Any) -> Json:
    """Canonical PEM; what cannot be read stays as it is, to be shown as different, unless it is a secret."""
    text = _text(value)
    if not isinstance(text, str):
        return None
    if "PRIVATE KEY" in text:
        raise _WrongType("contains a private key; it must be replaced, and is not shown here")
    try:
        return parse(text).pem
    except CertificateError:
        return text


def _domains(value: Any) -> Json:
    if value is None:
        return None
    if isinstance(value, list) and all(isinstance(each, str) for each in value):
        return list(value)
    raise _WrongType("is not a list of domains")


_READERS: Mapping[SettingField, Callable[[Any], Json]] = {
    SettingField.ENABLED: _switch,
    SettingField.PROTOCOL: _protocol,
    SettingField.CERTIFICATE: _pem,
    SettingField.VERIFIED_DOMAINS: _domains,
}
