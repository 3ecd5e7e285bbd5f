"""A comment that GitHub would refuse is no report: what matters stays, the rest is said to be left out."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sso_sync.apply.result import Outcome
from sso_sync.errors import Diagnostic, ExitCode
from sso_sync.plan.model import Action
from sso_sync.report.budget import BUDGET, fitted
from sso_sync.report.formats import FORMATS
from sso_sync.report.interface import Applied, Failure, Style
from tests.report.plans import applied, change, plan, step

LIMIT = 65_536
MARKDOWN = FORMATS["markdown"]
MANY = tuple(change(f"onelogin.app.rules.Regel für Größe {n}", Action.CREATE, None, "x" * 200) for n in range(2000))


def size(blocks: list[str]) -> int:
    return len("\n\n".join(blocks).encode())


def test_a_short_report_is_left_alone() -> None:
    blocks = ["# a", "<details><summary>b</summary>\n\nc\n\n</details>"]
    assert fitted(blocks) == blocks


def test_a_long_plan_keeps_its_summary_and_says_what_was_left_out() -> None:
    made = plan(MANY, findings=(Diagnostic("warning", "worth a look"),))
    shown = MARKDOWN.plans([made], Style(), several=False)
    assert len(shown.encode()) <= BUDGET < LIMIT
    assert "Plan: 2000 to create, 0 to change, 0 to delete." in shown
    assert "worth a look" in shown
    assert "2000 changes (left out: too long for a comment)" in shown
    assert "<details>" not in shown
    assert "Next: <code>sso-sync apply specs/justcall.yaml</code>" in shown


def test_an_apply_keeps_what_failed() -> None:
    steps = tuple(step(str(n), f"Step {n} {'x' * 100}") for n in range(1000))
    outcomes = [(Outcome.FAILED if n == 999 else Outcome.APPLIED, None) for n in range(1000)]
    result = applied(plan(MANY, steps=steps), outcomes, exit_code=ExitCode.PARTIAL)
    shown = MARKDOWN.applies([Applied(result)], Style(), several=False)
    assert len(shown.encode()) <= BUDGET
    assert "- **failed** Step 999" in shown


def test_a_long_list_is_cut_between_two_items() -> None:
    shown = MARKDOWN.failure(Failure(tuple(Diagnostic("error", f"wrong {n}") for n in range(9000)), 1), Style())
    assert len(shown.encode()) <= BUDGET
    *items, last = shown.strip().split("\n\n")
    assert last.startswith("**The rest was left out")
    assert items[-1].splitlines()[-1].startswith("- **error** wrong ")


def test_the_first_line_is_a_marker_that_stays_the_same() -> None:
    first = "<!-- sso-sync:plan:justcall-prod -->"
    for made in (plan(), plan(MANY)):
        assert MARKDOWN.plans([made], Style(), several=False).splitlines()[0] == first
    failure = Failure((Diagnostic("error", "no"),), ExitCode.ERROR, "a.yaml", "apply")
    assert MARKDOWN.plans([plan(), failure], Style(), several=True).startswith("<!-- sso-sync:plan:fleet -->\n")
    assert MARKDOWN.failure(failure, Style()).startswith("<!-- sso-sync:apply:error -->\n")


def test_no_name_ends_the_marker() -> None:
    shown = MARKDOWN.plans([plan(name="a--><script>")], Style(), several=False)
    assert shown.splitlines()[0] == "<!-- sso-sync:plan:a----script- -->"


@pytest.mark.parametrize("start", ["", "<details><summary>s</summary>\n\n", "<pre>\n"])
@given(st.lists(st.text(alphabet="aé\n", max_size=400), max_size=30), st.integers(300, 2000))
def test_it_always_fits_and_never_leaves_an_element_open(start: str, texts: list[str], budget: int) -> None:
    ends = {"": "", "<pre>\n": "\n</pre>"}
    kept = fitted([f"{start}{text}{ends.get(start, '</details>')}" for text in texts], budget)
    assert size(kept) <= budget
    whole = "".join(kept)
    for name in ("details", "pre"):
        assert whole.count(f"<{name}>") == whole.count(f"</{name}>")
