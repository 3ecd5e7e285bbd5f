"""Reading and setting one control, whatever it is made of: native elements or their ARIA counterparts."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from playwright.async_api import Locator, Page
from playwright.async_api import TimeoutError as PlaywrightTimeout

from sso_sync.errors import UnexpectedAnswer
from sso_sync.justcall.browser.locate import Found, PageMismatch
from sso_sync.justcall.browser.told import clipped
from sso_sync.justcall.page_map.names import name_pattern

__all__ = ["choose", "chosen", "fingerprints", "items", "switched", "text_of", "turn", "type_text", "upload"]

_FINGERPRINT = re.compile(r"(?<![0-9A-Fa-f:])(?:[0-9A-Fa-f]{2}:){31}[0-9A-Fa-f]{2}(?![0-9A-Fa-f:])")
_TEXT = (
    "element => element.tagName === 'INPUT' || element.tagName === 'TEXTAREA' ? [element.value, true]"
    " : [element.innerText ?? element.textContent, false]"
)
# Null for what is no <select>.
_SELECTED = (
    "element => element.tagName !== 'SELECT' ? null"
    " : element.selectedOptions.length && element.value !== '' ? element.selectedOptions[0].label : ''"
)
_OPTIONS = (
    "element => element.tagName !== 'SELECT' ? null"
    " : [...element.options].filter(option => option.value !== '').map(option => option.label)"
)
_LABEL = (
    "element => element.getAttribute('aria-label')"
    " || (element.labels && element.labels.length ? element.labels[0].innerText : element.innerText) || ''"
)


async def text_of(found: Found) -> str:
    """What a text field holds, or what a read-only element says."""
    text, typed = await _asked(found.locator, _TEXT)
    return str(text) if typed else str(text).strip()


async def type_text(found: Found, text: str, what: str) -> None:
    """Puts `text` in place of what a field holds. Raises PageMismatch when the field does not keep it as it is."""
    await found.locator.fill(text)
    held = await text_of(found)
    if held.split() != text.split():
        raise PageMismatch.because(
            f"The field {what} does not keep what is typed into it",
            detail=f"{len(text)} characters were typed, and it holds {len(held)}.",
            next_action="Nothing was saved. Look at the screenshot: the page may shorten or rewrite the value.",
        )


async def switched(found: Found) -> bool:
    """Whether a switch or checkbox is on."""
    return await found.locator.is_checked()


async def turn(found: Found, what: str, *, on: bool) -> None:
    """Turns a switch or checkbox on or off. Raises PageMismatch when it does not follow."""
    if await switched(found) is on:
        return
    await found.locator.click()
    if await switched(found) is not on:
        raise PageMismatch.because(
            f"{what} was clicked and is still {'off' if on else 'on'}",
            next_action="Nothing was saved. Look at the screenshot: the page may ask something first.",
        )


async def chosen(page: Page, found: Found, options: Mapping[str, Sequence[str]], blank: Sequence[str]) -> str | None:
    """The value of a choice, under our name for it (`options`: our name → the page's words).

    None when nothing is chosen: `blank` are the page's words for that, with or without dots at the end.
    """
    if found.role == "radiogroup":
        shown = await _checked_radio(page, found)
    else:
        selected = await _asked(found.locator, _SELECTED)
        shown = await text_of(found) if selected is None else str(selected)
    shown = " ".join(shown.split())
    if not shown or any(name_pattern(word).search(shown.rstrip(" .…")) for word in blank):
        return None
    return next((ours for ours, words in options.items() if any(name_pattern(w).search(shown) for w in words)), shown)


async def choose(page: Page, found: Found, wanted: str, options: Mapping[str, Sequence[str]], what: str) -> None:
    """Chooses `wanted` by the first of the page's words for it that exists. Raises PageMismatch when there is none."""
    words = options.get(wanted, (wanted,))
    if found.role == "radiogroup":
        await _choose_one(found.locator, "radio", words, wanted, what)
        return
    options_of_select = await _asked(found.locator, _OPTIONS)
    if options_of_select is None:
        await found.locator.click()
        await _choose_one(page, "option", words, wanted, what)
        return
    offered = [str(label) for label in options_of_select]
    fitting = [label for word in words for label in offered if name_pattern(word).search(label)]
    if len(set(fitting)) != 1:
        raise _no_option(wanted, what, offered)
    await found.locator.select_option(label=fitting[0])


async def upload(page: Page, found: Found, text: str, what: str) -> None:
    """Hands `text` over as a file through the button that asks for one. Raises PageMismatch when it asks for none."""
    try:
        async with page.expect_file_chooser() as asked:
            await found.locator.click()
        chooser = await asked.value
    except PlaywrightTimeout:
        raise PageMismatch.because(
            f"The button for {what} was clicked and asks for no file",
            next_action="Nothing was saved. Name the button that does under `upload` in the page map, or null.",
        ) from None
    await chooser.set_files({"name": "certificate.pem", "mimeType": "application/x-pem-file", "buffer": text.encode()})


async def items(found: Found) -> list[str]:
    """The texts of a list's entries."""
    return [" ".join(text.split()) for text in await found.locator.get_by_role("listitem").all_inner_texts()]


def fingerprints(text: str) -> frozenset[str]:
    """Every SHA-256 fingerprint that stands in `text`, as "9F:3A:…"."""
    return frozenset(found.upper() for found in _FINGERPRINT.findall(text))


async def _asked(locator: Locator, function: str) -> Any:
    """What `function` of JavaScript answers for the one element of `locator`.

    `Locator.evaluate` asks the browser three times, and waits for the element. So it is used where there is need to.
    """
    answers = await locator.evaluate_all(_each(function))
    return answers[0] if len(answers) == 1 else await locator.evaluate(function)


def _each(function: str) -> str:
    return f"elements => elements.map({function})"


async def _checked_radio(page: Page, found: Found) -> str:
    radio = found.locator.get_by_role("radio", checked=True)
    labels = await radio.evaluate_all(_each(_LABEL))
    if len(labels) > 1:
        raise UnexpectedAnswer.because(f"{len(labels)} choices of one group are chosen at the same time on {page.url}")
    return str(labels[0]) if labels else ""


async def _choose_one(scope: Page | Locator, role: str, words: Sequence[str], wanted: str, what: str) -> None:
    every = scope.get_by_role("radio") if role == "radio" else scope.get_by_role("option")
    await every.first.wait_for(state="visible")
    for word in words:
        one = scope.get_by_role("radio" if role == "radio" else "option", name=name_pattern(word))
        count = await one.count()
        if count == 1:
            await one.click()
            return
        if count > 1:
            break
    raise _no_option(wanted, what, [str(await each.evaluate(_LABEL)) for each in await every.all()])


def _no_option(wanted: str, what: str, offered: Sequence[str]) -> PageMismatch:
    return PageMismatch.because(
        f"{what} offers no single choice “{clipped(wanted)}”",
        detail=f"It offers: {', '.join(clipped(label) for label in offered) or 'nothing'}.",
        next_action="Write one of these in the spec, or name the page's word for it under `options` in the page map.",
    )
