"""Specs from text, and what is said about them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
import yaml

from sso_sync.errors import Diagnostic, SpecError
from sso_sync.marked.yaml_tree import Parser, compose
from sso_sync.spec.connection import Connection
from sso_sync.spec.kind import SPEC
from sso_sync.spec.lint import lint
from sso_sync.spec.load import load

__all__ = ["HEAD", "PARSERS", "composing", "connection", "diagnostics", "said", "syntax_error", "warnings"]

HEAD = """\
version: 1
name: prod
"""
PARSERS = [pytest.param(yaml.CSafeLoader, id="libyaml"), pytest.param(yaml.SafeLoader, id="python")]


def connection(folder: Path, text: str, environ: Mapping[str, str] | None = None) -> Connection:
    """What a file of this text loads to."""
    path = folder / "spec.yaml"
    path.write_text(text, encoding="utf-8")
    return load(path, environ or {})


def diagnostics(folder: Path, text: str | bytes, environ: Mapping[str, str] | None = None) -> tuple[Diagnostic, ...]:
    """The errors of a file that must not load."""
    path = folder / "spec.yaml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(SpecError) as caught:
        load(path, environ or {})
    for found in caught.value.diagnostics:
        assert found.next_action, found
        assert found.file, found
    return caught.value.diagnostics


def said(found: tuple[Diagnostic, ...]) -> list[str]:
    """Diagnostics as "line:column summary"."""
    return [f"{one.line}:{one.column} {one.summary}" for one in found]


def warnings(folder: Path, text: str, environ: Mapping[str, str] | None = None) -> tuple[Diagnostic, ...]:
    """What lint says about a spec that loads."""
    found = lint(connection(folder, text, environ))
    assert all(one.severity == "warning" and one.next_action for one in found)
    return found


def composing(text: str, parser: Parser) -> tuple[Diagnostic, ...]:
    """What is wrong with the YAML of `text`, wherever reading it stopped."""
    try:
        _, problems = compose(text, "spec.yaml", SPEC, parser)
    except SpecError as error:
        return error.diagnostics
    return tuple(problems)


def syntax_error(text: str, parser: Parser) -> Diagnostic:
    """The one thing that is wrong."""
    found = composing(text, parser)
    assert len(found) == 1, said(found)
    assert found[0].next_action
    return found[0]
