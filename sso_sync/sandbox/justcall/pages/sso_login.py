"""Signing in with SSO: an e-mail address, then off to the identity provider with an AuthnRequest."""

from __future__ import annotations

import secrets
from datetime import timedelta
from urllib.parse import urlencode, urlsplit

from lxml import etree

from sso_sync.sandbox.justcall.account import JustCallAccount
from sso_sync.sandbox.justcall.pages.visit import Visit, local_path
from sso_sync.sandbox.justcall.records import SentRequest, SsoSettings
from sso_sync.sandbox.loopback import is_loopback
from sso_sync.sandbox.pages.templates import redirect
from sso_sync.sandbox.saml_wire import EMAIL_FORMAT, NS, POST_BINDING, deflate, instant, tag
from sso_sync.sandbox.wire import Answer

__all__ = ["send_off", "show"]

_PATIENCE = timedelta(minutes=10)


def show(visit: Visit) -> Answer:
    """`GET /login/sso`"""
    return _form(visit, wanted=visit.call.query.get("next", ""))


def send_off(visit: Visit) -> Answer:
    """`POST /login/sso`: to the configured SSO URL, or its stand-in, by the HTTP-Redirect binding."""
    form = visit.call.form()
    email, wanted = form.get("email", "").strip(), form.get("next", "")
    settings = visit.account.settings
    problem = _problem(settings, email)
    if problem is not None or settings.sso_url is None:
        return _form(visit, wanted=wanted, email=email, problem=problem)
    address = visit.site.stand_ins.here(settings.sso_url)
    if not is_loopback(urlsplit(address).hostname or ""):
        away = f"The SSO URL leads out of the sandbox, to {address}. Nothing was sent there."
        return _form(visit, wanted=wanted, email=email, problem=away)
    request = _authn_request(visit.account, settings, settings.sso_url)
    query = urlencode({"SAMLRequest": deflate(request), "RelayState": local_path(wanted)})
    return redirect(f"{address}{'&' if urlsplit(address).query else '?'}{query}")


def _problem(settings: SsoSettings, email: str) -> str | None:
    """Why this address cannot sign in with SSO. Whether anybody has it is not told."""
    name, _, domain = email.rpartition("@")
    if not name or not domain:
        return "Enter your work email."
    if not settings.enabled:
        return "Single sign-on is not enabled for your company."
    if domain.lower() not in {verified.lower() for verified in settings.verified_domains}:
        return "The domain of this email is not verified for single sign-on."
    return None if settings.sso_url else "Single sign-on is not set up completely: the SSO URL is missing."


def _authn_request(account: JustCallAccount, settings: SsoSettings, destination: str) -> bytes:
    """The request as XML; its ID is remembered, so that one answer to it is taken."""
    now, made = account.now(), f"_{secrets.token_hex(20)}"
    _remember(account, SentRequest(made, now + _PATIENCE))
    request = etree.Element(
        tag("samlp:AuthnRequest"),
        {
            "ID": made,
            "Version": "2.0",
            "IssueInstant": instant(now),
            "Destination": destination,
            "ProtocolBinding": POST_BINDING,
            "AssertionConsumerServiceURL": settings.acs_url,
        },
        nsmap={"samlp": NS["samlp"], "saml": NS["saml"]},
    )
    etree.SubElement(request, tag("saml:Issuer")).text = settings.entity_id
    etree.SubElement(request, tag("samlp:NameIDPolicy"), {"Format": EMAIL_FORMAT, "AllowCreate": "true"})
    return etree.tostring(request, encoding="utf-8", xml_declaration=False)


def _remember(account: JustCallAccount, request: SentRequest) -> None:
    for number, sent in account.sent_requests.copy().items():
        if sent.until <= account.now():
            account.sent_requests.remove(number)
    account.sent_requests.put(max(account.sent_requests.copy(), default=0) + 1, request)


def _form(visit: Visit, *, wanted: str, email: str = "", problem: str | None = None) -> Answer:
    status = 200 if problem is None else 403
    return visit.page("login_sso", status=status, wanted=wanted, email=email, problem=problem)
