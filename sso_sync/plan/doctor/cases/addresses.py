"""To whom and where OneLogin addresses its answer: audience, recipient and ACS URL, against what JustCall calls itself.

A field that is blank in OneLogin sends its own name in braces (fact sheet justcall §6.4).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from sso_sync.justcall.settings import SettingField
from sso_sync.plan.doctor.cases.interface import Case
from sso_sync.plan.doctor.consoles import LABELS, field_of
from sso_sync.plan.doctor.evidence import Evidence
from sso_sync.plan.doctor.model import REMOVED, ByHand, Edit, Finding, Harm, Repair, Settle
from sso_sync.plan.model import Side
from sso_sync.spec.connection import SpecPath

__all__ = ["CASES"]

_ADDRESS = "onelogin.app.configuration."
_PATH: SpecPath = ("onelogin", "app", "configuration")


def _repairs(key: str, theirs: str) -> tuple[Repair, ...]:
    """The ACS URL and its validator go together, so what the plan wants of either is part of the repair."""
    together = ("acs_url", "acs_url_validator", "recipient") if key == "acs_url" else (key,)
    return (
        Settle(tuple(_ADDRESS + one for one in together)),
        Edit((*_PATH, key), REMOVED, f"so that it follows {theirs}"),
        ByHand(field_of(key), f"Enter {theirs} there, to the letter."),
    )


def _blank(key: str) -> Callable[[Evidence], Iterable[Finding]]:
    word, label = key, LABELS[key].rpartition(" → ")[2]

    def look(evidence: Evidence) -> Iterator[Finding]:
        if evidence.text(key) == "":
            yield Finding(
                f"The app's {word} is blank, so OneLogin sends the words {{{word}}} instead",
                (f"OneLogin's {label} is blank; a blank field is sent as its own name in braces.",),
            )

    return look


def _differs(key: str, field: SettingField, theirs: str) -> Callable[[Evidence], Iterable[Finding]]:
    label = LABELS[key].rpartition(" → ")[2]

    def look(evidence: Evidence) -> Iterator[Finding]:
        ours, other = evidence.text(key), evidence.setting(field)
        if not ours or not other or ours == other:
            return
        lines = [f"OneLogin's {label}: {ours!r}", f"{theirs}: {other!r}"]
        yield Finding(f"The app's {key.replace('_', ' ')} is not {theirs}", (*lines, *_subtle(ours, other)))

    return look


def _subtle(one: str, other: str) -> Iterator[str]:
    """A difference that is easily overlooked."""
    if one.strip() == other.strip():
        yield "They differ in white space."
    elif one.lower() == other.lower():
        yield "They differ in upper and lower case."
    elif one.rstrip("/") == other.rstrip("/"):
        yield "They differ in a slash at the end."


def _acs_url(evidence: Evidence) -> Iterator[Finding]:
    if evidence.text("acs_url") == "":
        yield Finding(
            "The app has no ACS URL, so OneLogin does not know where to send its answer",
            ("OneLogin's ACS (Consumer) URL is blank.",),
        )
    else:
        yield from _differs("acs_url", SettingField.ACS_URL, "JustCall's ACS URL")(evidence)


def _case(identity: str, what: str, key: str, theirs: str, look: Callable[[Evidence], Iterable[Finding]]) -> Case:
    sides = frozenset({Side.ONELOGIN}) if identity.startswith("blank") else frozenset(Side)
    return Case(
        identity, what, Side.ONELOGIN, Harm.LOGINS_FAIL, _ADDRESS + key, _repairs(key, theirs), look, sides=sides
    )


CASES = (
    _case(
        "acs_url_mismatch", "OneLogin sends its answer to another ACS URL", "acs_url", "JustCall's ACS URL", _acs_url
    ),
    _case(
        "blank_audience",
        "The app's audience is blank, so OneLogin sends the words {audience}",
        "audience",
        "JustCall's Entity ID",
        _blank("audience"),
    ),
    _case(
        "audience_mismatch",
        "The app's audience is not JustCall's Entity ID",
        "audience",
        "JustCall's Entity ID",
        _differs("audience", SettingField.ENTITY_ID, "JustCall's Entity ID"),
    ),
    _case(
        "blank_recipient",
        "The app's recipient is blank, so OneLogin sends the words {recipient}",
        "recipient",
        "JustCall's ACS URL",
        _blank("recipient"),
    ),
    _case(
        "recipient_mismatch",
        "The app's recipient is not JustCall's ACS URL",
        "recipient",
        "JustCall's ACS URL",
        _differs("recipient", SettingField.ACS_URL, "JustCall's ACS URL"),
    ),
)
