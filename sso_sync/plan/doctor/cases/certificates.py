"""The certificate that OneLogin signs with, and the one that JustCall checks with (fact sheet justcall §6.1, §6.3)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from sso_sync.justcall.settings import Knowledge, Observed, SettingField
from sso_sync.plan.doctor.cases.interface import Case
from sso_sync.plan.doctor.consoles import setting_of
from sso_sync.plan.doctor.evidence import Evidence
from sso_sync.plan.doctor.model import REMOVED, ByHand, Certainty, Command, Edit, Finding, Harm, Repair, Settle
from sso_sync.plan.model import Side
from sso_sync.plan.rewrites import rewritable
from sso_sync.saml import certificate
from sso_sync.saml.certificate import Certificate, CertificateError

__all__ = ["CASES"]

_THEIRS, _OURS = "justcall.sso.certificate", "onelogin.app.certificate"
_COPY = ByHand(
    setting_of(SettingField.CERTIFICATE),
    "Copy the certificate anew from OneLogin (the app → SSO → X.509 Certificate → View Details), without white space.",
)
_REPAIRS: tuple[Repair, ...] = (
    Settle((_THEIRS,)),
    Edit(("justcall", "sso", "certificate"), REMOVED, "so that it follows OneLogin's certificate"),
    _COPY,
)
_NEW = ByHand(
    "OneLogin: Security → Certificates → New",
    "Make a new certificate there, then run `sso-sync rotate-certificate SPEC --to NAME`.",
)


def _parsed(text: str | None) -> Certificate | None:
    try:
        return certificate.parse(text) if text else None
    except CertificateError:
        return None


def _print(text: str) -> str | None:
    """The fingerprint of what JustCall holds, which may be all that its page shows."""
    try:
        return certificate.fingerprint(text)
    except CertificateError:
        return None


def _unreadable(evidence: Evidence) -> Iterator[Finding]:
    theirs = (evidence.setting(SettingField.CERTIFICATE) or "").strip()
    if not theirs or _print(theirs) is not None:
        return
    try:
        certificate.parse(theirs)
    except CertificateError as problem:
        yield Finding("What JustCall holds as the certificate cannot be read", (f"JustCall's certificate: {problem}.",))


def _mismatch(evidence: Evidence) -> Iterator[Finding]:
    theirs, ours = evidence.setting(SettingField.CERTIFICATE), _parsed(evidence.signing)
    if theirs is None or ours is None or certificate.same(ours.pem, theirs):
        return
    if not theirs.strip():
        lines = (f"OneLogin signs with {_described(ours)}.",)
        yield Finding("JustCall has no certificate to check OneLogin's signature with", lines)
    elif _print(theirs) is not None and _kinship(evidence, theirs, ours) is None:
        yield Finding("JustCall checks with another certificate than OneLogin signs with", _both(ours, theirs))


def _after_rotation(evidence: Evidence) -> Iterator[Finding]:
    theirs, ours = evidence.setting(SettingField.CERTIFICATE), _parsed(evidence.signing)
    if not theirs or ours is None or certificate.same(ours.pem, theirs) or _print(theirs) is None:
        return
    kinship = _kinship(evidence, theirs, ours)
    if kinship is not None:
        yield Finding(
            "OneLogin signs with another of its certificates than JustCall still holds",
            (*_both(ours, theirs), kinship),
        )


def _kinship(evidence: Evidence, theirs: str, ours: Certificate) -> str | None:
    """Why what JustCall holds is a certificate of the same OneLogin account; None when nothing says so."""
    held = _print(theirs) or ""
    if held in evidence.former:
        return "This connection's record says that OneLogin signed with it before."
    if held in evidence.certificates:
        name = evidence.certificates[held][1]
        return f"OneLogin has it too: {name!r}." if name else "OneLogin has it too: another app signs with it."
    there = _parsed(theirs)
    if there is not None and there.subject and there.subject == ours.subject:
        return f"Both are of one subject: {ours.subject}."
    return None


def _both(ours: Certificate, theirs: str) -> tuple[str, str]:
    held = _parsed(theirs)
    return (
        f"OneLogin signs with {_described(ours)}.",
        f"JustCall holds {_described(held) if held else certificate.fingerprint(theirs)}.",
    )


def _described(one: Certificate) -> str:
    return f"{one.fingerprint[:23]}… (until {one.not_after:%Y-%m-%d})"


def _expired(evidence: Evidence) -> Iterator[Finding]:
    ours = _parsed(evidence.signing)
    if ours is None or evidence.connection is None:
        return
    days = (ours.not_after - evidence.now).days
    if days > evidence.connection.spec.guards.certificate_expiry.warn_days:
        return
    line = f"OneLogin signs with {_described(ours)}."
    if ours.not_after <= evidence.now:
        yield Finding(
            f"OneLogin's signing certificate expired on {ours.not_after:%Y-%m-%d}",
            (line, "Many service providers look only at the key; others refuse every login from that day on."),
            Certainty.LIKELY,
            repairs=_renewals(evidence, ours),
        )
    else:
        yield Finding(
            f"OneLogin's signing certificate expires on {ours.not_after:%Y-%m-%d}, in {days} days",
            (line,),
            harm=Harm.AT_RISK,
            repairs=_renewals(evidence, ours),
        )


def _renewals(evidence: Evidence, ours: Certificate) -> tuple[Repair, ...]:
    """The certificate of the account that lasts longest, if one is known that is better than today's."""
    known = [(made, number, name) for number, name, pem in evidence.certificates.values() if (made := _parsed(pem))]
    better = [one for one in known if one[0].fingerprint != ours.fingerprint and _lasts(evidence, one[0].not_after)]
    best = max(better, key=lambda one: one[0].not_after, default=None)
    settle = Settle((_OURS,))
    if best is None or best[1] is None:
        return settle, _NEW
    made, number, name = best
    why = f"to sign with {name!r}, which is good until {made.not_after:%Y-%m-%d}"
    return settle, Edit((*_APP, "certificate"), {"id": number}, why, ("rotate-certificate", "--to", str(number))), _NEW


_APP = ("onelogin", "app")


def _lasts(evidence: Evidence, until: datetime) -> bool:
    limit = evidence.connection.spec.guards.certificate_expiry.warn_days if evidence.connection else 0
    return (until - evidence.now).days > limit


def _held(evidence: Evidence) -> Knowledge | None:
    return evidence.sp.knowledge(SettingField.CERTIFICATE) if evidence.sp is not None else None


def _whitespace(evidence: Evidence) -> Iterator[Finding]:
    ours, knowledge = evidence.signing, _held(evidence)
    if not isinstance(knowledge, Observed) or not knowledge.blemishes:
        return
    held = knowledge.value if isinstance(knowledge.value, str) else None
    if ours is not None and held is not None and not certificate.same(ours, held):
        return  # it has to be replaced anyway
    able = evidence.draft is not None and _THEIRS in rewritable(evidence.draft.items)
    again = Command(("apply", "--rewrite", _THEIRS), "Enter the same certificate again, in its canonical form.")
    yield Finding(
        "The certificate in JustCall is the right one, but was entered with what does not belong there",
        (
            f"JustCall's certificate is written with {', '.join(knowledge.blemishes)}.",
            "Some service providers fail on that, although it means the same certificate.",
        ),
        Certainty.LIKELY,
        repairs=(again, _COPY) if able else (_COPY,),
    )


CASES = (
    Case(
        "certificate_unreadable",
        "What JustCall holds as the certificate cannot be read",
        Side.JUSTCALL,
        Harm.LOGINS_FAIL,
        _THEIRS,
        _REPAIRS,
        _unreadable,
        sides=frozenset({Side.JUSTCALL}),
    ),
    Case(
        "certificate_mismatch",
        "JustCall checks with another certificate than OneLogin signs with",
        Side.JUSTCALL,
        Harm.LOGINS_FAIL,
        _THEIRS,
        _REPAIRS,
        _mismatch,
    ),
    Case(
        "certificate_after_rotation",
        "OneLogin has a new signing certificate, and JustCall still holds the former one",
        Side.JUSTCALL,
        Harm.LOGINS_FAIL,
        _THEIRS,
        _REPAIRS,
        _after_rotation,
    ),
    Case(
        "certificate_expired",
        "OneLogin's signing certificate has expired, or is about to",
        Side.ONELOGIN,
        Harm.LOGINS_FAIL,
        _OURS,
        (Settle((_OURS,)), _NEW),
        _expired,
        sides=frozenset({Side.ONELOGIN}),
    ),
    Case(
        "certificate_whitespace",
        "The certificate in JustCall was entered with white space or line ends that do not belong there",
        Side.JUSTCALL,
        Harm.AT_RISK,
        _THEIRS,
        (Settle((_THEIRS,)), _COPY),
        _whitespace,
        sides=frozenset({Side.JUSTCALL}),
        decided=lambda evidence: isinstance(_held(evidence), Observed),
    ),
)
