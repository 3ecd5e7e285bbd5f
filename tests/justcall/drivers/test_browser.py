"""Driver `browser` against the sandbox's settings page in every rendering: it gets through, or it fails closed."""

from __future__ import annotations

import io
import os
import zipfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import yaml

from sso_sync.clock import utc_now
from sso_sync.errors import (
    CredentialsRefused,
    ExitCode,
    Locked,
    ReadOnlyViolation,
    SideUnavailable,
    SsoSyncError,
    UnexpectedAnswer,
)
from sso_sync.justcall.browser.install import find_browser
from sso_sync.justcall.browser.locate import PageMismatch
from sso_sync.justcall.browser.room import Access
from sso_sync.justcall.browser.session import Session, secrets_of
from sso_sync.justcall.drivers.browser import BrowserDriver, connect
from sso_sync.justcall.page_map.load import load_page_map
from sso_sync.justcall.settings import SettingField, TestResult, Unknown
from sso_sync.saml.certificate import fingerprint, is_fingerprint, same
from sso_sync.sandbox.by_hand import follow_guide
from sso_sync.sandbox.justcall.pages.labels import RENAMED
from sso_sync.sandbox.server import Sandbox
from sso_sync.values import Json, Permit

pytestmark = pytest.mark.browser

F = SettingField
IMPATIENT: dict[str, Any] = {"timeout_seconds": 4}
# Every load of a page takes time; the way through the navigation is tried where the page as a whole is the point.
DIRECT: dict[str, Any] = {"settings": {"path": "/apex/settings/security/sso", "navigation": []}}
OWNER = "olivia.owner@acme.example"
UPLOAD = "Upload certificate"


@pytest.fixture(scope="module")
def shared() -> Iterator[Sandbox]:
    with Sandbox() as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(shared: Sandbox) -> Iterator[Sandbox]:
    """A connection set up by hand on OneLogin's side, and nothing of it in JustCall yet."""
    shared.reset()
    _half_set_up(shared)
    yield shared
    assert shared.bugs == []


def _half_set_up(sandbox: Sandbox) -> None:
    follow_guide(sandbox)
    sandbox.justcall.edit(protocol=None, sso_url=None, issuer=None, certificate=None, default_role=None, enabled=False)


@dataclass
class Visitor:
    """Makes drivers; `folder` takes their pictures, `kept` the sessions that they hand back."""

    sandbox: Sandbox
    folder: Path
    environ: dict[str, str]
    made: list[BrowserDriver] = field(default_factory=list)
    kept: list[dict[str, Any]] = field(default_factory=list)
    session: Session | None = None

    def __call__(self, over: dict[str, Any] | None = None, *, keeps: bool = False) -> BrowserDriver:
        known = None
        if over:
            known = self.folder / "page-map.yaml"
            known.write_text(yaml.safe_dump(over), encoding="utf-8")
        now = utc_now()
        self.session = Session(self.sandbox.browser_session(), now, now, "environment", "the sandbox")
        session = self.session
        access = Access(
            find_browser(self.environ),
            self.sandbox.justcall_url,
            load_page_map(known),
            lambda: session,
            (lambda _, state: self.kept.append(dict(state))) if keeps else None,
            "sso-sync browser login spec.yaml",
        )
        driver = connect(access, refusals=self._made("refused"))
        self.made.append(driver)
        return driver

    def writable(self, over: dict[str, Any] | None = None, permit: Permit | None = None) -> BrowserDriver:
        return self(over).writable(self._made("run"), permit)

    def pictures(self, of: str) -> list[str]:
        return sorted(path.name for path in (self.folder / of).glob("*")) if (self.folder / of).exists() else []

    def _made(self, name: str) -> Callable[[], Path]:
        def make() -> Path:
            (self.folder / name).mkdir(mode=0o700, exist_ok=True)
            return self.folder / name

        return make


@pytest.fixture
def visit(sandbox: Sandbox, tmp_path: Path) -> Iterator[Visitor]:
    visitor = Visitor(sandbox, tmp_path, dict(os.environ))
    yield visitor
    for driver in visitor.made:
        driver.close()


@pytest.fixture
def elsewhere(tmp_path: Path) -> Iterator[Visitor]:
    """A visitor of another sandbox, which was set up in the same way."""
    (tmp_path / "elsewhere").mkdir()
    with Sandbox() as sandbox:
        _half_set_up(sandbox)
        visitor = Visitor(sandbox, tmp_path / "elsewhere", dict(os.environ))
        yield visitor
        for driver in visitor.made:
            driver.close()


def right(sandbox: Sandbox) -> dict[SettingField, Json]:
    """The values with which a login works."""
    app = sandbox.onelogin.app("JustCall")
    return {
        F.PROTOCOL: "SAML 2.0",
        F.SSO_URL: sandbox.onelogin.sso_url(app.id),
        F.ISSUER: sandbox.onelogin.issuer(app.id),
        F.CERTIFICATE: sandbox.onelogin.signing_certificate(app.id),
        F.DEFAULT_ROLE: "Team Member",
    }


def saved(sandbox: Sandbox, values: dict[SettingField, Json]) -> None:
    """JustCall holds this; how it got there is not the point."""
    sandbox.justcall.edit(**{field.value: value for field, value in values.items()})


def writes(sandbox: Sandbox) -> list[str]:
    return [f"{request.method} {request.path}" for request in sandbox.requests.writes("justcall")]


@pytest.mark.parametrize("certificate", ["shown", "fingerprint", "hidden"])
@pytest.mark.parametrize("page", ["native", "spa"])
def test_every_rendering_is_read_filled_in_saved_tested_and_enabled(
    visit: Visitor, sandbox: Sandbox, page: str, certificate: str
) -> None:
    sandbox.variants.update({"page": page, "page_certificate": certificate})
    driver = visit.writable(None if certificate == "shown" else DIRECT)
    before = driver.read()
    wanted = right(sandbox)
    assert {field: before.value(field) for field in wanted} == dict.fromkeys(wanted)
    assert before.value(F.ENABLED) is False
    assert before.value(F.ACS_URL) == sandbox.justcall.settings.acs_url
    assert before.value(F.ENTITY_ID) == "JustCall"
    assert before.value(F.VERIFIED_DOMAINS) == ["acme.example"]
    assert writes(sandbox) == []

    after = driver.write(wanted)
    assert after.value(F.ENABLED) is False
    assert driver.test().ok
    assert driver.write({F.ENABLED: True}).value(F.ENABLED) is True

    held = sandbox.justcall.settings
    assert (held.sso_url, held.issuer, held.default_role, held.protocol, held.enabled) == (
        wanted[F.SSO_URL],
        wanted[F.ISSUER],
        "Team Member",
        "SAML 2.0",
        True,
    )
    assert same(held.certificate, str(wanted[F.CERTIFICATE]))
    known = after.knowledge(F.CERTIFICATE)
    if certificate == "hidden":
        assert isinstance(known, Unknown)
    else:
        seen = str(after.value(F.CERTIFICATE))
        assert is_fingerprint(seen) is (certificate == "fingerprint")
        assert fingerprint(seen) == fingerprint(str(wanted[F.CERTIFICATE]))
    assert visit.pictures("refused") == []


def test_labels_that_the_map_does_not_know_are_refused_with_a_picture(visit: Visitor, sandbox: Sandbox) -> None:
    sandbox.variants.page_labels = "renamed"
    with pytest.raises(PageMismatch) as refused:
        visit(IMPATIENT).read()
    told = refused.value.diagnostics[0]
    assert "the way to Settings → Security → Single Sign-On" in told.summary
    assert str(visit.folder / "refused" / "01-refused.png") in (told.detail or "")
    assert (visit.folder / "refused" / "01-refused.png").stat().st_mode & 0o077 == 0
    assert writes(sandbox) == []


def _renamed_map() -> dict[str, Any]:
    """What a user of that page would write."""
    words = RENAMED
    fields = (
        "enabled",
        "protocol",
        "acs_url",
        "entity_id",
        "sso_url",
        "issuer",
        "certificate",
        "default_role",
        "verified_domains",
    )
    named: dict[str, Any] = {name: {"label": getattr(words, name), "names": [getattr(words, name)]} for name in fields}
    named["protocol"]["options"] = {"SAML 2.0": [words.saml]}
    return {
        "settings": {
            "navigation": [
                {"roles": ["link"], "names": [words.security]},
                {"roles": ["link"], "names": [words.sso]},
            ],
            "ready": {"names": [words.sso]},
        },
        "fields": named,
        "save": {"button": {"names": [words.save]}},
        "test": {"button": {"names": [words.test]}},
    }


@pytest.mark.parametrize("page", ["native", "spa"])
def test_a_map_of_the_users_own_gets_through_renamed_labels(visit: Visitor, sandbox: Sandbox, page: str) -> None:
    sandbox.variants.update({"page_labels": "renamed", "page": page})
    driver = visit.writable(_renamed_map())
    driver.write(right(sandbox))
    assert driver.test().ok
    assert sandbox.justcall.settings.protocol == "SAML 2.0"


@pytest.mark.parametrize("page", ["native", "spa"])
def test_a_label_that_is_there_twice_is_refused_before_anything_is_typed(
    visit: Visitor, sandbox: Sandbox, page: str
) -> None:
    sandbox.variants.update({"page_labels": "twice", "page": page})
    driver = visit.writable(IMPATIENT)
    for attempt in (driver.read, lambda: driver.write({F.SSO_URL: "https://new.example/sso"})):
        with pytest.raises(PageMismatch, match="2 elements that are known as SSO URL"):
            attempt()
    assert writes(sandbox) == []
    assert sandbox.justcall.settings.sso_url is None


@pytest.mark.parametrize("page", ["native", "spa"])
def test_a_save_that_lies_is_found_out(visit: Visitor, sandbox: Sandbox, page: str) -> None:
    sandbox.variants.update({"page_save": "lies", "page": page})
    with pytest.raises(UnexpectedAnswer, match="said that it had saved, and after a reload holds something else"):
        visit.writable(DIRECT).write({F.ISSUER: "https://new.example/issuer"})
    assert sandbox.justcall.settings.issuer is None


@pytest.mark.parametrize("page", ["native", "spa"])
def test_a_save_that_fails_is_told_in_the_pages_words(visit: Visitor, sandbox: Sandbox, page: str) -> None:
    sandbox.variants.update({"page_save": "errors", "page": page})
    with pytest.raises(UnexpectedAnswer, match="JustCall did not save: "):
        visit.writable(DIRECT).write({F.ISSUER: "https://new.example/issuer"})
    assert sandbox.justcall.settings.issuer is None


@pytest.mark.parametrize("page", ["native", "spa"])
@pytest.mark.parametrize(("access", "words"), [("no_permission", "may not see"), ("expired", "has expired")])
def test_who_is_not_let_in_is_told_to_sign_in(
    visit: Visitor, sandbox: Sandbox, page: str, access: str, words: str
) -> None:
    sandbox.variants.update({"page_access": access, "page": page})
    with pytest.raises(CredentialsRefused, match=words) as refused:
        visit(IMPATIENT).read()
    assert refused.value.exit_code is ExitCode.UNAVAILABLE
    assert "sso-sync browser login spec.yaml" in (refused.value.diagnostics[0].next_action or "")


def test_a_session_that_ends_in_mid_run_saves_nothing(visit: Visitor, sandbox: Sandbox) -> None:
    driver = visit.writable(IMPATIENT)
    driver.read()
    sandbox.variants.page_access = "expired"
    with pytest.raises(CredentialsRefused):
        driver.write({F.ISSUER: "https://new.example/issuer"})
    assert sandbox.justcall.settings.issuer is None


def test_a_run_that_lost_its_lock_while_it_filled_in_the_page_does_not_save(visit: Visitor, sandbox: Sandbox) -> None:
    def lost() -> None:
        raise Locked.because("This run has lost its lock")

    with pytest.raises(Locked):
        visit.writable(DIRECT, lost).write({F.ISSUER: "https://new.example/issuer"})
    assert sandbox.justcall.settings.issuer is None
    assert writes(sandbox) == []
    assert "before-save.png" in " ".join(visit.pictures("run")), "it came as far as the button"


def test_ten_seconds_are_waited_for(visit: Visitor, elsewhere: Visitor) -> None:
    """On both kinds of page, and at the same time: waiting can only be waited for."""

    def saved(visitor: Visitor, page: str) -> tuple[Json, str | None]:
        visitor.sandbox.variants.update({"page_delay": 10.0, "page": page})
        shown = visitor.writable(DIRECT).write({F.ISSUER: "https://new.example/issuer"}).value(F.ISSUER)
        return shown, visitor.sandbox.justcall.settings.issuer

    with ThreadPoolExecutor(2) as pool:
        for shown, held in pool.map(saved, (visit, elsewhere), ("native", "spa")):
            assert shown is not None
            assert held == "https://new.example/issuer"


def test_justcall_that_is_not_there_is_a_side_out_of_reach(visit: Visitor) -> None:
    access = visit()._room.access
    gone = connect(
        Access(access.executable, "http://127.0.0.1:9", access.page_map, access.session, None, access.sign_in),
        refusals=visit._made("refused"),
    )
    visit.made.append(gone)
    with pytest.raises(SideUnavailable, match="cannot be reached"):
        gone.read()


@pytest.mark.parametrize("page", ["native", "spa"])
def test_fields_that_show_only_once_sso_is_on_need_a_word_in_the_map(
    visit: Visitor, sandbox: Sandbox, page: str
) -> None:
    sandbox.variants.update({"page_fields": "when_enabled", "page": page})
    with pytest.raises(PageMismatch, match="nothing that is known as ACS URL") as refused:
        visit(IMPATIENT | DIRECT).read()
    assert "`reveals: true`" in (refused.value.diagnostics[0].detail or "")
    driver = visit.writable({**DIRECT, "fields": {"enabled": {"reveals": True}}})
    assert driver.read().value(F.ENTITY_ID) == "JustCall"
    assert writes(sandbox) == []
    assert sandbox.justcall.settings.enabled is False
    after = driver.write(right(sandbox))
    assert after.value(F.ENABLED) is False
    assert sandbox.justcall.settings.enabled is False
    assert sandbox.justcall.settings.sso_url == right(sandbox)[F.SSO_URL]


@pytest.mark.parametrize("page", ["native", "spa"])
def test_a_test_that_wants_sso_on_first_is_no_failure(visit: Visitor, sandbox: Sandbox, page: str) -> None:
    sandbox.variants.update({"test_needs_enabled": True, "page": page})
    driver = visit.writable(DIRECT)
    saved(sandbox, right(sandbox))
    result = driver.test()
    assert (result.ok, result.needs_enabled) == (False, True)
    saved(sandbox, {F.ENABLED: True})
    assert driver.test().ok


@pytest.mark.parametrize("page", ["native", "spa"])
def test_a_failed_test_is_a_result_in_the_pages_words(visit: Visitor, sandbox: Sandbox, page: str) -> None:
    sandbox.variants.page = page  # type: ignore[assignment]
    driver = visit.writable(DIRECT)
    saved(sandbox, {**right(sandbox), F.ISSUER: "https://other.example"})
    result = driver.test()
    assert isinstance(result, TestResult)
    assert not result.ok
    assert "Invalid issuer" in result.message


@pytest.mark.parametrize("page", ["native", "spa"])
def test_a_role_that_is_not_offered_is_refused_with_those_that_are(visit: Visitor, sandbox: Sandbox, page: str) -> None:
    sandbox.variants.page = page  # type: ignore[assignment]
    with pytest.raises(PageMismatch, match="“Supervisor”") as refused:
        visit.writable(IMPATIENT).write({F.DEFAULT_ROLE: "Supervisor"})
    assert "Admin, Team Member" in (refused.value.diagnostics[0].detail or "")
    assert writes(sandbox) == []


def test_a_read_only_driver_writes_nothing(visit: Visitor, sandbox: Sandbox) -> None:
    driver = visit()
    attempts: list[Callable[[], object]] = [lambda: driver.write({F.ENABLED: True}), driver.test]
    for attempt in attempts:
        with pytest.raises(ReadOnlyViolation):
            attempt()
    assert list(sandbox.requests) == []


def test_one_field_is_changed_and_every_other_stays(visit: Visitor, sandbox: Sandbox) -> None:
    driver = visit.writable(DIRECT)
    saved(sandbox, right(sandbox))
    before = sandbox.justcall.snapshot()["settings"]
    driver.write({F.DEFAULT_ROLE: "Admin"})
    after = sandbox.justcall.snapshot()["settings"]
    assert isinstance(before, dict)
    assert after == {**before, "default_role": "Admin"}


def test_the_evidence_is_complete_private_and_masked(visit: Visitor, sandbox: Sandbox) -> None:
    driver = visit.writable()
    driver.write(right(sandbox))
    driver.test()
    assert driver.evidence == visit.folder / "run"
    driver.close()
    assert visit.pictures("run") == [
        "01-before-save.png",
        "02-after-save.png",
        "03-read-back.png",
        "04-test.png",
        "trace.zip",
    ]
    assert all(path.stat().st_mode & 0o777 == 0o600 for path in (visit.folder / "run").iterdir())
    assert visit.session is not None
    hidden = [OWNER, *secrets_of(visit.session)]
    with zipfile.ZipFile(io.BytesIO((visit.folder / "run" / "trace.zip").read_bytes())) as trace:
        assert "trace.network" in trace.namelist()
        whole = b"".join(trace.read(name) for name in trace.namelist())
    for secret in hidden:
        assert secret.encode() not in whole


def test_a_session_that_let_us_in_is_handed_back_and_no_other(visit: Visitor, sandbox: Sandbox) -> None:
    driver = visit(IMPATIENT, keeps=True)
    driver.read()
    driver.close()
    assert [cookie["name"] for cookie in visit.kept[0]["cookies"]] == ["justcall_session"]
    sandbox.variants.page_access = "expired"
    refused = visit(IMPATIENT, keeps=True)
    with pytest.raises(SsoSyncError):
        refused.read()
    refused.close()
    assert len(visit.kept) == 1


def test_a_certificate_that_cannot_be_pasted_is_uploaded(visit: Visitor, sandbox: Sandbox) -> None:
    over = {"fields": {"certificate": {"names": ["No such field"], "upload": {"roles": ["button"], "names": [UPLOAD]}}}}
    sandbox.variants.page_certificate = "fingerprint"
    after = visit.writable(over).write({F.CERTIFICATE: right(sandbox)[F.CERTIFICATE]})
    assert same(str(after.value(F.CERTIFICATE)), str(right(sandbox)[F.CERTIFICATE]))
    assert same(sandbox.justcall.settings.certificate, str(right(sandbox)[F.CERTIFICATE]))
