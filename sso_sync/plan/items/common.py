"""What every area needs to build its items."""

from __future__ import annotations

from dataclasses import dataclass

from sso_sync.errors import Diagnostic
from sso_sync.onelogin.state import LiveIdp
from sso_sync.plan.cells import ABSENT, Cell, Item, Known, Undetermined
from sso_sync.plan.link import Feed, Link
from sso_sync.plan.masking import holds_secret, label, spoken
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

    def unread(self, address: str) -> str | None:
        """Why `address`, or something above it, could not be read; None when it could."""
        places = self.idp.unread.items()
        return next((why for place, why in places if address == place or address.startswith(f"{place}.")), None)

    def holds_secret(self, path: SpecPath) -> bool:
        """Whether the value at `path`, or a part of it, must not be shown."""
        return holds_secret(self.connection, path)

    def spoken(self, value: str | int, path: SpecPath) -> str:
        """A value of the spec as a sentence may say it."""
        return spoken(self.connection, value, path)

    def label(self, value: str, path: SpecPath) -> str:
        """A value of the spec as a part of an address."""
        return label(self.connection, value, path)

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
        sensitive: bool | None = None,
    ) -> Item:
        """An item on OneLogin's side, aware of what could not be read there and of what must not be shown.

        `sensitive`: None for what the place in the spec says.
        """
        unread = self.unread(address)
        if unread is not None:
            live = Undetermined(unread)
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
            sensitive=self.connection.is_sensitive(path) if sensitive is None else sensitive,
        )


def fed(feed: Feed, path: SpecPath) -> tuple[Cell, SpecPath]:
    """A value from the other side and the place in the spec that answers for it."""
    return feed.cell, feed.path or path
