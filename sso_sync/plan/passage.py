"""The way from today to what a plan leads to, and the words for the people on it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property

from sso_sync.justcall.settings import Attested, SettingField, Settings, Unknown
from sso_sync.onelogin.models import Person
from sso_sync.onelogin.state import LiveIdp
from sso_sync.plan.cells import Known
from sso_sync.plan.diff import Delta
from sso_sync.plan.guards.naming import count, names
from sso_sync.plan.masking import MASK, without_secrets
from sso_sync.plan.model import Certainty, Impact, ImpactKind
from sso_sync.plan.outcome import Outcome
from sso_sync.plan.targets import Target

__all__ = ["Passage", "Sentence", "Window"]

_SHOWN = 5
_TINY, _LONG = 0.1, 10.0  # seconds


@dataclass(frozen=True, slots=True)
class Window:
    """How long logins failed when both sides were switched last; `rehearsal`: on the sandbox."""

    seconds: float
    at: datetime
    rehearsal: bool = False

    @property
    def words(self) -> str:
        """`about 0.4 s last time (rehearsal, 2026-03-01)`."""
        number = f"{self.seconds:.0f} s" if self.seconds >= _LONG else f"{self.seconds:.1f} s"
        lasted = "less than 0.1 s" if self.seconds < _TINY else f"about {number}"
        return f"{lasted} last time ({'rehearsal, ' if self.rehearsal else ''}{self.at:%Y-%m-%d})"


@dataclass(frozen=True)
class Sentence:
    """`start`, then the people, then what happens to them: `one` or `many`. `of_sso`: only true while SSO is on."""

    start: str
    one: str
    many: str
    of_sso: bool = True

    def about(self, who: str, *, several: bool) -> str:
        return f"{self.start}{who}{self.many if several else self.one}"


@dataclass(frozen=True)
class Passage:
    """The way from one state to the other, and the words for it."""

    before: Outcome
    after: Outcome
    window: Window | None

    @cached_property
    def deltas(self) -> tuple[Delta, ...]:
        """What is really changed, by the tool or by a person who is told to; what nobody knows stays as it is."""
        settled = {address for step in self.after.steps for address in step.addresses}
        return tuple(delta for delta in self.after.deltas if delta.change.address in settled)

    def at(self, target: Target) -> Delta | None:
        """What is changed there, if anything is."""
        return next((delta for delta in self.deltas if delta.item.target == target), None)

    @property
    def on(self) -> bool | None:
        """Whether SSO is on today; None when nobody knows."""
        enabled = self.before.setting(SettingField.ENABLED).cell
        return enabled == Known(True) if isinstance(enabled, Known) else None

    @property
    def certainty(self) -> Certainty:
        """How it is known whether SSO is on."""
        known = self.after.sp.knowledge(SettingField.ENABLED) if isinstance(self.after.sp, Settings) else None
        if known is None or isinstance(known, Unknown):
            return Certainty.UNKNOWN
        return Certainty.ATTESTED if isinstance(known, Attested) else Certainty.OBSERVED

    @cached_property
    def everybody(self) -> tuple[Person, ...] | None:
        """Who has access today, through a role or, as far as that was read, by hand; None when roles were not read."""
        if not self.after.access.complete:
            return None
        granted = self.after.idp.direct_grants or () if isinstance(self.after.idp, LiveIdp) else ()
        return tuple({person.id: person for person in (*granted, *self.after.access.before)}.values())

    def about_everybody(self, kind: ImpactKind, sentence: Sentence, where: Sequence[str], lasts: str) -> Impact:
        """An impact on all who have access."""
        people = None if self.everybody is None else _spelt(self.everybody)
        said = sentence.about(self._who(people), several=people is not None and len(people) > 1)
        certainty = self.certainty if sentence.of_sso else Certainty.OBSERVED
        if certainty is Certainty.UNKNOWN:
            said = f"if SSO is on in JustCall, which nobody knows: {said}"
        made = self.impact(kind, said, where, people, lasts=lasts, certainty=certainty)
        return replace(made, everybody=True)

    def impact(
        self,
        kind: ImpactKind,
        said: str,
        where: Sequence[str],
        people: Sequence[str] | None,
        *,
        lasts: str,
        certainty: Certainty,
    ) -> Impact:
        """An impact in which no word came from the environment. `people` is None when nobody can count them."""
        hidden, connection = self.after.hidden, self.after.connection
        shown = (MASK if one.lower() in hidden else without_secrets(connection, one) for one in (people or ())[:_SHOWN])
        return Impact(
            kind=kind,
            summary=without_secrets(connection, said),
            addresses=tuple(where),
            people=None if people is None else len(people),
            names=tuple(shown),
            everybody=False,
            lasts=lasts,
            seconds=None,
            certainty=certainty,
        )

    def _who(self, people: Sequence[str] | None) -> str:
        if people is None:
            return "everybody with access"
        return self.counted(people) if people else "whoever has access by hand (nobody has it through a role)"

    def counted(self, people: Sequence[str]) -> str:
        """`3 people (a@x, b@x, c@x)`."""
        return f"{count(len(people), 'person', 'people')} ({names(people, self.after.hidden)})"


def _spelt(people: Sequence[Person]) -> tuple[str, ...]:
    return tuple(sorted(((person.email or "").strip() or person.key for person in people), key=str.lower))
