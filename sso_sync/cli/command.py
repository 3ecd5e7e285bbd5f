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

from sso_sync.cli.options import Common, Format, SpecOutput

__all__ = ["with_common", "with_documents", "with_page", "writing_a_spec"]

P = ParamSpec("P")
_DOCUMENTS = (Format.TEXT, Format.JSON, Format.MARKDOWN)


def with_common(run: Callable[Concatenate[Common, P], int]) -> Callable[..., int]:
    """Turns `run(common, …)` into a command: the common options follow its own, and its errors become reports."""
    return _command(run, tuple(Format))


def with_documents(run: Callable[Concatenate[Common, P], int]) -> Callable[..., int]:
    """The same for a command whose result is a document and no list of findings: a few formats cannot tell of it."""
    return _command(run, _DOCUMENTS)


def with_page(run: Callable[Concatenate[Common, P], int]) -> Callable[..., int]:
    """The same for a command whose result is a page: HTML is what it writes, and nothing else can tell of it."""
    return _command(run, (Format.HTML,))


def _command(run: Callable[Concatenate[Common, P], int], formats: tuple[Format, ...]) -> Callable[..., int]:
    name = run.__name__.strip("_").replace("_", "-")

    @functools.wraps(run)
    def command(*args: P.args, **kwargs: P.kwargs) -> int:
        from sso_sync.cli.boundary import guarded

        said = {field.name: kwargs.pop(field.name) for field in fields(Common) if field.name in kwargs}
        return guarded(said, lambda common: run(common, *args, **kwargs), command=name, formats=formats)

    own = list(inspect.signature(run, eval_str=True).parameters.values())[1:]
    return _signed(command, own, form=formats[0], copies=formats == tuple(Format))


def writing_a_spec(run: Callable[Concatenate[Common, Path | None, P], int]) -> Callable[..., int]:
    """Like `with_common`, for `run(common, output, …)`, where `--output` names a spec that is to be made.

    Such a file is precious, so no report and no error is ever written to it: `common.output` is None.
    """
    name = run.__name__.strip("_").replace("_", "-")

    @functools.wraps(run)
    def command(*args: P.args, **kwargs: P.kwargs) -> int:
        from sso_sync.cli.boundary import guarded

        said = {field.name: kwargs.pop(field.name) for field in fields(Common) if field.name in kwargs}
        path: Path | None = said.pop("output")  # type: ignore[assignment]
        return guarded(said, lambda common: run(common, path, *args, **kwargs), command=name, formats=_DOCUMENTS)

    own = list(inspect.signature(run, eval_str=True).parameters.values())[2:]
    return _signed(command, own, SpecOutput, copies=False)


def _signed(
    command: Callable[..., int],
    own: list[inspect.Parameter],
    output: object = None,
    *,
    form: Format = Format.TEXT,
    copies: bool = False,
) -> Callable[..., int]:
    """The command with the common options after its own, all of them as Typer wants them.

    `output`: what `--output` is, if it is not where the report goes. `form`: what is written where nobody says.
    `copies`: whether there is a report to be written in several formats.
    """
    shared = [
        one.replace(annotation=output)
        if output is not None and one.name == "output"
        else one.replace(default=form)
        if one.name == "format"
        else one
        for one in inspect.signature(Common, eval_str=True).parameters.values()
        if copies or one.name != "also"
    ]
    keywords = [one.replace(kind=inspect.Parameter.KEYWORD_ONLY) for one in (*own, *shared)]
    vars(command)["__signature__"] = inspect.Signature(keywords, return_annotation=int)
    return command
