"""The pages' addresses: who may open each, and who answers."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from enum import Enum

from starlette.routing import compile_path

from sso_sync.sandbox.onelogin.pages import (
    admin_access,
    admin_apps,
    admin_configuration,
    admin_info,
    admin_parameters,
    admin_sso,
    login,
    metadata,
    portal,
    sso_endpoint,
)
from sso_sync.sandbox.onelogin.pages.addresses import login_address
from sso_sync.sandbox.onelogin.pages.people import active_user, is_administrator
from sso_sync.sandbox.onelogin.pages.visit import Desk, Handler, Visit, Visitor
from sso_sync.sandbox.pages.templates import redirect, static
from sso_sync.sandbox.wire import Answer, Call

__all__ = ["Pages"]

_STATIC = "/static/"
_OWN = (_STATIC, "/admin/", "/launch/", "/trust/saml2/", "/saml/metadata/")
_OWN_WHOLE = frozenset({"/login", "/logout", "/portal"})
_APP = "/admin/apps/{app_id}"


class _Who(Enum):
    """For whom a page is."""

    ANYBODY = "anybody"
    SIGNED_IN = "signed in"
    ADMINISTRATOR = "administrator"


@dataclass(frozen=True)
class _Route:
    """One page. Forms that are sent to it carry the session's token, unless anybody may send them."""

    method: str
    path: str
    who: _Who
    handler: Handler


_ROUTES = (
    _Route("GET", "/login", _Who.ANYBODY, login.show_login),
    _Route("POST", "/login", _Who.ANYBODY, login.sign_in),
    _Route("GET", "/logout", _Who.ANYBODY, login.show_logout),
    _Route("POST", "/logout", _Who.SIGNED_IN, login.sign_out),
    _Route("GET", "/portal", _Who.SIGNED_IN, portal.show_portal),
    _Route("GET", "/launch/{app_id}", _Who.SIGNED_IN, sso_endpoint.launch),
    _Route("GET", sso_endpoint.PATH, _Who.ANYBODY, sso_endpoint.by_redirect),
    _Route("POST", sso_endpoint.PATH, _Who.ANYBODY, sso_endpoint.by_post),
    _Route("GET", "/saml/metadata/{uuid}", _Who.ANYBODY, metadata.show),
    _Route("GET", "/admin/apps", _Who.ADMINISTRATOR, admin_apps.show_apps),
    _Route("GET", _APP, _Who.ADMINISTRATOR, admin_apps.show_first_tab),
    _Route("GET", f"{_APP}/info", _Who.ADMINISTRATOR, admin_info.show),
    _Route("POST", f"{_APP}/info", _Who.ADMINISTRATOR, admin_info.save),
    _Route("GET", f"{_APP}/configuration", _Who.ADMINISTRATOR, admin_configuration.show),
    _Route("POST", f"{_APP}/configuration", _Who.ADMINISTRATOR, admin_configuration.save),
    _Route("GET", f"{_APP}/parameters", _Who.ADMINISTRATOR, admin_parameters.show),
    _Route("GET", f"{_APP}/parameters/new", _Who.ADMINISTRATOR, admin_parameters.show_new),
    _Route("POST", f"{_APP}/parameters/new", _Who.ADMINISTRATOR, admin_parameters.add),
    _Route("GET", f"{_APP}/parameters/{{parameter_id}}", _Who.ADMINISTRATOR, admin_parameters.show_one),
    _Route("POST", f"{_APP}/parameters/{{parameter_id}}", _Who.ADMINISTRATOR, admin_parameters.save),
    _Route("POST", f"{_APP}/parameters/{{parameter_id}}/delete", _Who.ADMINISTRATOR, admin_parameters.delete),
    _Route("GET", f"{_APP}/sso", _Who.ADMINISTRATOR, admin_sso.show),
    _Route("POST", f"{_APP}/sso", _Who.ADMINISTRATOR, admin_sso.save),
    _Route("GET", f"{_APP}/access", _Who.ADMINISTRATOR, admin_access.show),
    _Route("POST", f"{_APP}/access", _Who.ADMINISTRATOR, admin_access.save),
)


class Pages:
    """The service's pages as a function from calls to answers."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._routes = [(compile_path(route.path)[0], route) for route in _ROUTES]

    def own(self, path: str) -> bool:
        """Whether `path` is a page's, or a file's that pages need; everything else is the API's."""
        return path in _OWN_WHOLE or path.startswith(_OWN)

    def handle(self, call: Call) -> Answer:
        """The page; Refusal carries the unhappy ones."""
        visit = Visit(self._desk, call, self._visitor(call))
        if call.path.startswith(_STATIC):
            return static("onelogin", call.path.removeprefix(_STATIC)) or self._missing(visit)
        matching = [(found, route) for pattern, route in self._routes if (found := pattern.match(call.path))]
        if not matching:
            raise visit.refusal(404, "Page not found", "There is no page at this address.")
        # A path that is fully written out comes before one with a variable part.
        for found, route in matching:
            if route.method == call.method:
                return self._answered(Visit(self._desk, call.at(found.groupdict()), visit.visitor), route)
        raise visit.refusal(405, "Not possible", "This page cannot be asked for in this way.")

    def _answered(self, visit: Visit, route: _Route) -> Answer:
        if route.who is _Who.ANYBODY:
            return route.handler(visit)
        if visit.visitor is None:
            # A form that was sent is lost; signing in leads to the portal then.
            reading = visit.call.method == "GET"
            return redirect(login_address(visit.call.path, visit.call.query.multi_items()) if reading else "/login")
        if route.who is _Who.ADMINISTRATOR and not is_administrator(visit.user):
            raise visit.refusal(403, "Administrators only", "Your account may not open the administration pages.")
        sent = visit.call.form().get("csrf", "") if visit.call.method == "POST" else visit.visitor.session.csrf
        if not secrets.compare_digest(sent.encode("utf-8", "replace"), visit.visitor.session.csrf.encode()):
            raise visit.refusal(
                403, "Form out of date", "Nothing was saved. Open the page again and repeat the change."
            )
        return route.handler(visit)

    def _visitor(self, call: Call) -> Visitor | None:
        """Who is signed in and still active."""
        session = self._desk.sessions.of(call)
        user = active_user(self._desk.account, session.email) if session is not None else None
        return Visitor(user, session) if session is not None and user is not None else None

    def _missing(self, visit: Visit) -> Answer:
        return visit.page("error", status=404, title="Page not found", text="There is no file of this name.")
