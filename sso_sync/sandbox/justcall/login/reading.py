"""What a response says, taken apart."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from lxml import etree

from sso_sync.sandbox.justcall.login.refused import unreadable
from sso_sync.sandbox.justcall.login.structure import child, children
from sso_sync.sandbox.justcall.login.trust import Trusted
from sso_sync.sandbox.saml_wire import BEARER, moment

__all__ = ["Received", "read"]


@dataclass(frozen=True)
class Received:
    """The parts of a response that count. Texts are "" where the response lacks them, moments None.

    `in_response_to` holds what the response and its assertion name. `attributes` are the first values by name.
    """

    assertion_id: str
    destination: str
    in_response_to: frozenset[str]
    issuers: frozenset[str]
    name_id: str
    name_id_format: str
    recipient: str
    audiences: frozenset[str]
    not_before: datetime | None
    until: tuple[datetime | None, ...]
    attributes: Mapping[str, str]


def read(message: Trusted) -> Received:
    """Takes a response apart; Refused for what could be read in more than one way."""
    response, assertion = message.response, message.assertion
    if assertion.get("Version") != "2.0" or not assertion.get("ID"):
        raise unreadable("this is not a SAML 2.0 assertion")
    subject, conditions = child(assertion, "saml:Subject"), child(assertion, "saml:Conditions")
    name, data = child(subject, "saml:NameID"), _confirmation(subject)
    answered = (response.get("InResponseTo", ""), _attribute(data, "InResponseTo"))
    return Received(
        assertion_id=assertion.get("ID", ""),
        destination=response.get("Destination", ""),
        in_response_to=frozenset(answered),
        issuers=frozenset({_text(child(response, "saml:Issuer")), _text(child(assertion, "saml:Issuer"))}),
        name_id=_text(name),
        name_id_format=_attribute(name, "Format"),
        recipient=_attribute(data, "Recipient"),
        audiences=_audiences(conditions),
        not_before=_moment(conditions, "NotBefore"),
        until=(_moment(conditions, "NotOnOrAfter"), _moment(data, "NotOnOrAfter")),
        attributes=_attributes(assertion),
    )


def _confirmation(subject: etree._Element | None) -> etree._Element | None:
    """The data of the subject's confirmation, if that is the bearer's."""
    confirmation = child(subject, "saml:SubjectConfirmation")
    if confirmation is None or confirmation.get("Method") != BEARER:
        return None
    return child(confirmation, "saml:SubjectConfirmationData")


def _audiences(conditions: etree._Element | None) -> frozenset[str]:
    restriction = child(conditions, "saml:AudienceRestriction")
    return frozenset() if restriction is None else frozenset(map(_text, children(restriction, "saml:Audience")))


def _attributes(assertion: etree._Element) -> dict[str, str]:
    statement = child(assertion, "saml:AttributeStatement")
    found: dict[str, str] = {}
    for attribute in [] if statement is None else children(statement, "saml:Attribute"):
        values = children(attribute, "saml:AttributeValue")
        found.setdefault(attribute.get("Name", ""), _text(values[0]) if values else "")
    return found


def _text(element: etree._Element | None) -> str:
    """The text of an element; one with others inside has none that everybody would read alike."""
    if element is None:
        return ""
    if len(element):
        raise unreadable("there is an element where only text belongs")
    return (element.text or "").strip()


def _attribute(element: etree._Element | None, name: str) -> str:
    return "" if element is None else element.get(name, "")


def _moment(element: etree._Element | None, name: str) -> datetime | None:
    text = _attribute(element, name)
    try:
        return moment(text) if text else None
    except ValueError as error:
        raise unreadable(str(error)) from None
