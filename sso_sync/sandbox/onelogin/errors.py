"""OneLogin's error shapes, by the letters the fact sheet gives them (§5.6)."""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import JsonValue

from sso_sync.sandbox.wire import Answer, Refusal, html

__all__ = [
    "bad_request",
    "forbidden",
    "not_found",
    "rails_400",
    "roles_error",
    "rules_error",
    "shape_a",
    "shape_b",
    "unprocessable",
]

_NAMES = {
    400: "BadRequestError",
    401: "UnauthorizedError",
    402: "PaymentRequiredError",
    403: "ForbiddenError",
    404: "NotFoundError",
    406: "NotAcceptableError",
    422: "UnprocessableEntityError",
    429: "TooManyRequestsError",
    500: "InternalServerError",
}
_GONE = "The resource with the given id could not be found"


def shape_a(status: int, message: str) -> Refusal:
    """The general shape of v2."""
    return Refusal(Answer(status, {"message": message, "statusCode": status, "name": _NAMES[status]}))


def bad_request(message: str) -> Refusal:
    return shape_a(400, message)


def forbidden(message: str) -> Refusal:
    return shape_a(403, message)


def not_found() -> Refusal:
    return shape_a(404, _GONE)


def unprocessable(message: str) -> Refusal:
    return shape_a(422, message)


def shape_b(status: int, message: str, kind: str) -> Refusal:
    """The shape of v1 and of the auth paths."""
    return Refusal(Answer(status, {"status": {"error": True, "code": status, "type": kind, "message": message}}))


def rules_error(*fields: tuple[str, Sequence[str]]) -> Refusal:
    """Shape C: rules and mappings. Without fields it is the bare 422 of an unknown role in an action (§8)."""
    body: dict[str, JsonValue] = {"code": 422, "message": "Validation Failed"}
    if fields:
        body["errors"] = [{"field": field, "message": list(messages)} for field, messages in fields]
    return Refusal(Answer(422, body))


def roles_error(status: int, description: str) -> Refusal:
    """Shape D: the roles service."""
    return Refusal(Answer(status, {"status": status, "error": _NAMES[status], "description": description}))


def rails_400() -> Refusal:
    """Shape E: what the web framework says to a body that is not JSON."""
    return Refusal(html(400, "400 Bad Request"))
