"""Comparing by meaning: two spellings of one thing are no change, and what a change shows is what differs."""

from __future__ import annotations

import hashlib
import html
from enum import StrEnum

from sso_sync.saml import certificate, validator
from sso_sync.values import Json

__all__ = ["Meaning", "same", "shown"]


class Meaning(StrEnum):
    """How values of an address are compared."""

    EXACT = "exact"
    BLANK_IS_ONE = "blank is one"
    ESCAPED = "escaped"
    VALIDATOR = "validator"
    CERTIFICATE = "certificate"


def _blank(value: Json) -> Json:
    return None if value == "" else value


def _same_escaped(wanted: Json, there: Json) -> bool:
    """Names and descriptions may come back HTML-escaped (fact sheet onelogin-api §5.3), or may not."""
    if _blank(wanted) == _blank(there):
        return True
    return isinstance(there, str) and wanted == html.unescape(there)


def _same_validator(wanted: Json, there: Json) -> bool:
    if isinstance(wanted, str) and isinstance(there, str):
        return validator.equivalent(wanted, there)
    return _blank(wanted) == _blank(there)


def _text(value: Json) -> str | None:
    return value if isinstance(value, str) else None


def same(meaning: Meaning, wanted: Json, there: Json) -> bool:
    """Whether `there` is already what is `wanted`."""
    match meaning:
        case Meaning.EXACT:
            # True == 1 in Python, but a flag and a number are different answers.
            return wanted == there and isinstance(wanted, bool) == isinstance(there, bool)
        case Meaning.BLANK_IS_ONE:
            return _blank(wanted) == _blank(there)
        case Meaning.ESCAPED:
            return _same_escaped(wanted, there)
        case Meaning.VALIDATOR:
            return _same_validator(wanted, there)
        case Meaning.CERTIFICATE:
            return certificate.same(_text(wanted), _text(there))


def shown(meaning: Meaning, value: Json) -> Json:
    """The value as a plan shows it: a certificate as its fingerprint and expiry, everything else as it is."""
    if meaning is not Meaning.CERTIFICATE or not isinstance(value, str) or not value.strip():
        return _blank(value) if meaning is Meaning.CERTIFICATE else value
    try:
        return certificate.parse(value).describe()
    except certificate.CertificateError as problem:
        digest = hashlib.sha256(value.encode("utf-8", "surrogatepass")).hexdigest()[:16]
        return {"problem": str(problem), "text_sha256": digest}
