"""What makes a function a command: the common options follow its own, and its errors become reports.

This module is imported for `--help`, so it imports nothing heavy.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path
from typing import Concatenate, ParamSpec

from sso_sync.cli.options import Common, SpecOutput

__all__ = ["with_common", "with_documents", "writing_a_spec"]

P = ParamSpec("P")


def with_common(run: Callable[Concatenate[Common, P], int]) -> Callable[..., int]:
    """Turns `run(common, …)` into a command: the common options follow its own, and its errors become reports."""
    return _command(run, documents=False)


def with_documents(run: Callable[Concatenate[Common, P], int]) -> Callable[..., int]:
    """The same for a command whose result is a document and no list of findings: a few formats cannot tell of it."""
    return _command(run, documents=True)


def _command(run: Callable[Concatenate[Common, P], int], *, documents: bool) -> Callable[..., int]:
    name = run.__name__.strip("_").replace("_", "-")

    @functools.wraps(run)
    def command(*args: P.args, **kwargs: P.kwargs) -> int:
        from sso_sync.cli.boundary import guarded

        said = {field.name: kwargs.pop(field.name) for field in fields(Common)}
        return guarded(said, lambda common: run(common, *args, **kwargs), command=name, documents=documents)

    return _signed(command, list(inspect.signature(run, eval_str=True).parameters.values())[1:])


def writing_a_spec(run: Callable[Concatenate[Common, Path | None, P], int]) -> Callable[..., int]:
    """Like `with_common`, for `run(common, output, …)`, where `--output` names a spec that is to be made.

    Such a file is precious, so no report and no error is ever written to it: `common.output` is None.
    """
    name = run.__name__.strip("_").replace("_", "-")

    @functools.wraps(run)
    def command(*args: P.args, **kwargs: P.kwargs) -> int:
        from sso_sync.cli.boundary import guarded

        said = {field.name: kwargs.pop(field.name) for field in fields(Common)}
        path: Path | None = said.pop("output")  # type: ignore[assignment]
        return guarded(said, lambda common: run(common, path, *args, **kwargs), command=name, documents=True)

    own = list(inspect.signature(run, eval_str=True).parameters.values())[2:]
    return _signed(command, own, SpecOutput)


def _signed(command: Callable[..., int], own: list[inspect.Parameter], output: object = None) -> Callable[..., int]:
    """The command with the common options after its own, all of them as Typer wants them.

    `output`: what `--output` is, if it is not where the report goes.
    """
    shared = [
        one.replace(annotation=output) if output is not None and one.name == "output" else one
        for one in inspect.signature(Common, eval_str=True).parameters.values()
    ]
    keywords = [one.replace(kind=inspect.Parameter.KEYWORD_ONLY) for one in (*own, *shared)]
    vars(command)["__signature__"] = inspect.Signature(keywords, return_annotation=int)
    return command
