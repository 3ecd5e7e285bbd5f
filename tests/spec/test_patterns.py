"""Which addresses a pattern names. Names hold dots, so an address is more than its parts between dots."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sso_sync.spec.patterns import covers, fault, unignorable

MEMBER = "onelogin.access.roles.Tier 2.5.members.ann.lee@acme.example"


@pytest.mark.parametrize(
    ("pattern", "address"),
    [
        (MEMBER, MEMBER),
        ("onelogin.access.roles.*.members.*", MEMBER),
        ("onelogin.access.roles.Tier 2.5.members.*", MEMBER),
        ("onelogin.access.roles.*.members.ANN.LEE@acme.example", MEMBER),
        ("onelogin.access.roles.*", "onelogin.access.roles.Tier 2.5"),
        ("onelogin.access.users.*", "onelogin.access.users.ann.lee@acme.example"),
        ("onelogin.app.parameters.*", "onelogin.app.parameters.urn:oid:2.5.4.42"),
        ("onelogin.app.parameters.*.label", "onelogin.app.parameters.urn:oid:2.5.4.42.label"),
        ("onelogin.app.parameters.email.*", "onelogin.app.parameters.email.value"),
        ("onelogin.app.configuration.*", "onelogin.app.configuration.audience"),
        ("onelogin.app.configuration.raw.*", "onelogin.app.configuration.raw.sign_slo_request"),
        ("onelogin.app.rules.*", "onelogin.app.rules.Mr. Smith's"),
        ("justcall.sso.*", "justcall.sso.protocol"),
    ],
)
def test_a_pattern_names_an_address(pattern: str, address: str) -> None:
    assert covers(pattern, address)
    assert fault(pattern) is None
    assert unignorable(pattern) is None


@pytest.mark.parametrize(
    ("pattern", "address"),
    [
        ("onelogin.access.roles.*", MEMBER),
        ("onelogin.access.roles.Tier.members.*", MEMBER),
        ("onelogin.app.*", "onelogin.app.configuration.audience"),
        ("onelogin.app.configuration.*", "onelogin.app.configuration.raw.sign_slo_request"),
        ("onelogin.app.parameters.*", "onelogin.app.parameters.email.value"),
        ("justcall.sso.*", "onelogin.app.name"),
        ("onelogin.access.roles.sales", "onelogin.access.roles.Sales"),
    ],
)
def test_a_star_is_one_name_and_no_more(pattern: str, address: str) -> None:
    assert not covers(pattern, address)


@pytest.mark.parametrize(
    "pattern",
    [
        "",
        "*",
        "onelogin",
        "onelogin.*",
        "onelogin.app.audience",
        "onelogin.app.configuration.audiense",
        "onelogin.access.roles.",
        "onelogin.access.roles.Temp-*",
        "justcall.sso.acs",
        "justcall.*.enabled",
    ],
)
def test_what_can_name_nothing_is_told(pattern: str) -> None:
    assert fault(pattern)


@pytest.mark.parametrize("pattern", ["onelogin.app", "onelogin.*", "onelogin.app.rules.first"])
def test_what_other_things_hang_on_cannot_be_ignored(pattern: str) -> None:
    assert unignorable(pattern)


@given(st.text(alphabet="*.@aoneligusrmbp", max_size=30), st.text(alphabet="*.@aoneligusrmbp", max_size=30))
def test_any_text_may_be_asked_about(pattern: str, address: str) -> None:
    assert covers(pattern, pattern)
    assert covers(pattern, address) in (True, False)
    assert fault(pattern) is None or isinstance(fault(pattern), str)
