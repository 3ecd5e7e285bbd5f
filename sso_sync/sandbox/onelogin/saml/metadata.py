"""An app's public identity provider metadata (fact sheet onelogin-api §9)."""

from __future__ import annotations

import ssl

from lxml import etree

from sso_sync.saml import certificate
from sso_sync.sandbox.onelogin.account import Account
from sso_sync.sandbox.onelogin.app_view import certificate_of, issuer, slo_url, sso_url
from sso_sync.sandbox.onelogin.records import App
from sso_sync.sandbox.onelogin.saml.response import nameid_format
from sso_sync.sandbox.saml_wire import NS, POST_BINDING, REDIRECT_BINDING, tag

__all__ = ["METADATA_TYPE", "metadata"]

METADATA_TYPE = "application/samlmetadata+xml"


def metadata(account: Account, app: App) -> bytes:
    """The app's EntityDescriptor as XML: what a service provider needs to know, under the public addresses."""
    nsmap = {name: NS[name] for name in ("md", "ds")}
    root = etree.Element(tag("md:EntityDescriptor"), {"entityID": issuer(account, app)}, nsmap=nsmap)
    idp = etree.SubElement(root, tag("md:IDPSSODescriptor"), {"protocolSupportEnumeration": NS["samlp"]})
    key = etree.SubElement(idp, tag("md:KeyDescriptor"), {"use": "signing"})
    data = etree.SubElement(etree.SubElement(key, tag("ds:KeyInfo")), tag("ds:X509Data"))
    etree.SubElement(data, tag("ds:X509Certificate")).text = _bare(certificate_of(account, app).pem)
    _service(idp, "SingleLogoutService", REDIRECT_BINDING, slo_url(account, app))
    etree.SubElement(idp, tag("md:NameIDFormat")).text = nameid_format(app)
    for binding in (REDIRECT_BINDING, POST_BINDING):
        _service(idp, "SingleSignOnService", binding, sso_url(account, app))
    return etree.tostring(root, encoding="utf-8", xml_declaration=True)


def _service(idp: etree._Element, name: str, binding: str, location: str) -> None:
    etree.SubElement(idp, tag(f"md:{name}"), {"Binding": binding, "Location": location})


def _bare(pem: str) -> str:
    """The base64 of a certificate, without the lines around it."""
    return "\n".join(ssl.DER_cert_to_PEM_cert(certificate.parse(pem).der).splitlines()[1:-1])
