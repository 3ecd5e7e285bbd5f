"""Spec files that somebody wrote in bad faith or by accident: what is wrong with them is told, and no more happens."""

from __future__ import annotations

import json
import os
import random
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sso_sync.sandbox.server import Sandbox
from tests.counting import THOROUGH, attempt
from tests.faults.world import rich
from tests.hostile.support import ATTACKS, assert_well_behaved, sso_sync

EXAMPLES = 200 if os.environ.get(THOROUGH) else 40
FUZZ = settings(
    max_examples=EXAMPLES,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)
FORMS = st.sampled_from(["text", "json", "markdown"])

LEAVES = st.one_of(
    st.sampled_from(ATTACKS),
    st.sampled_from(
        ["x" * 10_000, "", " ", "null", "~", "yes", "1e999", "0x1F", "2026-01-01", ".inf", "=", "<<", "!env X"]
    ),
    st.text(max_size=30),
    st.booleans(),
    st.none(),
    st.integers(),
    st.integers(min_value=10**40, max_value=10**60),
    st.floats(),
    st.dates(),
    st.binary(max_size=8),
)
WORDS = st.sampled_from(
    [
        *(
            "version",
            "name",
            "extends",
            "sandbox",
            "state",
            "onelogin",
            "justcall",
            "guards",
            "url",
            "subdomain",
            "app",
        ),
        *(
            "id",
            "connector",
            "previously",
            "configuration",
            "raw",
            "parameters",
            "rules",
            "certificate",
            "access",
            "mode",
        ),
        *("roles", "users", "groups", "members", "create", "driver", "sso", "enabled", "credentials", "client_secret"),
        *("max_removals", "percent", "people", "required_users", "match", "conditions", "actions", "value", "macro"),
    ]
)
TREES = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4), st.dictionaries(st.one_of(WORDS, st.sampled_from(ATTACKS)), inner, max_size=6)
    ),
    max_leaves=25,
)


def places(value: Any, at: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The addresses of all parts of a tree."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [at, *(place for key, part in inner for place in places(part, (*at, key)))]


def bent(tree: dict[str, Any], bends: list[tuple[int, Any]], rename: bool) -> Any:
    """A good spec with hostile values, or hostile keys, in some of its places."""
    for number, junk in bends:
        options = [place for place in places(tree) if place]
        if not options:
            break
        place = options[number % len(options)]
        parent: Any = tree
        for key in place[:-1]:
            parent = parent[key]
        if rename and isinstance(parent, dict) and isinstance(junk, str | int | bool | None):
            parent[junk] = parent.pop(place[-1])
        else:
            parent[place[-1]] = junk
    return tree


def assert_only_told(sandbox: Sandbox, path: Path, form: str) -> None:
    """Validate and plan end in good order and write nothing, to neither side and to no other file."""
    before = sandbox.snapshot()
    with attempt("hostile specs", "handled"):
        checked = sso_sync("validate", path, "--format", form)
        assert_well_behaved(checked, document=form == "json")
        assert checked.code in (0, 1)
        planned = sso_sync("plan", path, "--format", form)
        assert_well_behaved(planned, document=form == "json")
        assert planned.code in (0, 1, 3, 6)
        assert checked.code == 0 or planned.code == 1, "what is not valid is not planned"
        assert sandbox.requests.writes() == []
        assert sandbox.snapshot() == before


@FUZZ
@given(
    bends=st.lists(st.tuples(st.integers(0, 10_000), TREES), min_size=1, max_size=4),
    rename=st.booleans(),
    plain=st.booleans(),
    form=FORMS,
)
def test_good_specs_with_something_hostile_in_them(
    home: Path, sandbox: Sandbox, bends: list[tuple[int, Any]], rename: bool, plain: bool, form: str
) -> None:
    path = home / "spec.yaml"
    tree = bent(deepcopy(rich(sandbox)), bends, rename)
    path.write_text(yaml.dump(tree, allow_unicode=plain, sort_keys=False), encoding="utf-8", errors="surrogatepass")
    assert_only_told(sandbox, path, form)


@FUZZ
@given(tree=TREES, form=FORMS)
def test_trees_of_any_shape(home: Path, sandbox: Sandbox, tree: Any, form: str) -> None:
    path = home / "spec.yaml"
    path.write_text(yaml.dump(tree), encoding="utf-8", errors="surrogatepass")
    assert_only_told(sandbox, path, form)


@FUZZ
@given(content=st.binary(max_size=300), form=FORMS)
def test_any_bytes(home: Path, sandbox: Sandbox, content: bytes, form: str) -> None:
    path = home / "spec.yaml"
    path.write_bytes(content)
    assert_only_told(sandbox, path, form)


@FUZZ
@given(seed=st.integers(0, 2**32), form=FORMS)
def test_good_text_with_bytes_that_slipped(home: Path, sandbox: Sandbox, seed: int, form: str) -> None:
    path = home / "spec.yaml"
    dice = random.Random(seed)
    text = bytearray(yaml.safe_dump(rich(sandbox)).encode())
    for _ in range(dice.randint(1, 6)):
        at = dice.randrange(len(text))
        match dice.randrange(3):
            case 0:
                text[at] = dice.randrange(256)
            case 1:
                del text[at : at + dice.randint(1, 30)]
            case _:
                text[at:at] = bytes(dice.choices(b":-[]{}#&*!|>'\"%@`, \n\t\x00\xff", k=dice.randint(1, 5)))
    path.write_bytes(bytes(text))
    assert_only_told(sandbox, path, form)


BOMB = "\n".join(
    ["a0: &a0 [x,x,x,x,x,x,x,x,x]", *(f"a{n}: &a{n} [{','.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 12))]
)


@pytest.mark.parametrize("form", ["text", "json", "markdown"])
@pytest.mark.parametrize(
    "text",
    [
        BOMB,
        "a: &a [*a]",
        "a: &a {b: *a}\n<<: *a",
        "[" * 5000,
        "{a: " * 5000,
        "- " * 5000,
        "? " * 5000,
        "a:\n" + "".join(" " * depth + "a:\n" for depth in range(1, 1500)),
        "!!python/object/apply:os.system ['true']",
        "name: !!python/name:os.system",
        "name: !env",
        "name: !env {a: b}",
        "name: !env [A, B]",
        "name: !unmanaged x",
        "!unmanaged",
        "extends: /etc/passwd",
        "extends: /dev/zero",
        "extends: .",
        "extends: spec.yaml",
        'extends: "a\\0b"',
        "---\na: 1\n---\nb: 2",
        "%YAML 9.9\n---\na: 1",
        "version: 1\nversion: 1",
        "\ufeffversion: 1",
        "version: 1\x00",
        "version: " + "9" * 5000,
        "version: 1\nname: " + "x" * 100_000,
        "# " + "x" * 1_000_000,
        "a: &" + "x" * 100_000 + " 1",
        "\r" * 1000,
        "\x85\u2028\u2029",
        "a: 2026-99-99",
        "a: 1:2:3:4:5:6",
        "a: 0b2",
        "a: .nan",
        "? [a, b]\n: c",
        "? {a: b}\n: c",
        "null: 1\ntrue: 2\n3: 4\n1.5: 6",
    ],
    ids=lambda text: str(json.dumps(text))[:30],
)
def test_known_tricks(home: Path, sandbox: Sandbox, text: str, form: str) -> None:
    path = home / "spec.yaml"
    path.write_text(text, encoding="utf-8", newline="")
    assert_only_told(sandbox, path, form)
