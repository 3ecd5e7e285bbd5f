"""Signing in with a password, and signing out."""

from __future__ import annotations

from dataclasses import replace

from sso_sync.sandbox.justcall.pages.visit import Visit, local_path
from sso_sync.sandbox.justcall.records import JustCallUser
from sso_sync.sandbox.pages.sessions import EVERYBODYS_PASSWORD
from sso_sync.sandbox.pages.templates import redirect
from sso_sync.sandbox.wire import Answer

__all__ = ["begin", "show", "sign_in", "sign_out"]


def show(visit: Visit) -> Answer:
    """`GET /login`; `?next=` says where to go afterwards."""
    return _form(visit, wanted=visit.call.query.get("next", ""))


def sign_in(visit: Visit) -> Answer:
    """`POST /login`

    While SSO is enabled only the owner's password counts: enabling it "forces Admins and Team Members to sign in using
    SSO only" (fact sheet §3).
    """
    form = visit.call.form()
    email, wanted = form.get("email", "").strip(), form.get("next", "")
    user = visit.account.user(email)
    if user is None or form.get("password") != EVERYBODYS_PASSWORD:
        return _form(visit, wanted=wanted, email=email, problem="Wrong email or password.")
    settings = visit.account.settings
    if settings.enabled and user.role != settings.owner_role:
        return _form(visit, wanted=wanted, email=email, problem="Your company requires you to sign in with SSO.")
    return begin(visit, user, wanted)


def sign_out(visit: Visit) -> Answer:
    """`/logout`"""
    visit.account.sessions.end(visit.call)
    return redirect("/login", cookie=f"{visit.account.sessions.cookie}=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax")


def begin(visit: Visit, user: JustCallUser, wanted: str) -> Answer:
    """Signs `user` in and sends the browser on to `wanted`, if that is a path of this site."""
    account = visit.account
    account.users.put(user.id, replace(user, last_login_timestamp=account.now()))
    session = account.sessions.begin(user.email)
    return redirect(local_path(wanted), cookie=account.sessions.set_cookie(session))


def _form(visit: Visit, *, wanted: str, email: str = "", problem: str | None = None) -> Answer:
    status = 200 if problem is None else 403
    return visit.page("login", status=status, wanted=wanted, email=email, problem=problem)
