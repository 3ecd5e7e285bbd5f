from __future__ import annotations

from pathlib import Path

from sso_sync.spec.connection import Connection, Mark
from sso_sync.spec.model import Spec

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
