"""Controls are read and set the same, whether they are native or made of ARIA."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TypeVar

import pytest
from hypothesis import given
from hypothesis import strategies as st
from playwright.async_api import Page

from sso_sync.justcall.browser import controls
from sso_sync.justcall.browser.locate import Found, PageMismatch

from .stage import Stage

T = TypeVar("T")
OPTIONS = {"SAML 2.0": ("SAML 2.0", "SAML2")}
BLANK = ("Select a role",)

SWITCHES = {
    "checkbox": '<input id="x" type="checkbox">',
    "switch": '<button id="x" role="switch" aria-checked="false" '
    "onclick=\"this.setAttribute('aria-checked', this.getAttribute('aria-checked') !== 'true')\">on</button>",
}
CHOICES = {
    "combobox": '<select id="x"><option value="">Select a role</option><option>Admin</option>'
    "<option>Team Member</option><option>SAML2</option></select>",
    "combobox of buttons": """<button id="x" role="combobox" aria-expanded="false">Select a role…</button>
      <ul role="listbox" hidden><li role="option">Admin</li><li role="option">Team Member</li>
      <li role="option">SAML2</li></ul><script>
      const box = document.getElementById('x'), list = document.querySelector('ul');
      box.onclick = () => { list.hidden = false };
      list.onclick = event => { box.textContent = event.target.textContent; list.hidden = true };</script>""",
    "radiogroup": '<div id="x" role="radiogroup"><label><input type="radio" name="r"> Admin</label>'
    '<label><input type="radio" name="r"> Team Member</label><label><input type="radio" name="r"> SAML2</label></div>',
}


def play(stage: Stage, html: str, role: str, scene: Callable[[Page, Found], Awaitable[T]]) -> T:
    return stage.play(html, lambda page: scene(page, Found(page.locator("#x"), role, "it")))


@pytest.mark.browser
@pytest.mark.parametrize("role", SWITCHES)
def test_a_switch_is_turned_only_when_it_differs(stage: Stage, role: str) -> None:
    async def turned(_page: Page, found: Found) -> list[bool]:
        states = [await controls.switched(found)]
        for wanted in (True, True, False):
            await controls.turn(found, "it", on=wanted)
            states.append(await controls.switched(found))
        return states

    assert play(stage, SWITCHES[role], role, turned) == [False, True, True, False]


@pytest.mark.browser
def test_a_switch_that_does_not_follow_is_refused(stage: Stage) -> None:
    stuck = '<button id="x" role="switch" aria-checked="false">on</button>'
    with pytest.raises(PageMismatch, match="still off"):
        play(stage, stuck, "switch", lambda _, found: controls.turn(found, "Enable SSO", on=True))


@pytest.mark.browser
@pytest.mark.parametrize("kind", CHOICES)
def test_a_choice_is_read_and_made(stage: Stage, kind: str) -> None:
    async def scene(page: Page, found: Found) -> list[str | None]:
        seen = [await controls.chosen(page, found, OPTIONS, BLANK)]
        for wanted in ("Team Member", "SAML 2.0"):
            await controls.choose(page, found, wanted, OPTIONS, "it")
            seen.append(await controls.chosen(page, found, OPTIONS, BLANK))
        return seen

    assert play(stage, CHOICES[kind], kind.split(maxsplit=1)[0], scene) == [None, "Team Member", "SAML 2.0"]


@pytest.mark.browser
@pytest.mark.parametrize("kind", CHOICES)
def test_what_is_not_on_offer_is_refused_with_what_is(stage: Stage, kind: str) -> None:
    with pytest.raises(PageMismatch) as refused:
        play(
            stage,
            CHOICES[kind],
            kind.split(maxsplit=1)[0],
            lambda page, found: controls.choose(page, found, "Member", OPTIONS, "Default Role"),
        )
    told = refused.value.diagnostics[0]
    assert "“Member”" in told.summary
    assert "Admin, Team Member, SAML2" in (told.detail or "")


@pytest.mark.browser
@pytest.mark.parametrize(
    ("html", "text"),
    [
        ('<input id="x" value=" a b ">', " a b "),
        ('<input id="x" readonly value="https://acs.example">', "https://acs.example"),
        ('<textarea id="x">one\ntwo</textarea>', "one\ntwo"),
        ('<output id="x">https://acs.example</output>', "https://acs.example"),
    ],
)
def test_a_text_is_read_wherever_it_stands(stage: Stage, html: str, text: str) -> None:
    assert play(stage, html, "textbox", lambda _, found: controls.text_of(found)) == text


@pytest.mark.browser
def test_a_field_that_cuts_what_is_typed_is_refused(stage: Stage) -> None:
    async def typed(_page: Page, found: Found) -> str:
        await controls.type_text(found, "short", "SSO URL")
        return await controls.text_of(found)

    assert play(stage, '<input id="x" maxlength="5" value="old">', "textbox", typed) == "short"
    clipping = '<input id="x" oninput="this.value = this.value.slice(0, 5)">'
    with pytest.raises(PageMismatch, match="does not keep"):
        play(stage, clipping, "textbox", lambda _, found: controls.type_text(found, "too long", "SSO URL"))


@pytest.mark.browser
def test_a_list_is_read_entry_by_entry(stage: Stage) -> None:
    html = '<ul id="x"><li>acme.example</li><li> labs.acme.example </li></ul>'
    assert play(stage, html, "list", lambda _, found: controls.items(found)) == ["acme.example", "labs.acme.example"]


@given(st.binary(min_size=32, max_size=32), st.text(alphabet=" \n.,xyz"), st.booleans())
def test_a_fingerprint_is_found_in_any_text(digest: bytes, around: str, upper: bool) -> None:
    text = digest.hex(":")
    assert controls.fingerprints(around + (text.upper() if upper else text) + around) == {text.upper()}


@given(st.binary(min_size=33, max_size=40) | st.binary(max_size=31))
def test_what_is_longer_or_shorter_is_no_fingerprint(digest: bytes) -> None:
    assert controls.fingerprints(f"is {digest.hex(':')}.") == frozenset()
