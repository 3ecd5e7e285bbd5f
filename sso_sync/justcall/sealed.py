"""Values that may be compared but not read: what a committed file keeps of a setting that came from `!env`.

A salted scrypt digest, because a role name or a URL would be guessed quickly from a plain hash.
"""

from __future__ import annotations

import base64
import binascii
import json
import os
from collections.abc import Mapping
from contextlib import suppress

from cryptography.exceptions import InvalidKey
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from sso_sync.justcall.settings import SettingField
from sso_sync.saml.certificate import CertificateError, fingerprint
from sso_sync.values import Json

__all__ = ["is_seal", "matches", "seal"]

_KEY = "sealed"
_SALT = 16  # bytes
_DIGEST = 32  # bytes


def seal(field: SettingField, value: Json) -> Json:
    """`{"sealed": "scrypt:<salt>:<digest>"}` for a value; a certificate is sealed by its fingerprint."""
    salt = os.urandom(_SALT)
    digest = _scrypt(salt).derive(_meaning(field, value))
    return {_KEY: f"scrypt:{base64.b64encode(salt).decode()}:{base64.b64encode(digest).decode()}"}


def is_seal(value: Json) -> bool:
    """Whether `value` has the shape that `seal` makes."""
    return _parts(value) is not None


def matches(field: SettingField, sealed: Json, value: Json) -> bool:
    """Whether `value` is what was sealed; certificates by fingerprint. False for anything that is no seal."""
    parts = _parts(sealed)
    if parts is None:
        return False
    try:
        _scrypt(parts[0]).verify(_meaning(field, value), parts[1])
    except InvalidKey:
        return False
    return True


def _scrypt(salt: bytes) -> Scrypt:
    return Scrypt(salt=salt, length=_DIGEST, n=2**14, r=8, p=1)


def _meaning(field: SettingField, value: Json) -> bytes:
    if field is SettingField.CERTIFICATE and isinstance(value, str):
        with suppress(CertificateError):
            value = fingerprint(value)
    return json.dumps(value, sort_keys=True).encode()


def _parts(value: Json) -> tuple[bytes, bytes] | None:
    """Salt and digest, or None."""
    if not isinstance(value, Mapping) or set(value) != {_KEY} or not isinstance(text := value[_KEY], str):
        return None
    kind, _, rest = text.partition(":")
    salt, _, digest = rest.partition(":")
    try:
        parts = base64.b64decode(salt, validate=True), base64.b64decode(digest, validate=True)
    except (binascii.Error, ValueError):
        return None
    return parts if kind == "scrypt" and len(parts[0]) == _SALT and len(parts[1]) == _DIGEST else None
