"""The only shape of a response that is looked at further.

Signature wrapping lives on readers that find a signature in one place and a name in another. Here both have one place:
one assertion, a child of the response; a signature only as a child of what it signs; no ID twice, whatever the
attribute is called; and nothing inside a signature that could hide another message.
"""

from __future__ import annotations

from collections import Counter

from lxml import etree

from sso_sync.sandbox.justcall.login.refused import unreadable
from sso_sync.sandbox.saml_wire import parse_xml, tag

__all__ = ["assertion_root", "child", "children", "only_assertion", "response_root"]

_ASSERTIONS = (tag("saml:Assertion"), tag("saml:EncryptedAssertion"))
_SIGNATURE = tuple(tag(f"ds:{name}") for name in ("SignedInfo", "SignatureValue", "KeyInfo"))


def response_root(xml: bytes) -> etree._Element:
    """The response; Refused for what is none, and for every shape that is not the usual one."""
    try:
        root = parse_xml(xml)
    except ValueError as error:
        raise unreadable(str(error)) from None
    if root.tag != tag("samlp:Response") or root.get("Version") != "2.0":
        raise unreadable("this is not a SAML 2.0 response")
    _check_ids(root)
    _check_signatures(root, [root, *children(root, "saml:Assertion")])
    return root


def assertion_root(xml: bytes) -> etree._Element:
    """An assertion that was encrypted, by the same rules; ValueError for what is no XML."""
    root = parse_xml(xml)
    if root.tag != _ASSERTIONS[0] or len(list(root.iter(*_ASSERTIONS))) != 1:
        raise unreadable("what was encrypted is not one assertion")
    _check_ids(root)
    _check_signatures(root, [root])
    return root


def only_assertion(root: etree._Element) -> etree._Element:
    """The response's one assertion, encrypted or not; Refused for none, for several, and for one anywhere else."""
    found = list(root.iter(*_ASSERTIONS))
    if len(found) != 1 or found[0].getparent() is not root:
        raise unreadable("the response must hold exactly one assertion")
    return found[0]


def children(element: etree._Element, name: str) -> list[etree._Element]:
    """The children of this prefixed name."""
    return list(element.iterchildren(tag(name)))


def child(element: etree._Element | None, name: str) -> etree._Element | None:
    """The one child of this name, None without one; Refused for several, as readers could choose different ones."""
    found = [] if element is None else children(element, name)
    if len(found) > 1:
        raise unreadable(f"{name.partition(':')[2]} stands there more than once")
    return found[0] if found else None


def _check_ids(root: etree._Element) -> None:
    ids = Counter(
        value
        for element in root.iter(etree.Element)
        for name, value in element.attrib.items()
        if etree.QName(name).localname.lower() == "id"
    )
    if any(count > 1 for count in ids.values()):
        raise unreadable("an ID is used twice")


def _check_signatures(root: etree._Element, places: list[etree._Element]) -> None:
    """A signature may stand directly in these places, once in each, and holds nothing but what a signature needs."""
    for signature in root.iter(tag("ds:Signature")):
        if signature.getparent() not in places:
            raise unreadable("a signature stands where none belongs")
        if any(part.tag not in _SIGNATURE for part in signature):
            raise unreadable("a signature holds more than a signature")
    for place in places:
        child(place, "ds:Signature")
