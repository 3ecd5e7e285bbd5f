from __future__ import annotations

from pathlib import Path

import pytest

from sso_sync.errors import SpecError
from sso_sync.spec.discover import discover

SPEC = "version: 1\nname: {name}\nsandbox: true\n"


def spec(folder: Path, file: str, text: str | None = None) -> Path:
    path = folder / file
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(SPEC.format(name=path.stem) if text is None else text)
    return path


def refused(*paths: Path) -> list[str]:
    with pytest.raises(SpecError) as caught:
        discover(paths)
    assert all(one.file and one.next_action for one in caught.value.diagnostics)
    return [one.summary for one in caught.value.diagnostics]


def test_a_file_is_a_spec(tmp_path: Path) -> None:
    path = spec(tmp_path, "anything.txt")
    assert discover([path]) == (path,)


def test_a_folder_is_a_fleet_in_alphabetical_order(tmp_path: Path) -> None:
    b, a, c = spec(tmp_path, "b.yaml"), spec(tmp_path, "a.yml"), spec(tmp_path, "deep/er/c.yaml")
    spec(tmp_path, "readme.md")
    spec(tmp_path, "sso-sync.schema.json")
    assert discover([tmp_path]) == (a, b, c)


def test_paths_keep_their_order_and_count_once(tmp_path: Path) -> None:
    a, b = spec(tmp_path, "a.yaml"), spec(tmp_path, "b.yaml")
    (tmp_path / "link.yaml").symlink_to(a)
    assert discover([b, tmp_path, a, tmp_path / "link.yaml"]) == (b, a)


@pytest.mark.parametrize(
    "file", ["attestations/a.yaml", "deep/attestations/a.yaml", ".sso-sync/a.yaml", ".hidden.yaml"]
)
def test_what_is_no_spec(tmp_path: Path, file: str) -> None:
    a = spec(tmp_path, "a.yaml")
    spec(tmp_path, file)
    assert discover([tmp_path]) == (a,)


def test_an_attestation_that_is_named_is_read(tmp_path: Path) -> None:
    path = spec(tmp_path, "attestations/a.yaml")
    assert discover([path]) == (path,)


def test_bases_are_no_specs(tmp_path: Path) -> None:
    spec(tmp_path, "base.yaml", "onelogin: {subdomain: acme}\n")
    spec(tmp_path, "versioned.yaml", "version: 1\nextends: base.yaml\n")
    a = spec(tmp_path, "team/a.yaml", "name: a\nextends: ../versioned.yaml\n")
    assert discover([tmp_path]) == (a,)


def test_a_base_with_a_name_is_a_spec_too(tmp_path: Path) -> None:
    a = spec(tmp_path, "a.yaml")
    b = spec(tmp_path, "b.yaml", "name: b\nextends: a.yaml\n")
    assert discover([tmp_path]) == (a, b)


def test_a_spec_may_have_its_name_from_a_base(tmp_path: Path) -> None:
    spec(tmp_path, "bases/a.yaml")
    path = spec(tmp_path, "fleet/b.yaml", "extends: ../bases/a.yaml\n")
    assert discover([tmp_path / "fleet"]) == (path,)


def test_a_forgotten_name_is_not_passed_over(tmp_path: Path) -> None:
    """Leaving the file out would leave a connection out, silently."""
    path = spec(tmp_path, "a.yaml", "version: 1\nsandbox: true\n")
    assert discover([tmp_path]) == (path,)


def test_a_broken_file_is_not_passed_over(tmp_path: Path) -> None:
    paths = (spec(tmp_path, "a.yaml", "a: b: c\n"), spec(tmp_path, "b.yaml", ""), spec(tmp_path, "c.yaml", "- a\n"))
    assert discover([tmp_path]) == paths


def test_a_base_that_is_named_is_read(tmp_path: Path) -> None:
    path = spec(tmp_path, "base.yaml", "sandbox: true\n")
    assert discover([path]) == (path,)


def test_missing_paths_are_told_at_once(tmp_path: Path) -> None:
    spec(tmp_path, "a.yaml")
    (tmp_path / "empty").mkdir()
    spec(tmp_path, "bases/base.yaml", "sandbox: true\n")
    assert refused(tmp_path / "a.yaml", tmp_path / "x.yaml", tmp_path / "empty", tmp_path / "bases") == [
        f"The spec `{tmp_path}/x.yaml` does not exist",
        f"The folder `{tmp_path}/empty` holds no specs",
        f"The folder `{tmp_path}/bases` holds no specs",
    ]


def test_nothing_named_is_nothing_found() -> None:
    assert discover([]) == ()


@pytest.mark.parametrize("text", ["version: 1\nfields: {}\n", "# nothing differs yet\n", "fields: [\n"])
def test_page_maps_are_no_specs(tmp_path: Path, text: str) -> None:
    page_map = spec(tmp_path, "pages/map.yaml", text)
    a = spec(tmp_path, "a.yaml", "version: 1\nname: a\njustcall: {page_map: pages/map.yaml}\n")
    assert discover([tmp_path]) == (a,)
    assert discover([page_map]) == (page_map,)


def test_the_page_map_of_a_base_is_no_spec(tmp_path: Path) -> None:
    spec(tmp_path, "shared/map.yaml", "version: 1\n")
    spec(tmp_path, "shared/base.yaml", "justcall: {page_map: map.yaml}\n")
    a = spec(tmp_path, "a.yaml", "version: 1\nname: a\nextends: shared/base.yaml\n")
    assert discover([tmp_path]) == (a,)


def test_a_spec_that_is_mistaken_for_a_page_map_is_not_passed_over(tmp_path: Path) -> None:
    a = spec(tmp_path, "a.yaml", "version: 1\nname: a\njustcall: {page_map: b.yaml}\n")
    b = spec(tmp_path, "b.yaml")
    assert discover([tmp_path]) == (a, b)


@pytest.mark.parametrize("value", ["[]", "null", "''", "{a: b}"])
def test_a_page_map_that_names_no_file_hides_nothing(tmp_path: Path, value: str) -> None:
    a = spec(tmp_path, "a.yaml", f"version: 1\nname: a\njustcall: {{page_map: {value}}}\n")
    b = spec(tmp_path, "b.yaml", "version: 1\nname: b\njustcall: 1\n")
    assert discover([tmp_path]) == (a, b)
