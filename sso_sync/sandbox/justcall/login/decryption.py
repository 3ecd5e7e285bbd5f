"""Opening an encrypted assertion with JustCall's own key: XML Encryption 1.0, RSA-OAEP around a CBC cipher."""

from __future__ import annotations

import base64
from functools import cache

from cryptography.hazmat.decrepit.ciphers.algorithms import TripleDES
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from lxml import etree

from sso_sync.sandbox.justcall.login.refused import Refused, unreadable
from sso_sync.sandbox.justcall.login.structure import assertion_root
from sso_sync.sandbox.saml_wire import BLOCK_CIPHERS, NS, RSA_OAEP

__all__ = ["decrypted"]

_DATA = "xenc:EncryptedData"
_KEY = f"{_DATA}/ds:KeyInfo/xenc:EncryptedKey"
_VALUE = "xenc:CipherData/xenc:CipherValue"


def decrypted(encrypted: etree._Element, private_key: str) -> etree._Element:
    """The assertion inside a `saml:EncryptedAssertion`; Refused for anything that this key does not open.

    One message for all of it: telling a wrong key from wrong padding would help whoever guesses at contents.
    """
    try:
        return assertion_root(_opened(encrypted, private_key))
    except Refused:
        raise
    except ValueError:
        raise unreadable("the assertion cannot be decrypted") from None


def _opened(encrypted: etree._Element, private_key: str) -> bytes:
    cipher = _algorithm(encrypted, f"{_DATA}/xenc:EncryptionMethod")
    if cipher not in BLOCK_CIPHERS or _algorithm(encrypted, f"{_KEY}/xenc:EncryptionMethod") != RSA_OAEP:
        raise ValueError("another algorithm")
    sha1 = hashes.SHA1()  # noqa: S303  the digest that rsa-oaep-mgf1p means
    key = _key(private_key).decrypt(_bytes(encrypted, f"{_KEY}/{_VALUE}"), padding.OAEP(padding.MGF1(sha1), sha1, None))
    if len(key) != BLOCK_CIPHERS[cipher]:
        raise ValueError("a key of another size")
    algorithm = TripleDES(key) if cipher.endswith("tripledes-cbc") else algorithms.AES(key)
    size = algorithm.block_size // 8
    data = _bytes(encrypted, f"{_DATA}/{_VALUE}")
    decryptor = Cipher(algorithm, modes.CBC(data[:size])).decryptor()
    text = decryptor.update(data[size:]) + decryptor.finalize()
    if not text or not 1 <= text[-1] <= size:
        raise ValueError("not padded")
    return text[: -text[-1]]


@cache
def _key(pem: str) -> rsa.RSAPrivateKey:
    """JustCall's key, ready for use. The sandbox made it itself, so the slow proof that it is one is left out."""
    key = serialization.load_pem_private_key(pem.encode(), None, unsafe_skip_rsa_key_validation=True)
    if not isinstance(key, rsa.RSAPrivateKey):
        raise TypeError("JustCall's key is an RSA key")
    return key


def _algorithm(element: etree._Element, path: str) -> str:
    found = element.find(path, NS)
    return "" if found is None else found.get("Algorithm", "")


def _bytes(element: etree._Element, path: str) -> bytes:
    return base64.b64decode("".join(element.findtext(path, "", NS).split()), validate=True)
