"""What tries a login: the test user of the environment, the sandbox's assertion API, and the metadata it publishes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import responses

from sso_sync.errors import SideUnavailable, UnexpectedAnswer
from sso_sync.onelogin.assertion import AssertionRefused, MfaRequired, TestUser
from sso_sync.onelogin.client import Client
from sso_sync.onelogin.connect import connect
from sso_sync.saml import metadata
from sso_sync.saml.response import read
from sso_sync.sandbox import Sandbox, follow_guide
from sso_sync.wiring import open_wires
from sso_sync.wiring.login import assertion_for, metadata_at, test_user
from tests.plan.build import connection
from tests.saml.samples import metadata as document

ALICE = TestUser("alice.adams@acme.example", "sandbox")
ACCOUNT = "https://acme.onelogin.com"
URL = "https://app.onelogin.com/saml/metadata/4711"
NAMES = ("ONELOGIN_TEST_USER", "ONELOGIN_TEST_PASSWORD", "ONELOGIN_TEST_OTP", "ONELOGIN_TEST_DEVICE")
CREDENTIALS = {
    "ONELOGIN_CLIENT_ID": "id",
    "ONELOGIN_CLIENT_SECRET": "secret",
    "JUSTCALL_API_KEY": "key",
    "JUSTCALL_API_SECRET": "secret",
}


def _environ(*values: str) -> dict[str, str]:
    return dict(zip(NAMES, values, strict=False))


def test_the_test_user_comes_from_the_environment() -> None:
    assert test_user(connection(), _environ("a@b.example", "pw")) == TestUser("a@b.example", "pw")
    whole = test_user(connection(), _environ(" a@b.example ", " pw ", "123456", "Protect"))
    assert whole == TestUser("a@b.example", " pw ", "123456", "Protect")
    assert test_user(connection(), _environ("a@b.example")) is None
    assert test_user(connection(), {"ONELOGIN_TEST_PASSWORD": "pw"}) is None
    assert test_user(connection(), {}) is None


def test_the_sandbox_has_a_test_user_of_its_own() -> None:
    sandboxed = connection({"sandbox": True, "onelogin": {"subdomain": None}})
    assert test_user(sandboxed, {}) == ALICE
    assert test_user(sandboxed, _environ("bob@acme.example")) == TestUser("bob@acme.example", "sandbox")
    assert test_user(sandboxed, _environ("bob@acme.example", "other")) == TestUser("bob@acme.example", "other")


def test_wires_know_the_test_user_and_say_when_there_is_none() -> None:
    with open_wires(connection(), CREDENTIALS) as wires:
        assert (wires.assertion, wires.test_user) == (None, None)
    with open_wires(connection(), {**CREDENTIALS, **_environ("a@b.example", "5ec2e7")}) as wires:
        assert wires.assertion is not None
        assert wires.test_user == "a@b.example"
        assert "5ec2e7" not in repr(wires)
        assert wires.writable(Path.cwd).test_user == "a@b.example"


@pytest.fixture(scope="module")
def running() -> Iterator[Sandbox]:
    with Sandbox() as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(running: Sandbox) -> Iterator[Sandbox]:
    running.reset()
    yield running
    assert running.bugs == []


@pytest.fixture
def idp(sandbox: Sandbox) -> Iterator[Client]:
    client = connect(sandbox.onelogin_url, sandbox.client_id, sandbox.client_secret, cache_dir=None)
    yield client
    client.close()


@pytest.mark.parametrize("envelope", ["flat", "v1"])
def test_a_real_assertion_is_fetched_without_a_write(sandbox: Sandbox, idp: Client, envelope: Any) -> None:
    sandbox.variants.assertion_envelope = envelope
    app = follow_guide(sandbox)
    sandbox.requests.clear()
    assert idp.read_only
    said = read(assertion_for(ALICE, idp)(app.id))
    assert (said.name_id, said.in_response_to) == (ALICE.email, None)
    assert {line.path for line in sandbox.requests.writes()} <= {"/api/2/saml_assertion", "/auth/oauth2/v2/token"}


@pytest.mark.parametrize("status", [400, 401, 404])
@pytest.mark.parametrize("user", [TestUser(ALICE.email, "wrong"), TestUser("nobody@acme.example", "sandbox")])
def test_a_wrong_password_is_tried_once(sandbox: Sandbox, idp: Client, user: TestUser, status: Any) -> None:
    sandbox.variants.assertion_refusal = status
    app = follow_guide(sandbox)
    with pytest.raises(AssertionRefused):
        assertion_for(user, idp)(app.id)
    assert sandbox.requests.count(method="POST", path="/api/2/saml_assertion") == 1


def test_a_token_that_has_ended_is_renewed_before_a_password_is_judged(sandbox: Sandbox, idp: Client) -> None:
    app = follow_guide(sandbox)
    idp.apps()
    sandbox.onelogin.expire_tokens()
    assert read(assertion_for(ALICE, idp)(app.id)).name_id == ALICE.email


def test_a_second_factor_is_given_by_its_code(sandbox: Sandbox, idp: Client) -> None:
    app = follow_guide(sandbox)
    sandbox.onelogin.enroll_mfa(ALICE.email, otp="654321")
    assert read(assertion_for(TestUser(ALICE.email, "sandbox", "654321"), idp)(app.id)).name_id == ALICE.email
    with pytest.raises(MfaRequired):
        assertion_for(TestUser(ALICE.email, "sandbox", "000000"), idp)(app.id)
    with pytest.raises(MfaRequired):
        assertion_for(ALICE, idp)(app.id)


def test_a_sandboxs_metadata_is_fetched_from_the_sandbox(sandbox: Sandbox) -> None:
    app = follow_guide(sandbox)
    issuer = sandbox.onelogin.issuer(app.id)
    assert issuer.startswith("https://app.onelogin.com/")
    assert metadata.read(metadata_at(sandbox.onelogin_url)(issuer)).entity_id == issuer
    with pytest.raises(UnexpectedAnswer, match="404"):
        metadata_at(sandbox.onelogin_url)(URL)


@pytest.mark.parametrize(
    "url", [URL, "https://acme.onelogin.com/saml/metadata/1", "https://idp.acme.example:8443/metadata"]
)
@responses.activate
def test_metadata_is_fetched_without_credentials(url: str) -> None:
    responses.get(url, body=document())
    account = "https://idp.acme.example:8443" if "8443" in url else ACCOUNT
    assert metadata_at(account)(url) == document()
    (call,) = responses.calls
    assert "Authorization" not in call.request.headers


@pytest.mark.parametrize(
    "url",
    [
        "http://app.onelogin.com/saml/metadata/1",
        "https://evil.example/saml/metadata/1",
        "https://onelogin.com.evil.example/",
        "https://evilonelogin.com/",
        "https://app.onelogin.com:8443/",
        "https://user:pw@app.onelogin.com/",
        "https://[",
        "file:///etc/passwd",
        "",
    ],
)
@responses.activate
def test_nothing_is_fetched_from_anybody_else(url: str) -> None:
    with pytest.raises(UnexpectedAnswer) as refused:
        metadata_at(ACCOUNT)(url)
    assert refused.value.diagnostics[0].next_action
    assert len(responses.calls) == 0


@responses.activate
def test_redirects_are_followed_among_onelogins_hosts_and_nowhere_else() -> None:
    there = "https://acme.onelogin.com/saml/metadata/4711"
    responses.get(URL, status=302, headers={"Location": there})
    responses.get(there, body=document())
    assert metadata_at(ACCOUNT)(URL) == document()
    responses.replace(responses.GET, URL, status=302, headers={"Location": "https://evil.example/"})
    with pytest.raises(UnexpectedAnswer, match="not one of OneLogin's"):
        metadata_at(ACCOUNT)(URL)


@responses.activate
def test_a_circle_of_redirects_ends() -> None:
    responses.get(URL, status=301, headers={"Location": URL})
    with pytest.raises(UnexpectedAnswer, match="again and again"):
        metadata_at(ACCOUNT)(URL)
    assert len(responses.calls) == 4


@responses.activate
def test_metadata_without_end_is_refused() -> None:
    responses.get(URL, body=b"x" * (1024 * 1024 + 1))
    with pytest.raises(UnexpectedAnswer, match="larger than"):
        metadata_at(ACCOUNT)(URL)


@responses.activate
def test_a_host_that_does_not_answer_is_a_side_out_of_reach(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("time.sleep", lambda _seconds: None)
    with pytest.raises(SideUnavailable):
        metadata_at(ACCOUNT)(URL)


def test_the_embedded_sandbox_is_wired_for_logins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    sandboxed = connection({"sandbox": True, "onelogin": {"subdomain": None}})
    with open_wires(sandboxed, {}) as wires:
        app_id = wires.idp.writable().create_app(
            {"name": "JustCall", "connector_id": 110016, "configuration": {"consumer_url": "https://sp.example/acs"}}
        )
        assert wires.assertion is not None
        assert wires.test_user == ALICE.email
        with pytest.raises(AssertionRefused):  # nobody may use the app yet
            wires.assertion(app_id)
        url = wires.idp.app(app_id).sso.metadata_url or ""
        assert metadata.read(wires.metadata(url)).entity_id == url
