"""Comparing by meaning: two spellings of one thing are no change, and what a change shows is what differs."""

from __future__ import annotations

import hashlib
import json
from enum import StrEnum

from sso_sync.onelogin.texts import plain
from sso_sync.saml import certificate, pattern
from sso_sync.values import Json

__all__ = ["Meaning", "canonical", "same", "shown"]

_SORTED = json.JSONEncoder(sort_keys=True)  # made once: there may be thousands of values
_LONGEST_PATTERN = 4096  # characters; beyond it a validator is compared as text


class Meaning(StrEnum):
    """How values of an address are compared."""

    EXACT = "exact"
    BLANK_IS_ONE = "blank is one"
    ESCAPED = "escaped"
    VALIDATOR = "validator"
    CERTIFICATE = "certificate"


def same(meaning: Meaning, wanted: Json, there: Json) -> bool:
    """Whether `there` is already what is `wanted`."""
    return canonical(meaning, wanted) == canonical(meaning, there)


def canonical(meaning: Meaning, value: Json) -> str:
    """One text for everything that means the same; the empty text for blank, unless blanks differ (EXACT)."""
    if value is True:  # as each member of a role
        return "true"
    if meaning is Meaning.EXACT:
        return _json(value)
    if value is None or (isinstance(value, str) and not _stripped(meaning, value)):
        return ""
    if not isinstance(value, str):
        return _json(value)
    match meaning:
        case Meaning.ESCAPED:
            # Names and descriptions may come back HTML-escaped, or may not (fact sheet onelogin-api §5.3).
            return _json(plain(value))
        case Meaning.VALIDATOR:
            return _json(value if len(value) > _LONGEST_PATTERN else pattern.canonical(value))
        case Meaning.CERTIFICATE:
            return _certificate(value)
        case _:
            return _json(value)


def _json(value: Json) -> str:
    """JSON, because True == 1 in Python although a flag and a number are different answers."""
    return _SORTED.encode(value)


def _stripped(meaning: Meaning, text: str) -> str:
    return text.strip() if meaning is Meaning.CERTIFICATE else text


def _certificate(text: str) -> str:
    """A certificate by its DER; what is none is only itself."""
    try:
        return certificate.fingerprint(text)
    except certificate.CertificateError:
        return _json(text)


def shown(meaning: Meaning, value: Json) -> Json:
    """The value as a plan shows it: a certificate as its fingerprint and expiry, everything else as it is."""
    if meaning is not Meaning.CERTIFICATE or not isinstance(value, str):
        return value
    if not value.strip():
        return None
    if certificate.is_fingerprint(value):
        return {"fingerprint": value.strip()}
    try:
        return certificate.parse(value).describe()
    except certificate.CertificateError as problem:
        digest = hashlib.sha256(value.encode("utf-8", "surrogatepass")).hexdigest()[:16]
        return {"problem": str(problem), "text_sha256": digest}
