"""What the log and the traces say of each request: never its query, its body or its headers."""

from __future__ import annotations

import logging
import re

from sso_sync import tracing
from sso_sync.http.problems import one_line
from sso_sync.http.watching import Answer, Call

__all__ = ["Telling", "template"]

_LOG = logging.getLogger("sso_sync.http")
_LONGEST = 80  # letters of a service's own name for a call
_VARIABLE = re.compile(r"[0-9]+|.*[@%].*|.{41,}", re.DOTALL)


def template(path: str) -> str:
    """`path` with `{id}` for each part that names a thing or a person: what all calls of one kind have in common."""
    parts = path.split("/")
    known = ("api" in parts[:-1] and parts.index("api") + 1) or None  # a number behind it is the version
    shown = (part if at == known or not _VARIABLE.fullmatch(part) else "{id}" for at, part in enumerate(parts))
    return "/".join(shown)


class Telling:
    """An observer that logs each answer, and records it as a span.

    `base` is the path of the service's own address. It is left out: an address may come from the environment.
    """

    def __init__(self, base: str) -> None:
        self._base = base

    def sent(self, call: Call) -> None:
        del call

    def answered(self, call: Call, answer: Answer) -> None:
        path = call.path.removeprefix(self._base)
        side = "onelogin" if call.service == "OneLogin" else "justcall"
        request_id = one_line(answer.request_id, _LONGEST) if answer.request_id else None
        known = {"status": answer.status, "request_id": request_id}
        facts = {key: value for key, value in known.items() if value is not None}
        tracing.happened(
            "request",
            answer.seconds,
            problem=_trouble(answer),
            side=side,
            service=call.service,
            method=call.method,
            path=template(path),
            attempt=call.attempt,
            **facts,
        )
        if _LOG.isEnabledFor(logging.DEBUG):
            request = {
                "service": call.service,
                "method": call.method,
                "path": path,
                "attempt": call.attempt,
                "seconds": round(answer.seconds, 3),
                "problem": answer.problem,
                **known,
            }
            outcome = answer.status or answer.problem or "no answer"
            words = "%s %s -> %s in %.0f ms"
            told = {"side": side, "request": {key: value for key, value in request.items() if value is not None}}
            _LOG.debug(words, call.method, path, outcome, answer.seconds * 1000, extra={"told": told})


def _trouble(answer: Answer) -> str | None:
    """The kind of trouble, in one word that holds nothing of the answer."""
    if answer.status is None:
        return "no answer"
    return str(answer.status) if answer.failed else None
