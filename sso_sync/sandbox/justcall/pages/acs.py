"""The assertion consumer service: takes what the identity provider sends, and signs in or says why not."""

from __future__ import annotations

import base64
import binascii

from sso_sync.sandbox.justcall.connection_check import first_problem
from sso_sync.sandbox.justcall.pages.assertion import Received, complaint, read
from sso_sync.sandbox.justcall.pages.login import begin
from sso_sync.sandbox.justcall.pages.visit import Visit
from sso_sync.sandbox.saml_wire import parse_xml
from sso_sync.sandbox.wire import Answer

__all__ = ["take_response"]


def take_response(visit: Visit) -> Answer:
    """`POST /passport/login/callback` with SAMLResponse and RelayState, by the HTTP-POST binding."""
    form = visit.call.form()
    try:
        received = read(parse_xml(base64.b64decode("".join(form.get("SAMLResponse", "").split()), validate=True)))
    except binascii.Error:
        return _refused(visit, "The response cannot be read: it is not base64")
    except ValueError as error:
        return _refused(visit, f"The response cannot be read: {error}")
    problem = _problem(visit, received)
    if problem is not None:
        return _refused(visit, problem)
    user = visit.account.user(received.name_id)
    if user is None:
        # Nobody is created at login: "user provisioning not supported" (fact sheet §0).
        return _refused(visit, f"No user of this account has the email {received.name_id}")
    _forget_request(visit, received.in_response_to)
    return begin(visit, user, form.get("RelayState", ""))


def _problem(visit: Visit, received: Received) -> str | None:
    settings = visit.account.settings
    if not settings.enabled:
        return "Single sign-on is not enabled for your company"
    return first_problem(visit.site.onelogin, settings) or complaint(
        received, settings, visit.account.now(), asked=lambda request: _number(visit, request) is not None
    )


def _number(visit: Visit, request_id: str) -> int | None:
    """The place of a request that was sent and still waits for its answer."""
    now = visit.account.now()
    waiting = visit.account.sent_requests.copy().items()
    return next((number for number, sent in waiting if sent.request_id == request_id and sent.until > now), None)


def _forget_request(visit: Visit, request_id: str) -> None:
    number = _number(visit, request_id)
    if number is not None:
        visit.account.sent_requests.remove(number)


def _refused(visit: Visit, text: str) -> Answer:
    return visit.page("error", status=403, title="You could not be signed in", text=text)
