"""A fleet in all its states, as `sso-sync report` meets it, and the page of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from sso_sync.apply.history import RunState, RunStep, Told
from sso_sync.apply.result import Outcome
from sso_sync.errors import Diagnostic, ExitCode
from sso_sync.plan.model import (
    Action,
    Admission,
    Change,
    Direction,
    Entrance,
    Expiry,
    Ignored,
    Plan,
    Refusal,
    Side,
    SideInfo,
)
from sso_sync.report.html.formatter import Entry, report_page
from sso_sync.report.html.history import Chronicle
from sso_sync.report.interface import Failure, Style
from sso_sync.store.drifts import Drift
from tests.report.plans import change, impact, plan, signed_with

__all__ = ["NOW", "chronicle", "drift", "fleet", "page", "run"]

NOW = datetime(2026, 11, 28, 9, 30, tzinfo=UTC)
PRINT = "9F:3A:11:C0:5E:77:20:B1:44:0D:9F:3A:11:C0:5E:77:20:B1:44:0D:9F:3A:11:C0:5E:77:20:B1:44:0D:12:34"


def drift(name: str, changes: Sequence[Change] = (), **facts: object) -> Plan:
    """What `drift` finds of a connection."""
    made = replace(plan(changes, name=name, path=f"specs/{name}.yaml"), command="drift", created_at=NOW)
    return replace(made, **facts)  # type: ignore[arg-type]


def towards(found: Change, direction: Direction) -> Change:
    return replace(found, direction=direction)


def run(name: str, days: float, state: RunState = RunState.DONE, steps: int = 3) -> Told:
    """A run so many days ago."""
    outcome = Outcome.APPLIED if state is RunState.DONE else Outcome.FAILED
    at = NOW - timedelta(days=days)
    made = tuple(RunStep(f"s{index}", "onelogin", "a step", begun=True, outcome=outcome) for index in range(steps))
    return Told(f"{at:%Y%m%dT%H%M%SZ}-0a1b2c3d", name, f"specs/{name}.yaml", at, state, made, at, 0, True, "ci-deploy")


def chronicle(name: str, looks: Sequence[tuple[int | None, int | None, int]], runs: Sequence[Told] = ()) -> Chronicle:
    """One look a day until today, the last of `looks` being today's."""
    first = len(looks) - 1
    seen = tuple(
        Drift(NOW - timedelta(days=first - index), *look, days_left=21 + first - index)
        for index, look in enumerate(looks)
    )
    return Chronicle(tuple(runs), seen, NOW)


def fleet(name: str = "justcall-latam") -> list[Entry]:
    """Drifted, in sync, unreachable, refused, unknown and failed. `name` is wherever somebody else could write it."""
    return [
        Entry(
            _in_sync(),
            chronicle("justcall-prod", [(0, 0, 0)] * 60, [run("justcall-prod", 40), run("justcall-prod", 12)]),
        ),
        Entry(
            _drifted(),
            chronicle(
                "justcall-eu",
                [(0, 0, 0)] * 20 + [(2, 0, 0)] * 3 + [(0, 0, 0)] * 12 + [(3, 1, 1), (None, 1, 0), (3, 2, 1)],
                [run("justcall-eu", 33), run("justcall-eu", 14, RunState.PARTIAL), run("justcall-eu", 13.5)],
            ),
        ),
        Entry(_unreachable(), chronicle("justcall-apac", [(0, 0, 0), (None, 0, 0), (None, 0, 0)])),
        Entry(_refused(name), None),
        Entry(_unknown(), Chronicle((), (), NOW)),
        Entry(
            Failure(
                (
                    Diagnostic(
                        "error",
                        f"unknown key {name!r}",
                        detail="Did you mean 'onelogin'?",
                        file=f"specs/{name}.yaml",
                        line=7,
                        column=1,
                        next_action="Correct the key.",
                    ),
                ),
                ExitCode.ERROR,
                f"specs/{name}.yaml",
            )
        ),
    ]


def page(name: str = "justcall-latam") -> str:
    """The whole report of it."""
    return report_page(fleet(name), Style(), at=NOW, since=NOW - timedelta(days=90))


def _sides(how: str = "http, observed 09:29 UTC", error: str | None = None) -> tuple[SideInfo, ...]:
    return SideInfo(Side.ONELOGIN, "acme.onelogin.com", "api", error), SideInfo(
        Side.JUSTCALL, "gateway.acme.example", how
    )


def _people(number: int) -> tuple[str, ...]:
    return tuple(f"person.{index:03}@acme.example" for index in range(number))


def _in_sync() -> Plan:
    people = _people(342)
    return drift(
        "justcall-prod",
        sides=_sides(),
        certificates=(signed_with(Side.ONELOGIN, PRINT, 1460), signed_with(Side.JUSTCALL, PRINT, 1460)),
        admission=Admission(
            (Entrance("JustCall - direct access", True, people[:3]), Entrance("JustCall Users", False, people[2:])),
            ("old.admin@acme.example",),
            343,
        ),
        ignored=(
            Ignored(
                "justcall.sso.default_role",
                "a migration",
                date(2026, 12, 31),
                "specs/justcall-prod.yaml:12:5",
                ("justcall.sso.default_role",),
            ),
        ),
    )


def _drifted() -> Plan:
    configuration = "onelogin.app.configuration"
    return drift(
        "justcall-eu",
        (
            towards(
                change(
                    f"{configuration}.audience",
                    Action.UPDATE,
                    "https://wrong.example/very/long/path/that/goes/on/and/on?and=on",
                    "JustCall",
                    "as the spec said after run 20261115T093000Z-0a1b2c3d, changed in OneLogin since",
                ),
                Direction.ONELOGIN,
            ),
            towards(
                change(
                    "onelogin.app.parameters.firstName",
                    Action.UPDATE,
                    {"value": "lastname", "include_in_assertion": False},
                    {"value": "firstname", "include_in_assertion": True},
                ),
                Direction.ONELOGIN,
            ),
            towards(
                change(
                    "onelogin.access.roles.Contractors",
                    Action.DELETE,
                    True,
                    None,
                    "not in the spec (access.mode: authoritative)",
                ),
                Direction.ONELOGIN,
            ),
            towards(
                change("onelogin.access.users.mallory@evil.example", Action.DELETE, True, None, "not in the spec"),
                Direction.ONELOGIN,
            ),
            towards(change("onelogin.access.users.ann@acme.example", Action.CREATE, None, True), Direction.SPEC),
            towards(
                change(
                    "justcall.sso.issuer",
                    Action.UPDATE,
                    "https://old.example/issuer",
                    "https://acme.onelogin.com/saml/metadata/4711",
                    "changed in JustCall since",
                ),
                Direction.JUSTCALL,
            ),
            towards(change("justcall.sso.api_token", Action.UPDATE, "a", "b", sensitive=True), Direction.EITHER),
            change("justcall.sso.certificate", Action.UNKNOWN, None, None, "JustCall's page does not show it"),
        ),
        sides=_sides("browser, observed 09:29 UTC"),
        certificates=(
            signed_with(Side.ONELOGIN, PRINT, 21, Expiry.WARN),
            signed_with(Side.JUSTCALL, PRINT[3:], 5, Expiry.FAIL),
        ),
        admission=Admission(
            (
                Entrance("JustCall Users", False, _people(12)),
                Entrance("Contractors", False, ("mallory@evil.example", "(sensitive)")),
            ),
            None,
            14,
        ),
        refusals=(
            Refusal(
                "max_removals",
                "12 of 20 people would lose access",
                "That is 60 %, and 25 % may.",
                "guards.max_removals",
                "Check the list, or pass it with --override max_removals.",
                "onelogin.access",
                {"people": 12, "percent": 60},
            ),
        ),
        findings=(
            Diagnostic(
                "warning",
                "1 person with access has no account in JustCall",
                detail="ann@acme.example.",
                address="onelogin.access",
                next_action="Add them in JustCall under Settings → Team, or take their access away.",
            ),
        ),
        impacts=(
            impact(
                "new logins of 20 people fail while both sides are switched one after the other (open sessions go on)",
                "about 0.4 s last time (rehearsal, 2026-11-01)",
                "ann@acme.example",
                "bob@acme.example",
            ),
        ),
    )


def _unreachable() -> Plan:
    unread = [change("onelogin.app", Action.UNKNOWN, None, None, "OneLogin could not be read")]
    return drift(
        "justcall-apac",
        unread,
        sides=_sides(error="acme.onelogin.com does not answer (503 Service Unavailable, after 4 attempts)"),
        certificates=(signed_with(Side.JUSTCALL, PRINT[6:], -3, Expiry.EXPIRED),),
    )


def _refused(name: str) -> Plan:
    made = drift(
        "justcall-latam",
        (
            towards(change("onelogin.app", Action.CREATE, None, {"name": name, "connector": 7}, name), Direction.SPEC),
            change(f"onelogin.app.rules.{name}", Action.UPDATE, {name: name}, {name: [name]}, name),
            change(f"onelogin.access.roles.{name}.members.{name}", Action.DELETE, True),
            change("justcall.sso.issuer", Action.UPDATE, name, f"{name}x", name),
        ),
        refusals=(Refusal(name, name, name, name, name, name, {name: 1}),),
        findings=(
            Diagnostic("warning", name, detail=name, file=name, line=1, column=2, address=name, next_action=name),
        ),
        impacts=(impact(name, name, name),),
        sides=(SideInfo(Side.ONELOGIN, name, name), SideInfo(Side.JUSTCALL, name, name, name)),
        certificates=(replace(signed_with(Side.ONELOGIN, name, 3, Expiry.FAIL), key=name, subject=name),),
        admission=Admission((Entrance(name, True, (name,)), Entrance(name, False, None)), (name,), None),
        ignored=(Ignored(name, name, date(2026, 12, 31), name, (name,)),),
    )
    return replace(made, spec=replace(made.spec, name=name, path=name))


def _unknown() -> Plan:
    return drift(
        "justcall-lab",
        (
            change(
                "justcall.sso.issuer",
                Action.UNKNOWN,
                None,
                "https://acme.example",
                "attested until 2026-11-01, and that is over",
            ),
        ),
        sides=_sides("attested, by Ann Lee until 2026-11-01"),
        admission=Admission(),
    )
