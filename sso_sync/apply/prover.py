"""What tries a login between two steps of a run."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from sso_sync.clock import Clock, utc_now
from sso_sync.onelogin.models import App
from sso_sync.spec.connection import Connection

__all__ = ["Prover"]


@dataclass(frozen=True)
class Prover:
    """What it takes: the test user's e-mail, an assertion for them by app id, and the app as it is now.

    `run_id` names the run whose evidence this is.
    """

    connection: Connection
    email: str
    fetch: Callable[[int], bytes] = field(repr=False)
    app: Callable[[int], App] = field(repr=False)
    run_id: Callable[[], str] = field(repr=False)
    clock: Clock = utc_now
