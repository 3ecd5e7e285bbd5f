"""What findings can be about: every rule's stable id, a sentence of what it means, and its usual severity."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sso_sync.errors import Severity
from sso_sync.plan.checks import rotation
from sso_sync.plan.doctor.cases import CASES
from sso_sync.plan.guard_names import GUARDS
from sso_sync.plan.model import Action, ImpactKind
from sso_sync.report.findings import Finding

__all__ = ["GUARD_WORDS", "Rule", "rules"]


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. `words` is a sentence without its full stop."""

    id: str
    words: str
    level: Severity


GUARD_WORDS: Mapping[str, str] = {
    "ownership": "Somebody else's app is neither changed nor deleted",
    "service_provider": "JustCall is the account that the spec pins",
    "refs": "The spec is applied only from the refs that it names",
    "max_removals": "No more people lose access in one apply than the spec allows",
    "required_users": "The people whom the spec names can get in after every apply",
    "require_login_proof": "SSO is switched on only behind a successful test of this very configuration",
    "match_users": "People who can open the app have an account in JustCall, and the reverse",
    "certificate_expiry": "The certificate in force is good for a while yet",
    "audience": "OneLogin addresses assertions to JustCall's Entity ID",
    "recipient": "The assertion names JustCall's ACS URL as its recipient",
    "acs_url_validator": "OneLogin's validator lets the ACS URL pass, and nothing but it",
    "nameid": "OneLogin names people by their e-mail",
    "parameters": "The assertion carries email, firstName and lastName",
    "certificate_match": "JustCall checks signatures with the certificate that OneLogin signs with",
    "swapped_urls": "OneLogin's issuer and its SSO URL are not in each other's field",
    "default_role": "Nobody becomes the account owner by signing in",
    rotation.KEY: "The new certificate has a strong key",
    rotation.VALIDITY: "The new certificate is valid, and stays so for a while",
    rotation.SIGNATURE: "The new certificate is signed with a sound algorithm",
    rotation.SAME: "The new certificate is another one than today's",
    rotation.UNSEEN: "What the new certificate holds could be read before the switch",
    rotation.PIN: "The spec does not pin another certificate",
}
_CHANGES: Mapping[Action, tuple[str, Severity]] = {
    Action.CREATE: ("Something that the spec asks for is not there", "info"),
    Action.UPDATE: ("A value is not as the spec says", "info"),
    Action.DELETE: ("Something is there that the spec does not want", "info"),
    Action.MANUAL: ("A value has to be changed by hand", "info"),
    Action.UNKNOWN: ("A value could not be compared; unknown is not in sync", "warning"),
}
_IMPACTS: Mapping[ImpactKind, str] = {
    ImpactKind.INTERRUPTION: "Applying the plan interrupts logins for a while",
    ImpactKind.BREAKAGE: "Applying the plan breaks logins",
    ImpactKind.SSO_DISABLED: "Applying the plan switches SSO off",
    ImpactKind.SSO_ENABLED: "Applying the plan switches SSO on",
    ImpactKind.ACCESS_REMOVED: "Applying the plan takes access away",
    ImpactKind.TILE_HIDDEN: "Applying the plan hides the app's tile",
    ImpactKind.APP_DELETED: "Applying the plan deletes the app",
}
_OTHERS = (
    Rule("change.ignored", "A difference is ignored for a while, because the spec or the command line says so", "info"),
    Rule("side.unreadable", "A side could not be read", "error"),
    Rule("step.failed", "A step of an apply failed", "error"),
    Rule("step.skipped", "A step of an apply was not made", "warning"),
    Rule("apply.verified", "After an apply both sides are as the spec says", "warning"),
    Rule("doctor.examined", "Both sides could be examined", "error"),
    Rule("diagnostic.error", "Something is wrong", "error"),
    Rule("diagnostic.warning", "Something is worth a look", "warning"),
    Rule("diagnostic.info", "Something is worth knowing", "info"),
)


def rules(findings: Iterable[Finding]) -> tuple[Rule, ...]:
    """Every rule there is, in a stable order, and then the checks that the findings are about."""
    known = {rule.id: rule for rule in _known()}
    for one in sorted(findings, key=lambda finding: finding.rule):
        if one.rule not in known:
            group, _, name = one.rule.partition(".")
            known[one.rule] = Rule(one.rule, f"The {group} {name.replace('_', ' ')} succeeds", "error")
    return tuple(known.values())


def _known() -> Iterable[Rule]:
    for name in sorted(GUARDS | rotation.CHECKS):
        yield Rule(f"guard.{name}", GUARD_WORDS[name], "error")
    for action, (words, level) in _CHANGES.items():
        yield Rule(f"change.{action.value}", words, level)
    for kind, told in _IMPACTS.items():
        yield Rule(f"impact.{kind.value}", told, "warning")
    for case in CASES:
        yield Rule(f"doctor.{case.id}", case.what, "error")
    yield from _OTHERS
