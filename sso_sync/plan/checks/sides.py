"""What both sides say of a value, for the checks: in words that may be shown, or with the reason why nobody can say."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from sso_sync.justcall.sealed import is_seal, matches
from sso_sync.justcall.settings import Attested, Observed, SettingField, Settings, Unknown
from sso_sync.onelogin.models import App
from sso_sync.onelogin.state import LiveIdp
from sso_sync.plan.checks.comparing import Missing, Opinion
from sso_sync.plan.checks.model import Check, Status
from sso_sync.plan.link import Unread
from sso_sync.plan.masking import without_secrets
from sso_sync.spec.connection import Connection
from sso_sync.spec.model import UNMANAGED, given

__all__ = ["LABELS", "PLAN", "Held", "app_of", "discreet_check", "doubted", "given_to_justcall", "held", "unmade"]

PLAN = "Run `sso-sync plan` to see which side differs from the spec."
LABELS = {
    SettingField.ACS_URL: "ACS URL",
    SettingField.ENTITY_ID: "Entity ID",
    SettingField.SSO_URL: "SSO URL",
    SettingField.ISSUER: "issuer",
    SettingField.CERTIFICATE: "certificate",
    SettingField.ENABLED: "switch",
}
_SEALED = "the attestation keeps it sealed, because it came from the environment"


@dataclass(frozen=True)
class Held:
    """One of JustCall's values: `text`, "" for an empty field, or else what is `missing`; `known` says how."""

    text: str | None
    missing: Missing | None = None
    known: str | None = None


def held(connection: Connection, sp: Settings | Unread, field: SettingField) -> Held:
    """What JustCall holds in a field of text; the spec's pin where nobody has looked."""
    pin = getattr(connection.spec.justcall.service_provider, field.value, None)
    if isinstance(sp, Unread):
        if pin is not None:
            return Held(pin, known="pinned in the spec")
        return Held(None, Missing(f"JustCall could not be read: {sp.reason}", unreachable=True))
    knowledge = sp.knowledge(field)
    if isinstance(knowledge, Unknown):
        if pin is not None:
            return Held(pin, known="pinned in the spec")
        return Held(None, Missing(f"JustCall's {LABELS[field]} is not known: {knowledge.reason}"))
    known, value = _known(knowledge), knowledge.value
    if is_seal(value):
        value = _unsealed(connection, field, value)
        if value is None:
            return Held(None, Missing(f"JustCall's {LABELS[field]} is not known: {_SEALED}"))
    return Held("" if value is None else value if isinstance(value, str) else str(value), known=known)


def _known(knowledge: Observed | Attested) -> str:
    if isinstance(knowledge, Observed):
        return "observed" if knowledge.by is None else f"observed ({knowledge.by})"
    if knowledge.by == "the spec":
        return "pinned in the spec"
    return f"attested by {knowledge.by} until {knowledge.until:%Y-%m-%d}"


def _unsealed(connection: Connection, field: SettingField, seal: object) -> str | None:
    """The spec's own value, if that is what was sealed."""
    wish = getattr(connection.spec.justcall.sso, field.value, None)
    return wish if isinstance(wish, str) and isinstance(seal, dict) and matches(field, seal, wish) else None


def app_of(idp: LiveIdp | Unread) -> App | Missing:
    """The app, or why there is none to look at."""
    if isinstance(idp, Unread):
        return Missing(f"OneLogin could not be read: {idp.reason}", unreachable=True)
    return idp.app or Missing("OneLogin has no app for this connection yet")


def given_to_justcall(
    connection: Connection, idp: LiveIdp | Unread, field: SettingField
) -> Iterator[Opinion | Missing]:
    """What JustCall should have been given: what the spec says in OneLogin's place, or else OneLogin's own value."""
    sso = connection.spec.justcall.sso
    wish = getattr(sso, field.value)
    if given(sso, field.value) and wish is not UNMANAGED:
        yield Opinion(f"the spec's {field.value}", wish if isinstance(wish, str) else None)
        return
    app = app_of(idp)
    if isinstance(app, Missing):
        yield app
        return
    value, name = {
        SettingField.SSO_URL: (app.sso.acs_url, "SAML 2.0 endpoint"),
        SettingField.ISSUER: (app.sso.issuer, "issuer"),
        SettingField.CERTIFICATE: (app.sso.certificate.value, "signing certificate"),
    }[field]
    yield Opinion(f"OneLogin's {name}", value) if value else Missing(f"OneLogin's answer holds no {name}")


def doubted(good: str) -> str:
    """The sentence as one that nobody can vouch for."""
    return f"Whether {good[:1].lower() if good.startswith('The ') else good[:1]}{good[1:]} is not known"


def unmade(check: Check, *reasons: Missing) -> Check:
    """The check as one that could not be made, and why."""
    return replace(
        check,
        status=Status.NOT_MADE,
        detail="\n".join(f"{one.reason[:1].upper()}{one.reason[1:].rstrip('.')}." for one in reasons),
        unreachable=any(one.unreachable for one in reasons),
        optional=all(one.unset for one in reasons),
    )


def discreet_check(connection: Connection, check: Check) -> Check:
    """The check without any text that came from the environment."""
    texts = {name: getattr(check, name) for name in ("expected", "found", "detail", "summary", "known", "next_action")}
    shown: dict[str, Any] = {
        name: without_secrets(connection, text) for name, text in texts.items() if isinstance(text, str)
    }
    return replace(check, **shown)
