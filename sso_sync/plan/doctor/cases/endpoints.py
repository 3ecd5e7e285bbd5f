"""What JustCall knows of OneLogin: the SSO URL that it sends people to, and the issuer that it expects answers from."""

from __future__ import annotations

from collections.abc import Iterator

from sso_sync.justcall.settings import SettingField
from sso_sync.plan.doctor.cases.interface import Case
from sso_sync.plan.doctor.consoles import setting_of
from sso_sync.plan.doctor.evidence import Evidence
from sso_sync.plan.doctor.model import REMOVED, ByHand, Certainty, Edit, Finding, Harm, Repair, Settle
from sso_sync.plan.model import Side
from sso_sync.saml.endpoints import looks_like_issuer, looks_like_sso_url, swapped
from sso_sync.spec.model import UNMANAGED, given

__all__ = ["CASES"]

_SSO_URL, _ISSUER = "justcall.sso.sso_url", "justcall.sso.issuer"


def _repairs(*fields: SettingField) -> tuple[Repair, ...]:
    origin = {SettingField.SSO_URL: "SAML 2.0 Endpoint (HTTP)", SettingField.ISSUER: "Issuer URL"}
    return (
        Settle(tuple(f"justcall.sso.{field.value}" for field in fields)),
        *(
            Edit(("justcall", "sso", field.value), REMOVED, f"so that it follows OneLogin's {origin[field]}")
            for field in fields
        ),
        ByHand(
            " and ".join(setting_of(field) for field in fields),
            f"Copy there from OneLogin's SSO tab: {', '.join(origin[field] for field in fields)}.",
        ),
    )


def _swapped(evidence: Evidence) -> Iterator[Finding]:
    url, issuer = evidence.setting(SettingField.SSO_URL), evidence.setting(SettingField.ISSUER)
    if not swapped(url, issuer):
        return
    lines = (f"JustCall's SSO URL: {url or 'blank'}", f"JustCall's issuer:  {issuer or 'blank'}")
    what = "has OneLogin's issuer and SSO URL in each other's field"
    if not (looks_like_issuer(url) and looks_like_sso_url(issuer)):
        what = "has OneLogin's issuer URL as its SSO URL" if looks_like_issuer(url) else "has an SSO URL as its issuer"
    yield Finding(f"JustCall {what}", lines, address=_SSO_URL if looks_like_issuer(url) else _ISSUER)


def _sso_url(evidence: Evidence) -> Iterator[Finding]:
    yield from _differs(evidence, SettingField.SSO_URL, "SSO URL", "SAML 2.0 endpoint", Certainty.CERTAIN)


def _issuer(evidence: Evidence) -> Iterator[Finding]:
    # node-saml looks at the issuer only on logout, so JustCall's field may do nothing (fact sheet justcall §4).
    yield from _differs(evidence, SettingField.ISSUER, "issuer", "issuer URL", Certainty.LIKELY)


def _differs(evidence: Evidence, key: SettingField, name: str, origin: str, sure: Certainty) -> Iterator[Finding]:
    theirs, ours = evidence.setting(key), _ours(evidence, key)
    if theirs is None or not ours or theirs == ours or _is_swapped(evidence) or _same_endpoint(theirs, ours):
        return
    if _overridden(evidence, key, theirs):
        if evidence.troubled:
            note = f"The spec says so itself, in justcall.sso.{key.value}."
            yield Finding(_not_ours(name, origin), (*_both(name, theirs, origin, ours), note), Certainty.POSSIBLE)
    elif not theirs:
        yield Finding(f"JustCall has no {name}", (f"OneLogin's {origin}: {ours}",), sure)
    else:
        yield Finding(_not_ours(name, origin), _both(name, theirs, origin, ours), sure)


def _not_ours(name: str, origin: str) -> str:
    return f"JustCall's {name} is not OneLogin's {origin}"


def _both(name: str, theirs: str, origin: str, ours: str) -> tuple[str, str]:
    return f"JustCall's {name}: {theirs!r}", f"OneLogin's {origin}: {ours!r}"


def _ours(evidence: Evidence, key: SettingField) -> str | None:
    if evidence.app is None:
        return None
    return evidence.app.sso.acs_url if key is SettingField.SSO_URL else evidence.app.sso.issuer


def _is_swapped(evidence: Evidence) -> bool:
    return swapped(evidence.setting(SettingField.SSO_URL), evidence.setting(SettingField.ISSUER))


def _same_endpoint(one: str, other: str) -> bool:
    """Whether both are SSO URLs of one app, which has one for each binding (fact sheet onelogin-api §9)."""
    alike = looks_like_sso_url(one) and looks_like_sso_url(other)
    return alike and one.replace("/http-redirect/", "/http-post/") == other.replace("/http-redirect/", "/http-post/")


def _overridden(evidence: Evidence, key: SettingField, theirs: str) -> bool:
    """Whether the spec itself wants this value: a company's own domain, or a mistake."""
    if evidence.connection is None:
        return False
    sso = evidence.connection.spec.justcall.sso
    wish = getattr(sso, key.value)
    return given(sso, key.value) and wish is not UNMANAGED and bool(wish == theirs)


CASES = (
    Case(
        "swapped_issuer_and_sso_url",
        "JustCall has OneLogin's issuer and SSO URL in each other's field",
        Side.JUSTCALL,
        Harm.LOGINS_FAIL,
        _SSO_URL,
        _repairs(SettingField.SSO_URL, SettingField.ISSUER),
        _swapped,
        sides=frozenset({Side.JUSTCALL}),
    ),
    Case(
        "sso_url_mismatch",
        "JustCall sends people to another address than OneLogin's SAML 2.0 endpoint",
        Side.JUSTCALL,
        Harm.LOGINS_FAIL,
        _SSO_URL,
        _repairs(SettingField.SSO_URL),
        _sso_url,
    ),
    Case(
        "issuer_mismatch",
        "JustCall expects another issuer than OneLogin's",
        Side.JUSTCALL,
        Harm.LOGINS_FAIL,
        _ISSUER,
        _repairs(SettingField.ISSUER),
        _issuer,
    ),
)
