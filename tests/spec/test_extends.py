from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sso_sync.errors import SpecError
from sso_sync.marked.nodes import Entry, ListNode, MapNode, Node, ScalarNode
from sso_sync.spec.connection import Connection, Mark
from sso_sync.spec.documents import Document, merged
from sso_sync.spec.load import load
from sso_sync.spec.model import CertificateRef
from tests.spec.support import HEAD, diagnostics, said


def files(folder: Path, **texts: str) -> Path:
    """Writes `name.yaml` for each text and answers the first."""
    for name, text in texts.items():
        (folder / f"{name}.yaml").write_text(text)
    return folder / f"{next(iter(texts))}.yaml"


def loaded(folder: Path, **texts: str) -> Connection:
    return load(files(folder, **texts), {})


def refused(folder: Path, **texts: str) -> list[str]:
    """What is wrong, as "file:line:column summary"."""
    with pytest.raises(SpecError) as caught:
        loaded(folder, **texts)
    return [f"{Path(one.file or '').name}:{one.line}:{one.column} {one.summary}" for one in caught.value.diagnostics]


BASE = """\
sandbox: true
onelogin:
  app:
    name: Base
    description: from the base
    previously: [One, Two]
  access:
    roles: [JustCall Users]
"""


def test_mappings_merge_and_lists_replace(tmp_path: Path) -> None:
    found = loaded(
        tmp_path,
        child=HEAD + "extends: base.yaml\nonelogin: {app: {previously: [Three]}, access: {users: []}}\n",
        base=BASE,
    )
    app, access = found.spec.onelogin.app, found.spec.onelogin.access
    assert (app.name, app.description, app.previously) == ("Base", "from the base", ["Three"])
    assert (access.roles, access.users) == (["JustCall Users"], [])
    assert found.path == tmp_path / "child.yaml"


def test_every_value_keeps_its_place(tmp_path: Path) -> None:
    found = loaded(tmp_path, child=HEAD + "extends: base.yaml\nonelogin:\n  app:\n    id: 7\n", base=BASE)
    base, child = str(tmp_path / "base.yaml"), str(tmp_path / "child.yaml")
    assert found.mark(("onelogin", "app", "id")) == Mark(child, 6, 9)
    assert found.mark(("onelogin", "app", "name")) == Mark(base, 4, 11)
    assert found.mark(("onelogin", "access", "roles", 0)) == Mark(base, 8, 13)
    assert found.mark(("onelogin", "app")) == Mark(child, 5, 3)
    assert found.mark(()) == Mark(child, 1, 1)


def test_a_problem_is_told_where_it_was_written(tmp_path: Path) -> None:
    assert refused(tmp_path, child=HEAD + "extends: base.yaml\nx: 1\n", base="sandbox: true\nguards: {y: 1}\n") == [
        "child.yaml:4:1 Unknown key `x` in the spec",
        "base.yaml:2:10 Unknown key `y` in `guards`",
    ]


@pytest.mark.parametrize("value", ["null", "!unmanaged", "other"])
def test_null_and_unmanaged_replace(tmp_path: Path, value: str) -> None:
    text = HEAD + f"extends: base.yaml\nonelogin:\n  app:\n    description: {value}\n"
    description = loaded(tmp_path, child=text, base=BASE).spec.onelogin.app.description
    assert description != "from the base"
    assert "description" in loaded(tmp_path, child=text, base=BASE).spec.onelogin.app.model_fields_set


def test_a_list_can_be_emptied_and_nulled(tmp_path: Path) -> None:
    for value, expected in (("[]", []), ("null", None)):
        text = HEAD + f"extends: base.yaml\nonelogin: {{access: {{roles: {value}}}}}\n"
        access = loaded(tmp_path, child=text, base=BASE).spec.onelogin.access
        assert access.roles == expected
        assert "roles" in access.model_fields_set


def test_a_mapping_replaces_a_value_and_the_reverse(tmp_path: Path) -> None:
    base = "sandbox: true\nonelogin: {app: {parameters: {a: email, b: {macro: '{email}'}}}}\n"
    child = HEAD + "extends: base.yaml\nonelogin: {app: {parameters: {a: {value: none}, b: title}}}\n"
    parameters = loaded(tmp_path, child=child, base=base).spec.onelogin.app.parameters
    assert getattr(parameters["a"], "value", None) == "none"
    assert parameters["b"] == "title"


def test_chains(tmp_path: Path) -> None:
    found = loaded(
        tmp_path,
        a="name: a\nextends: b.yaml\n",
        b="extends: c.yaml\nname: b\nonelogin: {app: {name: B}}\n",
        c="version: 1\nname: c\nsandbox: true\nonelogin: {app: {name: C, description: c}}\n",
    )
    assert (found.name, found.spec.onelogin.app.name, found.spec.onelogin.app.description) == ("a", "B", "c")


def test_a_base_is_found_beside_the_file_that_names_it(tmp_path: Path) -> None:
    (tmp_path / "shared").mkdir()
    (tmp_path / "shared" / "base.yaml").write_text("extends: root.yaml\n")
    (tmp_path / "shared" / "root.yaml").write_text("sandbox: true\n")
    assert loaded(tmp_path, a=HEAD + "extends: shared/base.yaml\n").spec.sandbox is True


def test_a_null_half_way_hides_the_base_from_everything_above(tmp_path: Path) -> None:
    found = loaded(
        tmp_path,
        a=HEAD + "extends: b.yaml\nonelogin: {app: {certificate: {id: 7}}}\n",
        b="extends: c.yaml\nonelogin: {app: {certificate: null}}\n",
        c="sandbox: true\nonelogin: {app: {certificate: {name: Old}}}\n",
    )
    assert found.spec.onelogin.app.certificate == CertificateRef(id=7)


def test_an_absolute_path_is_a_path(tmp_path: Path) -> None:
    base = files(tmp_path, base="sandbox: true\n")
    assert loaded(tmp_path, a=HEAD + f"extends: {base}\n").spec.sandbox is True


def test_only_the_whole_is_validated(tmp_path: Path) -> None:
    """A base may leave out what is required, and even say what is only right together with the child."""
    base = "justcall: {driver: http}\n"
    child = HEAD + "extends: base.yaml\nonelogin: {subdomain: acme}\njustcall: {url: https://gw.example}\n"
    assert loaded(tmp_path, child=child, base=base).spec.justcall.driver == "http"


def test_what_is_missing_may_come_from_a_base(tmp_path: Path) -> None:
    (only,) = diagnostics(tmp_path, "version: 1\nsandbox: true\n")
    assert said((only,)) == ["1:1 `name` is missing in the spec"]
    assert only.next_action == "Add `name: …` here or in a base that the spec extends."


@pytest.mark.parametrize("value", ["[a.yaml, b.yaml]", "{file: a.yaml}", "null", "''", "!env BASE"])
def test_extends_takes_one_file(tmp_path: Path, value: str) -> None:
    found = diagnostics(tmp_path, HEAD + f"sandbox: true\nextends: {value}\n", {"BASE": "a.yaml"})
    assert said(found) == ["4:10 `extends` takes the name of one file"]


def test_extends_belongs_at_the_top(tmp_path: Path) -> None:
    (only,) = diagnostics(tmp_path, HEAD + "sandbox: true\nonelogin: {extends: a.yaml}\n")
    assert only.summary == "Unknown key `extends` in `onelogin`"
    assert only.next_action == "`extends` belongs at the top of the spec."


def test_a_missing_base_is_told_at_the_line_that_names_it(tmp_path: Path) -> None:
    (only,) = refused(tmp_path, a=HEAD + "extends: nothing.yaml\n")
    assert only.startswith("a.yaml:3:10 The base `")
    assert only.endswith("/nothing.yaml` does not exist")


def test_a_folder_is_no_base(tmp_path: Path) -> None:
    (only,) = refused(tmp_path, a=HEAD + "extends: .\n")
    assert only.endswith("is a folder, not a file")


def test_a_broken_base_is_told_together_with_what_is_wrong_above_it(tmp_path: Path) -> None:
    assert refused(tmp_path, a=HEAD + "name: again\nextends: b.yaml\n", b="x: y: z\n") == [
        "a.yaml:3:1 The key `name` is written twice",
        "b.yaml:1:5 The value on this line contains a second `:`",
    ]


def test_an_empty_base_is_an_error(tmp_path: Path) -> None:
    assert refused(tmp_path, a=HEAD + "extends: b.yaml\n", b="# later\n") == ["b.yaml:1:1 The file holds only comments"]


def test_a_circle_is_printed(tmp_path: Path) -> None:
    (tmp_path / "d").mkdir()
    assert refused(
        tmp_path, a=HEAD + "extends: b.yaml\n", b="extends: c.yaml\n", c="sandbox: true\nextends: d/../b.yaml\n"
    ) == ["c.yaml:2:10 `extends` runs in a circle: b.yaml → c.yaml → b.yaml"]


def test_a_file_that_extends_itself(tmp_path: Path) -> None:
    assert refused(tmp_path, a=HEAD + "extends: a.yaml\n") == [
        "a.yaml:3:10 `extends` runs in a circle: a.yaml → a.yaml"
    ]


def test_a_circle_through_a_link(tmp_path: Path) -> None:
    (tmp_path / "link.yaml").symlink_to(tmp_path / "a.yaml")
    (only,) = refused(tmp_path, a=HEAD + "extends: link.yaml\n")
    assert only.endswith("`extends` runs in a circle: a.yaml → link.yaml")


def test_an_endless_chain_ends(tmp_path: Path) -> None:
    texts = {f"f{n}": f"extends: f{n + 1}.yaml\n" for n in range(30)}
    assert refused(tmp_path, **texts) == ["f19.yaml:1:10 More than 20 files extend each other"]


# merging as such

_KEYS = st.sampled_from(["a", "b", "c"])
_PLAIN: st.SearchStrategy[Any] = st.recursive(
    st.one_of(st.none(), st.integers(0, 9), st.just([])),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(_KEYS, inner, max_size=3)),
    max_leaves=8,
)
_DOCUMENTS = st.dictionaries(_KEYS, _PLAIN, max_size=3)


def _node(value: Any, mark: Mark) -> Node:
    if isinstance(value, dict):
        return MapNode({key: Entry(mark, _node(item, mark)) for key, item in value.items()}, mark, 1, 1)
    if isinstance(value, list):
        return ListNode(tuple(_node(item, mark) for item in value), mark, 1, 1)
    return ScalarNode("null" if value is None else str(value), True, mark)


def _value(node: Node) -> Any:
    match node:
        case MapNode():
            return {key: _value(entry.node) for key, entry in node.entries.items()}
        case ListNode():
            return [_value(item) for item in node.items]
        case ScalarNode():
            return None if node.null else int(node.text)
        case _:
            raise AssertionError(node)


def _merge(*documents: dict[str, Any]) -> Any:
    chain = []
    for index, document in enumerate(documents):
        root = _node(document, Mark(f"f{index}", 1, 1))
        assert isinstance(root, MapNode)
        chain.append(Document(Path(f"f{index}"), root, None, ()))
    return _value(merged(chain))


@given(_DOCUMENTS)
def test_merging_over_nothing_or_itself_changes_nothing(document: dict[str, Any]) -> None:
    assert _merge(document) == _merge(document, {}) == _merge({}, document) == _merge(document, document) == document


@given(_DOCUMENTS, _DOCUMENTS, _DOCUMENTS)
def test_a_chain_is_built_from_the_bottom_up(a: Any, b: Any, c: Any) -> None:
    assert _merge(a, b, c) == _merge(a, _merge(b, c))


@given(_DOCUMENTS, _DOCUMENTS)
def test_the_child_has_the_last_word(child: Any, base: Any) -> None:
    found = _merge(child, base)
    assert found.keys() == child.keys() | base.keys()
    for key in found:
        if key not in child:
            assert found[key] == base[key]
        elif not (isinstance(child[key], dict) and isinstance(base.get(key), dict)):
            assert found[key] == child[key]
        else:
            assert found[key] == _merge(child[key], base[key])


def test_a_name_with_a_nul_is_no_files(tmp_path: Path) -> None:
    spec = tmp_path / "spec.yaml"
    spec.write_text('extends: "a\\0b"\n', encoding="utf-8")
    with pytest.raises(SpecError, match="takes the name of one file"):
        load(spec, {})
