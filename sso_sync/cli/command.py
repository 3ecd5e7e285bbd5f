"""What makes a function a command: the common options follow its own, and its errors become reports.

This module is imported for `--help`, so it imports nothing heavy.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from dataclasses import fields
from typing import Concatenate, ParamSpec

from sso_sync.cli.options import Common

__all__ = ["with_common"]

P = ParamSpec("P")


def with_common(run: Callable[Concatenate[Common, P], int]) -> Callable[..., int]:
    """Turns `run(common, …)` into a command: the common options follow its own, and its errors become reports."""

    @functools.wraps(run)
    def command(*args: P.args, **kwargs: P.kwargs) -> int:
        from sso_sync.cli.boundary import guarded

        said = {field.name: kwargs.pop(field.name) for field in fields(Common)}
        return guarded(said, lambda common: run(common, *args, **kwargs))

    own = list(inspect.signature(run, eval_str=True).parameters.values())[1:]
    shared = inspect.signature(Common, eval_str=True).parameters.values()
    keywords = [one.replace(kind=inspect.Parameter.KEYWORD_ONLY) for one in (*own, *shared)]
    vars(command)["__signature__"] = inspect.Signature(keywords, return_annotation=int)
    return command
