"""What all models of a file share: strictness, and how presence is told from absence."""

from __future__ import annotations

from enum import Enum

from pydantic import BaseModel, ConfigDict

__all__ = ["UNMANAGED", "Model", "Unmanaged", "given"]


class Unmanaged(Enum):
    """What the YAML tag `!unmanaged` becomes: this value is somebody else's business."""

    UNMANAGED = "!unmanaged"


UNMANAGED = Unmanaged.UNMANAGED


class Model(BaseModel):
    """What every part of a file is: frozen, strict about types, and without room for unknown keys."""

    # hide_input_in_errors: pydantic's own text must never carry a value that came from `!env`.
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, hide_input_in_errors=True)


def given(model: BaseModel, field: str) -> bool:
    """Whether the file says anything about `field`: written down, `null` included, and not `!unmanaged`."""
    return field in model.model_fields_set and getattr(model, field) is not UNMANAGED
