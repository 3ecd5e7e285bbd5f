"""What a service provider checks of a response, each by itself and none silently passed.

A service provider stops at the first thing that is wrong. Here every check is made as far as it can be, so that a
reader sees all that has to be changed. Where a signature holds, the values come from the signed elements alone; where
none does, the trial `signature` fails and the others are made on the message as it is. Pure: `now` is given.

The rules are those of SAML's web browser profile and what is known of JustCall (fact sheet justcall §3, §4, §6).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sso_sync.saml.response import EMAIL_FORMAT, SUCCESS, SamlResponse, assertion_of, read_parts, root_of
from sso_sync.saml.signing_trial import Signed, TrialStatus, signed_with

if TYPE_CHECKING:
    from lxml.etree import _Element

__all__ = ["ATTRIBUTES", "NAMES", "Expected", "Trial", "TrialStatus", "trials"]

ATTRIBUTES = ("email", "firstName", "lastName")
"""The attributes of the guide (step 4)."""

NAMES = (
    "status",
    "encryption",
    "signature",
    "signature_algorithm",
    "issuer",
    "audience",
    "recipient",
    "destination",
    "times",
    "nameid",
    "nameid_format",
    "attributes",
)
"""The names of the trials, in their order."""

_WEAK = frozenset({"SHA-1"})
_BLANK_FIELD = "The field {field} is blank in OneLogin, which then sends the word {word} itself."


@dataclass(frozen=True, slots=True)
class Expected:
    """What the service provider holds against a response; None is what nobody knows, and is then not tried.

    `certificate` is PEM, base64, or a SHA-256 fingerprint ("9F:3A:…"): all that some pages show of one. `email` is the
    person's who signs in. `attributes` are exact names.
    """

    acs_url: str | None = None
    entity_id: str | None = None
    issuer: str | None = None
    certificate: str | None = None
    email: str | None = None
    attributes: tuple[str, ...] | None = ATTRIBUTES


@dataclass(frozen=True, slots=True)
class Trial:
    """One check. `summary` is a sentence; `expected` and `found` are values where there is one to show.

    `found` may hold the address of the person who signs in: mask it where that is a secret.
    """

    name: str
    status: TrialStatus
    summary: str
    expected: str | None = None
    found: str | None = None
    detail: str | None = None


@dataclass(frozen=True, slots=True)
class _Case:
    response: SamlResponse
    expected: Expected
    signed: Signed
    now: datetime
    skew: timedelta


def trials(xml: bytes, expected: Expected, *, now: datetime, skew: timedelta) -> tuple[Trial, ...]:
    """All trials of the response in `xml`, in the order of NAMES.

    `now` is the service provider's time, `skew` by how much clocks may differ before that is held against the response.
    Raises ResponseError for XML that is no response, and SsoSyncError where the extra `saml` is not installed.
    """
    root = root_of(xml)
    assertion = assertion_of(root)
    whole = read_parts(root, assertion)
    signed = signed_with(xml, whole, expected.certificate)
    case = _Case(_trusted(root, assertion, signed), expected, signed, now, skew)
    return tuple(_TRIALS[name](case) for name in NAMES)


def _trusted(root: _Element, assertion: _Element | None, signed: Signed) -> SamlResponse:
    """What the signed elements say; where nothing is signed, what the message says."""
    parts = signed.covered
    if parts is not None and parts.response is not None:
        root = parts.response
        assertion = assertion_of(root)
    elif parts is not None and parts.assertion is not None:
        assertion = parts.assertion
    return read_parts(root, assertion)


def _status(case: _Case) -> Trial:
    found = case.response.status
    if found == SUCCESS:
        return Trial("status", "pass", "The identity provider reports a successful login.", SUCCESS, found)
    return Trial(
        "status", "fail", "The identity provider refused the login.", SUCCESS, found, case.response.status_message
    )


def _encryption(case: _Case) -> Trial:
    if case.response.encrypted:
        return Trial(
            "encryption",
            "fail",
            "The assertion is encrypted, and JustCall has no key that is known of to decrypt it.",
            "not encrypted",
            "encrypted",
        )
    if not case.response.has_assertion:
        return _not_made(case, "encryption", "not encrypted")
    return Trial("encryption", "pass", "The assertion can be read.", "not encrypted", "not encrypted")


def _signature(case: _Case) -> Trial:
    signed = case.signed
    return Trial("signature", signed.status, signed.summary, signed.expected, signed.found, signed.detail)


def _signature_algorithm(case: _Case) -> Trial:
    used = [one.algorithm for one in case.signed.signatures]
    if not used:
        return Trial("signature_algorithm", "not_made", "There is no signature to look at.", "SHA-256")
    found = ", ".join(dict.fromkeys(used))
    if "unknown" in used:
        return Trial("signature_algorithm", "fail", "The signature uses an unknown algorithm.", "SHA-256", found)
    if _WEAK & set(used):
        # No failure: OneLogin's own default, and many service providers take it. Who refuses it is told by `found`.
        detail = "SHA-1 can be forged, and service providers refuse it more and more: choose SHA-256 in OneLogin."
        return Trial(
            "signature_algorithm", "pass", "The signature uses SHA-1, which is weak.", "SHA-256", found, detail
        )
    return Trial("signature_algorithm", "pass", f"The signature uses {found}.", "SHA-256", found)


def _issuer(case: _Case) -> Trial:
    wanted, response = case.expected.issuer, case.response
    issuers = tuple(dict.fromkeys(one for one in (response.issuer, response.assertion_issuer) if one))
    if wanted is None or (not response.has_assertion and not issuers):
        return _not_made(case, "issuer", wanted)
    found = ", ".join(issuers) or None
    missing = response.has_assertion and response.assertion_issuer is None
    if issuers == (wanted,) and not missing:
        return Trial("issuer", "pass", "The response comes from the issuer that JustCall knows.", wanted, found)
    return Trial("issuer", "fail", "The response comes from another issuer.", wanted, found, _differs(wanted, issuers))


def _audience(case: _Case) -> Trial:
    wanted, found = case.expected.entity_id, case.response.audiences
    if wanted is None or not case.response.has_assertion:
        return _not_made(case, "audience", wanted)
    shown = ", ".join(found) or None
    if wanted in found:
        return Trial("audience", "pass", "The audience is JustCall's Entity ID.", wanted, shown)
    detail = _placeholder(found, "Audience (EntityID)", "{audience}") or _differs(wanted, found)
    return Trial("audience", "fail", "Invalid audience: it is not JustCall's Entity ID.", wanted, shown, detail)


def _recipient(case: _Case) -> Trial:
    wanted, found = case.expected.acs_url, case.response.recipient
    if wanted is None or not case.response.has_assertion:
        return _not_made(case, "recipient", wanted)
    if found == wanted:
        return Trial("recipient", "pass", "The recipient is JustCall's ACS URL.", wanted, found)
    texts = () if found is None else (found,)
    detail = _placeholder(texts, "Recipient", "{recipient}") or _differs(wanted, texts)
    return Trial("recipient", "fail", "The recipient is not JustCall's ACS URL.", wanted, found, detail)


def _destination(case: _Case) -> Trial:
    wanted, found = case.expected.acs_url, case.response.destination
    if wanted is None:
        return _not_made(case, "destination", wanted)
    if found == wanted:
        return Trial("destination", "pass", "The destination is JustCall's ACS URL.", wanted, found)
    detail = None if found is None else _differs(wanted, (found,))
    return Trial("destination", "fail", "The destination is not JustCall's ACS URL.", wanted, found, detail)


def _times(case: _Case) -> Trial:
    response, wanted = case.response, f"valid at {_instant(case.now)}, give or take {_span(case.skew)}"
    if not response.has_assertion:
        return _not_made(case, "times", wanted)
    found = f"from {_instant(response.not_before)} until {_instant(response.not_on_or_after)}"
    problems = list(_time_problems(case))
    if not problems:
        return Trial("times", "pass", "The assertion is valid now.", wanted, found)
    summary, detail = problems[0]
    return Trial("times", "fail", summary, wanted, found, detail)


def _time_problems(case: _Case) -> Iterator[tuple[str, str | None]]:
    """What is wrong with the times, as a sentence and its detail, the most telling first."""
    response, now, skew = case.response, case.now, case.skew
    if response.not_before is not None and response.not_before > now + skew:
        away = _span(response.not_before - now)
        detail = (
            f"It begins in {away}. If the response is fresh, the clocks of OneLogin and of the service provider differ."
        )
        yield "The assertion is not valid yet.", detail
    ends = (("assertion", response.not_on_or_after), ("confirmation of the person", response.confirmation_until))
    for name, end in ends:
        if end is not None and end <= now - skew:
            detail = (
                f"It ended {_span(now - end)} ago. If the response is fresh, the clocks of OneLogin and of the service "
                "provider differ, or it is valid for too short a time."
            )
            yield f"The {name} has expired.", detail
    if response.confirmation_until is None:
        yield "The confirmation of the person does not say until when it is good.", None


def _nameid(case: _Case) -> Trial:
    wanted, found = case.expected.email, case.response.name_id
    if wanted is None or not case.response.has_assertion:
        return _not_made(case, "nameid", wanted)
    if found is None:
        return Trial("nameid", "fail", "The NameID is empty.", wanted, found)
    if found == wanted:
        return Trial("nameid", "pass", "The NameID is the person's e-mail address.", wanted, found)
    if found.lower() == wanted.lower():
        summary = "The NameID is the person's e-mail address, but for upper and lower case."
        detail = "Service providers that tell upper from lower case find nobody, or make a second account."
        return Trial("nameid", "pass", summary, wanted, found, detail)
    return Trial("nameid", "fail", "The NameID is not the person's e-mail address.", wanted, found)


def _nameid_format(case: _Case) -> Trial:
    found = case.response.name_id_format
    if not case.response.has_assertion:
        return _not_made(case, "nameid_format", EMAIL_FORMAT)
    if found == EMAIL_FORMAT:
        return Trial("nameid_format", "pass", "The NameID says that it is an e-mail address.", EMAIL_FORMAT, found)
    return Trial("nameid_format", "fail", "The NameID's format is not e-mail.", EMAIL_FORMAT, found)


def _attributes(case: _Case) -> Trial:
    wanted, there = case.expected.attributes, case.response.attributes
    names = None if wanted is None else ", ".join(wanted)
    if wanted is None or not case.response.has_assertion:
        return _not_made(case, "attributes", names)
    found = ", ".join(there) or None
    missing = [name for name in wanted if name not in there]
    blank = [name for name in wanted if name in there and not any(value.strip() for value in there[name])]
    if not missing and not blank:
        return Trial("attributes", "pass", "All attributes that JustCall wants are there.", names, found)
    alike = [
        f"{other} is there, but names are compared letter by letter: it must be {name}."
        for name in missing
        for other in there
        if other.lower() == name.lower()
    ]
    summary = _listed("Not in the response: ", missing) or _listed("Empty in the response: ", blank)
    if missing and blank:
        alike.append(_listed("Empty: ", blank))
    if not there:
        alike.append("The response carries no attributes at all: none of the app's parameters is included in it.")
    return Trial("attributes", "fail", summary, names, found, " ".join(alike) or None)


def _listed(head: str, names: list[str]) -> str:
    return f"{head}{', '.join(names)}." if names else ""


def _not_made(case: _Case, name: str, wanted: str | None) -> Trial:
    """Why a trial could not be made: nothing to compare with, or nothing to compare."""
    if wanted is None:
        why = f"Nobody knows what JustCall expects here ({_UNKNOWN[name]})."
    elif case.response.encrypted:
        why = "The assertion is encrypted, so this could not be seen."
    else:
        why = "The response holds no assertion."
    return Trial(name, "not_made", why, wanted)


_UNKNOWN = {
    "issuer": "JustCall's Issuer is not known",
    "audience": "JustCall's Entity ID is not known",
    "recipient": "JustCall's ACS URL is not known",
    "destination": "JustCall's ACS URL is not known",
    "nameid": "it is not known who signed in",
    "attributes": "no attributes were named",
}


def _placeholder(found: tuple[str, ...], field: str, word: str) -> str | None:
    """OneLogin sends the name of a blank field in braces (fact sheet justcall §6.4)."""
    return _BLANK_FIELD.format(field=field, word=word) if word in found else None


def _differs(wanted: str, found: tuple[str, ...]) -> str | None:
    """A difference that is easily overlooked."""
    for one in found:
        if one != wanted and one.lower() == wanted.lower():
            return "They differ in upper and lower case."
        if one != wanted and one.rstrip("/") == wanted.rstrip("/"):
            return "They differ in a slash at the end."
    return None


def _instant(moment: datetime | None) -> str:
    return "(not said)" if moment is None else moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def _span(length: timedelta) -> str:
    """A length of time in words: "4 min 10 s"."""
    seconds = max(0, round(length.total_seconds()))
    if not seconds and length:
        return "less than a second"
    parts = ((seconds // 86400, "d"), (seconds // 3600 % 24, "h"), (seconds // 60 % 60, "min"), (seconds % 60, "s"))
    said = [f"{number} {unit}" for number, unit in parts if number]
    return " ".join(said[:2]) or "0 s"


_TRIALS: dict[str, Callable[[_Case], Trial]] = {
    "status": _status,
    "encryption": _encryption,
    "signature": _signature,
    "signature_algorithm": _signature_algorithm,
    "issuer": _issuer,
    "audience": _audience,
    "recipient": _recipient,
    "destination": _destination,
    "times": _times,
    "nameid": _nameid,
    "nameid_format": _nameid_format,
    "attributes": _attributes,
}
