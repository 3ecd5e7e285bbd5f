"""Which page answers which path."""

from __future__ import annotations

from typing import NamedTuple

from sso_sync.sandbox.justcall.pages import acs, gates, general, login, single_page, sso_form, sso_login
from sso_sync.sandbox.justcall.pages.visit import Handler, Site, Visit, Visitor
from sso_sync.sandbox.pages.templates import redirect, static
from sso_sync.sandbox.wire import Answer, Call

__all__ = ["Pages"]

_STATIC = "/static/"
_SSO = "/apex/settings/security/sso"
_API = "/apex/api/settings/sso"


class _Route(NamedTuple):
    gate: gates.Gate
    handler: Handler


_ROUTES: dict[tuple[str, str], _Route] = {
    ("GET", "/"): _Route(gates.anybody, lambda _: redirect("/apex/home")),
    ("GET", "/login"): _Route(gates.anybody, login.show),
    ("POST", "/login"): _Route(gates.anybody, login.sign_in),
    ("GET", "/login/sso"): _Route(gates.anybody, sso_login.show),
    ("POST", "/login/sso"): _Route(gates.anybody, sso_login.send_off),
    ("GET", "/logout"): _Route(gates.anybody, login.sign_out),
    ("POST", "/logout"): _Route(gates.anybody, login.sign_out),
    ("POST", "/passport/login/callback"): _Route(gates.anybody, acs.take_response),
    ("GET", "/apex/home"): _Route(gates.signed_in, general.home),
    ("GET", "/apex/settings"): _Route(gates.settings, general.account),
    ("GET", "/apex/settings/security"): _Route(gates.settings, general.security),
    ("GET", _SSO): _Route(gates.owner, sso_form.show),
    ("POST", _SSO): _Route(gates.owner, sso_form.save),
    ("POST", f"{_SSO}/test"): _Route(gates.owner, sso_form.test),
    ("GET", _API): _Route(gates.owner_json, single_page.show),
    ("PUT", _API): _Route(gates.owner_json, single_page.save),
    ("POST", f"{_API}/test"): _Route(gates.owner_json, single_page.test),
}


class Pages:
    """The pages as a function from calls to answers."""

    def __init__(self, site: Site) -> None:
        self._site = site

    def answer(self, call: Call) -> Answer | None:
        """The page that this call asks for; None for a path, or a method, that no page has."""
        if call.path.startswith(_STATIC) and call.method == "GET":
            return static("justcall", call.path.removeprefix(_STATIC))
        route = _ROUTES.get((call.method, call.path))
        if route is None:
            return None
        visit = Visit(self._site, call, self._visitor(call))
        return route.gate(visit) or route.handler(visit)

    def forget(self) -> None:
        """Drops the messages that wait."""
        self._site.flashes.clear()

    def _visitor(self, call: Call) -> Visitor | None:
        session = self._site.account.sessions.of(call)
        user = None if session is None else self._site.account.user(session.email)
        return None if session is None or user is None else Visitor(user, session)
