"""An app's SAML 2.0 endpoint, and the tile that starts a login without a request.

The way of a login: the app, the request, a signed-in person, access, the ACS URL, and then a page whose form carries
the response there. Each can fail with a page that says why.
"""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

from sso_sync.sandbox.access import effective_access
from sso_sync.sandbox.onelogin.pages.addresses import login_address
from sso_sync.sandbox.onelogin.pages.admin_frame import app_of
from sso_sync.sandbox.onelogin.pages.authn_request import AuthnRequest, from_post, from_redirect, read
from sso_sync.sandbox.onelogin.pages.visit import Visit
from sso_sync.sandbox.onelogin.records import App
from sso_sync.sandbox.onelogin.saml.acs import lets_pass, own_acs_url, setting
from sso_sync.sandbox.onelogin.saml.delivery import encoded, lacks_encryption_key, message
from sso_sync.sandbox.onelogin.saml.response import Login
from sso_sync.sandbox.pages.templates import redirect
from sso_sync.sandbox.saml_wire import deflate
from sso_sync.sandbox.wire import Answer

__all__ = ["PATH", "by_post", "by_redirect", "launch", "saml_app"]

PATH = "/trust/saml2/http-post/sso/{uuid}"
"""See `app_view.sso_url`."""

_REQUEST = "SAMLRequest"
_RELAY = "RelayState"
_LOOPBACK = frozenset({"127.0.0.1", "localhost"})


def launch(visit: Visit) -> Answer:
    """`GET /launch/{app_id}`: the tile."""
    app = app_of(visit)
    if not visit.account.connectors[app.connector_id].is_saml:
        raise visit.refusal(400, "This application cannot be opened", "It does not use SAML, and this is a sandbox.")
    return _logged_in(visit, app, None, setting(app, "relaystate"))


def by_redirect(visit: Visit) -> Answer:
    """`GET` with the HTTP-Redirect binding. Without a request it is the same as the tile."""
    app = saml_app(visit)
    query = visit.call.query
    request = _read(visit, from_redirect, query[_REQUEST])[1] if _REQUEST in query else None
    if visit.visitor is None:
        return redirect(login_address(visit.call.path, query.multi_items()))
    return _logged_in(visit, app, request, query.get(_RELAY, "" if request else setting(app, "relaystate")))


def by_post(visit: Visit) -> Answer:
    """`POST` with the HTTP-POST binding. Somebody who has to sign in first comes back with the other binding."""
    app = saml_app(visit)
    form = visit.call.form()
    xml, request = _read(visit, from_post, form.get(_REQUEST, ""))
    relay = form.get(_RELAY, "")
    if visit.visitor is None:
        return redirect(login_address(visit.call.path, [(_REQUEST, deflate(xml)), (_RELAY, relay)]))
    return _logged_in(visit, app, request, relay)


def saml_app(visit: Visit) -> App:
    """The app whose `uuid` the path holds; a page that says so when there is none, or none with SAML."""
    wanted, connectors = visit.call.params["uuid"], visit.account.connectors
    for app in visit.account.apps:
        if app.uuid == wanted and connectors[app.connector_id].is_saml:
            return app
    raise visit.refusal(404, "Application not found", "There is no SAML application at this address.")


def _read(visit: Visit, unpack: Callable[[str], bytes], text: str) -> tuple[bytes, AuthnRequest]:
    try:
        xml = unpack(text)
        return xml, read(xml)
    except ValueError as error:
        raise visit.refusal(400, "The SAML request cannot be read", f"Its sender made a mistake: {error}.") from None


def _logged_in(visit: Visit, app: App, request: AuthnRequest | None, relay_state: str) -> Answer:
    """The page that carries the response on, or why there is none."""
    if visit.user.id not in effective_access(visit.account, app):
        title = "You do not have access to this application"
        raise visit.refusal(403, title, f"Ask your administrator to assign you to {app.name} in OneLogin.")
    acs_url = _acs_url(visit, app, request)
    if lacks_encryption_key(app):
        text = "Its assertions are to be encrypted, but it has no key of the service provider."
        raise visit.refusal(400, "This application cannot be opened", text)
    action = visit.desk.stand_ins.here(acs_url)
    if not _in_the_sandbox(action):
        text = f"The login would go on to {acs_url}, which is outside the sandbox."
        raise visit.refusal(400, "The way ends here", text)
    xml = message(visit.account, app, Login(visit.user, acs_url, None if request is None else request.id))
    return visit.page("continue", app=app, action=action, response=encoded(xml), relay_state=relay_state)


def _acs_url(visit: Visit, app: App, request: AuthnRequest | None) -> str:
    """The address that the request asks for, otherwise the app's own, if the app's validator lets it pass.

    Nothing else guards it: with a validator that is too wide, whoever makes the request chooses who gets the assertion.
    """
    own = own_acs_url(app)
    if not own:
        raise visit.refusal(400, "This application cannot be opened", "Its ACS (Consumer) URL is not set.")
    wanted = own if request is None or request.acs_url is None else request.acs_url
    if not lets_pass(visit.account, app, wanted):
        text = f"The application does not accept responses at {wanted}. See its ACS (Consumer) URL and its validator."
        raise visit.refusal(400, "The ACS URL is not accepted", text)
    return wanted


def _in_the_sandbox(action: str) -> bool:
    try:
        parts = urlsplit(action)
    except ValueError:
        return False
    return parts.scheme == "http" and parts.hostname in _LOOPBACK
