"""Where an app's responses may go: its own ACS URL, and whatever its validator lets pass (fact sheet justcall §6.5)."""

from __future__ import annotations

from sso_sync.saml import validator
from sso_sync.sandbox.onelogin.account import Account
from sso_sync.sandbox.onelogin.records import App

__all__ = ["lets_pass", "own_acs_url", "setting"]


def setting(app: App, key: str) -> str:
    """A value of the app's configuration as text, "" for none."""
    value = app.configuration.get(key)
    return "" if value is None else str(value)


def own_acs_url(app: App) -> str:
    """The app's ACS (Consumer) URL, "" when it is not set; connectors have two names for it."""
    return setting(app, "consumer_url") or setting(app, "consumer")


def lets_pass(account: Account, app: App, url: str) -> bool:
    """Whether the app's validator accepts `url`. A blank one accepts everything."""
    pattern = setting(app, "validator")
    if pattern and account.variants.validator_matching == "whole":
        return validator.accepts_whole(pattern, url)
    return validator.accepts(pattern, url)
