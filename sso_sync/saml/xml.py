"""Hostile XML, read the same way by every reader of SAML: bounded, without DTD, entities or network.

A text is the whole text: a comment inside does not cut it in two. A complaint is a clause without its subject ("is not
well-formed XML") and never repeats anything of the message.

lxml is part of an extra, so it is loaded when there is something to read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from sso_sync.errors import SsoSyncError

if TYPE_CHECKING:
    from lxml.etree import _Element

__all__ = [
    "ASSERTION",
    "MOST_XML",
    "PROTOCOL",
    "SIGNATURE",
    "XmlError",
    "attribute",
    "child",
    "children",
    "moment",
    "parse",
    "parser",
    "require",
    "text",
]

MOST_XML = 256 * 1024  # bytes; real messages are a twentieth of it

PROTOCOL = "{urn:oasis:names:tc:SAML:2.0:protocol}"
ASSERTION = "{urn:oasis:names:tc:SAML:2.0:assertion}"
SIGNATURE = "{http://www.w3.org/2000/09/xmldsig#}"

_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)?", re.ASCII)
_INSTALL = "Install it with: pip install 'sso-sync[saml]'"


class XmlError(ValueError):
    """The XML cannot be read. The message is a clause that wants a subject: "the response" + " " + it."""


def require(library: str) -> Any:
    """The module `library` ("lxml.etree", "signxml"). Raises SsoSyncError where the extra `saml` is not installed."""
    from importlib import import_module  # noqa: PLC0415 - beside its only use

    try:
        return import_module(library)
    except ImportError:
        name = library.partition(".")[0]
        raise SsoSyncError.because(
            f"{name}, which is needed to read and check SAML messages, is not installed", next_action=_INSTALL
        ) from None


def parse(xml: bytes, *, most: int = MOST_XML) -> _Element:
    """The root element of `xml`, which is at most `most` bytes of UTF-8.

    A document type is refused before a parser sees it: that is where entities come from. Raises XmlError.
    """
    etree = require("lxml.etree")
    if len(xml) > most:
        raise XmlError("is too large")
    try:
        decoded = xml.decode("utf-8")
    except UnicodeDecodeError:
        raise XmlError("is not UTF-8") from None
    if "<!DOCTYPE" in decoded or "<!ENTITY" in decoded:
        raise XmlError("declares a document type, which SAML forbids")
    try:
        root: _Element = etree.fromstring(xml, parser())
    except etree.XMLSyntaxError:
        raise XmlError("is not well-formed XML") from None
    return root


def parser() -> Any:
    """A parser for what may come from anybody.

    The encoding is given, so that no declaration can make it read what `parse` did not look at.
    """
    return require("lxml.etree").XMLParser(
        encoding="utf-8", resolve_entities=False, load_dtd=False, no_network=True, dtd_validation=False, huge_tree=False
    )


def children(parent: _Element, tag: str) -> list[_Element]:
    """The elements `tag` directly below `parent`."""
    return [element for element in parent if element.tag == tag]


def child(parent: _Element | None, tag: str) -> _Element | None:
    """The one element `tag` below `parent`, or None. Raises XmlError when there are several: which one counts?"""
    found = [] if parent is None else children(parent, tag)
    if len(found) > 1:
        raise XmlError("says something twice that it may say once")
    return found[0] if found else None


def text(element: _Element | None) -> str | None:
    """The whole text of `element`, trimmed; None when there is none.

    What stands before and after a comment belongs together. Raises XmlError when there are elements inside.
    """
    return None if element is None else "".join(_pieces(element)).strip() or None


def attribute(element: _Element | None, name: str) -> str | None:
    """An attribute, trimmed; None when it is blank or not there."""
    return None if element is None else (element.get(name) or "").strip() or None


def moment(written: str | None) -> datetime | None:
    """A time as SAML writes it, in UTC; None for no time. Raises XmlError for what is none."""
    if written is None:
        return None
    try:
        if not _MOMENT.fullmatch(written):
            raise ValueError
        found = datetime.fromisoformat(written)
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)  # SAML's times are UTC
    except (ValueError, OverflowError):
        raise XmlError("has a time that cannot be read") from None


def _pieces(element: _Element) -> Iterator[str]:
    yield element.text or ""
    for inside in element:
        tag: object = inside.tag  # a function for what is no element; the stubs know of elements alone
        if isinstance(tag, str):
            raise XmlError("has something else inside of a text")
        yield inside.tail or ""  # a comment or a processing instruction
