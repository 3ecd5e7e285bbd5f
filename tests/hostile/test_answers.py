"""Services that answer as no service should: nonsense of every kind at every endpoint breaks and writes nothing."""

from __future__ import annotations

import gzip
import itertools
import json
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sso_sync.onelogin import paging
from sso_sync.sandbox.server import Sandbox
from tests.counting import THOROUGH, attempt
from tests.e2e.conftest import merged, write
from tests.faults.world import much_is_wrong, rich
from tests.hostile.liar import Asked, Liar, Truth, bare
from tests.hostile.support import ATTACKS, assert_well_behaved, sso_sync

ENDPOINTS = {
    "token": "POST /auth/oauth2/v2/token",
    "apps": r"GET /api/2/apps(\?|$)",
    "app": r"GET /api/2/apps/\d+$",
    "rules": r"GET /api/2/apps/\d+/rules",
    "app users": r"GET /api/2/apps/\d+/users",
    "roles": r"GET /api/2/roles(\?|$)",
    "role users": r"GET /api/2/roles/\d+/users",
    "users": r"GET /api/2/users",
    "groups": r"GET /api/2/groups",
    "policies": "GET /api/2/policies",
    "brands": "GET /api/2/branding/brands",
    "settings": "GET /sso/saml",
    "people": r"GET /v2\.1/users",
}
HUGE = int("9" * 400)


def _deep(depth: int) -> bytes:
    return b'{"a":' * depth + b"1" + b"}" * depth


_TURNS = itertools.count()


def _fresh_cursor(_asked: Asked, truth: Truth) -> bytes:
    body = truth.body if truth.body.startswith(b"[") and len(truth.body) > 2 else b'[{"id": 1, "name": "x"}]'
    headers = {"After-Cursor": f"c{next(_TURNS)}"}
    kept = {name: value for name, value in truth.headers.items() if "page" not in name and "cursor" not in name}
    return bare(200, body, **kept, **headers)


Lie = Callable[[Asked, Truth], bytes]
LIES: dict[str, Lie] = {
    "nothing": lambda _, truth: truth.whole(b""),
    "null": lambda _, truth: truth.whole(b"null"),
    "number": lambda _, truth: truth.whole(b"7"),
    "text": lambda _, truth: truth.whole(b'"text"'),
    "list of null": lambda _, truth: truth.whole(b"[null]"),
    "list of lists": lambda _, truth: truth.whole(b"[[]]"),
    "list of empty objects": lambda _, truth: truth.whole(b"[{}]"),
    "empty object": lambda _, truth: truth.whole(b"{}"),
    "html": lambda _, truth: truth.whole(b"<html><script>alert(1)</script></html>", content_type="text/html"),
    "not utf-8": lambda _, truth: truth.whole(b'{"name": "\xff\xfe"}'),
    "utf-16": lambda _, truth: truth.whole(truth.body.decode().encode("utf-16")),
    "half": lambda _, truth: truth.whole(truth.body[: len(truth.body) // 2]),
    "deep": lambda _, truth: truth.whole(_deep(100_000)),
    "deep list": lambda _, truth: truth.whole(b"[" * 100_000),
    "huge number": lambda _, truth: truth.whole(b'[{"id": ' + b"9" * 5000 + b', "name": "x"}]'),
    "not a number": lambda _, truth: truth.whole(b'[{"id": NaN, "name": Infinity}]'),
    "surrogate": lambda _, truth: truth.whole(b'[{"id": 1, "name": "\\ud800"}]'),
    "nul name": lambda _, truth: truth.whole(b'[{"id": 1, "name": "\\u0000\\u001b[2J", "kind": "app"}]'),
    "duplicate keys": lambda _, truth: truth.whole(b'[{"id": 1, "id": "x", "name": 1, "name": null}]'),
    "too short": lambda _, truth: truth.whole(content_length=str(len(truth.body) + 50)),
    "too long": lambda _, truth: truth.whole(content_length="3"),
    "negative length": lambda _, truth: truth.whole(content_length="-5"),
    "length in words": lambda _, truth: truth.whole(content_length="many"),
    "broken chunks": lambda _, truth: truth.whole(b"zz\r\nxx\r\n", transfer_encoding="chunked"),
    "false gzip": lambda _, truth: truth.whole(b"no gzip at all", content_encoding="gzip"),
    "gzip bomb": lambda _, truth: truth.whole(gzip.compress(b" " * 80_000_000, 1), content_encoding="gzip"),
    "unknown encoding": lambda _, truth: truth.whole(content_encoding="x-rot13"),
    "redirect": lambda _, __: bare(302, Location="https://evil.example/?t=1"),
    "redirect nowhere": lambda _, __: bare(301),
    "redirect to itself": lambda asked, _: bare(307, Location=asked.path),
    "redirect oddly": lambda _, __: bare(308, Location="http://[::1:bad\x01"),
    "not modified": lambda _, __: bare(304),
    "continue only": lambda _, __: b"HTTP/1.1 100 Continue\r\n\r\n",
    "early hints": lambda _, truth: b"HTTP/1.1 103 Early Hints\r\nLink: <x>\r\n\r\n" + truth.whole(),
    "no content": lambda _, __: bare(204),
    "status 999": lambda _, __: bare(999, b"{}"),
    "status 600": lambda _, __: bare(600, b"{}"),
    "status in words": lambda _, __: bare("abc", b"{}"),
    "no http": lambda _, __: b"SSH-2.0-OpenSSH_9.0\r\n",
    "silence": lambda _, __: b"",
    "long header": lambda _, truth: truth.whole(x_long="a" * 100_000),
    "many headers": lambda _, truth: truth.whole(None, **{f"x_{number}": "a" for number in range(300)}),
    "control header": lambda _, truth: truth.whole(x_request_id="\x1b[2Jid\x07", current_page="\x1b[31m1"),
    "odd page headers": lambda _, truth: truth.whole(current_page="-1", total_pages="9" * 500, total_count="many"),
    "odd dates": lambda _, __: bare(429, b"{}", retry_after="Mon, 99 Foo 9999 99:99:99 GMT"),
    "wait for ever": lambda _, __: bare(429, b"{}", retry_after="9" * 30),
    "refusal with markup": lambda _, __: bare(422, json.dumps({"message": ATTACKS[0] + ATTACKS[6]}).encode()),
    "refusal of odd shape": lambda _, __: bare(422, b'{"status": {"status": {"message": [[1], {"a": null}]}}}'),
    "deep refusal": lambda _, __: bare(400, b'{"status":' * 3000 + b"1" + b"}" * 3000),
    "endless pages": _fresh_cursor,
}


def spec(url: str, sandbox: Sandbox) -> dict[str, Any]:
    """A spec that makes a plan read everything there is to read."""
    return merged(
        rich(sandbox),
        {
            "onelogin": {
                "url": url,
                "app": {"brand": "Acme", "policy": "Strict App Policy"},
                "access": {"groups": ["Sales"], "users": ["heidi.hall@acme.example", "nobody@acme.example"]},
            },
            "justcall": {"url": url, "users_url": url},
        },
    )


@pytest.fixture
def path(home: Path, liar: Liar, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(paging, "MOST_PAGES", 30)
    much_is_wrong(sandbox)
    return write(home / "spec.yaml", spec(liar.url, sandbox))


def assert_harmless(sandbox: Sandbox, path: Path, form: str) -> int:
    """A plan ends in good order and writes nothing. Its exit code."""
    before = sandbox.snapshot()
    ran = sso_sync("plan", path, "--format", form, "-v")
    assert_well_behaved(ran, document=form == "json")
    assert ran.code in (0, 1, 3, 6), ran.out
    assert sandbox.requests.writes() == []
    assert sandbox.snapshot() == before
    return ran.code


def test_without_a_lie_everything_is_read(liar: Liar, sandbox: Sandbox, path: Path) -> None:
    asked: set[str] = set()

    def listen(call: Asked, truth: Truth) -> bytes:
        asked.add(f"{call.method} {call.path}")
        return truth.whole()

    liar.about, liar.lie = "", listen
    ran = sso_sync("plan", path)
    assert_well_behaved(ran)
    unread = [name for name, about in ENDPOINTS.items() if not any(re.search(about, call) for call in asked)]
    assert unread == []


def sampled(endpoint: str) -> list[tuple[str, Lie]]:
    """Every lie, or for a quick run every sixth, beginning with another one for each endpoint."""
    every = list(LIES.items())
    return every if os.environ.get(THOROUGH) else every[list(ENDPOINTS).index(endpoint) % 6 :: 6]


@pytest.mark.parametrize("endpoint", ENDPOINTS)
def test_every_lie_about_every_endpoint(
    liar: Liar, sandbox: Sandbox, path: Path, endpoint: str, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    liar.about = ENDPOINTS[endpoint]
    broken = []
    for number, (name, lie) in enumerate(sampled(endpoint)):
        if endpoint == "token":
            monkeypatch.setenv("XDG_CACHE_HOME", str(home / f"cache-{number}"))
        liar.lie, liar.lies = lie, 0
        try:
            with attempt("hostile answers", "handled"):
                assert_harmless(sandbox, path, ("text", "json", "markdown")[number % 3])
                assert liar.lies, "was not asked"
        except AssertionError as problem:
            broken.append(f"{name!r}: {problem}")
    assert not broken, "\n".join(broken)


LEAVES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.just(HUGE),
    st.just(-1),
    st.just(0),
    st.floats(allow_nan=False, allow_infinity=False),
    st.sampled_from(ATTACKS),
    st.text(max_size=20),
    st.just("x" * 10_000),
    st.just([]),
    st.just({}),
)
JUNK = st.recursive(
    LEAVES,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=5), inner, max_size=3)),
)
EDITS = st.lists(st.tuples(st.integers(0, 10_000), st.one_of(st.just(None), JUNK)), min_size=1, max_size=4)


def _places(value: Any, at: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [at, *(place for key, part in inner for place in _places(part, (*at, key)))]


def _edited(value: Any, edits: list[tuple[int, Any]]) -> Any:
    """`value` with junk in some places; None takes the place away."""
    for number, junk in edits:
        places = _places(value)
        place = places[number % len(places)]
        if not place:
            value = junk
            continue
        parent = value
        for key in place[:-1]:
            parent = parent[key]
        if junk is None and number % 2:
            del parent[place[-1]]
        else:
            parent[place[-1]] = junk
    return value


@settings(
    max_examples=200 if os.environ.get(THOROUGH) else 40,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(
    endpoint=st.sampled_from(sorted(set(ENDPOINTS) - {"token"})), edits=EDITS, form=st.sampled_from(["text", "json"])
)
def test_true_answers_with_something_wrong_in_them(
    liar: Liar, sandbox: Sandbox, path: Path, endpoint: str, edits: list[tuple[int, Any]], form: str
) -> None:
    liar.about = ENDPOINTS[endpoint]
    liar.lie = lambda _, truth: truth.whole(json.dumps(_edited(truth.json, edits)).encode())
    with attempt("hostile answers", "handled"):
        assert_harmless(sandbox, path, form)
