from __future__ import annotations

from pathlib import Path

import pytest

from sso_sync.errors import SpecError
from sso_sync.marked.reading import MAX_BYTES
from sso_sync.spec.load import load
from tests.spec.support import HEAD, connection, diagnostics, said

SANDBOX = HEAD + "sandbox: true\n"


def refused(path: Path) -> str:
    with pytest.raises(SpecError) as caught:
        load(path, {})
    (only,) = caught.value.diagnostics
    assert only.file == str(path)
    assert only.line is None
    assert only.next_action == "Check the path. SPEC is a YAML file, or a folder of them."
    return only.summary


def test_a_missing_file_is_one_clear_error(tmp_path: Path) -> None:
    path = tmp_path / "nothing.yaml"
    assert refused(path).endswith("nothing.yaml` does not exist")


def test_a_folder_is_not_a_file(tmp_path: Path) -> None:
    assert refused(tmp_path).endswith("is a folder, not a file")


def test_an_unreadable_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*args: object, **kwargs: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    assert refused(tmp_path / "spec.yaml").endswith("may not be read by this user")


def test_an_error_of_the_file_system_is_passed_on(tmp_path: Path) -> None:
    assert "cannot be read: File name too long" in refused(tmp_path / ("x" * 300))


def test_an_impossible_name() -> None:
    assert refused(Path("a\0b")).endswith("cannot be read: this is not a file name")


def test_a_huge_file_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "spec.yaml"
    path.write_bytes(b"#" * (MAX_BYTES + 1))
    assert refused(path).endswith("is larger than 1024 KiB, too large for a spec")


def test_a_file_of_the_largest_size_is_read(tmp_path: Path) -> None:
    assert connection(tmp_path, SANDBOX + "#" * (MAX_BYTES - len(SANDBOX))).name == "prod"


def test_a_byte_order_mark_is_tolerated(tmp_path: Path) -> None:
    (tmp_path / "spec.yaml").write_bytes(b"\xef\xbb\xbf" + SANDBOX.encode())
    assert load(tmp_path / "spec.yaml", {}).name == "prod"


def test_windows_line_ends_are_tolerated(tmp_path: Path) -> None:
    assert connection(tmp_path, SANDBOX.replace("\n", "\r\n")).spec.sandbox is True


@pytest.mark.parametrize("bom", [b"", b"\xef\xbb\xbf"])
def test_bytes_that_are_not_utf8_are_located(tmp_path: Path, bom: bytes) -> None:
    (only,) = diagnostics(tmp_path, bom + b"version: 1\nname: caf" + b"\xe9\n")
    assert said((only,)) == ["2:10 The file is not UTF-8: byte 0xE9 does not belong to any character"]
    assert only.detail == f"It is byte {len(bom) + 21} of the file, on line 2."


def test_utf16_is_recognised(tmp_path: Path) -> None:
    (only,) = diagnostics(tmp_path, "version: 1".encode("utf-16"))
    assert only.summary == "The file is UTF-16, and specs are UTF-8"


def test_control_characters_are_named(tmp_path: Path) -> None:
    (only,) = diagnostics(tmp_path, "version: 1\nname: a\x1bb\n")
    assert said((only,)) == ["2:8 The file contains the control character U+001B"]
