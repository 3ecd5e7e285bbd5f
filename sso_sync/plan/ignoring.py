"""Leaving differences as they are for a while: the spec's `ignore` rules and `--ignore`, alike for plan, drift, apply.

What is ignored is not managed for the time being: it is no change, no step, and guards judge what is there. But it is
named in every report, with its reason and its end.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import date, timedelta

from sso_sync.errors import Diagnostic, SpecError, UsageError
from sso_sync.plan.cells import Item
from sso_sync.plan.diff import Delta, compare
from sso_sync.plan.model import Action, Ignored
from sso_sync.plan.targets import Membership, RoleAttachment
from sso_sync.spec.connection import Connection, SpecPath
from sso_sync.spec.patterns import covers

__all__ = ["COMMAND_LINE", "in_force", "is_ignored", "left_out", "needed"]

COMMAND_LINE = "command line"
_LONGEST = timedelta(days=400)
_PATH: SpecPath = ("ignore",)


def in_force(
    connection: Connection, named: Collection[str], today: date
) -> tuple[tuple[Ignored, ...], tuple[Diagnostic, ...]]:
    """The rules that hold `today` (UTC), those of the command line first, and what is to be said about the others."""
    if connection.spec.state == "absent":
        told = [_no_effect(connection)] if named or connection.spec.ignore else []
        return (), tuple(told)
    rules = [Ignored(address, COMMAND_LINE, source=COMMAND_LINE) for address in sorted(named)]
    findings: list[Diagnostic] = []
    for index, rule in enumerate(connection.spec.ignore):
        path, until = (*_PATH, index), date.fromisoformat(rule.until)
        if until < today:
            findings.append(_expired(connection, path, rule.address, until))
            continue
        mark = connection.mark(path)
        source = f"{mark.file}:{mark.line}:{mark.column}" if mark else str(connection.path)
        rules.append(Ignored(rule.address, rule.reason, until, source))
        if until - today > _LONGEST:
            findings.append(_far(connection, path, rule.address, until))
    return tuple(rules), tuple(findings)


def is_ignored(rules: Iterable[Ignored], address: str) -> bool:
    """Whether a rule names the address."""
    return any(covers(rule.address, address) for rule in rules)


def left_out(items: Sequence[Item], rules: Sequence[Ignored]) -> tuple[tuple[Item, ...], tuple[Ignored, ...]]:
    """The items that stay, and the rules with the addresses that would have been changes; the first rule counts."""
    kept: list[Item] = []
    taken: list[dict[str, None]] = [{} for _ in rules]  # a rule and its place share an address
    for item in items:
        number = next((number for number, rule in enumerate(rules) if covers(rule.address, item.address)), None)
        if number is None:
            kept.append(item)
        elif compare(item) is not None:
            taken[number][item.address] = None
    return tuple(kept), tuple(replace(rule, addresses=tuple(found)) for rule, found in zip(rules, taken, strict=True))


def needed(items: Iterable[Item], deltas: Iterable[Delta], rules: Sequence[Ignored]) -> None:
    """Raises SpecError (UsageError for a rule of the command line) when a step needs what a rule takes away.

    `items` are all of them. That is a role which has to be created for the people who are to be put into it.
    """
    joining = {
        delta.item.target.role: delta.item.address
        for delta in deltas
        if isinstance(delta.item.target, Membership) and delta.change.action is Action.CREATE
    }
    for item in items:
        rule = next((rule for rule in rules if covers(rule.address, item.address)), None)
        target = item.target
        if rule is None or not isinstance(target, RoleAttachment) or not target.create or target.role not in joining:
            continue
        kind = UsageError if rule.source == COMMAND_LINE else SpecError
        raise kind.because(
            f"{item.address} cannot be ignored: the role has to be created for its people",
            detail=f"The rule {rule.address} ({rule.source}) names it, and {joining[target.role]} needs it.",
            next_action="Ignore the people as well, or not the role.",
        )


def _no_effect(connection: Connection) -> Diagnostic:
    return connection.diagnostic(
        "warning",
        _PATH,
        "Nothing is ignored with `state: absent`",
        detail="A connection is taken down as a whole.",
        next_action="Remove the rules, or --ignore.",
    )


def _expired(connection: Connection, path: SpecPath, address: str, until: date) -> Diagnostic:
    return connection.diagnostic(
        "warning",
        path,
        f"The rule to ignore {address} ended on {until}",
        detail="It ignores nothing any more.",
        address=address,
        next_action="Remove the rule, or decide again until when it holds.",
    )


def _far(connection: Connection, path: SpecPath, address: str, until: date) -> Diagnostic:
    return connection.diagnostic(
        "warning",
        path,
        f"The rule to ignore {address} holds until {until}, more than {_LONGEST.days} days from now",
        detail="What is ignored for so long is better left out of the spec: then it is unmanaged.",
        address=address,
        next_action="Choose an earlier day, or leave the value unmanaged.",
    )
