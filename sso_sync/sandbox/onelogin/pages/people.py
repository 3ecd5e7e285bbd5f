"""Who a person of the account is to its pages: signing in, the name that is shown, and who administers."""

from __future__ import annotations

from sso_sync.sandbox.onelogin.account import Account
from sso_sync.sandbox.onelogin.records import User

__all__ = ["ADMINISTRATOR", "active_user", "is_administrator", "login_name", "shown_name"]

ADMINISTRATOR = "olivia.owner@acme.example"
"""Whose pages include Administration; the records know administrators of roles only."""

_ACTIVE = 1


def active_user(account: Account, name: str) -> User | None:
    """The active user of this e-mail or user name, in any case; None for nobody and for a suspended one."""
    wanted = name.strip().lower()
    found = next((user for user in account.users if wanted and wanted in _names(user)), None)
    return found if found is not None and found.status == _ACTIVE else None


def login_name(user: User) -> str:
    """What `active_user` finds the person by."""
    return user.email or user.username or ""


def shown_name(user: User) -> str:
    """First and last name, as far as there are any."""
    return " ".join(part for part in (user.firstname, user.lastname) if part) or login_name(user) or f"#{user.id}"


def is_administrator(user: User) -> bool:
    """Whether the person sees and changes everybody's apps."""
    return (user.email or "").lower() == ADMINISTRATOR


def _names(user: User) -> set[str]:
    return {name.lower() for name in (user.email, user.username) if name}
