"""The `guards` of a spec (DESIGN §4): what the tool refuses to do, and from which numbers on."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from sso_sync.marked.annotations import Noun
from sso_sync.marked.base import Model
from sso_sync.spec.field_types import Days, Email, RefPattern

__all__ = ["CertificateExpiry", "Guards", "MaxRemovals"]


class MaxRemovals(Model):
    """How many people may lose access in one apply: refused from `people` on, when they are more than `percent` %."""

    percent: Annotated[int, Field(ge=0, le=100), Noun("a percentage", "percentages")] = Field(
        25,
        description="Refused only when more than this share of the people who have access today would lose it; 100 "
        "never refuses.",
    )
    people: Annotated[int, Field(ge=0), Noun("a number of people", "numbers of people")] = Field(
        5, description="Refused only when at least this many people would lose access."
    )


class CertificateExpiry(Model):
    """When an ageing signing certificate becomes a warning and when it stops the plan."""

    warn_days: Days = Field(60, description="Warn when the certificate expires within so many days.")
    fail_days: Days = Field(7, description="Refuse when the certificate expires within so many days.")


class Guards(Model):
    """What the tool refuses to do."""

    max_removals: MaxRemovals = Field(
        default_factory=MaxRemovals,
        description="How many people may lose access in one apply: refused from `people` on, when they are more than "
        "`percent` % of those who have it.",
    )
    required_users: list[Email] = Field(default_factory=list, description="People who must have access afterwards.")
    require_login_proof: bool = Field(True, description="Enable SSO only after a successful test.")
    match_users: Literal["off", "warn", "refuse"] = Field(
        "warn",
        description="What to do about people with access in OneLogin and no account in JustCall, and the reverse, once "
        "SSO is on. Needs credentials for JustCall's public API.",
    )
    certificate_expiry: CertificateExpiry = Field(
        default_factory=CertificateExpiry,
        description="When an ageing signing certificate becomes a warning and when it stops the plan.",
    )
    refs: list[RefPattern] | None = Field(
        None,
        description="Refs that the spec may be applied from, such as refs/heads/main; `*` stands for anything without "
        "a slash, `**` for anything. Absent: from anywhere; []: from nowhere.",
    )
