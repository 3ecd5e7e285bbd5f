"""Forms with files: read as a browser sends them, and nothing made of what is none."""

from __future__ import annotations

import pytest
import requests
from hypothesis import given
from hypothesis import strategies as st

from sso_sync.sandbox.multipart import form_fields

FIELDS = st.dictionaries(st.from_regex(r"[a-z_]{1,12}", fullmatch=True), st.text(max_size=80), min_size=1, max_size=5)


def _sent(fields: dict[str, str]) -> tuple[str, bytes]:
    files = {name: (None, value.encode("utf-8", "surrogatepass")) for name, value in fields.items()}
    prepared = requests.Request("POST", "http://127.0.0.1/", files=files).prepare()
    assert isinstance(prepared.body, bytes)
    return prepared.headers["content-type"], prepared.body


@given(FIELDS)
def test_any_text_comes_through(fields: dict[str, str]) -> None:
    wanted = {name: value.encode("utf-8", "replace").decode() for name, value in fields.items()}
    assert form_fields(*_sent(wanted)) == wanted


def test_the_first_of_a_name_counts_and_files_are_text() -> None:
    body = (
        b'--b\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n2\r\n'
        b'--b\r\nContent-Disposition: form-data; name="a"\r\n\r\n3\r\n'
        b'--b\r\nContent-Disposition: form-data; name="f"; filename="x.pem"\r\n\r\n\xc3\xa9\n\r\n'
        b"--b--\r\n"
    )
    assert form_fields("multipart/form-data; boundary=b", body) == {"a": "1\r\n2", "f": "é\n"}


@pytest.mark.parametrize("kind", ["multipart/form-data", "multipart/form-data; boundary=", "multipart/form-data; x=é"])
def test_no_boundary_no_fields(kind: str) -> None:
    assert form_fields(kind, b"--b\r\n\r\nx\r\n--b--") == {}


@given(st.binary(max_size=400))
def test_any_bytes_are_taken(body: bytes) -> None:
    assert isinstance(form_fields("multipart/form-data; boundary=b", b"--b\r\n" + body), dict)
