"""The files that people copy."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from sso_sync.marked.bind import bind
from sso_sync.marked.nodes import ListNode, MapNode, Node
from sso_sync.marked.shape import Shape, fields_of
from sso_sync.marked.yaml_tree import compose
from sso_sync.spec.connection import SpecPath
from sso_sync.spec.discover import discover
from sso_sync.spec.kind import ROOT, SPEC
from sso_sync.spec.lint import lint
from sso_sync.spec.load import check_fleet, load
from sso_sync.spec.model import Spec
from sso_sync.spec.resolve import resolve

SPECS = Path(__file__).parents[2] / "specs"
NAMES = ["minimal", "production", "sandbox-browser", "sandbox"]
# A `#` with a key, or a list entry, right behind it is an option; a `#` with a space explains.
OPTION = re.compile(r"^( *)#(?=[a-z]\w*:|- )", re.MULTILINE)
ENVIRON = dict.fromkeys(
    ("ONELOGIN_CLIENT_ID", "ONELOGIN_CLIENT_SECRET", "JUSTCALL_API_KEY", "JUSTCALL_API_SECRET"), "x"
)


def with_options(name: str) -> str:
    text = (SPECS / f"{name}.yaml").read_text(encoding="utf-8")
    return OPTION.sub(r"\1", text)


@pytest.mark.parametrize("name", NAMES)
def test_an_example_is_ready_to_use(name: str) -> None:
    assert lint(load(SPECS / f"{name}.yaml", {})) == ()


def test_the_examples_are_a_fleet() -> None:
    paths = discover([SPECS])
    assert [path.stem for path in paths] == NAMES
    check_fleet(load(path, {}) for path in paths)


@pytest.mark.parametrize("name", ["minimal", "sandbox"])
def test_an_example_with_all_its_options_is_a_spec(name: str, tmp_path: Path) -> None:
    path = tmp_path / "spec.yaml"
    path.write_text(with_options(name), encoding="utf-8")
    assert lint(load(path, ENVIRON)) == ()


def test_the_sandbox_example_needs_nothing() -> None:
    spec = load(SPECS / "sandbox.yaml", {}).spec
    assert (spec.name, spec.sandbox) == ("justcall-sandbox", True)
    assert spec.onelogin.access.roles == ["JustCall Users"]
    assert (spec.justcall.sso.enabled, spec.justcall.sso.default_role) == (True, "Team Member")


def _production() -> MapNode:
    root, problems = compose(with_options("production"), "production.yaml", SPEC)
    assert problems == []
    return root


def test_every_option_of_the_production_example_can_be_used() -> None:
    root = _production()
    rest = MapNode(
        {key: entry for key, entry in root.entries.items() if key != "extends"}, root.mark, root.size, root.depth
    )
    spec = bind(SPEC, resolve(rest, ENVIRON))
    assert isinstance(spec, Spec), spec


def _keys(node: Node, shape: Shape, path: SpecPath) -> Iterator[SpecPath]:
    """The keys that are shown; entries of lists and free mappings count as one."""
    if isinstance(node, ListNode) and shape.items is not None:
        for item in node.items:
            yield from _keys(item, shape.items, (*path, "[]"))
    elif isinstance(node, MapNode):
        for key, entry in node.entries.items():
            known = fields_of(shape.model).get(key) if shape.model else None
            step = key if known is not None else "<>"
            below = known or shape.values
            yield (*path, step)
            if below is not None:
                yield from _keys(entry.node, below, (*path, step))


def _all_keys(shape: Shape, path: SpecPath) -> Iterator[SpecPath]:
    for key, below in fields_of(shape.model).items() if shape.model else ():
        yield (*path, key)
        yield from _all_keys(below, (*path, key))
    for deeper, step in ((shape.items, "[]"), (shape.values, "<>")):
        if deeper is not None:
            yield from _all_keys(deeper, (*path, step))


def test_the_production_example_shows_every_key() -> None:
    root = _production()
    shown = set(_keys(root, ROOT, ()))
    assert set(_all_keys(ROOT, ())) - shown == set()
    assert "extends" in root.entries
