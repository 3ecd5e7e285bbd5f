"""GitHub's REST API, as far as comments and issues go: https://docs.github.com/rest."""

from __future__ import annotations

import json
import os
import urllib.error
import urllib.request
from collections.abc import Iterator
from typing import Any

__all__ = ["Api", "ApiError"]

_PATIENCE = 30.0  # seconds
_PAGE, _MOST_PAGES = 100, 50


class ApiError(Exception):
    """A request that came to nothing; `status` is None when there was no answer."""

    def __init__(self, said: str, status: int | None = None) -> None:
        super().__init__(said)
        self.status = status


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """A redirect could carry the token to another host."""

    def redirect_request(self, *_: Any) -> None:
        return None


class Api:
    """The API of the repository that the job runs in."""

    def __init__(self, token: str) -> None:
        self._root = os.environ.get("GITHUB_API_URL", "https://api.github.com").rstrip("/")
        self._repository = os.environ["GITHUB_REPOSITORY"]
        self._token = token
        self._opener = urllib.request.build_opener(_NoRedirect())

    def author(self, fallback: str) -> str:
        """Who writes with this token. An app's token, GITHUB_TOKEN among them, may not ask: then it is `fallback`."""
        if fallback:
            return fallback
        try:
            return str(self._call("GET", "/user")["login"])
        except ApiError:
            return "github-actions[bot]"

    def pages(self, path: str, query: str = "") -> Iterator[dict[str, Any]]:
        """Every entry of a list, page by page; `path` is below the repository."""
        for number in range(1, _MOST_PAGES + 1):
            found = self.call("GET", f"{path}?{query}per_page={_PAGE}&page={number}")
            yield from found
            if len(found) < _PAGE:
                return

    def call(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        """The answer to one request below the repository. Raises ApiError."""
        return self._call(method, f"/repos/{self._repository}{path}", body)

    def _call(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        request = urllib.request.Request(
            self._root + path,
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={
                "Accept": "application/vnd.github+json",
                "Authorization": f"Bearer {self._token}",
                "Content-Type": "application/json",
                "User-Agent": "sso-sync-action",
                "X-GitHub-Api-Version": "2022-11-28",
            },
        )
        try:
            with self._opener.open(request, timeout=_PATIENCE) as answer:
                return json.loads(answer.read() or b"null")
        except urllib.error.HTTPError as problem:
            raise ApiError(f"GitHub answered {problem.code} to {method} {path}", problem.code) from None
        except (OSError, ValueError) as problem:
            raise ApiError(f"GitHub gave no answer to {method} {path}: {type(problem).__name__}") from None
