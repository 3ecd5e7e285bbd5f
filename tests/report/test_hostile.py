"""Names that somebody else wrote: in no format do they act on a terminal, a page, or the structure of the report."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable
from html.parser import HTMLParser

from hypothesis import example, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from sso_sync.apply.result import Outcome
from sso_sync.errors import Diagnostic, ExitCode
from sso_sync.plan.model import Action, Plan, Refusal, Side, SideInfo
from sso_sync.report.formats import FORMATS
from sso_sync.report.interface import Applied, Failure, Style, Unapplied
from sso_sync.safe import visible
from tests.report.plans import applied, change, impact, plan, signed_with, step

ATTACKS = [
    "\x1b[2J\x1b]0;title\x07",
    "a\nerror: forged\n\nPlan: 0 to create",
    "a | b | c",
    "`code` ``` ~~~",
    "`",
    "@everyone @acme/admins",
    "<script>alert(1)</script>",
    "</code></details><img src=x onerror=alert(1)>",
    "\u202etxt.exe",
    "[click](https://evil.example)",
    "![x](https://evil.example/pixel.png)",
    "https://evil.example www.evil.example mailto:a@evil.example",
    "<https://evil.example>",
    "# heading",
    "1. item",
    "- item",
    "---",
    "> quote",
    "**bold** __bold__ *em* _em_ ~~gone~~",
    "&lt;b&gt; &#64;everyone &amp;",
    "#123 GH-1 acme/repo#1",
    "$x$ :tada: [ ] [x] [^1]",
    "\\| \\` \\",
    "  two  spaces  ",
    "[bold red]markup[/bold red]",
    "\ud800",
    "'; rm -rf / #",
]
FUZZ = st.one_of(
    st.text(min_size=1, max_size=40),
    st.text(alphabet="`*_~[]()<>|\\@#!&$:/.-+=\n\t w1a", min_size=1, max_size=40),
)


def hostile(check: Callable[[str], None]) -> Callable[[str], None]:
    """Runs a check with every known attack and with some that nobody thought of."""
    for attack in ATTACKS:
        check = example(attack)(check)
    return settings(max_examples=15)(given(FUZZ)(check))


STARTS = ("Plan:", "Impact:", "Next:", "error:", "refused by")
ALLOWED = {"h2", "p", "strong", "code", "details", "summary", "table", "thead", "tbody", "tr", "th", "td"} | {
    "ul",
    "li",
    "br",
    "blockquote",
    "pre",
}


def everywhere(name: str) -> Plan:
    """A plan that has `name` in every place where a live side or a spec can put one."""
    return plan(
        (
            change("onelogin.app", Action.CREATE, None, {"name": name, "connector": 7}, name),
            change("onelogin.app.configuration.audience", Action.UPDATE, name, name + "x", name),
            change(f"onelogin.app.configuration.raw.{name}", Action.DELETE, name),
            change(f"onelogin.app.rules.{name}", Action.UPDATE, {name: name, "same": 1}, {name: [name], "same": 1}),
            change(f"onelogin.access.roles.{name}", Action.CREATE, None, True),
            change(f"onelogin.access.roles.{name}.members.{name}", Action.DELETE, True),
            change(f"onelogin.access.users.{name}", Action.MANUAL, name, None, name),
            change("justcall.sso.issuer", Action.UNKNOWN, None, name, name),
        ),
        steps=(step("s", name), step("t", name)),
        findings=(
            Diagnostic("warning", name, detail=name, file=name, line=1, column=2, address=name, next_action=name),
            Diagnostic("info", name, address="onelogin.access"),
        ),
        refusals=(Refusal(name, name, name, name, name, name, {name: 1}),),
        sides=(SideInfo(Side.ONELOGIN, name, name), SideInfo(Side.JUSTCALL, name, name, name)),
        impacts=(impact(name, name, name),),
        certificates=(signed_with(Side.ONELOGIN, name, 3), signed_with(Side.JUSTCALL, name + "x", 3)),
        name=name,
        path=name,
    )


def documents(form: str, name: str) -> list[str]:
    """Every document of a format, with `name` all over it."""
    made, why = everywhere(name), Diagnostic("error", name, detail=name, next_action=name)
    run = applied(
        made, [(Outcome.FAILED, why), (Outcome.SKIPPED, why)], after=made, exit_code=ExitCode.ERROR, findings=(why,)
    )
    failure = Failure((why, why), ExitCode.ERROR, name)
    formatter = FORMATS[form]
    return [
        formatter.plans([made, failure], Style(), several=True),
        formatter.applies([Applied(run, (name,)), Unapplied(made, ExitCode.REFUSED), failure], Style(), several=True),
        formatter.validation([why], 1, Style()),
        formatter.failure(failure, Style()),
    ]


@hostile
def test_nothing_acts_on_a_terminal_in_any_format(name: str) -> None:
    for form in FORMATS:
        for document in documents(form, name):
            kinds = {unicodedata.category(character) for character in document.replace("\n", "")}
            assert not kinds & {"Cc", "Cs", "Zl", "Zp"}
            assert not {"\u202e", "\u202d", "\u2066", "\u2067", "\u2068"} & set(document)
            document.encode("utf-8")


@hostile
def test_no_name_adds_a_line_of_its_own_to_the_text(name: str) -> None:
    for attacked, harmless in zip(documents("text", name), documents("text", "name"), strict=True):
        starts = [line for line in attacked.splitlines() if line.startswith(STARTS)]
        expected = [line for line in harmless.splitlines() if line.startswith(STARTS)]
        own = visible(name).startswith(STARTS)
        assert own or len(starts) == len(expected)


@hostile
def test_json_gives_every_name_back(name: str) -> None:
    made = json.loads(documents("json", name)[0])["connections"][0]
    assert made["changes"][1]["before"] == name.encode("utf-8", "backslashreplace").decode("utf-8")


class _Page(HTMLParser):
    """What a browser would be given: which elements there are, and which text stands outside of code."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[str] = []
        self.attributes: list[str] = []
        self.prose = ""
        self.code = ""
        self._depth = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append(tag)
        self.attributes += [name for name, _ in attrs]
        self._depth += tag in ("code", "pre")

    def handle_endtag(self, tag: str) -> None:
        self._depth -= tag in ("code", "pre")

    def handle_data(self, data: str) -> None:
        if self._depth:
            self.code += data
        else:
            self.prose += data

    def handle_comment(self, data: str) -> None:
        assert not self.elements, f"a comment: {data}"
        assert re.fullmatch(r" sso-sync:[a-z]+:[A-Za-z0-9._-]+ ", data)


def page(markdown: str) -> _Page:
    """The Markdown as a site would render it, raw HTML included."""
    rendered = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"]).render(markdown)
    found = _Page()
    found.feed(rendered)
    found.close()
    return found


@hostile
def test_markdown_holds_names_and_nothing_that_they_would_like_to_be(name: str) -> None:
    for markdown in documents("markdown", name):
        found = page(markdown)
        assert set(found.elements) <= ALLOWED
        assert not found.attributes
        assert "<code>" in name or "<code>" not in found.code
        assert not re.search(r"@|://|www\.|#\d|<|\|", found.prose, re.IGNORECASE)


@hostile
def test_no_name_changes_the_structure_of_a_table_or_a_list(name: str) -> None:
    for attacked, harmless in zip(documents("markdown", name), documents("markdown", "name"), strict=True):
        kinds = ("h2", "table", "tr", "td", "ul", "li", "details", "blockquote", "pre")
        seen, expected = page(attacked).elements, page(harmless).elements
        assert {kind: seen.count(kind) for kind in kinds} == {kind: expected.count(kind) for kind in kinds}
        # A parser drops the cells that a row has too many, and a name would push the words after it out of the table.
        rows = [line for line in attacked.splitlines() if line.startswith("| `")]
        assert {row.count("|") for row in rows} <= {6}


def test_each_known_attack_is_still_readable_in_the_comment() -> None:
    for attack in ATTACKS:
        shown = " ".join(page(documents("markdown", attack)[0]).code.replace("\xa0", " ").split())
        assert " ".join(visible(attack).split()) in shown
