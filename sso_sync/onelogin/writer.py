"""Changing OneLogin: one method per operation of a plan, each of which returns when OneLogin has confirmed it.

Only changed keys are sent, nothing is written back whole. Where a POST may have been carried out without an answer, the
writer looks whether it was, instead of sending it twice (fact sheet §2).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

from sso_sync.http import AnswerError, HttpProblem, ServiceDown
from sso_sync.onelogin.app_roles import set_app_roles
from sso_sync.onelogin.client import Client
from sso_sync.onelogin.endpoints import ENDPOINTS
from sso_sync.onelogin.finder import app_or_none
from sso_sync.onelogin.models import App, Rule
from sso_sync.onelogin.ownership import owner
from sso_sync.onelogin.parameters import lost_fields
from sso_sync.onelogin.texts import same_text
from sso_sync.values import Json

__all__ = ["Writer"]

_LOOKS = (0.0, 0.5, 1.0, 2.0, 4.0)  # seconds before each look at something that OneLogin may show a moment late
_AT_ONCE = 100  # user ids per call


class Writer:
    """Writes through a writable client. Every method raises the problems of `sso_sync.http`."""

    def __init__(self, client: Client, *, sleep: Callable[[float], None] = time.sleep) -> None:
        self._client = client
        self._sleep = sleep

    def create_app(self, body: Mapping[str, Json]) -> App:
        """Creates an app and answers it in full, as it is read back. `body["notes"]` carries the ownership mark.

        Without an answer, the app that carries this mark is taken for the one that was created.
        """
        connection = owner(str(body.get("notes") or ""))

        def ours() -> list[int]:
            apps = self._candidates(str(body.get("name"))) if connection is not None else ()
            return [app.id for app in apps if owner(app.notes) == connection]

        return self._new_app(self._created(lambda: self._client.create_app(body), ours))

    def app(self, app_id: int) -> App:
        """The app in full, as OneLogin shows it now."""
        return self._client.app(app_id)

    def update_app(self, app_id: int, body: Mapping[str, Json]) -> App:
        """Changes the keys of `body` and nothing else; `configuration` may be partial too. Answers the app in full."""
        return self._client.update_app(app_id, body) or self._client.app(app_id)

    def put_parameters(
        self, app_id: int, changes: Mapping[str, Mapping[str, Json]], before: Mapping[str, Mapping[str, Json]]
    ) -> App:
        """Changes fields of parameters, or adds parameters; `changes` and `before` are by parameter name.

        Whether OneLogin keeps the fields of a parameter that a PUT leaves out is not documented (§5.5). So the answer
        is compared with `before`, and what got lost is sent once more together with the changes.
        """
        app = self.update_app(app_id, {"parameters": changes})
        lost = lost_fields(app, changes, before)
        if not lost:
            return app
        return self.update_app(
            app_id, {"parameters": {name: {**fields, **changes[name]} for name, fields in lost.items()}}
        )

    def delete_parameter(self, app_id: int, parameter_id: int) -> None:
        """Deletes a custom parameter; one that is gone already counts as deleted."""
        self._client.delete_parameter(app_id, parameter_id)

    def create_rule(self, app_id: int, body: Mapping[str, Json]) -> int:
        """Creates a rule and answers its id. Without an answer, the rule that now has its name is taken for it."""

        def same_name() -> list[int]:
            rules = (rule for on in (True, False) for rule in self._client.rules(app_id, enabled=on))
            return sorted({rule.id for rule in rules if same_text(rule.name, str(body.get("name")))})

        return self._created(lambda: self._client.create_rule(app_id, body), same_name)

    def update_rule(self, app_id: int, rule_id: int, body: Mapping[str, Json]) -> None:
        """Replaces a rule; OneLogin refuses a partial `body` (§8)."""
        self._client.update_rule(app_id, rule_id, body)

    def delete_rule(self, app_id: int, rule_id: int) -> None:
        """Deletes a rule; one that is gone already counts as deleted."""
        self._client.delete_rule(app_id, rule_id)

    def sort_rules(self, app_id: int, names: Sequence[str]) -> None:
        """Puts the rules in the order of `names`; those not named follow in their present order.

        OneLogin wants all rules, those that are off included (§8); should it refuse these, as it does for mappings,
        only the others are sorted.
        """
        enabled, disabled = (self._client.rules(app_id, enabled=on) for on in (True, False))
        rules = {rule.id: rule for rule in (*enabled, *disabled)}
        ordered = sorted(rules.values(), key=lambda rule: _place(rule, names))
        try:
            self._client.sort_rules(app_id, [rule.id for rule in ordered])
        except AnswerError as problem:
            if problem.status != 422 or not disabled:
                raise
            self._client.sort_rules(app_id, [rule.id for rule in ordered if rule.enabled])

    def create_role(self, name: str) -> int:
        """Creates a role and answers its id. Without an answer, the role that now has this name is taken for it."""

        def same_name() -> list[int]:
            return [role.id for role in self._client.roles(name=name) if same_text(role.name, name)]

        return self._created(lambda: self._client.create_role(name), same_name)

    def delete_role(self, role_id: int) -> None:
        """Deletes a role; one that is gone already counts as deleted."""
        self._client.delete_role(role_id)

    def add_members(self, role_id: int, user_ids: Sequence[int]) -> None:
        """Puts people into a role, which also gives them its apps (quirk 14).

        A role that was created a moment ago may not be found yet (quirk 15); then it is tried again for some seconds.
        """
        for some in _chunks(user_ids):
            for pause in self._pauses():
                try:
                    self._client.add_role_users(role_id, some)
                    break
                except AnswerError as problem:
                    if problem.status != 404 or pause == _LOOKS[-1]:
                        raise

    def remove_members(self, role_id: int, user_ids: Sequence[int]) -> None:
        """Takes people out of a role."""
        for some in _chunks(user_ids):
            self._client.remove_role_users(role_id, some)

    def set_app_roles(self, app_id: int, attach: Collection[int], detach: Collection[int]) -> App:
        """Attaches and detaches roles by id; all others stay. See `sso_sync.onelogin.app_roles`."""
        return set_app_roles(self._client, app_id, attach, detach, self._sleep)

    def delete_app(self, app_id: int) -> None:
        """Deletes the app; one that is gone already counts as deleted."""
        self._client.delete_app(app_id)

    def _pauses(self) -> Iterator[float]:
        for pause in _LOOKS:
            if pause:
                self._sleep(pause)
            yield pause

    def _new_app(self, app_id: int) -> App:
        """The new app, once OneLogin shows it with the values that JustCall needs: a GET may be early (quirk 16)."""
        app: App | None = None
        for _ in self._pauses():
            app = app_or_none(self._client, app_id)
            if app is not None and app.sso.acs_url and app.sso.issuer:
                return app
        if app is not None:
            return app
        method, path = ENDPOINTS["get_app"]
        raise AnswerError.of(
            method,
            path.format(app_id=app_id),
            f"the app was created with the id {app_id}, but OneLogin still does not show it",
            status=404,
            next_action="Apply again in a minute: the app carries this connection's mark and will be found.",
        )

    def _created(self, create: Callable[[], int], find: Callable[[], list[int]]) -> int:
        """The id of what `create` made. A POST without an answer is not sent again: `find` tells what it may have made.

        Its problem is raised when nothing is found, or several things of which one cannot be told from the other.
        """
        try:
            return create()
        except HttpProblem as problem:
            if not _may_have_landed(problem):
                raise
            landed = self._landed(find)
            if landed is None:
                raise
            return landed

    def _landed(self, find: Callable[[], list[int]]) -> int | None:
        for _ in self._pauses():
            try:
                ids = find()
            except HttpProblem:
                continue
            if ids:
                return ids[0] if len(ids) == 1 else None
        return None

    def _candidates(self, name: str) -> Iterator[App]:
        """Apps with their notes: as listed, and in full where the list leaves the notes out."""
        for row in self._client.apps():
            if "notes" in row.model_fields_set:
                yield row
            elif same_text(row.name, name):
                full = app_or_none(self._client, row.id)
                if full is not None:
                    yield full


def _may_have_landed(problem: HttpProblem) -> bool:
    """Whether a POST may have been carried out all the same: no answer, a failing one, or one that cannot be read."""
    if isinstance(problem, ServiceDown):
        return problem.status != 429
    return problem.status is not None and 200 <= problem.status < 300


def _place(rule: Rule, names: Sequence[str]) -> tuple[int, bool, int, int]:
    """Where a rule belongs: by its name, then where it stands now."""
    index = next((index for index, name in enumerate(names) if same_text(rule.name, name)), len(names))
    return index, rule.position is None, rule.position or 0, rule.id


def _chunks(user_ids: Sequence[int]) -> Iterator[Sequence[int]]:
    return (user_ids[start : start + _AT_ONCE] for start in range(0, len(user_ids), _AT_ONCE))
