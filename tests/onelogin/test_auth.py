"""Tokens: fetched once, renewed once, never shown."""

from __future__ import annotations

import base64
import logging
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from requests import PreparedRequest

from sso_sync.errors import CredentialsRefused, SpecError, SsoSyncError
from sso_sync.http import AnswerError, AuthRefused, ServiceDown
from sso_sync.onelogin.auth import BearerAuth
from sso_sync.onelogin.client import Client
from sso_sync.onelogin.connect import connect
from sso_sync.onelogin.token_cache import Token, TokenCache
from tests.onelogin.support import (
    ACCOUNT,
    CLIENT_ID,
    CLIENT_SECRET,
    NOON,
    TOKEN,
    Handler,
    Naps,
    Reply,
    Sent,
    Wire,
    answer,
    client,
    error,
    token_body,
    v2,
    wired,
)

TOKEN_PATH = "/auth/oauth2/v2/token"
FETCH = f"POST {TOKEN_PATH}"


def guarded(*tokens: str) -> Handler:
    """A list that only these tokens open."""

    def reply(sent: Sent) -> Reply:
        good = sent.headers.get("Authorization") in {f"Bearer {token}" for token in tokens}
        return answer([]) if good else error(401, "Unauthorized")

    return reply


def test_nothing_is_sent_before_the_first_call(wire: Wire, idp: Client) -> None:
    assert wire.sent == []


def test_the_token_request(wire: Wire, idp: Client) -> None:
    wire.on("GET", "/api/2/roles", v2([]))
    idp.roles()
    idp.roles()
    assert wire.count(FETCH) == 1
    sent = wire.sent[0]
    basic = base64.b64encode(f"{CLIENT_ID}:{CLIENT_SECRET}".encode()).decode()
    assert sent.headers["Authorization"] == f"Basic {basic}"
    assert sent.body == {"grant_type": "client_credentials"}
    assert wire.sent[1].headers["Authorization"] == f"Bearer {TOKEN}"


def test_a_netrc_entry_replaces_neither_header(
    wire: Wire, idp: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine acme.onelogin.com login somebody password else\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    wire.on("GET", "/api/2/roles", v2([]))
    idp.roles()
    assert [sent.headers["Authorization"].split()[0] for sent in wire.sent] == ["Basic", "Bearer"]
    assert wire.sent[1].headers["Authorization"] == f"Bearer {TOKEN}"
    assert CLIENT_ID in base64.b64decode(wire.sent[0].headers["Authorization"].split()[1]).decode()


def test_an_expired_token_is_renewed_once_and_the_call_repeated() -> None:
    with wired(token=False) as wire, client() as idp:
        wire.on("POST", TOKEN_PATH, answer(token_body("first")), answer(token_body("second")))
        wire.on("GET", "/api/2/roles", guarded("second"))
        assert idp.roles() == ()
        idp.roles()
        assert wire.count(FETCH) == 2
        assert wire.count("GET /api/2/roles") == 3


def test_a_post_is_repeated_with_its_body_after_a_renewal() -> None:
    with wired(token=False) as wire, client(read_only=False) as idp:
        wire.on("POST", TOKEN_PATH, answer(token_body("first")), answer(token_body("second")))
        wire.on("POST", "/api/2/roles", error(401), answer({"id": 5}, 201))
        assert idp.create_role("A") == 5
        assert wire.bodies("POST /api/2/roles") == [{"name": "A"}, {"name": "A"}]


def test_a_401_after_a_fresh_token_is_final() -> None:
    with wired(token=False) as wire, client() as idp:
        wire.on("POST", TOKEN_PATH, *(answer(token_body(f"t{number}")) for number in range(9)))
        wire.on("GET", "/api/2/roles", error(401, "Unauthorized"))
        with pytest.raises(AuthRefused, match="GET /api/2/roles -> 401: Unauthorized") as caught:
            idp.roles()
        assert wire.count(FETCH) == 2
        assert wire.count("GET /api/2/roles") == 2
        assert "Read All" in str(caught.value.diagnostics[0].next_action)


def test_a_token_that_onelogin_confirms_is_not_tried_again(wire: Wire, idp: Client) -> None:
    wire.on("GET", "/api/2/policies", error(401))
    with pytest.raises(AuthRefused):
        idp.policies()
    assert wire.count("GET /api/2/policies") == 1
    assert wire.count(FETCH) == 2


def test_writing_without_the_scope_names_the_level(wire: Wire, writable: Client) -> None:
    wire.on("POST", "/api/2/roles", error(403))
    with pytest.raises(AuthRefused) as caught:
        writable.create_role("A")
    assert "Manage All" in str(caught.value.diagnostics[0].next_action)


def test_many_threads_share_one_fetch(wire: Wire, idp: Client) -> None:
    wire.on("GET", "/api/2/roles", v2([]))
    gate = threading.Barrier(8)

    def call(_: int) -> object:
        gate.wait()
        return idp.roles()

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(call, range(8))) == [()] * 8
    assert wire.count(FETCH) == 1


def test_many_threads_share_one_renewal() -> None:
    gate = threading.Barrier(8)
    passed: set[int] = set()

    def reply(sent: Sent) -> Reply:
        """Everybody is refused with the first token before anybody gets to renew it."""
        if sent.headers["Authorization"] == "Bearer first":
            gate.wait()
            return error(401)
        passed.add(threading.get_ident())
        return answer([])

    with wired(token=False) as wire, client() as idp, ThreadPoolExecutor(8) as pool:
        wire.on("POST", TOKEN_PATH, answer(token_body("first")), answer(token_body("second")), error(500))
        wire.on("GET", "/api/2/roles", reply)
        assert list(pool.map(lambda _: idp.roles(), range(8))) == [()] * 8
        assert wire.count(FETCH) == 2
        assert len(passed) == 8


class Doorman:
    """A lock that knows how many came to it."""

    def __init__(self) -> None:
        self.came = threading.Semaphore(0)
        self._lock = threading.Lock()

    def __enter__(self) -> None:
        self.came.release()
        self._lock.acquire()

    def __exit__(self, *_: object) -> None:
        self._lock.release()


def test_whoever_waited_for_a_failing_fetch_shares_the_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    doorman = Doorman()
    fetches: list[int] = []

    def fetch() -> Token:
        fetches.append(1)
        for _ in range(4):  # everybody is at the door
            doorman.came.acquire()
        raise AuthRefused.of("POST", TOKEN_PATH, "no", status=401)

    auth = BearerAuth(fetch, None, lambda: NOON)
    monkeypatch.setattr(auth, "_lock", doorman)

    def call(_: int) -> None:
        with pytest.raises(AuthRefused):
            auth(PreparedRequest())

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(call, range(4)))
    assert len(fetches) == 1


def test_a_failed_fetch_is_not_for_ever() -> None:
    with wired(token=False) as wire, client() as idp:
        wire.on("POST", TOKEN_PATH, error(401), answer(token_body()))
        wire.on("GET", "/api/2/roles", v2([]))
        with pytest.raises(AuthRefused):
            idp.roles()
        assert idp.roles() == ()


@pytest.mark.parametrize(
    ("created", "expires_in", "later", "fetches"),
    [
        ("2027-01-15T08:00:00.000Z", 36000, 35000, 1),
        ("2027-01-15T08:00:00Z", 36000, 35000, 1),
        ("2027-01-15T08:00:00", 36000, 35000, 1),
        ("2027-01-15T08:00:00.000Z", 36000, 35990, 2),  # within the margin
        ("2027-01-15T02:00:00.000Z", 36000, 15000, 2),  # it was the same token, six hours old
        ("2027-01-15T14:00:00.000Z", 36000, 36000, 2),  # our clock runs behind: lives from now on
        ("yesterday", 36000, 35000, 1),
        (None, 36000, 35000, 1),
        (1600000000, "36000", 35000, 1),
        ("2027-01-15T08:00:00Z", None, 200, 2),
        ("2027-01-15T08:00:00Z", "long", 200, 2),
        ("2020-01-01T00:00:00Z", 36000, 60, 1),  # our clock runs ahead: not one fetch per call
    ],
)
def test_expiry(created: object, expires_in: object, later: float, fetches: int) -> None:
    now = NOON
    with wired(token=False) as wire:
        wire.on("POST", TOKEN_PATH, answer(token_body(created_at=created, expires_in=expires_in)))
        wire.on("GET", "/api/2/roles", v2([]))
        with client(clock=lambda: now) as idp:
            idp.roles()
            now += later
            idp.roles()
        assert wire.count(FETCH) == fetches


@pytest.mark.parametrize("status", [400, 401])
def test_refused_credentials(status: int) -> None:
    body = {"status": {"error": True, "code": status, "type": "bad", "message": f"no such secret {CLIENT_SECRET}"}}
    with wired(token=False) as wire, client() as idp:
        wire.on("POST", TOKEN_PATH, answer(body, status))
        with pytest.raises(AuthRefused, match=rf"{TOKEN_PATH} -> {status}: no such secret \(secret\)") as caught:
            idp.roles()
        assert "ONELOGIN_CLIENT_ID" in str(caught.value.diagnostics[0].next_action)
        assert wire.count(FETCH) == 1


def test_a_deleted_owner_of_the_credentials_is_hinted_at() -> None:
    with wired(token=False) as wire, client() as idp:
        wire.on("POST", TOKEN_PATH, error(500, "Internal"))
        with pytest.raises(ServiceDown, match=f"{TOKEN_PATH} -> 500") as caught:
            idp.roles()
        assert "deleted" in str(caught.value.diagnostics[0].next_action)
        assert wire.count(FETCH) == 3


def test_a_hiccup_of_the_token_endpoint_is_survived() -> None:
    with wired(token=False) as wire, client() as idp:
        wire.on("POST", TOKEN_PATH, (502, {}, "<html>"), answer(token_body()))
        wire.on("GET", "/api/2/roles", v2([]))
        assert idp.roles() == ()


def test_html_429_of_the_edge_backs_off() -> None:
    naps = Naps()
    page = (429, {"Content-Type": "text/html", "Connection": "close"}, "<html><h1>429 Too Many</h1></html>")
    with wired(token=False) as wire, client(naps=naps) as idp:
        wire.on("POST", TOKEN_PATH, page)
        with pytest.raises(ServiceDown, match=r"-> 429: Too Many Requests; .* 429 Too Many") as caught:
            idp.roles()
        assert len(naps.seconds) == 2
        assert "throttles" in str(caught.value.diagnostics[0].next_action)


@pytest.mark.parametrize("body", [[], {}, {"access_token": None}, {"access_token": "a b"}, {"access_token": "a\nb"}])
def test_an_answer_without_a_token(body: object) -> None:
    with wired(token=False) as wire, client() as idp:
        wire.on("POST", TOKEN_PATH, answer(body))
        with pytest.raises(AnswerError, match="no usable access_token"):
            idp.roles()


def test_the_cache_is_used_and_filled(tmp_path: Path) -> None:
    for _ in range(2):
        with wired() as wire, client(cache_dir=tmp_path) as idp:
            wire.on("GET", "/api/2/roles", v2([]))
            idp.roles()
            fetched = wire.count(FETCH)
    assert fetched == 0


def test_an_expired_or_dead_cached_token_is_replaced(tmp_path: Path) -> None:
    cache = TokenCache(tmp_path, "acme.onelogin.com", CLIENT_ID)
    for cached in (Token("old", NOON - 1), Token("revoked", NOON + 9999)):
        cache.save(cached)
        with wired() as wire, client(cache_dir=tmp_path) as idp:
            wire.on("GET", "/api/2/roles", guarded(TOKEN))
            idp.roles()
            assert wire.count(FETCH) == 1
        found = cache.load()
        assert found is not None
        assert found.value == TOKEN


def test_no_secret_is_logged_or_shown(caplog: pytest.LogCaptureFixture, tmp_path: Path) -> None:
    with caplog.at_level(logging.DEBUG), wired() as wire, client(cache_dir=tmp_path) as idp:
        wire.on("GET", "/api/2/roles", error(401, f"bad token {TOKEN}"))
        with pytest.raises(SsoSyncError) as caught:
            idp.roles()
        shown = caplog.text + repr(idp) + repr(vars(idp)) + repr(caught.value) + str(caught.value.diagnostics)
    for secret in (TOKEN, CLIENT_SECRET):
        assert secret not in shown
    assert "/api/2/roles" in shown


@pytest.mark.parametrize("url", ["http://acme.onelogin.com", "acme", "https://u:hunter22@acme.onelogin.com"])
def test_an_unsafe_address_is_an_error_of_the_spec(url: str) -> None:
    with pytest.raises(SpecError, match="OneLogin's address cannot be used") as caught:
        connect(url, "id", "secret", cache_dir=None)
    assert caught.value.diagnostics[0].address == "onelogin.url"
    assert "hunter22" not in str(caught.value)


@pytest.mark.parametrize(("client_id", "client_secret"), [("", "x"), ("x", " ")])
def test_missing_credentials(client_id: str, client_secret: str) -> None:
    with pytest.raises(CredentialsRefused, match="no OneLogin credentials"):
        connect(ACCOUNT, client_id, client_secret, cache_dir=None)
