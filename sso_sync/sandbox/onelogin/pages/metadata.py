"""The address of an app's metadata, open to everybody."""

from __future__ import annotations

from sso_sync.sandbox.onelogin.pages.sso_endpoint import saml_app
from sso_sync.sandbox.onelogin.pages.visit import Visit
from sso_sync.sandbox.onelogin.saml.metadata import METADATA_TYPE, metadata
from sso_sync.sandbox.wire import Answer

__all__ = ["show"]


def show(visit: Visit) -> Answer:
    """`GET /saml/metadata/{uuid}`"""
    return Answer(200, metadata(visit.account, saml_app(visit)), {"content-type": METADATA_TYPE})
