"""What JustCall says of a connection test, where only its words tell."""

from __future__ import annotations

import re

__all__ = ["asks_to_enable_first"]

# Whether JustCall tests what is not enabled is unsure (fact sheet justcall), and nothing but words says "enable it
# first".
_ENABLE_FIRST = re.compile(
    r"\b(?:enable|activate|turn on|switch on)\b.{0,60}\b(?:before|first|to test)\b"
    r"|\b(?:sso|saml|single sign-on)\b.{0,40}\b(?:not enabled|not active|disabled|be enabled)\b",
    re.IGNORECASE,
)


def asks_to_enable_first(told: str) -> bool:
    """Whether a test was declined because SSO is not enabled."""
    return _ENABLE_FIRST.search(told) is not None
