"""The SAML response that OneLogin answers a login with, made from the app's configuration as it is.

Whatever is wrong in the configuration is wrong in the message too, in the way the real service makes it: a blank
audience or recipient leaves the words `{audience}` and `{recipient}` in it (JustCall fact sheet §6.4). Not yet signed.
"""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from lxml import etree

from sso_sync.sandbox.onelogin.account import Account
from sso_sync.sandbox.onelogin.app_view import issuer
from sso_sync.sandbox.onelogin.records import App, User
from sso_sync.sandbox.onelogin.saml.acs import setting
from sso_sync.sandbox.onelogin.saml.attribute_values import Attribute, included_attributes, nameid_value
from sso_sync.sandbox.saml_wire import BEARER, EMAIL_FORMAT, NS, SUCCESS, instant, tag
from sso_sync.sandbox.wire import number_in

__all__ = ["Login", "nameid_format", "saml_response"]

_NAMEID_FORMATS = {
    "0": EMAIL_FORMAT,
    "1": "urn:oasis:names:tc:SAML:2.0:nameid-format:transient",
    "2": "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent",
}
_UNSPECIFIED = "urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified"
_BASIC = "urn:oasis:names:tc:SAML:2.0:attrname-format:basic"
_PASSWORD = "urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport"  # noqa: S105  a word of SAML
_XS = "http://www.w3.org/2001/XMLSchema"
_XSI = "http://www.w3.org/2001/XMLSchema-instance"
_NO_XML = re.compile("[^\\t\\n\\r\\x20-\\ud7ff\\ue000-\\ufffd\\U00010000-\\U0010ffff]")
_LONGEST = 525_600  # minutes of a year; more would be no date any more


@dataclass(frozen=True)
class Login:
    """One login: who, where to, and the request that it answers (None: started at OneLogin)."""

    user: User
    acs_url: str
    in_response_to: str | None = None


def saml_response(account: Account, app: App, login: Login) -> etree._Element:
    """The whole `samlp:Response`, unsigned."""
    now = account.now()
    response = etree.Element(tag("samlp:Response"), nsmap={name: NS[name] for name in ("samlp", "saml")})
    _set(response, ID=_fresh_id("R"), Version="2.0", IssueInstant=instant(now), Destination=login.acs_url)
    _set(response, InResponseTo=login.in_response_to)
    _add(response, "saml:Issuer", issuer(account, app))
    _add(_add(response, "samlp:Status"), "samlp:StatusCode", Value=SUCCESS)
    assertion = _add(response, "saml:Assertion", ID=_fresh_id("A"), Version="2.0", IssueInstant=instant(now))
    _add(assertion, "saml:Issuer", issuer(account, app))
    _subject(assertion, app, login, now)
    _conditions(assertion, app, now)
    _statements(assertion, app, login, now)
    return response


def nameid_format(app: App) -> str:
    """The format of the NameID, as its configuration says."""
    return _NAMEID_FORMATS.get(setting(app, "saml_nameid_format_id"), _UNSPECIFIED)


def _subject(assertion: etree._Element, app: App, login: Login, now: datetime) -> None:
    subject = _add(assertion, "saml:Subject")
    _add(subject, "saml:NameID", nameid_value(app, login.user), Format=nameid_format(app))
    _add(
        _add(subject, "saml:SubjectConfirmation", Method=BEARER),
        "saml:SubjectConfirmationData",
        NotOnOrAfter=instant(now + _minutes(app, "saml_notonorafter", 3)),
        Recipient=setting(app, "recipient") or "{recipient}",
        InResponseTo=login.in_response_to,
    )


def _conditions(assertion: etree._Element, app: App, now: datetime) -> None:
    conditions = _add(
        assertion,
        "saml:Conditions",
        NotBefore=instant(now - _minutes(app, "saml_notbefore", 3)),
        NotOnOrAfter=instant(now + _minutes(app, "saml_notonorafter", 3)),
    )
    _add(_add(conditions, "saml:AudienceRestriction"), "saml:Audience", setting(app, "audience") or "{audience}")


def _statements(assertion: etree._Element, app: App, login: Login, now: datetime) -> None:
    authn = _add(
        assertion,
        "saml:AuthnStatement",
        AuthnInstant=instant(now),
        SessionNotOnOrAfter=instant(now + _minutes(app, "saml_sessionnotonorafter", 1440)),
        SessionIndex=_fresh_id("_"),
    )
    _add(_add(authn, "saml:AuthnContext"), "saml:AuthnContextClassRef", _PASSWORD)
    attributes = included_attributes(app, login.user)
    if attributes:
        statement = _add(assertion, "saml:AttributeStatement")
        for attribute in attributes:
            _attribute(statement, attribute)


def _attribute(statement: etree._Element, attribute: Attribute) -> None:
    element = _add(statement, "saml:Attribute", NameFormat=_BASIC, Name=attribute.name)
    for text in attribute.values:
        value = etree.SubElement(element, tag("saml:AttributeValue"), nsmap={"xs": _XS, "xsi": _XSI})
        value.set(f"{{{_XSI}}}type", "xs:string")
        value.text = _xml_text(text)


def _add(parent: etree._Element, name: str, text: str | None = None, /, **attributes: str | None) -> etree._Element:
    child = etree.SubElement(parent, tag(name))
    child.text = None if text is None else _xml_text(text)
    _set(child, **attributes)
    return child


def _set(element: etree._Element, **attributes: str | None) -> None:
    for name, value in attributes.items():
        if value is not None:
            element.set(name, _xml_text(value))


def _xml_text(text: str) -> str:
    """What XML 1.0 cannot carry, such as a control character in somebody's name, as U+FFFD."""
    return _NO_XML.sub("\N{REPLACEMENT CHARACTER}", text)


def _minutes(app: App, key: str, usual: int) -> timedelta:
    number = number_in(setting(app, key))
    return timedelta(minutes=usual if number is None else min(number, _LONGEST))


def _fresh_id(first: str) -> str:
    """An xs:ID, which must not begin with a digit."""
    return first + secrets.token_hex(20)
