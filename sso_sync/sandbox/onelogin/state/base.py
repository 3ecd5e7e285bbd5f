"""What the parts of the direct handle share: one lock, one transaction, plain errors."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar

from sso_sync.sandbox.onelogin.account import Account
from sso_sync.sandbox.onelogin.records import App, Certificate, Group, Role, User
from sso_sync.sandbox.wire import Refusal

__all__ = ["AppRef", "StateBase", "direct"]

P = ParamSpec("P")
T = TypeVar("T")
S = TypeVar("S", bound="StateBase")
AppRef = int | str
"""An app by id or by its exact name."""


class StateBase:
    """The account behind the handle, and the look-ups by name; LookupError for what is missing or ambiguous."""

    def __init__(self, account: Account) -> None:
        self._account = account

    def _app(self, app: AppRef) -> App:
        found = (one for one in self._account.apps if app in (one.id, one.name))
        return _only(found, f"app {app!r}")

    def _role(self, role: int | str) -> Role:
        return _only((one for one in self._account.roles if role in (one.id, one.name)), f"role {role!r}")

    def _user(self, user: int | str) -> User:
        wanted = user.lower() if isinstance(user, str) else user
        found = (one for one in self._account.users if wanted in (one.id, (one.email or one.username or "").lower()))
        return _only(found, f"user {user!r}")

    def _group(self, group: int | str) -> Group:
        return _only((one for one in self._account.groups if group in (one.id, one.name)), f"group {group!r}")

    def _certificate(self, certificate: int | str) -> Certificate:
        found = (one for one in self._account.certificates if certificate in (one.id, one.name))
        return _only(found, f"certificate {certificate!r}")


def direct(method: Callable[Concatenate[S, P], T]) -> Callable[Concatenate[S, P], T]:
    """Runs a method of the handle as one transaction; what the API would refuse is a ValueError."""

    @wraps(method)
    def wrapped(self: S, /, *args: P.args, **kwargs: P.kwargs) -> T:
        with self._account.database.transaction():
            try:
                return method(self, *args, **kwargs)
            except Refusal as refusal:
                raise ValueError(str(refusal)) from refusal

    return wrapped


def _only(found: Iterable[T], what: str) -> T:
    hits = list(found)
    if len(hits) != 1:
        raise LookupError(f"the sandbox has {len(hits) or 'no'} {what}")
    return hits[0]
