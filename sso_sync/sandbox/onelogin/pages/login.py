"""Signing in and out."""

from __future__ import annotations

import secrets

from sso_sync.sandbox.onelogin.pages.addresses import own_address
from sso_sync.sandbox.onelogin.pages.people import active_user, login_name
from sso_sync.sandbox.onelogin.pages.visit import Visit, cookie
from sso_sync.sandbox.pages.sessions import EVERYBODYS_PASSWORD
from sso_sync.sandbox.pages.templates import redirect
from sso_sync.sandbox.wire import Answer

__all__ = ["FORM_COOKIE", "show_login", "show_logout", "sign_in", "sign_out"]

FORM_COOKIE = "onelogin_form"
"""Ties the sign-in form to the browser that opened it, as there is no session yet to hold a form token."""

_SIGNED_OUT = "signed_out"
_WRONG = "The e-mail or the password is wrong, or the account is not active."


def show_login(visit: Visit) -> Answer:
    """`GET /login?return=`: the form; who is signed in goes on at once."""
    wanted = own_address(visit.call.query.get("return", ""))
    if visit.visitor is not None:
        return redirect(wanted)
    return _form(visit, wanted)


def sign_in(visit: Visit) -> Answer:
    """`POST /login`: one message for everything that can be wrong, so that nobody learns who exists."""
    form = visit.call.form()
    wanted, name = own_address(form.get("return", "")), form.get("username", "")
    token = cookie(visit.call, FORM_COOKIE)
    if not token or not _equal(token, form.get("csrf", "")):
        return _form(visit, wanted, name=name, problem="The form was out of date. Please sign in again.", status=403)
    user = active_user(visit.account, name)
    right = _equal(form.get("password", ""), EVERYBODYS_PASSWORD)
    if user is None or not right:
        return _form(visit, wanted, name=name, problem=_WRONG, status=401)
    sessions = visit.desk.sessions
    sessions.end(visit.call)
    return redirect(wanted, cookie=sessions.set_cookie(sessions.begin(login_name(user))))


def show_logout(visit: Visit) -> Answer:
    """`GET /logout`: asks first, so that no link of another site signs anybody out."""
    return redirect("/login") if visit.visitor is None else visit.page("logout")


def sign_out(visit: Visit) -> Answer:
    """`POST /logout`"""
    visit.desk.sessions.end(visit.call)
    return redirect(f"/login?{_SIGNED_OUT}=yes")


def _form(visit: Visit, wanted: str, *, name: str = "", problem: str | None = None, status: int = 200) -> Answer:
    # A form that is open in another tab keeps its token.
    token = cookie(visit.call, FORM_COOKIE) or secrets.token_urlsafe(16)
    values = {"wanted": wanted, "name": name, "password_hint": EVERYBODYS_PASSWORD, "csrf": token}
    flash = "You are signed out." if _SIGNED_OUT in visit.call.query else None
    answer = visit.page("login", status=status, problem=problem, flash=flash, **values)
    if cookie(visit.call, FORM_COOKIE):
        return answer
    return answer.with_headers({"set-cookie": f"{FORM_COOKIE}={token}; Path=/login; HttpOnly; SameSite=Lax"})


def _equal(one: str, other: str) -> bool:
    return secrets.compare_digest(one.encode("utf-8", "replace"), other.encode("utf-8", "replace"))
