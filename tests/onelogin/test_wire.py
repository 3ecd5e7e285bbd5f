"""The client over real sockets: what a patched wire cannot show."""

from __future__ import annotations

import json

from sso_sync.http import Retry
from sso_sync.onelogin.connect import connect
from tests.http.wire import Answer, RawServer, ok
from tests.onelogin.support import NOON, Naps, token_body


def _json(value: object) -> bytes:
    return json.dumps(value).encode()


def test_a_renewed_token_on_kept_connections() -> None:
    refused = Answer(b"HTTP/1.1 401 Unauthorized\r\nContent-Length: 2\r\n\r\n{}")
    script = [ok(_json(token_body("first"))), refused, ok(_json(token_body("second"))), ok(b'{"id": 5}'), ok(b"[]")]
    retry = Retry(sleep=Naps(), clock=lambda: NOON)
    with RawServer(script) as server:
        client = connect(server.url, "id", "secret", cache_dir=None, read_only=False, retry=retry)
        try:
            assert client.create_role("A") == 5
            assert client.roles() == ()
        finally:
            client.close()
    lines = [request.split(b"\r\n")[0].decode() for request in server.requests]
    assert lines == [
        "POST /auth/oauth2/v2/token HTTP/1.1",
        "POST /api/2/roles HTTP/1.1",
        "POST /auth/oauth2/v2/token HTTP/1.1",
        "POST /api/2/roles HTTP/1.1",
        "GET /api/2/roles?limit=650 HTTP/1.1",
    ]
    assert b"Bearer second" in server.requests[3]
    assert server.requests[3].endswith(b'{"name": "A"}')
