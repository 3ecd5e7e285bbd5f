"""The assertion consumer service: takes what the identity provider sends, and signs in or says why not."""

from __future__ import annotations

import base64
import binascii

from sso_sync.sandbox.justcall.login.judging import judged
from sso_sync.sandbox.justcall.login.reading import Received
from sso_sync.sandbox.justcall.login.refused import Refused, unreadable
from sso_sync.sandbox.justcall.pages.login import begin
from sso_sync.sandbox.justcall.pages.visit import Visit
from sso_sync.sandbox.justcall.records import JustCallUser, SeenAssertion
from sso_sync.sandbox.wire import Answer

__all__ = ["take_response"]


def take_response(visit: Visit) -> Answer:
    """`POST /passport/login/callback` with SAMLResponse and RelayState, by the HTTP-POST binding."""
    form = visit.call.form()
    try:
        received = _received(visit, form.get("SAMLResponse", ""))
        user = _user(visit, received)
    except Refused as refused:
        return visit.page("error", status=403, title="You could not be signed in", text=str(refused))
    _remember(visit, received)
    return begin(visit, user, form.get("RelayState", ""))


def _received(visit: Visit, text: str) -> Received:
    settings = visit.account.settings
    if not settings.enabled:
        raise Refused("Single sign-on is not enabled for your company")
    for label, value in (("Issuer", settings.issuer), ("Certificate", settings.certificate)):
        if not value:
            raise Refused(f"{label} is not set")
    try:
        xml = base64.b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError):
        raise unreadable("it is not base64") from None
    return judged(xml, visit.account.terms(), asked=lambda request: _number(visit, request) is not None)


def _user(visit: Visit, received: Received) -> JustCallUser:
    """Whose account it is. Nobody is created at login: "user provisioning not supported" (fact sheet §0)."""
    now = visit.account.now()
    if any(seen.assertion_id == received.assertion_id and seen.until > now for seen in visit.account.seen_assertions):
        raise Refused("The response was used before")
    user = visit.account.user(received.name_id)
    exact = visit.variants.email_match == "exact"
    if user is None or (exact and user.email != received.name_id):
        raise Refused(f"No user of this account has the email {received.name_id}")
    return user


def _remember(visit: Visit, received: Received) -> None:
    """The request is answered, and the assertion is used up for as long as it would be valid."""
    account = visit.account
    for name in received.in_response_to:
        number = _number(visit, name)
        if number is not None:
            account.sent_requests.remove(number)
    for number, seen in account.seen_assertions.copy().items():
        if seen.until <= account.now():
            account.seen_assertions.remove(number)
    until = max(moment for moment in received.until if moment is not None)
    following = max(account.seen_assertions.copy(), default=0) + 1
    account.seen_assertions.put(following, SeenAssertion(received.assertion_id, until))


def _number(visit: Visit, request_id: str) -> int | None:
    """The place of a request that was sent and still waits for its answer."""
    now = visit.account.now()
    waiting = visit.account.sent_requests.copy().items()
    return next((number for number, sent in waiting if sent.request_id == request_id and sent.until > now), None)
