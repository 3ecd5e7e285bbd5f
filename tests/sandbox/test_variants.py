"""The switches themselves: every one described, checked when set from outside, and doing something."""

from __future__ import annotations

import ast
import inspect
from dataclasses import fields
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from sso_sync.sandbox import Variants, variants

HERE = Path(__file__).parent


def test_every_switch_is_described_with_its_source() -> None:
    tree = ast.parse(inspect.getsource(variants))
    (body,) = [node.body for node in tree.body if isinstance(node, ast.ClassDef)]
    described = {
        before.target.id: after.value.value
        for before, after in pairwise(body)
        if isinstance(before, ast.AnnAssign)
        and isinstance(before.target, ast.Name)
        and isinstance(after, ast.Expr)
        and isinstance(after.value, ast.Constant)
    }
    for field in fields(Variants):
        text = str(described[field.name])
        assert any(source in text for source in ("OL ", "JC ", "DESIGN", "lesson")), field.name


def test_every_switch_is_exercised_by_a_test() -> None:
    tests = "\n".join(path.read_text() for path in HERE.rglob("test_*.py") if path != Path(__file__))
    assert [field.name for field in fields(Variants) if f"variants.{field.name} =" not in tests] == []


def test_update_checks_before_it_sets() -> None:
    switches = Variants()
    switches.update({"create_status": 201, "stale_app_reads": 2})
    assert (switches.create_status, switches.stale_app_reads) == (201, 2)
    bad: tuple[dict[str, Any], ...] = ({"nonsense": 1}, {"create_status": 500}, {"groups_v2": "x"}, {"rate_limit": "x"})
    for values in bad:
        with pytest.raises(ValueError, match=next(iter(values))):
            switches.update({"groups_v2": False, **values})
    assert switches == Variants(create_status=201, stale_app_reads=2)


def test_assign_takes_everything_over() -> None:
    switches = Variants(groups_v2=False, rate_limit=7)
    switches.assign(Variants())
    assert switches == Variants()
    assert switches.as_dict() == Variants().as_dict()
