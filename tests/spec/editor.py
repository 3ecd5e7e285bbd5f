"""How editors read a spec: yaml-language-server hands a custom tag on as the text behind it."""

from __future__ import annotations

from typing import Any

import yaml

__all__ = ["as_editors_see_it"]


class _Editor(yaml.SafeLoader):
    """YAML 1.1 with tags as text, apart from the dates that YAML 1.2 does not have."""


def _text(loader: yaml.SafeLoader, node: yaml.ScalarNode) -> str:
    return loader.construct_scalar(node)


for _tag in ("!env", "!unmanaged", "tag:yaml.org,2002:timestamp"):
    _Editor.add_constructor(_tag, _text)


def as_editors_see_it(text: str) -> Any:
    """The document as the schema gets to see it."""
    return yaml.load(text, Loader=_Editor)  # a SafeLoader with three constructors that answer text
