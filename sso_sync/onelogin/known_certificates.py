"""Signing certificates of the account, as far as they can be known: OneLogin lists none, only apps show theirs (§9)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sso_sync.http import HttpProblem
from sso_sync.onelogin.client import SAML, Client
from sso_sync.onelogin.finder import app_or_none
from sso_sync.onelogin.parallel import pool
from sso_sync.progress import Progress
from sso_sync.saml.certificate import CertificateError, parse

__all__ = ["KnownCertificate", "known_certificates"]

_MOST_APPS = 40


@dataclass(frozen=True)
class KnownCertificate:
    """A certificate that some app signs with; `pem` is canonical."""

    id: int | None
    name: str | None
    pem: str


def known_certificates(client: Client, progress: Progress) -> Mapping[str, KnownCertificate]:
    """Fingerprint → certificate, of the account's first SAML apps. Empty when the list cannot be had: it only helps."""
    progress.note("looking for the account's other signing certificates")
    try:
        rows = [row for row in client.apps() if row.auth_method in (None, SAML)]
        with pool() as running:
            apps = list(running.map(lambda row: app_or_none(client, row.id), rows[:_MOST_APPS]))
    except HttpProblem:
        return {}
    found: dict[str, KnownCertificate] = {}
    for app in apps:
        shown = app.sso.certificate if app is not None else None
        try:
            made = parse(shown.value) if shown is not None and shown.value else None
        except CertificateError:
            continue
        if shown is not None and made is not None:
            found.setdefault(made.fingerprint, KnownCertificate(shown.id, shown.name, made.pem))
    return found
