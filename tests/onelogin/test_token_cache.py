"""Cached tokens: private, atomic, and never a reason to fail."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from sso_sync.onelogin.token_cache import Token, TokenCache


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where the cache keeps its files."""
    return tmp_path / "deep" / "cache" / "tokens"


@pytest.fixture
def cache(folder: Path) -> TokenCache:
    return TokenCache(folder.parent, "acme.onelogin.com", "id")


TOKEN = Token("abc", 123.0)


def the_file(folder: Path) -> Path:
    (file,) = folder.iterdir()
    return file


def test_nothing_cached(cache: TokenCache) -> None:
    assert cache.load() is None


def test_a_token_survives(cache: TokenCache) -> None:
    cache.save(Token("old", 1.0))
    cache.save(TOKEN)
    assert cache.load() == TOKEN


def test_file_and_folder_are_private(cache: TokenCache, folder: Path) -> None:
    before = os.umask(0)
    try:
        cache.save(TOKEN)
    finally:
        os.umask(before)
    assert folder.stat().st_mode & 0o777 == 0o700
    assert the_file(folder).stat().st_mode & 0o777 == 0o600


def test_a_folder_that_others_may_enter_is_closed_but_its_parent_is_left_alone(cache: TokenCache, folder: Path) -> None:
    folder.mkdir(parents=True)
    folder.chmod(0o755)
    folder.parent.chmod(0o755)
    cache.save(TOKEN)
    assert folder.stat().st_mode & 0o777 == 0o700
    assert folder.parent.stat().st_mode & 0o777 == 0o755


def test_a_linked_folder_is_not_used(cache: TokenCache, folder: Path, tmp_path: Path) -> None:
    folder.parent.mkdir(parents=True)
    folder.symlink_to(tmp_path)
    before = set(tmp_path.iterdir())
    cache.save(TOKEN)
    assert set(tmp_path.iterdir()) == before


def test_each_host_and_client_has_a_file_that_does_not_name_them(folder: Path) -> None:
    for host, client_id in (("a.onelogin.com", "id"), ("b.onelogin.com", "id"), ("a.onelogin.com", "other")):
        TokenCache(folder.parent, host, client_id).save(Token(f"{host}/{client_id}", 1.0))
    assert len(list(folder.iterdir())) == 3
    assert not any("onelogin" in file.name for file in folder.iterdir())
    found = TokenCache(folder.parent, "b.onelogin.com", "id").load()
    assert found is not None
    assert found.value == "b.onelogin.com/id"


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o666])
def test_a_file_that_others_may_read_is_ignored_and_replaced(cache: TokenCache, folder: Path, mode: int) -> None:
    cache.save(TOKEN)
    the_file(folder).chmod(mode)
    assert cache.load() is None
    cache.save(TOKEN)
    assert cache.load() == TOKEN
    assert the_file(folder).stat().st_mode & 0o777 == 0o600


def test_a_file_of_somebody_else_is_ignored(cache: TokenCache, monkeypatch: pytest.MonkeyPatch) -> None:
    cache.save(TOKEN)
    stranger = os.geteuid() + 1
    monkeypatch.setattr(os, "geteuid", lambda: stranger)
    assert cache.load() is None


def test_a_symbolic_link_is_not_followed(cache: TokenCache, folder: Path, tmp_path: Path) -> None:
    cache.save(TOKEN)
    file = the_file(folder)
    file.rename(tmp_path / "elsewhere")
    file.symlink_to(tmp_path / "elsewhere")
    assert cache.load() is None
    cache.save(TOKEN)
    assert cache.load() == TOKEN
    assert not file.is_symlink()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b"\xff",
        b"{}",
        b'{"access_token": 1, "expires_at": 2}',
        b'{"access_token": "a\\nb", "expires_at": 2}',
        b'{"access_token": "", "expires_at": 2}',
        b'{"access_token": "a"}',
        b'{"access_token": "a", "expires_at": "soon"}',
        b"[" * 100_000,
        json.dumps({"access_token": "a" * 100_000, "expires_at": 1}).encode(),
    ],
)
def test_a_corrupt_file_is_ignored_and_replaced(cache: TokenCache, folder: Path, content: bytes) -> None:
    cache.save(TOKEN)
    the_file(folder).write_bytes(content)
    assert cache.load() is None
    cache.save(TOKEN)
    assert cache.load() == TOKEN


def test_a_folder_that_cannot_be_made_is_put_up_with(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    cache = TokenCache(tmp_path / "file" / "cache", "h", "id")
    cache.save(TOKEN)
    assert cache.load() is None


def test_a_failed_save_leaves_nothing_behind(cache: TokenCache, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_space(*_: object) -> None:
        raise OSError("no space left")

    monkeypatch.setattr(Path, "replace", no_space)
    cache.save(TOKEN)
    assert list(folder.iterdir()) == []


def test_a_token_does_not_show_itself() -> None:
    assert "abc" not in repr(TOKEN)
