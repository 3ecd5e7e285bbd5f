"""Addresses that may be used, and what the session does and does not carry."""

from __future__ import annotations

from pathlib import Path

import pytest
import responses
from requests.adapters import HTTPAdapter

from sso_sync import __version__
from sso_sync.http import AnswerError, Transport, new_session
from sso_sync.urls import check_url
from tests.http.support import SITE, transport


@pytest.mark.parametrize(
    "url",
    [
        "https://acme.onelogin.com",
        "https://host/path",
        "http://127.0.0.1:8080",
        "http://127.9.9.9",
        "http://localhost:1",
        "http://[::1]:80/x",
    ],
)
def test_safe_addresses_are_accepted(url: str) -> None:
    check_url(url)


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("http://acme.onelogin.com", "not encrypted"),
        ("http://localhost.example.com", "not encrypted"),
        ("http://127.0.0.1.example.com", "not encrypted"),
        ("http://10.0.0.1", "not encrypted"),
        ("ftp://127.0.0.1", "not an http"),
        ("acme.onelogin.com", "not an http"),
        ("https://", "not an http"),
        ("https://host/?a=b", "without query"),
        ("https://host/#a", "without query"),
        ("https://ho st/", "without query"),
        ("https://host/\x1b[31m", "without query"),
        ("https://[::1", "not a URL"),
        ("https://host:port", "not a URL"),
    ],
)
def test_other_addresses_are_refused_with_the_reason(url: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        check_url(url)


@pytest.mark.parametrize("url", ["https://user:hunter22@host", "http://hunter22@127.0.0.1", "ftp://a:hunter22@host"])
def test_credentials_in_a_url_are_refused_and_not_repeated(url: str) -> None:
    with pytest.raises(ValueError, match="user name or password") as caught:
        check_url(url)
    assert "hunter22" not in str(caught.value)


def test_a_transport_refuses_an_unsafe_address() -> None:
    with new_session(SITE) as session, pytest.raises(ValueError, match="not encrypted"):
        Transport(
            "http://example.test",
            service="Example",
            session=session,
            auth=None,
            decode_error=lambda answer: answer.text,
        )


def test_requests_never_retries_by_itself() -> None:
    with new_session(SITE, pool_size=3) as session:
        adapter = session.get_adapter(SITE)
        assert isinstance(adapter, HTTPAdapter)
        assert adapter.max_retries.total == 0


@pytest.mark.parametrize(("url", "trusted"), [(SITE, True), ("http://127.0.0.1:1", False), ("http://[::1]:1", False)])
def test_the_environment_counts_except_on_loopback(url: str, trusted: bool) -> None:
    with new_session(url) as session:
        assert session.trust_env is trusted


@responses.activate
def test_default_headers_and_no_cookies() -> None:
    responses.get(f"{SITE}/a", headers={"Set-Cookie": "canary=1; Path=/"}, body="{}")
    with transport() as wire:
        wire.send("GET", "/a")
        wire.send("GET", "/a")
    for call in responses.calls:
        assert call.request.headers["User-Agent"] == f"sso-sync/{__version__}"
        assert call.request.headers["Accept"] == "application/json"
        assert "Cookie" not in call.request.headers


@responses.activate
def test_a_netrc_entry_is_not_sent_when_there_are_no_credentials(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine api.example.test login somebody password else\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    responses.get(f"{SITE}/a", body="{}")
    with transport() as wire:
        wire.send("GET", "/a")
    assert "Authorization" not in responses.calls[0].request.headers


@pytest.mark.parametrize("location", ["http://[::1:bad", "//[", "https://elsewhere.example/\x01"])
def test_where_a_redirect_leads_is_not_even_read(location: str) -> None:
    """requests parses the address of a redirect that it was told not to follow, and raises for one that is none."""
    with responses.RequestsMock() as service, transport() as wire:
        service.get(f"{SITE}/x", status=302, headers={"Location": location})
        with pytest.raises(AnswerError, match="GET /x -> 302: redirected to"):
            wire.send("GET", "/x")
