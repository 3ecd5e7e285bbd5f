"""The names that `--require` takes: those of the groups, and of every check that may be left out."""

from __future__ import annotations

from sso_sync.plan.checks.model import Group

__all__ = ["NAMES"]

NAMES = frozenset({*(group.value for group in Group), "certificate.justcall.text"})
