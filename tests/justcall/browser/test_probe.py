"""The probe in a real browser, against sites that behave as JustCall might; the identity provider is never called."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from sso_sync.errors import SideUnavailable
from sso_sync.justcall.browser.launch import opened
from sso_sync.justcall.browser.locate import PageMismatch
from sso_sync.justcall.browser.loop import BrowserLoop
from sso_sync.justcall.browser.probe import probe
from sso_sync.justcall.page_map.load import load_page_map
from sso_sync.justcall.probed import NotRedirected, UnreadableRequest
from sso_sync.saml.authn_request import Captured
from tests.justcall.browser.site import EMAIL, Site, running
from tests.saml.requests import ACS, IDP

pytestmark = pytest.mark.browser


LOGIN = load_page_map(None).login


@pytest.fixture(scope="module")
def loop() -> Iterator[BrowserLoop]:
    made = BrowserLoop()
    yield made
    made.close()


@pytest.fixture
def site() -> Iterator[Site]:
    with running() as made:
        made.pages["/login"] = PASSWORD_FORM + '<a href="/login/sso">Sign in with SSO</a>'
        made.pages["/login/sso"] = SSO_FORM
        yield made
        assert made.idp_asked == []


@dataclass(frozen=True)
class Prober:
    loop: BrowserLoop
    site: Site

    def __call__(self, *, timeout: float = 20.0, words: tuple[str, ...] = ()) -> Captured:
        return self.loop.run(self._probe(timeout, words))

    async def _probe(self, timeout: float, words: tuple[str, ...]) -> Captured:
        async with opened(Path("/usr/bin/chromium"), app_url=self.site.url) as context:
            return await probe(
                context,
                login_url=f"{self.site.url}/login",
                login=LOGIN,
                email=EMAIL,
                timeout=timeout,
                words=words,
            )


@pytest.fixture
def probed(loop: BrowserLoop, site: Site) -> Prober:
    return Prober(loop, site)


PASSWORD_FORM = (
    "<form method=post action=/login><label>Email <input name=email></label>"
    "<label>Password <input type=password name=password></label><button>Sign in</button></form>"
)
SSO_FORM = (
    "<form method=post action=/login/sso><label>Work email * <input name=email></label><button>Continue</button></form>"
)
# The form is swapped late, and what was typed into the former one is lost.
SCRIPTED = """
<div id=app><label>Email <input></label><label>Password <input type=password></label>
<button onclick="setTimeout(sso, 400)">Sign in with SSO</button></div><div id=told></div>
<script>
function sso() {
  app.innerHTML = '<label>Work email <input id=email></label><button onclick="setTimeout(next, 200)">Next</button>'
}
async function next() {
  told.innerHTML = '<p role=status>Looking you up</p>'
  const answer = await fetch('/login/sso', {method: 'POST', body: new URLSearchParams({email: email.value})})
  ACT
}
</script>
"""


def _as_it_should(captured: Captured, site: Site) -> bool:
    request = captured.request
    assert (request.issuer, request.acs_url, request.destination) == ("JustCall", ACS, IDP)
    assert (captured.relay_state, captured.endpoint) == ("home", f"{site.idp}/sso")
    return True


@pytest.mark.parametrize("answer", ["redirect", "hops", "post"])
def test_server_rendered(probed: Prober, site: Site, answer: str) -> None:
    site.answer = answer
    assert _as_it_should(probed(), site)
    assert f"/login/sso {EMAIL}" in site.asked


def test_scripted(probed: Prober, site: Site) -> None:
    site.answer = "ok"
    site.pages["/login"] = SCRIPTED.replace("ACT", f"location.href = {site.leave!r}")
    assert _as_it_should(probed(), site)
    assert site.asked.count(f"/login/sso {EMAIL}") == 1


def test_scripted_request_that_is_redirected_itself(probed: Prober, site: Site) -> None:
    site.pages["/login"] = SCRIPTED.replace("ACT", "")
    assert _as_it_should(probed(), site)


@pytest.mark.parametrize("target", ["/hop", "leave"])
def test_a_second_window_is_brought_back(probed: Prober, site: Site, target: str) -> None:
    url = site.leave if target == "leave" else target
    site.pages["/login"] = SCRIPTED.replace("ACT", f"window.open({url!r})")
    site.answer = "ok"
    assert _as_it_should(probed(), site)


def test_the_field_may_stand_beside_the_button(probed: Prober, site: Site) -> None:
    site.pages["/login"] = (
        "<form method=post action=/login/sso><label>Email <input name=email required></label>"
        "<button>Sign in with SSO</button></form>"
    )
    assert _as_it_should(probed(), site)
    assert site.asked.count(f"/login/sso {EMAIL}") == 1


def test_choosing_sso_may_be_enough(probed: Prober, site: Site) -> None:
    site.pages["/login"] = '<a href="/leave">SSO</a>'
    assert _as_it_should(probed(), site)


def test_an_error_of_the_server_s_page(probed: Prober, site: Site) -> None:
    site.answer = "error"
    site.message = f"No SSO for <b>{EMAIL}</b>,\n ask zoe.admin@acme.example \u202e{'x' * 300}"
    with pytest.raises(NotRedirected) as caught:
        probed()
    summary = caught.value.diagnostics[0].summary
    assert summary.startswith(f"JustCall did not redirect: it said 'No SSO for {EMAIL}, ask ***@*** \\u202exxx")
    assert summary.endswith("x…'")
    assert "zoe" not in summary


def test_an_error_of_a_script(probed: Prober, site: Site) -> None:
    site.pages["/login"] = SCRIPTED.replace("ACT", "told.innerHTML = '<p role=alert>SSO is not enabled</p>'")
    site.answer = "no"
    with pytest.raises(NotRedirected, match="it said 'SSO is not enabled'"):
        probed()


def test_an_error_beside_the_button(probed: Prober, site: Site) -> None:
    site.pages["/login"] = site.pages["/login/sso"] = (
        "<form method=post action=/login/sso><label>Email <input name=email></label>"
        "<button>Sign in with SSO</button></form>"
    )
    site.answer = "error"
    with pytest.raises(NotRedirected, match=r"it said 'This account has no SSO\.'"):
        probed()


def test_the_words_of_the_page_map(probed: Prober, site: Site) -> None:
    site.answer = "<p role=status>We could NOT find your company.</p>"
    with pytest.raises(NotRedirected, match=r"it said 'We could NOT find your company\.'"):
        probed(words=("could not find",))


def test_what_stood_there_before_is_no_answer(probed: Prober, site: Site) -> None:
    site.pages["/login/sso"] = f"<p role=alert>Maintenance on\n Sunday</p>{SSO_FORM}"
    assert _as_it_should(probed(), site)


def test_a_status_is_told_when_time_is_up(probed: Prober, site: Site) -> None:
    site.pages["/login"] = SCRIPTED.replace("ACT", "")
    site.answer = "ok"
    with pytest.raises(NotRedirected, match="it said 'Looking you up'"):
        probed(timeout=8.0)


def test_no_redirect_and_no_word(probed: Prober, site: Site) -> None:
    site.answer = "ok"
    with pytest.raises(NotRedirected, match="did not redirect within 6 seconds, and said nothing"):
        probed(timeout=6.0)


def test_two_matching_buttons(probed: Prober, site: Site) -> None:
    site.pages["/login"] += "<button>Sign in with sso:</button>"
    with pytest.raises(PageMismatch, match="2 elements that are known as what chooses SSO"):
        probed()
    assert not any(" " in line for line in site.asked)  # nothing was posted


def test_nothing_that_matches(probed: Prober, site: Site) -> None:
    site.pages["/login"] = PASSWORD_FORM + "<a href=/login/sso>Sign in with SSO today</a>"
    with pytest.raises(PageMismatch, match="nothing that is known as what chooses SSO"):
        probed(timeout=4.0)


def test_a_button_that_something_covers(probed: Prober, site: Site) -> None:
    site.pages["/login"] = (
        "<a href=/login/sso>SSO</a><div style='position:fixed;inset:0;background:#fff'>Cookies?</div>"
    )
    with pytest.raises(PageMismatch, match="does not let sso-sync click what chooses SSO"):
        probed(timeout=4.0)


def test_a_request_that_cannot_be_read(probed: Prober, site: Site) -> None:
    site.document = b"<!DOCTYPE a><a/>"
    with pytest.raises(UnreadableRequest, match="cannot be read: the request declares a document type"):
        probed()


@pytest.mark.parametrize(("status", "kind"), [(503, SideUnavailable), (404, PageMismatch)])
def test_a_login_page_that_is_none(probed: Prober, site: Site, status: int, kind: type[Exception]) -> None:
    site.status = status
    with pytest.raises(kind, match=f"answers with status {status}"):
        probed()


def test_nobody_there(probed: Prober, site: Site) -> None:
    site.url = "http://127.0.0.1:9"
    with pytest.raises(SideUnavailable, match="cannot be opened"):
        probed()
