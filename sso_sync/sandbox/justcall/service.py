"""JustCall's routes: its pages, the gateway to the SSO settings, and the public users API."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import datetime

from sso_sync.sandbox.justcall.account import JustCallAccount, failed
from sso_sync.sandbox.justcall.connection_check import connection_test
from sso_sync.sandbox.justcall.gateway import read_settings, write_settings
from sso_sync.sandbox.justcall.pages.routing import Pages
from sso_sync.sandbox.justcall.pages.visit import Site
from sso_sync.sandbox.justcall.users import RateLimits, get_user, list_users
from sso_sync.sandbox.onelogin.account import Account
from sso_sync.sandbox.pages.stand_ins import StandIns
from sso_sync.sandbox.wire import Answer, Call, ServiceName

__all__ = ["JustCallService"]

_USERS = "/v2.1/users"
_SETTINGS = "/sso/saml"


class JustCallService:
    """JustCall as a function from calls to answers. `base_url` stands in the links of the users API."""

    name: ServiceName = "justcall"

    def __init__(
        self, account: JustCallAccount, onelogin: Account, base_url: Callable[[], str], stand_ins: StandIns
    ) -> None:
        self.account = account
        self.pages = Pages(Site(account, onelogin, stand_ins))
        self.limits = RateLimits()
        self._onelogin = onelogin
        self._base_url = base_url

    def now(self) -> datetime:
        """JustCall's clock."""
        return self.account.now()

    def handle(self, call: Call) -> Answer:
        """The answer; Refusal carries the unhappy ones."""
        shown = self.pages.answer(call)
        if shown is not None:
            return shown
        self.account.authorise(call)
        if call.path == _SETTINGS or call.path.startswith(f"{_SETTINGS}/"):
            return self._settings(call)
        if call.path == _USERS or call.path.startswith(f"{_USERS}/"):
            return self._users(call)
        raise failed(404, "Not found")

    def finish(self, call: Call, answer: Answer) -> Answer:
        """An id of the call from the edge in front of the API. Which one JustCall sends is documented nowhere."""
        if not call.path.startswith((_USERS, _SETTINGS)):
            return answer
        return answer.with_headers({"cf-ray": f"{secrets.token_hex(8)}-SIM"})

    def forget(self) -> None:
        """Drops what is not part of the account's records."""
        self.limits.reset()
        self.pages.forget()

    def _settings(self, call: Call) -> Answer:
        if call.path == _SETTINGS and call.method == "GET":
            return read_settings(self.account)
        if call.path == _SETTINGS and call.method == "PUT":
            return write_settings(self.account, call)
        if call.path == f"{_SETTINGS}/test" and call.method == "POST":
            return self._test()
        raise failed(404, "Not found")

    def _test(self) -> Answer:
        """`POST /sso/saml/test`"""
        works, message = connection_test(self.account, self._onelogin)
        return Answer(200, {"ok": works, "message": message})

    def _users(self, call: Call) -> Answer:
        headers, exceeded = self.limits.count()
        if exceeded and self.account.variants.limits_enforced:
            refusal = failed(429, "Too Many Requests")
            refusal.answer = refusal.answer.with_headers(headers)
            raise refusal
        if call.method != "GET":
            raise failed(404, "Not found")
        if call.path == _USERS:
            return list_users(self.account, call, self._base_url()).with_headers(headers)
        user = call.at({"user_id": call.path.removeprefix(f"{_USERS}/")})
        return get_user(self.account, user).with_headers(headers)
