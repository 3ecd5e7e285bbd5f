"""What the assertion says and how it is sealed: NameID, attributes, signature algorithm, encryption."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sso_sync.onelogin.vocabulary import MACRO, NAMEID, is_custom_parameter, truth
from sso_sync.plan.doctor.cases.interface import Case
from sso_sync.plan.doctor.consoles import field_of
from sso_sync.plan.doctor.evidence import Evidence
from sso_sync.plan.doctor.model import REMOVED, ByHand, Certainty, Edit, Finding, Harm, Repair, Settle
from sso_sync.plan.model import Side
from sso_sync.spec.connection import SpecPath
from sso_sync.spec.model import GUIDE_PARAMETERS
from sso_sync.values import Json

__all__ = ["ATTRIBUTES", "CASES"]

ATTRIBUTES = tuple(name for name in GUIDE_PARAMETERS if name != "nameid")
"""The attributes that JustCall wants, by the guide's step 4. Names are case-sensitive (fact sheet justcall §6.7)."""

_CONFIGURATION: SpecPath = ("onelogin", "app", "configuration")
_PARAMETERS: SpecPath = ("onelogin", "app", "parameters")
_ADDRESS = "onelogin.app.parameters"
_BLANK = (None, "", "none")
_EMAIL_MACROS = ("{email}",)


def _nameid(evidence: Evidence) -> Iterator[Finding]:
    yield from _nameid_source(evidence)
    chosen = evidence.configured("nameid_format")
    if evidence.app is not None and chosen != "email":
        yield Finding(
            f"The app's NameID format is {chosen}, not e-mail",
            (f"OneLogin's SAML nameID format: {chosen}.", "The guide has Email there."),
            Certainty.LIKELY,
        )


def _nameid_source(evidence: Evidence) -> Iterator[Finding]:
    held = evidence.app.parameters.get(NAMEID) if evidence.app is not None else None
    if held is None:
        return
    source, macro = held.get("user_attribute_mappings"), held.get("user_attribute_macros")
    if source == "email" or (source == MACRO and str(macro).strip() in _EMAIL_MACROS):
        return
    blank = source in _BLANK
    shown = "nothing" if blank else f"the macro {macro}" if source == MACRO else f"the user field {source!r}"
    yield Finding(
        "The NameID is empty: it has no user field" if blank else "The NameID is not the person's e-mail address",
        (f"OneLogin takes the NameID from {shown}.", "JustCall finds people by their e-mail address."),
        Certainty.CERTAIN if blank else Certainty.LIKELY,
        address=f"{_ADDRESS}.nameid.value",
        repairs=(
            Settle((f"{_ADDRESS}.nameid", f"{_ADDRESS}.nameid.value", f"{_ADDRESS}.nameid.macro")),
            Edit((*_PARAMETERS, "nameid"), REMOVED, "so that it is the e-mail"),
            ByHand(field_of("parameters"), "Set NameID value to Email."),
        ),
    )


def _parameters(evidence: Evidence) -> Mapping[str, Mapping[str, Json]]:
    return evidence.app.parameters if evidence.app is not None else {}


def _namesake(evidence: Evidence, name: str) -> str | None:
    """A parameter whose name is this one but for upper and lower case."""
    there = _parameters(evidence)
    return None if name in there else next((other for other in there if other.lower() == name.lower()), None)


def _not_sent(evidence: Evidence) -> Iterator[Finding]:
    if evidence.app is None:
        return
    lacking = [name for name in ATTRIBUTES if _namesake(evidence, name) is None]
    reasons = {name: why for name in lacking if (why := _lack(_parameters(evidence).get(name))) is not None}
    if reasons:
        yield Finding(
            f"OneLogin does not send {', '.join(reasons)}",
            tuple(f"The parameter {name} {why}." for name, why in reasons.items()),
            address=f"{_ADDRESS}.{next(iter(reasons))}",
            repairs=_attribute_repairs(tuple(reasons), "Check Include in SAML assertion for each."),
        )


def _lack(held: Mapping[str, Json] | None) -> str | None:
    """What keeps a parameter out of the assertion, or empty in it; None when nothing does."""
    if held is None:
        return "does not exist"
    # A parameter of the connector's own carries no such flag, so nothing says whether it is sent (§5.5).
    if is_custom_parameter(held) and not truth(held.get("include_in_saml_assertion")):
        return "is not included in the SAML assertion"
    blank = held.get("user_attribute_mappings") in _BLANK and held.get("default_values") in (*_BLANK, [])
    return "has no user field, so that it is sent empty" if blank else None


def _other_case(evidence: Evidence) -> Iterator[Finding]:
    found = {name: other for name in ATTRIBUTES if (other := _namesake(evidence, name)) is not None}
    if found:
        yield Finding(
            f"OneLogin sends {', '.join(found.values())}, where JustCall wants {', '.join(found)}",
            tuple(f"The parameter is called {other}; it must be {name}." for name, other in found.items()),
            address=f"{_ADDRESS}.{next(iter(found))}",
            repairs=_attribute_repairs(tuple(found), "Add a parameter of exactly this name; a name cannot be changed."),
        )


def _attribute_repairs(names: tuple[str, ...], text: str) -> tuple[Repair, ...]:
    fields = ("include_in_assertion", "value", "macro")
    addresses = tuple(place for name in names for place in (name, *(f"{name}.{field}" for field in fields)))
    return (
        Settle(tuple(f"{_ADDRESS}.{place}" for place in addresses)),
        *(Edit((*_PARAMETERS, name), REMOVED, "so that it is as the guide says") for name in names),
        ByHand(field_of("parameters"), text),
    )


def _sha1(evidence: Evidence) -> Iterator[Finding]:
    if evidence.configured("signature_algorithm") == "SHA-1":
        yield Finding(
            "OneLogin signs with SHA-1, which service providers refuse more and more",
            ("OneLogin's SAML Signature Algorithm: SHA-1, what a new app has.",),
        )


def _encrypted(evidence: Evidence) -> Iterator[Finding]:
    if evidence.configured("encrypt_assertion") is True:
        yield Finding(
            "OneLogin encrypts the assertion, and nothing says that JustCall can read it",
            ("OneLogin's Encrypt assertion is on.", "Nothing that JustCall publishes speaks of a key to encrypt for."),
            Certainty.LIKELY,
        )


_ONELOGIN = frozenset({Side.ONELOGIN})

CASES = (
    Case(
        "assertion_encrypted",
        "OneLogin encrypts the assertion, and nothing says that JustCall can read it",
        Side.ONELOGIN,
        Harm.LOGINS_FAIL,
        "onelogin.app.configuration.encrypt_assertion",
        (
            Settle(("onelogin.app.configuration.encrypt_assertion",)),
            Edit((*_CONFIGURATION, "encrypt_assertion"), False),
            ByHand(field_of("encrypt_assertion"), "Switch it off."),
        ),
        _encrypted,
        sides=_ONELOGIN,
    ),
    Case(
        "nameid_not_email",
        "The NameID is not the person's e-mail address, or does not say so",
        Side.ONELOGIN,
        Harm.LOGINS_FAIL,
        "onelogin.app.configuration.nameid_format",
        (
            Settle(("onelogin.app.configuration.nameid_format",)),
            Edit((*_CONFIGURATION, "nameid_format"), REMOVED, "so that it is the guide's: email"),
            ByHand(field_of("nameid_format"), "Choose Email, and in Parameters set NameID value to Email."),
        ),
        _nameid,
        sides=_ONELOGIN,
    ),
    Case(
        "attribute_name_case",
        "An attribute's name differs from what JustCall wants in upper and lower case",
        Side.ONELOGIN,
        Harm.LOGINS_FAIL,
        f"{_ADDRESS}.firstName",
        _attribute_repairs(ATTRIBUTES, "Add parameters named exactly email, firstName and lastName."),
        _other_case,
        sides=_ONELOGIN,
    ),
    Case(
        "attributes_not_sent",
        "OneLogin does not send all of email, firstName and lastName",
        Side.ONELOGIN,
        Harm.LOGINS_FAIL,
        f"{_ADDRESS}.email",
        _attribute_repairs(ATTRIBUTES, "Check Include in SAML assertion for email, firstName and lastName."),
        _not_sent,
        sides=_ONELOGIN,
    ),
    Case(
        "sha1_signature",
        "OneLogin signs with SHA-1, which service providers refuse more and more",
        Side.ONELOGIN,
        Harm.AT_RISK,
        "onelogin.app.configuration.signature_algorithm",
        (
            Settle(("onelogin.app.configuration.signature_algorithm",)),
            Edit((*_CONFIGURATION, "signature_algorithm"), "SHA-256"),
            ByHand(field_of("signature_algorithm"), "Choose SHA-256."),
        ),
        _sha1,
        sides=_ONELOGIN,
    ),
)
