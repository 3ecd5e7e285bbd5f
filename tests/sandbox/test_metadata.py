"""An app's public metadata: what a service provider needs, as the app is set up now."""

from __future__ import annotations

import ssl
from typing import Any

import pytest
from lxml import etree

from sso_sync.saml import certificate
from sso_sync.sandbox import Sandbox, follow_guide
from sso_sync.sandbox.saml_wire import EMAIL_FORMAT, NS, POST_BINDING, REDIRECT_BINDING, parse_xml

from .support import Http


def _metadata(sandbox: Sandbox, uuid: str) -> Any:
    with Http(sandbox.onelogin_url) as http:
        answer = http.get(f"/saml/metadata/{uuid}")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/samlmetadata+xml"
    return parse_xml(answer.content)


def test_the_metadata_says_what_the_app_shows(sandbox: Sandbox) -> None:
    app = follow_guide(sandbox)
    shown: Any = sandbox.onelogin.view(app.id)["sso"]
    assert sandbox._origins()["https://app.onelogin.com"] == sandbox.onelogin_url
    assert shown["metadata_url"] == f"https://app.onelogin.com/saml/metadata/{app.uuid}"
    root = _metadata(sandbox, app.uuid)
    assert root.get("entityID") == shown["issuer"]
    (idp,) = root.findall("md:IDPSSODescriptor", NS)
    assert idp.get("protocolSupportEnumeration") == NS["samlp"]
    assert [etree.QName(one).localname for one in idp] == [
        "KeyDescriptor",
        "SingleLogoutService",
        "NameIDFormat",
        "SingleSignOnService",
        "SingleSignOnService",
    ]
    services = [(one.get("Binding"), one.get("Location")) for one in idp.findall("md:SingleSignOnService", NS)]
    assert services == [(REDIRECT_BINDING, shown["acs_url"]), (POST_BINDING, shown["acs_url"])]
    assert idp.find("md:SingleLogoutService", NS).get("Location") == shown["sls_url"]
    assert idp.findtext("md:NameIDFormat", "", NS) == EMAIL_FORMAT
    key = idp.find("md:KeyDescriptor", NS)
    assert key.get("use") == "signing"
    assert certificate.same(key.findtext(".//ds:X509Certificate", "", NS), shown["certificate"]["value"])
    assert (
        ssl.PEM_cert_to_DER_cert(shown["certificate"]["value"])
        == certificate.parse(key.findtext(".//ds:X509Certificate", "", NS)).der
    )


def test_the_metadata_follows_the_app(sandbox: Sandbox) -> None:
    app = follow_guide(sandbox)
    sandbox.variants.generic_issuer = "tenant"
    other = sandbox.onelogin.certificate("Next Certificate (2048-bit)")
    sandbox.onelogin.edit_configuration(
        app.id, certificate_id=other.id, saml_issuer_type="1", saml_nameid_format_id="2"
    )
    root = _metadata(sandbox, app.uuid)
    assert (
        root.get("entityID") == sandbox.onelogin.issuer(app.id) != f"https://app.onelogin.com/saml/metadata/{app.uuid}"
    )
    assert root.findtext(".//md:NameIDFormat", "", NS).endswith(":persistent")
    assert certificate.same(root.findtext(".//ds:X509Certificate", "", NS), other.pem)


@pytest.mark.parametrize("what", ["nothing", "Intranet"])
def test_only_saml_apps_have_metadata(sandbox: Sandbox, what: str) -> None:
    uuid = what if what == "nothing" else sandbox.onelogin.app(what).uuid
    with Http(sandbox.onelogin_url) as http:
        assert http.get(f"/saml/metadata/{uuid}").status_code == 404
