"""What a SAML response says, and whether it is meant for this service, now.

Signatures are not looked at here: whoever checks them does so before `read`, on the same tree.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

from lxml import etree

from sso_sync.sandbox.justcall.records import SsoSettings
from sso_sync.sandbox.saml_wire import BEARER, NS, SUCCESS, moment, tag

__all__ = ["Received", "complaint", "read"]


@dataclass(frozen=True)
class Received:
    """The parts of a response that count. Texts are "" where the response lacks them, moments None."""

    status: str
    destination: str
    in_response_to: str
    issuers: frozenset[str]
    name_id: str
    recipient: str
    audiences: frozenset[str]
    not_before: datetime | None
    until: tuple[datetime | None, ...]


def read(root: etree._Element) -> Received:
    """Takes a response apart. ValueError for anything that is no response with exactly one plain assertion."""
    if root.tag != tag("samlp:Response") or root.get("Version") != "2.0":
        raise ValueError("this is not a SAML 2.0 response")
    status = root.find("samlp:Status/samlp:StatusCode", NS)
    said = "" if status is None else status.get("Value", "")
    if said != SUCCESS:
        return _refused(root, said)
    assertions = root.findall(".//saml:Assertion", NS)
    if len(assertions) != 1 or assertions[0].getparent() is not root:
        raise ValueError("the response must hold one assertion, not encrypted")
    assertion = assertions[0]
    data = assertion.find(f"saml:Subject/saml:SubjectConfirmation[@Method='{BEARER}']/saml:SubjectConfirmationData", NS)
    conditions = assertion.find("saml:Conditions", NS)
    audiences = assertion.findall("saml:Conditions/saml:AudienceRestriction/saml:Audience", NS)
    return Received(
        status=said,
        destination=root.get("Destination", ""),
        in_response_to=root.get("InResponseTo", ""),
        issuers=frozenset({_text(root, "saml:Issuer"), _text(assertion, "saml:Issuer")}),
        name_id=_text(assertion, "saml:Subject/saml:NameID"),
        recipient=_attribute(data, "Recipient"),
        audiences=frozenset((audience.text or "").strip() for audience in audiences),
        not_before=_moment(conditions, "NotBefore"),
        until=(_moment(conditions, "NotOnOrAfter"), _moment(data, "NotOnOrAfter")),
    )


def complaint(received: Received, settings: SsoSettings, now: datetime, *, asked: Callable[[str], bool]) -> str | None:
    """The first thing that does not fit, in the guide's words; None when the response may sign somebody in.

    `asked` says whether a request of this ID was sent and still waits. A response without InResponseTo came
    unasked, by the tile in OneLogin's portal, and that is fine.
    """
    return next(_complaints(received, settings, now, asked), None)


def _complaints(
    received: Received, settings: SsoSettings, now: datetime, asked: Callable[[str], bool]
) -> Iterator[str]:
    if received.status != SUCCESS:
        yield "The identity provider refused the login"
    if received.destination != settings.acs_url:
        yield "Invalid destination"
    if received.in_response_to and not asked(received.in_response_to):
        yield "The response answers no request of ours"
    if received.issuers != {settings.issuer}:
        yield "Invalid issuer"
    if settings.entity_id not in received.audiences:
        yield "Invalid audience"
    if received.recipient != settings.acs_url:
        yield "Invalid recipient"
    if received.not_before is None or received.not_before > now:
        yield "The response is not valid yet"
    if any(until is None or until <= now for until in received.until):
        yield "The response has expired"
    if not received.name_id:
        yield "NameID is empty"


def _refused(root: etree._Element, status: str) -> Received:
    return Received(status, root.get("Destination", ""), "", frozenset(), "", "", frozenset(), None, ())


def _text(element: etree._Element, path: str) -> str:
    return (element.findtext(path, "", NS) or "").strip()


def _attribute(element: etree._Element | None, name: str) -> str:
    return "" if element is None else element.get(name, "")


def _moment(element: etree._Element | None, name: str) -> datetime | None:
    text = _attribute(element, name)
    return moment(text) if text else None
