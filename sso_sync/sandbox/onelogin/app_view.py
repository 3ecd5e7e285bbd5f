"""An app as the API shows it: list rows and the full object with its derived `sso` (§5.1, §5.2)."""

from __future__ import annotations

import html

from pydantic import JsonValue

from sso_sync.sandbox.onelogin.account import Account
from sso_sync.sandbox.onelogin.configuration import shown_configuration
from sso_sync.sandbox.onelogin.paging import Row
from sso_sync.sandbox.onelogin.parameters import shown_parameters
from sso_sync.sandbox.onelogin.records import App, Certificate, Connector

__all__ = ["app_row", "certificate_of", "full_app", "icon_url", "issuer", "slo_url", "sso_url"]

_METHODS = {0: "Password", 1: "OpenID", 2: "SAML2.0", 8: "OpenID Connect"}


def app_row(account: Account, app: App) -> Row:
    """A row of the list of apps: no configuration, no parameters, no sso, no role_ids."""
    connector = account.connectors[app.connector_id]
    row: Row = {
        "id": app.id,
        "connector_id": app.connector_id,
        "name": _text(account, app.name),
        "description": _text(account, app.description),
        "auth_method": connector.auth_method,
        "auth_method_description": _METHODS[connector.auth_method],
        "visible": app.visible,
        "created_at": account.stamp(app.created_at),
        "updated_at": account.stamp(app.updated_at),
    }
    if account.variants.list_rows_with_notes:
        row["notes"] = _text(account, app.notes)
        row["icon_url"] = icon_url(connector)
        row["tab_id"] = app.tab_id
        row["policy_id"] = app.policy_id
        row["allow_assumed_signin"] = app.allow_assumed_signin
    return row


def full_app(account: Account, app: App) -> Row:
    """The app as `GET /api/2/apps/{id}` shows it."""
    connector = account.connectors[app.connector_id]
    return {
        "id": app.id,
        "name": _text(account, app.name),
        "connector_id": app.connector_id,
        "visible": app.visible,
        "description": _text(account, app.description),
        "notes": _text(account, app.notes),
        "icon_url": icon_url(connector),
        "auth_method": connector.auth_method,
        "auth_method_description": _METHODS[connector.auth_method],
        "policy_id": app.policy_id,
        "brand_id": app.brand_id,
        "tab_id": app.tab_id,
        "allow_assumed_signin": app.allow_assumed_signin,
        "created_at": account.stamp(app.created_at),
        "updated_at": account.stamp(app.updated_at),
        "role_ids": [*account.shuffled(app.role_ids)],
        "provisioning": {"enabled": False},
        "sso": _sso(account, app) if connector.is_saml else {"client_id": app.uuid},
        "configuration": shown_configuration(account, app),
        "parameters": shown_parameters(app),
    }


def sso_url(account: Account, app: App) -> str:
    """The app's SAML 2.0 endpoint (HTTP)."""
    return f"https://{account.subdomain}.onelogin.com/trust/saml2/http-post/sso/{app.uuid}"


def slo_url(account: Account, app: App) -> str:
    """The app's SLO endpoint (HTTP)."""
    return f"https://{account.subdomain}.onelogin.com/trust/saml2/http-redirect/slo/{app.id}"


def issuer(account: Account, app: App) -> str:
    """The app's issuer; one for the whole tenant where the variant says that this is what "Generic" means."""
    generic = str(app.configuration.get("saml_issuer_type")) == "1"
    shared = generic and account.variants.generic_issuer == "tenant"
    name = account.fresh_uuid("accounts", account.id) if shared else app.uuid
    return f"https://app.onelogin.com/saml/metadata/{name}"


def certificate_of(account: Account, app: App) -> Certificate:
    """The certificate that the app signs with."""
    number = app.configuration.get("certificate_id")
    chosen = account.certificates.get(number) if isinstance(number, int) else None
    return chosen or account.default_certificate()


def icon_url(connector: Connector) -> str:
    return f"https://cdn-shadow.onlgn.net/images/icons/square/{connector.id}/old_original.png?1570000000"


def _sso(account: Account, app: App) -> dict[str, JsonValue]:
    certificate = certificate_of(account, app)
    return {
        "metadata_url": f"https://app.onelogin.com/saml/metadata/{app.uuid}",
        "acs_url": sso_url(account, app),
        "sls_url": slo_url(account, app),
        "issuer": issuer(account, app),
        "certificate": {"id": certificate.id, "name": certificate.name, "value": certificate.pem},
    }


def _text(account: Account, text: str | None) -> str | None:
    return html.escape(text) if text is not None and account.variants.html_escaping else text
