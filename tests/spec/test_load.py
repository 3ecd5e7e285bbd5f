"""Loading as a whole: nothing but a Connection or a SpecError ever comes of a file."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from sso_sync.errors import ExitCode, SpecError
from sso_sync.marked.shape import Shape, fields_of
from sso_sync.spec.connection import Connection, Mark
from sso_sync.spec.kind import ROOT
from sso_sync.spec.lint import lint
from sso_sync.spec.load import check_fleet, load
from sso_sync.spec.model import Spec
from tests.spec.support import HEAD, connection, diagnostics

SANDBOX = HEAD + "sandbox: true\n"


def test_a_connection_knows_itself(tmp_path: Path) -> None:
    found = connection(tmp_path, SANDBOX)
    path = tmp_path / "spec.yaml"
    assert found.path == path
    assert found.spec == Spec(version=1, name="prod", sandbox=True)
    assert found.marks == {
        (): Mark(str(path), 1, 1),
        ("version",): Mark(str(path), 1, 10),
        ("name",): Mark(str(path), 2, 7),
        ("sandbox",): Mark(str(path), 3, 10),
    }
    assert re.fullmatch(r"[0-9a-f]{64}", found.digest)


def test_the_smallest_spec(tmp_path: Path) -> None:
    text = """\
version: 1
name: justcall-prod                 # connection name: [a-z0-9-], unique in a fleet
onelogin:
  subdomain: acme                   # https://acme.onelogin.com; or `url:` (http only on loopback)
  access:
    roles: [JustCall Users]
justcall:
  driver: browser                   # browser | http | attested
  sso:
    enabled: true
    default_role: Team Member
"""
    found = connection(tmp_path, text)
    assert lint(found) == ()
    assert found.spec.onelogin.access.roles == ["JustCall Users"]


def test_a_spec_that_takes_everything_down_may_be_small(tmp_path: Path) -> None:
    text = HEAD + "state: absent\nonelogin: {subdomain: acme}\njustcall: {driver: attested}\n"
    assert lint(connection(tmp_path, text)) == ()


def test_errors_of_lint_come_with_its_warnings(tmp_path: Path) -> None:
    found = diagnostics(
        tmp_path, HEAD + "onelogin: {url: http://acme.example}\njustcall: {driver: browser, sso: {enabled: true}}\n"
    )
    assert [one.severity for one in found] == ["error", "warning"]


def test_warnings_alone_do_not_stop_anybody(tmp_path: Path) -> None:
    found = connection(tmp_path, SANDBOX + "justcall: {sso: {enabled: true}}\n")
    assert [one.severity for one in lint(found)] == ["warning"]


def test_a_spec_error_is_exit_code_1(tmp_path: Path) -> None:
    with pytest.raises(SpecError) as caught:
        load(tmp_path / "nothing.yaml", {})
    assert caught.value.exit_code is ExitCode.ERROR


# fleets


def _named(folder: Path, file: str, name: str) -> Connection:
    path = folder / file
    path.write_text(f"version: 1\nname: {name}\nsandbox: true\n")
    return load(path, {})


def test_a_fleet_of_different_names_is_fine(tmp_path: Path) -> None:
    check_fleet([])
    check_fleet([_named(tmp_path, "a.yaml", "a"), _named(tmp_path, "b.yaml", "b")])


def test_duplicate_names_are_told_with_both_places(tmp_path: Path) -> None:
    fleet = [
        _named(tmp_path, file, name)
        for file, name in (("a.yaml", "x"), ("b.yaml", "y"), ("c.yaml", "x"), ("d.yaml", "x"))
    ]
    with pytest.raises(SpecError) as caught:
        check_fleet(fleet)
    assert [one.where for one in caught.value.diagnostics] == [f"{tmp_path}/c.yaml:2:7", f"{tmp_path}/d.yaml:2:7"]
    (first, _) = caught.value.diagnostics
    assert first.summary == "Two connections are named `x`"
    assert first.detail == f"The other one is at {tmp_path}/a.yaml:2:7."
    assert first.next_action == "Give each connection of a fleet a name of its own."


def test_a_connection_without_a_file_has_a_path(tmp_path: Path) -> None:
    spec = Spec(version=1, name="x", sandbox=True)
    with pytest.raises(SpecError) as caught:
        check_fleet([Connection(spec, Path("one"), ""), Connection(spec, Path("two"), "")])
    assert caught.value.diagnostics[0].detail == "It is one."


# whatever a file holds


def outcome(path: Path) -> None:
    """Loads and checks that what comes of it can be told."""
    try:
        found = lint(load(path, {"SET": "value"}))
    except SpecError as error:
        found = error.diagnostics
        assert any(one.severity == "error" for one in found)
    for one in found:
        assert one.file == str(path)
        assert one.line is not None
        assert one.summary.isprintable()
        assert one.next_action
        assert (one.detail or "").isprintable()


@pytest.fixture(scope="module")
def spec_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("fuzz") / "spec.yaml"


@given(st.binary(max_size=200))
@example(b"\xef\xbb\xbf")
@example(b"\xff\xfea\x00")
def test_any_bytes(spec_file: Path, data: bytes) -> None:
    spec_file.write_bytes(data)
    outcome(spec_file)


@given(st.text(alphabet="abn:-?[]{}!&*|>'\"%@`#,. \t\n<~\\\N{SNOWMAN}", max_size=60))
@example("a: !<tag:yaml.org,2002:python/name:os.system> x")
@example("? |\n : x")
@example('a: "\\')
def test_any_punctuation(spec_file: Path, text: str) -> None:
    spec_file.write_text(text)
    outcome(spec_file)


SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=10),
    st.dates(),
    st.binary(max_size=4),
    st.sampled_from(["email", "yes", "{a}", "https://a.example", "a@b", "^a$", "Owner", "nameid"]),
)
TREES: st.SearchStrategy[Any] = st.recursive(
    SCALARS,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=5), inner, max_size=3)),
    max_leaves=10,
)


@given(TREES)
def test_any_tree(spec_file: Path, tree: Any) -> None:
    spec_file.write_text(yaml.safe_dump(tree, allow_unicode=True), encoding="utf-8")
    outcome(spec_file)


def _like(shape: Shape, depth: int = 0) -> st.SearchStrategy[Any]:
    """Trees that look like specs: known keys, and now and then the right value."""
    options: list[st.SearchStrategy[Any]] = [SCALARS]
    if shape.words:
        options.append(st.sampled_from(shape.words))
    if bool in shape.scalars:
        options.append(st.booleans())
    if int in shape.scalars:
        options.append(st.integers(0, 200))
    if shape.model is not None:
        known = fields_of(shape.model)
        keys = {key: _like(below, depth + 1) for key, below in known.items()}
        options = [st.fixed_dictionaries({}, optional=keys)] * 8 + [TREES]
    if shape.items is not None:
        options.append(st.lists(_like(shape.items, depth + 1), max_size=3))
    if shape.values is not None:
        options.append(st.dictionaries(st.text(max_size=5), _like(shape.values, depth + 1), max_size=3))
    return st.one_of(options)


@settings(max_examples=60)
@given(_like(ROOT))
def test_any_tree_that_looks_like_a_spec(spec_file: Path, tree: Any) -> None:
    document = {"version": 1, "name": "x", "sandbox": True} | (tree if isinstance(tree, dict) else {})
    spec_file.write_text(yaml.safe_dump(document, allow_unicode=True), encoding="utf-8")
    outcome(spec_file)


@settings(max_examples=60)
@given(st.data())
def test_a_good_spec_with_damage(spec_file: Path, data: st.DataObject) -> None:
    text = (Path(__file__).parents[2] / "specs" / "production.yaml").read_text(encoding="utf-8")
    lines = text.splitlines()
    for _ in range(data.draw(st.integers(1, 3))):
        number = data.draw(st.integers(0, len(lines) - 1))
        column = data.draw(st.integers(0, len(lines[number])))
        noise = data.draw(
            st.sampled_from(["", "\t", ": ", "- ", "[", "}", "'", "!env SET ", "&a ", "*a", "#", "null", "\n"])
        )
        lines[number] = lines[number][:column] + noise + lines[number][column + data.draw(st.integers(0, 3)) :]
    spec_file.write_text("\n".join(lines), encoding="utf-8")
    outcome(spec_file)
