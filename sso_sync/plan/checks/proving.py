"""Which checks together prove that a login works."""

from __future__ import annotations

from collections.abc import Iterable

from sso_sync.plan.checks.model import Check, Group, Status

__all__ = ["contradicts", "proves"]

# A login is proven before SSO is switched on, so whether it is on has no say.
_ABOUT_THE_SWITCH = frozenset({"enabled", "sso_starts"})
# JustCall decides by its settings; what OneLogin publishes and where the login page leads is a second opinion.
_DECISIVE = frozenset({Group.SETTINGS, Group.CERTIFICATES, Group.ASSERTION})


def proves(checks: Iterable[Check]) -> bool:
    """Whether a real assertion was accepted, nothing failed, and nothing that decides about a login is unknown."""
    counted = [check for check in checks if check.name not in _ABOUT_THE_SWITCH]
    tried = [check for check in counted if check.group is Group.ASSERTION]
    return (
        bool(tried)
        and all(check.status is Status.PASS for check in tried)
        and not contradicts(counted)
        and not any(_open(check) for check in counted)
    )


def contradicts(checks: Iterable[Check]) -> bool:
    """Whether a check failed that would break a login."""
    return any(check.status is Status.FAIL and check.name not in _ABOUT_THE_SWITCH for check in checks)


def _open(check: Check) -> bool:
    return check.group in _DECISIVE and check.status is Status.NOT_MADE and not check.optional
