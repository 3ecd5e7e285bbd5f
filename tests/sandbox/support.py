"""Plain HTTP against the sandbox: what any client in any language would do."""

from __future__ import annotations

from types import TracebackType
from typing import Any, Self

import requests

from sso_sync.sandbox import Sandbox

TOKEN = "/auth/oauth2/v2/token"
CLIENT_CREDENTIALS = {"grant_type": "client_credentials"}


class Http:
    """A session with one base URL. Every answer is returned, whatever its status."""

    def __init__(self, base_url: str, authorization: str | None = None) -> None:
        self.base_url = base_url
        self.session = requests.Session()
        self.session.trust_env = False
        if authorization is not None:
            self.session.headers["Authorization"] = authorization

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.session.close()

    def call(self, method: str, path: str, **arguments: Any) -> requests.Response:
        return self.session.request(method, self.base_url + path, timeout=20, allow_redirects=False, **arguments)

    def get(self, path: str, **query: str | int) -> requests.Response:
        return self.call("GET", path, params=query)

    def post(self, path: str, body: Any = None) -> requests.Response:
        return self.call("POST", path, json=body)

    def put(self, path: str, body: Any = None) -> requests.Response:
        return self.call("PUT", path, json=body)

    def delete(self, path: str, body: Any = None) -> requests.Response:
        return self.call("DELETE", path, json=body)


def fresh_token(sandbox: Sandbox, client_id: str | None = None, client_secret: str | None = None) -> str:
    """An access token of this credential pair, or of the sandbox's own."""
    with Http(sandbox.onelogin_url) as http:
        pair = (client_id or sandbox.client_id, client_secret or sandbox.client_secret)
        answer = http.call("POST", TOKEN, json=CLIENT_CREDENTIALS, auth=pair)
    assert answer.status_code == 200, answer.text
    token = answer.json()["access_token"]
    assert isinstance(token, str)
    return token


def error_a(status: int, name: str, message: str) -> dict[str, Any]:
    """Error shape A (fact sheet §5.6)."""
    return {"message": message, "statusCode": status, "name": name}


NOT_FOUND = error_a(404, "NotFoundError", "The resource with the given id could not be found")
