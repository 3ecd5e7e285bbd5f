"""The app's Configuration tab: the guide's values, what the spec names beyond them, and nothing else."""

from __future__ import annotations

from sso_sync.onelogin.vocabulary import CONFIGURATION, decode, wire_text
from sso_sync.plan.cells import ABSENT, Cell, Known, Undetermined
from sso_sync.plan.items.common import APP_PATH, Area, Found, fed
from sso_sync.plan.meaning import Meaning
from sso_sync.plan.targets import ConfigurationField, RawField, SigningCertificate
from sso_sync.saml import validator
from sso_sync.spec.connection import SpecPath
from sso_sync.spec.model import UNMANAGED, Configuration, given
from sso_sync.values import Json

__all__ = ["certificate_changes", "configuration", "issuer_changes"]

_PATH: SpecPath = (*APP_PATH, "configuration")
_RECIPES = {"anchored": validator.anchored, "guide": validator.guide}
# Fact sheet §5.4: Specific or Generic issuer; its effect on sso.issuer is unsure (§14l).
_ISSUER_TYPE = "saml_issuer_type"


def configuration(area: Area) -> Found:
    """Every managed configuration key, friendly ones first, then `raw`, then the signing certificate."""
    wanted = area.connection.spec.onelogin.app.configuration
    found = Found()
    for key in CONFIGURATION:
        if getattr(wanted, key) is not UNMANAGED:
            found += _friendly(area, wanted, key)
    for key, value in wanted.raw.items():
        live = _live(area, key)
        item = area.item(
            f"onelogin.app.configuration.raw.{key}",
            RawField(key),
            Known(wire_text(value)),
            ABSENT if live is None else Known(wire_text(live.value)),
            (*_PATH, "raw", key),
            meaning=Meaning.BLANK_IS_ONE,
        )
        found += Found((item,))
    return found + _certificate(area)


def _live(area: Area, wire: str) -> Known | None:
    """The key's value on the wire, or None while there is no app."""
    return None if area.idp.app is None else Known(area.idp.app.configuration.get(wire))


def _friendly(area: Area, wanted: Configuration, key: str) -> Found:
    wish = _wish(area, wanted, key)
    if wish is None:
        return Found()
    desired, path, reason = wish
    known = CONFIGURATION[key]
    live = _live(area, known.wire)
    item = area.item(
        f"onelogin.app.configuration.{key}",
        ConfigurationField(key),
        desired,
        ABSENT if live is None else Known(decode(key, live.value)),
        path,
        meaning=Meaning.VALIDATOR if key == "acs_url_validator" else Meaning.BLANK_IS_ONE,
        reason=reason,
    )
    return Found((item,))


def _wish(area: Area, wanted: Configuration, key: str) -> tuple[Cell, SpecPath, str | None] | None:
    """What the spec wants for a key, the place that says so and why; None when it does not manage the key."""
    path, value = (*_PATH, key), getattr(wanted, key)
    if key == "acs_url_validator":
        return _validator(area, value, path)
    if given(wanted, key):
        return Known(value), path, None
    if key == "audience":
        return *fed(area.link.entity_id, path), "from JustCall's Entity ID"
    if key in ("acs_url", "recipient"):
        return *fed(area.link.acs_url, path), "from JustCall's ACS URL"
    return (Known(value), path, "the guide's value") if key == "nameid_format" else None


def _validator(area: Area, value: Json, path: SpecPath) -> tuple[Cell, SpecPath, str | None]:
    """The validator belongs to the ACS URL that the app will have, wherever that comes from."""
    if not isinstance(value, str) or value not in _RECIPES:
        return Known(value), path, None
    wanted = area.connection.spec.onelogin.app.configuration
    cell: Cell
    if given(wanted, "acs_url"):
        cell, path = Known(wanted.acs_url if isinstance(wanted.acs_url, str) else None), (*_PATH, "acs_url")
    elif wanted.acs_url is UNMANAGED:
        live = _live(area, CONFIGURATION["acs_url"].wire)
        cell = Undetermined("the app's ACS URL is unmanaged and not set") if live is None else live
    else:
        cell, path = fed(area.link.acs_url, path)
    if not isinstance(cell, Known):
        return cell, path, None
    if not cell.value:
        return Undetermined("there is no ACS URL to validate"), path, None
    return (
        Known(_RECIPES[value](str(cell.value))),
        path,
        "the ACS URL and nothing else" if value == "anchored" else None,
    )


def _wanted_certificate(area: Area) -> tuple[int | None, str | None] | None:
    """Id and name of the certificate that the spec names, the id None when the name is not known; None if unmanaged."""
    reference = area.connection.spec.onelogin.app.certificate
    if reference is None or reference is UNMANAGED:
        return None
    identity = getattr(reference, "id", None)
    return (identity if identity is not None else area.idp.certificate_id), getattr(reference, "name", None)


def _live_certificate(area: Area) -> int | None:
    return area.idp.app.sso.certificate.id if area.idp.app else None


def _certificate(area: Area) -> Found:
    wanted = _wanted_certificate(area)
    if wanted is None:
        return Found()
    identity, name = wanted
    address, path = "onelogin.app.certificate", (*APP_PATH, "certificate")
    spoken = area.spoken(name, (*path, "name")) if name is not None else None
    unread = area.unread(address)
    if identity is None and unread is None:
        missing = area.connection.diagnostic(
            "error",
            path,
            f"No SAML app of the account uses a certificate named {spoken}",
            detail="OneLogin has no API that lists certificates; their names are only visible on apps that use them.",
            address=address,
            next_action="Give onelogin.app.certificate.id: the number in the address bar of Security → Certificates.",
        )
        return Found(findings=(missing,))
    item = area.item(
        address,
        SigningCertificate(),
        Known(identity) if unread is None else Undetermined(unread),
        area.live(_live_certificate(area)),
        path,
        reason=f"the certificate {spoken}" if spoken else None,
        sensitive=area.holds_secret(path),
    )
    return Found((item,))


def certificate_changes(area: Area) -> bool:
    """Whether this plan changes the certificate that OneLogin signs with."""
    wanted = _wanted_certificate(area)
    return bool(area.idp.app and wanted and wanted[0] is not None and wanted[0] != _live_certificate(area))


def issuer_changes(area: Area) -> bool:
    """Whether this plan changes the issuer type, after which OneLogin may answer another issuer."""
    raw = area.connection.spec.onelogin.app.configuration.raw
    live = _live(area, _ISSUER_TYPE)
    return live is not None and _ISSUER_TYPE in raw and wire_text(raw[_ISSUER_TYPE]) != wire_text(live.value)
