"""Whom JustCall lets in: each rule that nobody could settle is a switch, seen from the pages and Test Connection."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

import pytest
import requests

from sso_sync.sandbox import Sandbox, follow_guide

from .responses import ALICE, STANDARD, WELCOME, Parts, posted, response, signed, signed_parts
from .signing_in import sign_in
from .support import Http


def _agree(sandbox: Sandbox, problem: str | None) -> None:
    """The page and Test Connection say the same."""
    done = sign_in(sandbox, ALICE)
    assert (done.ok, sandbox.justcall.problem()) == (problem is None, problem), done.text
    assert problem is None or problem in done.text


@pytest.mark.parametrize(
    ("wanted", "refused"),
    [
        ("either", {}),
        ("response", {"1": "The response is not signed"}),
        ("assertion", {"0": "The assertion is not signed"}),
        ("both", {"0": "The assertion is not signed", "1": "The response is not signed"}),
    ],
)
def test_which_signatures_are_wanted(sandbox: Sandbox, wanted: Any, refused: dict[str, str]) -> None:
    follow_guide(sandbox)
    sandbox.variants.wanted_signature = wanted
    for element in ("0", "1", "2"):
        sandbox.onelogin.edit_configuration("JustCall", saml_sign_element=element)
        _agree(sandbox, refused.get(element))


@pytest.mark.parametrize("element", ["0", "1", "2"])
def test_sha_1_may_be_refused(sandbox: Sandbox, element: str) -> None:
    follow_guide(sandbox)
    sandbox.onelogin.edit_configuration("JustCall", saml_sign_element=element, signature_algorithm="SHA-1")
    _agree(sandbox, None)
    sandbox.variants.sha1_signature = "refused"
    _agree(sandbox, "The signature uses SHA-1, which is not accepted")
    sandbox.onelogin.edit_configuration("JustCall", signature_algorithm="SHA-256")
    _agree(sandbox, None)


def test_a_certificate_that_has_expired_may_be_refused(sandbox: Sandbox) -> None:
    follow_guide(sandbox)
    old = sandbox.onelogin.add_certificate("Old", days_left=-1)
    sandbox.onelogin.edit_configuration("JustCall", certificate_id=old.id)
    sandbox.justcall.edit(certificate=old.pem)
    _agree(sandbox, None)
    sandbox.variants.expired_certificate = "refused"
    _agree(sandbox, "Certificate validation failure: the certificate has expired")


@pytest.mark.parametrize(
    "spoil",
    [
        lambda pem: pem.replace("\n", "\r\n"),
        lambda pem: pem[:200] + " " + pem[200:],
        lambda pem: pem.replace("\n-----END", "\n\n-----END"),
    ],
)
def test_blanks_in_the_certificate_may_fail_the_login(sandbox: Sandbox, spoil: Any) -> None:
    follow_guide(sandbox)
    sandbox.justcall.edit(certificate=spoil(sandbox.onelogin.certificate(STANDARD).pem))
    _agree(sandbox, None)
    sandbox.variants.certificate_whitespace = "refused"
    _agree(sandbox, "Certificate validation failure: extra whitespace")
    sandbox.justcall.edit(certificate=sandbox.onelogin.certificate(STANDARD).pem)
    _agree(sandbox, None)


def test_attributes_may_not_matter(sandbox: Sandbox) -> None:
    follow_guide(sandbox)
    sandbox.onelogin.remove_parameter("JustCall", "lastName")
    sandbox.onelogin.edit_parameter("JustCall", "email", include_in_saml_assertion=False)
    _agree(sandbox, "Attributes not received: email, lastName")
    sandbox.variants.wanted_attributes = "ignored"
    _agree(sandbox, None)


def test_a_name_in_other_letters_may_be_another_person(sandbox: Sandbox) -> None:
    follow_guide(sandbox, roles=["Everyone"])
    judy = "Judy.Jones@Acme.Example"
    assert sign_in(sandbox, judy).ok
    sandbox.variants.email_match = "exact"
    done = sign_in(sandbox, judy)
    assert not done.ok
    assert f"No user of this account has the email {judy}" in done.text
    assert sign_in(sandbox, ALICE).ok


@pytest.mark.parametrize(
    ("seconds", "problem"),
    [
        (0.0, None),
        (-120.0, None),
        (120.0, None),
        (-240.0, "The response is not valid yet"),
        (240.0, "The response has expired"),
    ],
)
def test_clocks_may_differ(sandbox: Sandbox, seconds: float, problem: str | None) -> None:
    follow_guide(sandbox)
    sandbox.variants.justcall_clock = seconds
    _agree(sandbox, problem)


def test_no_time_is_given_for_clocks_that_differ(sandbox: Sandbox) -> None:
    follow_guide(sandbox)
    sandbox.onelogin.edit_configuration("JustCall", saml_notbefore="0")
    _agree(sandbox, None)
    sandbox.variants.justcall_clock = -2.0
    _agree(sandbox, "The response is not valid yet")


def test_the_date_header_shows_each_clock(sandbox: Sandbox) -> None:
    sandbox.variants.justcall_clock = 3600.0
    for url, ahead in ((sandbox.onelogin_url, 0), (sandbox.justcall_url, 3600)):
        answer = requests.get(f"{url}/login", timeout=20)
        shown = parsedate_to_datetime(answer.headers["date"])
        assert abs(shown - datetime.now(UTC) - timedelta(seconds=ahead)) < timedelta(seconds=20)


def test_who_has_no_account_is_not_let_in(sandbox: Sandbox) -> None:
    follow_guide(sandbox, roles=["Everyone"])
    done = sign_in(sandbox, "erin.evans@acme.example", start="onelogin")
    assert not done.ok
    assert "No user of this account has the email erin.evans@acme.example" in done.text


def test_who_is_suspended_in_onelogin_does_not_get_that_far(sandbox: Sandbox) -> None:
    follow_guide(sandbox)
    assert sign_in(sandbox, ALICE).ok
    sandbox.onelogin.edit_user(ALICE, status=2)
    done = sign_in(sandbox, ALICE)
    assert (done.ok, done.saml_response) == (False, None)
    assert "the account is not active" in done.text


def test_a_member_by_the_roles_body_gets_in_when_mappings_have_run(sandbox: Sandbox, api: Http) -> None:
    follow_guide(sandbox)
    grace = sandbox.onelogin.user("grace.green@acme.example")
    role = sandbox.onelogin.role("JustCall Users")
    assert api.put(f"/api/2/roles/{role.id}", {"users": [*role.user_ids, grace.id]}).status_code == 200
    refused = sign_in(sandbox, "grace.green@acme.example")
    assert not refused.ok
    assert refused.text.startswith("You do not have access to this application")
    sandbox.onelogin.run_mappings()
    assert sign_in(sandbox, "grace.green@acme.example").ok


@pytest.mark.parametrize("start", ["justcall", "onelogin"])
def test_sso_that_is_off_lets_nobody_in(sandbox: Sandbox, start: Any) -> None:
    follow_guide(sandbox, enabled=False)
    done = sign_in(sandbox, ALICE, start=start)
    assert not done.ok
    assert "Single sign-on is not enabled for your company" in done.text


def test_a_hidden_tile_is_found_by_nobody_but_justcall(sandbox: Sandbox) -> None:
    follow_guide(sandbox)
    assert sign_in(sandbox, ALICE, start="onelogin").ok
    sandbox.onelogin.edit_app("JustCall", visible=False)
    hidden = sign_in(sandbox, ALICE, start="onelogin")
    assert (hidden.ok, hidden.saml_response) == (False, None)
    assert hidden.text.startswith("Your applications")
    assert sign_in(sandbox, ALICE).ok


def test_swapped_addresses_fail_from_both_sides(sandbox: Sandbox) -> None:
    follow_guide(sandbox)
    settings = sandbox.justcall.settings
    sandbox.justcall.edit(sso_url=settings.issuer, issuer=settings.sso_url)
    assert not sign_in(sandbox, ALICE).ok
    tile = sign_in(sandbox, ALICE, start="onelogin")
    assert not tile.ok
    assert "Invalid issuer" in tile.text


@pytest.mark.parametrize("parts", ["response", "assertion", "both"])
def test_a_message_is_judged_by_itself_whatever_onelogin_is_set_to(sandbox: Sandbox, parts: Parts) -> None:
    follow_guide(sandbox)
    good = signed_parts(response(sandbox), sandbox, parts)
    sandbox.onelogin.edit_configuration("JustCall", audience="Wrong", recipient="", saml_nameid_format_id="2")
    sandbox.onelogin.delete_app("JustCall")
    assert posted(sandbox, good) == WELCOME


def test_the_same_reason_wherever_the_person_started(sandbox: Sandbox) -> None:
    follow_guide(sandbox)
    sandbox.onelogin.edit_configuration("JustCall", audience="Wrong")
    texts = {sign_in(sandbox, ALICE, start="justcall").text, sign_in(sandbox, ALICE, start="onelogin").text}
    assert len(texts) == 1
    assert "Invalid audience" in texts.pop()
    assert posted(sandbox, signed(response(sandbox), sandbox)) == WELCOME
