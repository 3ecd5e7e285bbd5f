"""The examination: every case looks at the evidence, the symptom and the message have their say, and all is ranked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from sso_sync.errors import Diagnostic
from sso_sync.plan.doctor.cases import CASES, Case, by_id
from sso_sync.plan.doctor.evidence import Evidence
from sso_sync.plan.doctor.healing import healed
from sso_sync.plan.doctor.model import Certainty, Diagnosis, Finding, Harm
from sso_sync.plan.doctor.ranking import ranked
from sso_sync.plan.doctor.shown import shown_by
from sso_sync.plan.doctor.symptoms import sounds_like
from sso_sync.plan.masking import without_secrets
from sso_sync.plan.model import Side

__all__ = ["examined"]


def examined(evidence: Evidence) -> tuple[tuple[Diagnosis, ...], tuple[Diagnostic, ...]]:
    """What is wrong, the surest cause first, and what else there is to say. Never raises for anything that was read."""
    heard, shown = sounds_like(evidence.symptom), shown_by(evidence)
    found = [
        _diagnosis(evidence, case, finding, heard=case.id in heard, shown=shown)
        for case in CASES
        for finding in case.look(evidence)
    ]
    there = {one.case for one in found}
    found += _shown_only(evidence, shown, heard, there)
    there |= {one.case for one in found}
    found += _heard_only(evidence, heard, there)
    ordered = ranked((_discreet(evidence, one) for one in found), [case.id for case in CASES])
    return ordered, tuple(_notes(evidence, heard, {one.case for one in ordered}))


def _diagnosis(
    evidence: Evidence, case: Case, finding: Finding, *, heard: bool, shown: Mapping[str, tuple[str, ...]]
) -> Diagnosis:
    """A finding with all that its case says in general. A risk that a symptom tells of is no risk any more."""
    harm, certainty = finding.harm or case.harm, finding.certainty
    if heard and harm is Harm.AT_RISK:
        harm, certainty = Harm.LOGINS_FAIL, Certainty.LIKELY
    address = finding.address or case.address
    place, fix = healed(evidence, finding.repairs or case.repairs, address)
    return Diagnosis(
        case=case.id,
        summary=finding.summary,
        side=case.side,
        harm=harm,
        certainty=certainty,
        address=address,
        place=place,
        fix=fix,
        evidence=(*finding.evidence, *shown.get(case.id, ())),
        heard=heard,
        shown=case.id in shown,
        personal=finding.personal,
    )


def _shown_only(
    evidence: Evidence, shown: Mapping[str, tuple[str, ...]], heard: tuple[str, ...], there: set[str]
) -> Iterator[Diagnosis]:
    """What only the message shows: nobody else looked, or it is healed by now."""
    for identity in shown:
        if identity in there:
            continue
        case = by_id(identity)
        fine = evidence.connection is not None and _decided(evidence, case)
        certainty = Certainty.POSSIBLE if fine else Certainty.LIKELY
        note = ("Both sides are fine in this now: the message may be older than the repair.",) if fine else ()
        finding = Finding(case.what, note, certainty)
        yield _diagnosis(evidence, case, finding, heard=identity in heard, shown=shown)


def _heard_only(evidence: Evidence, heard: tuple[str, ...], there: set[str]) -> Iterator[Diagnosis]:
    """What a symptom alone tells of, where the side that could say more was not read."""
    if evidence.connection is None or there & set(heard):
        return
    for identity in heard:
        case = by_id(identity)
        if not _decided(evidence, case):
            line = "The symptom sounds like it; whether it is so could not be looked at."
            yield _diagnosis(evidence, case, Finding(case.what, (line,), Certainty.POSSIBLE), heard=True, shown={})


def _decided(evidence: Evidence, case: Case) -> bool:
    """Whether the evidence would show the case if it were there."""
    read = {Side.ONELOGIN: evidence.idp is not None, Side.JUSTCALL: evidence.sp is not None}
    return all(read[side] for side in case.sides) and case.decided(evidence)


def _notes(evidence: Evidence, heard: tuple[str, ...], there: set[str]) -> Iterator[Diagnostic]:
    if evidence.symptom is not None and not heard:
        yield Diagnostic(
            "info",
            "The symptom sounds like none of the cases that doctor knows",
            next_action="Give the words of the page that the login ended on, or the response: --response FILE",
        )
    elif heard and not there & set(heard):
        usual = "; ".join(by_id(identity).what[0].lower() + by_id(identity).what[1:] for identity in heard[:2])
        person = evidence.user is None and any(by_id(one).harm is Harm.SOME_CANNOT for one in heard)
        yield Diagnostic(
            "info",
            "The symptom usually has a cause that is not there now",
            detail=f"Usually {usual}.",
            next_action="Name the person whose login fails: --user EMAIL" if person else None,
        )


def _discreet(evidence: Evidence, found: Diagnosis) -> Diagnosis:
    """The diagnosis without any text that came from the environment."""
    connection = evidence.connection
    if connection is None or not connection.secrets:
        return found

    def told(value: Any) -> Any:
        if isinstance(value, str):
            return without_secrets(connection, value)
        if isinstance(value, Mapping):
            return {key: told(part) for key, part in value.items()}
        return type(value)(told(part) for part in value) if isinstance(value, tuple | list) else value

    # An edit may take the very key out that made a value a secret, so its changes are looked through as well.
    changes = tuple(
        replace(one, **{key: told(getattr(one, key)) for key in ("address", "before", "after", "reason")})
        for one in found.fix.changes
    )
    texts = {key: told(getattr(found.fix, key)) for key in ("text", "command", "yaml", "obstacles")}
    fix = replace(found.fix, changes=changes, **texts)
    place = replace(found.place, **{key: told(getattr(found.place, key)) for key in ("console", "key")})
    return replace(
        found, fix=fix, place=place, **{key: told(getattr(found, key)) for key in ("summary", "address", "evidence")}
    )
