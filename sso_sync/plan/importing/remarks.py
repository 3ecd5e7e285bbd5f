"""What an imported spec says in its comments: where it comes from, what is left alone, and what nobody could see."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from sso_sync.errors import Diagnostic
from sso_sync.justcall.settings import SettingField, Settings, Unknown
from sso_sync.marked.words import dotted
from sso_sync.onelogin.models import App
from sso_sync.onelogin.ownership import mark
from sso_sync.onelogin.state import LiveIdp
from sso_sync.plan.importing.app import unnamed_keys
from sso_sync.plan.importing.document import Document
from sso_sync.plan.importing.parameters import connector_owned
from sso_sync.plan.importing.trial import Wish
from sso_sync.plan.link import Unread
from sso_sync.plan.planner import Sides
from sso_sync.safe import visible
from sso_sync.saml import certificate
from sso_sync.spec.connection import SpecPath

__all__ = ["SCHEMA_LINE", "Seen", "remarked"]

SCHEMA_LINE = "yaml-language-server: $schema=sso-sync.schema.json"
"""The first line of a spec, for editors; `sso-sync schema` writes the file that it names."""

_APP: SpecPath = ("onelogin", "app")
_SSO: SpecPath = ("justcall", "sso")


@dataclass(frozen=True)
class Seen:
    """What was there, and what could be made of it."""

    idp: LiveIdp
    app: App
    sides: Sides
    objections: tuple[Diagnostic, ...]
    left_out: tuple[Wish, ...]
    unnamed_roles: tuple[str, ...]
    variables: Mapping[str, SpecPath]
    name: str


def remarked(document: Document, seen: Seen) -> tuple[Document, tuple[str, ...]]:
    """The document with its comments, and those of them that name something unmanaged or unseen."""
    told: list[str] = []
    for path, line in _remarks(seen, pinned="service_provider" in document.tree["justcall"]):
        document = document.remarked(path, line)
        told.append(line)
    return Document(document.tree, tuple(_head(seen)), document.comments), tuple(told)


def _head(seen: Seen) -> Iterator[str]:
    yield SCHEMA_LINE
    yield ""
    yield f"Imported from OneLogin: app {visible(seen.app.name)} (id {seen.app.id})."
    yield "What is not written here is as the set-up guide says, or unmanaged: it stays as it is."
    if seen.idp.owner is None:
        yield ""
        yield f"The app has no ownership mark yet: plan shows one change, “{mark(seen.name)}” in its notes."
    if seen.variables:
        yield ""
        yield "Secrets are not written here. Set these variables before you plan:"
        yield from (f"  {name}  {visible(dotted(path))}" for name, path in seen.variables.items())
    if seen.objections:
        yield ""
        yield "Both sides are as described here, and plan objects to that:"
        yield from (f"  {visible(found.summary)}" for found in seen.objections)


def _remarks(seen: Seen, *, pinned: bool) -> Iterator[tuple[SpecPath, str]]:
    yield from _left_out(seen.left_out)
    yield from _app(seen)
    yield from _access(seen)
    yield from _justcall(seen, pinned=pinned)


def _left_out(wishes: Sequence[Wish]) -> Iterator[tuple[SpecPath, str]]:
    for wish in wishes:
        why = f" ({visible(wish.about)})" if wish.about else ""
        if wish.address is None:
            yield wish.path, f"{visible(str(wish.path[-1]))}: unmanaged, no spec can say it{why}"
        else:
            yield wish.path, f"Unmanaged: what is there cannot be said, or is not known{why}."


def _app(seen: Seen) -> Iterator[tuple[SpecPath, str]]:
    held = seen.app.sso.certificate
    if held.id is not None:
        name = f", {visible(held.name)}" if held.name else ""
        yield (*_APP, "certificate"), f"certificate: unmanaged; today it is {{id: {held.id}}}{name}{_until(held.value)}"
    keys = unnamed_keys(seen.app)
    if keys:
        yield (*_APP, "configuration", "raw", ""), f"Unmanaged keys of OneLogin: {visible(', '.join(keys))}"
    names = connector_owned(seen.app)
    if names:
        yield (*_APP, "parameters", ""), f"Unmanaged, of the connector: {visible(', '.join(names))}"


def _until(pem: str | None) -> str:
    try:
        return f", until {certificate.parse(pem).not_after:%Y-%m-%d}" if pem else ""
    except certificate.CertificateError:
        return ""


def _access(seen: Seen) -> Iterator[tuple[SpecPath, str]]:
    path: SpecPath = ("onelogin", "access")
    if not seen.app.role_ids:
        yield path, "access: unmanaged; no role opens the app"
    else:
        yield (*path, "roles"), "Who is in these roles is unmanaged; {name: …, members: […]} manages it."
    if seen.unnamed_roles:
        yield (*path, "roles"), f"Roles that no spec can name stay: {visible(', '.join(seen.unnamed_roles))}"
    grants = seen.idp.direct_grants
    if grants:
        yield (*path, "users"), f"users: unmanaged; {len(grants)} have the app without a role, by hand in the console"


def _justcall(seen: Seen, *, pinned: bool) -> Iterator[tuple[SpecPath, str]]:
    sp = seen.sides.sp
    if pinned:
        where: SpecPath = ("justcall", "service_provider")
        yield where, "Nobody has read these in JustCall: they are the app's values. Compare them with JustCall's page."
    if isinstance(sp, Unread):
        yield _SSO, f"sso: JustCall was not read, and nothing is known of it ({visible(sp.reason)})"
        return
    if seen.sides.by_hand and any(_is_unknown(sp, field) for field in _FED):
        yield _SSO, "sso: nobody has vouched for JustCall's values: plan says what has to be there, attest records it"
    if sp.value(SettingField.ENABLED) is not True:
        state = "nobody could see whether SSO is on" if _is_unknown(sp, SettingField.ENABLED) else "SSO is off"
        yield (*_SSO, "enabled"), f"enabled: unmanaged; {state}"


_FED = (SettingField.SSO_URL, SettingField.ISSUER, SettingField.CERTIFICATE)


def _is_unknown(sp: Settings, field: SettingField) -> bool:
    return isinstance(sp.knowledge(field), Unknown)
