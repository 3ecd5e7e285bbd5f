"""Apprise itself, over loopback: what arrives, and what is said of what does not."""

from __future__ import annotations

import concurrent.futures
import logging
import threading
import time

import apprise
import pytest

from sso_sync.notifying.facts import Gravity
from sso_sync.notifying.message import Message
from sso_sync.notifying.sending import Letter, send
from sso_sync.notifying.targets import targets
from tests.notifying.sink import Sink

MESSAGE = Message("sso-sync: drift in a", "**drift in a** (`a.yaml`)\n\n- `onelogin.app.name`", Gravity.WARNING)


def letters(*urls: str) -> list[Letter]:
    return [Letter(target, MESSAGE) for target in targets({"SSO_SYNC_NOTIFY": " ".join(urls)})]


def test_what_arrives_and_what_is_said_of_the_rest(capfd: pytest.CaptureFixture[str]) -> None:
    with Sink() as sink, Sink(status=500) as failing:
        reasons = send(
            letters(sink.url(), failing.url(), "json://bob:s3cret@127.0.0.1:1", "nonsense://s3cret", "s3cret")
        )
    (got,) = sink.got
    assert (got["title"], got["message"], got["type"]) == (MESSAGE.title, MESSAGE.body, "warning")
    untaken, strange = "the service could not be reached or did not take it", "Apprise does not understand the address"
    assert reasons == (None, untaken, untaken, strange, strange)
    said = capfd.readouterr()
    assert said.out == said.err == ""  # nor does Apprise say anything by itself


def test_nobody_waits_for_ever_and_no_thread_holds_up_the_exit() -> None:
    with Sink(silent=True) as hanging:
        began = time.monotonic()
        assert send(letters(hanging.url("?rto=60")), patience=0.2) == ("no answer within 0.2 s",)
        assert time.monotonic() - began < 50
        waiting = [thread for thread in threading.enumerate() if thread.name.startswith("notify-")]
        assert waiting
        assert all(thread.daemon for thread in waiting)
        # Python waits for these when it exits; other tests may have left some of their own.
        assert not set(waiting) & set(concurrent.futures.thread._threads_queues)


def test_what_a_plugin_raises_is_told_without_its_words(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ValueError("s3cret")

    monkeypatch.setattr(apprise.Apprise, "notify", broken)
    assert send(letters("json://127.0.0.1:1")) == ("it failed with ValueError",)


def test_apprise_speaks_to_nobody() -> None:
    send(letters("nonsense://x"))
    logger = logging.getLogger("apprise")
    assert not logger.propagate
    assert logger.handlers
