"""What people are told when a login fails, and which cases it sounds like: data, each with its source.

A symptom is matched without regard to upper and lower case. Where one sounds like several cases, the likeliest comes
first; what the live sides show decides.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

__all__ = ["SYMPTOMS", "Symptom", "sounds_like"]

_GUIDE = "the guide's troubleshooting table"
_NODE_SAML = "node-saml, src/saml.ts (fact sheet justcall §4: JustCall's words match passport-saml)"
_WORDS = "the words of a service provider in general"
_ONELOGIN = "OneLogin's own pages, in general"
_LONGEST = 2000  # characters


@dataclass(frozen=True, slots=True)
class Symptom:
    """A pattern, the ids of the cases that it sounds like, and where the words come from."""

    pattern: str
    cases: tuple[str, ...]
    source: str


_CERTIFICATES = (
    "certificate_after_rotation",
    "certificate_mismatch",
    "certificate_unreadable",
    "certificate_whitespace",
    "certificate_expired",
)
_AUDIENCE = ("blank_audience", "audience_mismatch")
_RECIPIENT = ("blank_recipient", "recipient_mismatch")
_ATTRIBUTES = ("attributes_not_sent", "attribute_name_case")
_ISSUER = ("swapped_issuer_and_sso_url", "issuer_mismatch")
_UNKNOWN_PERSON = ("user_without_justcall_account", "email_case", "nameid_not_email")
_NOT_ASSIGNED = ("no_access", "role_without_effect", "app_missing")

SYMPTOMS: tuple[Symptom, ...] = (
    Symptom(r"invalid audience", _AUDIENCE, _GUIDE),
    Symptom(r"audience (mismatch|restriction|is not|does not)|has no audience", _AUDIENCE, _NODE_SAML),
    Symptom(r"attributes?( \S+)? not (received|sent)|not received", _ATTRIBUTES, _GUIDE),
    Symptom(r"missing( required)? attributes?|attributes?( \S+)? (is |are )?missing", _ATTRIBUTES, _WORDS),
    Symptom(r"certificate.*whitespace|extra white ?space", ("certificate_whitespace",), _GUIDE),
    Symptom(r"(certificate|idp cert).*expired|expired.*certificate", ("certificate_expired",), _WORDS),
    Symptom(r"certificate validation fail|certificate (is )?(invalid|not valid)", _CERTIFICATES, _GUIDE),
    Symptom(r"sha-?1\b|weak (signature|algorithm)|algorithm.*not (allowed|supported)", ("sha1_signature",), _WORDS),
    Symptom(r"invalid (document )?signature|signature.*(not match|invalid|fail|not valid)", _CERTIFICATES, _NODE_SAML),
    Symptom(
        r"not a valid (x\.?509|pem)|cert.*(base64|pem)", ("certificate_unreadable", "certificate_whitespace"), _WORDS
    ),
    Symptom(r"suspended|locked|not active|inactive|deactivated", ("user_suspended",), _ONELOGIN),
    Symptom(
        r"(cannot|can't|can not|unable to) access( the)? app|do(es)? not have access|no access", _NOT_ASSIGNED, _GUIDE
    ),
    Symptom(r"not assigned|not authori[sz]ed|access denied", _NOT_ASSIGNED, _GUIDE),
    Symptom(r"invalid recipient|recipient (mismatch|is not|does not)", _RECIPIENT, _WORDS),
    Symptom(r"acs url.*(not|valid)|not accept(ed)? responses", ("validator_too_narrow", "acs_url_mismatch"), _ONELOGIN),
    Symptom(r"invalid destination|destination (mismatch|is not|does not)", ("acs_url_mismatch",), _WORDS),
    Symptom(r"(unknown|invalid|missing)( saml)? issuer|issuer (mismatch|is not)", _ISSUER, _NODE_SAML),
    Symptom(
        r"did not answer at the sso url|application not found|page (was )?not found",
        ("swapped_issuer_and_sso_url", "sso_url_mismatch", "app_missing"),
        _ONELOGIN,
    ),
    Symptom(
        r"not (yet valid|valid yet)|clocks? skew|(assertion|response).*(expired|too old)", ("clock_skew",), _NODE_SAML
    ),
    Symptom(r"name ?id", ("nameid_not_email",), _WORDS),
    Symptom(r"no user|unknown user|user.*(not found|does not exist|unknown)|no account", _UNKNOWN_PERSON, _WORDS),
    Symptom(r"duplicate|second account|another account|(upper|lower) ?case", ("email_case",), _WORDS),
    Symptom(r"decrypt|encrypted", ("assertion_encrypted",), _NODE_SAML),
    Symptom(r"(sso|single sign-?on) is (not enabled|disabled|off|switched off)", ("sso_disabled",), _WORDS),
    Symptom(
        r"\btile\b|not (in|on) (the|my) portal|cannot see the app|app is (missing|gone)", ("tile_hidden",), _ONELOGIN
    ),
    Symptom(r"domain.*(not verified|unverified)|verify.*domain", ("domain_not_verified",), _GUIDE),
)


def sounds_like(symptom: str | None) -> tuple[str, ...]:
    """The ids of the cases that a symptom sounds like, the likeliest first; none for words that nobody knows."""
    text = " ".join((symptom or "")[:_LONGEST].split())
    found = (case for one in SYMPTOMS if re.search(one.pattern, text, re.IGNORECASE) for case in one.cases)
    return tuple(dict.fromkeys(found))
