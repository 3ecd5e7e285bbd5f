"""The gateway's JSON contract (DESIGN §5): its answer as Settings, changes as its body, and whether it took them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from sso_sync.errors import SpecError
from sso_sync.justcall.fields import describe, protocol_name
from sso_sync.justcall.settings import WRITABLE, Knowledge, Observed, SettingField, Settings, Unknown
from sso_sync.saml.certificate import CertificateError, parse, same
from sso_sync.values import Json

__all__ = ["Unusable", "decode", "encode", "not_taken"]


class Unusable(ValueError):
    """The answer as a whole is not what the contract says. The message is one sentence without values."""


class _WrongType(ValueError):
    """One field holds something else than it should; the message says what, without the value."""


def decode(body: Any, at: datetime) -> Settings:
    """The gateway's answer, observed `at`.

    An empty text is an empty field (None). A field of the wrong type, or missing, is Unknown with its reason: the rest
    of the answer is still good. Keys that the contract does not know are ignored. Raises Unusable for anything that is
    no object, or an object without a single field of the contract.
    """
    if not isinstance(body, Mapping):
        raise Unusable("the answer is not a JSON object")
    if not any(field.value in body for field in SettingField):
        raise Unusable("the answer holds none of the SSO settings" + _complaint(body))
    return Settings({field: _knowledge(field, body, at) for field in SettingField})


def encode(changes: Mapping[SettingField, Json]) -> dict[str, Json]:
    """The body that saves exactly these fields; the certificate as canonical PEM, `None` clears.

    Raises SpecError for a certificate that is none, and ValueError for a field that nobody can write in JustCall.
    """
    foreign = sorted(field.value for field in changes if field not in WRITABLE)
    if foreign:
        raise ValueError(f"not writable in JustCall: {', '.join(foreign)}")
    return {
        field.value: _certificate(value) if field is SettingField.CERTIFICATE else value
        for field, value in changes.items()
    }


def not_taken(changes: Mapping[SettingField, Json], answer: Settings) -> tuple[str, ...]:
    """The labels of the fields that do not hold, in the gateway's answer, what was sent."""
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


def _certificate(value: Json) -> Json:
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


def _knowledge(field: SettingField, body: Mapping[str, Any], at: datetime) -> Knowledge:
    if field.value not in body:
        return Unknown(f"the gateway's answer has no {field.value}")
    try:
        return Observed(_READERS.get(field, _text)(body[field.value]), at)
    except _WrongType as error:
        return Unknown(f"the gateway answered a {field.value} that {error}")


def _complaint(body: Mapping[str, Any]) -> str:
    """Some services report a failure with status 200."""
    message = body.get("message")
    return f": {message}" if isinstance(message, str) and message else ""


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
