"""Messages that a browser carried: read with distrust, packed and unpacked without loss."""

from __future__ import annotations

import base64
import zlib
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sso_sync.sandbox.saml_wire import MOST_BYTES, NS, deflate, inflate, instant, moment, parse_xml, tag

BOMB = b"""<?xml version="1.0"?>
<!DOCTYPE a [<!ENTITY x "xxxxxxxxxx"><!ENTITY y "&x;&x;&x;&x;&x;&x;&x;&x;&x;&x;">]><a>&y;</a>"""


def test_a_message_is_read() -> None:
    root = parse_xml(f'<samlp:Response xmlns:samlp="{NS["samlp"]}" ID="_1">é</samlp:Response>'.encode())
    assert (root.tag, root.get("ID"), root.text) == (tag("samlp:Response"), "_1", "é")


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (BOMB, "document type"),
        (b'<!DOCTYPE a SYSTEM "http://192.0.2.1/x.dtd"><a/>', "document type"),
        (b'<!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/hostname">]><a>&e;</a>', "document type"),
        (BOMB.decode().encode("utf-16"), "not UTF-8"),
        (b'<?xml version="1.0" encoding="UTF-7"?>+ADwAIQ-DOCTYPE a+AD4-<a/>', "cannot be read"),
        (b"<a>&unknown;</a>", "cannot be read"),
        (b"<a><?php echo 1 ?></a>", "processing instruction"),
        (b"<?style x?><a/>", "processing instruction"),
        (b"<a>" + b"x" * MOST_BYTES + b"</a>", "too large"),
        (b"<a>" * 1000 + b"</a>" * 1000, "cannot be read"),
        (b"<a", "cannot be read"),
        (b"", "cannot be read"),
        (b"\xff\xfe", "not UTF-8"),
    ],
)
def test_what_is_refused(data: bytes, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        parse_xml(data)


def test_a_comment_cannot_cut_a_name_short() -> None:
    assert parse_xml(b"<a>olivia@acme.example<!-- -->.evil.example</a>").text == "olivia@acme.example.evil.example"


@given(st.binary(max_size=2000))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    for reader in (parse_xml, lambda sent: inflate(sent.decode("latin-1"))):
        try:
            reader(data)
        except ValueError as error:
            assert str(error)  # noqa: PT017  either is right, another exception is not


@given(st.binary(max_size=2000))
def test_round_trip(data: bytes) -> None:
    assert inflate(deflate(data)) == data


def test_deflate_is_raw() -> None:
    assert zlib.decompress(base64.b64decode(deflate(b"<a/>")), -15) == b"<a/>"


def _packed(data: bytes) -> str:
    return base64.b64encode(data).decode()


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("%%%", "base64"),
        ("é", "base64"),
        (_packed(b"plain"), "not deflated"),
        (_packed(zlib.compress(b"<a/>")), "not deflated"),
        (deflate(b"x" * (MOST_BYTES + 1)), "too large"),
        (_packed(base64.b64decode(deflate(b"<a>b</a>"))[:-3]), "cut off"),
        (_packed(base64.b64decode(deflate(b"<a/>")) + b"more"), "cut off"),
        ("", "cut off"),
    ],
)
def test_what_is_not_unpacked(text: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        inflate(text)


def test_a_bomb_is_not_blown_up() -> None:
    with pytest.raises(ValueError, match="too large"):
        inflate(deflate(bytes(64 * 1024 * 1024)))


def test_moments() -> None:
    at = datetime(2026, 1, 2, 3, 4, 5, 678000, UTC)
    assert instant(at) == "2026-01-02T03:04:05.678Z"
    assert instant(at.astimezone(timezone(timedelta(hours=5)))) == instant(at)
    assert moment(instant(at)) == at
    assert moment("2026-01-02T04:04:05.678+01:00") == at
    assert moment("2026-01-02T03:04:05Z") == at.replace(microsecond=0)


@pytest.mark.parametrize(
    "text", ["", "2026-01-02", "2026-01-02T03:04:05", "2026-13-02T03:04:05Z", "now", "20260102T030405Z"]
)
def test_what_is_no_moment(text: str) -> None:
    with pytest.raises(ValueError, match=r"moment|month"):
        moment(text)
