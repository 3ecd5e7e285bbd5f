"""Which of the account's apps is the connection's own. Names are not unique, so it must not be guessed (§5.1).

An app is recognised by its pinned id, else by our mark in its notes, else by its name, else by a former name. List rows
may lack the notes (unsure); then the mark is looked for in the apps themselves before anybody creates a duplicate.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import Future
from dataclasses import dataclass, field

from sso_sync.errors import LiveStateError, SsoSyncError
from sso_sync.http import HttpProblem
from sso_sync.onelogin.client import SAML, Client
from sso_sync.onelogin.models import App
from sso_sync.onelogin.ownership import owner
from sso_sync.onelogin.parallel import Pool
from sso_sync.onelogin.state import FoundBy, Scope
from sso_sync.onelogin.texts import same_text

__all__ = ["Finder", "Found", "PinnedAppMissing", "app_or_none"]


class PinnedAppMissing(LiveStateError):
    """The spec pins an app by id, and there is no such app."""


@dataclass(frozen=True)
class Found:
    """The app in full and how it was recognised; neither when there is none."""

    app: App | None = None
    by: FoundBy | None = None


def app_or_none(client: Client, app_id: int) -> App | None:
    """The app in full, or None when it is not there: a list may be older than the truth."""
    try:
        return client.app(app_id)
    except HttpProblem as problem:
        if problem.status == 404:
            return None
        raise


@dataclass
class Finder:
    """Looks for one connection's app. `rows` is what the one list request of a run answered, once it was made; `begin`
    lets it be made while the caller waits for something else.

    `connector_id` answers the id of the connector that a new app would have; None if it cannot be told.
    """

    client: Client
    scope: Scope
    pool: Pool
    rows: tuple[App, ...] | None = None
    _read: dict[int, App | None] = field(default_factory=dict)
    _listing: Future[tuple[App, ...]] | None = None
    _reading: Future[App | None] | None = None

    def begin(self) -> None:
        """Sends the request that `find` waits for first."""
        if self.scope.app_id is not None:
            self._reading = self.pool.start(app_or_none, self.client, self.scope.app_id)
        else:
            self._listing = self.pool.start(self.client.apps)

    def all_rows(self) -> tuple[App, ...]:
        """The account's SAML apps as list rows, asked for once."""
        if self.rows is None:
            # Checked again here: a filter may be ignored, and a password app of the same name is not ours.
            found = self.client.apps() if self._listing is None else self._listing.result()
            self.rows = tuple(row for row in found if row.auth_method in (None, SAML))
        return self.rows

    def find(self, connector_id: Callable[[], int | None]) -> Found:
        """The connection's app. Raises LiveStateError when several apps could be it, or the pinned one is missing."""
        if self.scope.app_id is not None:
            return self._pinned(self.scope.app_id)
        rows = self.all_rows()
        named = [row for row in rows if same_text(row.name, self.scope.app_name)]
        marked = self._ours(row for row in rows if _has_notes(row) or row in named)
        if not marked and not named:
            marked = self._ours(self._hidden(rows, connector_id))
        previous = [row for row in rows if any(same_text(row.name, name) for name in self.scope.previous_names)]
        for by, candidates in (
            (FoundBy.MARK, marked),
            (FoundBy.NAME, named),
            (FoundBy.PREVIOUS_NAME, previous),
        ):
            app = self._only(by, candidates)
            if app is not None:
                return Found(app, by)
        return Found()

    def read(self, apps: Iterable[App]) -> list[App]:
        """Those of `apps` that are still there, in full; each is read once, in parallel."""
        wanted = [app.id for app in apps]
        missing = [app_id for app_id in dict.fromkeys(wanted) if app_id not in self._read]
        found = self.pool.map(lambda app_id: app_or_none(self.client, app_id), missing)
        self._read.update(zip(missing, found, strict=True))
        return [app for app_id in wanted if (app := self._read[app_id]) is not None]

    def _pinned(self, app_id: int) -> Found:
        app = app_or_none(self.client, app_id) if self._reading is None else self._reading.result()
        if app is None and self.scope.decommission:
            return Found()
        if app is None:
            raise PinnedAppMissing.because(
                f"there is no app with the id {app_id} in {self.client.label}",
                detail="The spec pins this app by onelogin.app.id; it was deleted, or belongs to another account.",
                address="onelogin.app.id",
                next_action="Correct onelogin.app.id, or remove it to find the app by its name.",
            )
        return Found(app, FoundBy.ID)

    def _ours(self, rows: Iterable[App]) -> list[App]:
        """Those that carry our mark, read in full where a row says nothing of its notes."""
        rows = list(rows)
        unknown = [row for row in rows if not _has_notes(row)]
        known = [row for row in rows if _has_notes(row)]
        return [app for app in known + self.read(unknown) if owner(app.notes) == self.scope.connection]

    def _hidden(self, rows: Iterable[App], connector_id: Callable[[], int | None]) -> list[App]:
        """Rows of our connector whose notes are not in the list: one of them may be ours under another name."""
        silent = [row for row in rows if not _has_notes(row)]
        if not silent:
            return []
        ours = connector_id()
        return [row for row in silent if ours is None or row.connector_id in (None, ours)]

    def _only(self, by: FoundBy, candidates: list[App]) -> App | None:
        """The one candidate in full. Those that are gone by now do not count; several that are there are an error."""
        apps = self.read(candidates)
        if len(apps) > 1:
            raise self._ambiguous(by, apps)
        return apps[0] if apps else None

    def _ambiguous(self, by: FoundBy, candidates: Iterable[App]) -> SsoSyncError:
        listed = ", ".join(f"{app.id} ({app.name!r})" for app in candidates)
        what = {
            FoundBy.MARK: f"carry the mark of {self.scope.connection}",
            FoundBy.NAME: f"are named {self.scope.app_name!r}",
        }.get(by, "have a former name of the app")
        return LiveStateError.because(
            f"several apps in {self.client.label} {what}: {listed}",
            detail="App names are not unique in OneLogin, so it cannot be told which one is meant.",
            address="onelogin.app.name",
            next_action="Pin the right one with onelogin.app.id, or rename or delete the others in OneLogin.",
        )


def _has_notes(row: App) -> bool:
    return "notes" in row.model_fields_set
