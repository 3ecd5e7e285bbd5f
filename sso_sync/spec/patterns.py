"""Patterns of plan addresses (DESIGN §2): which addresses one names, and whether it can name any at all.

A `*` stands for one whole name. Names may hold dots (a role "Tier 2.5", an e-mail), so an address is taken apart by
what it is about, not at every dot.
"""

from __future__ import annotations

import re

from sso_sync.spec.model import App, Configuration, Parameter, Sso

__all__ = ["IGNORABLE", "RULES", "covers", "fault", "unignorable"]

RULES = "onelogin.app.rules.*"
"""The app's rules: they run in one order, so they are ignored together."""
IGNORABLE = (
    "These can be ignored: onelogin.app.<attribute>, onelogin.app.configuration.<key>, "
    "onelogin.app.parameters.<name>[.<field>], onelogin.access.roles.<role>[.members.<email>], "
    f"onelogin.access.users.<email>, justcall.sso.<field>, and {RULES} as a whole."
)
"""The sentence for whoever named something else."""

_APP = "onelogin.app"
_ANY = frozenset[str]()  # in a form: any name
_NAMED = ("onelogin.access.users", "onelogin.app.rules", "onelogin.app.configuration.raw")  # a name, dots and all
_ROLES, _MEMBERS, _PARAMETERS = "onelogin.access.roles.", ".members.", "onelogin.app.parameters."
_FIELDS = frozenset(Parameter.model_fields)
_FIELD = re.compile(rf"(.+)\.({'|'.join(sorted(_FIELDS))}|\*)")
_ELSEWHERE = {"id", "previously", "connector", "configuration", "parameters", "parameters_mode", "rules"}
_ATTRIBUTES = frozenset(App.model_fields) - _ELSEWHERE | {"notes"}
_KEYS = frozenset(Configuration.model_fields) - {"raw"}
_SETTINGS = frozenset(Sso.model_fields) | {"protocol"}

_Form = tuple[str | frozenset[str], ...]
_FORMS: tuple[_Form, ...] = (
    ("onelogin", "app", _ATTRIBUTES),
    ("onelogin", "app", "configuration", _KEYS),
    ("onelogin", "app", "configuration", "raw", _ANY),
    ("onelogin", "app", "parameters", _ANY),
    ("onelogin", "app", "parameters", _ANY, _FIELDS),
    ("onelogin", "app", "rules", _ANY),
    ("onelogin", "access", "roles", _ANY),
    ("onelogin", "access", "roles", _ANY, "members", _ANY),
    ("onelogin", "access", "users", _ANY),
    ("justcall", "sso", _SETTINGS),
)


def covers(pattern: str, address: str) -> bool:
    """Whether the pattern names this address; upper and lower case of an e-mail does not count."""
    if pattern == address:
        return True
    wanted, found = _parts(pattern), _parts(address)
    return len(wanted) == len(found) and all(
        one == "*" or _folded(one) == _folded(other) for one, other in zip(wanted, found, strict=True)
    )


def fault(pattern: str) -> str | None:
    """Why the pattern can never name an address, as the end of a sentence; None when it can."""
    parts = _parts(pattern)
    if any("*" in part and part != "*" for part in parts):
        return "a `*` stands for one whole name"
    return None if any(_fits(form, parts) for form in _FORMS) else "no address looks like this"


def unignorable(pattern: str) -> str | None:
    """Why what the pattern names cannot be ignored, as the end of a sentence; None when it can."""
    if covers(pattern, _APP):
        return "everything else in OneLogin needs the app"
    if pattern.startswith(RULES.removesuffix("*")) and pattern != RULES:
        return f"rules run in one order, so they are ignored together, as {RULES}"
    return None


def _fits(form: _Form, parts: tuple[str, ...]) -> bool:
    return len(form) == len(parts) and all(_may_be(one, part) for one, part in zip(form, parts, strict=True))


def _may_be(one: str | frozenset[str], part: str) -> bool:
    if isinstance(one, str):
        return one == part
    return bool(part) and (not one or part == "*" or part in one)


def _parts(address: str) -> tuple[str, ...]:
    for head in _NAMED:
        if address.startswith(f"{head}."):
            return (*head.split("."), address[len(head) + 1 :])
    if address.startswith(_ROLES):
        role, members, email = address[len(_ROLES) :].rpartition(_MEMBERS)
        return ("onelogin", "access", "roles", *((role, "members", email) if members else (email,)))
    if address.startswith(_PARAMETERS):
        name = address[len(_PARAMETERS) :]
        found = _FIELD.fullmatch(name)
        return ("onelogin", "app", "parameters", *(found.groups() if found else (name,)))
    return tuple(address.split("."))


def _folded(part: str) -> str:
    return part.lower() if "@" in part else part
