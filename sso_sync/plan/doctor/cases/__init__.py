"""Every way in which a login is known to fail or not to be safe, causes before consequences. The ids are stable."""

from __future__ import annotations

from sso_sync.plan.doctor.cases import (
    access,
    addresses,
    assertions,
    certificates,
    clocks,
    endpoints,
    people,
    switches,
    validators,
)
from sso_sync.plan.doctor.cases.interface import Case

__all__ = ["CASES", "Case", "by_id"]

CASES: tuple[Case, ...] = (
    *switches.CASES,
    *endpoints.CASES,
    *addresses.CASES,
    *validators.CASES,
    *certificates.CASES,
    *assertions.CASES,
    *clocks.CASES,
    *access.CASES,
    *people.CASES,
)
_BY_ID = {case.id: case for case in CASES}


def by_id(identity: str) -> Case:
    """The case of this id. Raises KeyError for none."""
    return _BY_ID[identity]
