"""What a report says of logins and of the certificates that they are signed with."""

from __future__ import annotations

import pytest

from sso_sync.plan.model import CertificateFact, Expiry, Plan, Side
from sso_sync.report.formats import FORMATS
from sso_sync.report.interface import Style
from tests.report.plans import example, impact, plan, signed_with

OURS, THEIRS = Side.ONELOGIN, Side.JUSTCALL
FIRST, SECOND = "9F:3A:11:C0:5E:77", "AA:BB:CC:DD:EE:FF"
HURT = impact("new logins of 2 people (ann@acme.example, bob@acme.example) fail")


def text(made: Plan, *, colour: bool = False) -> list[str]:
    return FORMATS["text"].plans([made], Style(colour=colour), several=False).splitlines()


def markdown(made: Plan) -> str:
    return FORMATS["markdown"].plans([made], Style(), several=False)


def test_impacts_stand_in_a_block_before_the_count() -> None:
    shown = text(plan(example().changes, impacts=[HURT, impact("the app is deleted", "for good")]))
    assert shown[-6:-1] == [
        "",
        f"Impact: {HURT.summary}, about 0.4 s last time (rehearsal, 2026-03-01).",
        "Impact: the app is deleted, for good.",
        "",
        "Plan: 7 to create, 3 to change, 0 to delete.",
    ]


def test_markdown_lists_impacts_and_certificates() -> None:
    shown = markdown(plan(example().changes, impacts=[HURT], certificates=[signed_with(OURS, FIRST, 1460)]))
    assert "- **impact** new logins of 2 people" in shown
    assert "ann@acme" not in shown, "a name is not a mention"
    assert "- <code>OneLogin signs with certificate 9F:3A:11:C0… until 2030-02-28, 1460 days</code>" in shown
    assert shown.index("**impact**") < shown.index("<details>")


@pytest.mark.parametrize(
    ("certificates", "lines"),
    [
        ([], []),
        (
            [signed_with(OURS, FIRST, 1460)],
            ["OneLogin signs with certificate 9F:3A:11:C0… until 2030-02-28, 1460 days"],
        ),
        (
            [signed_with(OURS, FIRST, 1), signed_with(THEIRS, FIRST, 1)],
            ["certificate 9F:3A:11:C0… until 2026-03-02, 1 day, on both sides"],
        ),
        (
            [signed_with(OURS, FIRST, 0), CertificateFact(THEIRS, FIRST)],
            ["certificate 9F:3A:11:C0… until 2026-03-01, 0 days, on both sides"],
        ),
        (
            [signed_with(OURS, FIRST, 1460), signed_with(THEIRS, SECOND, -30)],
            [
                "OneLogin signs with certificate 9F:3A:11:C0… until 2030-02-28, 1460 days",
                "JustCall holds certificate AA:BB:CC:DD… expired on 2026-01-30",
            ],
        ),
        ([CertificateFact(THEIRS, "(sensitive)")], ["JustCall holds certificate (sensitive)"]),
    ],
)
def test_each_certificate_has_a_line_below_the_name(certificates: list[CertificateFact], lines: list[str]) -> None:
    shown = text(plan(certificates=certificates))
    assert shown[1 : len(lines) + 2] == [*lines, ""]


@pytest.mark.parametrize(
    ("expiry", "code"), [(Expiry.GOOD, "2"), (Expiry.WARN, "33"), (Expiry.FAIL, "1;31"), (Expiry.EXPIRED, "1;31")]
)
def test_the_nearer_the_end_the_louder(expiry: Expiry, code: str) -> None:
    shown = text(plan(certificates=[signed_with(OURS, FIRST, 5, expiry)]), colour=True)
    assert shown[1].startswith(f"\x1b[{code}mOneLogin signs with")
