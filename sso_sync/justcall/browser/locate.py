"""Strict locating: one element by its role and its name, or a refusal that says what was looked for.

A page that nobody has seen may call a field by another word, or have two of that name. Both end here, before anything
is typed: an element that is merely likely to be the right one is never used.
"""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any, Protocol

from playwright.async_api import Locator, Page

from sso_sync.errors import UnexpectedAnswer
from sso_sync.justcall.page_map.names import any_of, name_pattern

__all__ = [
    "Found",
    "Named",
    "PageMismatch",
    "Scope",
    "Sighting",
    "found_by",
    "locate",
    "only",
    "pause",
    "sighting",
    "sought",
]

POLL = 0.1  # seconds between two looks at a page that is about to say something
_RAREST = 0.5
_SETTLING = 0.5  # seconds in which a second element of one name may be on its way out
Scope = Page | Locator


class Named(Protocol):
    """What an element may be called: ARIA roles, and accessible names in the order in which they are tried."""

    @property
    def roles(self) -> Sequence[str]: ...

    @property
    def names(self) -> Sequence[str]: ...


class PageMismatch(UnexpectedAnswer):
    """The page is not as the page map says. Nothing was typed, clicked or saved because of it."""


@dataclass(frozen=True)
class Found:
    """The one element, and by which of the candidates it was found."""

    locator: Locator
    role: str
    name: str


@dataclass(frozen=True)
class Sighting:
    """How many elements the first matching name has; `count` 0 means that no name matches any."""

    locator: Locator | None
    name: str
    count: int


def locate(scope: Scope, roles: Sequence[str], name: str) -> Locator:
    """Every element in `scope` that has one of `roles` and is called `name`; hidden ones do not count."""
    return _called(scope, roles, name_pattern(name))


async def sighting(scope: Scope, target: Named) -> Sighting:
    """What there is to see of `target` right now."""
    for at, name in enumerate(target.names):
        # A page that is still being drawn has none of the names, and is asked again and again: so for all at once.
        if at == 1 and not await _called(scope, target.roles, any_of(target.names[1:])).count():
            break
        found = locate(scope, target.roles, name)
        count = await found.count()
        if count:
            return Sighting(found, name, count)
    return Sighting(None, "", 0)


async def only(
    scope: Scope,
    target: Named,
    what: str,
    *,
    timeout: float = 0.0,
    alive: Callable[[], Awaitable[None]] | None = None,
) -> Found:
    """The one element that `target` means, as soon as there is one, within `timeout` seconds.

    `what` names it in the refusal. `alive` is asked at each look and raises when waiting has become pointless. Raises
    PageMismatch when no element, or more than one, is called so.
    """
    began = time.monotonic()
    while True:
        seen = await sighting(scope, target)
        if seen.locator is not None:
            break
        if alive is not None:
            await alive()
        if time.monotonic() >= began + timeout:
            raise _nothing(target, what)
        await pause(began)
    if seen.count > 1:
        await asyncio.sleep(_SETTLING)
        seen = await sighting(scope, target)
    if seen.locator is None:
        raise _nothing(target, what)
    if seen.count > 1:
        raise _several(target, what, seen)
    return await found_by(scope, target, seen.locator, seen.name)


async def found_by(scope: Scope, target: Named, locator: Locator, name: str) -> Found:
    """The element of a look that saw one of `name`."""
    return Found(locator, await _role_of(scope, target, name), name)


async def pause(began: float) -> None:
    """Lets time pass between two looks at a page that has been drawn since `began` (monotonic): more for a slow one."""
    await asyncio.sleep(min(max(POLL, (time.monotonic() - began) / 10), _RAREST))


async def _role_of(scope: Scope, target: Named, name: str) -> str:
    for role in target.roles[:-1]:
        if await locate(scope, [role], name).count():
            return role
    return target.roles[-1]


def sought(target: Named) -> str:
    """`textbox "SSO URL" or "Login URL"`: what was looked for, in words."""
    roles = "/".join(target.roles)
    return f"{roles} {' or '.join(f'“{name}”' for name in target.names)}"


def _nothing(target: Named, what: str) -> PageMismatch:
    return PageMismatch.because(
        f"JustCall's page has nothing that is known as {what}",
        detail=f"Looked for: {sought(target)}.",
        next_action=_CORRECT,
    )


def _several(target: Named, what: str, seen: Sighting) -> PageMismatch:
    return PageMismatch.because(
        f"JustCall's page has {seen.count} elements that are known as {what}",
        detail=f"“{seen.name}” names all of them. Looked for: {sought(target)}.",
        next_action=_CORRECT,
    )


_CORRECT = (
    "Compare the page with the page map: `sso-sync browser map SPEC --check`. Then name what the page really says in "
    "a file of your own, and that file in justcall.page_map."
)


def _called(scope: Scope, roles: Sequence[str], name: re.Pattern[str]) -> Locator:
    return reduce(Locator.or_, [scope.get_by_role(_role(role), name=name) for role in roles])


def _role(role: str) -> Any:
    """Playwright's type is a long list of literals; the page map was checked against it when it was loaded."""
    return role
