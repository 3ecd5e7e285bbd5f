"""Writes the report as a comment on the pull request, over the comment that an earlier run wrote."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

from api import Api, ApiError
from post import failed, ours, report
from runner import given


def main() -> int:
    event = json.loads(Path(os.environ["GITHUB_EVENT_PATH"]).read_text(encoding="utf-8"))
    number = int(event["pull_request"]["number"])
    try:
        _write(Api(given("TOKEN")), number)
    except ApiError as problem:
        return failed("The comment", problem)
    return 0


def _write(api: Api, number: int) -> None:
    author, body = api.author(given("AUTHOR")), {"body": report()}
    for comment in api.pages(f"/issues/{number}/comments"):
        if ours(comment, author):
            api.call("PATCH", f"/issues/comments/{int(comment['id'])}", body)
            return
    api.call("POST", f"/issues/{number}/comments", body)


if __name__ == "__main__":
    sys.exit(main())
