"""Encrypted assertions as OneLogin makes them: XML Encryption 1.0, a fresh key for each (§5.4)."""

from __future__ import annotations

import base64
import os

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.decrepit.ciphers.algorithms import TripleDES
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from lxml import etree

from sso_sync.saml import certificate
from sso_sync.saml.quiet import without_warnings
from sso_sync.sandbox.saml_wire import BLOCK_CIPHERS, NS, RSA_OAEP, tag

__all__ = ["can_encrypt_for", "encrypted"]

_ELEMENT = "http://www.w3.org/2001/04/xmlenc#Element"
_SHA1 = "http://www.w3.org/2000/09/xmldsig#sha1"


def can_encrypt_for(pem: str) -> bool:
    """Whether this is one certificate, and with an RSA key: nothing else carries a key here."""
    try:
        return isinstance(_certificate(pem).public_key(), rsa.RSAPublicKey)
    except (certificate.CertificateError, ValueError, UnsupportedAlgorithm):
        return False


def encrypted(assertion: etree._Element, pem: str, method: str) -> etree._Element:
    """The `saml:EncryptedAssertion` that only the owner of the certificate `pem` can open.

    `method` is OneLogin's number: "0" 3DES, "1" to "3" AES with 128, 192 and 256 bits, all CBC; any other means "0".
    """
    names = list(BLOCK_CIPHERS)
    name = names[int(method)] if method in {str(number) for number in range(len(names))} else names[0]
    key = os.urandom(BLOCK_CIPHERS[name])
    outer = etree.Element(tag("saml:EncryptedAssertion"), nsmap={"saml": NS["saml"]})
    data = etree.SubElement(outer, tag("xenc:EncryptedData"), {"Type": _ELEMENT}, nsmap={"xenc": NS["xenc"]})
    etree.SubElement(data, tag("xenc:EncryptionMethod"), {"Algorithm": name})
    info = etree.SubElement(data, tag("ds:KeyInfo"), nsmap={"ds": NS["ds"]})
    carried = etree.SubElement(info, tag("xenc:EncryptedKey"))
    transport = etree.SubElement(carried, tag("xenc:EncryptionMethod"), {"Algorithm": RSA_OAEP})
    etree.SubElement(transport, tag("ds:DigestMethod"), {"Algorithm": _SHA1})
    _cipher_value(carried, _wrapped(key, pem))
    _cipher_value(data, _sealed(etree.tostring(assertion, encoding="utf-8"), key, triple_des=name == names[0]))
    return outer


def _certificate(pem: str) -> x509.Certificate:
    der = certificate.parse(pem).der
    with without_warnings():
        return x509.load_der_x509_certificate(der)


def _wrapped(key: bytes, pem: str) -> bytes:
    public = _certificate(pem).public_key()
    if not isinstance(public, rsa.RSAPublicKey):
        raise TypeError("only RSA keys carry the key of an assertion")
    sha1 = hashes.SHA1()  # noqa: S303  the digest that rsa-oaep-mgf1p means
    return public.encrypt(key, padding.OAEP(padding.MGF1(sha1), sha1, None))


def _sealed(text: bytes, key: bytes, *, triple_des: bool) -> bytes:
    """Initial vector and ciphertext; the last byte of the padding says how long it is, the others are random."""
    cipher = TripleDES(key) if triple_des else algorithms.AES(key)
    block = cipher.block_size // 8
    missing = block - len(text) % block
    start = os.urandom(block)
    encryptor = Cipher(cipher, modes.CBC(start)).encryptor()
    padded = text + os.urandom(missing - 1) + bytes([missing])
    return start + encryptor.update(padded) + encryptor.finalize()


def _cipher_value(parent: etree._Element, data: bytes) -> None:
    value = etree.SubElement(etree.SubElement(parent, tag("xenc:CipherData")), tag("xenc:CipherValue"))
    value.text = base64.b64encode(data).decode()
