"""JustCall's public users API, as far as a reconciler reads it (fact sheet §2)."""

from __future__ import annotations

import math
import time
from collections import deque
from urllib.parse import urlencode

from pydantic import JsonValue

from sso_sync.sandbox.justcall.account import JustCallAccount, failed
from sso_sync.sandbox.justcall.records import JustCallUser
from sso_sync.sandbox.wire import Answer, Call, number_in

__all__ = ["RateLimits", "get_user", "list_users"]

_USUAL, _MOST = 50, 100
_MINUTE, _HOUR = 60, 3600
_PER_MINUTE, _PER_HOUR = 90, 5400


class RateLimits:
    """The Business plan's two limits: 90 calls in a minute and 5400 in an hour. Kept in memory only."""

    def __init__(self) -> None:
        self._calls: deque[float] = deque()

    def count(self) -> tuple[dict[str, str], bool]:
        """Counts one call; the two families of headers, and whether a limit is now exceeded."""
        now = time.time()
        self._calls.append(now)
        while self._calls[0] <= now - _HOUR:
            self._calls.popleft()
        burst = sum(1 for call in self._calls if call > now - _MINUTE)
        headers = {
            "x-rate-limit-limit": str(_PER_HOUR),
            "x-rate-limit-remaining": str(max(0, _PER_HOUR - len(self._calls))),
            "x-rate-limit-reset": str(math.ceil(self._calls[0]) + _HOUR),
            "x-rate-limit-burst-limit": str(_PER_MINUTE),
            "x-rate-limit-burst-remaining": str(max(0, _PER_MINUTE - burst)),
            "x-rate-limit-burst-reset": str(math.ceil(now) + _MINUTE),
        }
        return headers, burst > _PER_MINUTE or len(self._calls) > _PER_HOUR

    def reset(self) -> None:
        self._calls.clear()


def list_users(account: JustCallAccount, call: Call, base_url: str) -> Answer:
    """`GET /v2.1/users`: pages from 0, at most 100 per page, filters email, role, available."""
    number, size = _number(call, "page", 0), _number(call, "per_page", _USUAL)
    if not 1 <= size <= _MOST:
        raise failed(422, f"per_page must be between 1 and {_MOST}")
    order = call.query.get("order", "desc")
    if order not in ("asc", "desc"):
        raise failed(422, "order must be asc or desc")
    found = [user for user in account.users if _matches(call, user)]
    if order == "desc":
        found.reverse()
    shown = found[number * size : (number + 1) * size]
    rows: list[JsonValue] = [_row(user) for user in shown]
    if account.variants.users_paging == "total_pages":
        pages = math.ceil(len(found) / size)
        meta: JsonValue = {"total_pages": pages, "total": len(found), "current_page": number, "per_page": size}
        return Answer(200, {"status": "success", "data": rows, "meta": meta})
    envelope: dict[str, JsonValue] = {
        "status": "success",
        "count": len(rows),
        "current_page": number,
        "per_page": size,
        "data": rows,
        "next_page_link": _link(call, base_url, number + 1) if (number + 1) * size < len(found) else None,
        "prev_page_link": _link(call, base_url, number - 1) if number > 0 else None,
    }
    return Answer(200, envelope)


def get_user(account: JustCallAccount, call: Call) -> Answer:
    """`GET /v2.1/users/{user_id}`"""
    user = account.users.get(number_in(call.params["user_id"]) or 0)
    if user is None:
        raise failed(404, "User not found")
    return Answer(200, {"status": "success", "data": _row(user)})


def _number(call: Call, name: str, default: int) -> int:
    number = number_in(call.query.get(name, str(default)))
    if number is None:
        raise failed(422, f"{name} must be a number")
    return number


def _matches(call: Call, user: JustCallUser) -> bool:
    query = call.query
    email, available = query.get("email"), query.get("available")
    return (
        (email is None or email.lower() == user.email.lower())
        and query.get("role") in (None, user.role)
        and available in (None, "true" if user.available else "false")
    )


def _link(call: Call, base_url: str, number: int) -> str:
    return f"{base_url}{call.path}?{urlencode({**call.query, 'page': number})}"


def _row(user: JustCallUser) -> dict[str, JsonValue]:
    seen = user.last_login_timestamp
    return {
        "id": user.id,
        "role": user.role,
        "name": user.name,
        "email": user.email,
        "extension": user.extension,
        "groups": [*user.groups],
        "owned_numbers": [*user.owned_numbers],
        "shared_numbers": [*user.shared_numbers],
        "created_at": user.created_at.strftime("%Y-%m-%d %H:%M:%S"),
        "last_login_timestamp": int(seen.timestamp()) if seen is not None else None,
        "timezone": user.timezone,
        "working_hours_type": user.working_hours_type,
        "available": user.available,
        "unavailability_reason": user.unavailability_reason,
        "on_call": user.on_call,
    }
