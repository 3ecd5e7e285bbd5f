"""Keeps one issue about drift: opened with the first, kept up to date while it lasts, closed once there is none.

A run that could not look at both sides says nothing about drift, so it leaves the issue as it is.
"""

from __future__ import annotations

import os
import sys
from typing import Any
from urllib.parse import quote

from api import Api, ApiError
from post import failed, ours, report
from runner import given

_IN_SYNC, _DRIFTED = "0", ("2", "3")


def main() -> int:
    code = os.environ["EXIT_CODE"]
    if code != _IN_SYNC and code not in _DRIFTED:
        return 0
    try:
        api = Api(given("TOKEN"))
        found = _ours(api)
        if code == _IN_SYNC:
            _close(api, found)
        else:
            _tell(api, found)
    except ApiError as problem:
        return failed("The issue", problem)
    return 0


def _ours(api: Api) -> dict[str, Any] | None:
    author = api.author(given("AUTHOR"))
    for issue in api.pages("/issues", f"state=open&creator={quote(author, safe='')}&"):
        if ours(issue, author) and "pull_request" not in issue:  # to this API a pull request is an issue, too
            return issue
    return None


def _tell(api: Api, found: dict[str, Any] | None) -> None:
    body = {"body": report()}
    if found is not None:
        api.call("PATCH", f"/issues/{int(found['number'])}", body)
        return
    title = "Single sign-on is not as the spec says"
    api.call("POST", "/issues", {"title": title, "labels": [given("ISSUE_LABEL")], **body})


def _close(api: Api, found: dict[str, Any] | None) -> None:
    if found is not None:
        number = int(found["number"])
        api.call("POST", f"/issues/{number}/comments", {"body": "Both sides are as the spec says again."})
        api.call("PATCH", f"/issues/{number}", {"state": "closed", "state_reason": "completed"})


if __name__ == "__main__":
    sys.exit(main())
