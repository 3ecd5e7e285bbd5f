"""What happens below HTTP: refused, broken, silent and untrusted connections, on real loopback sockets."""

from __future__ import annotations

import datetime as dt
import ipaddress
import socket
import ssl
from pathlib import Path

import pytest
import requests
import urllib3
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from requests.utils import DEFAULT_CA_BUNDLE_PATH
from urllib3.util.ssl_ import create_urllib3_context

from sso_sync.http import ServiceDown, session
from sso_sync.http.failures import explain
from tests.http.support import Naps, transport
from tests.http.wire import NOTHING, SILENCE, Answer, RawServer, ok


def _closed_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
    return port


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_refused_connection_is_tried_again_with_every_verb(method: str) -> None:
    naps = Naps()
    with (
        transport(f"http://127.0.0.1:{_closed_port()}", naps=naps) as wire,
        pytest.raises(ServiceDown, match="no answer: the connection was refused") as caught,
    ):
        wire.send(method, "/a")
    assert len(naps.seconds) == 4
    assert caught.value.status is None
    assert caught.value.diagnostics[0].detail is None


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_a_broken_connection_is_tried_again(method: str) -> None:
    with RawServer([NOTHING, ok()]) as server, transport(server.url) as wire:
        assert wire.send(method, "/a").status_code == 200
    assert len(server.requests) == 2


def test_a_delete_carries_its_body() -> None:
    with RawServer([ok()]) as server, transport(server.url) as wire:
        wire.send("DELETE", "/a", body=[1, 2])
    assert server.requests[0].startswith(b"DELETE /a HTTP/1.1\r\n")
    assert server.requests[0].endswith(b"[1, 2]")


def test_a_post_without_an_answer_is_sent_once() -> None:
    with (
        RawServer([NOTHING, ok()]) as server,
        transport(server.url) as wire,
        pytest.raises(ServiceDown, match="the connection broke") as caught,
    ):
        wire.send("POST", "/a", body={})
    assert len(server.requests) == 1
    assert "may have been carried out" in str(caught.value.diagnostics[0].detail)


def test_a_post_on_a_kept_connection_that_breaks_is_sent_once() -> None:
    with RawServer([ok(), NOTHING, ok()]) as server, transport(server.url) as wire:
        wire.send("GET", "/a")
        with pytest.raises(ServiceDown):
            wire.send("POST", "/a", body={})
        assert server.connections == 1
    assert len(server.requests) == 2


def test_connections_are_kept_and_closed_ones_replaced() -> None:
    script = [ok(), ok(), ok(close=True, headers="Connection: close\r\n"), ok()]
    with RawServer(script) as server, transport(server.url) as wire:
        for _ in range(3):
            wire.send("GET", "/a")
        wire.send("POST", "/a", body={})
        assert server.connections == 2


def test_an_answer_that_breaks_off_is_tried_again() -> None:
    half = Answer(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n[1,", close=True)
    with RawServer([half, ok(b"[1]")]) as server, transport(server.url) as wire:
        assert wire.json(wire.send("GET", "/a")) == [1]


def test_silence_ends_after_the_timeout() -> None:
    with (
        RawServer([SILENCE]) as server,
        transport(server.url, timeout=(5.0, 0.05), attempts=1) as wire,
        pytest.raises(ServiceDown, match=r"no complete answer within 0\.05 s"),
    ):
        wire.send("GET", "/a")


def test_garbage_is_no_answer() -> None:
    with (
        RawServer([Answer(b"SSH-2.0-OpenSSH\r\n", close=True)]) as server,
        transport(server.url, attempts=1) as wire,
        pytest.raises(ServiceDown, match="connection broke"),
    ):
        wire.send("GET", "/a")


@pytest.fixture
def untrusted(tmp_path: Path) -> ssl.SSLContext:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "nobody")])
    start = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(start)
        .not_valid_after(start + dt.timedelta(days=36500))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    file = tmp_path / "server.pem"
    file.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    return context


def test_an_untrusted_certificate_is_final_and_says_what_to_do(untrusted: ssl.SSLContext) -> None:
    naps = Naps()
    with (
        RawServer([ok()], tls=untrusted) as server,
        transport(server.url, naps=naps) as wire,
        pytest.raises(ServiceDown, match="TLS: the certificate is not trusted: self-signed") as caught,
    ):
        wire.send("GET", "/a")
    assert naps.seconds == []
    assert server.requests == []
    assert "REQUESTS_CA_BUNDLE" in str(caught.value.diagnostics[0].next_action)


def _trusting(file: Path) -> ssl.SSLContext:
    made = create_urllib3_context()
    made.load_verify_locations(file)
    return made


def test_the_bundle_is_read_once_and_a_name_must_still_fit(
    untrusted: ssl.SSLContext, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = _trusting(tmp_path / "server.pem")
    monkeypatch.setattr(session, "_trust", lambda: made)
    monkeypatch.setattr(ssl.SSLContext, "load_verify_locations", None)  # for each connection: never
    with RawServer([ok(close=True), ok()], tls=untrusted) as server:
        with transport(server.url) as wire:
            for _ in range(2):
                wire.send("GET", "/a")
        assert server.connections == 2
        by_name = server.url.replace("127.0.0.1", "localhost")
        with transport(by_name, attempts=1) as wire, pytest.raises(ServiceDown, match="TLS: "):
            wire.send("GET", "/a")
    assert len(server.requests) == 2


def test_a_bundle_that_is_named_is_the_only_one(
    untrusted: ssl.SSLContext, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(session, "is_loopback", lambda _: False)  # where the environment counts
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "server.pem"))
    with RawServer([ok()], tls=untrusted) as server, transport(server.url, attempts=1) as wire:
        assert wire.send("GET", "/a").status_code == 200
    monkeypatch.setattr(session, "_trust", lambda: _trusting(tmp_path / "server.pem"))
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", DEFAULT_CA_BUNDLE_PATH)
    with (
        RawServer([], tls=untrusted) as server,
        transport(server.url, attempts=1) as wire,
        pytest.raises(ServiceDown, match="not trusted"),
    ):
        wire.send("GET", "/a")


_POOL = urllib3.HTTPSConnectionPool("h")
_LINE = urllib3.connection.HTTPConnection("h")
_DNS = socket.gaierror("not known")


@pytest.mark.parametrize(
    ("error", "reason", "sent"),
    [
        (requests.ConnectTimeout(), "no connection within 3 s", False),
        (requests.ReadTimeout(), "no complete answer within 4 s", True),
        (
            requests.ConnectionError(urllib3.exceptions.ReadTimeoutError(_POOL, "/", "slow")),
            "no complete answer within 4 s",
            True,
        ),
        (
            requests.ConnectionError(
                urllib3.exceptions.MaxRetryError(
                    _POOL,
                    "/",
                    urllib3.exceptions.NameResolutionError(
                        "h", urllib3.connection.HTTPConnection("h"), socket.gaierror()
                    ),
                )
            ),
            "the host name cannot be resolved",
            False,
        ),
        (requests.exceptions.SSLError(ssl.SSLEOFError()), "TLS: the encrypted connection failed", True),
        (requests.exceptions.ProxyError(), "the proxy could not be used", False),
        (requests.exceptions.ContentDecodingError(), "the compressed answer could not be unpacked", True),
        (OSError("Could not find a suitable TLS CA certificate bundle"), "a local file or resource failed", False),
    ],
)
def test_failures_in_words(error: Exception, reason: str, sent: bool) -> None:
    failure = explain(error, (3, 4))
    assert reason in failure.reason
    assert failure.sent is sent


def test_an_earlier_trouble_does_not_make_a_sent_request_safe() -> None:
    late = requests.ReadTimeout()
    late.__context__ = ConnectionRefusedError()
    assert explain(late, (1, 1)).sent
