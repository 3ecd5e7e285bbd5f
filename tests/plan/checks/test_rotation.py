"""Whether a certificate is fit to sign: each check on its own, with its numbers."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from sso_sync.plan.checks.rotation import CHECKS, flaws, nearing, same_content, unseen
from sso_sync.plan.guard_names import GUARDS
from sso_sync.saml.certificate import Certificate
from sso_sync.spec.guards import CertificateExpiry

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
LIMITS = CertificateExpiry(warn_days=60, fail_days=7)


def made(
    key: str = "RSA",
    bits: int = 2048,
    *,
    days: float = 365.0,
    since: float = -1.0,
    algorithm: str = "RSA with SHA256",
) -> Certificate:
    begin, end = NOW + timedelta(days=since), NOW + timedelta(days=days)
    return Certificate(b"der", "AA:BB", begin, end, "CN=x", key, bits, algorithm)


def names(found: Certificate) -> list[str]:
    return [one.guard for one in flaws(found, now=NOW, limits=LIMITS)]


@pytest.mark.parametrize(
    ("key", "bits", "fit"),
    [
        ("RSA", 2048, True),
        ("RSA", 4096, True),
        ("RSA", 2047, False),
        ("RSA", 1024, False),
        ("EC", 256, True),
        ("EC", 224, False),
        ("DSA", 2048, False),
        ("Ed25519", 256, False),
        ("unknown", 0, False),
    ],
)
def test_the_key_is_of_a_kind_and_size_that_saml_signs_with(key: str, bits: int, fit: bool) -> None:
    assert names(made(key, bits)) == ([] if fit else ["certificate_key"])


@pytest.mark.parametrize(
    ("days", "since", "fit", "warned"),
    [
        (365.0, -1.0, True, False),
        (60.5, -1.0, True, True),
        (61.0, -1.0, True, False),
        (8.0, -1.0, True, True),
        (7.5, -1.0, False, False),
        (0.1, -1.0, False, False),
        (-0.1, -9.0, False, False),
        (365.0, 0.1, False, False),
    ],
)
def test_it_is_valid_now_and_for_longer_than_fail_days(days: float, since: float, fit: bool, warned: bool) -> None:
    found = made(days=days, since=since)
    assert names(found) == ([] if fit else ["certificate_validity"])
    assert (nearing(found, now=NOW, limits=LIMITS) is not None) == warned


@pytest.mark.parametrize(
    ("algorithm", "fit"),
    [
        ("RSA with SHA256", True),
        ("RSA with SHA512", True),
        ("ECDSA with SHA384", True),
        ("RSA with SHA3-256", True),
        ("RSA with SHA1", False),
        ("ECDSA with SHA1", False),
        ("RSA with MD5", False),
        ("1.2.3.4", True),
    ],
)
def test_it_is_not_signed_with_what_can_be_forged(algorithm: str, fit: bool) -> None:
    assert names(made(algorithm=algorithm)) == ([] if fit else ["certificate_signature"])


def test_every_flaw_is_told_at_once_with_its_own_override_and_its_numbers() -> None:
    found = flaws(made(bits=1024, days=3, algorithm="RSA with SHA1"), now=NOW, limits=LIMITS)
    assert [one.guard for one in found] == ["certificate_key", "certificate_validity", "certificate_signature"]
    assert all(f"--override {one.guard}" in (one.next_action or "") for one in found)
    assert dict(found[0].numbers) == {"bits": 1024, "least_bits": 2048}
    assert dict(found[1].numbers) == {"days_left": 3, "fail_days": 7}


def test_no_check_is_called_like_a_guard() -> None:
    assert CHECKS.isdisjoint(GUARDS)
    assert {same_content().guard, unseen(5).guard} <= CHECKS


def test_an_unseen_certificate_is_named_by_its_id() -> None:
    assert "5" in unseen(5).summary
    assert "--unchecked" in (unseen(5).next_action or "")
