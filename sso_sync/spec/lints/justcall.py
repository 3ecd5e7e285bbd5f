"""JustCall's SSO settings and the guards."""

from __future__ import annotations

from collections.abc import Iterator

from sso_sync.errors import Diagnostic
from sso_sync.saml.certificate import CertificateError, parse
from sso_sync.saml.endpoints import looks_like_issuer, looks_like_sso_url
from sso_sync.spec.connection import SpecPath
from sso_sync.spec.lints.look import Look
from sso_sync.spec.model import given

__all__ = ["certificate", "default_role", "expiry", "swapped"]

_PATH: SpecPath = ("justcall", "sso")
_EXPIRY: SpecPath = ("guards", "certificate_expiry")
# Exactly one person has it and it cannot be given away (fact sheet justcall §3).
_OWNER = frozenset({"owner", "account owner"})


def default_role(look: Look) -> Iterator[Diagnostic]:
    """New users need a role, and it cannot be the owner's."""
    sso, path = look.spec.justcall.sso, (*_PATH, "default_role")
    if isinstance(sso.default_role, str) and " ".join(sso.default_role.lower().split()) in _OWNER:
        yield look.error(
            path,
            f"{look.shown(path, sso.default_role)} cannot be a default role",
            detail="A JustCall account has one owner, and the role cannot be given to anybody else.",
            next_action="Write Team Member, Admin, or a custom role of the account.",
        )
    elif sso.enabled is True and sso.default_role is None and look.spec.state == "present":
        yield look.warning(
            (*_PATH, "enabled"),
            "SSO is enabled without a default role",
            detail="JustCall asks for the role of new SSO users.",
            next_action="Write `default_role: Team Member`, or `default_role: !unmanaged` to leave it alone.",
        )


def certificate(look: Look) -> Iterator[Diagnostic]:
    """An overriding certificate has to be one."""
    wanted, path = look.spec.justcall.sso.certificate, (*_PATH, "certificate")
    if not isinstance(wanted, str):
        return
    try:
        parse(wanted)
    except CertificateError as error:
        yield look.error(
            path,
            "`certificate` is not an X.509 certificate",
            detail=f"{str(error)[:1].upper()}{str(error)[1:]}.",
            next_action="Leave it out: OneLogin's own certificate is then used.",
        )


def swapped(look: Look) -> Iterator[Diagnostic]:
    """Issuer and SSO URL are easily pasted into each other's field."""
    sso = look.spec.justcall.sso
    if given(sso, "sso_url") and isinstance(sso.sso_url, str) and looks_like_issuer(sso.sso_url):
        yield look.error(
            (*_PATH, "sso_url"),
            "This is OneLogin's Issuer URL, not its SSO URL",
            next_action="Leave `sso_url` out, or copy “SAML 2.0 Endpoint (HTTP)” from the SSO tab.",
        )
    if given(sso, "issuer") and isinstance(sso.issuer, str) and looks_like_sso_url(sso.issuer):
        yield look.error(
            (*_PATH, "issuer"),
            "This is OneLogin's SSO URL, not its Issuer URL",
            next_action="Leave `issuer` out, or copy “Issuer URL” from the SSO tab.",
        )


def expiry(look: Look) -> Iterator[Diagnostic]:
    """A warning has to come before the refusal."""
    guard = look.spec.guards.certificate_expiry
    if guard.fail_days > guard.warn_days:
        key = "fail_days" if look.written((*_EXPIRY, "fail_days")) else "warn_days"
        fail, warn = (look.shown((*_EXPIRY, key), getattr(guard, key)) for key in ("fail_days", "warn_days"))
        yield look.error(
            (*_EXPIRY, key),
            f"`fail_days` ({fail}) is more than `warn_days` ({warn})",
            detail="Plans would be refused before anybody was warned.",
            next_action="Make `warn_days` the larger of the two.",
        )
