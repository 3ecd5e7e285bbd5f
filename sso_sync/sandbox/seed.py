"""The company that every fresh sandbox starts with: Acme, its people in OneLogin and in JustCall.

OneLogin, subdomain acme: people with first names from A (Alice Adams) on, one of them suspended (Frank Fox), one
without an e-mail (Ivan Ito), one with a mixed-case e-mail (Judy Jones), and the rest of the staff up to more than one
page of users; the roles JustCall Users, Everyone, Contractors and Empty Role; the groups Sales and Support; three other
apps, so that nothing is alone. JustCall: SSO off, the owner Olivia, most of the people (not Erin, not Ivan), and Zoe,
who is not in OneLogin.
"""

from __future__ import annotations

from datetime import timedelta

from pydantic import JsonValue

from sso_sync.sandbox.justcall.account import JustCallAccount
from sso_sync.sandbox.justcall.records import ApiKey, SsoSettings
from sso_sync.sandbox.justcall.state import JustCallState
from sso_sync.sandbox.onelogin.account import Account, steady_secret
from sso_sync.sandbox.onelogin.certificates import prepare_keys, self_signed
from sso_sync.sandbox.onelogin.configuration import OIDC_KEYS, SAML_ADVANCED_KEYS, SAML_TEST_KEYS
from sso_sync.sandbox.onelogin.records import Certificate, Connector
from sso_sync.sandbox.onelogin.state import OneLoginState

__all__ = ["ACS_URL", "ENTITY_ID", "seed_account", "seed_people"]

ACS_URL = "https://bifrost.justcall.io/passport/login/callback"
ENTITY_ID = "JustCall"

_NAMEID = {"saml_username": "NameID value"}
_CONNECTORS = (
    Connector(110016, "SAML Custom Connector (Advanced)", 2, True, SAML_ADVANCED_KEYS, _NAMEID),
    Connector(
        43457, "SAML Test Connector (IdP w/ attr)", 2, False, SAML_TEST_KEYS, {"saml_username": "NameID (fka Email)"}
    ),
    Connector(108419, "OpenId Connect (OIDC)", 8, False, OIDC_KEYS, {}),
)
# name, bits, valid for so many days from now
_CERTIFICATES = (
    ("Standard Strength Certificate (2048-bit)", 2048, 1460),
    ("Next Certificate (2048-bit)", 2048, 1825),
    ("Expiring Certificate (2048-bit)", 2048, 30),
    ("Legacy Certificate (1024-bit)", 1024, 400),
)
_AGE = timedelta(days=365)
_SUSPENDED = 2
_PEOPLE = (
    ("alice.adams@acme.example", "Alice", "Adams"),
    ("bob.brown@acme.example", "Bob", "Brown"),
    ("carol.clark@acme.example", "Carol", "Clark"),
    ("dave.diaz@acme.example", "Dave", "Diaz"),
    ("erin.evans@acme.example", "Erin", "Evans"),
    ("frank.fox@acme.example", "Frank", "Fox"),
    ("grace.green@acme.example", "Grace", "Green"),
    ("heidi.hall@acme.example", "Heidi", "Hall"),
    (None, "Ivan", "Ito"),
    ("Judy.Jones@Acme.Example", "Judy", "Jones"),
    ("olivia.owner@acme.example", "Olivia", "Owner"),
)
_STAFF = 46
_NOT_IN_JUSTCALL = frozenset({"erin.evans@acme.example"})


def seed_account(onelogin: Account, justcall: JustCallAccount) -> None:
    """What even an empty sandbox has: credentials, catalogue, certificates, and JustCall with its owner."""
    state = OneLoginState(onelogin)
    state.add_credential()
    for connector in _CONNECTORS:
        onelogin.connectors.put(connector.id, connector)
    prepare_keys((name, bits) for name, bits, _ in _CERTIFICATES)
    for name, bits, days in _CERTIFICATES:
        _certificate(onelogin, name, bits, days)
    justcall.keys.put(1, ApiKey(steady_secret("justcall key")[:40], steady_secret("justcall secret")[:40]))
    justcall.save_settings(
        SsoSettings(
            acs_url=ACS_URL,
            entity_id=ENTITY_ID,
            verified_domains=("acme.example",),
            roles=("Owner", "Admin", "Team Member"),
            owner_role="Owner",
        )
    )
    JustCallState(justcall, onelogin).add_user("olivia.owner@acme.example", "Olivia Owner", "Owner")


def seed_people(onelogin: Account, justcall: JustCallAccount) -> None:
    """Acme's people, roles, groups and other apps, on top of `seed_account`."""
    state = OneLoginState(onelogin)
    _people(state)
    _roles_and_groups(state)
    for name, kind in (("Default User Policy", "user"), ("Strict App Policy", "app"), ("Relaxed App Policy", "app")):
        state.add_policy(name, kind)
    for name in ("Acme", "Acme Labs"):
        state.add_brand(name)
    _other_apps(state)
    people = JustCallState(justcall, onelogin)
    for user in state.users():
        email = user.email
        if email is None or email in _NOT_IN_JUSTCALL or email == "olivia.owner@acme.example":
            continue
        role = "Admin" if email == "grace.green@acme.example" else "Team Member"
        people.add_user(email.lower(), f"{user.firstname} {user.lastname}", role)
    people.add_user("zoe.zimmer@acme.example", "Zoe Zimmer")


def _certificate(onelogin: Account, name: str, bits: int, days: int) -> None:
    number = onelogin.next_id("certificate")
    start = onelogin.now() - _AGE
    pair = self_signed(name, serial=number, valid_from=start, valid_for=_AGE + timedelta(days=days), bits=bits)
    made = Certificate(
        number, name, pair.certificate, pair.private_key, pair.expires_at, default=len(onelogin.certificates) == 0
    )
    onelogin.certificates.put(number, made)


def _people(state: OneLoginState) -> None:
    for email, first, last in _PEOPLE:
        username = email or f"{first}.{last}".lower()
        status = _SUSPENDED if first == "Frank" else 1
        state.add_user(email, first, last, username=username, status=status, company="Acme")
    for number in range(1, _STAFF + 1):
        state.add_user(f"staff.{number:02}@acme.example", "Staff", f"Member {number:02}", company="Acme")


def _roles_and_groups(state: OneLoginState) -> None:
    state.add_role("JustCall Users", [f"{name}@acme.example" for name in ("alice.adams", "bob.brown", "carol.clark")])
    state.add_role("Everyone", [user.id for user in state.users()])
    state.add_role("Contractors", ["dave.diaz@acme.example", "erin.evans@acme.example"])
    state.add_role("Empty Role")
    state.add_group("Sales", ["alice.adams@acme.example", "dave.diaz@acme.example"])
    state.add_group("Support", ["bob.brown@acme.example", "grace.green@acme.example"])


def _other_apps(state: OneLoginState) -> None:
    """Apps that are nobody's business here; Payroll's certificate can be found by name through it."""
    everyone: list[JsonValue] = [state.role("Everyone").id]
    following = state.certificate("Next Certificate (2048-bit)").id
    state.add_app("Wiki", visible=True, role_ids=everyone)
    state.add_app("Payroll", connector_id=43457, configuration={"certificate_id": following})
    state.add_app("Intranet", connector_id=108419, role_ids=everyone)
