"""Whom to tell: the addresses in SSO_SYNC_NOTIFY, which hold tokens and passwords and are never shown."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from sso_sync.plan.seal import sealed

__all__ = ["VARIABLE", "Target", "targets"]

VARIABLE = "SSO_SYNC_NOTIFY"
_SCHEME = re.compile(r"([a-z][a-z0-9+.-]{0,30})://", re.IGNORECASE | re.ASCII)
_SALT = "sso-sync notices"
_DIGITS = 8  # enough to tell a handful of addresses apart, and too few to try passwords against


@dataclass(frozen=True, slots=True)
class Target:
    """One address, the `number`th of them, counted from 1. `scheme` is None for what is no address."""

    number: int
    scheme: str | None
    url: str = field(repr=False)

    @property
    def label(self) -> str:
        """What may be shown of it."""
        return f"{self.number} ({self.scheme or 'no scheme'})"

    @property
    def key(self) -> str:
        """What it is remembered by. Made slowly, because a password may be all that there is to guess."""
        return sealed(self.url, salt=_SALT, secret=True)[:_DIGITS]


def targets(environ: Mapping[str, str]) -> tuple[Target, ...]:
    """The addresses of the environment, white space between them, in their order, each once."""
    urls = dict.fromkeys(environ.get(VARIABLE, "").split())
    return tuple(Target(number, _scheme(url), url) for number, url in enumerate(urls, start=1))


def _scheme(url: str) -> str | None:
    found = _SCHEME.match(url)
    return found[1].lower() if found else None
