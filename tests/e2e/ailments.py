"""Ways to break a login that works, each with what people are told then, and with what heals it by hand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal

from sso_sync.saml import validator
from sso_sync.sandbox.seed import ACS_URL
from sso_sync.sandbox.server import Sandbox
from tests.saml.make import certificate
from tests.sandbox.support import Http, fresh_token

__all__ = ["AILMENTS", "ALICE", "NEXT", "Ailment", "expired"]

ALICE = "alice.adams@acme.example"
BOB = "bob.brown@acme.example"
ERIN = "erin.evans@acme.example"
JUDY = "judy.jones@acme.example"
APP = "JustCall"
ROLE = "JustCall Users"
NEXT = "Next Certificate (2048-bit)"
ELSEWHERE = "https://elsewhere.example/sso"

Handle = Callable[[Sandbox], object]


@dataclass(frozen=True)
class Ailment:
    """One way. `case` is what doctor must name first, `fix` the kind of fix that it must propose.

    `spec` is laid over the healthy spec before anything is broken. `by_hand` does exactly what a fix by hand says;
    `hint` is a part of what it says. `email` and `start` are of the login that fails.
    """

    name: str
    case: str
    broken: Handle
    fix: Literal["apply", "edit", "command", "by_hand"]
    email: str = ALICE
    start: Literal["justcall", "onelogin"] = "justcall"
    spec: dict[str, Any] = field(default_factory=dict)
    by_hand: Handle | None = None
    hint: str = ""

    @property
    def id(self) -> str:
        return self.name.replace(" ", "-")


def configured(**keys: Any) -> Handle:
    return lambda sandbox: sandbox.onelogin.edit_configuration(APP, **keys)


def parameter(name: str, **fields: Any) -> Handle:
    return lambda sandbox: sandbox.onelogin.edit_parameter(APP, name, **fields)


def held(**fields: Any) -> Handle:
    """What JustCall's settings hold."""
    return lambda sandbox: sandbox.justcall.edit(**fields)


def _renamed_parameter(sandbox: Sandbox) -> None:
    sandbox.onelogin.remove_parameter(APP, "firstName")
    sandbox.onelogin.edit_parameter(
        APP, "firstname", user_attribute_mappings="firstname", include_in_saml_assertion=True
    )


def _entered_with(change: Callable[[str], str]) -> Handle:
    def broken(sandbox: Sandbox) -> None:
        sandbox.justcall.edit(certificate=change(sandbox.onelogin.signing_certificate(APP)))
        sandbox.variants.certificate_whitespace = "refused"

    return broken


def _spaces(pem: str) -> str:
    first, second, *rest = pem.splitlines()
    return "\n".join([first, f"{second[:20]} {second[20:]}", *rest])


def _rotated(sandbox: Sandbox) -> None:
    sandbox.onelogin.edit_configuration(APP, certificate_id=sandbox.onelogin.certificate(NEXT).id)


def expired(sandbox: Sandbox) -> None:
    old = sandbox.onelogin.add_certificate("Yesterday's", days_left=-1)
    sandbox.onelogin.edit_configuration(APP, certificate_id=old.id)
    sandbox.justcall.edit(certificate=old.pem)
    sandbox.variants.expired_certificate = "refused"


def _swapped(sandbox: Sandbox) -> None:
    sandbox.justcall.edit(sso_url=sandbox.onelogin.issuer(APP), issuer=sandbox.onelogin.sso_url(APP))


def _sha1(sandbox: Sandbox) -> None:
    sandbox.onelogin.edit_configuration(APP, signature_algorithm="SHA-1")
    sandbox.variants.sha1_signature = "refused"


def _encrypted(sandbox: Sandbox) -> None:
    sandbox.onelogin.set_encryption_certificate(APP, sandbox.onelogin.certificate(NEXT).pem)
    sandbox.onelogin.edit_configuration(APP, encrypt_assertion="1")


def _clock(seconds: float) -> Handle:
    def broken(sandbox: Sandbox) -> None:
        sandbox.variants.justcall_clock = seconds

    return broken


def _judy(sandbox: Sandbox) -> None:
    sandbox.onelogin.add_members(ROLE, [JUDY])
    sandbox.variants.email_match = "exact"


def _by_role_body(sandbox: Sandbox) -> None:
    """Bob is taken out of the role, and put in again by a change of the role itself (quirk 14)."""
    role, bob = sandbox.onelogin.role(ROLE), sandbox.onelogin.user(BOB).id
    sandbox.onelogin.remove_members(ROLE, [bob])
    with Http(sandbox.onelogin_url, f"Bearer {fresh_token(sandbox)}") as http:
        answer = http.put(f"/api/2/roles/{role.id}", {"users": [*sorted(role.user_ids)]})
    assert answer.ok, answer.text


_MEMBERS = {"access": {"roles": [{"name": ROLE, "members": [ALICE, BOB, "carol.clark@acme.example"]}]}}

AILMENTS = (
    # The guide's troubleshooting table.
    Ailment("another audience", "audience_mismatch", configured(audience="justcall"), "apply"),
    Ailment(
        "an attribute is not included",
        "attributes_not_sent",
        parameter("firstName", include_in_saml_assertion=False),
        "apply",
    ),
    Ailment("somebody else's certificate", "certificate_mismatch", held(certificate=certificate("other").pem), "apply"),
    Ailment("the role does not open the app", "no_access", lambda it: it.onelogin.detach_role(APP, ROLE), "apply"),
    # Addresses.
    Ailment("blank audience", "blank_audience", configured(audience=""), "apply"),
    Ailment("blank recipient", "blank_recipient", configured(recipient=""), "apply"),
    Ailment("another recipient", "recipient_mismatch", configured(recipient=ELSEWHERE), "apply"),
    Ailment("another ACS URL", "acs_url_mismatch", configured(consumer_url=f"{ACS_URL}s"), "apply", start="onelogin"),
    Ailment(
        "a validator of yesterday's ACS URL",
        "validator_too_narrow",
        configured(validator=validator.anchored("https://old.justcall.io/callback")),
        "apply",
    ),
    # What JustCall knows of OneLogin.
    Ailment("issuer and SSO URL swapped", "swapped_issuer_and_sso_url", _swapped, "apply"),
    Ailment("another SSO URL", "sso_url_mismatch", held(sso_url=ELSEWHERE), "apply", start="justcall"),
    Ailment("another issuer", "issuer_mismatch", held(issuer="https://app.onelogin.com/saml/metadata/old"), "apply"),
    # Certificates.
    Ailment(
        "CRLF in the certificate",
        "certificate_whitespace",
        _entered_with(lambda pem: pem.replace("\n", "\r\n")),
        "command",
    ),
    Ailment("a space in the certificate", "certificate_whitespace", _entered_with(_spaces), "command"),
    Ailment(
        "half a certificate", "certificate_unreadable", held(certificate="-----BEGIN CERTIFICATE-----\nMIIB"), "apply"
    ),
    Ailment("rotated on one side only", "certificate_after_rotation", _rotated, "apply"),
    Ailment("an expired certificate", "certificate_expired", expired, "edit", hint="rotate-certificate"),
    # The assertion.
    Ailment("a persistent NameID", "nameid_not_email", configured(saml_nameid_format_id="2"), "apply"),
    Ailment(
        "the first name as NameID",
        "nameid_not_email",
        parameter("saml_username", user_attribute_mappings="firstname"),
        "apply",
    ),
    Ailment("an attribute in lower case", "attribute_name_case", _renamed_parameter, "apply"),
    Ailment("encrypted", "assertion_encrypted", _encrypted, "edit"),
    Ailment("SHA-1 that drifted in", "sha1_signature", _sha1, "apply"),
    Ailment(
        "SHA-1 that nobody manages",
        "sha1_signature",
        _sha1,
        "edit",
        spec={"onelogin": {"app": {"configuration": {"signature_algorithm": None}}}},
    ),
    Ailment("JustCall's clock is ahead", "clock_skew", _clock(600.0), "edit"),
    Ailment("JustCall's clock is behind", "clock_skew", _clock(-600.0), "edit"),
    # People.
    Ailment(
        "suspended",
        "user_suspended",
        lambda it: it.onelogin.edit_user(ALICE, status=2),
        "by_hand",
        by_hand=lambda it: it.onelogin.edit_user(ALICE, status=1),
        hint=f"Reactivate {ALICE}",
    ),
    Ailment(
        "no account in JustCall",
        "user_without_justcall_account",
        lambda it: it.onelogin.add_members(ROLE, [ERIN]),
        "by_hand",
        email=ERIN,
        by_hand=lambda it: it.justcall.add_user(ERIN),
        hint=f"Add {ERIN}",
    ),
    Ailment(
        "an e-mail in another case",
        "email_case",
        _judy,
        "by_hand",
        email=JUDY,
        by_hand=lambda it: it.onelogin.edit_user(JUDY, email=JUDY),
        hint=f"{JUDY} instead of Judy.Jones@Acme.Example",
    ),
    Ailment(
        "in the role without effect",
        "role_without_effect",
        _by_role_body,
        "command",
        email=BOB,
        spec={"onelogin": _MEMBERS},
    ),
    Ailment(
        "a domain that is not verified",
        "domain_not_verified",
        held(verified_domains=("acme.test",)),
        "by_hand",
        by_hand=held(verified_domains=("acme.example",)),
        hint="Verify the domain",
    ),
    # Switches.
    Ailment("SSO switched off", "sso_disabled", held(enabled=False), "apply"),
    Ailment(
        "the tile is hidden",
        "tile_hidden",
        lambda it: it.onelogin.edit_app(APP, visible=False),
        "apply",
        start="onelogin",
    ),
    Ailment("the app is gone", "app_missing", lambda it: it.onelogin.delete_app(APP), "apply"),
)
