"""May this response sign somebody in? One set of checks, for logins and for Test Connection.

The order is a service provider's: whether the message can be read, who it says it is from, whether that is true, and
then whether it is meant for this service, now. The words are the guide's where its troubleshooting table has some.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from lxml import etree

from sso_sync.sandbox.justcall.login.reading import Received, read
from sso_sync.sandbox.justcall.login.refused import Refused
from sso_sync.sandbox.justcall.login.structure import child, only_assertion, response_root
from sso_sync.sandbox.justcall.login.trust import Terms, trusted
from sso_sync.sandbox.saml_wire import EMAIL_FORMAT, SUCCESS, tag

__all__ = ["WANTED_ATTRIBUTES", "judged"]

WANTED_ATTRIBUTES = ("email", "firstName", "lastName")


def judged(xml: bytes, terms: Terms, *, asked: Callable[[str], bool]) -> Received:
    """What a response that may sign somebody in says; Refused with the first thing that is wrong with any other.

    `asked` says whether a request of this ID was sent and still waits. A response without InResponseTo came unasked, by
    the tile in OneLogin's portal, and that is fine.
    """
    root = response_root(xml)
    if _status(root) != SUCCESS:
        raise Refused("The identity provider refused the login")
    _check_claimed_issuer(root, terms)
    received = read(trusted(root, terms))
    for problem in _problems(received, terms, asked):
        raise Refused(problem)
    return received


def _status(root: etree._Element) -> str:
    code = child(child(root, "samlp:Status"), "samlp:StatusCode")
    return "" if code is None else code.get("Value", "")


def _check_claimed_issuer(root: etree._Element, terms: Terms) -> None:
    """Whose key to check with depends on who it claims to be from; what is signed is compared once more afterwards."""
    assertion = only_assertion(root)
    encrypted = assertion.tag == tag("saml:EncryptedAssertion")
    for element in (root,) if encrypted else (root, assertion):
        issuer = child(element, "saml:Issuer")
        if issuer is None or (issuer.text or "").strip() != terms.settings.issuer:
            raise Refused("Invalid issuer")


def _problems(received: Received, terms: Terms, asked: Callable[[str], bool]) -> Iterator[str]:
    settings, now = terms.settings, terms.now
    if received.destination != settings.acs_url:
        yield "Invalid destination"
    if not _answers(received.in_response_to, asked):
        yield "The response answers no request of ours"
    if received.issuers != {settings.issuer}:
        yield "Invalid issuer"
    if settings.entity_id not in received.audiences:
        yield "Invalid audience"
    if received.recipient != settings.acs_url:
        yield "Invalid recipient"
    # No tolerance for clocks that differ, as node-saml has none unless told (fact sheet §4, §6.8).
    if received.not_before is None or received.not_before > now:
        yield "The response is not valid yet"
    if any(until is None or until <= now for until in received.until):
        yield "The response has expired"
    yield from _about_the_person(received, terms)


def _about_the_person(received: Received, terms: Terms) -> Iterator[str]:
    if received.name_id_format != EMAIL_FORMAT:
        yield "Invalid NameID format: an e-mail address is required"
    if not received.name_id:
        yield "NameID is empty"
    missing = [name for name in WANTED_ATTRIBUTES if not received.attributes.get(name)]
    if missing and terms.variants.wanted_attributes == "required":
        yield f"Attributes not received: {', '.join(missing)}"


def _answers(named: frozenset[str], asked: Callable[[str], bool]) -> bool:
    """Whether response and assertion agree that they answer one request that waits, or none."""
    return named == {""} or (len(named) == 1 and all(map(asked, named)))
