"""The app's rules as one wish: the list is authoritative, so it is written whole or not at all."""

from __future__ import annotations

from typing import Any

from sso_sync.onelogin import models
from sso_sync.onelogin.state import LiveIdp
from sso_sync.plan.importing.secrets import hidden
from sso_sync.plan.importing.trial import Wish
from sso_sync.plan.items.rules import content, running_order
from sso_sync.spec.connection import SpecPath

__all__ = ["rules"]

_PATH: SpecPath = ("onelogin", "app", "rules")


def rules(idp: LiveIdp, connection: str) -> list[Wish]:
    """The rules in the order in which they run; nothing for an app without any."""
    if not idp.rules:
        return []
    written = [_written(rule) for rule in sorted(idp.rules, key=running_order)]
    return [Wish(_PATH, (hidden(written, _PATH, connection),), about=f"{len(written)} rules")]


def _written(rule: models.Rule) -> dict[str, Any]:
    held: dict[str, Any] = content(rule)
    written: dict[str, Any] = {"name": rule.name}
    if held["match"] != "all":
        written["match"] = held["match"]
    if not held["enabled"]:
        written["enabled"] = False
    if held["conditions"]:
        written["conditions"] = held["conditions"]
    return written | {"actions": held["actions"]}
