from __future__ import annotations

from pathlib import Path

from sso_sync.spec.connection import Connection, Mark
from sso_sync.spec.model import JustCall, Spec
from tests.spec.support import HEAD, connection, diagnostics, said

ACCESS = Mark("f", 3, 1)
ROLE = Mark("f", 4, 5)
FOUND = Connection(
    Spec(version=1, name="x", sandbox=True),
    Path("f"),
    "",
    {("onelogin", "access"): ACCESS, ("onelogin", "access", "roles", 0): ROLE},
    frozenset({("onelogin", "access", "roles", 0)}),
)


def test_a_place_without_a_mark_has_its_nearest_ancestors() -> None:
    assert FOUND.mark(("onelogin", "access", "roles", 0)) == ROLE
    assert FOUND.mark(("onelogin", "access", "roles", 0, "members", 1)) == ROLE
    assert FOUND.mark(("onelogin", "access", "roles", 1)) == ACCESS
    assert FOUND.mark(("onelogin",)) is None


def test_what_is_inside_something_sensitive_is_sensitive() -> None:
    assert FOUND.is_sensitive(("onelogin", "access", "roles", 0))
    assert FOUND.is_sensitive(("onelogin", "access", "roles", 0, "name"))
    assert not FOUND.is_sensitive(("onelogin", "access", "roles"))
    assert not FOUND.is_sensitive(("onelogin", "access", "roles", 1))


def test_a_diagnostic_points_at_the_place() -> None:
    found = FOUND.diagnostic("warning", ("onelogin", "access", "users"), "hm", address="a", next_action="b")
    assert (found.where, found.severity, found.summary, found.address, found.next_action) == (
        "f:3:1",
        "warning",
        "hm",
        "a",
        "b",
    )
    assert FOUND.diagnostic("error", ("guards",), "hm").where is None


def test_no_page_map_is_no_file(tmp_path: Path) -> None:
    assert FOUND.page_map_file is None
    assert connection(tmp_path, HEAD + "sandbox: true\njustcall: {page_map: null}\n").page_map_file is None


def test_the_page_map_lies_beside_the_file_that_names_it(tmp_path: Path) -> None:
    (tmp_path / "shared").mkdir()
    (tmp_path / "shared" / "base.yaml").write_text("sandbox: true\njustcall: {page_map: pages/jc.yaml}\n")
    inherited = connection(tmp_path, HEAD + "extends: shared/base.yaml\n")
    assert inherited.page_map_file == tmp_path / "shared" / "pages" / "jc.yaml"

    own = connection(tmp_path, HEAD + "extends: shared/base.yaml\njustcall: {page_map: ../jc.yaml}\n")
    assert own.page_map_file == tmp_path / ".." / "jc.yaml"

    absolute = connection(tmp_path, HEAD + f"sandbox: true\njustcall: {{page_map: {tmp_path}/jc.yaml}}\n")
    assert absolute.page_map_file == tmp_path / "jc.yaml"


def test_without_a_file_the_page_map_lies_beside_the_named_one() -> None:
    made = Connection(Spec(version=1, name="x", justcall=JustCall(page_map="jc.yaml")), Path("specs/x.yaml"), "")
    assert made.page_map_file == Path("specs/jc.yaml")


def test_a_page_map_has_a_name(tmp_path: Path) -> None:
    found = diagnostics(tmp_path, HEAD + "sandbox: true\njustcall: {page_map: ''}\n")
    assert said(found) == ["4:22 `justcall.page_map`: expected the name of a file, found empty text"]
