"""Enveloped XML signatures as OneLogin makes them, by the app's certificate and algorithm (§5.4)."""

from __future__ import annotations

from functools import cache

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from lxml import etree
from signxml.algorithms import CanonicalizationMethod, DigestAlgorithm, SignatureMethod
from signxml.signer import XMLSigner

from sso_sync.sandbox.onelogin.records import Certificate
from sso_sync.sandbox.saml_wire import NS, tag

__all__ = ["signed"]

_ALGORITHMS = {
    "SHA-1": (SignatureMethod.RSA_SHA1, DigestAlgorithm.SHA1),
    "SHA-256": (SignatureMethod.RSA_SHA256, DigestAlgorithm.SHA256),
    "SHA-384": (SignatureMethod.RSA_SHA384, DigestAlgorithm.SHA384),
    "SHA-348": (SignatureMethod.RSA_SHA384, DigestAlgorithm.SHA384),  # the documentation's typo
    "SHA-512": (SignatureMethod.RSA_SHA512, DigestAlgorithm.SHA512),
}
_USUAL = "SHA-1"


class _Signer(XMLSigner):
    """Makes SHA-1 signatures too, which OneLogin still offers and gives to every fresh app."""

    def check_deprecated_methods(self) -> None:
        pass


def signed(element: etree._Element, certificate: Certificate, algorithm: str) -> etree._Element:
    """A copy of a response or an assertion, signed as a whole; any word but OneLogin's five means SHA-1.

    The signature stands right after the Issuer, where the schema of SAML wants it.
    """
    method, digest = _ALGORITHMS.get(algorithm, _ALGORITHMS[_USUAL])
    element.insert(1, etree.Element(tag("ds:Signature"), {"Id": "placeholder"}, nsmap={"ds": NS["ds"]}))
    signer = _Signer(
        signature_algorithm=method,
        digest_algorithm=digest,
        c14n_algorithm=CanonicalizationMethod.EXCLUSIVE_XML_CANONICALIZATION_1_0,
    )
    made: etree._Element = signer.sign(
        element,
        key=_key(certificate.private_key),
        cert=certificate.pem,
        reference_uri=element.get("ID"),
        id_attribute="ID",
    )
    return made


@cache
def _key(pem: str) -> RSAPrivateKey:
    """A key of the account, ready for use. The sandbox made it itself, so the slow proof that it is one is left out."""
    key = load_pem_private_key(pem.encode(), None, unsafe_skip_rsa_key_validation=True)
    if not isinstance(key, RSAPrivateKey):
        raise TypeError("the account's certificates have RSA keys")
    return key
