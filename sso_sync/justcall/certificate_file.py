"""The certificate as a file that a person can upload to JustCall."""

from __future__ import annotations

from pathlib import Path

from sso_sync.errors import SsoSyncError
from sso_sync.files import write_whole
from sso_sync.saml.certificate import CertificateError, parse

__all__ = ["write_certificate"]


def write_certificate(path: Path, certificate: str) -> Path:
    """Writes the certificate (any spelling) as canonical PEM to `path`, readable by everybody; answers the path.

    Raises SsoSyncError when the text is no certificate or the file cannot be written.
    """
    try:
        pem = parse(certificate).pem
    except CertificateError as error:
        raise SsoSyncError.because(
            f"The certificate for {path} cannot be used: {error}.",
            next_action="Give one X.509 certificate as PEM, or leave it out to take OneLogin's.",
        ) from None
    write_whole(path, pem)
    return path
