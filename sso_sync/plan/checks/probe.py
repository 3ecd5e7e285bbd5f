"""What JustCall's own SAML request proves: that SSO starts, and three values on which both sides must agree.

The request comes from a probe of the public login page, so it is how JustCall is configured, whoever is asked.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from sso_sync.errors import Diagnostic
from sso_sync.justcall.probed import PROBE
from sso_sync.justcall.settings import Attested, Observed, SettingField, Settings
from sso_sync.onelogin.state import LiveIdp
from sso_sync.onelogin.vocabulary import CONFIGURATION, decode
from sso_sync.plan.checks.comparing import Missing, Opinion, compared
from sso_sync.plan.checks.model import Check, Status
from sso_sync.plan.checks.sides import PLAN, app_of, discreet_check, given_to_justcall
from sso_sync.plan.link import Unread
from sso_sync.saml import validator
from sso_sync.saml.authn_request import Captured
from sso_sync.spec.connection import Connection
from sso_sync.urls import is_loopback

__all__ = ["Refused", "Unprobed", "probe_checks", "probe_findings"]

_KNOWN = f"observed ({PROBE})"
_NAMES = (
    ("entity_id", "Entity ID", SettingField.ENTITY_ID),
    ("acs_url", "ACS URL", SettingField.ACS_URL),
    ("destination", "SSO URL", SettingField.SSO_URL),
)
_EMAIL_FORMATS = ("emailAddress", "unspecified")
_Heard = Iterator[Opinion | Missing]


@dataclass(frozen=True)
class Refused:
    """JustCall did not redirect, or sent nothing readable along; `problem` says so."""

    problem: Diagnostic


@dataclass(frozen=True)
class Unprobed:
    """Nobody could look: the login page was out of reach (`unreachable`), or is not as the page map says."""

    problem: Diagnostic
    unreachable: bool


def probe_checks(
    connection: Connection,
    seen: Captured | Refused | Unprobed,
    *,
    email: str,
    idp: LiveIdp | Unread,
    sp: Settings | Unread,
) -> tuple[Check, ...]:
    """The checks of a probe with `email`. `idp` and `sp` are both sides as they were read otherwise."""
    if not isinstance(seen, Captured):
        return tuple(discreet_check(connection, check) for check in (_unstarted(seen), *_unmade(seen)))
    found = {
        "entity_id": seen.request.issuer,
        "acs_url": seen.request.acs_url,
        "destination": seen.request.destination or seen.endpoint,
    }
    opinions = {
        "entity_id": (*_known(connection, sp, SettingField.ENTITY_ID), *_configured(idp, "audience")),
        "acs_url": (
            *_known(connection, sp, SettingField.ACS_URL),
            *_configured(idp, "acs_url", "recipient"),
            *_accepted(idp, seen.request.acs_url),
        ),
        "destination": tuple(given_to_justcall(connection, idp, SettingField.SSO_URL)),
    }
    return (
        discreet_check(connection, _started(seen, email)),
        *(
            discreet_check(
                connection,
                compared(
                    name,
                    label,
                    found[name],
                    opinions[name],
                    address=f"justcall.sso.{field.value}",
                    known=_KNOWN,
                    next_action=PLAN,
                ),
            )
            for name, label, field in _NAMES
        ),
    )


def probe_findings(seen: Captured) -> tuple[Diagnostic, ...]:
    """What the request asks for that may keep people out, although every value agrees."""
    request, found = seen.request, []
    if request.exact_password:
        found.append(
            Diagnostic(
                "info",
                "JustCall asks for a sign-in with a password and nothing else (PasswordProtectedTransport, exact)",
                detail="Some identity providers refuse people who sign in with MFA or a passkey then; whether OneLogin "
                "does is not known (fact sheet justcall §4).",
            )
        )
    if request.nameid_format is not None and not request.nameid_format.endswith(_EMAIL_FORMATS):
        found.append(
            Diagnostic("info", f"JustCall asks for another NameID format than e-mail: {request.nameid_format}")
        )
    elsewhere = request.destination is not None and request.destination != seen.endpoint
    if elsewhere and not is_loopback(seen.endpoint):  # on loopback a rehearsal stands in for the public address
        found.append(
            Diagnostic(
                "warning",
                "JustCall sends the browser to another address than its request names",
                detail=f"The request is meant for {request.destination}, the browser is sent to {seen.endpoint}.",
            )
        )
    return tuple(found)


def _started(seen: Captured, email: str) -> Check:
    to = urlsplit(seen.request.destination or seen.endpoint).netloc
    return Check(
        "sso_starts",
        Status.PASS,
        f"JustCall redirects {email} to {to}",
        "justcall.sso.enabled",
        found=True,
        known=_KNOWN,
    )


def _unstarted(seen: Refused | Unprobed) -> Check:
    problem = seen.problem
    return Check(
        "sso_starts",
        Status.FAIL if isinstance(seen, Refused) else Status.NOT_MADE,
        problem.summary,
        "justcall.sso.enabled",
        detail=problem.detail,
        known=_KNOWN if isinstance(seen, Refused) else None,
        next_action=problem.next_action,
        unreachable=isinstance(seen, Unprobed) and seen.unreachable,
    )


def _unmade(seen: Refused | Unprobed) -> Iterator[Check]:
    """The comparisons, which need a request; why there is none is told once."""
    for name, label, field in _NAMES:
        yield Check(
            name,
            Status.NOT_MADE,
            f"Whether JustCall's {label} is as it should be is not known",
            f"justcall.sso.{field.value}",
            detail="There is no request of JustCall's that could be read.",
            unreachable=isinstance(seen, Unprobed) and seen.unreachable,
        )


def _known(connection: Connection, sp: Settings | Unread, field: SettingField) -> _Heard:
    """The pin in the spec, and what JustCall is known to have by other ways than a probe."""
    pin = getattr(connection.spec.justcall.service_provider, field.value)
    if pin is not None:
        yield Opinion(f"the spec's pin {field.value}", pin)
    knowledge = None if isinstance(sp, Unread) else sp.knowledge(field)
    if isinstance(knowledge, Observed) and knowledge.by is None and isinstance(knowledge.value, str):
        yield Opinion("JustCall's settings", knowledge.value)
    if isinstance(knowledge, Attested) and pin is None and isinstance(knowledge.value, str):
        yield Opinion("the attestation", knowledge.value)


def _configured(idp: LiveIdp | Unread, *keys: str) -> _Heard:
    app = app_of(idp)
    if isinstance(app, Missing):
        yield app
        return
    for key in keys:
        value = decode(key, app.configuration.get(CONFIGURATION[key].wire))
        yield Opinion(f"OneLogin's {key}", value if isinstance(value, str) else None)


def _accepted(idp: LiveIdp | Unread, acs_url: str | None) -> _Heard:
    """What the app's validator says to the address that JustCall asks to be answered at."""
    app = app_of(idp)
    if isinstance(app, Missing) or acs_url is None:
        return
    pattern = decode("acs_url_validator", app.configuration.get(CONFIGURATION["acs_url_validator"].wire))
    text = pattern if isinstance(pattern, str) else ""
    problem = validator.problem(text)
    if problem is not None:
        yield Missing(f"OneLogin's acs_url_validator {problem}")
    else:
        yield Opinion(
            "OneLogin's acs_url_validator", text, agrees=bool(text) and validator.accepts_whole(text, acs_url)
        )
