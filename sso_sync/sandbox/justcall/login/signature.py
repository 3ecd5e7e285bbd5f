"""Whether a signature holds under the certificate that JustCall has, and what exactly it covers.

The certificate that the message brings along counts for nothing: anybody can sign with a key of their own and say so.
"""

from __future__ import annotations

import base64

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import rsa
from lxml import etree
from signxml.algorithms import DigestAlgorithm, SignatureMethod
from signxml.exceptions import InvalidDigest, SignXMLException
from signxml.verifier import SignatureConfiguration, XMLVerifier

from sso_sync.saml.quiet import without_warnings
from sso_sync.sandbox.justcall.login.refused import Refused
from sso_sync.sandbox.saml_wire import NS, parse_xml, tag

__all__ = ["MISMATCH", "covered", "uses_sha1"]

MISMATCH = "Certificate validation failure: the signature does not match the certificate"

_SHA1 = frozenset({SignatureMethod.RSA_SHA1.value, DigestAlgorithm.SHA1.value})
_TRANSFORMS = [
    "http://www.w3.org/2000/09/xmldsig#enveloped-signature",
    "http://www.w3.org/2001/10/xml-exc-c14n#",
]
# What a library that reads a message by anybody says when a part is missing, or is not what its name promises.
_STUMBLES = (ValueError, TypeError, AttributeError, LookupError, AssertionError, UnsupportedAlgorithm)
_CONFIGURATION = SignatureConfiguration(
    require_x509=False,
    location="./",
    expect_references=1,
    signature_methods=frozenset(
        {SignatureMethod.RSA_SHA1, SignatureMethod.RSA_SHA256, SignatureMethod.RSA_SHA384, SignatureMethod.RSA_SHA512}
    ),
    digest_algorithms=frozenset(
        {DigestAlgorithm.SHA1, DigestAlgorithm.SHA256, DigestAlgorithm.SHA384, DigestAlgorithm.SHA512}
    ),
)


def covered(element: etree._Element, certificate: x509.Certificate) -> etree._Element:
    """What the signature of a response or an assertion covers: the element again, read from the very bytes it signs.

    Refused when it does not hold, and when it signs anything but the element that it stands in.
    """
    alone = parse_xml(etree.tostring(element, with_tail=False))
    signature = next(alone.iterchildren(tag("ds:Signature")))
    _check_reference(signature, alone)
    _use_key_of(signature, certificate)
    try:
        with without_warnings():
            result = XMLVerifier().verify(alone, expect_config=_CONFIGURATION, id_attribute="ID")
    except InvalidDigest:
        raise Refused("Invalid signature: the content was changed after it was signed") from None
    except InvalidSignature:
        raise Refused(MISMATCH) from None
    except (SignXMLException, etree.LxmlError, *_STUMBLES):
        raise Refused("Invalid signature: it cannot be checked") from None
    found = result if isinstance(result, list) else [result]
    signed = parse_xml(found[0].signed_data)
    if len(found) != 1 or (signed.tag, signed.get("ID")) != (alone.tag, alone.get("ID")):
        raise _elsewhere()
    return signed


def uses_sha1(element: etree._Element) -> bool:
    """Whether the element's signature, or its digest, is made with SHA-1."""
    signature = next(element.iterchildren(tag("ds:Signature")))
    named = signature.iterfind("ds:SignedInfo//*[@Algorithm]", NS)
    return any(one.get("Algorithm") in _SHA1 for one in named)


def _check_reference(signature: etree._Element, signed: etree._Element) -> None:
    references = signature.findall("ds:SignedInfo/ds:Reference", NS)
    if not signed.get("ID") or [one.get("URI") for one in references] != [f"#{signed.get('ID')}"]:
        raise _elsewhere()
    transforms = [one.get("Algorithm") for one in references[0].iterfind("ds:Transforms/ds:Transform", NS)]
    if transforms != _TRANSFORMS:
        raise Refused("Invalid signature: it signs only a part of the content")


def _use_key_of(signature: etree._Element, certificate: x509.Certificate) -> None:
    """Puts the certificate's key in the place of whatever key the message brings along."""
    public = _public_key(certificate)
    for brought in list(signature.iterchildren(tag("ds:KeyInfo"))):
        signature.remove(brought)
    numbers = public.public_numbers()
    info = etree.SubElement(signature, tag("ds:KeyInfo"))
    value = etree.SubElement(etree.SubElement(info, tag("ds:KeyValue")), tag("ds:RSAKeyValue"))
    for name, number in (("Modulus", numbers.n), ("Exponent", numbers.e)):
        data = number.to_bytes((number.bit_length() + 7) // 8, "big")
        etree.SubElement(value, tag(f"ds:{name}")).text = base64.b64encode(data).decode()


def _public_key(certificate: x509.Certificate) -> rsa.RSAPublicKey:
    """The certificate's key, which must be of the kind that OneLogin's are."""
    try:
        public = certificate.public_key()
    except (ValueError, UnsupportedAlgorithm):
        public = None
    if not isinstance(public, rsa.RSAPublicKey):
        raise Refused(MISMATCH)
    return public


def _elsewhere() -> Refused:
    return Refused("Invalid signature: it does not sign the element that holds it")
