"""Page maps from text, and what is said about them."""

from __future__ import annotations

from pathlib import Path

import pytest

from sso_sync.errors import Diagnostic, SpecError
from sso_sync.justcall.page_map.load import load_page_map
from sso_sync.justcall.page_map.model import PageMap

__all__ = ["loaded", "said", "told"]


def loaded(folder: Path, text: str) -> PageMap:
    """What a user's file of this text makes of the built-in map."""
    path = folder / "page.yaml"
    path.write_text(text, encoding="utf-8")
    return load_page_map(path)


def told(folder: Path, text: str) -> tuple[Diagnostic, ...]:
    """The errors of a file that must not load, each in that file and with a next action."""
    with pytest.raises(SpecError) as caught:
        loaded(folder, text)
    for found in caught.value.diagnostics:
        assert found.next_action, found
        assert found.file == str(folder / "page.yaml"), found
        assert "spec" not in found.summary, found
    return caught.value.diagnostics


def said(folder: Path, text: str) -> list[str]:
    """The errors as "line:column summary"."""
    return [f"{one.line}:{one.column} {one.summary}" for one in told(folder, text)]
