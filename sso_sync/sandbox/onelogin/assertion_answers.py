"""The two ways in which the assertion API answers: v2's flat objects and v1's envelope (§15)."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import JsonValue

from sso_sync.sandbox.onelogin.account import Account, as_id
from sso_sync.sandbox.onelogin.auth import v1_status
from sso_sync.sandbox.onelogin.errors import shape_a, shape_b
from sso_sync.sandbox.wire import Answer, Call, Refusal

__all__ = ["Answers"]

_WANTED = "MFA is required for this user"
_PENDING = "Authentication pending on OL Protect"
_KINDS = {400: "bad request", 401: "Unauthorized", 404: "Not Found"}


class Answers:
    """Answers to one call, in the envelope of its version, or in v1's wherever the variant says so."""

    def __init__(self, account: Account, call: Call) -> None:
        self._v1 = call.path.startswith("/api/1/") or account.variants.assertion_envelope == "v1"
        self._refusal = account.variants.assertion_refusal
        self._callback = f"https://{account.subdomain}.onelogin.com{call.path}/verify_factor"

    def texts(self, body: Mapping[str, JsonValue], *names: str, numbers: tuple[str, ...] = ()) -> dict[str, str]:
        """The named fields, which must be texts and not blank; those in `numbers` may be numbers too. Else a 400."""
        found: dict[str, str] = {}
        for name in names:
            value = body.get(name)
            if name in numbers and as_id(value) is not None:
                value = str(value)
            if not isinstance(value, str):
                raise self.bad_request(f"{name} must be a string")
            if not value:
                raise self.bad_request(f"{name} is missing")
            found[name] = value
        return found

    def optional_text(self, body: Mapping[str, JsonValue], name: str) -> str:
        """A text that may be left out or null, "" then."""
        value = body.get(name)
        if value is not None and not isinstance(value, str):
            raise self.bad_request(f"{name} must be a string")
        return value or ""

    def optional_switch(self, body: Mapping[str, JsonValue], name: str) -> None:
        """A switch that means nothing here, but must be one."""
        if not isinstance(body.get(name), bool | None):
            raise self.bad_request(f"{name} must be true or false")

    def success(self, data: str) -> Answer:
        """The response in base64."""
        if self._v1:
            return Answer(200, {**v1_status("success", "Success"), "data": data})
        return Answer(200, {"message": "Success", "data": data})

    def factor_wanted(self, details: Mapping[str, JsonValue]) -> Answer:
        """A second factor first: state token, devices and person."""
        whole: dict[str, JsonValue] = {**details, "callback_url": self._callback}
        if self._v1:
            return Answer(200, {**v1_status("success", _WANTED), "data": [whole]})
        return Answer(200, {"message": _WANTED, **whole})

    def pending(self) -> Answer:
        """A push that its owner has not agreed to yet."""
        if self._v1:
            return Answer(200, v1_status("pending", _PENDING))
        return Answer(200, {"type": "pending", "message": _PENDING})

    def refusal(self, text: str) -> Refusal:
        """A person who gets no response; the status is the variant's."""
        return self._error(self._refusal, text)

    def bad_request(self, text: str) -> Refusal:
        return self._error(400, text)

    def _error(self, status: int, text: str) -> Refusal:
        return shape_b(status, text, _KINDS[status]) if self._v1 else shape_a(status, text)
