"""The shapes of OneLogin's SAML addresses, so that an issuer typed into the SSO URL field is noticed offline.

Shapes: issuer `https://app.onelogin.com/saml/metadata/<id>`, SSO URL
`https://<subdomain>.onelogin.com/trust/saml2/http-post/sso/<id>` or `…/http-redirect/sso/<id>` (OneLogin fact sheet §9,
JustCall fact sheet §4). Only the path is looked at: hosts vary by tenant, region and sandbox.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

__all__ = ["looks_like_issuer", "looks_like_sso_url", "swapped"]

_ISSUER = re.compile(r"/saml/metadata/[A-Za-z0-9-]+/?")
_SSO_URL = re.compile(r"/trust/saml2/http-(?:post|redirect)/sso/[A-Za-z0-9-]+/?")


def looks_like_issuer(text: str | None) -> bool:
    """Whether `text` has the shape of OneLogin's Issuer URL."""
    return _ISSUER.fullmatch(_path(text)) is not None


def looks_like_sso_url(text: str | None) -> bool:
    """Whether `text` has the shape of OneLogin's SAML 2.0 Endpoint."""
    return _SSO_URL.fullmatch(_path(text)) is not None


def swapped(sso_url: str | None, issuer: str | None) -> bool:
    """Whether either of JustCall's two fields holds what belongs into the other one."""
    return looks_like_issuer(sso_url) or looks_like_sso_url(issuer)


def _path(text: str | None) -> str:
    """The path of a web address, "" for anything else."""
    try:
        parts = urlsplit((text or "").strip())
    except ValueError:
        return ""
    return parts.path if parts.scheme.lower() in {"http", "https"} and parts.netloc else ""
