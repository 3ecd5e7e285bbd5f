"""The `ignore` rules: what they name can be ignored, and their dates exist."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from sso_sync.errors import Diagnostic
from sso_sync.spec.connection import SpecPath
from sso_sync.spec.lints.look import Look
from sso_sync.spec.patterns import IGNORABLE, fault, unignorable

__all__ = ["ignored", "ignored_dates", "ignored_secrets", "ignored_twice"]

_PATH: SpecPath = ("ignore",)


def ignored(look: Look) -> Iterator[Diagnostic]:
    """A rule names addresses that there can be, and that can be left as they are."""
    for index, rule in enumerate(look.spec.ignore):
        path = (*_PATH, index, "address")
        why = unignorable(rule.address)
        never = fault(rule.address)
        if why is not None:
            yield look.error(
                path,
                f"{look.shown(path, rule.address)} cannot be ignored: {why}",
                detail=IGNORABLE,
                next_action="Name those addresses instead, or remove the rule.",
            )
        elif never is not None:
            yield look.warning(
                path,
                f"{look.shown(path, rule.address)} ignores nothing: {never}",
                detail=IGNORABLE,
                next_action="Write the address as plan names it in JSON; a `*` stands for one whole name.",
            )


def ignored_dates(look: Look) -> Iterator[Diagnostic]:
    """30 February has the form of a date and is none."""
    for index, rule in enumerate(look.spec.ignore):
        path = (*_PATH, index, "until")
        try:
            date.fromisoformat(rule.until)
        except ValueError:
            yield look.error(
                path, f"There is no day {look.shown(path, rule.until)}", next_action="Write a date such as 2026-12-31."
            )


def ignored_secrets(look: Look) -> Iterator[Diagnostic]:
    """What is ignored is reported, each time, with its reason."""
    for index, rule in enumerate(look.spec.ignore):
        for key in type(rule).model_fields:
            path = (*_PATH, index, key)
            if look.connection.is_sensitive(path):
                yield look.error(
                    path,
                    f"The `{key}` of an ignore rule cannot come from the environment",
                    detail="Every report names the rules that were in force, and why.",
                    next_action="Write it out.",
                )


def ignored_twice(look: Look) -> Iterator[Diagnostic]:
    """Of two rules for one address nobody knows which holds."""
    addresses = [rule.address for rule in look.spec.ignore]
    yield from look.repeated(_PATH, addresses, "address", lambda _: ("address",))
