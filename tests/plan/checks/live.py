"""A OneLogin side with nothing but a certificate."""

from __future__ import annotations

from sso_sync.onelogin.models import App
from sso_sync.onelogin.state import LiveIdp

__all__ = ["idp_with"]


def idp_with(certificate: str | None) -> LiveIdp:
    """An app that is signed with this certificate."""
    return LiveIdp(
        app=App.model_validate({"id": 1, "name": "JustCall", "sso": {"certificate": {"value": certificate}}})
    )
