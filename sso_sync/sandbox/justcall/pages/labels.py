"""The words on the settings page: the guide's, and others that mean the same."""

from __future__ import annotations

from dataclasses import dataclass

from sso_sync.sandbox.variants import Variants

__all__ = ["GUIDE", "RENAMED", "Labels", "labels_of"]


@dataclass(frozen=True)
class Labels:
    """What stands on the way to the SSO settings and beside each of them.

    `security` and `sso` are links on the way (`sso` is the page's heading too), `saml` is the choice of the protocol.
    """

    security: str
    sso: str
    enabled: str
    protocol: str
    saml: str
    acs_url: str
    entity_id: str
    sso_url: str
    issuer: str
    certificate: str
    certificate_file: str
    default_role: str
    verified_domains: str
    save: str
    test: str


GUIDE = Labels(
    security="Security",
    sso="Single Sign-On",
    enabled="Enable SSO",
    protocol="Protocol",
    saml="SAML 2.0",
    acs_url="ACS URL",
    entity_id="Entity ID",
    sso_url="SSO URL",
    issuer="Issuer / Entity ID",
    certificate="Certificate",
    certificate_file="Upload certificate",
    default_role="Default Role",
    verified_domains="Verified email domains",
    save="Save Configuration",
    test="Test Connection",
)
"""The guide's words; "Upload certificate" and "Verified email domains" stand for what it only describes."""

RENAMED = Labels(
    security="Sign-in and access",
    sso="SAML login",
    enabled="Require identity provider sign-on",
    protocol="Sign-on standard",
    saml="SAML v2",
    acs_url="Reply address",
    entity_id="Service provider name",
    sso_url="Identity provider sign-on address",
    issuer="Identity provider name",
    certificate="Signing key (X.509)",
    certificate_file="Choose a key file",
    default_role="Role for new people",
    verified_domains="Confirmed mail domains",
    save="Update",
    test="Try it out",
)
"""The rendering `renamed`: not one word that the guide uses."""


def labels_of(variants: Variants) -> Labels:
    """The words that are switched on."""
    return RENAMED if variants.page_labels == "renamed" else GUIDE
