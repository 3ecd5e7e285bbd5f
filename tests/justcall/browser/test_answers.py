"""What a page says to a click is heard, whatever it said before and however briefly it says it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from playwright.async_api import Page

from sso_sync.justcall.browser.answers import Answer, Said, Words, answer_to, classified

from .stage import Named, Stage

WORDS = Words(("status", "alert"), ("saved",), ("could not", "error"))
CONFIRMED = Words(WORDS.roles, WORDS.success, WORDS.failure, Named(("button",), ("Yes, enable",)))

_PAGE = """
<p role="status" id="status"></p>
<button id="go">Save</button>
<script>
  const say = (role, text, after = 0, gone = 1e6) => setTimeout(() => {
    const toast = document.createElement('div');
    toast.setAttribute('role', role); toast.textContent = text; document.body.append(toast);
    setTimeout(() => toast.remove(), gone);
  }, after);
  document.getElementById('go').onclick = () => { SCRIPT };
</script>
"""


def clicked(stage: Stage, script: str, words: Words = WORDS, *, before: str = "", timeout: float = 5.0) -> Answer:
    async def click(page: Page) -> Answer:
        return await answer_to(page, lambda: page.get_by_role("button", name="Save").click(), words, timeout=timeout)

    return stage.play(_PAGE.replace("SCRIPT", script) + before, click)


@pytest.mark.browser
@pytest.mark.parametrize(
    ("script", "said", "text"),
    [
        ("say('status', 'Configuration saved.')", Said.YES, "Configuration saved."),
        ("say('alert', 'Configuration saved.')", Said.YES, "Configuration saved."),
        ("say('status', 'Your changes could not be saved')", Said.NO, "Your changes could not be saved"),
        ("say('alert', 'Bad certificate')", Said.NO, "Bad certificate"),
        ("say('status', 'Saving…'); say('status', 'Saved', 300)", Said.YES, "Saved"),
        ("say('status', 'Saved', 0, 500)", Said.YES, "Saved"),
        ("document.getElementById('status').textContent = 'Saved'", Said.YES, "Saved"),
        ("say('alert', 'Not for ann.lee@acme.example: error')", Said.NO, "Not for ***@***: error"),
    ],
)
def test_the_first_word_that_means_something_decides(stage: Stage, script: str, said: Said, text: str) -> None:
    assert clicked(stage, script) == Answer(said, text)


@pytest.mark.browser
def test_what_was_said_before_does_not_count(stage: Stage) -> None:
    banner = '<p role="alert">Your trial ends: error</p><p role="status">Saved last week</p>'
    assert clicked(stage, "say('status', 'Saved', 200)", before=banner).text == "Saved"
    assert clicked(stage, "", before=banner, timeout=0.5) == Answer(Said.NOTHING)


@pytest.mark.browser
def test_silence_is_no_answer_but_what_was_heard_is_told(stage: Stage) -> None:
    assert clicked(stage, "say('status', 'Working on it')", timeout=0.8) == Answer(Said.NOTHING, "Working on it")


_DIALOG = """
  const ask = document.createElement('div'); ask.setAttribute('role', 'dialog');
  ask.innerHTML = '<p>Enable for everybody?</p><button>No</button><button id=yes>Yes, enable</button>';
  document.body.append(ask);
  ask.querySelector('#yes').onclick = () => { ask.remove(); say('status', 'Saved') };
"""


@pytest.mark.browser
def test_a_question_that_nobody_foresaw_is_not_answered(stage: Stage) -> None:
    asked = clicked(stage, _DIALOG)
    assert asked.said is Said.ASKS
    assert "Enable for everybody?" in asked.text


@pytest.mark.browser
def test_a_question_that_the_map_knows_is_confirmed(stage: Stage) -> None:
    assert clicked(stage, _DIALOG, CONFIRMED) == Answer(Said.YES, "Saved")


@given(st.sampled_from(["status", "alert"]), st.text(), st.sampled_from(["ERROR", "could not"]), st.text())
def test_a_word_of_failure_always_outweighs(role: str, before: str, word: str, after: str) -> None:
    assert classified(role, f"{before} saved {word} {after} saved", WORDS) is Said.NO
