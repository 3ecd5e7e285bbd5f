"""A plan as a reviewer reads it."""

from __future__ import annotations

import re

import pytest
from hypothesis import example as try_also
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from sso_sync.errors import Diagnostic
from sso_sync.plan.model import Action, Plan, Refusal, Side, SideInfo
from sso_sync.report.interface import Style
from sso_sync.report.text import TextFormatter
from sso_sync.values import Json
from tests.report.plans import ACS_URL, JSON, change, example, plan

CONFIGURATION = "onelogin.app.configuration"


def text(made: Plan, style: Style | None = None) -> str:
    return TextFormatter().plans([made], style or Style(), several=False)


def lines_of(made: Plan, style: Style | None = None) -> list[str]:
    """The change lines, without the headings, the summary and the lines around them."""
    return [line for line in text(made, style).splitlines() if line.startswith("  ")]


def test_the_example_of_the_contract() -> None:
    assert (
        text(example())
        == """\
justcall-prod  specs/justcall.yaml

OneLogin  acme.onelogin.com
  + app                            JustCall, SAML Custom Connector (Advanced)
  +   configuration.audience       JustCall  from JustCall's Entity ID
  +   configuration.acs_url        https://bifrost.justcall.io/passport/saml/acs/0b9d2c7e4f1a
                                   from JustCall's ACS URL
  +   parameters.email             email, included in the assertion
  +   parameters.firstName         firstname, included in the assertion
  +   parameters.lastName          lastname, included in the assertion
  +   access.roles.JustCall Users  opens the app
JustCall  browser, observed 12:04
  ~ sso.sso_url                    https://old.example/sso -> known after apply
                                   from OneLogin's SAML endpoint
  ~ sso.certificate                9F:3A:11:C0… until 2027-01-02 -> known after apply
  ~ sso.enabled                    no -> yes  as the last step, after a successful test

Plan: 7 to create, 3 to change, 0 to delete. 3 people gain access, nobody loses it.
Next: sso-sync apply specs/justcall.yaml
"""
    )


def test_a_wide_terminal_holds_every_reason_beside_its_value() -> None:
    shown = lines_of(example(), Style(width=160))
    assert [line for line in shown if line.endswith("from OneLogin's SAML endpoint")] == [
        "  ~ sso.sso_url                    https://old.example/sso -> known after apply  from OneLogin's SAML endpoint"
    ]
    assert len(shown) == len(example().changes)


def test_a_plan_without_changes_says_so() -> None:
    assert (
        text(plan())
        == """\
justcall-prod  specs/justcall.yaml

No changes. OneLogin and JustCall are as the spec says.
"""
    )


def test_a_side_that_was_not_read_is_never_in_sync() -> None:
    sides = (
        SideInfo(Side.ONELOGIN, "acme.onelogin.com"),
        SideInfo(Side.JUSTCALL, "gateway.example", "http", "GET /sso/saml -> 503"),
    )
    assert (
        text(plan(sides=sides))
        == """\
justcall-prod  specs/justcall.yaml

OneLogin  acme.onelogin.com  no changes
JustCall  gateway.example  http  could not be read: GET /sso/saml -> 503

Plan: 0 to create, 0 to change, 0 to delete.
"""
    )


@pytest.mark.parametrize(
    ("before", "after", "shown"),
    [
        (None, "x", "(not set) -> x"),
        ("", "x", '"" -> x'),
        ("x", None, "x -> (not set)"),
        ("x", "", 'x -> ""'),
        ("x", " x", 'x -> " x"'),
        (False, True, "no -> yes"),
        ("yes", True, '"yes" -> yes'),
        ("1", 1, '"1" -> 1'),
        (1, True, "1 -> yes"),
        (3, 5, "3 -> 5"),
        ([], ["a"], "(none) -> a"),
        (["a", "b"], ["b", "a"], "a, b -> b, a"),
        (["a, b"], ["a", "b"], '["a, b"] -> ["a", "b"]'),
        ("(not set)", None, '"(not set)" -> (not set)'),
        ("two\nlines", "two\\nlines", r'"two\nlines" -> "two\\nlines"'),
        ("José", "Jose\u0301", r'"Jos\u00e9" -> "Jose\u0301"'),
        ("JustCall", "Just\u200bCall", r"JustCall -> Just\u200bCall"),
        ({"place": 1}, {"place": 2}, "place: 1 -> 2"),
    ],
)
def test_two_different_values_never_look_the_same(before: Json, after: Json, shown: str) -> None:
    made = plan((change(f"{CONFIGURATION}.audience", Action.UPDATE, before, after),))
    assert lines_of(made) == [f"  ~ configuration.audience  {shown}"]


def test_what_differs_inside_a_rule_is_shown_part_by_part() -> None:
    before: Json = {"match": "all", "enabled": True, "actions": [{"action": "set_role", "value": ["1"]}]}
    after: Json = {"match": "all", "enabled": False, "actions": [{"action": "set_role", "value": ["2"]}]}
    made = plan((change("onelogin.app.rules.Admins", Action.UPDATE, before, after),))
    assert lines_of(made, Style(width=120)) == [
        "  ~ rules.Admins  enabled: yes -> no",
        "                  actions: {action: set_role, value: [1]} -> {action: set_role, value: [2]}",
    ]


def test_attributes_of_an_existing_app_say_that_they_are_the_apps() -> None:
    made = plan(
        (
            change("onelogin.app.name", Action.UPDATE, "JustCall Test", "JustCall"),
            change("onelogin.app.visible", Action.UPDATE, False, True, "people click the tile"),
        )
    )
    assert lines_of(made) == [
        "  ~ app.name     JustCall Test -> JustCall",
        "  ~ app.visible  no -> yes  people click the tile",
    ]


def test_what_goes_shows_what_it_was() -> None:
    made = plan(
        (
            change("onelogin.app", Action.DELETE, {"name": "JustCall", "id": 12}, None, "state: absent"),
            change(
                "onelogin.app.parameters.team",
                Action.DELETE,
                {"macro": "{department}-x", "value": "_macro_", "skip_if_blank": True, "label": "Team"},
            ),
            change("onelogin.access.roles.Sales", Action.DELETE, True, None, "not in the spec"),
        )
    )
    assert lines_of(made) == [
        "  - app                 JustCall, id 12          state: absent",
        "  - parameters.team     macro {department}-x, skip_if_blank: yes, label: Team",
        "  - access.roles.Sales  no longer opens the app  not in the spec",
    ]


def test_what_a_person_does_and_what_nobody_knows() -> None:
    made = plan(
        (
            change("justcall.sso.sso_url", Action.MANUAL, None, "https://idp.example", "nobody has attested it yet"),
            change("justcall.sso.issuer", Action.MANUAL, "https://old.example", "https://idp.example"),
            change("justcall.sso.certificate", Action.MANUAL, None, None, known_after_apply=True),
            change("justcall.sso.default_role", Action.UNKNOWN, None, "Agent", "expired on 2026-01-01"),
            change("onelogin.access.roles.Sales", Action.UNKNOWN, None, True, "OneLogin was not read"),
        )
    )
    assert lines_of(made, Style(width=120)) == [
        "  ? access.roles.Sales  unknown  OneLogin was not read",
        "  ! sso.sso_url         https://idp.example       nobody has attested it yet",
        "  ! sso.issuer          https://old.example -> https://idp.example",
        "  ! sso.certificate     known after apply",
        "  ? sso.default_role    unknown, should be Agent  expired on 2026-01-01",
    ]
    assert "Plan: 0 to create, 0 to change, 0 to delete, 3 by hand, 2 unknown." in text(made)
    assert "Next: sso-sync apply specs/justcall.yaml" in text(made)


def test_a_plan_that_only_cannot_know_offers_no_apply() -> None:
    made = plan((change("justcall.sso.enabled", Action.UNKNOWN, None, True),))
    assert "Next:" not in text(made)


def test_sensitive_values_are_never_shown_not_even_when_the_plan_holds_them() -> None:
    made = plan(
        (
            change(f"{CONFIGURATION}.relay_state", Action.UPDATE, "hush", "shush", sensitive=True),
            change(f"{CONFIGURATION}.login_url", Action.UPDATE, None, "shush", sensitive=True),
            change(f"{CONFIGURATION}.logout_url", Action.CREATE, None, "shush", sensitive=True),
            change(f"{CONFIGURATION}.raw.x", Action.DELETE, "hush", None, sensitive=True),
            change("justcall.sso.issuer", Action.UNKNOWN, "hush", "shush", sensitive=True),
        )
    )
    assert "hush" not in text(made)
    assert lines_of(made) == [
        "  ~ configuration.relay_state  (sensitive), changed",
        "  ~ configuration.login_url    (not set) -> (sensitive)",
        "  + configuration.logout_url   (sensitive)",
        "  - configuration.raw.x        (sensitive)",
        "  ? sso.issuer                 unknown, should be (sensitive)",
    ]


def people(number: int, action: Action = Action.CREATE) -> Plan:
    return plan([change(f"onelogin.access.users.p{index:02}@acme.com", action) for index in range(number)])


def test_ten_people_are_listed() -> None:
    assert len(lines_of(people(10))) == 10


def test_many_people_are_folded_and_v_unfolds_them() -> None:
    assert lines_of(people(42)) == [
        "  + access.users  p00@acme.com",
        "  +               p01@acme.com",
        "  +               p02@acme.com",
        "  +               p03@acme.com",
        "  +               p04@acme.com",
        "  +               and 37 more  -v lists them all",
    ]
    assert len(lines_of(people(42), Style(verbose=True))) == 42
    assert "Plan: 42 to create" in text(people(42))


def test_people_are_gathered_by_list_and_by_what_happens_to_them() -> None:
    sales = "onelogin.access.roles.Sales.members"
    made = plan(
        (
            change(f"{sales}.ann@acme.com", Action.CREATE, None, True),
            change(f"{sales}.bob@acme.com", Action.DELETE, True, None, "not in the spec"),
            change(f"{sales}.cid@acme.com", Action.CREATE, None, True, "member of group Sales"),
            change("onelogin.access.users.eve@acme.com", Action.MANUAL, "granted in the console", None, "by hand"),
        )
    )
    assert lines_of(made) == [
        "  + access.roles.Sales.members  ann@acme.com",
        "  +                             cid@acme.com                          member of group Sales",
        "  - access.roles.Sales.members  bob@acme.com                          not in the spec",
        "  ! access.users                eve@acme.com, granted in the console  by hand",
    ]


def test_a_long_value_is_shortened_in_the_middle_and_whole_with_v() -> None:
    made = plan((change(f"{CONFIGURATION}.acs_url", Action.CREATE, None, ACS_URL + "/" + "0" * 60 + "/end"),))
    (line,) = lines_of(made)
    assert len(line) == 100
    assert line.startswith("  + configuration.acs_url  https://bifrost.justcall.io/")
    assert line.endswith("000/end")
    assert "…" in line
    assert "…" not in text(made, Style(verbose=True))


def test_two_long_values_that_differ_in_the_middle_show_where() -> None:
    before, after = f"https://{'a' * 80}/one/{'z' * 80}", f"https://{'a' * 80}/two/{'z' * 80}"
    made = plan((change(f"{CONFIGURATION}.audience", Action.UPDATE, before, after),))
    first, second = lines_of(made)
    assert "one" in first
    assert second.lstrip().startswith("-> ")
    assert "two" in second


@try_also({}, {"00\x1f\x1f\U0001bc7d": -1000000}, 60)
@given(JSON, JSON, st.integers(min_value=60, max_value=140))
def test_no_line_of_a_change_is_wider_than_asked(before: Json, after: Json, width: int) -> None:
    made = plan((change(f"{CONFIGURATION}.audience", Action.UPDATE, before, after),))
    assert all(cell_len(line) <= width for line in lines_of(made, Style(width=width)))


def test_right_to_left_values_cannot_swap_before_and_after() -> None:
    made = plan((change("onelogin.app.name", Action.UPDATE, "שרה", "דוד"),))
    assert lines_of(made) == ["  ~ app.name  שרה", "              -> דוד"]


def test_findings_are_told_like_a_compiler_does() -> None:
    warning = Diagnostic(
        "warning",
        "ann@acme.com is suspended",
        detail="status 2\nsince May",
        file="specs/justcall.yaml",
        line=9,
        column=5,
        next_action="Reactivate the user.",
    )
    nowhere = Diagnostic("info", "The existing app is adopted", address="onelogin.app")
    shown = text(plan((change("onelogin.app.name", Action.UPDATE, "a", "b"),), findings=(warning, nowhere)))
    assert (
        """
warning: specs/justcall.yaml:9:5: ann@acme.com is suspended
  status 2
  since May
  next: Reactivate the user.
info: onelogin.app: The existing app is adopted

Plan:"""
        in shown
    )


def test_an_error_among_the_findings_stops_the_next_step() -> None:
    made = plan(
        (change("onelogin.app.name", Action.UPDATE, "a", "b"),), findings=(Diagnostic("error", "There is no role"),)
    )
    assert "This plan has errors and cannot be applied." in text(made)
    assert "Next:" not in text(made)


def test_a_refusal_names_guard_numbers_setting_and_next_action() -> None:
    refusal = Refusal(
        "max_removals",
        "12 of 20 people would lose access",
        detail="25 % and 5 people are allowed",
        setting="guards.max_removals",
        next_action="Check the spec, or pass --override max_removals.",
        numbers={"people": 12, "with_access_today": 20},
    )
    shown = text(plan((change("onelogin.access.roles.Sales", Action.DELETE, True),), refusals=(refusal,)))
    assert (
        """
refused by max_removals: 12 of 20 people would lose access
  25 % and 5 people are allowed
  people: 12, with access today: 20
  setting: guards.max_removals
  next: Check the spec, or pass --override max_removals.

Plan: 0 to create, 0 to change, 1 to delete.
This plan is refused.
"""
        in shown
    )


def test_the_path_of_the_next_step_can_be_pasted_into_a_shell() -> None:
    made = plan((change("onelogin.app.name", Action.UPDATE, "a", "b"),), path="my specs/$(x).yaml")
    assert "Next: sso-sync apply 'my specs/$(x).yaml'" in text(made)


def test_colour_only_when_asked() -> None:
    assert "\x1b" not in text(example())
    coloured = text(example(), Style(colour=True))
    assert "\x1b[1;32m+\x1b[0m" in coloured
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == text(example())


def test_brackets_are_no_markup() -> None:
    made = plan((change("onelogin.app.name", Action.UPDATE, "[bold red]x[/]", "[link=https://evil]y[/link] :tada:"),))
    assert lines_of(made) == ["  ~ app.name  [bold red]x[/] -> [link=https://evil]y[/link] :tada:"]
