"""Documents of a kind, in either database: replaced, forgotten, and as good as none when they are damaged."""

from __future__ import annotations

from pathlib import Path

import pytest

from sso_sync.errors import SsoSyncError
from sso_sync.store import probes
from sso_sync.store.documents import Documents
from tests.stored import execute, harm, look

pytestmark = pytest.mark.usefixtures("store_url")


def test_a_document_takes_the_place_of_a_former_one_of_its_kind_and_connection() -> None:
    probes.save("prod", {"a": 1})
    probes.save("prod", {"a": [2, None, "\ud800 \0 \N{SNOWMAN}"]})
    probes.save("test", {"a": 3})
    Documents("other").save("prod", "x")

    assert probes.load("prod") == {"a": [2, None, "\ud800 \0 \N{SNOWMAN}"]}
    assert probes.load("test") == {"a": 3}
    assert Documents("other").load("prod") == "x"
    assert look("SELECT count(*) FROM sso_sync_documents") == [(3,)]


def test_nothing_is_there_until_something_is_kept() -> None:
    assert probes.load("prod") is None
    probes.forget("prod")
    assert not Path(".sso-sync").exists()


def test_what_is_forgotten_is_gone() -> None:
    probes.save("prod", {})
    probes.forget("prod")
    probes.forget("prod")
    assert probes.load("prod") is None


@pytest.mark.parametrize("content", ["", "{", "[" * 60_000])
def test_a_damaged_document_is_as_good_as_none(content: str) -> None:
    probes.save("prod", {})
    harm("UPDATE sso_sync_documents SET body = :body", body=content)
    assert probes.load("prod") is None


def test_a_name_is_no_path() -> None:
    for name in ("../prod", "", "A"):
        with pytest.raises(SsoSyncError, match="not the name of a connection"):
            probes.save(name, {})


def test_a_place_that_cannot_be_written() -> None:
    probes.save("prod", {})
    execute("DROP TABLE sso_sync_documents")
    with pytest.raises(SsoSyncError, match="cannot be used"):
        probes.save("prod", {})
    with pytest.raises(SsoSyncError, match="cannot be used"):
        probes.forget("prod")
    assert probes.load("prod") is None
