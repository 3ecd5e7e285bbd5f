"""OneLogin's admin API, one thin typed method per endpoint (fact sheet §0). What to make of the answers is decided
elsewhere.

Every method raises the problems of `sso_sync.http`; an answer of an unexpected shape is an AnswerError.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from datetime import timedelta
from functools import partial
from typing import Any, TypeVar
from urllib.parse import urlsplit

import requests
from pydantic import BaseModel

from sso_sync.http import ABSENT, Absent, AnswerError, Transport
from sso_sync.onelogin.decode import decode, decode_all, new_id
from sso_sync.onelogin.endpoints import ENDPOINTS, HARMLESS
from sso_sync.onelogin.memo import Census, Memo
from sso_sync.onelogin.models import App, Brand, Connector, Group, Person, Policy, Role, Rule
from sso_sync.onelogin.paging import Filters, Page, Raw, one_page, v1_pages, walk
from sso_sync.values import Json, Permit

__all__ = ["SAML", "Client"]

SAML = 2  # auth_method of SAML apps and connectors (§5.1)
_GONE_IS_FINE = frozenset({404})  # quirk 37: deleting what is not there has succeeded
_REFUSED_LOGIN = frozenset({400, 401, 404})  # §15: which one is not recorded, and each may be about the person
_FULL_APP = frozenset({"id", "name", "configuration", "parameters", "sso"})
_USER_FIELDS = "id,email,username,firstname,lastname,status,group_id"
_USERS_PER_PAGE = 50
_MEMBERS_PER_PAGE = 100
# What this tool never writes, and so reads once in a run.
_LASTING = frozenset({"list_users", "list_groups", "list_connectors", "list_policies", "list_brands"})

Row = TypeVar("Row", bound=BaseModel)
T = TypeVar("T")


class Client:
    """One OneLogin account. Safe to use from several threads.

    With a `memo` it answers what was read in this run already, and reads the rest for all who share the memo. A write
    makes the memo forget what it may have changed; a client that may write reads everything itself.
    """

    def __init__(self, transport: Transport, memo: Memo | None = None, *, shares: bool = True) -> None:
        self._transport = transport
        self._memo = memo
        self._shares = shares and transport.read_only

    def __repr__(self) -> str:
        return f"Client({self._transport!r})"

    @property
    def label(self) -> str:
        """The account's host, for people to read."""
        return urlsplit(self._transport.base_url).netloc

    @property
    def read_only(self) -> bool:
        return self._transport.read_only

    @property
    def clock_ahead(self) -> timedelta | None:
        """How far OneLogin's clock is ahead of ours, by its latest answer; None before there was one that says."""
        return self._transport.service_clock.ahead

    def writable(self, permit: Permit | None = None) -> Client:
        """The same account over the same connections, allowed to write as long as `permit` raises nothing."""
        return Client(self._transport.writable(permit), self._memo)

    def fresh(self) -> Client:
        """The same account, read anew."""
        return Client(self._transport, self._memo, shares=False)

    def finishing(self) -> Client:
        """The same account, read anew to see what was done, whatever the budget of the run says."""
        return Client(self._transport.finishing(), self._memo, shares=False)

    def afford(self, requests: int) -> None:
        """Raises BudgetSpent when the run may not send that many more requests to the account."""
        self._transport.afford(requests)

    @property
    def census(self) -> Census:
        """How many people had to be looked up by all who share what is read here."""
        return self._memo.census if self._memo is not None and self._shares else Census()

    def close(self) -> None:
        """Closes the pooled connections."""
        self._transport.close()

    def apps(self, **filters: str | int) -> tuple[App, ...]:
        """SAML apps as list rows: without configuration, parameters, sso and role_ids (§5.1)."""
        return self._all("list_apps", App, {"auth_method": SAML, **filters}, limit=1000)

    def app(self, app_id: int) -> App:
        """One app in full."""

        def read() -> App:
            response = self._send("get_app", app_id=app_id)
            return decode(self._transport, response, App, self._transport.json(response))

        return self._recalled(("app", app_id), read)

    def create_app(self, body: Mapping[str, Json]) -> int:
        """Creates an app and answers its id."""
        return new_id(self._transport, self._send("create_app", body))

    def update_app(self, app_id: int, body: Mapping[str, Json]) -> App | None:
        """Changes the keys that `body` holds. The app in full, or None when OneLogin did not answer all of it."""
        response = self._send("update_app", body, app_id=app_id)
        content = self._transport.json(response) if response.content else None
        if not isinstance(content, dict) or not content.keys() >= _FULL_APP:
            return None
        return decode(self._transport, response, App, content)

    def delete_app(self, app_id: int) -> None:
        self._send("delete_app", allow=_GONE_IS_FINE, app_id=app_id)

    def delete_parameter(self, app_id: int, parameter_id: int) -> None:
        """Deletes a custom parameter; one that the connector owns is refused with 403 (§5.5)."""
        self._send("delete_parameter", allow=_GONE_IS_FINE, app_id=app_id, parameter_id=parameter_id)

    def app_users(self, app_id: int) -> tuple[Person, ...]:
        """Everybody with effective access, however granted; may need an add-on (§7)."""
        return self._all("list_app_users", Person, {}, limit=1000, app_id=app_id)

    def rules(self, app_id: int, *, enabled: bool) -> tuple[Rule, ...]:
        """The app's rules that are on, or those that are off: OneLogin lists one kind at a time (§8)."""
        return self._all("list_rules", Rule, {"enabled": "true" if enabled else "false"}, limit=None, app_id=app_id)

    def create_rule(self, app_id: int, body: Mapping[str, Json]) -> int:
        return new_id(self._transport, self._send("create_rule", body, app_id=app_id))

    def update_rule(self, app_id: int, rule_id: int, body: Mapping[str, Json]) -> None:
        """Replaces a rule; `body` is complete and holds no id (§8)."""
        self._send("update_rule", body, app_id=app_id, rule_id=rule_id)

    def delete_rule(self, app_id: int, rule_id: int) -> None:
        self._send("delete_rule", allow=_GONE_IS_FINE, app_id=app_id, rule_id=rule_id)

    def sort_rules(self, app_id: int, rule_ids: Sequence[int]) -> None:
        self._send("sort_rules", list(rule_ids), app_id=app_id)

    def roles(self, **filters: str | int) -> tuple[Role, ...]:
        return self._all("list_roles", Role, filters, limit=650)

    def create_role(self, name: str) -> int:
        return new_id(self._transport, self._send("create_role", {"name": name}))

    def delete_role(self, role_id: int) -> None:
        self._send("delete_role", allow=_GONE_IS_FINE, role_id=role_id)

    def role_apps(self, role_id: int) -> tuple[App, ...]:
        """The apps that a role opens, as rows of id and name."""
        return self._all("list_role_apps", App, {}, limit=100, role_id=role_id)

    def role_users(self, role_id: int) -> tuple[Person, ...]:
        return self._all("list_role_users", Person, {}, limit=_MEMBERS_PER_PAGE, role_id=role_id)

    def role_users_page(self, role_id: int, page: int | None = None) -> Page[Person]:
        """One page, at most 100 people, of a role's members: the first, or page `page` (from 1)."""
        params = {"limit": _MEMBERS_PER_PAGE} if page is None else {"limit": _MEMBERS_PER_PAGE, "page": page}
        return self._page("list_role_users", Person, {"role_id": role_id}, params)

    def add_role_users(self, role_id: int, user_ids: Sequence[int]) -> None:
        """A raw array: the roles service refuses objects (§5.6 D). Also grants the role's apps (quirk 14).

        A POST that may be repeated: who is in the role already stays in it.
        """
        self._send("add_role_users", list(user_ids), repeatable=True, role_id=role_id)

    def remove_role_users(self, role_id: int, user_ids: Sequence[int]) -> None:
        """DELETE with a raw array as its body."""
        self._send("remove_role_users", list(user_ids), role_id=role_id)

    def users(self, **filters: str | int) -> tuple[Person, ...]:
        """Users by `email`, `group_id` and so on; check the rows, since a filter that is not known may be ignored."""
        return self._all("list_users", Person, {"fields": _USER_FIELDS, **filters}, limit=_USERS_PER_PAGE)

    def users_page(self, page: int) -> tuple[tuple[Person, ...], int | None]:
        """Page `page` (from 1, 50 people each) of all users, and how many pages there are if OneLogin says so."""
        params: Filters = {"fields": _USER_FIELDS, "limit": _USERS_PER_PAGE, "page": page}
        found = self._page("list_users", Person, {}, params)
        return found.rows, found.total_pages

    def groups(self) -> tuple[Group, ...]:
        """All groups by the v2 endpoint, which not every account has (§7)."""
        return self._all("list_groups", Group, {}, limit=None)

    def groups_v1(self) -> tuple[Group, ...]:
        """All groups by the v1 endpoint."""
        _, path = ENDPOINTS["list_groups_v1"]

        def read() -> tuple[Group, ...]:
            found = v1_pages(self._transport, path, limit=50)
            return tuple(group for answer, rows in found for group in decode_all(self._transport, answer, Group, rows))

        return self._recalled(path, read, lasting=True)

    def connectors(self, name: str) -> tuple[Connector, ...]:
        """SAML connectors that OneLogin finds by `name`."""
        return self._all("list_connectors", Connector, {"name": name, "auth_method": SAML}, limit=1000)

    def policies(self) -> tuple[Policy, ...]:
        return self._all("list_policies", Policy, {}, limit=None)

    def brands(self) -> tuple[Brand, ...]:
        return self._all("list_brands", Brand, {}, limit=None)

    def saml_assertion(self, body: Mapping[str, Json]) -> requests.Response:
        """A person's SAML response for an app, or a request for a second factor (§15); 400, 401 and 404 are answers,
        too. Changes nothing, and is never sent twice: a wrong password counts towards a lock-out.
        """
        return self._send("saml_assertion", body, allow=_REFUSED_LOGIN, repeatable=False)

    def verify_factor(self, body: Mapping[str, Json]) -> requests.Response:
        """The same once a second factor has been given, or that it is still waited for."""
        return self._send("verify_factor", body, allow=_REFUSED_LOGIN, repeatable=False)

    def json(self, response: requests.Response) -> Any:
        """The decoded body of one of these; AnswerError when it is not JSON."""
        return self._transport.json(response)

    def unusable(self, response: requests.Response, message: str) -> AnswerError:
        """The error for one of these whose content cannot be used; for the caller to raise."""
        return self._transport.unusable(response, message)

    def _send(
        self,
        endpoint: str,
        body: Json | Absent = ABSENT,
        *,
        allow: frozenset[int] = frozenset(),
        repeatable: bool | None = None,
        **ids: int,
    ) -> requests.Response:
        method, path = ENDPOINTS[endpoint]
        harmless = endpoint in HARMLESS
        try:
            return self._transport.send(
                method, path.format(**ids), body=body, allow=allow, repeatable=repeatable, harmless=harmless
            )
        finally:
            # Whatever became of it: a write without an answer may have been carried out.
            if method != "GET" and not harmless and self._memo is not None:
                self._memo.forget()

    def _all(
        self, endpoint: str, model: type[Row], filters: Mapping[str, str | int], *, limit: int | None, **ids: Any
    ) -> tuple[Row, ...]:
        found = walk(partial(self._page, endpoint, model, ids), filters, limit=limit)
        return tuple(row for page in found for row in page.rows)

    def _page(self, endpoint: str, model: type[Row], ids: Mapping[str, Any], params: Filters) -> Page[Row]:
        path = ENDPOINTS[endpoint][1].format(**ids)

        def decoded(response: requests.Response, rows: list[Raw]) -> tuple[Row, ...]:
            found = decode_all(self._transport, response, model, rows)
            return found if self._memo is None else tuple(map(self._memo.same, found))

        # Who is in a role is what this tool writes, even where the people are not.
        lasting = endpoint in _LASTING and "role_id" not in params
        key = (path, *sorted(params.items()))
        return self._recalled(key, lambda: one_page(self._transport, path, params, decoded), lasting=lasting)

    def _recalled(self, key: Hashable, read: Callable[[], T], *, lasting: bool = False) -> T:
        if self._memo is None or not self._shares:
            return read()
        return self._memo.get(key, read, lasting=lasting)
