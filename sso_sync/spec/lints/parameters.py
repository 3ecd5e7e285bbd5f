"""The attributes of the assertion."""

from __future__ import annotations

import re
from collections.abc import Iterator

from sso_sync.errors import Diagnostic
from sso_sync.spec.connection import SpecPath
from sso_sync.spec.lints.look import Look
from sso_sync.spec.model import GUIDE_PARAMETERS, Parameter, given

__all__ = ["nameid", "names", "sources"]

_PATH: SpecPath = ("onelogin", "app", "parameters")
_NAMEID = "nameid"
# What OneLogin calls the parameter behind the NameID (fact sheet onelogin-api §5.5).
_NAMEID_WIRE = "saml_username"
_MACRO_WIRE = "_macro_"
_MACRO = re.compile(r"\{[^{}]+\}")
# Fact sheet onelogin-api §5.5. No endpoint lists them, so an unknown word is worth a warning and no more.
_USER_FIELDS = frozenset(
    {
        "company",
        "department",
        "distinguished_name",
        "email",
        "external_id",
        "firstname",
        "lastname",
        "member_of",
        "none",
        "phone",
        "samaccountname",
        "title",
        "username",
        "userprincipalname",
    }
)
_CUSTOM = "custom_attribute_"


def names(look: Look) -> Iterator[Diagnostic]:
    """Names are case-sensitive at the service provider (fact sheet justcall §6.7)."""
    expected = {name.lower(): name for name in GUIDE_PARAMETERS}
    for name in look.spec.onelogin.app.parameters:
        if name == _NAMEID_WIRE:
            yield look.error(
                (*_PATH, name),
                f"The parameter `{_NAMEID_WIRE}` is called `{_NAMEID}` here",
                next_action=f"Write `{_NAMEID}: email`.",
            )
        right = expected.get(name.lower(), name)
        if right != name:
            yield look.warning(
                (*_PATH, name),
                f"`{name}` differs from the guide's `{right}` only in case",
                detail=f"Names are case-sensitive: this adds a second attribute beside `{right}`.",
                next_action=f"Write `{right}`.",
            )


def nameid(look: Look) -> Iterator[Diagnostic]:
    """The NameID belongs to the connector: it has a source, and nothing else can be said about it."""
    app, path = look.spec.onelogin.app, (*_PATH, _NAMEID)
    wanted = app.parameters.get(_NAMEID)
    if _NAMEID in app.parameters and wanted is None:
        yield look.warning(
            path,
            "Without a NameID nobody can sign in",
            next_action=f"Write `{_NAMEID}: email`, or `{_NAMEID}: !unmanaged` to leave it alone.",
        )
    if isinstance(wanted, Parameter):
        for key in ("include_in_assertion", "label"):
            if given(wanted, key):
                yield look.error(
                    (*path, key),
                    f"`{key}` cannot be set for the NameID",
                    detail="The NameID belongs to the connector and is always part of the assertion.",
                    next_action=f"Remove `{key}`.",
                )


def sources(look: Look) -> Iterator[Diagnostic]:
    """A value comes from one user field or from one macro."""
    for name, wanted in look.spec.onelogin.app.parameters.items():
        path = (*_PATH, name)
        if isinstance(wanted, str):
            yield from _field(look, path, wanted)
        elif isinstance(wanted, Parameter):
            yield from _long_form(look, path, wanted)


def _long_form(look: Look, path: SpecPath, wanted: Parameter) -> Iterator[Diagnostic]:
    if wanted.value is not None and wanted.macro is not None:
        yield look.error(
            (*path, "macro"),
            "A parameter takes its value from `value` or from `macro`, not from both",
            next_action="Remove one; `value: null` undoes the one of a base.",
        )
    elif wanted.value is not None:
        yield from _field(look, (*path, "value"), wanted.value)
    elif wanted.macro is not None and not _MACRO.search(wanted.macro):
        yield look.error(
            (*path, "macro"),
            f"{look.shown((*path, 'macro'), wanted.macro)} contains no user field in braces",
            next_action="Write a macro such as '{firstname}.{lastname}', or use `value` for a single field.",
        )


def _field(look: Look, path: SpecPath, field: str) -> Iterator[Diagnostic]:
    if field == _MACRO_WIRE or _MACRO.search(field):
        yield look.error(
            path,
            "A macro is written as `macro`",
            next_action="Write `{macro: '{firstname} {lastname}'}`.",
        )
    elif field not in _USER_FIELDS and not field.startswith(_CUSTOM):
        yield look.warning(
            path,
            f"{look.shown(path, field)} is not a user field of OneLogin that is known here",
            detail=f"Known are {', '.join(sorted(_USER_FIELDS))} and {_CUSTOM}<shortname>.",
            next_action="Check the spelling; OneLogin accepts unknown words and sends nothing.",
        )
