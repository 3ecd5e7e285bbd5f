from __future__ import annotations

import base64
from pathlib import Path

import pytest

from sso_sync.errors import SsoSyncError
from sso_sync.justcall.certificate_file import write_certificate
from tests.saml.make import Made


def test_the_file_holds_canonical_pem(tmp_path: Path, made: Made) -> None:
    path = tmp_path / "out" / "certificate.pem"

    assert write_certificate(path, base64.b64encode(made.der).decode()) == path
    assert path.read_bytes() == made.pem.encode()
    assert oct(path.stat().st_mode & 0o777) == "0o644"


def test_an_older_file_is_replaced(tmp_path: Path, made: Made, other: Made) -> None:
    path = tmp_path / "certificate.pem"
    write_certificate(path, other.pem)
    write_certificate(path, made.pem)

    assert path.read_text() == made.pem
    assert [each.name for each in tmp_path.iterdir()] == ["certificate.pem"]


def test_no_certificate_no_file(tmp_path: Path, made: Made) -> None:
    path = tmp_path / "certificate.pem"

    with pytest.raises(SsoSyncError, match="private key") as caught:
        write_certificate(path, made.pem + made.key)

    assert made.key.splitlines()[1] not in str(caught.value)
    assert not path.exists()


def test_a_place_that_cannot_be_written(tmp_path: Path, made: Made) -> None:
    (tmp_path / "file").write_text("")

    with pytest.raises(SsoSyncError, match="cannot be written"):
        write_certificate(tmp_path / "file" / "certificate.pem", made.pem)
