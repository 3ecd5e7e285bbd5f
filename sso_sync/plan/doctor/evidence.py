"""What cases may look at: both sides as they are, the plan, people, a captured response, a symptom, and the clocks.

Everything is as it was read; what was not read is None and never taken for something else.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sso_sync.justcall.settings import SettingField, Settings, Unknown
from sso_sync.onelogin.models import App, Person
from sso_sync.onelogin.state import LiveIdp
from sso_sync.onelogin.vocabulary import CONFIGURATION, decode
from sso_sync.plan.link import Unread
from sso_sync.plan.masking import MASK
from sso_sync.plan.model import Plan
from sso_sync.plan.outcome import JustCallPeople
from sso_sync.plan.planner import Draft, Sides
from sso_sync.saml.response import SamlResponse
from sso_sync.saml.trials import Trial
from sso_sync.spec.connection import Connection
from sso_sync.values import Json

__all__ = ["Clocks", "Evidence", "PeopleFacts", "ResponseFacts"]


@dataclass(frozen=True)
class Clocks:
    """How far each service's clock is ahead of ours; None where no answer told."""

    onelogin: timedelta | None = None
    justcall: timedelta | None = None

    @property
    def skew(self) -> timedelta | None:
        """How far JustCall's clock is ahead of OneLogin's; None unless both are known."""
        if self.onelogin is None or self.justcall is None:
            return None
        return self.justcall - self.onelogin


@dataclass(frozen=True)
class PeopleFacts:
    """Who should be able to sign in, and who is.

    `members` are the people of each role that the app is open to, by role name; None when they were not read. `roles`
    are the people of every role that was read, those too that the app may be opened to.
    `effective` is everybody whom OneLogin lists as having the app; None when it does not say, and `unlisted` tells why.
    `statuses` maps user id to OneLogin's status, None when not read. `user` is the person who was asked about; None
    when nobody was, or OneLogin has no such user.
    """

    members: Mapping[str, tuple[Person, ...]] | None = None
    roles: Mapping[str, tuple[Person, ...]] = field(default_factory=dict)
    effective: tuple[Person, ...] | None = None
    unlisted: str | None = None
    statuses: Mapping[int, int] | None = None
    justcall: JustCallPeople | None = None
    user: Person | None = None

    @property
    def able(self) -> tuple[Person, ...]:
        """Everybody who has the app, or is in a role that opens it, each once."""
        through = (person for people in (self.members or {}).values() for person in people)
        return tuple({person.id: person for person in (*through, *(self.effective or ()))}.values())

    def status(self, person: Person) -> int | None:
        """OneLogin's status of a person, as far as it is known."""
        if self.user is not None and self.user.id == person.id:
            person = self.user
        return (self.statuses or {}).get(person.id, person.status)


@dataclass(frozen=True)
class ResponseFacts:
    """A captured response, and what a service provider would make of it at `moment`."""

    response: SamlResponse
    trials: tuple[Trial, ...]
    moment: datetime

    def failed(self, *names: str) -> tuple[Trial, ...]:
        """The trials of these names that failed."""
        return tuple(trial for trial in self.trials if trial.name in names and trial.status == "fail")


@dataclass(frozen=True)
class Evidence:
    """Everything that is known, in one place. Without a spec there is no `connection`, no side and no plan.

    `user` is the e-mail that was asked about, lower case. `certificates` are signing certificates of other apps of the
    account: fingerprint → (id, name, PEM). `hidden` are e-mails (lower case) that came from the environment.
    """

    now: datetime
    connection: Connection | None = None
    sides: Sides | None = None
    draft: Draft | None = None
    plan: Plan | None = None
    people: PeopleFacts = field(default_factory=PeopleFacts)
    user: str | None = None
    response: ResponseFacts | None = None
    symptom: str | None = None
    clocks: Clocks = field(default_factory=Clocks)
    certificates: Mapping[str, tuple[int | None, str | None, str]] = field(default_factory=dict)
    former: frozenset[str] = frozenset()
    hidden: frozenset[str] = frozenset()

    @property
    def idp(self) -> LiveIdp | None:
        """OneLogin as it is; None when it was not read."""
        return None if self.sides is None or isinstance(self.sides.idp, Unread) else self.sides.idp

    @property
    def sp(self) -> Settings | None:
        """JustCall as it is; None when it was not read."""
        return None if self.sides is None or isinstance(self.sides.sp, Unread) else self.sides.sp

    @property
    def app(self) -> App | None:
        """The app; None without one, and when OneLogin was not read."""
        return self.idp.app if self.idp is not None else None

    @property
    def troubled(self) -> bool:
        """Whether somebody has told of a trouble, so that a login is known to fail."""
        return self.symptom is not None or self.user is not None or self.response is not None

    @property
    def spelling(self) -> str | None:
        """The e-mail of the person who was asked about as JustCall spells it; None when that is not known."""
        accounts = self.people.justcall.users if self.people.justcall is not None else None
        spelt = (user.email.strip() for user in accounts or () if user.email)
        return next((email for email in spelt if email.lower() == self.user), None)

    def configured(self, key: str) -> Json:
        """A configuration key of the app in the spec's words; None for blank, and without an app."""
        app = self.app
        return None if app is None else decode(key, app.configuration.get(CONFIGURATION[key].wire))

    def text(self, key: str) -> str | None:
        """The same as text: "" for blank, None when it is not known."""
        value = self.configured(key)
        return None if self.app is None else value if isinstance(value, str) else "" if value is None else str(value)

    def setting(self, key: SettingField) -> str | None:
        """A JustCall setting as text: "" for an empty field, None when nobody knows it, or only sealed."""
        sp = self.sp
        if sp is not None and not isinstance(sp.knowledge(key), Unknown):
            value = sp.value(key)
            return "" if value is None else value if isinstance(value, str) else None
        pin = getattr(self.connection.spec.justcall.service_provider, key.value, None) if self.connection else None
        return pin if isinstance(pin, str) else None

    @property
    def signing(self) -> str | None:
        """The certificate that OneLogin signs with, as PEM."""
        return self.app.sso.certificate.value if self.app is not None else None

    def named(self, *people: Person) -> str:
        """People as a sentence may name them: the first five, and how many more."""
        names = [self.name(person.email or person.key) for person in people[:5]]
        return ", ".join(names) + (f" and {len(people) - 5} more" if len(people) > 5 else "")

    def name(self, email: str) -> str:
        """An e-mail as a sentence may say it."""
        return MASK if email.strip().lower() in self.hidden else email
