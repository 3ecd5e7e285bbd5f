"""Facts about the certificates of both sides: valid today, with a strong key, and written as it should be.

OneLogin's is the one it signs with; JustCall's is the one it checks signatures with. They should be one (that is an
invariant of its own), yet each is looked at by itself: after half a rotation they are two.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from sso_sync.errors import Diagnostic
from sso_sync.justcall.settings import Observed, SettingField, Settings
from sso_sync.onelogin.state import LiveIdp
from sso_sync.plan.checks.comparing import Missing
from sso_sync.plan.checks.model import Check, Group, Status
from sso_sync.plan.checks.sides import app_of, discreet_check, held, unmade
from sso_sync.plan.guards.naming import count
from sso_sync.plan.link import Unread
from sso_sync.saml.certificate import Certificate, CertificateError, is_fingerprint, parse, same
from sso_sync.spec.connection import Connection

__all__ = ["certificate_checks", "certificate_findings", "held_certificate"]

_Found = Certificate | Missing | str
_OURS, _THEIRS = "onelogin.app.certificate", "justcall.sso.certificate"
_WHOSE = {_OURS: "OneLogin's signing certificate", _THEIRS: "JustCall's certificate"}
_NAMES = {_OURS: "certificate.onelogin", _THEIRS: "certificate.justcall"}
_STRONG_RSA = 2048  # bits
_WEAK_DIGESTS = ("MD5", "SHA1")
_RENEW = "Make a new certificate in OneLogin under Security → Certificates and name it in onelogin.app.certificate."
# Another form of the same text, which is no stray character; a service may well keep a certificate that way.
_FORMS = frozenset({"no BEGIN and END lines", "lines that are not 64 characters long"})
_STRICT = "A strict service provider cannot read it then, and refuses every login."
_DATES = "Many service providers pin the key and ignore the dates, so logins may go on; none of them has to."


def certificate_checks(
    connection: Connection, idp: LiveIdp | Unread, sp: Settings | Unread, *, now: datetime
) -> tuple[Check, ...]:
    """The checks of both certificates. `now` is UTC-aware."""
    ours, theirs = _signing(idp), held_certificate(connection, idp, sp)
    limit = connection.spec.guards.certificate_expiry.fail_days
    checks = [
        *(one for at, found in ((_OURS, ours), (_THEIRS, theirs)) for one in _facts(at, found, now, limit)),
        _written(connection, sp),
    ]
    return tuple(replace(discreet_check(connection, check), group=Group.CERTIFICATES) for check in checks)


def certificate_findings(
    connection: Connection, idp: LiveIdp | Unread, sp: Settings | Unread, *, now: datetime
) -> tuple[Diagnostic, ...]:
    """What is worth knowing of certificates that pass: that one expires soon, or is signed in an old-fashioned way."""
    ours, theirs = _signing(idp), held_certificate(connection, idp, sp)
    limits = connection.spec.guards.certificate_expiry
    found = [(_OURS, ours)] if ours == theirs else [(_OURS, ours), (_THEIRS, theirs)]
    told: list[Diagnostic] = []
    for at, one in found:
        if not isinstance(one, Certificate):
            continue
        days = (one.not_after - now).days
        if limits.fail_days < days <= limits.warn_days:
            summary = f"{_WHOSE[at]} expires on {one.not_after:%Y-%m-%d}, in {count(days, 'day', 'days')}"
            told.append(Diagnostic("warning", summary, address=at, next_action=_RENEW))
        if _old_fashioned(one):
            summary = f"{_WHOSE[at]} is itself signed with {one.signature_algorithm}"
            detail = "Whoever trusts the certificate as such, as JustCall does, has no use for that signature."
            told.append(Diagnostic("warning", summary, detail=detail, address=at, next_action=_RENEW))
    return tuple(told)


def _old_fashioned(found: Certificate) -> bool:
    """Whether the certificate itself is signed with a digest that can be forged."""
    return found.signature_algorithm.replace("-", "").upper().endswith(_WEAK_DIGESTS)


def held_certificate(connection: Connection, idp: LiveIdp | Unread, sp: Settings | Unread) -> _Found:
    """JustCall's certificate, why nobody knows it, or what is wrong with it as one sentence.

    Where JustCall shows a fingerprint alone, the certificate is OneLogin's if the fingerprint is.
    """
    there = held(connection, sp, SettingField.CERTIFICATE)
    if there.missing is not None or there.text is None:
        return there.missing or Missing("JustCall's certificate is not known")
    if is_fingerprint(there.text):
        ours = _signing(idp)
        if isinstance(ours, Certificate) and same(ours.fingerprint, there.text):
            return ours
        return Missing("JustCall shows no more of its certificate than the fingerprint")
    return _parsed(there.text)


def _signing(idp: LiveIdp | Unread) -> _Found:
    app = app_of(idp)
    if isinstance(app, Missing):
        return app
    return _parsed(app.sso.certificate.value) if app.sso.certificate.value else Missing("OneLogin shows no certificate")


def _parsed(text: str) -> Certificate | str:
    try:
        return parse(text)
    except CertificateError as problem:
        return str(problem)


def _facts(at: str, found: _Found, now: datetime, limit: int) -> Iterator[Check]:
    valid = Check(f"{_NAMES[at]}.validity", Status.PASS, f"{_WHOSE[at]} is valid", at)
    key = Check(f"{_NAMES[at]}.key", Status.PASS, f"{_WHOSE[at]} has a strong key", at)
    if isinstance(found, Missing):
        yield unmade(replace(valid, summary=f"Whether {_WHOSE[at]} is valid is not known"), found)
        yield unmade(replace(key, summary=f"Whether {_WHOSE[at]} has a strong key is not known"), found)
    elif isinstance(found, str):
        yield replace(valid, status=Status.FAIL, summary=f"{_WHOSE[at]} cannot be read", detail=f"{found}.")
        yield unmade(replace(key, summary=f"Whether {_WHOSE[at]} has a strong key is not known"), Missing(found))
    else:
        yield _dated(replace(valid, found=dict(found.describe())), found, now, limit)
        yield _keyed(key, found)


def _dated(check: Check, found: Certificate, now: datetime, limit: int) -> Check:
    days, whose = (found.not_after - now).days, _WHOSE[check.address]
    if now < found.not_before:
        summary = f"{whose} is valid only from {found.not_before:%Y-%m-%d} on"
        return replace(check, status=Status.FAIL, summary=summary, next_action=_RENEW)
    if days < 0:
        summary = f"{whose} expired on {found.not_after:%Y-%m-%d}"
        return replace(check, status=Status.FAIL, summary=summary, detail=_DATES, next_action=_RENEW)
    if days <= limit:
        summary = f"{whose} expires on {found.not_after:%Y-%m-%d}, in {count(days, 'day', 'days')}"
        detail = "Every plan is refused by now, but for one that renews it (guards.certificate_expiry.fail_days)."
        return replace(check, status=Status.FAIL, summary=summary, detail=detail, next_action=_RENEW)
    return replace(check, summary=f"{check.summary} for {count(days, 'more day', 'more days')}")


def _keyed(check: Check, found: Certificate) -> Check:
    size = f"{found.key_type}, {found.key_bits} bits" if found.key_bits else found.key_type
    check = replace(check, found=f"{size}; signed with {found.signature_algorithm}")
    if found.key_type != "RSA" or found.key_bits >= _STRONG_RSA:
        return check
    return replace(
        check,
        status=Status.FAIL,
        summary=f"{_WHOSE[check.address]} has a weak key",
        detail="Such a key can be broken: whoever does signs in as anybody.",
        expected=f"RSA, {_STRONG_RSA} bits or more",
        next_action=_RENEW,
    )


def _written(connection: Connection, sp: Settings | Unread) -> Check:
    """How it is written: the guide has "extra whitespace" as a cause of failed logins."""
    name, there = f"{_NAMES[_THEIRS]}.text", held(connection, sp, SettingField.CERTIFICATE)
    check = Check(name, Status.PASS, "JustCall's certificate is written as it should be", _THEIRS, known=there.known)
    unknown = replace(check, summary="How JustCall's certificate is written is not known")
    if there.missing is not None or isinstance(sp, Unread):
        return unmade(unknown, there.missing or Missing("JustCall was not read"))
    knowledge = sp.knowledge(SettingField.CERTIFICATE)
    if not isinstance(knowledge, Observed):
        return unmade(
            unknown, Missing("a person vouches for the certificate, not for the way it is written", unset=True)
        )
    if is_fingerprint(there.text or ""):
        return unmade(unknown, Missing("JustCall shows no more of it than the fingerprint", unset=True))
    if isinstance(problem := _parsed(there.text or ""), str):
        return unmade(unknown, Missing(problem))
    blemishes = [one for one in knowledge.blemishes if one not in _FORMS]
    if not blemishes:
        return check
    return replace(
        check,
        status=Status.FAIL,
        summary="JustCall's certificate is not written as it should be",
        detail="\n".join((*(f"{one[:1].upper()}{one[1:].rstrip('.')}." for one in blemishes), _STRICT)),
        next_action=f"Run `sso-sync apply --rewrite {_THEIRS}` to have it written anew.",
    )
