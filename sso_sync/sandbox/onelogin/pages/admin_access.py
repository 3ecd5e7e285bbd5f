"""The tab Access: roles and people that have the app, and who gets in through which."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from pydantic import JsonValue

from sso_sync.sandbox.access import effective_access
from sso_sync.sandbox.onelogin.pages.admin_frame import app_of, changed, problem_of, put, tab
from sso_sync.sandbox.onelogin.pages.people import login_name, shown_name
from sso_sync.sandbox.onelogin.pages.visit import Visit
from sso_sync.sandbox.onelogin.records import App, User
from sso_sync.sandbox.wire import Answer, Refusal, number_in

__all__ = ["save", "show"]


def show(visit: Visit) -> Answer:
    """`GET /admin/apps/{app_id}/access`"""
    return _tab(visit, app_of(visit))


def save(visit: Visit) -> Answer:
    """`POST /admin/apps/{app_id}/access`: the ticked roles and people are those who have the app then."""
    app = app_of(visit)
    people = _kept_order(app.direct_user_ids, _numbers(visit, "user"))
    unknown = [number for number in people if number not in visit.account.users]
    if unknown:
        raise Refusal(_tab(visit, app, f"There is no person with the number {unknown[0]}"))
    roles: list[JsonValue] = [*_kept_order(app.role_ids, _numbers(visit, "role"))]
    try:
        after = changed(visit, app, {"role_ids": roles})
    except Refusal as refusal:
        raise Refusal(_tab(visit, app, problem_of(refusal))) from None
    put(visit, replace(after, direct_user_ids=tuple(people)))
    return visit.done(visit.call.path, "saved")


def _numbers(visit: Visit, name: str) -> set[int]:
    """The ticked numbers; 0 stands for what is none, and nobody has it."""
    return {number_in(text) or 0 for text in visit.chosen(name)}


def _kept_order(before: Iterable[int], wanted: set[int]) -> list[int]:
    """`wanted`, those that were there before in their order, the others behind them."""
    kept = [number for number in before if number in wanted]
    return [*kept, *sorted(wanted - set(kept))]


def _tab(visit: Visit, app: App, problem: str | None = None) -> Answer:
    account = visit.account
    roles = [
        {"id": role.id, "name": role.name, "people": len(role.members), "has": role.id in app.role_ids}
        for role in sorted(account.roles, key=lambda role: role.name.lower())
    ]
    others = [user for user in account.users if user.id not in app.direct_user_ids]
    access = [
        {**_person(account.users[number]), "ways": ways} for number, ways in effective_access(account, app).items()
    ]
    return tab(
        visit,
        app,
        "access",
        problem=problem,
        roles=roles,
        direct=[_person(account.users[number]) for number in app.direct_user_ids],
        others=sorted((_person(user) for user in others), key=lambda person: str(person["name"]).lower()),
        access=access,
    )


def _person(user: User) -> dict[str, str | int | bool]:
    return {"id": user.id, "name": shown_name(user), "login": login_name(user), "active": user.status == 1}
