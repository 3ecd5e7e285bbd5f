"""What a struck call is answered: the error shapes of the two services and of the edge in front of them."""

from __future__ import annotations

import math
import time
from http.client import responses

from pydantic import JsonValue

from sso_sync.sandbox.faults import Fault
from sso_sync.sandbox.wire import HTML, NO_BODY, Answer, Call, html

__all__ = ["broken_answer", "edge_429"]

_EDGE_PAGE_BYTES = 117


def broken_answer(fault: Fault, call: Call, real: Answer | None) -> Answer:
    """The answer in place of the real one, for the kinds rate_limit, error and garbage."""
    if fault.kind == "rate_limit":
        return _rate_limited(fault, call)
    if fault.kind == "garbage":
        return _garbage(fault, real)
    return _error(fault, call)


def edge_429() -> Answer:
    """The edge's 429 on OneLogin's token path, as recorded: 117 bytes of HTML and not one helpful header (§2)."""
    page = b"<html><head><title>429</title></head><body>Too Many Requests</body></html>"
    headers = {"content-type": HTML, "cache-control": "no-cache", "connection": "close"}
    return Answer(429, page.ljust(_EDGE_PAGE_BYTES, b" "), headers)


def _rate_limited(fault: Fault, call: Call) -> Answer:
    wait = math.ceil(fault.seconds)
    if call.service == "justcall":
        headers = {"x-rate-limit-burst-limit": "90", "x-rate-limit-burst-remaining": "0"}
        if fault.hint == "reset":
            headers["x-rate-limit-burst-reset"] = str(math.ceil(time.time()) + wait)
        body: JsonValue = {"status": "failed", "message": "Too Many Requests"}
    elif call.path.startswith("/auth/oauth2"):
        return edge_429()
    else:
        headers = {"x-ratelimit-limit": "5000", "x-ratelimit-remaining": "0"} if fault.hint == "reset" else {}
        if fault.hint == "reset":
            headers["x-ratelimit-reset"] = str(wait)
        body = _onelogin_error(call, 429, "Too Many Requests", "TooManyRequestsError")
    if fault.hint == "retry-after":
        headers["retry-after"] = str(wait)
    return Answer(429, body, headers)


def _error(fault: Fault, call: Call) -> Answer:
    reason = responses.get(fault.status, "Unknown Error")
    if fault.body == "empty":
        return Answer(fault.status, NO_BODY)
    if fault.body == "html":
        return html(fault.status, f"{fault.status} {reason}")
    if call.service == "justcall":
        return Answer(fault.status, {"status": "failed", "message": reason})
    return Answer(
        fault.status,
        _onelogin_error(call, fault.status, reason, reason.replace(" ", "").removesuffix("Error") + "Error"),
    )


def _onelogin_error(call: Call, status: int, message: str, name: str) -> JsonValue:
    """Shape B on v1 and auth paths, shape A on v2 (§5.6)."""
    if call.path.startswith(("/auth/", "/api/1/")):
        return {"status": {"error": True, "code": status, "type": name, "message": message}}
    return {"message": message, "statusCode": status, "name": name}


def _garbage(fault: Fault, real: Answer | None) -> Answer:
    status = real.status if real is not None else 200
    if fault.garbage == "html":
        return html(status, "Please sign in")
    if fault.garbage == "truncated":
        content = real.content() if real is not None else b'{"id": 1, "na'
        return Answer(status, content[: len(content) // 2] or b"{", {"content-type": "application/json"})
    if fault.garbage == "not_utf8":
        return Answer(status, b'{"name": "\xff\xfe"}', {"content-type": "application/json"})
    if fault.garbage == "empty":
        return Answer(status, NO_BODY, {"content-type": "application/json"})
    return Answer(status, {"unexpected": ["shape"]})
