"""Apps, their rules and their parameters, as an administrator changes them in the console."""

from __future__ import annotations

from dataclasses import replace

from pydantic import JsonValue

from sso_sync.sandbox.onelogin.app_body import changed_app, new_app
from sso_sync.sandbox.onelogin.app_view import certificate_of, full_app, issuer, sso_url
from sso_sync.sandbox.onelogin.apps import remove_app
from sso_sync.sandbox.onelogin.parameters import without_parameter
from sso_sync.sandbox.onelogin.records import App, Rule
from sso_sync.sandbox.onelogin.rule_body import checked_rule
from sso_sync.sandbox.onelogin.rules import ordered_rules, place_rule, remove_rule, rule_row
from sso_sync.sandbox.onelogin.saml.encryption import can_encrypt_for
from sso_sync.sandbox.onelogin.state.base import AppRef, StateBase, direct

__all__ = ["AppsState"]

_ADVANCED_SAML = 110016


class AppsState(StateBase):
    """Everything about apps. Changes follow the API's rules, but nothing lags behind them."""

    @direct
    def apps(self, name: str | None = None) -> list[App]:
        """All apps, or those of this exact name."""
        return [app for app in self._account.apps if name in (None, app.name)]

    @direct
    def app(self, app: AppRef) -> App:
        """The app of this id or exact name; LookupError for none or several."""
        return self._app(app)

    @direct
    def view(self, app: AppRef) -> dict[str, JsonValue]:
        """The app as its GET shows it now."""
        return full_app(self._account, self._app(app))

    @direct
    def add_app(self, /, name: str, **fields: JsonValue) -> App:
        """A new app, of connector 110016 unless `connector_id` says otherwise; `fields` as in the body of a POST."""
        app = new_app(self._account, {"connector_id": _ADVANCED_SAML, **fields, "name": name})
        return self._account.apps.put(app.id, app)

    @direct
    def edit_app(self, /, app: AppRef, **fields: JsonValue) -> App:
        """Changes an app; `fields` as in the body of a PUT (`name`, `visible`, `role_ids`, …)."""
        return self._put(self._app(app), fields)

    @direct
    def edit_configuration(self, /, app: AppRef, **keys: JsonValue) -> App:
        """Changes keys of an app's configuration, under OneLogin's own names."""
        return self._put(self._app(app), {"configuration": keys})

    @direct
    def edit_parameter(self, /, app: AppRef, name: str, **fields: JsonValue) -> App:
        """Changes or adds one parameter, under OneLogin's own field names."""
        return self._put(self._app(app), {"parameters": {name: fields}})

    @direct
    def set_encryption_certificate(self, app: AppRef, pem: str | None) -> App:
        """Whom the app encrypts its assertions for, as only the console can say; None for nobody.

        ValueError for what is no certificate with an RSA key. `encrypt_assertion` says whether they are encrypted.
        """
        if pem is not None and not can_encrypt_for(pem):
            raise ValueError("a certificate with an RSA key is needed")
        found = self._app(app)
        return self._account.apps.put(found.id, replace(found, encryption_certificate=pem))

    @direct
    def remove_parameter(self, app: AppRef, name: str) -> App:
        """Deletes a custom parameter."""
        found = self._app(app)
        kept = without_parameter(found, str(found.parameters[name].id))
        return self._account.apps.put(found.id, replace(found, parameters=kept))

    @direct
    def delete_app(self, app: AppRef) -> None:
        remove_app(self._account, self._app(app))

    @direct
    def sso_url(self, app: AppRef) -> str:
        """The app's SAML 2.0 endpoint (HTTP)."""
        return sso_url(self._account, self._app(app))

    @direct
    def issuer(self, app: AppRef) -> str:
        """The app's Issuer URL."""
        return issuer(self._account, self._app(app))

    @direct
    def signing_certificate(self, app: AppRef) -> str:
        """The certificate that the app signs with, as PEM."""
        return certificate_of(self._account, self._app(app)).pem

    @direct
    def rules(self, app: AppRef) -> list[dict[str, JsonValue]]:
        """An app's rules in order, disabled ones included, as the API shows them."""
        return [rule_row(rule) for rule in ordered_rules(self._account, self._app(app).id)]

    @direct
    def add_rule(self, /, app: AppRef, name: str, **fields: JsonValue) -> int:
        """A new rule at the end, or at `position`; answers its id."""
        owner = self._app(app)
        blank = Rule(0, owner.id, name, "all", enabled=True, position=None, conditions=[], actions=[])
        rule = checked_rule(self._account, owner, blank, fields, complete=False)
        number = self._account.next_id("rule")
        place_rule(self._account, replace(rule, id=number))
        return number

    @direct
    def edit_rule(self, /, app: AppRef, rule_id: int, **fields: JsonValue) -> None:
        """Changes some fields of a rule."""
        owner = self._app(app)
        place_rule(
            self._account, checked_rule(self._account, owner, self._account.rules[rule_id], fields, complete=False)
        )

    @direct
    def delete_rule(self, rule_id: int) -> None:
        remove_rule(self._account, self._account.rules[rule_id])

    def _put(self, app: App, body: dict[str, JsonValue]) -> App:
        return self._account.apps.put(app.id, changed_app(self._account, app, body))
