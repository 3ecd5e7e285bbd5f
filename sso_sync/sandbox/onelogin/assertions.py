"""The assertion API: a person's SAML response without a browser (§15).

The response is what a click on the tile would send. As it goes back to the caller and is posted nowhere, the app's ACS
URL Validator has no say here. A state token lives two minutes, as OneLogin's pages about it say.
"""

from __future__ import annotations

import secrets
from dataclasses import replace
from datetime import timedelta

from pydantic import JsonValue

from sso_sync.sandbox.access import effective_access
from sso_sync.sandbox.onelogin.account import Account
from sso_sync.sandbox.onelogin.apps import json_object
from sso_sync.sandbox.onelogin.assertion_answers import Answers
from sso_sync.sandbox.onelogin.pages.people import active_user
from sso_sync.sandbox.onelogin.records import App, AssertionState, MfaDevice, User
from sso_sync.sandbox.onelogin.saml.acs import own_acs_url
from sso_sync.sandbox.onelogin.saml.delivery import encoded, lacks_encryption_key, message
from sso_sync.sandbox.onelogin.saml.response import Login
from sso_sync.sandbox.pages.sessions import EVERYBODYS_PASSWORD
from sso_sync.sandbox.wire import Answer, Call, number_in

__all__ = ["generate", "verify_factor"]

_PATIENCE = timedelta(minutes=2)
_CREDENTIALS = "Authentication Failed: Invalid user credentials"
_NO_APP = "The app could not be found, or the user has no access to it"
_FACTOR = "Failed authentication with this factor"
_STATE = "The state token is invalid or has expired"


def generate(account: Account, call: Call) -> Answer:
    """`POST /api/2/saml_assertion`: the response, or the devices to prove the person with first."""
    answers = Answers(account, call)
    body = json_object(call)
    wanted = answers.texts(body, "username_or_email", "password", "app_id", "subdomain")
    answers.optional_text(body, "ip_address")
    user = active_user(account, wanted["username_or_email"])
    right = secrets.compare_digest(wanted["password"].encode("utf-8", "replace"), EVERYBODYS_PASSWORD.encode())
    if user is None or not right or wanted["subdomain"] != account.subdomain:
        raise answers.refusal(_CREDENTIALS)
    app = _app(account, wanted["app_id"], user)
    if app is None:
        raise answers.refusal(_NO_APP)
    devices = [device for device in account.devices if device.user_id == user.id]
    return _asked_for_factor(account, answers, app, user, devices) if devices else _given(account, answers, app, user)


def verify_factor(account: Account, call: Call) -> Answer:
    """`POST /api/2/saml_assertion/verify_factor`: by a one-time password, or asked again until a push is agreed to."""
    answers = Answers(account, call)
    body = json_object(call)
    wanted = answers.texts(body, "app_id", "device_id", "state_token", numbers=("device_id",))
    sent = answers.optional_text(body, "otp_token")
    answers.optional_switch(body, "do_not_notify")
    now = account.now()
    waiting = (one for one in account.assertion_states if one.token == wanted["state_token"] and one.until > now)
    state = next(waiting, None)
    user = None if state is None else account.users.get(state.user_id)
    app = None if user is None else _app(account, wanted["app_id"], user)
    if state is None or user is None or app is None or app.id != state.app_id:
        raise answers.refusal(_STATE)
    device = account.devices.get(number_in(wanted["device_id"]) or 0)
    if device is None or device.user_id != user.id:
        raise answers.refusal(_FACTOR)
    return _proved(account, answers, state, device, sent) or _given(account, answers, app, user)


def _proved(account: Account, answers: Answers, state: AssertionState, device: MfaDevice, sent: str) -> Answer | None:
    """None once the factor is there; the answer "pending" while a push waits for its owner."""
    if device.push and not sent:
        if state.polled < device.polls:
            account.assertion_states.put(state.id, replace(state, polled=state.polled + 1))
            return answers.pending()
    elif not secrets.compare_digest(sent.encode("utf-8", "replace"), device.otp.encode()):
        raise answers.refusal(_FACTOR)
    account.assertion_states.remove(state.id)
    return None


def _app(account: Account, text: str, user: User) -> App | None:
    """The SAML app of this number, if the person has it."""
    app = account.apps.get(number_in(text) or 0)
    if app is None or not account.connectors[app.connector_id].is_saml or user.id not in effective_access(account, app):
        return None
    return app


def _given(account: Account, answers: Answers, app: App, user: User) -> Answer:
    acs_url = own_acs_url(app)
    if not acs_url:
        raise answers.bad_request("The app's ACS (Consumer) URL is not set")
    if lacks_encryption_key(app):
        raise answers.bad_request("The app's assertions are to be encrypted, but it has no key of the service provider")
    return answers.success(encoded(message(account, app, Login(user, acs_url))))


def _asked_for_factor(account: Account, answers: Answers, app: App, user: User, devices: list[MfaDevice]) -> Answer:
    now = account.now()
    for old in list(account.assertion_states):
        if old.until <= now:
            account.assertion_states.remove(old.id)
    number = account.next_id("assertion_state")
    state = AssertionState(number, secrets.token_hex(20), user.id, app.id, now + _PATIENCE)
    account.assertion_states.put(number, state)
    shown: list[JsonValue] = [{"device_id": one.id, "device_type": one.device_type} for one in devices]
    person: dict[str, JsonValue] = {
        "id": user.id,
        "email": user.email,
        "username": user.username,
        "firstname": user.firstname,
        "lastname": user.lastname,
    }
    return answers.factor_wanted({"state_token": state.token, "devices": shown, "user": person})
