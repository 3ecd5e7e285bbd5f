"""Real self-signed X.509 certificates for the account, with keys that live as long as the process.

Generating an RSA key takes long enough to matter in a test suite, so each key is made once per process and name, and
several at a time. A sandbox with a state file keeps its certificates there.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

__all__ = ["KeyPair", "prepare_keys", "self_signed"]


@dataclass(frozen=True, slots=True)
class KeyPair:
    """A certificate and its private key, both PEM."""

    certificate: str
    private_key: str = field(repr=False)
    expires_at: datetime.datetime


def self_signed(
    name: str, *, serial: int, valid_from: datetime.datetime, valid_for: timedelta, bits: int = 2048
) -> KeyPair:
    """A certificate as OneLogin makes them, valid from `valid_from` for `valid_for`; `name` picks the key."""
    key = _key(name, bits)
    subject = x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "US"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "acme"),
            x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, "OneLogin IdP"),
            x509.NameAttribute(NameOID.COMMON_NAME, "OneLogin Account"),
        ]
    )
    # X.509 counts in whole seconds.
    start, end = valid_from.replace(microsecond=0), (valid_from + valid_for).replace(microsecond=0)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(serial)
        .not_valid_before(start)
        .not_valid_after(end)
        .sign(key, hashes.SHA256())
    )
    return KeyPair(
        certificate.public_bytes(serialization.Encoding.PEM).decode(),
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        ).decode(),
        end,
    )


def prepare_keys(wanted: Iterable[tuple[str, int]]) -> None:
    """Makes the keys of these (name, bits) ahead, in parallel."""
    with ThreadPoolExecutor() as pool:
        list(pool.map(lambda pair: _key(*pair), wanted))


@cache
def _key(_name: str, bits: int) -> rsa.RSAPrivateKey:
    # 1024 bits only for the account's legacy certificate: an example of what must be noticed.
    return rsa.generate_private_key(public_exponent=65537, key_size=bits)
