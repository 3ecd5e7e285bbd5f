from __future__ import annotations

import pytest

from sso_sync.saml.endpoints import looks_like_issuer, looks_like_sso_url, swapped

ID = "0d1e2f3a-1111-2222-3333-444455556666"
ISSUER = f"https://app.onelogin.com/saml/metadata/{ID}"
SSO_URL = f"https://acme.onelogin.com/trust/saml2/http-post/sso/{ID}"


@pytest.mark.parametrize(
    "text",
    [
        ISSUER,
        "https://app.onelogin.com/saml/metadata/123456",
        f"https://acme.onelogin.com/saml/metadata/{ID}",
        f" {ISSUER}/ ",
        f"http://127.0.0.1:8080/saml/metadata/{ID}",
    ],
)
def test_issuers(text: str) -> None:
    assert looks_like_issuer(text)
    assert not looks_like_sso_url(text)


@pytest.mark.parametrize(
    "text",
    [
        SSO_URL,
        f"https://acme.onelogin.com/trust/saml2/http-redirect/sso/{ID}",
        "https://acme.onelogin.com/trust/saml2/http-post/sso/1543259",
        f"https://login.acme.example/trust/saml2/http-post/sso/{ID}",
    ],
)
def test_sso_urls(text: str) -> None:
    assert looks_like_sso_url(text)
    assert not looks_like_issuer(text)


@pytest.mark.parametrize(
    "text",
    [
        None,
        "",
        "JustCall",
        "https://bifrost.justcall.io/passport/login/callback",
        "https://acme.onelogin.com/trust/saml2/http-redirect/slo/1543259",
        f"ftp://app.onelogin.com/saml/metadata/{ID}",
        f"/saml/metadata/{ID}",
        f"https://evil.example/?x=/saml/metadata/{ID}",
        "https://[broken/saml/metadata/1",
    ],
)
def test_neither(text: str | None) -> None:
    assert not looks_like_issuer(text)
    assert not looks_like_sso_url(text)


def test_swapped() -> None:
    assert swapped(ISSUER, SSO_URL)
    assert swapped(ISSUER, None)
    assert swapped(None, SSO_URL)
    assert swapped(ISSUER, ISSUER)
    assert not swapped(SSO_URL, ISSUER)
    assert not swapped(SSO_URL, "https://custom.example/issuer")
    assert not swapped(None, None)
