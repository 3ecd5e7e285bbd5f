"""What `init` has to know, and the questions for what no flag said."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pydantic import TypeAdapter, ValidationError

from sso_sync.cli import spec_file
from sso_sync.cli.asking import Question, answered
from sso_sync.cli.options import DriverName
from sso_sync.errors import UsageError
from sso_sync.plan.importing.first import Answers
from sso_sync.plan.importing.written import writable
from sso_sync.spec.field_types import ConnectionName, Subdomain, Text
from sso_sync.urls import check_url

__all__ = ["Given", "completed"]


@dataclass(frozen=True)
class Given:
    """What the flags said; None, or no role at all, for what they did not."""

    name: str | None = None
    roles: tuple[str, ...] = ()
    driver: str | None = None
    default_role: str | None = None
    subdomain: str | None = None
    url: str | None = None
    justcall_url: str | None = None
    acs_url: str | None = None
    entity_id: str | None = None


def completed(given: Given) -> Answers:
    """Every answer, asked for on the terminal where no flag gave it.

    Raises UsageError for flags that make no sense, and for missing ones where nobody can be asked.
    """
    if given.url is not None:
        spec_file.one_account(given.subdomain, given.url)
    driver = given.driver
    if driver is None and sys.stdin.isatty():
        (driver,) = answered([(_DRIVER, None)], command="init")
    wanted: dict[str, tuple[Question, str | None]] = {
        "driver": (_DRIVER, driver),
        "name": (_NAME, given.name),
        "roles": (_ROLES, ",".join(given.roles) or None),
        "default_role": (_DEFAULT_ROLE, given.default_role),
    }
    if given.url is None:
        wanted["subdomain"] = (_SUBDOMAIN, given.subdomain)
    wanted |= _for_driver(driver, given)
    said = dict(zip(wanted, answered(list(wanted.values()), command="init"), strict=True))
    # A name that was given by a flag may hold a comma; one that is typed into a list may not.
    roles = given.roles or tuple(_listed(said["roles"]))
    return Answers(
        name=said["name"],
        roles=roles,
        driver=said["driver"],
        default_role=said["default_role"],
        subdomain=said.get("subdomain"),
        url=given.url,
        justcall_url=said.get("justcall_url") or None,
        acs_url=said.get("acs_url"),
        entity_id=said.get("entity_id"),
    )


def _for_driver(driver: str | None, given: Given) -> dict[str, tuple[Question, str | None]]:
    """What only one driver needs. Raises UsageError for a flag of another one."""
    mine: dict[str, tuple[Question, str | None]] = {}
    if driver == DriverName.HTTP or (driver == DriverName.BROWSER and given.justcall_url is not None):
        mine["justcall_url"] = (_GATEWAY, given.justcall_url)
    if driver == DriverName.ATTESTED or given.acs_url is not None:
        mine["acs_url"] = (_ACS_URL, given.acs_url)
    if driver == DriverName.ATTESTED or given.entity_id is not None:
        mine["entity_id"] = (_ENTITY_ID, given.entity_id)
    if driver == DriverName.ATTESTED and given.justcall_url is not None:
        raise UsageError.because("--justcall-url is for --driver http or browser; with attested nobody asks JustCall")
    return mine


def _fits(kind: Any, wrong: str) -> Callable[[str], str | None]:
    adapter: TypeAdapter[str] = TypeAdapter(kind)

    def problem(answer: str) -> str | None:
        try:
            adapter.validate_python(answer)
        except ValidationError:
            return wrong
        return None if writable(answer) else wrong

    return problem


def _address(answer: str) -> str | None:
    try:
        check_url(answer)
    except ValueError as problem:
        return str(problem)
    return None


def _listed(answer: str) -> list[str]:
    return list(dict.fromkeys(name for part in answer.split(",") if (name := part.strip())))


_DRIVER = Question(
    "--driver",
    "How is JustCall reached: browser (its page is driven), http (a gateway), attested (a person does it)",
    lambda answer: None if answer in set(DriverName) else "write browser, http or attested",
)
_NAME = Question(
    "--name",
    "Name of the connection",
    _fits(ConnectionName, "lower-case letters, digits and inner hyphens, 63 at most"),
    default="justcall",
)
_SUBDOMAIN = Question(
    "--subdomain",
    "OneLogin subdomain (acme for https://acme.onelogin.com)",
    _fits(Subdomain, "only the first word of the address: acme for https://acme.onelogin.com"),
)
_ROLES = Question(
    "--role",
    "OneLogin roles that open JustCall, separated by commas",
    lambda answer: None if _listed(answer) and writable(answer) else "at least one role has to open JustCall",
)
_DEFAULT_ROLE = Question(
    "--default-role",
    "JustCall's default role for new SSO users",
    _fits(Text, "write the name of a role in JustCall"),
    default="Team Member",
)
_GATEWAY = Question("--justcall-url", "Address of the gateway", _address)
_ACS_URL = Question("--acs-url", "ACS URL, as JustCall's Single Sign-On page shows it", _address)
_ENTITY_ID = Question(
    "--entity-id", "Entity ID, as JustCall's Single Sign-On page shows it", _fits(Text, "copy it from JustCall's page")
)
