"""A certificate rotation as a draft like any other: the target is the wish, and nothing but the certificate is touched.

The spec may leave the certificate alone, or name the target. A spec that names another one would have the next apply
rotate back (lesson A14), so that is refused with the place and what to write there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime

from sso_sync.errors import Diagnostic
from sso_sync.justcall.settings import SettingField
from sso_sync.onelogin.texts import same_text
from sso_sync.plan.cells import Item, Undetermined
from sso_sync.plan.checks.rotation import PIN, UNSEEN, flaws, nearing, same_content, unseen
from sso_sync.plan.diff import diff
from sso_sync.plan.masking import discreet, holds_secret
from sso_sync.plan.meaning import Meaning, same
from sso_sync.plan.model import ImpactKind, Plan, Refusal, Step
from sso_sync.plan.operations import HandOver, UpdateApp
from sso_sync.plan.planner import Draft, Sides, draft, laid_out
from sso_sync.plan.signing import Signing, Turn
from sso_sync.plan.targets import Setting, SigningCertificate
from sso_sync.saml import certificate
from sso_sync.spec.connection import Connection, SpecPath
from sso_sync.spec.model import UNMANAGED, CertificateRef, Sso, given

__all__ = ["duration", "judged", "pins", "rotation_draft", "unpinned", "wished"]

_ONELOGIN: SpecPath = ("onelogin", "app", "certificate")
_JUSTCALL: SpecPath = ("justcall", "sso", "certificate")
_ADDRESSES = ("onelogin.app.certificate", "justcall.sso.certificate")
_TARGETS = (SigningCertificate(), Setting(SettingField.CERTIFICATE))


def unpinned(connection: Connection) -> Connection:
    """The connection as if its spec said nothing of the certificate: for reading both sides without looking for one."""
    return _with(connection, UNMANAGED, _following(connection.spec.justcall.sso))


def wished(connection: Connection, target: Signing) -> Connection:
    """The connection whose spec wants `target` on both sides; JustCall's as it was prepared, if that is known.

    Nobody gains or loses access by a certificate, so people are not matched for it.
    """
    old = connection.spec.onelogin.app.certificate
    # The name stays where there was one: what came from the environment is masked by it.
    name = old.name if isinstance(old, CertificateRef) else None
    reference = CertificateRef.model_construct(_fields_set={"id"}, id=target.id, name=name)
    sso = _following(connection.spec.justcall.sso)
    if target.pem is not None:
        sso = sso.model_copy(update={"certificate": target.pem})
    return _with(connection, reference, sso)


def _with(connection: Connection, reference: object, sso: Sso) -> Connection:
    spec = connection.spec
    app = spec.onelogin.app.model_copy(update={"certificate": reference})
    onelogin = spec.onelogin.model_copy(update={"app": app})
    justcall = spec.justcall.model_copy(update={"sso": sso})
    guards = spec.guards.model_copy(update={"match_users": "off"})
    parts = {"onelogin": onelogin, "justcall": justcall, "guards": guards}
    return replace(connection, spec=spec.model_copy(update=parts))


def _following(sso: Sso) -> Sso:
    """JustCall's settings, with a certificate that follows OneLogin's."""
    kept = {name: getattr(sso, name) for name in Sso.model_fields if name != "certificate"}
    return Sso.model_construct(_fields_set=sso.model_fields_set - {"certificate"}, certificate=None, **kept)


def pins(connection: Connection, target: Signing) -> tuple[Refusal, ...]:
    """The places in the spec that name another certificate than `target`, each with what belongs there."""
    found = []
    app, sso = connection.spec.onelogin.app, connection.spec.justcall.sso
    if given(app, "certificate") and app.certificate is not UNMANAGED and not _names(app.certificate, target):
        found.append(_pin(connection, _ONELOGIN, _said(connection), f"certificate: {{id: {target.id}}}"))
    if given(sso, "certificate") and sso.certificate is not UNMANAGED:
        text = sso.certificate if isinstance(sso.certificate, str) else None
        if target.pem is None or not certificate.same(text, target.pem):
            wanted = "nothing, so that it follows OneLogin's, or the new certificate"
            found.append(_pin(connection, _JUSTCALL, "names another certificate", wanted))
    return tuple(found)


def _names(reference: object, target: Signing) -> bool:
    if not isinstance(reference, CertificateRef):
        return False
    if reference.id is not None:
        return reference.id == target.id
    return reference.name is not None and target.name is not None and same_text(reference.name, target.name)


def _said(connection: Connection) -> str:
    reference = connection.spec.onelogin.app.certificate
    if not isinstance(reference, CertificateRef):
        return "names no certificate"
    if holds_secret(connection, _ONELOGIN):
        return "names another certificate, which comes from the environment"
    said = f"id: {reference.id}" if reference.id is not None else f"name: {reference.name!r}"
    return f"names another certificate ({said})"


def _pin(connection: Connection, path: SpecPath, said: str, wanted: str) -> Refusal:
    place = connection.diagnostic("error", path, "").where or str(connection.path)
    address = ".".join(str(part) for part in path)
    return Refusal(
        guard=PIN,
        summary=f"{place}: {address} {said}",
        detail="The next apply would switch back to it.",
        setting=address,
        next_action=f"Write there: {wanted}. Then rotate. Or pass this check with --override {PIN}.",
        address=address,
    )


def rotation_draft(connection: Connection, sides: Sides, turn: Turn) -> Draft:
    """What it takes to have `turn.target` on both sides, and nothing else. `connection` is a `wished` one."""
    made = draft(connection, sides)
    items = tuple(_worded(one, turn) for one in made.items if one.target in _TARGETS)
    deltas = diff(items)
    return replace(
        made,
        items=items,
        deltas=deltas,
        # The rotation tries a login by itself: one that cannot be tried must not take the new certificate back.
        steps=_summed_up(laid_out(connection, replace(sides, provable=False), items, deltas)),
        findings=(*turn.notes, *(one for one in made.findings if _ours(one)), *_unreadable(items)),
    )


def _ours(finding: Diagnostic) -> bool:
    return finding.address in _ADDRESSES


def _worded(item: Item, turn: Turn) -> Item:
    if item.target == SigningCertificate():
        return replace(item, reason=f"{'back to ' if turn.back else ''}{turn.target}")
    return replace(item, reason="the certificate that OneLogin then signs with")


def _summed_up(steps: Iterable[Step]) -> tuple[Step, ...]:
    """The steps in the words of a rotation."""
    words = {"justcall.values": "switch the certificate that JustCall checks signatures with"}
    return tuple(replace(step, summary=words.get(step.id, step.summary)) for step in steps)


def _unreadable(items: Iterable[Item]) -> tuple[Diagnostic, ...]:
    """JustCall's certificate cannot be read: then neither could the rotation be verified, nor taken back."""
    return tuple(
        Diagnostic(
            "error",
            f"Nobody can say which certificate JustCall holds: {item.live.reason}",
            detail="So nobody could tell whether it was switched, and nothing could be put back.",
            address=item.address,
            next_action="Have the page map or the gateway show it, or change it with driver: attested.",
        )
        for item in items
        if isinstance(item.live, Undetermined) and not item.by_hand
    )


def judged(plan: Plan, connection: Connection, turn: Turn, *, overrides: frozenset[str], now: datetime) -> Plan:
    """The plan with what the checks of the target say, what a rotation means for logins, and the rotation itself.

    A plan without a step is refused nothing. `connection` is the one that was planned, `now` UTC-aware.
    """
    if not plan.steps:
        return replace(plan, rotation=turn)
    limits = connection.spec.guards.certificate_expiry
    found = turn.target.certificate
    refusals = [*turn.pins, *(flaws(found, now=now, limits=limits) if found else (unseen(turn.target.id),))]
    if _nothing_new(plan, turn):
        refusals.append(same_content())
    passed = overrides | ({UNSEEN} if turn.unchecked else frozenset())
    stopping = tuple(one for one in refusals if not turn.back and one.guard not in passed)
    warned = [_softened(one, turn, passed) for one in refusals if one not in stopping]
    soon = nearing(found, now=now, limits=limits) if found else None
    told = [*warned, *([soon] if soon else []), *_window(plan, turn, str(connection.path))]
    return replace(
        plan,
        rotation=turn,
        refusals=(*plan.refusals, *(discreet(connection, one) for one in stopping)),
        findings=(*plan.findings, *(discreet(connection, one) for one in told)),
    )


def _nothing_new(plan: Plan, turn: Turn) -> bool:
    """Whether OneLogin would get another id and the very same certificate, which JustCall holds, too."""
    justcall_stays = all(change.address != _ADDRESSES[1] for change in plan.changes)
    return justcall_stays and turn.target.id != turn.former.id and _equal(turn.target, turn.former)


def _equal(one: Signing, other: Signing) -> bool:
    return one.pem is not None and other.pem is not None and same(Meaning.CERTIFICATE, one.pem, other.pem)


def _softened(refusal: Refusal, turn: Turn, passed: frozenset[str]) -> Diagnostic:
    if turn.back:
        note = "The way back is not refused for it."
    elif refusal.guard == UNSEEN and turn.unchecked:
        note = "It is checked right after the first write, and taken back if it is no good."
    else:
        note = f"Passed with --override {refusal.guard}." if refusal.guard in passed else ""
    return Diagnostic(
        "warning",
        refusal.summary,
        detail=" ".join(text for text in (refusal.detail, note) if text),
        address=refusal.address,
    )


def _window(plan: Plan, turn: Turn, spec: str) -> Iterator[Diagnostic]:
    """What logins have to expect beyond the plan's impacts, which tell of those that work today.

    Whoever is signed in stays signed in (fact sheet justcall §6.1).
    """
    if any(impact.kind is ImpactKind.INTERRUPTION for impact in plan.impacts):
        if turn.last is None and not turn.rehearsal:
            yield Diagnostic(
                "info",
                "How long new logins will fail was not measured yet",
                next_action=f"Rehearse it: sso-sync rotate-certificate {spec} --rehearse",
            )
        if any(isinstance(step.operation, HandOver) for step in plan.steps):
            yield Diagnostic(
                "warning",
                "New logins fail from OneLogin's switch until a person has entered the certificate in JustCall",
                next_action="Have the person ready at JustCall's settings page before you go on.",
            )
    elif not any(isinstance(step.operation, UpdateApp) for step in plan.steps):
        summary = "New logins fail until JustCall, too, holds the certificate that OneLogin signs with"
        yield Diagnostic("warning", summary)


def duration(seconds: float) -> str:
    """`0.42 s`, `13 s`."""
    return f"{seconds:.2f} s" if seconds < 10 else f"{seconds:.0f} s"
