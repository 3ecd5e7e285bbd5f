from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.spec.support import HEAD, diagnostics, said, warnings

SANDBOX = HEAD + "sandbox: true\n"


def sso(text: str) -> str:
    return SANDBOX + f"justcall: {{sso: {{{text} }}}}\n"


@pytest.mark.parametrize("role", ["Owner", "owner", "Account Owner", "' account  OWNER '"])
def test_nobody_becomes_an_owner(tmp_path: Path, role: str) -> None:
    found = diagnostics(tmp_path, sso(f"default_role: {role}"))
    (error,) = (one for one in found if one.severity == "error")
    assert error.summary == f"`{role.strip(chr(39))}` cannot be a default role"
    assert error.address == "justcall.sso.default_role"


@pytest.mark.parametrize("role", ["Team Member", "Admin", "Product Owner", "!unmanaged"])
def test_roles_that_are_fine(tmp_path: Path, role: str) -> None:
    assert warnings(tmp_path, sso(f"enabled: true, default_role: {role}")) == ()


@pytest.mark.parametrize("role", ["", ", default_role: null"])
def test_enabled_without_a_default_role(tmp_path: Path, role: str) -> None:
    (only,) = warnings(tmp_path, sso(f"enabled: true{role}"))
    assert said((only,)) == ["4:27 SSO is enabled without a default role"]


def test_nothing_is_said_about_the_role_of_what_is_off(tmp_path: Path) -> None:
    assert warnings(tmp_path, sso("enabled: false")) == ()
    assert warnings(tmp_path, sso("enabled: !unmanaged")) == ()
    assert warnings(tmp_path, sso("enabled: true") + "state: absent\n") == ()


def test_a_certificate_has_to_be_one(tmp_path: Path) -> None:
    (only,) = diagnostics(tmp_path, sso("certificate: '***'"))
    assert said((only,)) == ["4:31 `certificate` is not an X.509 certificate"]
    assert (only.detail or "").startswith("This is not a certificate: ")


def test_a_certificate(tmp_path: Path) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "test")])
    now = datetime(2026, 1, 1, tzinfo=UTC)
    certificate = x509.CertificateBuilder(name, name, key.public_key(), 1, now, now + timedelta(days=1)).sign(
        key, hashes.SHA256()
    )
    pem = certificate.public_bytes(serialization.Encoding.PEM).decode()
    text = SANDBOX + "justcall:\n  sso:\n    certificate: |\n" + "".join(f"      {line}\n" for line in pem.splitlines())
    assert warnings(tmp_path, text) == ()


def test_issuer_and_sso_url_are_not_swapped(tmp_path: Path) -> None:
    issuer = "https://app.onelogin.com/saml/metadata/0d1e2f3a"
    url = "https://acme.onelogin.com/trust/saml2/http-post/sso/0d1e2f3a"
    assert warnings(tmp_path, sso(f"sso_url: {url}, issuer: {issuer}")) == ()
    assert said(diagnostics(tmp_path, sso(f"sso_url: {issuer}, issuer: {url}"))) == [
        "4:27 This is OneLogin's Issuer URL, not its SSO URL",
        "4:84 This is OneLogin's SSO URL, not its Issuer URL",
    ]


@pytest.mark.parametrize(
    ("text", "where"), [("fail_days: 61", "4:42"), ("warn_days: 6", "4:42"), ("warn_days: 5, fail_days: 9", "4:56")]
)
def test_a_warning_comes_before_the_refusal(tmp_path: Path, text: str, where: str) -> None:
    (only,) = diagnostics(tmp_path, SANDBOX + f"guards: {{certificate_expiry: {{{text}}}}}\n")
    assert said((only,))[0].startswith(f"{where} `fail_days` (")


def test_equal_days_are_fine(tmp_path: Path) -> None:
    assert warnings(tmp_path, SANDBOX + "guards: {certificate_expiry: {warn_days: 7}}\n") == ()
