"""The metadata that an identity provider publishes: what it calls itself, where it takes logins, what it signs with.

OneLogin publishes each app's at `https://app.onelogin.com/saml/metadata/<id>`, for anybody (fact sheet onelogin-api
§9). Read as hostile, like everything from outside (see `xml`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import TYPE_CHECKING

from sso_sync.saml.certificate import Certificate, CertificateError
from sso_sync.saml.certificate import parse as parse_certificate
from sso_sync.saml.xml import SIGNATURE, XmlError, attribute, children, moment, parse, text

if TYPE_CHECKING:
    from lxml.etree import _Element

__all__ = ["POST_BINDING", "REDIRECT_BINDING", "IdpMetadata", "MetadataError", "read"]

POST_BINDING = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST"
REDIRECT_BINDING = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect"

_METADATA = "{urn:oasis:names:tc:SAML:2.0:metadata}"
_SAML_2 = "urn:oasis:names:tc:SAML:2.0:protocol"


class MetadataError(ValueError):
    """No metadata of one identity provider. The message is a clause without any value of it."""


@dataclass(frozen=True, slots=True)
class IdpMetadata:
    """What the document says. `sso_urls` are by the URN of their binding; `certificates` are those for signing.

    `valid_until` is UTC; None where the document names no end.
    """

    entity_id: str
    sso_urls: Mapping[str, str]
    certificates: tuple[Certificate, ...]
    nameid_formats: tuple[str, ...] = ()
    valid_until: datetime | None = None


def read(xml: bytes) -> IdpMetadata:
    """The metadata in `xml`. Raises MetadataError, and SsoSyncError where the extra `saml` is not installed."""
    try:
        return _read(parse(xml))
    except XmlError as error:
        raise MetadataError(f"the metadata {error}") from None
    except CertificateError as error:
        raise MetadataError(f"the metadata has a certificate that cannot be used: {error}") from None


def _read(root: _Element) -> IdpMetadata:
    if root.tag != f"{_METADATA}EntityDescriptor":
        raise MetadataError("this is XML, but not the metadata of one entity")
    entity_id = attribute(root, "entityID")
    if entity_id is None:
        raise MetadataError("the metadata lacks its entity ID")
    found = [one for one in children(root, f"{_METADATA}IDPSSODescriptor") if _speaks_saml_2(one)]
    if len(found) != 1:
        raise MetadataError("the metadata is not that of one SAML 2.0 identity provider")
    provider = found[0]
    ends = (moment(attribute(one, "validUntil")) for one in (root, provider))
    return IdpMetadata(
        entity_id,
        _sso_urls(provider),
        tuple(_certificates(provider)),
        tuple(filter(None, (text(one) for one in children(provider, f"{_METADATA}NameIDFormat")))),
        min((end for end in ends if end is not None), default=None),
    )


def _speaks_saml_2(provider: _Element) -> bool:
    return _SAML_2 in (provider.get("protocolSupportEnumeration") or "").split()


def _sso_urls(provider: _Element) -> Mapping[str, str]:
    """The first address of each binding: a document may give several, and the first is the one to use."""
    found: dict[str, str] = {}
    for service in children(provider, f"{_METADATA}SingleSignOnService"):
        binding, location = attribute(service, "Binding"), attribute(service, "Location")
        if binding is not None and location is not None:
            found.setdefault(binding, location)
    return MappingProxyType(found)


def _certificates(provider: _Element) -> Iterator[Certificate]:
    """The certificates for signing, each once. A key without a use is good for everything."""
    seen: set[str] = set()
    for key in children(provider, f"{_METADATA}KeyDescriptor"):
        if (attribute(key, "use") or "signing") != "signing":
            continue
        for element in key.iter(f"{SIGNATURE}X509Certificate"):
            certificate = parse_certificate(text(element) or "")
            if certificate.fingerprint not in seen:
                seen.add(certificate.fingerprint)
                yield certificate
