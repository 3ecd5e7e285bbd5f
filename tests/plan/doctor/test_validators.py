"""An address that a validator lets pass although it is not JustCall's."""

from __future__ import annotations

import pytest

from sso_sync.plan.doctor.cases.validators import passes_too
from sso_sync.saml import validator
from tests.plan.build import ACS


@pytest.mark.parametrize(
    ("pattern", "address"),
    [
        (".*", "https://attacker.example/acs"),
        ("^https://", "https://attacker.example/acs"),
        (validator.guide(ACS), f"https://attacker.example/?next={ACS}"),
        (r"bifrost\.justcall\.io", f"https://attacker.example/?next={ACS}"),
        (f"^{ACS}$", "https://bifrostxjustcall.io/passport/login/callback"),
        (r"^https:\/\/bifrost\.justcall\.io", f"{ACS}.attacker.example/"),
        (r"^https?:\/\/bifrost\.justcall\.io\/passport\/login\/callback$", ACS.replace("https", "http")),
    ],
)
def test_an_example_of_what_passes(pattern: str, address: str) -> None:
    assert passes_too(pattern, ACS) == address
    assert validator.accepts(pattern, address)


def test_nothing_passes_an_anchored_pattern() -> None:
    assert passes_too(validator.anchored(ACS), ACS) is None
