"""Finding out why a login fails: reads what the cases want to know, once, and lets them look. Never writes."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from sso_sync.clock import utc_now
from sso_sync.errors import Diagnostic, SsoSyncError
from sso_sync.http import HttpProblem
from sso_sync.justcall.settings import SettingField
from sso_sync.onelogin import reader
from sso_sync.onelogin.catalogue import NOT_OFFERED
from sso_sync.onelogin.directory import find_people
from sso_sync.onelogin.known_certificates import known_certificates
from sso_sync.onelogin.models import App, Person
from sso_sync.onelogin.parallel import pool
from sso_sync.onelogin.state import LiveIdp
from sso_sync.plan.doctor.evidence import Clocks, Evidence, PeopleFacts, ResponseFacts
from sso_sync.plan.doctor.examine import examined
from sso_sync.plan.doctor.model import Examination
from sso_sync.plan.doctor.need import opening_roles, other_certificates
from sso_sync.plan.masking import discreet, without_secrets
from sso_sync.plan.planner import Draft, finish
from sso_sync.saml.response import ResponseError, read
from sso_sync.saml.trials import Expected, trials
from sso_sync.store.rotations import rotations
from sso_sync.survey import Survey

__all__ = ["Complaint", "diagnosed", "diagnosed_alone"]

_EXACT = timedelta()
_ALIKE = 2  # seconds; what a Date header tells is no better than that


@dataclass(frozen=True)
class Complaint:
    """What somebody tells of a login that fails; nothing of it is needed.

    `user` is whose login it is (an e-mail), `response` the XML of the SAML response that was captured, `at` when that
    was. `several`: how many responses there were, of which this is the last.
    """

    symptom: str | None = None
    user: str | None = None
    response: bytes | None = field(default=None, repr=False)
    at: datetime | None = None
    several: int = 1


def diagnosed(survey: Survey, complaint: Complaint) -> Examination:
    """What is wrong with the connection of `survey`. Raises like `engine.diagnose`."""
    made, now = survey.drafted(), utc_now()
    connection = survey.connection
    people = _people(survey, made, complaint.user)
    plan = finish(
        made,
        plan_id="examination",
        created_at=now,
        members=people.roles,
        justcall=people.justcall if made.matches_people else None,
        statuses=people.statuses,
    )
    certificates = known_certificates(survey.wires.idp, survey.progress) if other_certificates(made, now) else {}
    evidence = Evidence(
        now=now,
        connection=connection,
        sides=made.sides,
        draft=made,
        plan=plan,
        people=people,
        user=_key(complaint),
        symptom=complaint.symptom,
        clocks=_clocks(survey),
        certificates={key: (one.id, one.name, one.pem) for key, one in certificates.items()},
        former=frozenset(past.former for past in rotations(connection.name)),
        hidden=frozenset(secret.strip().lower() for secret in connection.secrets if "@" in secret),
    )
    evidence = _with_response(evidence, complaint)
    diagnoses, notes = examined(evidence)
    unread = [info for info in made.sides.info if info.error is not None]
    return Examination(
        diagnoses,
        tuple(without_secrets(connection, line) for line in _looked_at(evidence, complaint)),
        (
            *(_out_of_reach(info.label, info.error or "") for info in unread),
            *(discreet(connection, one) for one in notes),
        ),
        connection.name,
        str(connection.path),
        made.sides.info,
        unreachable=bool(unread),
    )


def diagnosed_alone(complaint: Complaint) -> Examination:
    """What a captured response shows by itself, without a spec and without asking anybody."""
    evidence = _with_response(Evidence(now=utc_now(), symptom=complaint.symptom, user=_key(complaint)), complaint)
    diagnoses, notes = examined(evidence)
    alone = Diagnostic(
        "info",
        "Only the message itself was looked at",
        detail="Whether its audience, recipient, issuer and signature are what JustCall expects is not known.",
        next_action="Name the spec as well: sso-sync doctor SPEC --response FILE",
    )
    return Examination(diagnoses, _looked_at(evidence, complaint), (*notes, alone))


def _key(complaint: Complaint) -> str | None:
    """The e-mail that was asked about, as people are told apart by."""
    return complaint.user.strip().lower() if complaint.user else None


def _people(survey: Survey, made: Draft, user: str | None) -> PeopleFacts:
    """Who should be able to sign in. Without an app nobody can, and nobody is asked for."""
    idp, client = made.sides.idp, survey.wires.idp
    app = idp.app if isinstance(idp, LiveIdp) else None
    if not isinstance(idp, LiveIdp) or app is None:
        return PeopleFacts()
    read_now = reader.role_members(client, opening_roles(made), survey.progress)
    roles = {**read_now, **idp.members}
    effective, unlisted = _effective(survey, app)
    return PeopleFacts(
        members={role.name: roles[role.name] for role in idp.roles if role.id in app.role_ids and role.name in roles},
        roles=roles,
        effective=effective,
        unlisted=unlisted,
        statuses=None if user else survey.statuses(made, read_now),
        justcall=survey.justcall_people(),
        user=_found(survey, user) if user else None,
    )


def _effective(survey: Survey, app: App) -> tuple[tuple[Person, ...] | None, str | None]:
    """The app's users by OneLogin's own list, or why there is none (it may need an add-on: onelogin-api §7)."""
    try:
        return survey.wires.idp.app_users(app.id), None
    except HttpProblem as problem:
        if problem.status not in NOT_OFFERED:
            raise
        return None, f"this account does not list an app's users, or not to these credentials ({problem})"


def _found(survey: Survey, email: str) -> Person | None:
    """The person of an e-mail with OneLogin's status, whatever its case; None when OneLogin knows nobody.

    Looked up even if a role's row names the person: such a row says nothing about the status.
    """
    survey.progress.note("looking for the person")
    with pool() as running:
        people, _ = find_people(survey.wires.idp, [email], (), running)
    return people.get(email.strip().lower())


def _clocks(survey: Survey) -> Clocks:
    """By the Date of what both services answered. JustCall's own API is asked before a gateway in its place."""
    wires = survey.wires
    theirs = wires.users.clock.ahead
    return Clocks(wires.idp.clock_ahead, wires.sp.clock_ahead if theirs is None else theirs)


def _with_response(evidence: Evidence, complaint: Complaint) -> Evidence:
    """The evidence with what the response shows, judged by what JustCall holds. Raises SsoSyncError for none."""
    if complaint.response is None:
        return evidence
    try:
        response = read(complaint.response)
        moment = complaint.at or _moment(evidence, response.issue_instant)
        made = trials(complaint.response, _expected(evidence), now=moment, skew=_EXACT)
    except ResponseError as problem:
        raise SsoSyncError.because(
            f"The captured response cannot be examined: {problem}",
            next_action="Capture the form field SAMLResponse of the page that posts to JustCall.",
        ) from None
    return replace(evidence, response=ResponseFacts(response, made, moment))


def _moment(evidence: Evidence, made_at: datetime | None) -> datetime:
    """When JustCall saw the message, by JustCall's clock: a captured one is always old by the time it is examined."""
    moment = made_at or evidence.now
    return moment + (evidence.clocks.skew or timedelta())


def _expected(evidence: Evidence) -> Expected:
    return Expected(
        acs_url=evidence.setting(SettingField.ACS_URL) or None,
        entity_id=evidence.setting(SettingField.ENTITY_ID) or None,
        issuer=evidence.setting(SettingField.ISSUER) or None,
        certificate=evidence.setting(SettingField.CERTIFICATE) or None,
        email=evidence.spelling or evidence.user,
    )


def _looked_at(evidence: Evidence, complaint: Complaint) -> tuple[str, ...]:
    """What was looked at, for a reader who wants to know what was not."""
    lines = []
    if evidence.idp is not None:
        app, people = evidence.app, evidence.people
        lines.append("OneLogin: " + ("no app" if app is None else f"the app {app.id}, its roles and its people"))
        if app is not None:
            count = len(people.able)
            lines.append(f"People: {count} with access" + ("" if people.unlisted is None else f"; {people.unlisted}"))
    if evidence.sp is not None:
        lines.append("JustCall: the SSO settings")
        justcall = evidence.people.justcall
        if justcall is not None:
            known = justcall.users
            lines.append(
                f"JustCall: {len(known)} accounts"
                if known is not None
                else f"JustCall's accounts were not looked at: {justcall.reason}"
            )
    skew = evidence.clocks.skew
    if skew is not None:
        seconds = round(skew.total_seconds())
        told = "are the same" if abs(seconds) <= _ALIKE else f"differ by {abs(seconds)} s"
        lines.append(f"Clocks: OneLogin's and JustCall's {told}")
    elif evidence.connection is not None:
        lines.append("Clocks could not be compared")
    if evidence.response is not None:
        made = [trial for trial in evidence.response.trials if trial.status != "not_made"]
        last = f"the last of {complaint.several} responses" if complaint.several > 1 else "the response"
        lines.append(
            f"{last[0].upper()}{last[1:]}: {len(made)} of {len(evidence.response.trials)} checks could be made"
        )
    if complaint.symptom is not None:
        lines.append("The symptom's words")
    return tuple(lines)


def _out_of_reach(label: str, error: str) -> Diagnostic:
    return Diagnostic("warning", f"{label} could not be read", detail=error)
