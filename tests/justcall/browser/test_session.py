"""A saved session: what is kept of a browser's state, where it lies, who can read it, and that no message tells any."""

from __future__ import annotations

import base64
import json
import os
import stat
import string
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from sso_sync.errors import ExitCode, SsoSyncError
from sso_sync.justcall.browser.session import (
    NoSession,
    Session,
    SessionExpired,
    SessionUnusable,
    environment_names,
    kept_state,
    load_session,
    no_longer_accepted,
    refreshed,
    save_session,
    secrets_of,
    session_file,
    signed_in,
)
from sso_sync.justcall.browser.storage_state import earliest_expiry

APP = "https://app.justcall.io"
NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
CANARY = "canary-4711-canary"


def clock() -> datetime:
    return NOW


def cookie(name: str = "s", value: str = CANARY, domain: str = ".justcall.io", expires: float = -1) -> dict[str, Any]:
    return {
        "name": name,
        "value": value,
        "domain": domain,
        "path": "/",
        "expires": expires,
        "httpOnly": True,
        "secure": True,
        "sameSite": "Lax",
    }


def stored(origin: str, **items: str) -> dict[str, Any]:
    return {"origin": origin, "localStorage": [{"name": name, "value": value} for name, value in items.items()]}


def state(*cookies: dict[str, Any], origins: tuple[dict[str, Any], ...] = ()) -> dict[str, Any]:
    return {"cookies": list(cookies or (cookie(),)), "origins": list(origins)}


def in_hours(hours: float) -> float:
    return (NOW + timedelta(hours=hours)).timestamp()


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    return {"HOME": str(tmp_path)}


def saved(environ: dict[str, str], kept: dict[str, Any] | None = None, app_url: str = APP) -> Path:
    session = signed_in(kept or state(), "prod", app_url, environ, clock=clock)
    return save_session(session, "prod", app_url, environ)


def load(environ: dict[str, str], app_url: str = APP) -> Session:
    return load_session("prod", app_url, environ, spec=Path("specs/it is.yaml"), clock=clock)


def refused(environ: dict[str, str], kind: type[SsoSyncError], app_url: str = APP) -> str:
    """Everything that is told about a session that cannot be used; none of it is the session."""
    with pytest.raises(kind) as caught:
        load(environ, app_url)
    assert caught.value.exit_code is ExitCode.UNAVAILABLE
    (told,) = caught.value.diagnostics
    words = "\n".join((told.summary, told.detail or "", told.next_action or ""))
    assert "canary" not in words
    return words


class TestPlaces:
    def test_the_file_of_a_connection(self) -> None:
        path = session_file("prod", "https://APP.justcall.io/", {"HOME": "/h"})
        assert path == Path("/h/.local/state/sso-sync/sessions/app.justcall.io/prod.json")

    def test_xdg_state_home_counts_if_it_is_absolute(self) -> None:
        assert session_file("p", APP, {"HOME": "/h", "XDG_STATE_HOME": "/s"}).is_relative_to("/s/sso-sync/sessions")
        assert session_file("p", APP, {"HOME": "/h", "XDG_STATE_HOME": "s"}).is_relative_to("/h/.local/state")

    def test_two_ports_are_two_services(self) -> None:
        first, second = (session_file("p", f"http://127.0.0.1:{port}", {"HOME": "/h"}) for port in (8711, 8712))
        assert first.parent.name == "127.0.0.1_8711"
        assert first != second

    @pytest.mark.parametrize("host", ["[::1]:80", "..", "a%2Fb", "user:secret@host"])
    def test_a_host_is_one_folder_below_the_sessions(self, host: str) -> None:
        folder = session_file("p", f"http://{host}", {"HOME": "/h"}).parent
        assert folder.parent == Path("/h/.local/state/sso-sync/sessions")
        assert folder.name not in ("", ".", "..")
        assert "secret" not in folder.name

    def test_without_a_home_there_is_one_error(self) -> None:
        with pytest.raises(SsoSyncError, match="no home folder"):
            session_file("prod", APP, {})

    def test_the_variables(self) -> None:
        assert environment_names("justcall-prod") == ("JUSTCALL_SESSION_JUSTCALL_PROD", "JUSTCALL_SESSION")


class TestSaving:
    def test_it_belongs_to_its_owner_alone(self, environ: dict[str, str]) -> None:
        before = os.umask(0)
        try:
            path = saved(environ)
        finally:
            os.umask(before)
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        for folder in list(path.parents)[:3]:
            assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        assert [one.name for one in path.parent.iterdir()] == ["prod.json"]

    def test_folders_that_were_open_are_closed(self, environ: dict[str, str]) -> None:
        path = saved(environ)
        path.parent.chmod(0o755)
        saved(environ)
        assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700

    def test_the_document(self, environ: dict[str, str]) -> None:
        assert json.loads(saved(environ).read_text(encoding="utf-8")) == {
            "version": 1,
            "app_url": APP,
            "saved_at": "2026-03-01T12:00:00+00:00",
            "signed_in_at": "2026-03-01T12:00:00+00:00",
            "storage_state": state(),
        }

    def test_a_folder_that_cannot_be_made_is_one_error(self, environ: dict[str, str], tmp_path: Path) -> None:
        (tmp_path / ".local").write_text("", encoding="utf-8")
        with pytest.raises(SsoSyncError, match="cannot be used"):
            saved(environ)

    def test_a_refreshed_one_keeps_when_somebody_signed_in(self) -> None:
        old = Session(state(), NOW - timedelta(days=3), NOW - timedelta(days=3), "file", "f")
        new = refreshed(old, state(cookie(value="other")), clock=clock)
        assert (new.saved_at, new.signed_in_at) == (NOW, NOW - timedelta(days=3))
        assert new.storage_state["cookies"][0]["value"] == "other"


class TestLoading:
    def test_what_was_saved(self, environ: dict[str, str]) -> None:
        path = saved(environ, state(origins=(stored(APP, token=CANARY),)))
        found = load(environ)
        assert found == Session(state(origins=(stored(APP, token=CANARY),)), NOW, NOW, "file", str(path))
        assert "canary" not in repr(found)

    @pytest.mark.parametrize("encode", [str, lambda text: base64.encodebytes(text.encode()).decode()])
    def test_the_content_of_a_file_in_the_environment(
        self, environ: dict[str, str], encode: Callable[[str], str]
    ) -> None:
        text = saved(environ).read_text(encoding="utf-8")
        found = load({"JUSTCALL_SESSION": encode(text)})
        assert found == Session(state(), NOW, NOW, "environment", "JUSTCALL_SESSION")

    def test_a_bare_storage_state_in_the_environment_does_not_tell_its_age(self) -> None:
        found = load({"JUSTCALL_SESSION": json.dumps(state())})
        assert found == Session(state(), None, None, "environment", "JUSTCALL_SESSION")

    def test_the_environment_comes_first_and_the_connections_own_variable_before_all(
        self, environ: dict[str, str]
    ) -> None:
        saved(environ)
        environ["JUSTCALL_SESSION"] = json.dumps(state())
        assert load(environ).where == "JUSTCALL_SESSION"
        environ["JUSTCALL_SESSION_PROD"] = json.dumps(state())
        assert load(environ).where == "JUSTCALL_SESSION_PROD"
        environ |= {"JUSTCALL_SESSION": "", "JUSTCALL_SESSION_PROD": ""}
        assert load(environ).source == "file"

    def test_a_variable_that_is_wrong_is_not_passed_over(self, environ: dict[str, str]) -> None:
        saved(environ)
        environ["JUSTCALL_SESSION"] = CANARY
        assert "JUSTCALL_SESSION" in refused(environ, SessionUnusable)

    def test_nobody_has_signed_in(self, environ: dict[str, str]) -> None:
        assert "sso-sync browser login 'specs/it is.yaml'" in refused(environ, NoSession)

    def test_a_session_that_holds_nothing(self, environ: dict[str, str]) -> None:
        saved(environ, state(cookie(value="")))
        assert "sso-sync browser login" in refused(environ, NoSession)

    def test_every_cookie_has_run_out(self, environ: dict[str, str]) -> None:
        saved(environ, state(cookie(expires=in_hours(-1)), cookie("b", expires=in_hours(-0.01))))
        words = refused(environ, SessionExpired)
        assert "sso-sync browser login" in words
        assert "2026-03-01 12:00 UTC" in words

    @pytest.mark.parametrize("expires", [-1, in_hours(0.1)])
    def test_one_cookie_that_lasts_is_enough(self, environ: dict[str, str], expires: float) -> None:
        saved(environ, state(cookie(expires=in_hours(-1)), cookie("b", expires=expires)))
        assert load(environ).source == "file"

    def test_local_storage_alone_may_be_a_session(self, environ: dict[str, str]) -> None:
        saved(environ, {"cookies": [], "origins": [stored(APP, token=CANARY)]})
        assert load(environ).source == "file"

    @pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o666, 0o601])
    def test_a_file_that_is_open_to_others_is_refused(self, environ: dict[str, str], mode: int) -> None:
        path = saved(environ)
        path.chmod(mode)
        words = refused(environ, SessionUnusable)
        assert f"chmod 600 {path}" in words
        assert f"{mode:04o}" in words

    @pytest.mark.parametrize("make", [Path.mkdir, os.mkfifo])
    def test_what_is_no_file_is_refused_at_once(self, environ: dict[str, str], make: Callable[[Path], None]) -> None:
        path = saved(environ)
        path.unlink()
        make(path)
        assert str(path) in refused(environ, SessionUnusable)

    @pytest.mark.parametrize(
        "content",
        [
            "",
            CANARY,
            f'{{"canary": {CANARY}',
            f'["{CANARY}"]',
            json.dumps(state()),  # only the environment may do without the frame
            json.dumps({"version": 2, "app_url": APP, "storage_state": state()}),
            json.dumps({"version": 1, "app_url": 7, "storage_state": state()}),
            json.dumps({"version": 1, "app_url": "http://[canary", "storage_state": state()}),
            json.dumps({"version": 1, "app_url": APP, "storage_state": state(), "saved_at": "canary"}),
            json.dumps({"version": 1, "app_url": APP, "storage_state": state(), "saved_at": "2026-03-01T12:00:00"}),
            json.dumps({"version": 1, "app_url": APP, "storage_state": state(), "saved_at": "0001-01-01T00:00+23:00"}),
            json.dumps({"version": 1, "app_url": APP, "storage_state": {"cookies": [{"name": CANARY}]}}),
            json.dumps({"version": 1, "app_url": APP, "storage_state": state({**cookie(), "value": 7})}),
            json.dumps({"version": 1, "app_url": APP, "storage_state": state({**cookie(), "sameSite": CANARY})}),
            json.dumps({"version": 1, "app_url": APP, "storage_state": state(cookie(expires=float("nan")))}),
            json.dumps({"version": 1, "app_url": APP, "storage_state": state(cookie(expires=10**400))}),
            json.dumps({"version": 1, "app_url": APP, "storage_state": {"cookies": [], "origins": [CANARY]}}),
            "[" * 100_000,
            "\x00",
        ],
        ids=range(19),
    )
    def test_damaged_content_is_one_error_that_tells_none_of_it(self, environ: dict[str, str], content: str) -> None:
        saved(environ).write_text(content, encoding="utf-8")
        refused(environ, SessionUnusable)
        if content and content != json.dumps(state()) and "\x00" not in content:
            refused({"JUSTCALL_SESSION": content}, SessionUnusable)
            refused({"JUSTCALL_SESSION": base64.b64encode(content.encode()).decode()}, SessionUnusable)

    @pytest.mark.parametrize("other", ["https://app.justcall.example", "https://justcall.io", f"{APP}:8443"])
    def test_one_for_another_address_is_not_sent_there(self, environ: dict[str, str], other: str) -> None:
        path = saved(environ, app_url=other)
        wanted = session_file("prod", APP, environ)
        wanted.parent.mkdir(parents=True, exist_ok=True)
        path.rename(wanted)
        assert "another address" in refused(environ, SessionUnusable)
        refused({"JUSTCALL_SESSION": wanted.read_text(encoding="utf-8")}, SessionUnusable)

    def test_the_same_address_may_be_written_in_other_ways(self, environ: dict[str, str]) -> None:
        saved(environ)
        text = session_file("prod", APP, environ).read_text(encoding="utf-8")
        assert load({"JUSTCALL_SESSION": text}, "https://APP.justcall.io:443/").storage_state == state()

    def test_the_error_for_a_session_that_justcall_refuses(self, environ: dict[str, str]) -> None:
        saved(environ)
        problem = no_longer_accepted(load(environ), spec=Path("a.yaml"))
        assert problem.exit_code is ExitCode.UNAVAILABLE
        assert problem.diagnostics[0].next_action == "Sign in: sso-sync browser login a.yaml"


LABELS = st.text(alphabet=string.ascii_lowercase + string.digits, min_size=1, max_size=8)
HOSTS = st.lists(LABELS, min_size=2, max_size=4).map(".".join).filter(lambda host: not host[-1].isdigit())
VALUES = st.text(max_size=30)


class TestKept:
    @given(own=HOSTS, sub=LABELS, dot=st.sampled_from(["", "."]), upper=st.booleans())
    def test_a_domain_and_what_lies_below_it(self, own: str, sub: str, dot: str, upper: bool) -> None:
        for domain in (own, f"{sub}.{own}"):
            one = cookie(domain=dot + (domain.upper() if upper else domain))
            assert kept_state(state(one), [own], APP)["cookies"] == [one]

    @given(own=HOSTS, other=LABELS)
    def test_nothing_that_only_looks_like_it(self, own: str, other: str) -> None:
        assume(not f".{own}.{other}".endswith(f".{own}"))  # a.a.a does lie below a.a
        for domain in (f"{other}{own}", f"{own}{other}", f"{own}.{other}", own.partition(".")[2], f"{other}-{own}", ""):
            assert kept_state(state(cookie(domain=domain)), [own], "http://127.0.0.1:1")["cookies"] == []

    @given(own=st.lists(HOSTS, max_size=2), domains=st.lists(HOSTS, max_size=5))
    def test_what_is_kept_is_below_an_own_domain_and_nothing_else_is_dropped(
        self, own: list[str], domains: list[str]
    ) -> None:
        def belongs(domain: str) -> bool:
            labels = domain.split(".")
            return any(labels[-len(one.split(".")) :] == one.split(".") for one in (*own, "app.justcall.io"))

        everything = state(
            *(cookie(domain=domain) for domain in domains),
            origins=tuple(stored(f"https://{domain}", a="b") for domain in domains),
        )
        kept = kept_state(everything, own, APP)
        if domains:
            assert [one["domain"] for one in kept["cookies"]] == [one for one in domains if belongs(one)]
        assert [one["origin"] for one in kept["origins"]] == [f"https://{one}" for one in domains if belongs(one)]

    @pytest.mark.parametrize("domain", ["127.0.0.1.evil.example", "1127.0.0.1", "0.0.1", "127.0.0.2", "localhost"])
    def test_an_address_is_itself_and_nothing_else(self, domain: str) -> None:
        mine = cookie("mine", domain="127.0.0.1")
        kept = kept_state(state(mine, cookie(domain=domain)), ["justcall.io"], "http://127.0.0.1:8711")
        assert kept["cookies"] == [mine]

    def test_what_an_address_stored_must_come_from_the_same_port(self) -> None:
        mine, other = stored("http://127.0.0.1:8711", a="b"), stored("http://127.0.0.1:8710", a="b")
        assert kept_state(state(origins=(mine, other)), [], "http://127.0.0.1:8711")["origins"] == [mine]

    def test_an_origin_that_is_no_address_is_dropped(self) -> None:
        assert kept_state(state(origins=(stored("http://[", a="b"),)), ["justcall.io"], APP)["origins"] == []

    def test_the_identity_provider_is_dropped(self) -> None:
        everything = state(
            cookie(),
            cookie(domain="acme.onelogin.com"),
            cookie(domain=".google.com"),
            origins=(stored(APP, a="b"), stored("https://acme.onelogin.com", token=CANARY)),
        )
        assert kept_state(everything, ["justcall.io"], APP) == state(cookie(), origins=(stored(APP, a="b"),))


COOKIES = st.builds(
    cookie,
    name=VALUES,
    value=st.text(min_size=1, max_size=30),
    domain=st.sampled_from(["app.justcall.io", ".justcall.io"]),
    expires=st.one_of(st.just(-1), st.floats(min_value=in_hours(1), max_value=4e9)),
)
ORIGINS = st.builds(lambda items: stored(APP, **items), st.dictionaries(VALUES, VALUES, max_size=3))
MOMENTS = st.datetimes(min_value=datetime(2000, 1, 1), max_value=datetime(2100, 1, 1)).map(  # noqa: DTZ001
    lambda moment: moment.replace(microsecond=0, tzinfo=timezone(timedelta(hours=5, minutes=30)))
)


@given(cookies=st.lists(COOKIES, min_size=1, max_size=4), origins=st.lists(ORIGINS, max_size=2), moment=MOMENTS)
def test_whatever_is_saved_comes_back(
    cookies: list[dict[str, Any]], origins: list[dict[str, Any]], moment: datetime
) -> None:
    with TemporaryDirectory() as home:
        environ = {"HOME": home}
        session = Session(
            {"cookies": cookies, "origins": origins}, moment, moment, "file", str(session_file("p", APP, environ))
        )
        path = save_session(session, "p", APP, environ)
        assert load_session("p", APP, environ, clock=clock) == session
        text = path.read_text(encoding="utf-8")
    for content in (text, base64.b64encode(text.encode()).decode()):
        again = load_session("p", APP, {"JUSTCALL_SESSION": content}, clock=clock)
        assert (again.storage_state, again.saved_at) == (session.storage_state, moment)


@given(st.text(max_size=200))
def test_any_text_in_the_environment_is_one_error_that_tells_none_of_it(text: str) -> None:
    refused({"JUSTCALL_SESSION": f"canary{text}"}, SessionUnusable)


def test_the_secrets_are_every_value_that_is_long_enough() -> None:
    held = state(cookie(value="12345678"), cookie(value="1234567"), origins=(stored(APP, a="abcdefgh", b="en-US"),))
    assert secrets_of(Session(held, None, None, "file", "f")) == {"12345678", "abcdefgh"}


def test_the_earliest_expiry() -> None:
    assert earliest_expiry(
        state(cookie(expires=in_hours(3)), cookie(expires=in_hours(2)), cookie())
    ) == NOW + timedelta(hours=2)
    assert earliest_expiry(state(cookie())) is None
