"""Each kind of break, made in the sandbox in exactly that way, is failed by exactly the checks that are about it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from sso_sync import engine
from sso_sync.plan.checks.model import Status, Verification
from sso_sync.sandbox.server import Sandbox
from sso_sync.spec.load import load
from sso_sync.store import proofs
from tests.e2e.conftest import document, write
from tests.sandbox.signing_in import sign_in

APP, ALICE = "JustCall", "alice.adams@acme.example"
OTHER = "https://other.example/acs"
Making = Callable[["Login"], Any]


@dataclass(frozen=True)
class Login:
    """A login that works, until somebody breaks it."""

    sandbox: Sandbox
    spec: Path
    environ: dict[str, str]

    def verified(self) -> Verification:
        return engine.verify(load(self.spec, self.environ), environ=self.environ, probe=False)

    def app(self) -> dict[str, Any]:
        return dict(self.sandbox.onelogin.view(APP))

    @contextmanager
    def configured(self, **keys: Any) -> Iterator[None]:
        """The app with other configuration keys."""
        held: Any = self.app()["configuration"]
        self.sandbox.onelogin.edit_configuration(APP, **keys)
        yield
        self.sandbox.onelogin.edit_configuration(APP, **{key: held[key] for key in keys})

    @contextmanager
    def parameter(self, name: str, **fields: Any) -> Iterator[None]:
        """A parameter of the app with other fields."""
        held: Any = self.app()["parameters"]
        self.sandbox.onelogin.edit_parameter(APP, name, **fields)
        yield
        self.sandbox.onelogin.edit_parameter(APP, name, **{key: held[name][key] for key in fields})

    @contextmanager
    def held(self, **fields: Any) -> Iterator[None]:
        """JustCall with other settings."""
        before = self.sandbox.justcall.settings
        self.sandbox.justcall.edit(**fields)
        yield
        self.sandbox.justcall.edit(**{key: getattr(before, key) for key in fields})

    @contextmanager
    def swapped(self) -> Iterator[None]:
        now = self.sandbox.justcall.settings
        with self.held(sso_url=now.issuer, issuer=now.sso_url):
            yield

    @contextmanager
    def signing(self, name: str, **facts: Any) -> Iterator[None]:
        """Both sides with another certificate."""
        certificate = self.sandbox.onelogin.add_certificate(name, **facts)
        with self.configured(certificate_id=certificate.id), self.held(certificate=certificate.pem):
            yield

    @contextmanager
    def rewritten(self) -> Iterator[None]:
        with self.held(certificate=str(self.sandbox.justcall.settings.certificate).replace("\n", "\r\n")):
            yield

    @contextmanager
    def other_certificate(self) -> Iterator[None]:
        with self.held(certificate=self.sandbox.onelogin.add_certificate("another").pem):
            yield

    @contextmanager
    def encrypted(self) -> Iterator[None]:
        self.sandbox.onelogin.set_encryption_certificate(APP, str(self.sandbox.justcall.settings.certificate))
        with self.configured(encrypt_assertion="1"):
            yield
        self.sandbox.onelogin.set_encryption_certificate(APP, None)

    @contextmanager
    def unassigned(self) -> Iterator[None]:
        self.sandbox.onelogin.remove_members("JustCall Users", [ALICE])
        yield
        self.sandbox.onelogin.add_members("JustCall Users", [ALICE])

    @contextmanager
    def suspended(self) -> Iterator[None]:
        self.sandbox.onelogin.edit_user(ALICE, status=2)
        yield
        self.sandbox.onelogin.edit_user(ALICE, status=1)


@pytest.fixture(scope="module")
def login(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Login]:
    """One sandbox for all, applied once; whoever breaks it puts it back."""
    place = tmp_path_factory.mktemp("breaks")
    with Sandbox() as sandbox, pytest.MonkeyPatch.context() as patch:
        patch.chdir(place)
        environ = {
            "ONELOGIN_CLIENT_ID": sandbox.client_id,
            "ONELOGIN_CLIENT_SECRET": sandbox.client_secret,
            "JUSTCALL_API_KEY": sandbox.api_key,
            "JUSTCALL_API_SECRET": sandbox.api_secret,
            "ONELOGIN_TEST_USER": ALICE,
            "ONELOGIN_TEST_PASSWORD": "sandbox",
        }
        spec = write(place / "spec.yaml", document(sandbox))
        engine.apply(load(spec, environ), environ=environ, approve=lambda _: True, sleep=lambda _: None)
        made = Login(sandbox, spec, environ)
        assert sign_in(sandbox, ALICE).ok
        yield made
        assert failed(made.verified()) == set(), "somebody did not put it back"


def failed(report: Verification) -> set[str]:
    return {check.name for check in report.checks if check.status is Status.FAIL}


def test_all_is_well(login: Login) -> None:
    report = login.verified()
    assert {check.status for check in report.checks} == {Status.PASS}
    assert report.proof is not None


@pytest.mark.parametrize(
    ("breaking", "names"),
    [
        (lambda it: it.configured(audience="Other"), "audience assertion.audience"),
        (lambda it: it.configured(audience=""), "audience assertion.audience"),
        (lambda it: it.configured(recipient=""), "recipient assertion.recipient"),
        (lambda it: it.configured(recipient=OTHER), "recipient assertion.recipient"),
        (lambda it: it.configured(validator=".*"), "acs_url_validator"),
        (
            lambda it: it.configured(consumer_url=OTHER, validator=".*"),
            "app_acs_url acs_url_validator assertion.destination",
        ),
        (lambda it: it.configured(saml_nameid_format_id="2"), "nameid assertion.nameid_format"),
        (lambda it: it.encrypted(), "assertion.encryption"),
        (lambda it: it.parameter("firstName", include_in_saml_assertion=False), "parameters assertion.attributes"),
        (lambda it: it.parameter("lastName", user_attribute_mappings="phone"), "assertion.attributes"),
        (lambda it: it.parameter("saml_username", user_attribute_mappings="lastname"), "assertion.nameid"),
        (lambda it: it.held(entity_id="Other"), "audience assertion.audience"),
        (lambda it: it.held(issuer="https://x.example"), "issuer metadata.entity_id assertion.issuer"),
        (lambda it: it.held(sso_url="https://x.example"), "sso_url metadata.sso_url"),
        (
            lambda it: it.swapped(),
            "swapped_urls sso_url issuer metadata.entity_id metadata.sso_url assertion.issuer",
        ),
        (lambda it: it.other_certificate(), "certificate_match metadata.certificate assertion.signature"),
        (lambda it: it.rewritten(), "certificate.justcall.text"),
        (
            lambda it: it.signing("expired", days_left=-1.0),
            "certificate.onelogin.validity certificate.justcall.validity",
        ),
        (lambda it: it.signing("weak", bits=1024), "certificate.onelogin.key certificate.justcall.key"),
        (lambda it: it.unassigned(), "assertion"),
        (lambda it: it.suspended(), "assertion"),
    ],
)
def test_a_break_is_failed_by_the_checks_that_are_about_it(login: Login, breaking: Making, names: str) -> None:
    with breaking(login):
        report = login.verified()
    assert failed(report) == set(names.split())
    assert report.exit_code == 1
    assert report.proof is None
    for check in report.checks:
        if check.status is Status.FAIL:
            assert check.address.partition(".")[0] in {"onelogin", "justcall"}
            assert check.detail or check.found is not None


def test_sso_that_is_off_does_not_speak_against_the_login(login: Login) -> None:
    with login.held(enabled=False):
        report = login.verified()
    assert failed(report) == {"enabled"}
    assert report.proof is not None


def test_what_fails_takes_back_the_proof_of_the_same_configuration(login: Login) -> None:
    assert login.verified().proof is not None
    with login.suspended():
        login.verified()
    assert proofs.load("justcall-test") is None


def test_a_failure_elsewhere_leaves_the_proof_of_another_configuration(login: Login) -> None:
    proven = login.verified().proof
    with login.configured(audience="Other"):
        login.verified()
    kept = proofs.load("justcall-test")
    assert proven is not None
    assert kept is not None
    assert kept.fingerprint == proven.fingerprint
