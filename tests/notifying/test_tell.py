"""Night after night: who is told what, and what becomes of letters that are lost."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from sso_sync.errors import ExitCode, SsoSyncError
from sso_sync.notifying import tell as telling
from sso_sync.notifying import told
from sso_sync.notifying.facts import Seen
from sso_sync.notifying.targets import targets
from sso_sync.notifying.tell import tell
from sso_sync.plan.model import Expiry, Side
from sso_sync.store.documents import Documents
from tests.notifying.make import BROKEN, NAME, Post, drifted, seen
from tests.report.plans import signed_with
from tests.stored import contents, harm, look

AUDIENCE, ISSUER = "onelogin.app.configuration.audience", "justcall.sso.issuer"
ONE = {"SSO_SYNC_NOTIFY": "json://bob:s3cret@127.0.0.1/hook"}
TWO = {"SSO_SYNC_NOTIFY": "json://bob:s3cret@127.0.0.1/hook\n  slack://t0ken/b/c  "}
IN_SYNC, DRIFT, MORE = drifted(), drifted(AUDIENCE), drifted(AUDIENCE, ISSUER)


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


class Night:
    """Tells of runs to one mailbox, and hears the warnings."""

    def __init__(self, environ: dict[str, str] = ONE) -> None:
        self.post = Post()
        self.environ = environ
        self.warnings: list[str] = []

    def __call__(self, *runs: Seen) -> list[str]:
        tell(runs, self.environ, self.warnings.append, self.post)
        return self.post.titles()


def test_a_change_is_told_once_and_so_is_its_end() -> None:
    night = Night()
    assert night(seen(IN_SYNC)) == []
    assert not Path(".sso-sync").exists()  # most nights leave nothing behind
    assert night(seen(DRIFT)) == ["drift in justcall-prod (1 change in OneLogin)"]
    assert night(seen(DRIFT)) == []
    assert night(seen(MORE)) == ["drift in justcall-prod (1 change in OneLogin, 1 change in JustCall)"]
    assert night(seen(IN_SYNC)) == ["justcall-prod is back in sync"]
    assert night(seen(IN_SYNC)) == []
    assert told.load(NAME) == {}
    assert night.warnings == []


def test_a_failure_hides_the_drift_and_does_not_end_it() -> None:
    night = Night()
    night(seen(DRIFT))
    down = seen(replace(BROKEN, exit_code=ExitCode.UNAVAILABLE), ExitCode.UNAVAILABLE)
    assert night(down) == ["drift of justcall-prod failed (a side is out of reach, exit 6)"]
    assert night(down) == []
    assert night(seen(DRIFT)) == ["drift of justcall-prod works again"]
    assert night(seen(IN_SYNC)) == ["justcall-prod is back in sync"]


def test_a_spec_that_cannot_be_used_and_can_again() -> None:
    night = Night()
    broken = seen(BROKEN, ExitCode.ERROR, name=None)
    assert night(broken) == ["specs/justcall.yaml cannot be used"]
    assert night(broken) == []
    assert night(seen(IN_SYNC)) == ["specs/justcall.yaml can be used again"]


def test_a_certificate_is_told_at_each_step() -> None:
    night = Night()
    ends = [(60, Expiry.WARN), (59, Expiry.WARN), (7, Expiry.FAIL), (-1, Expiry.EXPIRED), (700, Expiry.GOOD)]
    plans = [replace(IN_SYNC, certificates=(signed_with(Side.ONELOGIN, "AA:BB", *end),)) for end in ends]
    assert [title for plan in plans for title in night(seen(plan))] == [
        "the certificate of justcall-prod expires in 60 days",
        "the certificate of justcall-prod expires in 7 days",
        "the certificate of justcall-prod has expired",
        "the certificate of justcall-prod is good again",
    ]


def test_only_a_lost_letter_is_sent_again() -> None:
    night = Night(TWO)
    night.post.lost = {2}
    assert len(night(seen(DRIFT))) == 1
    assert len(night(seen(DRIFT))) == 0
    assert (
        night.warnings
        == [
            "Notification 2 (slack) was not sent: it is on strike. The next run tries again",
        ]
        * 2
    )
    night.post.lost = set()
    tell([seen(DRIFT)], TWO, night.warnings.append, night.post)
    assert [number for number, _ in night.post.got] == [2]
    assert "s3cret" not in str(night.warnings)
    assert "t0ken" not in str(night.warnings)


def test_what_was_over_before_it_could_be_told_is_not_told() -> None:
    night = Night()
    night.post.lost = {1}
    night(seen(DRIFT))
    night.post.lost = set()
    assert night(seen(IN_SYNC)) == []


def test_a_fleet_is_one_message() -> None:
    night = Night()
    fleet = [seen(drifted(AUDIENCE, name=name), name=name, path=f"{name}.yaml") for name in ("a", "b", "c")]
    assert night(*fleet) == ["3 connections: 3 drifted"]
    assert night(*fleet[:2], seen(drifted(name="c"), name="c", path="c.yaml")) == ["c is back in sync"]


def test_nothing_that_is_kept_holds_an_address() -> None:
    Night(TWO)(seen(DRIFT))
    assert told.load(NAME)
    text = contents()
    for secret in ("s3cret", "t0ken", "127.0.0.1", "bob"):
        assert secret not in text
    assert "s3cret" not in repr(targets(TWO))


@pytest.mark.parametrize("text", ["", "[]", '{"version": 2}', '{"version": 1, "told": {"x": {"drift": 5}, "y": []}}'])
def test_a_damaged_record_costs_no_more_than_one_message(text: str) -> None:
    night = Night()
    Documents("notices").save(NAME, "")
    harm("UPDATE sso_sync_documents SET body = :body", body=text)
    assert len(night(seen(DRIFT))) == 1
    assert len(night(seen(DRIFT))) == 0
    assert look("SELECT body FROM sso_sync_documents")[0][0].startswith('{"version": 1, ')


def test_targets_that_come_and_go_do_not_pile_up() -> None:
    told.save(NAME, {str(number): {"drift": "x"} for number in range(50)})
    assert list(told.load(NAME)) == [str(number) for number in range(30, 50)]


def test_two_runs_at_the_same_time_tell_once() -> None:
    post = Post()
    with ThreadPoolExecutor(2) as pool:
        runs = [pool.submit(tell, [seen(DRIFT)], ONE, pytest.fail, post) for _ in range(2)]
        assert [run.result() for run in runs] == [None, None]
    assert len(post.got) == 1


def test_what_cannot_be_remembered_is_a_warning(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_key: str, _told: object) -> None:
        raise SsoSyncError.because("no space left.")

    monkeypatch.setattr(told, "save", full)
    night = Night()
    night(seen(DRIFT))
    assert night.warnings == ["Notifications: no space left; what was told just now is told again by the next run"]


def test_without_apprise_somebody_is_told_at_least_here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(telling, "available", lambda: False)
    night = Night()
    assert night(seen(DRIFT)) == []
    assert night.warnings == [
        "Nobody was notified: SSO_SYNC_NOTIFY is set and Apprise is not installed. pip install 'sso-sync[notify]'"
    ]


def test_without_anybody_to_tell_nothing_is_done() -> None:
    def unwanted(_letters: Sequence[object]) -> tuple[str | None, ...]:
        raise AssertionError

    tell([seen(DRIFT)], {"SSO_SYNC_NOTIFY": " \n"}, pytest.fail, unwanted)
    assert not Path(".sso-sync").exists()
