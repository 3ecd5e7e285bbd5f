"""One certificate, however it was pasted: read leniently, compared by its bytes, written in one canonical form.

Most "certificate validation failures" are line ends, spaces or a second certificate (fact sheet §6.3), so text is never
compared: two certificates are the same when their DER is.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed448, ed25519, rsa
from cryptography.hazmat.primitives.asymmetric.types import CertificatePublicKeyTypes
from cryptography.x509.oid import SignatureAlgorithmOID

from sso_sync.saml.quiet import without_warnings

__all__ = ["Certificate", "CertificateError", "blemishes", "fingerprint", "is_fingerprint", "parse", "same"]

_MAX_TEXT = 256 * 1024  # characters; the largest real certificates are a tenth of it
_BEGIN = re.compile(r"-----\s*BEGIN ([A-Z0-9 ]+?)\s*-----")
_BLOCK = re.compile(r"-----\s*BEGIN ([A-Z0-9 ]+?)\s*-----([^-]*)-----\s*END \1\s*-----")
_LABELS = frozenset({"CERTIFICATE", "X509 CERTIFICATE"})
_BLEMISHES = (
    ("a byte order mark", re.compile("\ufeff")),
    ("zero-width spaces", re.compile("\u200b")),
    ("line ends that are written out as \\n or \\r", re.compile(r"\\[rn]")),
    ("Windows line ends (CRLF)", re.compile(r"\r")),
    ("spaces or tabs", re.compile(r"[^\S\r\n](?!CERTIFICATE|X509 )")),
    ("blank lines", re.compile(r"^\s*\n|\n\r?[^\S\n]*\n")),
)
# What copying from web pages and environment variables adds: byte order mark, zero-width space, a written-out "\n".
_PASTED = re.compile(r"\ufeff|\u200b|\\r|\\n")
_FINGERPRINT = re.compile(r"(?:[0-9A-F]{2}:){31}[0-9A-F]{2}")
_ALGORITHMS: Mapping[x509.ObjectIdentifier, str] = {
    oid: name.lstrip("_").replace("_WITH_", " with ").replace("SHA3_", "SHA3-").replace("_", "-")
    for name, oid in vars(SignatureAlgorithmOID).items()
    if isinstance(oid, x509.ObjectIdentifier)
}


class CertificateError(ValueError):
    """The text is not one X.509 certificate. The message is one sentence and never repeats any of the text."""


@dataclass(frozen=True, slots=True)
class Certificate:
    """An X.509 certificate.

    `fingerprint` is the SHA-256 of the DER as "9F:3A:…". Times are UTC. `key_type` is RSA, EC, DSA, Ed25519, Ed448 or
    "unknown" (then `key_bits` is 0). `signature_algorithm` is the certificate's own, as "RSA with SHA256", or its OID.
    """

    der: bytes = field(repr=False)
    fingerprint: str
    not_before: datetime
    not_after: datetime
    subject: str
    key_type: str
    key_bits: int
    signature_algorithm: str

    @property
    def pem(self) -> str:
        """The canonical PEM: 64 columns, "\\n" line ends, one at the end."""
        return ssl.DER_cert_to_PEM_cert(self.der)

    def describe(self) -> dict[str, str]:
        """What a reader needs to recognise it; `not_after` as "2027-01-02T00:00:00Z"."""
        return {
            "fingerprint": self.fingerprint,
            "not_after": self.not_after.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "subject": self.subject,
        }


@lru_cache(maxsize=256)  # a run meets the same few certificates again and again
def parse(text: str) -> Certificate:
    """The certificate in `text`: PEM or bare base64, with any white space, line ends or text around the PEM block.

    Raises CertificateError for anything that is not exactly one certificate.
    """
    der = _decode(_base64_of(text))
    with without_warnings():
        try:
            return _describe(x509.load_der_x509_certificate(der), der)
        except (ValueError, TypeError, UnsupportedAlgorithm, x509.InvalidVersion):
            # The library's message is about ASN.1 and could quote the input.
            message = "this is base64, but not one complete X.509 certificate (cut off, damaged, or something else)"
            raise CertificateError(message) from None


def is_fingerprint(text: str) -> bool:
    """Whether this is a SHA-256 fingerprint, "9F:3A:…", in place of a certificate: all that some pages show of one."""
    return _FINGERPRINT.fullmatch(text.strip()) is not None


def fingerprint(text: str) -> str:
    """The fingerprint of the certificate in `text`, which may also be known by its fingerprint alone.

    Raises CertificateError for anything else.
    """
    return text.strip() if is_fingerprint(text) else parse(text).fingerprint


def same(one: str | None, other: str | None) -> bool:
    """Whether both texts mean the same certificate: equal DER, as far as its fingerprint tells.

    Blank equals blank; unreadable text only itself.
    """
    if _blank(one) or _blank(other):
        return _blank(one) and _blank(other)
    if one == other:
        return True
    try:
        return fingerprint(one or "") == fingerprint(other or "")
    except CertificateError:
        return False


def blemishes(text: str) -> tuple[str, ...]:
    """How a text that means one certificate differs from its canonical PEM, in words: "Windows line ends (CRLF)".

    Empty for the canonical form, with or without its last line end, and for what is not the text of one certificate.
    Some service providers stumble over each of these (fact sheet justcall §4, §6.3).
    """
    try:
        pem = parse(text).pem
    except CertificateError:
        return ()
    if text in {pem, pem.rstrip("\n")}:
        return ()
    found = [words for words, pattern in _BLEMISHES if pattern.search(text)]
    if "-----" not in text:
        found.append("no BEGIN and END lines")
    elif _around(text):
        found.append("other text around the certificate")
    return tuple(found) or ("lines that are not 64 characters long",)


def _around(text: str) -> bool:
    """Whether anything but white space stands before BEGIN or after END."""
    plain = _PASTED.sub("\n", text)
    block = _BLOCK.search(plain)
    return block is not None and bool((plain[: block.start()] + plain[block.end() :]).strip())


def _blank(text: str | None) -> bool:
    return text is None or not text.strip()


def _base64_of(text: str) -> str:
    """The base64 part of the only certificate in `text`, white space removed."""
    if len(text) > _MAX_TEXT:
        raise CertificateError(f"this is too long for a certificate (more than {_MAX_TEXT // 1024} KiB)")
    text = _PASTED.sub("\n", text)
    if "PRIVATE KEY" in text:
        raise CertificateError(
            "this contains a private key; only the certificate belongs here, and a key that was pasted anywhere "
            "should be replaced"
        )
    if "-----" not in text:
        return "".join(text.split())
    return "".join(_only_block(text).split())


def _only_block(text: str) -> str:
    begins = _BEGIN.findall(text)
    if sum(label in _LABELS for label in begins) > 1:
        raise CertificateError("this contains more than one certificate; paste only the signing certificate")
    if len(begins) == 1 and begins[0] not in _LABELS:
        raise CertificateError("this is a PEM block of another kind; it must say BEGIN CERTIFICATE")
    blocks: list[str] = [body for label, body in _BLOCK.findall(text) if label in _LABELS]
    if len(blocks) != 1:
        raise CertificateError("the BEGIN CERTIFICATE or END CERTIFICATE line is missing or damaged; copy all of it")
    return blocks[0]


def _decode(encoded: str) -> bytes:
    if not encoded:
        raise CertificateError("this is empty; a certificate was expected")
    bare = encoded.rstrip("=")  # often lost when selecting text; the DER says itself whether it is complete
    try:
        return base64.b64decode(bare + "=" * (-len(bare) % 4), validate=True)
    except (binascii.Error, ValueError):
        raise CertificateError(
            "this is not a certificate: between BEGIN and END it must be base64 (A-Z, a-z, 0-9, + and /), complete"
        ) from None


def _describe(certificate: x509.Certificate, der: bytes) -> Certificate:
    key_type, key_bits = _key_of(certificate)
    digest = hashlib.sha256(der).hexdigest().upper()
    oid = certificate.signature_algorithm_oid
    return Certificate(
        der=der,
        fingerprint=":".join(digest[i : i + 2] for i in range(0, len(digest), 2)),
        not_before=certificate.not_valid_before_utc.astimezone(UTC),
        not_after=certificate.not_valid_after_utc.astimezone(UTC),
        subject=_printable(certificate.subject.rfc4514_string()),
        key_type=key_type,
        key_bits=key_bits,
        signature_algorithm=_ALGORITHMS.get(oid, oid.dotted_string),
    )


def _key_of(certificate: x509.Certificate) -> tuple[str, int]:
    """Name and size of the key; a key of a kind the library does not know makes the certificate no less comparable."""
    try:
        return _kind(certificate.public_key())
    except (ValueError, TypeError, UnsupportedAlgorithm):
        return "unknown", 0


def _kind(key: CertificatePublicKeyTypes) -> tuple[str, int]:
    match key:
        case rsa.RSAPublicKey():
            return "RSA", key.key_size
        case ec.EllipticCurvePublicKey():
            return "EC", key.key_size
        case dsa.DSAPublicKey():
            return "DSA", key.key_size
        case ed25519.Ed25519PublicKey():
            return "Ed25519", 256
        case ed448.Ed448PublicKey():
            return "Ed448", 456
        case _:
            return "unknown", 0


def _printable(text: str) -> str:
    """A subject is chosen by whoever made the certificate; it must not steer the terminal that shows it."""
    return "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in text)
