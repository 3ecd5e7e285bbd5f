"""What a captured response shows: for each check that a service provider would fail, the case behind it.

A message outlives what it was made from: where both sides are fine by now, what it shows may be healed already.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from sso_sync.justcall.settings import SettingField
from sso_sync.plan.doctor.evidence import Evidence, ResponseFacts
from sso_sync.saml.certificate import CertificateError, fingerprint
from sso_sync.saml.endpoints import swapped
from sso_sync.saml.trials import Trial

__all__ = ["shown_by"]


def shown_by(evidence: Evidence) -> dict[str, tuple[str, ...]]:
    """Case id → what the response shows of it, in lines; empty without a response."""
    facts = evidence.response
    if facts is None:
        return {}
    found: dict[str, tuple[str, ...]] = {}
    for case, line in (*_plain_to_see(facts), *_trials(evidence, facts)):
        found[case] = (*found.get(case, ()), line) if line not in found.get(case, ()) else found[case]
    return found


def _plain_to_see(facts: ResponseFacts) -> Iterator[tuple[str, str]]:
    """What can be seen without knowing what JustCall expects, such as blank fields of OneLogin's (justcall §6.4)."""
    if "{audience}" in facts.response.audiences:
        yield "blank_audience", "The response's audience is the words {audience}."
    if facts.response.recipient == "{recipient}":
        yield "blank_recipient", "The response's recipient is the words {recipient}."
    if any(one.algorithm == "SHA-1" for one in facts.response.signed):
        yield "sha1_signature", "The response is signed with SHA-1."


def _trials(evidence: Evidence, facts: ResponseFacts) -> Iterator[tuple[str, str]]:
    for trial in facts.trials:
        if trial.name == "nameid" and trial.status == "pass" and trial.found != trial.expected and _spelt(evidence):
            yield "email_case", _line(evidence, trial)
        if trial.status != "fail":
            continue
        choose = _CHOICES.get(trial.name)
        case = choose(evidence, facts) if callable(choose) else choose
        if case is not None and not case.startswith("blank_"):  # that is plain to see, and said already
            yield case, _line(evidence, trial)


def _spelt(evidence: Evidence) -> bool:
    """Whether the e-mail that is expected is JustCall's own spelling, and not just what somebody typed."""
    return evidence.spelling is not None


def _line(evidence: Evidence, trial: Trial) -> str:
    """The trial as one line of evidence. A person's address is not repeated where it is a secret."""
    words = [f"The response: {trial.summary}"]
    if trial.name != "signature" and trial.found is not None:
        found = evidence.name(trial.found) if trial.name == "nameid" else trial.found
        words.append(f"Found: {found!r}." if trial.name not in ("times", "attributes") else f"Found: {found}.")
    return " ".join([*words, *([trial.detail] if trial.detail else [])])


def _audience(_: Evidence, facts: ResponseFacts) -> str:
    return "blank_audience" if "{audience}" in facts.response.audiences else "audience_mismatch"


def _recipient(_: Evidence, facts: ResponseFacts) -> str:
    return "blank_recipient" if facts.response.recipient == "{recipient}" else "recipient_mismatch"


def _issuer(evidence: Evidence, _: ResponseFacts) -> str:
    turned = swapped(evidence.setting(SettingField.SSO_URL), evidence.setting(SettingField.ISSUER))
    return "swapped_issuer_and_sso_url" if turned else "issuer_mismatch"


def _signature(evidence: Evidence, facts: ResponseFacts) -> str | None:
    """Which trouble with a certificate it is, as far as the message and what JustCall holds tell."""
    theirs = evidence.setting(SettingField.CERTIFICATE)
    held = _print(theirs)
    if theirs and held is None:
        return "certificate_unreadable"
    if held is not None and held in evidence.former | evidence.certificates.keys():
        return "certificate_after_rotation"
    brought = {_print(one.certificate) for one in facts.response.signed}
    # Signed with the very certificate that is expected, and still wrong: somebody changed the message.
    return None if held in brought else "certificate_mismatch"


def _print(text: str | None) -> str | None:
    try:
        return fingerprint(text) if text else None
    except CertificateError:
        return None


def _attributes(_: Evidence, facts: ResponseFacts) -> str:
    there = facts.response.attributes
    wanted = ("email", "firstName", "lastName")
    missing = [name for name in wanted if name not in there]
    alike = [name for name in missing if any(other.lower() == name.lower() for other in there)]
    return "attribute_name_case" if alike else "attributes_not_sent"


_Choice = str | Callable[[Evidence, ResponseFacts], str | None]
_CHOICES: dict[str, _Choice] = {
    "encryption": "assertion_encrypted",
    "signature": _signature,
    "issuer": _issuer,
    "audience": _audience,
    "recipient": _recipient,
    "destination": "acs_url_mismatch",
    "times": "clock_skew",
    "nameid": "nameid_not_email",
    "nameid_format": "nameid_not_email",
    "attributes": _attributes,
}
