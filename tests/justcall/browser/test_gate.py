"""Nothing that could write leaves the browser, except while the driver itself saves or tests."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sso_sync.justcall.browser.gate import Gate

APP = "https://app.justcall.io"
GRAPH = f"{APP}/graphql"


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
@pytest.mark.parametrize("url", [APP, "https://elsewhere.example/x"])
def test_reads_pass(method: str, url: str) -> None:
    assert Gate(APP, []).passes(method, url)


@given(st.sampled_from(["POST", "PUT", "PATCH", "DELETE", "LOCK", "post"]), st.text(max_size=20))
def test_nothing_else_passes(method: str, path: str) -> None:
    assert not Gate(APP, []).passes(method, f"{APP}/{path}")


def test_a_post_passes_where_the_page_map_allows_it_and_nowhere_else() -> None:
    gate = Gate(APP, ["/graphql", "/api/*/read"])
    assert gate.passes("POST", GRAPH)
    assert gate.passes("POST", f"{APP}/api/v2/read?x=1")
    assert not gate.passes("PUT", GRAPH)
    assert not gate.passes("POST", f"{APP}/graphql/save")
    assert not gate.passes("POST", "https://elsewhere.example/graphql")


def test_it_is_open_only_while_somebody_saves() -> None:
    gate = Gate(APP, [])
    with gate.opened():
        assert gate.passes("PUT", GRAPH)
    assert not gate.passes("PUT", GRAPH)
    with pytest.raises(ZeroDivisionError), gate.opened():
        raise ZeroDivisionError
    assert not gate.passes("PUT", GRAPH)


def test_what_was_stopped_is_told_once_with_the_remedy() -> None:
    gate = Gate(APP, [])
    assert gate.told() is None
    gate.blocked += ["POST /graphql", "POST /graphql"]
    assert (gate.told() or "").count("POST /graphql") == 1
    assert "reading.allow_posts" in (gate.told() or "")
