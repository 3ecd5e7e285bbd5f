"""What can go wrong on the wire, as errors that name the call and fit on one line.

UnexpectedAnswer └── AnswerError    a 4xx that is not about who we are, a redirect, or a body that cannot be used
CredentialsRefused └── AuthRefused  401 or 403, after what could be done about it
SideUnavailable └── ServiceDown     no answer, or a failing one until the retries were used up
                └── BudgetSpent     not sent: the run may ask this account no more
"""

from __future__ import annotations

import re
import unicodedata
from typing import Self

from sso_sync.errors import CredentialsRefused, Diagnostic, SideUnavailable, SsoSyncError, UnexpectedAnswer

__all__ = ["AnswerError", "AuthRefused", "BudgetSpent", "HttpProblem", "ServiceDown", "one_line"]

_LONGEST = 500
_TAG = re.compile(r"<(script|style)\b.*?</\1\s*>|<!--.*?-->|</?[a-zA-Z!?][^<>]*>", re.DOTALL | re.IGNORECASE)
_ANGLES = str.maketrans({"<": "\u2039", ">": "\u203a"})


def one_line(text: str, limit: int = _LONGEST) -> str:
    """`text` as one harmless line of at most `limit` characters: it came from a server and goes to a terminal.

    Markup is dropped, other angle brackets are replaced, control and invisible formatting characters (escape sequences,
    bidirectional overrides) become spaces, runs of blanks collapse.
    """
    text = _TAG.sub(" ", text[: limit * 40]).translate(_ANGLES)
    visible = "".join(" " if unicodedata.category(letter)[0] in "CZ" else letter for letter in text)
    line = " ".join(visible.split())
    return line if len(line) <= limit else line[: limit - 1].rstrip() + "…"


class HttpProblem(SsoSyncError):
    """A call that failed. `status` is None when no answer came; `path` never holds a query."""

    status: int | None = None
    method: str = ""
    path: str = ""
    message: str = ""
    request_id: str | None = None

    @classmethod
    def of(
        cls,
        method: str,
        path: str,
        message: str,
        *,
        status: int | None = None,
        request_id: str | None = None,
        detail: str | None = None,
        next_action: str | None = None,
    ) -> Self:
        """The problem of one call; `message` is cleaned here, so that callers may pass what the server said."""
        path = one_line(path.partition("?")[0], 200)
        request_id = one_line(request_id, 80) if request_id else None
        outcome = "no answer" if status is None else str(status)
        tail = f" (request id {request_id})" if request_id else ""
        head = f"{method} {path} -> {outcome}: "
        message = one_line(message or "no explanation was given", _LONGEST - len(head) - len(tail))
        problem = cls(Diagnostic("error", head + message + tail, detail=detail, next_action=next_action))
        problem.status, problem.method, problem.path = status, method, path
        problem.message, problem.request_id = message, request_id
        return problem


class AnswerError(HttpProblem, UnexpectedAnswer):
    """The service answered, but with a refusal or a shape that the client cannot go on from."""


class AuthRefused(HttpProblem, CredentialsRefused):
    """The service does not accept the credentials, or their scope does not cover this call."""


class ServiceDown(HttpProblem, SideUnavailable):
    """The service could not be reached, or kept failing until the retries were used up."""


class BudgetSpent(SideUnavailable):
    """A request was not sent, because the run or the service allows no more of them to this account."""
