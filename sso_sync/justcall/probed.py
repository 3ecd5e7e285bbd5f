"""What a probe of JustCall's public login page confirms: some settings, seen without any session of JustCall's.

JustCall builds its AuthnRequest from its own SSO settings, so the request tells them: Issuer is its Entity ID, the
AssertionConsumerServiceURL its ACS URL, Destination the SSO URL that was entered; and that it redirects at all means
that SSO is enabled. What a probe saw is good for a day.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sso_sync.errors import UnexpectedAnswer
from sso_sync.justcall.fields import SAML_2
from sso_sync.justcall.settings import Observed, SettingField
from sso_sync.saml.authn_request import Captured
from sso_sync.values import Json

__all__ = [
    "PROBE",
    "NotRedirected",
    "Probed",
    "UnreadableRequest",
    "confirmed",
    "document",
    "fresh",
    "from_document",
]

PROBE = "probe"
"""`Observed.by` of a value that a probe saw."""
_GOOD_FOR = timedelta(hours=24)
_SKEW = timedelta(minutes=5)  # how far the writer's clock may be ahead of the reader's
_VERSION = 1
_TEXTS = (SettingField.ENTITY_ID, SettingField.ACS_URL, SettingField.SSO_URL)
_LONGEST = 4096  # characters


class NotRedirected(UnexpectedAnswer):
    """JustCall did not send the browser to an identity provider; the summary says what it did instead."""


class UnreadableRequest(UnexpectedAnswer):
    """JustCall did redirect, but what it sent along is no SAML request that can be read."""


@dataclass(frozen=True)
class Probed:
    """What one probe saw `at` (UTC) on the site `site`: an address, or a word for the embedded sandbox."""

    site: str
    at: datetime
    values: Mapping[SettingField, Json]


def confirmed(captured: Captured, *, site: str, at: datetime) -> Probed:
    """The settings that a captured request tells. What it leaves out is not among them."""
    request = captured.request
    values: dict[SettingField, Json] = {
        SettingField.ENABLED: True,
        SettingField.PROTOCOL: SAML_2,
        SettingField.ENTITY_ID: request.issuer,
        SettingField.SSO_URL: request.destination or captured.endpoint,
    }
    if request.acs_url is not None:
        values[SettingField.ACS_URL] = request.acs_url
    return Probed(site, at.astimezone(UTC), values)


def fresh(probed: Probed | None, *, site: str, now: datetime) -> dict[SettingField, Observed]:
    """The values as knowledge, while they are good; none after 24 hours, from the future, or of another site."""
    if probed is None or probed.site != site or not now - _GOOD_FOR < probed.at <= now + _SKEW:
        return {}
    return {field: Observed(value, probed.at, by=PROBE) for field, value in probed.values.items()}


def document(probed: Probed) -> dict[str, Json]:
    """The record as JSON. Whose e-mail was used is nobody's business afterwards, and not in it."""
    return {
        "version": _VERSION,
        "site": probed.site,
        "at": probed.at.isoformat(),
        "values": {field.value: value for field, value in probed.values.items()},
    }


def from_document(found: Json) -> Probed | None:
    """The record back from its JSON; None for anything that this version did not write, which is as good as none."""
    if not isinstance(found, Mapping) or found.get("version") != _VERSION:
        return None
    site, at, values = found.get("site"), found.get("at"), found.get("values")
    if not isinstance(site, str) or not isinstance(at, str) or not isinstance(values, Mapping):
        return None
    try:
        moment = datetime.fromisoformat(at)
    except ValueError:
        return None
    if moment.tzinfo is None or values.get(SettingField.ENABLED.value) is not True:
        return None
    read: dict[SettingField, Json] = {SettingField.ENABLED: True, SettingField.PROTOCOL: SAML_2}
    for field in _TEXTS:
        text = values.get(field.value)
        if isinstance(text, str) and 0 < len(text) <= _LONGEST:
            read[field] = text
    return Probed(site, moment.astimezone(UTC), read)
