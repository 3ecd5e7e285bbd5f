from __future__ import annotations

import base64
import hashlib
import ssl
import textwrap
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sso_sync.saml.certificate import Certificate, CertificateError, blemishes, is_fingerprint, parse, same
from sso_sync.saml.certificate import fingerprint as fingerprint_of
from tests.saml.make import START, Made, certificate

MADE = certificate("Property test")
BODY = base64.b64encode(MADE.der).decode()


def fingerprint(der: bytes) -> str:
    return ":".join(f"{byte:02X}" for byte in hashlib.sha256(der).digest())


def attempt(text: str) -> Certificate | CertificateError:
    """What `parse` makes of the text; any other exception fails the test."""
    try:
        return parse(text)
    except CertificateError as error:
        return error


SPELLINGS: dict[str, Callable[[str, str], str]] = {
    "PEM": lambda pem, body: pem,
    "bare base64 on one line": lambda pem, body: body,
    "bare base64, wrapped": lambda pem, body: "\n".join(textwrap.wrap(body, 76)),
    "CRLF": lambda pem, body: pem.replace("\n", "\r\n"),
    "CR only": lambda pem, body: pem.replace("\n", "\r"),
    "one line": lambda pem, body: pem.replace("\n", " ").strip(),
    "one line without any white space": lambda pem, body: pem.replace("\n", ""),
    "indented": lambda pem, body: textwrap.indent(pem, "\t   "),
    "blank lines": lambda pem, body: "\n\n" + pem.replace("\n", "\n\n") + "\n  \n",
    "byte order mark": lambda pem, body: "\ufeff" + pem,
    "byte order mark before bare base64": lambda pem, body: "\ufeff" + body,
    "no-break spaces": lambda pem, body: pem.replace("\n", "\u00a0\n"),
    "written-out line ends": lambda pem, body: pem.replace("\n", "\\n"),
    "explanatory text around": lambda pem, body: f"subject=CN=x\nissuer=CN=x\n{pem}\nthat was it",
    "old label": lambda pem, body: pem.replace("CERTIFICATE", "X509 CERTIFICATE"),
    "padding lost": lambda pem, body: body.rstrip("="),
}


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_every_way_of_pasting_gives_the_same_certificate(spelling: str, made: Made) -> None:
    text = SPELLINGS[spelling](made.pem, base64.b64encode(made.der).decode())

    found = parse(text)

    assert found.der == made.der
    assert found.fingerprint == fingerprint(made.der)
    assert same(text, made.pem)


def test_facts_about_the_certificate(made: Made) -> None:
    found = parse(made.pem)

    assert (found.not_before, found.not_after) == (START, datetime(2027, 1, 1, tzinfo=UTC))
    assert found.not_after.tzinfo is UTC
    assert found.subject == "CN=OneLogin test account"
    assert (found.key_type, found.key_bits) == ("EC", 256)
    assert found.signature_algorithm == "ECDSA with SHA256"
    assert found.describe() == {
        "fingerprint": found.fingerprint,
        "not_after": "2027-01-01T00:00:00Z",
        "subject": "CN=OneLogin test account",
    }


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        (rsa.generate_private_key(65537, 2048), ("RSA", 2048, "RSA with SHA256")),
        (ec.generate_private_key(ec.SECP384R1()), ("EC", 384, "ECDSA with SHA256")),
        (ed25519.Ed25519PrivateKey.generate(), ("Ed25519", 256, "ED25519")),
    ],
    ids=["rsa", "ec", "ed25519"],
)
def test_keys(
    key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey, expected: tuple[str, int, str]
) -> None:
    found = parse(certificate("keys", key).pem)

    assert (found.key_type, found.key_bits, found.signature_algorithm) == expected


def test_canonical_pem_is_what_openssl_writes(made: Made) -> None:
    pem = parse(base64.b64encode(made.der).decode()).pem

    assert pem == made.pem
    assert max(len(line) for line in pem.splitlines()) == 64
    assert pem.endswith("-----END CERTIFICATE-----\n")
    assert "\r" not in pem
    assert parse(pem).pem == pem


def test_the_repr_does_not_spell_out_the_bytes(made: Made) -> None:
    assert "der=" not in repr(parse(made.pem))


def test_odd_certificates_are_read_without_a_warning() -> None:
    # Serial number 0 is against RFC 5280: the library warns, and the tests turn warnings into errors.
    made = certificate("odd")
    odd = made.der.replace(bytes.fromhex("02021267"), bytes.fromhex("02020000"), 1)
    negative = made.der.replace(bytes.fromhex("02021267"), bytes.fromhex("0202f267"), 1)
    assert odd != made.der != negative

    assert parse(ssl.DER_cert_to_PEM_cert(negative)).der == negative
    with pytest.raises(CertificateError):  # 0000 is no minimal integer, so this is not DER at all
        parse(ssl.DER_cert_to_PEM_cert(odd))


def test_many_threads_may_parse_at_once(made: Made) -> None:
    negative = ssl.DER_cert_to_PEM_cert(made.der.replace(bytes.fromhex("02021267"), bytes.fromhex("0202f267"), 1))

    with ThreadPoolExecutor(8) as pool:
        found = set(pool.map(lambda _: parse(negative).fingerprint, range(64)))

    assert len(found) == 1


def test_a_subject_cannot_steer_the_terminal() -> None:
    assert "\x1b" not in parse(certificate("evil\x1b[2J").pem).subject


REFUSED: dict[str, tuple[Callable[[Made, Made], str], str]] = {
    "nothing": (lambda made, other: "", "empty"),
    "white space": (lambda made, other: " \r\n\t", "empty"),
    "PEM lines without content": (
        lambda made, other: "-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----",
        "empty",
    ),
    "two certificates": (lambda made, other: made.pem + other.pem, "more than one"),
    "the same certificate twice": (lambda made, other: made.pem + made.pem, "more than one"),
    "certificate and private key": (lambda made, other: made.pem + made.key, "private key"),
    "private key alone": (lambda made, other: made.key, "private key"),
    "END line cut off": (lambda made, other: made.pem.rpartition("-----END")[0], "missing or damaged"),
    "BEGIN line cut off": (lambda made, other: made.pem.partition("\n")[2], "missing or damaged"),
    "dash lost": (lambda made, other: made.pem.strip()[:-1], "missing or damaged"),
    "another kind of PEM": (
        lambda made, other: made.pem.replace("CERTIFICATE", "CERTIFICATE REQUEST"),
        "another kind",
    ),
    "base64 cut off": (lambda made, other: base64.b64encode(made.der).decode()[:200], "not one complete"),
    "two certificates as bare base64": (
        lambda made, other: base64.b64encode(made.der + other.der).decode(),
        "not one complete",
    ),
    "base64 of something else": (lambda made, other: base64.b64encode(b"hello").decode(), "not one complete"),
    "a masked value": (lambda made, other: "••••••••", "not a certificate"),
    "prose": (lambda made, other: "please see the wiki!", "not a certificate"),
    "far too long": (lambda made, other: "A" * 300_000, "too long"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_not_one_certificate_is_refused_in_one_sentence(case: str, made: Made, other: Made) -> None:
    build, words = REFUSED[case]

    with pytest.raises(CertificateError, match=words) as caught:
        parse(build(made, other))

    assert "\n" not in str(caught.value)
    assert caught.value.__suppress_context__ or caught.value.__context__ is None


def test_a_private_key_is_never_repeated(made: Made) -> None:
    with pytest.raises(CertificateError) as caught:
        parse(made.pem + made.key)

    secret = made.key.splitlines()[1]
    assert secret not in str(caught.value)
    assert secret not in repr(caught.value)


def test_same_compares_what_is_meant(made: Made, other: Made) -> None:
    assert same(made.pem, base64.b64encode(made.der).decode())
    assert not same(made.pem, other.pem)
    assert same(None, None)
    assert same(None, " \n")
    assert not same(None, made.pem)
    assert not same(made.pem, "")
    assert same("not a certificate", "not a certificate")
    assert not same("not a certificate", "something else")
    assert not same("not a certificate", made.pem)


@st.composite
def respelled(draw: st.DrawFn) -> str:
    """The certificate with white space and line ends anywhere in its base64, with or without PEM lines."""
    space = st.sampled_from(["", " ", "\n", "\r\n", "\t", "\r", "\n\n", " \n", "\u00a0"])
    cuts = sorted(draw(st.lists(st.integers(0, len(BODY)), max_size=12)))
    parts = [BODY[start:end] for start, end in zip([0, *cuts], [*cuts, len(BODY)], strict=True)]
    body = "".join(part + draw(space) for part in parts)
    if draw(st.booleans()):
        return f"{draw(space)}-----BEGIN CERTIFICATE-----{draw(space)}{body}-----END CERTIFICATE-----{draw(space)}"
    return draw(space) + body


@given(respelled())
def test_white_space_never_changes_the_fingerprint(text: str) -> None:
    assert parse(text).der == MADE.der
    assert parse(text).pem == MADE.pem
    assert same(text, MADE.pem)


@st.composite
def damaged(draw: st.DrawFn) -> str:
    """Garbage, PEM around garbage, or the certificate with a piece replaced."""
    garbage = draw(st.text(max_size=80) | st.binary(max_size=60).map(lambda raw: base64.b64encode(raw).decode()))
    kind = draw(st.sampled_from(["bare", "pem", "spliced"]))
    if kind == "pem":
        return f"-----BEGIN CERTIFICATE-----\n{garbage}\n-----END CERTIFICATE-----"
    if kind == "spliced":
        start, end = sorted((draw(st.integers(0, len(MADE.pem))), draw(st.integers(0, len(MADE.pem)))))
        return MADE.pem[:start] + garbage + MADE.pem[end:]
    return garbage


@settings(max_examples=300, suppress_health_check=[HealthCheck.too_slow])
@given(damaged())
def test_any_text_is_a_certificate_or_a_certificate_error(text: str) -> None:
    found = attempt(text)

    if isinstance(found, CertificateError):
        assert "\n" not in str(found)
    else:
        assert parse(found.pem).der == found.der


@given(st.integers(0, len(MADE.der) - 1), st.integers(1, 255))
def test_any_changed_byte_is_noticed(position: int, mask: int) -> None:
    changed = bytearray(MADE.der)
    changed[position] ^= mask

    assert not same(base64.b64encode(changed).decode(), MADE.pem)


def test_a_certificate_may_be_known_by_its_fingerprint_alone() -> None:
    shown, other = parse(MADE.pem).fingerprint, certificate("Another")
    assert is_fingerprint(f" {shown}\n")
    assert fingerprint_of(shown) == fingerprint_of(MADE.pem) == shown
    assert same(MADE.pem, shown)
    assert same(shown, MADE.pem)
    assert not same(shown, other.pem)
    assert not same(shown[:-2] + "ZZ", MADE.pem)
    with pytest.raises(CertificateError):
        fingerprint_of(shown[:-3])


BLEMISHED: dict[str, Callable[[str], str]] = {
    "Windows line ends (CRLF)": lambda pem: pem.replace("\n", "\r\n"),
    "a byte order mark": lambda pem: "\ufeff" + pem,
    "zero-width spaces": lambda pem: pem.replace("MII", "\u200bMII", 1),
    "spaces or tabs": lambda pem: pem.replace("\n", " \n"),
    "blank lines": lambda pem: pem.replace("\n", "\n\n", 2),
    "line ends that are written out as \\n or \\r": lambda pem: pem.replace("\n", "\\n"),
    "no BEGIN and END lines": lambda pem: "".join(pem.split("-----")[2].split()),
    "other text around the certificate": lambda pem: "subject=OneLogin\n" + pem,
    "lines that are not 64 characters long": lambda pem: pem.replace("\n", "", 3).replace("-----M", "-----\nM"),
}


@pytest.mark.parametrize("name", BLEMISHED)
def test_a_blemish_is_told_and_changes_no_fingerprint(made: Made, name: str) -> None:
    text = BLEMISHED[name](made.pem)
    assert blemishes(text) == (name,)
    assert parse(text).fingerprint == parse(made.pem).fingerprint


def test_the_canonical_form_has_no_blemish(made: Made) -> None:
    assert blemishes(parse(made.pem).pem) == ()
    assert blemishes(made.pem.rstrip("\n")) == ()


@pytest.mark.parametrize("text", ["", "no certificate", "-----BEGIN CERTIFICATE-----", ":".join(["AB"] * 32)])
def test_what_is_no_certificate_has_no_blemishes(text: str) -> None:
    assert blemishes(text) == ()


@given(st.lists(st.sampled_from(sorted(BLEMISHED)), max_size=4, unique=True))
def test_whatever_is_done_to_it_is_told_and_it_stays_the_same_certificate(names: list[str]) -> None:
    text = _CANONICAL
    for name in names:
        text = BLEMISHED[name](text) if "-----" in text else text
    assert bool(blemishes(text)) is (text.rstrip("\n") != _CANONICAL.rstrip("\n"))
    assert parse(text).fingerprint == parse(_CANONICAL).fingerprint


def test_many_blank_lines_are_told_without_delay(made: Made) -> None:
    assert "blank lines" in blemishes("\n" * 200_000 + made.pem)


_CANONICAL = MADE.pem
