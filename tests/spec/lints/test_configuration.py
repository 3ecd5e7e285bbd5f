from __future__ import annotations

from pathlib import Path

import pytest

from sso_sync.onelogin.vocabulary import CONFIGURATION
from sso_sync.saml import validator
from sso_sync.spec.model import Configuration
from sso_sync.spec.wire import wire_names
from tests.spec.support import HEAD, diagnostics, said, warnings

SANDBOX = HEAD + "sandbox: true\n"
ACS = "https://bifrost.justcall.io/passport/login/callback"
PIN = f"justcall: {{service_provider: {{acs_url: {ACS}, entity_id: JustCall}}}}\n"


def configuration(text: str) -> str:
    return (
        SANDBOX + "onelogin:\n  app:\n    configuration:\n" + "".join(f"      {line}\n" for line in text.splitlines())
    )


# raw


def test_wire_names_are_onelogins() -> None:
    """Two modules that may not know each other hold the same facts (fact sheet onelogin-api §5.4)."""
    assert wire_names() == {name: key.wire for name, key in CONFIGURATION.items()}


@pytest.mark.parametrize(("friendly", "wire"), sorted(wire_names().items()))
def test_raw_has_no_key_with_a_friendly_name(tmp_path: Path, friendly: str, wire: str) -> None:
    (only,) = diagnostics(tmp_path, configuration(f"raw: {{{wire}: x}}"))
    assert said((only,)) == [f"7:{15 + len(wire)} `raw.{wire}` has a name of its own: `{friendly}`"]
    assert only.address == f"onelogin.app.configuration.raw.{wire}"


@pytest.mark.parametrize("friendly", sorted(Configuration.model_fields))
def test_raw_has_no_friendly_key(tmp_path: Path, friendly: str) -> None:
    (only,) = diagnostics(tmp_path, configuration(f"raw: {{{friendly}: x}}"))
    assert only.severity == "error"
    assert only.summary.startswith(f"`raw.{friendly}` has a name of its own: `")


def test_the_certificate_has_a_place_of_its_own(tmp_path: Path) -> None:
    (only,) = diagnostics(tmp_path, configuration("raw: {certificate_id: 7}"))
    assert only.summary == "`certificate_id` has a place of its own"
    assert only.next_action == "Write `onelogin.app.certificate: {id: …}`."


def test_other_raw_keys_are_passed_on(tmp_path: Path) -> None:
    assert (
        warnings(tmp_path, configuration("raw: {saml_issuer_type: '0', sign_slo_request: '1', provider_arn: null}"))
        == ()
    )


# the initiator


@pytest.mark.parametrize("login", ["", "login_url: null", "login_url: ''"])
def test_a_login_that_begins_at_justcall_needs_a_url(tmp_path: Path, login: str) -> None:
    (only,) = diagnostics(tmp_path, configuration(f"initiator: service_provider\n{login}"))
    assert said((only,)) == ["7:18 `initiator: service_provider` needs `login_url`"]
    assert only.address == "onelogin.app.configuration.initiator"


@pytest.mark.parametrize(
    "text",
    [
        "initiator: service_provider\nlogin_url: https://app.justcall.io/login",
        "initiator: service_provider\nlogin_url: !unmanaged",
        "initiator: onelogin",
    ],
)
def test_initiators_that_are_fine(tmp_path: Path, text: str) -> None:
    assert warnings(tmp_path, configuration(text)) == ()


# URLs and blanks


@pytest.mark.parametrize("key", ["acs_url", "recipient", "login_url", "logout_url"])
@pytest.mark.parametrize("value", ["app.justcall.io", "'https://a b'", "ftp://a.example", "https://"])
def test_urls_are_urls(tmp_path: Path, key: str, value: str) -> None:
    (only,) = diagnostics(tmp_path, configuration(f"{key}: {value}"))
    assert only.summary == f"`{key}` is not a URL: `{value.strip(chr(39))}`"


@pytest.mark.parametrize("key", ["audience", "acs_url", "recipient"])
@pytest.mark.parametrize("blank", ["null", "''"])
def test_blanks_that_onelogin_fills_with_a_placeholder(tmp_path: Path, key: str, blank: str) -> None:
    (only,) = warnings(tmp_path, configuration(f"{key}: {blank}"))
    assert only.summary == f"A blank `{key}` breaks the login"
    assert only.next_action == f"Leave `{key}` out to have JustCall's value, or write `{key}: !unmanaged`."


def test_blanks_that_are_fine(tmp_path: Path) -> None:
    assert (
        warnings(tmp_path, configuration("logout_url: ''\nlogin_url: null\nrelay_state: null\nrecipient: !unmanaged"))
        == ()
    )


def test_an_audience_that_differs_from_the_pin(tmp_path: Path) -> None:
    (only,) = diagnostics(tmp_path, configuration("audience: justcall") + PIN)
    assert said((only,)) == ["7:17 `audience` differs from `justcall.service_provider.entity_id`"]
    assert warnings(tmp_path, configuration("audience: JustCall") + PIN) == ()


# strength


def test_sha1(tmp_path: Path) -> None:
    (only,) = warnings(tmp_path, configuration("signature_algorithm: SHA-1"))
    assert said((only,)) == ["7:28 SHA-1 signatures can be forged"]
    assert warnings(tmp_path, configuration("signature_algorithm: SHA-512")) == ()


def test_assertions_that_expire_at_once(tmp_path: Path) -> None:
    (only,) = warnings(tmp_path, configuration("not_on_or_after_minutes: 0"))
    assert said((only,)) == ["7:32 Assertions that are valid for 0 minutes have expired on arrival"]
    assert warnings(tmp_path, configuration("not_on_or_after_minutes: 1\nnot_before_minutes: 0")) == ()


# the validator


@pytest.mark.parametrize("recipe", ["anchored", "guide", "null", "!unmanaged"])
def test_recipes_are_fine(tmp_path: Path, recipe: str) -> None:
    assert warnings(tmp_path, configuration(f"acs_url_validator: {recipe}") + PIN) == ()


@pytest.mark.parametrize(
    ("word", "advice"),
    [
        ("anchord", "Did you mean `anchored`?"),
        ("Guide", "Did you mean `guide`?"),
        ("default", "Write anchored, guide, or a regular expression."),
        ("''", "Write anchored, guide, or a regular expression."),
    ],
)
def test_a_word_is_no_pattern(tmp_path: Path, word: str, advice: str) -> None:
    (only,) = diagnostics(tmp_path, configuration(f"acs_url_validator: {word}"))
    assert only.summary == f"`{word.strip(chr(39))}` is neither a recipe nor a pattern for a URL"
    assert only.next_action == advice


@pytest.mark.parametrize("pattern", ["^https://(a$", "[", "(a*)*$", "(?<=a)b"])
def test_patterns_that_cannot_be_checked(tmp_path: Path, pattern: str) -> None:
    (only,) = diagnostics(tmp_path, configuration(f"acs_url_validator: '{pattern}'"))
    assert only.summary == "The ACS URL validator is not a regular expression that can be checked"
    assert (only.detail or "").startswith("It ")


@pytest.mark.parametrize("where", ["pinned", "configured"])
@pytest.mark.parametrize(
    ("pattern", "severity", "summary"),
    [
        (validator.anchored(ACS), None, None),
        ("^https://bifrost[.]justcall[.]io/passport/login/callback$", None, None),
        (validator.guide(ACS), "warning", "The ACS URL validator accepts more than the ACS URL"),
        (".*", "warning", "The ACS URL validator accepts more than the ACS URL"),
        (r"^https:\/\/other\.example$", "error", "The ACS URL validator does not accept the ACS URL"),
    ],
)
def test_patterns_against_the_acs_url(
    tmp_path: Path, where: str, pattern: str, severity: str | None, summary: str | None
) -> None:
    acs = PIN if where == "pinned" else ""
    text = configuration(f"acs_url_validator: '{pattern}'" + ("" if acs else f"\nacs_url: {ACS}")) + acs
    found = diagnostics(tmp_path, text) if severity == "error" else warnings(tmp_path, text)
    assert [(one.severity, one.summary) for one in found] == ([(severity, summary)] if severity else [])


def test_patterns_without_a_known_url_are_left_to_the_plan(tmp_path: Path) -> None:
    assert warnings(tmp_path, configuration("acs_url_validator: '.*'")) == ()
    assert warnings(tmp_path, configuration("acs_url_validator: '.*'\nacs_url: !unmanaged") + PIN) == ()


def test_the_configured_url_counts_and_not_the_pinned_one(tmp_path: Path) -> None:
    text = configuration("acs_url: https://proxy.example/acs\nacs_url_validator: '^https://proxy[.]example/acs$'")
    assert warnings(tmp_path, text + PIN) == ()
