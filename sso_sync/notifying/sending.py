"""Sends messages by Apprise, all at once, and waits no longer than somebody at a terminal would."""

from __future__ import annotations

import logging
import threading
import time
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from typing import TYPE_CHECKING

from sso_sync.notifying.facts import Gravity
from sso_sync.notifying.message import Message
from sso_sync.notifying.targets import Target

if TYPE_CHECKING:
    from apprise import Apprise

__all__ = ["PATIENCE", "Letter", "available", "send"]

PATIENCE = 10.0
"""Seconds after which nobody waits for an answer any more."""

_TYPES = {Gravity.WELL: "success", Gravity.WARNING: "warning", Gravity.FAILURE: "failure"}


@dataclass(frozen=True, slots=True)
class Letter:
    """A message and whom it goes to."""

    target: Target
    message: Message


def available() -> bool:
    """Whether Apprise is installed; it is not loaded yet."""
    return find_spec("apprise") is not None


def send(letters: Sequence[Letter], *, patience: float = PATIENCE) -> tuple[str | None, ...]:
    """Sends all of them at the same time. For each letter None if it was taken, else why not, in words without secrets.

    After `patience` seconds those that are still on their way count as lost; they hold up no exit of the process.
    """
    _silence()
    services = [_service(letter.target) for letter in letters]
    reasons: list[str | None] = [
        "Apprise does not understand the address" if service is None else f"no answer within {patience:g} s"
        for service in services
    ]

    def deliver(number: int, service: Apprise) -> None:
        reasons[number] = _sent(service, letters[number].message)

    threads = [
        threading.Thread(target=deliver, args=(number, service), daemon=True, name=f"notify-{number}")
        for number, service in enumerate(services)
        if service is not None
    ]
    deadline = time.monotonic() + patience
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(max(0.0, deadline - time.monotonic()))
    return tuple(reasons)


def _service(target: Target) -> Apprise | None:
    """What sends to the target; None for an address that is none. All of Apprise's plugins are loaded for it."""
    with warnings.catch_warnings(action="ignore"):  # what they import is their own business
        from apprise import Apprise, AppriseAsset, PersistentStoreMode  # noqa: PLC0415 - an extra, and slow to load

        asset = AppriseAsset(
            app_id="sso-sync",
            app_desc="Single sign-on as code",
            async_mode=False,
            service_timeout=0,  # its own waiting would use threads that hold up the exit
            storage_mode=PersistentStoreMode.MEMORY.value,  # nothing of an address is written to a disk
        )
        service = Apprise(asset=asset)
        return service if service.add(target.url) else None


def _sent(service: Apprise, message: Message) -> str | None:
    """None if the service took it. Whatever a plugin raises may repeat the address, so its text is never told."""
    try:
        taken = service.notify(
            title=message.title,
            body=message.body,
            notify_type=_TYPES[message.gravity],
            body_format="markdown",
        )
    except Exception as problem:  # noqa: BLE001 - a plugin may raise anything
        return f"it failed with {type(problem).__name__}"
    return None if taken else "the service could not be reached or did not take it"


def _silence() -> None:
    """Apprise's log names hosts and parts of addresses; where nobody listens, Python would print it on stderr."""
    logger = logging.getLogger("apprise")
    logger.propagate = False
    if not logger.handlers:
        logger.addHandler(logging.NullHandler())
