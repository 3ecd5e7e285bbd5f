"""A first spec from a few answers: what `sso-sync init` writes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sso_sync.plan.importing.document import Document
from sso_sync.plan.importing.remarks import SCHEMA_LINE
from sso_sync.spec.connection import SpecPath

__all__ = ["Answers", "first_spec"]

_SSO: SpecPath = ("justcall", "sso")


@dataclass(frozen=True, slots=True)
class Answers:
    """What somebody who begins has to know. `justcall_url` is for the drivers http and browser.

    `acs_url` and `entity_id` are what JustCall's page shows; the driver attested needs them.
    """

    name: str
    roles: tuple[str, ...]
    driver: str
    default_role: str
    subdomain: str | None = None
    url: str | None = None
    justcall_url: str | None = None
    acs_url: str | None = None
    entity_id: str | None = None


def first_spec(answers: Answers) -> Document:
    """The smallest useful spec; everything that the guide prescribes is a default and is not written."""
    account = {"subdomain": answers.subdomain} if answers.url is None else {"url": answers.url}
    justcall: dict[str, Any] = {"driver": answers.driver}
    if answers.justcall_url is not None:
        justcall["url"] = answers.justcall_url
    pins = {"acs_url": answers.acs_url, "entity_id": answers.entity_id}
    if any(pins.values()):
        justcall["service_provider"] = {key: value for key, value in pins.items() if value}
    justcall["sso"] = {"enabled": True, "default_role": answers.default_role}
    tree = {
        "version": 1,
        "name": answers.name,
        "onelogin": {**account, "access": {"roles": list(answers.roles)}},
        "justcall": justcall,
    }
    head = (
        SCHEMA_LINE,
        "",
        "Everything that the set-up guide prescribes is a default; everything else stays as it is until it is named.",
        "Credentials come from the environment: ONELOGIN_CLIENT_ID and ONELOGIN_CLIENT_SECRET"
        + (", JUSTCALL_API_KEY and JUSTCALL_API_SECRET." if answers.driver == "http" else "."),
    )
    return (
        Document(tree, head)
        .remarked(("onelogin", "access", "roles"), "exactly these roles open JustCall")
        .remarked((*_SSO, "enabled"), "the last step, after a successful test")
        .remarked((*_SSO, "default_role"), "for people who sign in for the first time")
    )
