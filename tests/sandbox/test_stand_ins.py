"""A public address is replaced by its stand-in; nothing that only looks like one is."""

from __future__ import annotations

import pytest

from sso_sync.sandbox.pages.stand_ins import StandIns

HERE = StandIns(lambda: {"https://acme.onelogin.com": "http://127.0.0.1:1", "https://app.justcall.io": "http://x:2"})


@pytest.mark.parametrize(
    ("url", "local"),
    [
        ("https://acme.onelogin.com/trust/saml2?a=b%20c#d", "http://127.0.0.1:1/trust/saml2?a=b%20c#d"),
        ("https://acme.onelogin.com", "http://127.0.0.1:1"),
        ("HTTPS://ACME.OneLogin.com:443/portal", "http://127.0.0.1:1/portal"),
        ("https://app.justcall.io/", "http://x:2/"),
    ],
)
def test_a_public_address_goes_to_its_stand_in(url: str, local: str) -> None:
    assert HERE.here(url) == local


@pytest.mark.parametrize(
    "url",
    [
        "https://acme.onelogin.com.evil.example/",
        "https://acme.onelogin.com@evil.example/",
        "https://acme@acme.onelogin.com/",
        "https://acme.onelogin.com:444/",
        "http://acme.onelogin.com/",
        "http://127.0.0.1:1/portal",
        "/portal",
        "https://[broken/",
        "https://acme.onelogin.com:99999999/",
        "",
    ],
)
def test_any_other_address_stays(url: str) -> None:
    assert HERE.here(url) == url
