"""The tab SSO: what the service provider needs to know, and which certificate and algorithm sign."""

from __future__ import annotations

from pydantic import JsonValue

from sso_sync.saml import certificate
from sso_sync.sandbox.onelogin.app_view import certificate_of, issuer, slo_url, sso_url
from sso_sync.sandbox.onelogin.pages.admin_frame import app_of, changed, problem_of, put, tab
from sso_sync.sandbox.onelogin.pages.visit import Visit
from sso_sync.sandbox.onelogin.records import App
from sso_sync.sandbox.wire import Answer, Refusal

__all__ = ["save", "show"]


def show(visit: Visit) -> Answer:
    """`GET /admin/apps/{app_id}/sso`"""
    return _tab(visit, app_of(visit))


def save(visit: Visit) -> Answer:
    """`POST /admin/apps/{app_id}/sso`"""
    app, form = app_of(visit), visit.call.form()
    now = {"certificate_id": str(certificate_of(visit.account, app).id), "signature_algorithm": _algorithm(app)}
    sent: dict[str, JsonValue] = {key: form[key] for key in now if key in form and form[key] != now[key]}
    if sent:
        try:
            put(visit, changed(visit, app, {"configuration": sent}))
        except Refusal as refusal:
            raise Refusal(_tab(visit, app, problem_of(refusal))) from None
    return visit.done(visit.call.path, "saved")


def _algorithm(app: App) -> str:
    return str(app.configuration.get("signature_algorithm") or "")


def _algorithms(visit: Visit, app: App) -> list[str]:
    longer = "SHA-348" if visit.account.variants.sha384_spelling == "SHA-348" else "SHA-384"
    words = ["SHA-1", "SHA-256", longer, "SHA-512"]
    now = _algorithm(app)
    return words if now in words else [now, *words]


def _tab(visit: Visit, app: App, problem: str | None = None) -> Answer:
    account = visit.account
    chosen = certificate_of(account, app)
    return tab(
        visit,
        app,
        "sso",
        problem=problem,
        certificates=list(account.certificates),
        chosen=chosen,
        details=certificate.parse(chosen.pem),
        algorithms=_algorithms(visit, app),
        algorithm=_algorithm(app),
        issuer=issuer(account, app),
        sso_url=sso_url(account, app),
        slo_url=slo_url(account, app),
    )
