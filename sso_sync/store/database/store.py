"""One opened store, and what can be asked of it."""

from __future__ import annotations

from sso_sync.store.address import Address
from sso_sync.store.database.claims import Claims
from sso_sync.store.database.connecting import Database
from sso_sync.store.database.documents import DocumentTable, EntryTable
from sso_sync.store.database.locks import LockTable
from sso_sync.store.database.runs import RunTable

__all__ = ["Store"]


class Store(Database):
    """A database with the tables of the store. Safe to use from several threads, but not across a fork."""

    def __init__(self, address: Address) -> None:
        """Opens like `Database`, and raises like it."""
        super().__init__(address)
        self.locks = LockTable(self)
        self.runs = RunTable(self)
        self.claims = Claims(self)
        self.documents = DocumentTable(self)
        self.entries = EntryTable(self)
