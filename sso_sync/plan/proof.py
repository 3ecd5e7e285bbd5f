"""What a login proof is bound to: everything on both sides that shapes an assertion or decides whether it is accepted.

A proof is good for exactly this configuration. Not part of it: the switch (SSO is proven before it is switched on), the
protocol that comes with it, the role of new people, and who has access.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sso_sync.justcall.sealed import is_seal, matches
from sso_sync.justcall.settings import SettingField, Settings, Unknown
from sso_sync.onelogin.models import App
from sso_sync.onelogin.state import LiveIdp
from sso_sync.onelogin.vocabulary import CONFIGURATION, NAMEID, PARAMETER_FIELDS, decode, wire_text
from sso_sync.plan.cells import Cell, Item, Known, Undetermined
from sso_sync.plan.items.parameters import field_value
from sso_sync.plan.link import Unread
from sso_sync.plan.meaning import Meaning, canonical
from sso_sync.plan.seal import sealed
from sso_sync.plan.targets import (
    AppItself,
    ConfigurationField,
    ParameterField,
    ParameterItself,
    RawField,
    Setting,
    SigningCertificate,
)
from sso_sync.spec.connection import Connection
from sso_sync.spec.model import GUIDE_PARAMETERS
from sso_sync.values import Json

__all__ = ["GOOD_FOR", "Proof", "holding", "proof_fingerprint"]

GOOD_FOR = timedelta(hours=24)
"""A probe is good for as long (`justcall/probed.py`): by then somebody may have edited either side in a browser."""
_SKEW = timedelta(minutes=5)  # how far the writer's clock may be ahead of the reader's
_PROVEN = (
    SettingField.ACS_URL,
    SettingField.ENTITY_ID,
    SettingField.SSO_URL,
    SettingField.ISSUER,
    SettingField.CERTIFICATE,
)
_NAMED = frozenset(NAMEID if name == "nameid" else name for name in GUIDE_PARAMETERS)
_FIELDS = tuple(field for field in PARAMETER_FIELDS if field != "label")
_FLAGS = frozenset({"include_in_assertion", "skip_if_blank"})
_UNSETTLED = (AppItself, SigningCertificate)


@dataclass(frozen=True)
class Proof:
    """A login that was proven `at` (UTC), for the configuration of this fingerprint."""

    fingerprint: str
    at: datetime


def holding(proof: Proof | None, *, now: datetime, what: Callable[[], str | None]) -> Proof | None:
    """The proof, if it is neither older than 24 hours nor from the future, and about `what` (a fingerprint)."""
    if proof is None or not now - GOOD_FOR < proof.at <= now + _SKEW:
        return None
    return proof if proof.fingerprint == what() else None


def proof_fingerprint(
    connection: Connection, idp: LiveIdp | Unread, sp: Settings | Unread, items: Iterable[Item] = ()
) -> str | None:
    """The fingerprint of both sides as they are, or as they will be once `items` are applied.

    None where something that counts is not known, now or before apply: no proof can be about that.
    """
    if isinstance(idp, Unread) or isinstance(sp, Unread) or idp.app is None:
        return None
    made = tuple(items)
    if any(isinstance(item.target, _UNSETTLED) and item.desired != item.live for item in made):
        return None
    theirs = {field: _held(connection, sp, field, made) for field in _PROVEN}
    if not all(isinstance(cell, Known) for cell in theirs.values()):
        return None
    content: dict[str, Json] = {
        "app": idp.app.id,
        "configuration": _configuration(idp.app, made),
        "parameters": _parameters(idp.app, made),
        "onelogin": [idp.app.sso.issuer, idp.app.sso.acs_url, _certificate(idp.app.sso.certificate.value)],
        "justcall": {field.value: _meant(field, cell) for field, cell in theirs.items()},
    }
    # Values that came from the environment are among them, and the fingerprint is kept in a file.
    return sealed(json.dumps(content, sort_keys=True), salt=connection.name, secret=True)


def _held(connection: Connection, sp: Settings, field: SettingField, items: Iterable[Item]) -> Cell:
    """What JustCall holds, or will; a sealed attestation counts as the spec's value where it is that."""
    item = next((item for item in items if item.target == Setting(field)), None)
    if item is not None:
        # What nobody knows is never written over, so it stays unknown.
        unsettled = isinstance(item.desired, Undetermined) or isinstance(item.live, Undetermined)
        return item.live if unsettled else item.desired
    knowledge = sp.knowledge(field)
    pin = getattr(connection.spec.justcall.service_provider, field.value, None)
    if isinstance(knowledge, Unknown):
        return Undetermined(knowledge.reason) if pin is None else Known(pin)
    if is_seal(knowledge.value):
        wish = getattr(connection.spec.justcall.sso, field.value, None)
        return Known(wish) if matches(field, knowledge.value, wish) else Undetermined("sealed")
    return Known(knowledge.value)


def _meant(field: SettingField, cell: Cell) -> str:
    meaning = Meaning.CERTIFICATE if field is SettingField.CERTIFICATE else Meaning.BLANK_IS_ONE
    return canonical(meaning, cell.value if isinstance(cell, Known) else None)


def _certificate(text: str | None) -> str:
    return canonical(Meaning.CERTIFICATE, text)


def _configuration(app: App, items: Iterable[Item]) -> dict[str, Json]:
    """Every key of the app's configuration, ours by friendly name; blanks are left out, being one (§14d)."""
    wires = {known.wire: key for key, known in CONFIGURATION.items()}
    held = {key: decode(key, app.configuration.get(known.wire)) for key, known in CONFIGURATION.items()}
    others = {wire: value for wire, value in app.configuration.items() if wire not in wires}
    held |= {f"raw.{wire}": wire_text(value) for wire, value in others.items() if not isinstance(value, dict | list)}
    for item in items:
        if not isinstance(item.desired, Known):
            continue
        if isinstance(item.target, ConfigurationField):
            held[item.target.key] = item.desired.value
        elif isinstance(item.target, RawField):
            friendly = wires.get(item.target.key)
            value = item.desired.value
            held[friendly or f"raw.{item.target.key}"] = decode(friendly, value) if friendly else value
    return {key: _same(key, value) for key, value in held.items() if value not in (None, "")}


def _same(key: str, value: Json) -> str:
    return canonical(Meaning.VALIDATOR if key == "acs_url_validator" else Meaning.BLANK_IS_ONE, value)


def _parameters(app: App, items: Iterable[Item]) -> dict[str, Json]:
    """NameID and the guide's three attributes, field by field; what else an app sends, JustCall does not ask for."""
    held: dict[str, dict[str, Json]] = {
        name: {field: field_value(live, field) for field in _FIELDS}
        for name, live in app.parameters.items()
        if name in _NAMED
    }
    for item in items:
        match item.target:
            case ParameterItself(name=name) if name in _NAMED:
                held.pop(name, None)
                if isinstance(item.desired, Known) and isinstance(item.desired.value, Mapping):
                    held[name] = {field: item.desired.value.get(field) for field in _FIELDS}
            case ParameterField(name=name, field=field) if name in _NAMED and field in _FIELDS:
                if isinstance(item.desired, Known):
                    held.setdefault(name, {})[field] = item.desired.value
    return {name: {key: _plain(key, value) for key, value in fields.items()} for name, fields in held.items()}


def _plain(field: str, value: Json) -> str:
    """One text for all that says nothing: a flag that is not set, a field that is blank."""
    said = value is True if field in _FLAGS else value
    return canonical(Meaning.BLANK_IS_ONE, said or None)
