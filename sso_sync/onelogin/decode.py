"""From an answer's JSON to the models, with one clear error when it has another shape."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, TypeVar

import requests
from pydantic import BaseModel, ValidationError

from sso_sync.http import Transport

__all__ = ["decode", "decode_all", "new_id"]

Model = TypeVar("Model", bound=BaseModel)


def decode(transport: Transport, response: requests.Response, model: type[Model], content: Any) -> Model:
    """`content` as `model`. Raises AnswerError that names the fields, but never shows their values."""
    try:
        return model.model_validate(content)
    except ValidationError as error:
        flaws = (f"{'.'.join(str(part) for part in flaw['loc']) or 'it'}: {flaw['msg']}" for flaw in error.errors())
        what = f"the answer is not the {model.__name__.lower()} that was expected: {'; '.join(flaws)}"
    # Outside of the handler, so that pydantic's text, which repeats the values, is not chained.
    raise transport.unusable(response, what)


def decode_all(
    transport: Transport, response: requests.Response, model: type[Model], rows: Iterable[Any]
) -> tuple[Model, ...]:
    """Each of `rows` as `model`."""
    return tuple(decode(transport, response, model, row) for row in rows)


def new_id(transport: Transport, response: requests.Response) -> int:
    """The id of what was just created: OneLogin answers `{"id": 1}`, its documentation says `[{"id": 1}]` (§6)."""
    content = transport.json(response)
    if isinstance(content, list) and len(content) == 1:
        content = content[0]
    found = content.get("id") if isinstance(content, dict) else None
    try:
        return int(str(found))
    except ValueError:
        raise transport.unusable(response, "the answer does not say the id of what was created") from None
