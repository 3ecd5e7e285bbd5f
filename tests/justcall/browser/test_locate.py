"""One element or none: what is merely likely to be the right one is never used."""

from __future__ import annotations

import pytest
from playwright.async_api import Page

from sso_sync.justcall.browser.locate import Found, PageMismatch, only, sought

from .stage import Named, Stage

pytestmark = pytest.mark.browser

SSO_URL = Named(("textbox",), ("SSO URL", "Login URL"))
SWITCH = Named(("switch", "checkbox"), ("Enable SSO",))


def found(stage: Stage, html: str, target: Named, timeout: float = 0.0) -> tuple[Found, str | None]:
    async def look(page: Page) -> tuple[Found, str | None]:
        one = await only(page, target, "SSO URL", timeout=timeout)
        return one, await one.locator.get_attribute("id")

    return stage.play(html, look)


@pytest.mark.parametrize(
    "html",
    [
        '<label>SSO URL <input id="x"></label>',
        '<label for="x">sso  url *</label><input id="x" type="url">',
        '<input id="x" aria-label="SSO URL:">',
        '<span id="l">SSO URL</span><textarea id="x" aria-labelledby="l"></textarea>',
        '<label>SSO URL <input id="x"></label><label>SSO URL hint <input id="y"></label>',
        '<label>SSO URL <input id="x"></label><label style="display:none">SSO URL <input id="y"></label>',
        '<label>Login URL <input id="y"></label><label>SSO URL <input id="x"></label>',
    ],
)
def test_the_one_element_of_that_name_is_found(stage: Stage, html: str) -> None:
    one, identity = found(stage, html, SSO_URL)
    assert (one.role, one.name, identity) == ("textbox", "SSO URL", "x")


def test_the_next_name_is_tried_where_the_first_names_nothing(stage: Stage) -> None:
    one, _ = found(stage, '<label>Login URL <input id="x"></label>', SSO_URL)
    assert one.name == "Login URL"
    several = Named(("textbox", "combobox"), ("SSO URL", "Entry/Point", "Login URL", "Sign-on URL"))
    html = '<label>Sign-on URL <input id="y"></label><select id="x" aria-label="login url *"></select>'
    one, identity = found(stage, html, several)
    assert (one.role, one.name, identity) == ("combobox", "Login URL", "x")


@pytest.mark.parametrize(
    ("html", "role"),
    [
        ('<button id="x" role="switch" aria-checked="false">Enable SSO</button>', "switch"),
        ('<label><input id="x" type="checkbox"> Enable SSO</label>', "checkbox"),
        ('<label><input id="x" type="checkbox" role="switch"> Enable SSO</label>', "switch"),
    ],
)
def test_the_role_is_told_that_it_was_found_by(stage: Stage, html: str, role: str) -> None:
    assert found(stage, html, SWITCH)[0].role == role


@pytest.mark.parametrize(
    "html",
    [
        "<p>SSO URL</p>",
        '<label>SSO URLs <input id="x"></label>',
        '<label hidden>SSO URL <input id="x"></label>',
        "<button>SSO URL</button>",
    ],
)
def test_nothing_of_that_name_is_a_refusal_that_says_what_was_looked_for(stage: Stage, html: str) -> None:
    with pytest.raises(PageMismatch) as refused:
        found(stage, html, SSO_URL)
    told = refused.value.diagnostics[0]
    assert "nothing that is known as SSO URL" in told.summary
    assert sought(SSO_URL) in (told.detail or "")
    assert "browser map" in (told.next_action or "")


def test_two_of_one_name_are_a_refusal(stage: Stage) -> None:
    with pytest.raises(PageMismatch, match="2 elements that are known as SSO URL"):
        found(stage, "<label>SSO URL <input></label><label>SSO URL <input></label>", SSO_URL)


def test_a_switch_and_a_checkbox_of_one_name_are_two_elements(stage: Stage) -> None:
    html = (
        '<button role="switch" aria-checked="false">Enable SSO</button><input type="checkbox" aria-label="Enable SSO">'
    )
    with pytest.raises(PageMismatch, match="2 elements"):
        found(stage, html, SWITCH)


def test_what_is_still_being_drawn_is_waited_for(stage: Stage) -> None:
    html = """<main></main><script>
      setTimeout(() => document.querySelector('main').innerHTML = '<label>SSO URL <input id="x"></label>', 400)
    </script>"""
    assert found(stage, html, SSO_URL, timeout=5)[1] == "x"


def test_waiting_ends_when_it_has_become_pointless(stage: Stage) -> None:
    async def gone() -> None:
        raise PageMismatch.because("sent away")

    with pytest.raises(PageMismatch, match="sent away"):
        stage.play("", lambda page: only(page, SSO_URL, "SSO URL", timeout=30, alive=gone))
