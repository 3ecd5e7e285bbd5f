"""The SAML AuthnRequest that a service provider sends a browser away with: taken from a URL or a form, and read.

It tells, without any session, what the service provider calls itself (Issuer), where it wants its answer
(AssertionConsumerServiceURL) and whom it asks (Destination). The text comes from outside, so it is read as hostile: no
DTD, no entities, no network, bounded in size before and after it is inflated, and no value of it in a complaint.

lxml is part of an extra, so it is loaded when there is something to read.
"""

from __future__ import annotations

import base64
import binascii
import zlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING
from urllib.parse import SplitResult, parse_qsl, urlencode, urlsplit

from sso_sync.saml.xml import ASSERTION, MOST_XML, PROTOCOL, SIGNATURE, XmlError, attribute, child, moment, parse

if TYPE_CHECKING:
    from lxml.etree import _Element

__all__ = [
    "PASSWORD_PROTECTED_TRANSPORT",
    "REQUEST_PARAMETER",
    "AuthnRequest",
    "AuthnRequestError",
    "Captured",
    "decode_post",
    "decode_redirect",
]

REQUEST_PARAMETER = "SAMLRequest"
PASSWORD_PROTECTED_TRANSPORT = "urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport"  # noqa: S105 - a URN

_MOST_TEXT = 64 * 1024  # characters of base64; real requests have about a thousand
_MOST_PARAMETERS = 200
_RELAY_STATE, _ENCODING, _DEFLATE = (
    "RelayState",
    "SAMLEncoding",
    "urn:oasis:names:tc:SAML:2.0:bindings:URL-Encoding:DEFLATE",
)
_ALGORITHM, _SIGNATURE = "SigAlg", "Signature"
_OURS = frozenset({REQUEST_PARAMETER, _RELAY_STATE, _ENCODING, _ALGORITHM, _SIGNATURE})


class AuthnRequestError(ValueError):
    """What was captured is no AuthnRequest that can be read. The message is a clause without any value of it."""


@dataclass(frozen=True, slots=True)
class AuthnRequest:
    """What the service provider asks for; None is what it does not say.

    `issuer` is the Entity ID that it has for itself, `acs_url` where the answer is to go, `destination` the address of
    the identity provider as it knows it. `authn_contexts` are URNs of how the user must have signed in, and
    `authn_comparison` how they are meant: exact, minimum, maximum or better. `signed`: it carries a signature, which
    nobody has checked.
    """

    issuer: str
    acs_url: str | None
    destination: str | None
    id: str
    issued_at: datetime
    nameid_format: str | None = None
    authn_contexts: tuple[str, ...] = ()
    authn_comparison: str = "exact"
    protocol_binding: str | None = None
    force_authn: bool = False
    signed: bool = False

    @property
    def exact_password(self) -> bool:
        """Whether it insists on a password: identity providers may then refuse MFA and passkeys (fact sheet §4)."""
        return self.authn_comparison == "exact" and PASSWORD_PROTECTED_TRANSPORT in self.authn_contexts


@dataclass(frozen=True, slots=True)
class Captured:
    """A request on its way. `endpoint` is the address that it was sent to, without SAML's own parameters."""

    request: AuthnRequest
    relay_state: str | None = field(repr=False)
    endpoint: str


def decode_redirect(url: str) -> Captured:
    """The request in an address of the HTTP-Redirect binding: deflated and base64, or base64 alone.

    Raises AuthnRequestError for an address without exactly one request, and for a request that cannot be read.
    """
    parts = _split(url)
    try:
        pairs = parse_qsl(parts.query, keep_blank_values=True, max_num_fields=_MOST_PARAMETERS)
    except ValueError:
        raise AuthnRequestError("the address has too many parameters") from None
    ours = _parameters(pairs)
    if ours.get(_ENCODING, _DEFLATE) != _DEFLATE:
        raise AuthnRequestError("the request is encoded in a way that SAML does not define")
    # A plus sign that nobody escaped was read as a space.
    xml = _inflated(_unbase64(ours[REQUEST_PARAMETER].replace(" ", "+")))
    others = urlencode([(name, value) for name, value in pairs if name not in _OURS])
    endpoint = parts._replace(query=others, fragment="").geturl()
    return Captured(_read(xml, signed=_SIGNATURE in ours), ours.get(_RELAY_STATE), endpoint)


def decode_post(endpoint: str, form: Iterable[tuple[str, str]]) -> Captured:
    """The request in a form of the HTTP-POST binding that was sent to `endpoint`: base64 alone.

    `form` are its fields, name and value. Raises AuthnRequestError like `decode_redirect`.
    """
    parts = _split(endpoint)
    ours = _parameters(form)
    xml = _unbase64("".join(ours[REQUEST_PARAMETER].split()))
    return Captured(_read(xml), ours.get(_RELAY_STATE), parts._replace(fragment="").geturl())


def _split(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        host, credentials = parts.hostname, "@" in parts.netloc
    except ValueError:
        raise AuthnRequestError("the address is none") from None
    if parts.scheme not in {"http", "https"} or not host:
        raise AuthnRequestError("the address is no web address")
    if credentials:
        raise AuthnRequestError("the address holds a user name or password")
    return parts


def _parameters(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """SAML's own parameters, each at most once: of two requests nobody could say which one counts."""
    found: dict[str, str] = {}
    for name, value in pairs:
        if name in _OURS and name in found:
            raise AuthnRequestError(f"the parameter {name} occurs twice")
        if name in _OURS:
            found[name] = value
    if not found.get(REQUEST_PARAMETER):
        raise AuthnRequestError(f"there is no parameter {REQUEST_PARAMETER}")
    return found


def _unbase64(text: str) -> bytes:
    if len(text) > _MOST_TEXT:
        raise AuthnRequestError("the request is too large")
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise AuthnRequestError("the request is not base64") from None


def _inflated(raw: bytes) -> bytes:
    """The XML, never more of it than is good; text that was not deflated passes as it is."""
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        xml = inflater.decompress(raw, MOST_XML + 1)
    except zlib.error:
        xml = b""
    if len(xml) > MOST_XML:
        raise AuthnRequestError("the request is too large once it is inflated")
    if inflater.eof and not inflater.unused_data:
        return xml
    if raw.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        return raw
    raise AuthnRequestError("the request cannot be inflated: it is cut off, or was packed in another way")


def _read(xml: bytes, *, signed: bool = False) -> AuthnRequest:
    root = _parsed(xml)
    if root.tag != f"{PROTOCOL}AuthnRequest":
        raise AuthnRequestError("it is no SAML 2.0 AuthnRequest")
    if root.get("Version") != "2.0":
        raise AuthnRequestError("the request is of another version than SAML 2.0")
    issuer = _text(_child(root, f"{ASSERTION}Issuer"))
    identity = attribute(root, "ID")
    if issuer is None or identity is None:
        raise AuthnRequestError("the request lacks its Issuer or its ID")
    policy = _child(root, f"{PROTOCOL}NameIDPolicy")
    contexts = _child(root, f"{PROTOCOL}RequestedAuthnContext")
    return AuthnRequest(
        issuer=issuer,
        acs_url=attribute(root, "AssertionConsumerServiceURL"),
        destination=attribute(root, "Destination"),
        id=identity,
        issued_at=_moment(attribute(root, "IssueInstant")),
        nameid_format=None if policy is None else attribute(policy, "Format"),
        authn_contexts=_contexts(contexts),
        authn_comparison=(None if contexts is None else attribute(contexts, "Comparison")) or "exact",
        protocol_binding=attribute(root, "ProtocolBinding"),
        force_authn=attribute(root, "ForceAuthn") in {"true", "1"},
        signed=signed or _child(root, f"{SIGNATURE}Signature") is not None,
    )


def _parsed(xml: bytes) -> _Element:
    try:
        return parse(xml)
    except XmlError as error:
        raise AuthnRequestError(f"the request {error}") from None


def _child(parent: _Element, tag: str) -> _Element | None:
    try:
        return child(parent, tag)
    except XmlError as error:
        raise AuthnRequestError(f"the request {error}") from None


def _contexts(requested: _Element | None) -> tuple[str, ...]:
    if requested is None:
        return ()
    found = (_text(child) for child in requested if child.tag == f"{ASSERTION}AuthnContextClassRef")
    return tuple(text for text in found if text)


def _text(element: _Element | None) -> str | None:
    """The whole text. With anything inside, a comment too, two readers might see two texts."""
    if element is None:
        return None
    if len(element):
        raise AuthnRequestError("a text of the request has something else inside")
    return (element.text or "").strip() or None


def _moment(written: str | None) -> datetime:
    try:
        found = moment(written)
    except XmlError:
        found = None
    if found is None:
        raise AuthnRequestError("the request lacks a readable time of issue")
    return found
