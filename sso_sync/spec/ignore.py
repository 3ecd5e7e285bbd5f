"""The `ignore` rules of a spec: differences that are left as they are for a while, and the reason why."""

from __future__ import annotations

from pydantic import Field

from sso_sync.marked.base import Model
from sso_sync.spec.field_types import Day, Text

__all__ = ["Ignore"]


class Ignore(Model):
    """Differences that are left as they are for a while: no change, no step, but named in every report."""

    address: Text = Field(
        description="Address as plan names it in JSON; a `*` stands for one whole name, as in "
        "onelogin.access.roles.*.members.*."
    )
    reason: Text = Field(description="Why; every report says it.")
    until: Day = Field(
        description="The last day on which the rule holds, in UTC. After it, plan warns and ignores no more."
    )
