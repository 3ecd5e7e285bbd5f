"""Tokens, scopes and the account's hourly quota (§1, §2)."""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import replace
from datetime import timedelta
from enum import Enum

from pydantic import JsonValue

from sso_sync.sandbox.onelogin.account import Account
from sso_sync.sandbox.onelogin.errors import shape_a, shape_b
from sso_sync.sandbox.onelogin.records import Credential, Token
from sso_sync.sandbox.wire import Answer, BadJson, Call, Refusal

__all__ = ["Quota", "Scope", "authorise", "issue_token", "rate_limit", "revoke_token", "v1_ok", "v1_status"]

_OWN_HEADER = re.compile(r"\s*client_id:\s*([^,\s]+)\s*,\s*client_secret:\s*(\S+)\s*")
_BEARER = re.compile(r"bearer[ :]\s*(\S+)", re.IGNORECASE)


class Scope(Enum):
    """What an endpoint needs, as the credential levels that have it (§1)."""

    NONE = frozenset({"Authentication Only", "Read Users", "Manage Users", "Read All", "Manage All"})
    ASSERTIONS = frozenset({"Authentication Only", "Manage Users", "Manage All"})
    READ_USERS = frozenset({"Read Users", "Manage Users", "Read All", "Manage All"})
    MANAGE_USERS = frozenset({"Manage Users", "Manage All"})
    READ_ALL = frozenset({"Read All", "Manage All"})
    MANAGE_ALL = frozenset({"Manage All"})


class Quota:
    """Calls in the running hour. Kept in memory only."""

    def __init__(self, account: Account) -> None:
        self._account = account
        self._until = account.now()
        self._used = 0

    def count(self) -> dict[str, str]:
        """Counts one call; the x-ratelimit headers, or a 429 once the hour's calls are spent."""
        headers = self._headers(1)
        if self._used > self._account.variants.rate_limit:
            answer = shape_b(429, "Too Many Requests", "TooManyRequests").answer
            raise Refusal(answer.with_headers(headers))
        return headers

    def reset(self) -> None:
        """Starts a fresh hour."""
        self._until = self._account.now() + timedelta(hours=1)
        self._used = 0

    def state(self) -> dict[str, JsonValue]:
        """Limit, what is left, and the seconds to the end of the hour, under the documented names."""
        headers = self._headers(0)
        names = ("X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset")
        return {name: int(headers[name.lower()]) for name in names}

    def _headers(self, calls: int) -> dict[str, str]:
        now = self._account.now()
        if now >= self._until:
            self.reset()
        self._used += calls
        limit = self._account.variants.rate_limit
        return {
            "x-ratelimit-limit": str(limit),
            "x-ratelimit-remaining": str(max(0, limit - self._used)),
            "x-ratelimit-reset": str(int((self._until - now).total_seconds())),
        }


def issue_token(account: Account, call: Call) -> Answer:
    """`POST /auth/oauth2/v2/token`: the client's valid token again, or a fresh one."""
    credential = _credential(account, call)
    if _grant_type(call) != "client_credentials":
        raise shape_b(400, "grant_type must be client_credentials", "bad request")
    now = account.now()
    token = next((t for t in account.tokens if t.credential_id == credential.id and t.valid_at(now)), None)
    if token is None:
        number = account.next_id("token")
        fresh = Token(number, credential.id, account.fresh_token(), now, account.variants.token_expires_in)
        token = account.tokens.put(number, fresh)
    left = token.expires_in
    if account.variants.expiry_on_repeat == "remaining":
        left -= int((now - token.created_at).total_seconds())
    body: JsonValue = {
        "access_token": token.value,
        "created_at": account.stamp(token.created_at),
        "expires_in": left,
        "refresh_token": token.value[::-1],
        "token_type": "bearer",
        "account_id": account.id,
    }
    return Answer(200, body, {"cache-control": "no-cache"})


def revoke_token(account: Account, call: Call) -> Answer:
    """`POST /auth/oauth2/revoke`: ends the token for every process that uses it."""
    credential = _credential(account, call)
    try:
        body = call.json()
    except BadJson:
        body = None
    value = body.get("access_token") if isinstance(body, dict) else None
    if not isinstance(value, str):
        raise shape_b(400, "access_token is missing", "bad request")
    for token in list(account.tokens):
        if token.value == value and token.credential_id == credential.id:
            account.tokens.remove(token.id)
    return Answer(200, v1_ok(None))


def rate_limit(quota: Quota) -> Answer:
    """`GET /auth/rate_limit`."""
    return Answer(200, v1_ok(quota.state()))


def authorise(account: Account, call: Call, scope: Scope) -> None:
    """Lets the call pass if its bearer token is valid and its credential's level has the scope."""
    v1 = call.path.startswith(("/api/1/", "/auth/"))
    found = _BEARER.fullmatch(call.headers.get("authorization", ""))
    now = account.now()
    token = next((t for t in account.tokens if found and t.value == found[1] and t.valid_at(now)), None)
    if token is None:
        raise shape_b(401, "Authentication Failure", "Unauthorized") if v1 else shape_a(401, "Unauthorized")
    if account.credentials[token.credential_id].level in scope.value:
        return
    status = account.variants.wrong_scope_status
    message = "Insufficient Permissions"
    raise shape_b(status, message, "Unauthorized") if v1 else shape_a(status, message)


def expire_tokens(account: Account) -> None:
    """Makes every token as old as if its life were over."""
    for token in list(account.tokens):
        account.tokens.put(token.id, replace(token, expires_in=0))


def v1_ok(data: JsonValue) -> dict[str, JsonValue]:
    """The envelope of v1 and of the auth paths; None: no data."""
    envelope = v1_status("success", "Success")
    return envelope if data is None else {**envelope, "data": data}


def v1_status(kind: str, message: str) -> dict[str, JsonValue]:
    """The head of v1's envelope around an answer that is no error."""
    return {"status": {"error": False, "code": 200, "type": kind, "message": message}}


def _credential(account: Account, call: Call) -> Credential:
    """Who calls: one of the three documented forms (§1)."""
    sent = _sent_credential(call)
    if sent is None:
        raise shape_b(400, "Authorization Information is incorrect", "bad request")
    known = (c for c in account.credentials if (c.client_id, c.client_secret) == sent)
    credential = next(known, None)
    if credential is None:
        raise shape_b(401, "Authentication Failure", "Unauthorized")
    if credential.owner_deleted:
        raise Refusal(
            Answer(500, {"message": "Internal Server Error", "statusCode": 500, "name": "InternalServerError"})
        )
    return credential


def _sent_credential(call: Call) -> tuple[str, str] | None:
    header = call.headers.get("authorization", "")
    own = _OWN_HEADER.fullmatch(header)
    if own:
        return own[1], own[2]
    if header.lower().startswith("basic "):
        return _basic(header[len("basic ") :])
    if _is_form(call):
        form = call.form()
        if "client_id" in form and "client_secret" in form:
            return form["client_id"], form["client_secret"]
    return None


def _basic(encoded: str) -> tuple[str, str] | None:
    try:
        client_id, colon, secret = base64.b64decode(encoded.strip(), validate=True).decode().partition(":")
    except (binascii.Error, ValueError):
        return None
    return (client_id, secret) if colon else None


def _grant_type(call: Call) -> JsonValue:
    if _is_form(call):
        return call.form().get("grant_type")
    try:
        body = call.json()
    except BadJson:
        return None
    return body.get("grant_type") if isinstance(body, dict) else None


def _is_form(call: Call) -> bool:
    return call.headers.get("content-type", "").startswith("application/x-www-form-urlencoded")
