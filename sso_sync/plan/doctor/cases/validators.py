"""OneLogin's ACS URL Validator: one that turns JustCall away, and one that lets somebody else's address pass.

Whether OneLogin anchors a pattern by itself is unsure (fact sheet justcall §6.5): what any reading lets pass counts.
"""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

from sso_sync.justcall.settings import SettingField
from sso_sync.plan.doctor.cases.interface import Case
from sso_sync.plan.doctor.consoles import field_of
from sso_sync.plan.doctor.evidence import Evidence
from sso_sync.plan.doctor.model import REMOVED, ByHand, Certainty, Edit, Finding, Harm, Repair, Settle
from sso_sync.plan.model import Side
from sso_sync.saml import validator

__all__ = ["CASES", "passes_too"]

_KEY = "acs_url_validator"
_ADDRESS = f"onelogin.app.configuration.{_KEY}"
_REPAIRS: tuple[Repair, ...] = (
    Settle((_ADDRESS, "onelogin.app.configuration.acs_url")),
    Edit(("onelogin", "app", "configuration", _KEY), REMOVED, "so that it accepts the ACS URL and nothing else"),
    ByHand(field_of(_KEY), r"Enter the ACS URL there, escaped, between ^ and $: ^https:\/\/…$"),
)
_ELSEWHERE = "attacker.example"


def passes_too(pattern: str, acs_url: str) -> str | None:
    """An address of somebody else's, or one that is not JustCall's, that the pattern lets pass; None for none known."""
    return next((url for url in _others(acs_url) if url != acs_url and validator.accepts(pattern, url)), None)


def _others(acs_url: str) -> Iterator[str]:
    """Addresses to try, the most telling first: anybody's, one around the ACS URL, look-alike hosts, one behind it."""
    yield f"https://{_ELSEWHERE}/acs"
    yield f"https://{_ELSEWHERE}/?next={acs_url}"
    yield f"https://{_ELSEWHERE}/{acs_url.partition('://')[2]}"
    try:
        host = urlsplit(acs_url).hostname or ""
    except ValueError:
        return
    for index, letter in enumerate(host):
        if letter == ".":
            yield acs_url.replace(host, f"{host[:index]}x{host[index + 1 :]}", 1)
    for label in host.split(".")[:-2]:
        yield acs_url.replace(f"{label}.", f"{label}-{_ELSEWHERE.partition('.')[0]}.", 1)
    yield acs_url.replace("https://", "http://", 1)
    for end in (f".{_ELSEWHERE}/", "/../elsewhere", "x"):
        yield acs_url + end
    for index, letter in enumerate(acs_url):
        if letter in "./-":
            yield f"{acs_url[:index]}x{acs_url[index + 1 :]}"


def _target(evidence: Evidence) -> str | None:
    """The address that has to pass: the app's own, else JustCall's."""
    return evidence.text("acs_url") or evidence.setting(SettingField.ACS_URL)


def _narrow(evidence: Evidence) -> Iterator[Finding]:
    pattern, url = evidence.text(_KEY), _target(evidence)
    if not pattern or not url:
        return
    problem = validator.problem(pattern)
    if problem is not None:
        yield Finding(
            "The app's ACS URL validator cannot be checked",
            (f"The validator {problem}.", f"Validator: {pattern}"),
            Certainty.POSSIBLE,
            Harm.AT_RISK,
        )
    elif not validator.accepts(pattern, url):
        yield Finding(
            "The app's ACS URL validator does not accept the ACS URL", (f"Validator: {pattern}", f"ACS URL:   {url}")
        )
    elif not validator.accepts_whole(pattern, url):
        yield Finding(
            "The app's ACS URL validator does not accept the ACS URL from end to end",
            (f"Validator: {pattern}", f"ACS URL:   {url}", "It is not known whether OneLogin wants it to."),
            Certainty.POSSIBLE,
        )


def _wide(evidence: Evidence) -> Iterator[Finding]:
    pattern, url = evidence.text(_KEY), _target(evidence)
    if pattern == "":
        lines = ("OneLogin's ACS (Consumer) URL Validator is blank; what it lets pass then is not known.",)
        yield Finding("The app has no ACS URL validator", lines, Certainty.POSSIBLE)
    if not pattern or not url or validator.problem(pattern) is not None:
        return
    if not validator.accepts(pattern, url) or validator.accepts_only(pattern, url):
        return
    other = passes_too(pattern, url)
    if other is None and not validator.accepts_whole(pattern, url):
        return  # it is too narrow, and nothing tells that it is too wide as well
    shown = f"This address passes too: {other}" if other else "It is not the ACS URL alone between ^ and $."
    yield Finding(
        "The app's ACS URL validator accepts more than the ACS URL",
        (
            f"Validator: {pattern}",
            shown,
            "Whoever makes a request for such an address receives people's logins.",
        ),
        Certainty.CERTAIN if other else Certainty.POSSIBLE,
    )


CASES = (
    Case(
        "validator_too_narrow",
        "The app's ACS URL validator does not accept JustCall's ACS URL",
        Side.ONELOGIN,
        Harm.LOGINS_FAIL,
        _ADDRESS,
        _REPAIRS,
        _narrow,
        sides=frozenset({Side.ONELOGIN}),
    ),
    Case(
        "validator_too_wide",
        "The app's ACS URL validator accepts more than JustCall's ACS URL",
        Side.ONELOGIN,
        Harm.INSECURE,
        _ADDRESS,
        _REPAIRS,
        _wide,
        sides=frozenset({Side.ONELOGIN}),
    ),
)
