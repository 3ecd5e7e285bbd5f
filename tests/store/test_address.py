"""Where the store is, and that nothing shows the password in its address."""

from __future__ import annotations

import logging
from pathlib import Path
from urllib.parse import quote

import pytest

from sso_sync.errors import SsoSyncError
from sso_sync.store.address import VARIABLE, address
from sso_sync.store.opening import opened
from sso_sync.store.unavailable import StoreUnavailable
from tests.databases import GUARDED, PASSWORD, Server

SECRET = "s3cret"


def test_a_file_of_the_folders_own_unless_another_one_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    own = tmp_path / ".sso-sync" / "store.sqlite"
    for environ in ({}, {VARIABLE: ""}):
        found = address(environ)
        assert (found.file, found.shown, found.private) == (own, ".sso-sync/store.sqlite", True)
    assert address({VARIABLE: "sqlite:///deep/a.db"}).file == tmp_path / "deep" / "a.db"
    assert address({VARIABLE: "sqlite:////var/a b.db"}).file == Path("/var/a b.db")


@pytest.mark.parametrize("scheme", ["postgresql", "postgres", "postgresql+psycopg"])
def test_a_server_is_shown_without_its_password(scheme: str) -> None:
    quoted = quote("p/w d", safe="")
    found = address({VARIABLE: f"{scheme}://ann:{quoted}@db.example:6432/sso?sslmode=require&sslpassword={SECRET}"})
    assert found.shown == "postgresql://ann@db.example:6432/sso"
    assert found.server is not None
    assert (found.server.drivername, found.server.password) == ("postgresql+psycopg", "p/w d")
    assert found.discreet(f"a p/w d, {quoted}, p/w%20d,\np%2Fw+d and {SECRET}.") == "a ***, ***, ***, *** and ***."
    for text in (repr(found), str(found)):
        assert "p/w d" not in text
        assert quoted not in text
        assert SECRET not in text


@pytest.mark.parametrize(
    "url",
    [
        f"mysql://ann:{SECRET}@db/sso",
        f"postgresql+asyncpg://ann:{SECRET}@db/sso",
        f"postgresql://ann:{SECRET}",
        f"postgresql://ann:{SECRET}@db",
        f"postgresql://ann:{SECRET}@db:port/sso",
        f"postgresql://ann:x@{SECRET}@db/sso",
        f"postgresql:/ann:{SECRET}@db/sso",
        f"{SECRET}",
        "sqlite://",
        "sqlite:///",
        "sqlite:///:memory:",
        f"sqlite:///a.db?password={SECRET}",
        f"sqlite:a{SECRET}",
    ],
)
def test_what_is_no_store_is_one_clear_error_that_does_not_repeat_it(url: str) -> None:
    with pytest.raises(SsoSyncError) as refused:
        address({VARIABLE: url})
    (told,) = refused.value.diagnostics
    assert VARIABLE in told.summary
    assert told.detail
    assert "postgresql://user:password@host" in (told.next_action or "")
    assert SECRET not in repr(told)


@pytest.mark.postgresql
def test_a_password_that_is_wrong_or_right_is_in_no_error_and_no_log(
    postgresql: Server, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    caplog.set_level(logging.DEBUG)
    for password in (f"{SECRET} /@", PASSWORD):  # the right one is let in, but may not make tables
        monkeypatch.setenv(VARIABLE, postgresql.loopback(password))
        with pytest.raises(StoreUnavailable) as refused:
            opened()
        (told,) = refused.value.diagnostics
        assert f"postgresql://{GUARDED}@127.0.0.1:{postgresql.port}/postgres cannot be used" in told.summary
        for form in (password, quote(password), quote(password, safe="")):
            assert form not in repr(told) + caplog.text
        assert refused.value.__cause__ is None
        assert refused.value.__suppress_context__
    assert "permission denied" in told.summary


@pytest.mark.parametrize("url", ["postgresql://ann:pw@127.0.0.1:1/sso", "postgresql://ann:pw@/sso?host=/nowhere"])
def test_a_server_that_is_not_there(url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv(VARIABLE, url)
    with pytest.raises(StoreUnavailable, match=r"postgresql://ann@.*/sso cannot be used: connection") as refused:
        opened()
    assert "pw" not in repr(refused.value.diagnostics)


def test_without_the_driver_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv(VARIABLE, "postgresql://ann:pw@127.0.0.1:1/sso")
    monkeypatch.setitem(__import__("sys").modules, "psycopg", None)
    with pytest.raises(StoreUnavailable, match="psycopg is not installed") as refused:
        opened()
    assert "pip install 'sso-sync[postgres]'" in (refused.value.diagnostics[0].next_action or "")
