"""The SAML request that a service provider sends a browser with."""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass

from sso_sync.sandbox.saml_wire import inflate, parse_xml, tag

__all__ = ["AuthnRequest", "from_post", "from_redirect", "read"]

_ID = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]{0,255}")


@dataclass(frozen=True)
class AuthnRequest:
    """What of a request counts here. `acs_url` is None when it leaves the address to the app's configuration."""

    id: str
    acs_url: str | None


def from_redirect(text: str) -> bytes:
    """The XML out of the parameter SAMLRequest of an address; ValueError for what is none."""
    return inflate(text)


def from_post(text: str) -> bytes:
    """The XML out of the field SAMLRequest of a form; ValueError for what is none."""
    try:
        return base64.b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError):
        raise ValueError("the message is not base64") from None


def read(xml: bytes) -> AuthnRequest:
    """The request; ValueError, with one clause that says why, for anything that is no AuthnRequest of SAML 2.0."""
    root = parse_xml(xml)
    if root.tag != tag("samlp:AuthnRequest") or root.get("Version") != "2.0":
        raise ValueError("the message is not an AuthnRequest of SAML 2.0")
    number = root.get("ID") or ""
    if _ID.fullmatch(number) is None:
        raise ValueError("the request has no usable ID")
    return AuthnRequest(number, root.get("AssertionConsumerServiceURL"))
