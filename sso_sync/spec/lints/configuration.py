"""The app's configuration: values that contradict each other, or that OneLogin takes and nobody wants."""

from __future__ import annotations

import re
from collections.abc import Iterator

from sso_sync.errors import Diagnostic
from sso_sync.marked.unknown_keys import nearest
from sso_sync.saml import validator
from sso_sync.spec.connection import SpecPath
from sso_sync.spec.lints.look import Look
from sso_sync.spec.model import Configuration, given
from sso_sync.spec.wire import wire_names

__all__ = ["blanks", "initiator", "links", "raw", "strength", "validators"]

_PATH: SpecPath = ("onelogin", "app", "configuration")
_RECIPES = ("anchored", "guide")
_LINKS = ("acs_url", "recipient", "login_url", "logout_url")


def _configuration(look: Look) -> Configuration:
    return look.spec.onelogin.app.configuration


def initiator(look: Look) -> Iterator[Diagnostic]:
    """A login that begins at the service provider begins at a URL."""
    wanted = _configuration(look)
    if wanted.initiator == "service_provider" and not wanted.login_url and look.spec.state == "present":
        yield look.error(
            (*_PATH, "initiator"),
            "`initiator: service_provider` needs `login_url`",
            detail="OneLogin sends people there when they click the tile.",
            next_action="Write the address of JustCall's login page, or leave the initiator to onelogin.",
        )


def links(look: Look) -> Iterator[Diagnostic]:
    """URLs are URLs; blank ones are the business of `blanks`."""
    for key in _LINKS:
        value, path = getattr(_configuration(look), key), (*_PATH, key)
        if isinstance(value, str) and value and not re.fullmatch(r"https?://[^\s/]\S*", value):
            yield look.error(
                path,
                f"`{key}` is not a URL: {look.shown(path, value)}",
                next_action="Write https://…, without spaces.",
            )


def blanks(look: Look) -> Iterator[Diagnostic]:
    """OneLogin fills some blank fields with their own placeholder (fact sheet justcall §6.4)."""
    wanted = _configuration(look)
    for key in ("audience", "acs_url", "recipient"):
        if given(wanted, key) and not getattr(wanted, key):
            yield look.warning(
                (*_PATH, key),
                f"A blank `{key}` breaks the login",
                detail=f"OneLogin then sends the literal text {{{key}}}, or has nowhere to send anything.",
                next_action=f"Leave `{key}` out to have JustCall's value, or write `{key}: !unmanaged`.",
            )
    pinned = look.spec.justcall.service_provider.entity_id
    if isinstance(wanted.audience, str) and wanted.audience and pinned is not None and wanted.audience != pinned:
        yield look.error(
            (*_PATH, "audience"),
            "`audience` differs from `justcall.service_provider.entity_id`",
            detail="JustCall answers “Invalid audience” unless they are equal.",
            next_action="Leave `audience` out: it then follows the Entity ID.",
        )


def strength(look: Look) -> Iterator[Diagnostic]:
    """Settings that are possible and unwise."""
    wanted = _configuration(look)
    if wanted.signature_algorithm == "SHA-1":
        yield look.warning(
            (*_PATH, "signature_algorithm"),
            "SHA-1 signatures can be forged",
            next_action="Write SHA-256, which JustCall and OneLogin both know.",
        )
    if wanted.not_on_or_after_minutes == 0:
        yield look.warning(
            (*_PATH, "not_on_or_after_minutes"),
            "Assertions that are valid for 0 minutes have expired on arrival",
            next_action="Write 3, OneLogin's default.",
        )


def raw(look: Look) -> Iterator[Diagnostic]:
    """`raw` is for keys that have no friendly name: two ways to one value would fight."""
    friendly = {wire: name for name, wire in wire_names().items()}
    for key in _configuration(look).raw:
        path = (*_PATH, "raw", key)
        name = friendly.get(key) or (key if key in Configuration.model_fields else None)
        if key == "certificate_id":
            yield look.error(
                path,
                "`certificate_id` has a place of its own",
                next_action="Write `onelogin.app.certificate: {id: …}`.",
            )
        elif name is not None:
            yield look.error(
                path,
                f"`raw.{key}` has a name of its own: `{name}`",
                next_action=f"Write `{name}` under `configuration`, in the words of the spec.",
            )


def validators(look: Look) -> Iterator[Diagnostic]:
    """A pattern of one's own has to accept JustCall's ACS URL, and should accept nothing else."""
    pattern, path = _configuration(look).acs_url_validator, (*_PATH, "acs_url_validator")
    if not isinstance(pattern, str) or pattern in _RECIPES:
        return
    if re.fullmatch(r"[A-Za-z_-]*", pattern):
        yield look.error(
            path,
            f"{look.shown(path, pattern)} is neither a recipe nor a pattern for a URL",
            next_action=nearest(pattern, _RECIPES) or "Write anchored, guide, or a regular expression.",
        )
        return
    problem = validator.problem(pattern)
    if problem is not None:
        yield look.error(
            path,
            "The ACS URL validator is not a regular expression that can be checked",
            detail=None if look.connection.is_sensitive(path) else f"It {problem}.",
            next_action="Write `anchored` to have the right one made from the ACS URL.",
        )
        return
    yield from _against_url(look, pattern, path)


def _against_url(look: Look, pattern: str, path: SpecPath) -> Iterator[Diagnostic]:
    wanted = _configuration(look)
    is_written = "acs_url" in wanted.model_fields_set
    url = wanted.acs_url if is_written else look.spec.justcall.service_provider.acs_url
    if not isinstance(url, str) or not url or validator.accepts_only(pattern, url):
        return
    if not validator.accepts(pattern, url):
        yield look.error(
            path,
            "The ACS URL validator does not accept the ACS URL",
            detail="OneLogin would refuse every login.",
            next_action="Write `anchored` to have the right one made from the ACS URL.",
        )
        return
    yield look.warning(
        path,
        "The ACS URL validator accepts more than the ACS URL",
        detail="Assertions can be sent to every address that it accepts.",
        next_action="Write `anchored`, or `^…$` around the escaped URL.",
    )
