"""SAML messages as they travel: XML read with distrust, the HTTP-Redirect binding's packing, moments, and the names.

Both services of the sandbox read messages that a browser carried, so anybody may have written them.
"""

from __future__ import annotations

import base64
import binascii
import re
import zlib
from datetime import UTC, datetime

from lxml import etree

__all__ = [
    "BEARER",
    "BLOCK_CIPHERS",
    "EMAIL_FORMAT",
    "MOST_BYTES",
    "NS",
    "POST_BINDING",
    "REDIRECT_BINDING",
    "RSA_OAEP",
    "SUCCESS",
    "deflate",
    "inflate",
    "instant",
    "moment",
    "parse_xml",
    "tag",
]

NS = {
    "samlp": "urn:oasis:names:tc:SAML:2.0:protocol",
    "saml": "urn:oasis:names:tc:SAML:2.0:assertion",
    "ds": "http://www.w3.org/2000/09/xmldsig#",
    "xenc": "http://www.w3.org/2001/04/xmlenc#",
    "md": "urn:oasis:names:tc:SAML:2.0:metadata",
}
"""The namespaces of SAML 2.0 by their usual prefixes, for `find`, `xpath` and `nsmap`."""

BEARER = "urn:oasis:names:tc:SAML:2.0:cm:bearer"
EMAIL_FORMAT = "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress"
POST_BINDING = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST"
REDIRECT_BINDING = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect"
SUCCESS = "urn:oasis:names:tc:SAML:2.0:status:Success"

RSA_OAEP = "http://www.w3.org/2001/04/xmlenc#rsa-oaep-mgf1p"
"""How the key of an encrypted assertion travels: RSA-OAEP with SHA-1 and MGF1, as XML Encryption 1.0 has it."""

BLOCK_CIPHERS = {
    "http://www.w3.org/2001/04/xmlenc#tripledes-cbc": 24,
    "http://www.w3.org/2001/04/xmlenc#aes128-cbc": 16,
    "http://www.w3.org/2001/04/xmlenc#aes192-cbc": 24,
    "http://www.w3.org/2001/04/xmlenc#aes256-cbc": 32,
}
"""The ciphers of encrypted assertions and the bytes of their keys, in the order of OneLogin's numbers for them."""

MOST_BYTES = 256 * 1024
"""The largest message that is read; real ones are a twentieth of it."""

_RAW = -15  # zlib's word for deflate without header and checksum
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)")


def tag(name: str) -> str:
    """The name lxml uses for a prefixed one: "saml:Issuer" as "{urn:oasis:…:assertion}Issuer"."""
    prefix, _, local = name.partition(":")
    return f"{{{NS[prefix]}}}{local}"


def parse_xml(data: bytes) -> etree._Element:
    """The root of a message in UTF-8. ValueError for a DTD, a processing instruction, too much, or bad XML.

    Comments are dropped and the text around them joined, so that no reader takes a part of a name for the whole.
    """
    if len(data) > MOST_BYTES:
        raise ValueError(f"the XML is too large (more than {MOST_BYTES // 1024} KiB)")
    try:
        data.decode()
    except UnicodeDecodeError:
        raise ValueError("the XML is not UTF-8") from None
    # The parser reads UTF-8 whatever the document declares, so these bytes cannot hide in another encoding.
    if b"<!DOCTYPE" in data or b"<!ENTITY" in data:
        raise ValueError("the XML has a document type declaration")
    parser = etree.XMLParser(
        encoding="utf-8",
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=True,
    )
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise ValueError(f"the XML cannot be read: {error.msg}") from None
    if root.xpath("//processing-instruction()"):
        raise ValueError("the XML has a processing instruction")
    return root


def deflate(xml: bytes) -> str:
    """`xml` as the HTTP-Redirect binding carries it: raw deflate, then base64. Not yet percent-encoded."""
    packer = zlib.compressobj(level=9, wbits=_RAW)
    return base64.b64encode(packer.compress(xml) + packer.flush()).decode()


def inflate(text: str) -> bytes:
    """What `deflate` packed; ValueError for anything else and for more than MOST_BYTES."""
    unpacker = zlib.decompressobj(wbits=_RAW)
    try:
        data = unpacker.decompress(base64.b64decode(text, validate=True), MOST_BYTES + 1)
    except (binascii.Error, ValueError):
        raise ValueError("the message is not base64") from None
    except zlib.error:
        raise ValueError("the message is not deflated") from None
    if len(data) > MOST_BYTES:
        raise ValueError(f"the message is too large (more than {MOST_BYTES // 1024} KiB)")
    if not unpacker.eof or unpacker.unused_data:
        raise ValueError("the message is cut off, or something follows it")
    return data


def instant(at: datetime) -> str:
    """A moment as SAML writes it: "2026-01-02T03:04:05.678Z"."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def moment(text: str) -> datetime:
    """What `instant` wrote, in UTC; ValueError for anything that is not a full xs:dateTime with a zone."""
    if _INSTANT.fullmatch(text) is None:
        raise ValueError("not a moment of time")
    return datetime.fromisoformat(text).astimezone(UTC)
