"""What every area needs to build its items."""

from __future__ import annotations

from dataclasses import dataclass

from sso_sync.errors import Diagnostic
from sso_sync.onelogin.state import LiveIdp
from sso_sync.plan.cells import ABSENT, Cell, Item, Known, Undetermined
from sso_sync.plan.link import Feed, Link
from sso_sync.plan.meaning import Meaning
from sso_sync.plan.model import Side
from sso_sync.plan.targets import Target
from sso_sync.spec.connection import Connection, SpecPath
from sso_sync.values import Json

__all__ = ["APP_PATH", "Area", "Found", "fed"]

APP_PATH: SpecPath = ("onelogin", "app")


@dataclass(frozen=True)
class Found:
    """An area's items, and what is wrong with the wish itself."""

    items: tuple[Item, ...] = ()
    findings: tuple[Diagnostic, ...] = ()

    def __add__(self, other: Found) -> Found:
        return Found(self.items + other.items, self.findings + other.findings)


@dataclass(frozen=True)
class Area:
    """A connection with OneLogin's live state and the values that cross over."""

    connection: Connection
    idp: LiveIdp
    link: Link

    def live(self, value: Json) -> Cell:
        """A value of the app as it is, or Absent while there is no app."""
        return ABSENT if self.idp.app is None else Known(value)

    def item(
        self,
        address: str,
        target: Target,
        desired: Cell,
        live: Cell,
        path: SpecPath,
        *,
        meaning: Meaning = Meaning.EXACT,
        reason: str | None = None,
        by_hand: bool = False,
    ) -> Item:
        """An item on OneLogin's side, aware of what could not be read there and of what must not be shown."""
        if address in self.idp.unread:
            live = Undetermined(self.idp.unread[address])
        return Item(
            address=address,
            side=Side.ONELOGIN,
            target=target,
            desired=desired,
            live=live,
            path=path,
            meaning=meaning,
            reason=reason,
            by_hand=by_hand,
            sensitive=self.connection.is_sensitive(path),
        )


def fed(feed: Feed, path: SpecPath) -> tuple[Cell, SpecPath]:
    """A value from the other side and the place in the spec that answers for it."""
    return feed.cell, feed.path or path
