"""What a plan does to people who sign in today: who is affected, and for how long.

JustCall holds one certificate, and the two sides cannot be written at once: where both have to change, new logins fail
between the two writes while open sessions go on (fact sheet justcall §6.1). What repairs a login that cannot work today
interrupts nobody. What is merely insecure for a moment is no impact.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from sso_sync.justcall.settings import SettingField, Settings
from sso_sync.onelogin.state import LiveIdp
from sso_sync.plan.agreement import disagreement
from sso_sync.plan.cells import Known
from sso_sync.plan.diff import Delta
from sso_sync.plan.guards.match_users import accounts
from sso_sync.plan.model import Action, Certainty, Impact, ImpactKind
from sso_sync.plan.operations import DeleteParameter, PutParameters
from sso_sync.plan.outcome import Outcome
from sso_sync.plan.passage import Passage, Sentence, Window
from sso_sync.plan.targets import (
    AppField,
    AppItself,
    Membership,
    RawField,
    RoleAttachment,
    RoleItself,
    Setting,
    SigningCertificate,
)
from sso_sync.spec.model import GUIDE_PARAMETERS

__all__ = ["Window", "impacts", "names_people"]

_FROM_THEN_ON, _FOR_GOOD = "from then on", "for good"
_NOT_MEASURED = "for seconds; not measured yet"
_ISSUER_TYPE = RawField("saml_issuer_type")


def impacts(before: Outcome, after: Outcome, window: Window | None = None) -> tuple[Impact, ...]:
    """Everything that the plan behind `after` does to existing logins, what passes first.

    `before` is the outcome of no plan at all. `window` is the last that was measured. Empty while a side is unread:
    then nothing is written.
    """
    passage = Passage(before, after, window)
    if not after.acts or not isinstance(after.sp, Settings) or not isinstance(after.idp, LiveIdp):
        return ()
    return (*_logins(passage), *_switch(passage), *_access(passage))


def names_people(before: Outcome, after: Outcome) -> bool:
    """Whether the impacts want everybody who has access by name, which costs requests; asked before anybody is read."""
    return any(one.kind is not ImpactKind.SSO_ENABLED for one in impacts(before, after))


def _logins(passage: Passage) -> Iterator[Impact]:
    """New logins that work today and fail for a while, or for good."""
    if passage.on is False or passage.at(Setting(SettingField.ENABLED)) or disagreement(passage.before):
        return
    if broken := _broken(passage):
        yield broken
    elif crossing := _crossing(passage):
        yield _switched(passage, crossing)
    elif passage.on and (again := _made_anew(passage)):
        when = f"while OneLogin deletes the parameter {', '.join(map(repr, again))} and makes it anew"
        yield _interruption(passage, when, [f"onelogin.app.parameters.{name}" for name in again], _NOT_MEASURED)


def _switched(passage: Passage, crossing: Sequence[Delta]) -> Impact:
    when, where = "while both sides are switched one after the other", _addresses(crossing)
    if any(delta.item.by_hand for delta in crossing):
        return _interruption(passage, when, where, "until a person has entered the new values in JustCall")
    if passage.window is None:
        return _interruption(passage, when, where, _NOT_MEASURED)
    return replace(_interruption(passage, when, where, passage.window.words), seconds=passage.window.seconds)


def _interruption(passage: Passage, when: str, where: Sequence[str], lasts: str) -> Impact:
    happens = f" fail {when} (open sessions go on)"
    sentence = Sentence("new logins of ", happens, happens)
    return passage.about_everybody(ImpactKind.INTERRUPTION, sentence, where, lasts)


def _crossing(passage: Passage) -> list[Delta]:
    """Values that both sides must have alike, and that change on both."""
    pairs = ((SigningCertificate(), SettingField.CERTIFICATE), (_ISSUER_TYPE, SettingField.ISSUER))
    both = [(passage.at(ours), passage.at(Setting(theirs))) for ours, theirs in pairs]
    return [delta for ours, theirs in both if ours and theirs for delta in (ours, theirs)]


def _broken(passage: Passage) -> Impact | None:
    """Logins that will not work any more: guards refuse most such plans, and may be passed."""
    signing = passage.at(SigningCertificate())
    found = disagreement(passage.after) if passage.on else None
    if found is not None:
        return _breakage(passage, found[1].replace(" would ", " will "), [found[0]], _FROM_THEN_ON)
    if signing is not None and passage.at(Setting(SettingField.CERTIFICATE)) is None:
        why = "OneLogin signs with another certificate, and this plan does not change the one that JustCall holds"
        return _breakage(passage, why, _addresses([signing]), "until it is entered in JustCall")
    return None


def _breakage(passage: Passage, why: str, where: Sequence[str], lasts: str) -> Impact:
    sentence = Sentence("new logins of ", f" fail, because {why}", f" fail, because {why}")
    return passage.about_everybody(ImpactKind.BREAKAGE, sentence, where, lasts)


def _made_anew(passage: Passage) -> list[str]:
    """Attributes that JustCall needs and that are gone between two writes: a label cannot be changed in place."""
    operations = [step.operation for step in passage.after.steps]
    written = {name for one in operations if isinstance(one, PutParameters) for name in one.changes}
    deleted = [one.name for one in operations if isinstance(one, DeleteParameter)]
    return [name for name in deleted if name in written and name in GUIDE_PARAMETERS]


def _switch(passage: Passage) -> Iterator[Impact]:
    """SSO as a whole goes off, or on."""
    delta = passage.at(Setting(SettingField.ENABLED))
    if delta is None:
        return
    if delta.item.desired == Known(False):
        what = "to sign in to JustCall without SSO"
        sentence = Sentence("", f" has {what}", f" have {what}")
        yield passage.about_everybody(ImpactKind.SSO_DISABLED, sentence, _addresses([delta]), _FROM_THEN_ON)
    elif delta.item.desired == Known(True):
        yield _enabled(passage, _addresses([delta]))


def _enabled(passage: Passage, where: Sequence[str]) -> Impact:
    """Enabling forces all Admins and Team Members onto SSO (fact sheet justcall §3); the owner may be spared."""
    known = accounts(passage.after)
    said = "all Admins and Team Members of JustCall must sign in through SSO"
    if known is not None and known.without_access:
        said += f" ({known.without_access} of {known.people} have no access in OneLogin)"
    made = passage.impact(
        ImpactKind.SSO_ENABLED, said, where, None, lasts=_FROM_THEN_ON, certainty=Certainty.DOCUMENTED
    )
    return replace(made, everybody=True, people=known.people if known else None)


def _access(passage: Passage) -> Iterator[Impact]:
    """Who has the app, or its tile, no longer."""
    deleted = passage.at(AppItself())
    if deleted is not None and deleted.change.action is Action.DELETE:
        sentence = Sentence("the app is deleted, and ", " loses it", " lose it", of_sso=False)
        yield passage.about_everybody(ImpactKind.APP_DELETED, sentence, _addresses([deleted]), _FOR_GOOD)
        return
    if lose := passage.after.access.lose:
        yield _removed(passage, lose)
    tile = passage.at(AppField("visible"))
    if tile is not None and tile.item.desired == Known(False) and tile.item.live == Known(True):
        yield _hidden(passage, tile)


def _removed(passage: Passage, people: Sequence[str]) -> Impact:
    kinds = Membership | RoleAttachment | RoleItself
    gone = [one for one in passage.deltas if one.change.action is Action.DELETE]
    where = _addresses([one for one in gone if isinstance(one.item.target, kinds)])
    said = f"{passage.counted(people)} {'loses' if len(people) == 1 else 'lose'} access"
    kind, certainty = ImpactKind.ACCESS_REMOVED, Certainty.OBSERVED
    return passage.impact(kind, said, where, people, lasts=_FOR_GOOD, certainty=certainty)


def _hidden(passage: Passage, tile: Delta) -> Impact:
    what = f"JustCall in the OneLogin portal{' (its own login page still works)' if passage.after.enabled else ''}"
    sentence = Sentence("", f" no longer finds {what}", f" no longer find {what}", of_sso=False)
    return passage.about_everybody(ImpactKind.TILE_HIDDEN, sentence, _addresses([tile]), _FROM_THEN_ON)


def _addresses(deltas: Sequence[Delta]) -> list[str]:
    return [delta.change.address for delta in deltas]
