"""The message that OneLogin hands out at the end of a login: signed and encrypted as the app's configuration says."""

from __future__ import annotations

import base64

from lxml import etree

from sso_sync.sandbox.onelogin.account import Account
from sso_sync.sandbox.onelogin.app_view import certificate_of
from sso_sync.sandbox.onelogin.records import App
from sso_sync.sandbox.onelogin.saml.acs import setting
from sso_sync.sandbox.onelogin.saml.encryption import encrypted
from sso_sync.sandbox.onelogin.saml.response import Login, saml_response
from sso_sync.sandbox.onelogin.saml.signing import signed
from sso_sync.sandbox.saml_wire import tag

__all__ = ["encoded", "lacks_encryption_key", "message"]

_ASSERTION, _BOTH = "1", "2"


def message(account: Account, app: App, login: Login) -> bytes:
    """The response as XML. An app that `lacks_encryption_key` has none: ValueError."""
    if lacks_encryption_key(app):
        raise ValueError("the app has no key to encrypt for")
    response = saml_response(account, app, login)
    wanted, algorithm = setting(app, "saml_sign_element"), setting(app, "signature_algorithm")
    certificate = certificate_of(account, app)
    if wanted in (_ASSERTION, _BOTH):
        # Signed as a document of its own; exclusive canonicalisation lets it keep its signature inside the response.
        _replace_assertion(response, signed(_assertion(response), certificate, algorithm))
    if _is_encrypted(app):
        method = setting(app, "saml_encryption_method_id")
        _replace_assertion(response, encrypted(_assertion(response), app.encryption_certificate or "", method))
    if wanted != _ASSERTION:
        response = signed(response, certificate, algorithm)
    return etree.tostring(response, encoding="utf-8")


def lacks_encryption_key(app: App) -> bool:
    """Whether its assertions are to be encrypted, but nobody has said for whom."""
    return _is_encrypted(app) and not app.encryption_certificate


def encoded(xml: bytes) -> str:
    """A message as the HTTP-POST binding carries it."""
    return base64.b64encode(xml).decode()


def _is_encrypted(app: App) -> bool:
    return setting(app, "encrypt_assertion") == "1"


def _assertion(response: etree._Element) -> etree._Element:
    return next(response.iterchildren(tag("saml:Assertion")))


def _replace_assertion(response: etree._Element, other: etree._Element) -> None:
    response.replace(_assertion(response), other)
