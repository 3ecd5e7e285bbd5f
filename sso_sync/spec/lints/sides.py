"""How the two sides are reached: addresses, the driver, and that a sandbox reaches neither."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

from sso_sync.errors import Diagnostic
from sso_sync.spec.connection import SpecPath
from sso_sync.spec.lints.look import Look
from sso_sync.urls import check_url

__all__ = ["addresses", "driver", "page_map", "sandbox", "urls"]

_SUBDOMAIN: SpecPath = ("onelogin", "subdomain")
_URL: SpecPath = ("onelogin", "url")
_GATEWAY: SpecPath = ("justcall", "url")
_USERS: SpecPath = ("justcall", "users_url")
_DRIVER: SpecPath = ("justcall", "driver")
_PAGE_MAP: SpecPath = ("justcall", "page_map")


def _outside(look: Look) -> dict[SpecPath, str | None]:
    """Every place that names something outside this machine."""
    idp, sp = look.spec.onelogin, look.spec.justcall
    users = sp.users_url if look.written(_USERS) else None
    return {_SUBDOMAIN: idp.subdomain, _URL: idp.url, _GATEWAY: sp.url, _USERS: users}


def sandbox(look: Look) -> Iterator[Diagnostic]:
    """Nothing leaves the machine, so nothing outside may be named."""
    if not look.spec.sandbox:
        return
    for path, value in _outside(look).items():
        if value is not None:
            yield look.error(
                path,
                f"`sandbox: true` and `{path[0]}.{path[1]}` contradict each other",
                detail="With `sandbox: true` both sides are the embedded sandbox, and nothing leaves the machine.",
                next_action=f"Remove `{path[1]}` to rehearse, or `sandbox` for the real thing.",
            )


def addresses(look: Look) -> Iterator[Diagnostic]:
    """OneLogin is named in exactly one way."""
    idp = look.spec.onelogin
    if look.spec.sandbox:
        return
    if idp.subdomain is None and idp.url is None:
        yield look.error(
            ("onelogin",),
            "The spec does not say which OneLogin account",
            next_action="Write `onelogin.subdomain: acme` for https://acme.onelogin.com, or `sandbox: true` to try.",
        )
    if idp.subdomain is not None and idp.url is not None:
        mark = look.connection.mark(_SUBDOMAIN)
        yield look.error(
            _URL,
            "`onelogin.url` and `onelogin.subdomain` exclude each other",
            detail=f"`subdomain` is at {mark.file}:{mark.line}:{mark.column}." if mark else None,
            next_action="Remove one; `subdomain: null` undoes the one of a base.",
        )


def urls(look: Look) -> Iterator[Diagnostic]:
    """Addresses carry credentials, so they are https, or http on loopback."""
    for path, value in _outside(look).items():
        if value is None or path == _SUBDOMAIN:
            continue
        try:
            check_url(value)
        except ValueError as error:
            yield look.error(
                path,
                f"`{path[0]}.{path[1]}` cannot be used",
                detail=None if look.connection.is_sensitive(path) else f"{str(error)[:1].upper()}{str(error)[1:]}.",
                next_action="Write https://host, or http:// for an address of this machine.",
            )
            continue
        if path == _URL and urlsplit(value).path not in ("", "/"):
            yield look.error(
                path,
                "`onelogin.url` is the address of the account, without a path",
                next_action="Write https://acme.onelogin.com and nothing after it.",
            )


def driver(look: Look) -> Iterator[Diagnostic]:
    """JustCall needs a way in, and each way has its needs."""
    sp = look.spec.justcall
    if look.spec.sandbox:
        return
    if sp.driver is None:
        yield look.error(
            _DRIVER,
            "The spec does not say how JustCall is reached",
            detail="JustCall documents no API for its SSO settings.",
            next_action="Write `justcall.driver:` browser (the tool drives the settings page), http (a gateway), or "
            "attested (a person does it and vouches for it).",
        )
    if sp.driver == "http" and sp.url is None:
        yield look.error(
            _DRIVER, "The http driver needs `justcall.url`", next_action="Write the address of the gateway."
        )
    if sp.driver == "attested" and look.spec.state == "present":
        for key in ("acs_url", "entity_id"):
            if getattr(sp.service_provider, key) is None:
                yield look.error(
                    ("justcall", "service_provider"),
                    f"The attested driver needs `justcall.service_provider.{key}`",
                    detail="Nobody reads JustCall's page for you, so OneLogin must get this value from the spec.",
                    next_action="Copy it from Settings → Security → Single Sign-On in JustCall.",
                )


def page_map(look: Look) -> Iterator[Diagnostic]:
    """A gateway has no page."""
    sp = look.spec.justcall
    if sp.page_map is not None and sp.driver == "http":
        yield look.warning(
            _PAGE_MAP,
            "`justcall.page_map` is not used by the http driver",
            detail="A page map describes JustCall's settings page, and a gateway has none.",
            next_action="Remove it, or write `page_map: null` if a base names it.",
        )
