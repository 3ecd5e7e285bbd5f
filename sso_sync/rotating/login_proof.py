"""A login proved with the new certificate: a test user's assertion, checked with what JustCall holds."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from sso_sync.apply.rotation import Prove
from sso_sync.errors import Diagnostic
from sso_sync.justcall.settings import SettingField
from sso_sync.onelogin.state import LiveIdp
from sso_sync.plan.signing import Turn
from sso_sync.rotating.preparing import Prepared
from sso_sync.saml import certificate, response, signature
from sso_sync.saml.certificate import CertificateError
from sso_sync.saml.response import ResponseError
from sso_sync.wiring import Wires

__all__ = ["proof"]

_SECOND_LOOKS = (1.0, 2.0)  # seconds; OneLogin may sign with the former key for a moment (fact sheet §12.15)


def proof(ready: Prepared, sleep: Callable[[float], None]) -> Prove | None:
    """What proves it; None where there is no test user whose assertion could be had.

    It answers None for a login that works, an error for a signature that does not hold, and a warning where that could
    not be found out. Raises the problems of the assertion API and of JustCall's driver.
    """
    wires, idp = ready.survey.wires, ready.planned.draft.sides.idp
    if wires.assertion is None or not isinstance(idp, LiveIdp) or idp.app is None:
        return None
    return partial(_proved, partial(wires.assertion, idp.app.id), wires, ready.turn, sleep)


def _proved(
    assertion: Callable[[], bytes], wires: Wires, turn: Turn, sleep: Callable[[float], None]
) -> Diagnostic | None:
    held = _held(wires, turn)
    if held is None:
        return _unmade("JustCall does not show the certificate that it holds")
    reason = ""
    for pause in (*_SECOND_LOOKS, None):
        xml = assertion()
        try:
            if response.read(xml).encrypted:
                return _unmade("the assertion is encrypted")
            checked = signature.check(xml, held)
        except (ResponseError, CertificateError) as problem:
            return _unmade(str(problem))
        if checked.holds:
            return None
        reason = checked.reason or "it does not say why"
        if pause is not None:
            sleep(pause)
    return Diagnostic(
        "error",
        f"A test user's assertion does not pass with the certificate that JustCall holds: {reason}",
        detail="Nobody could sign in like that.",
        address="justcall.sso.certificate",
    )


def _held(wires: Wires, turn: Turn) -> str | None:
    """JustCall's certificate, read now; a page that shows the fingerprint alone means the one that has it."""
    held = wires.sp.read().value(SettingField.CERTIFICATE)
    if not isinstance(held, str) or not certificate.is_fingerprint(held):
        return held if isinstance(held, str) else None
    pem = turn.target.pem
    return pem if pem is not None and certificate.same(pem, held) else None


def _unmade(why: str) -> Diagnostic:
    return Diagnostic("warning", f"A login could not be tried with a test user: {why}")
