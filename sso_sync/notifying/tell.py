"""From what a run found to what is sent: news for each target, one message, and what was taken is remembered."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from sso_sync.errors import SsoSyncError
from sso_sync.notifying import told
from sso_sync.notifying.facts import Fact, Seen, Subject, subjects
from sso_sync.notifying.message import compose
from sso_sync.notifying.news import heard, news
from sso_sync.notifying.sending import Letter, available, send
from sso_sync.notifying.targets import VARIABLE, Target, targets
from sso_sync.store.locks import locked

__all__ = ["tell"]

_LOCK = "notices-being-sent"
_TURN = 15.0  # seconds to wait for another run that is telling right now: longer than it can take

Send = Callable[[Sequence[Letter]], tuple[str | None, ...]]
Told = dict[str, dict[str, dict[str, str]]]


def tell(seen: Sequence[Seen], environ: Mapping[str, str], warn: Callable[[str], None], send: Send = send) -> None:
    """Tells every target of the environment what changed since it was told last, in one message.

    What is not sent is told to `warn`, without a secret, and tried again by the next run. Never raises SsoSyncError.
    """
    whom = targets(environ)
    about = [subject for one in seen for subject in subjects(one) if subject.facts]
    if not whom or not about:
        return
    if not available():
        warn(f"Nobody was notified: {VARIABLE} is set and Apprise is not installed. pip install 'sso-sync[notify]'")
        return
    try:
        if _all_is_well(about):
            return
        with locked(_LOCK, command="sending notifications", timeout=_TURN):
            _told(about, whom, warn, send)
    except SsoSyncError as problem:
        warn(f"Notifications: {_why(problem)}; the next run tells")


def _all_is_well(about: Sequence[Subject]) -> bool:
    """Whether there is no trouble, and never was one to take back: so it is on most nights."""
    return all(fact.state is None for subject in about for fact in subject.facts) and not any(
        told.load(subject.key) for subject in about
    )


def _told(about: Sequence[Subject], whom: Sequence[Target], warn: Callable[[str], None], send: Send) -> None:
    before: Told = {subject.key: told.load(subject.key) for subject in about}
    changed = {target: _changed(about, before, target.key) for target in whom}
    letters = [Letter(target, compose(found)) for target, found in changed.items() if found]
    for letter, reason in zip(letters, send(letters), strict=True):
        if reason is None:
            _remember(before, changed[letter.target], letter.target.key)
        else:
            warn(f"Notification {letter.target.label} was not sent: {reason}. The next run tries again")
    for key in {subject.key for found in changed.values() for subject in found}:
        _kept(key, before[key], warn)


def _kept(key: str, states: Mapping[str, Mapping[str, str]], warn: Callable[[str], None]) -> None:
    """Each record by itself: one that cannot be written must not have the others told again."""
    try:
        told.save(key, states)
    except SsoSyncError as problem:
        warn(f"Notifications: {_why(problem)}; what was told just now is told again by the next run")


def _why(problem: SsoSyncError) -> str:
    return problem.diagnostics[0].summary.rstrip(".")


def _changed(about: Sequence[Subject], before: Told, target: str) -> tuple[Subject, ...]:
    """The subjects with what is new to one target, and nothing else."""
    found = (replace(subject, facts=news(before[subject.key].get(target, {}), subject.facts)) for subject in about)
    return tuple(subject for subject in found if subject.facts)


def _remember(before: Told, subjects: Sequence[Subject], target: str) -> None:
    for subject in subjects:
        states = before[subject.key]
        latest: Sequence[Fact] = subject.facts
        states[target] = heard(states.pop(target, {}), latest)
