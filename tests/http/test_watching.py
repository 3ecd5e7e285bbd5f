"""What an observer is told: every request that is sent, and no word of what it holds."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest

from sso_sync.errors import SsoSyncError
from sso_sync.http import Answer, Call, Count, Retry, ServiceDown, Tally, Transport, new_session, together
from sso_sync.onelogin.connect import connect
from tests.http.support import Naps, calm
from tests.http.wire import NOTHING, SILENCE, RawServer, ok
from tests.http.wire import Answer as Bytes
from tests.onelogin.support import ACCOUNT, CLIENT_ID, CLIENT_SECRET, answer, error, token_body, wired

BUSY = Bytes(b"HTTP/1.1 503 Busy\r\nX-Request-Id: req-7\r\nContent-Length: 0\r\n\r\n")
TOKEN = ("POST", "/auth/oauth2/v2/token", 1)
ROLES = ("GET", "/api/2/roles", 1)


class Diary:
    """Writes down what it is told."""

    def __init__(self) -> None:
        self.calls: list[Call] = []
        self.answers: list[tuple[Call, Answer]] = []

    def sent(self, call: Call) -> None:
        self.calls.append(call)

    def answered(self, call: Call, answer: Answer) -> None:
        self.answers.append((call, answer))

    def told(self) -> list[tuple[str, str, int]]:
        return [(call.method, call.path, call.attempt) for call in self.calls]

    def came(self) -> Counter[int | None]:
        return Counter(answer.status for _, answer in self.answers)

    def balanced(self) -> bool:
        """Whether each call was answered, and once."""
        return Counter(self.calls) == Counter(call for call, _ in self.answers)


def test_each_attempt_is_told_with_its_end_and_without_its_query() -> None:
    diary, tally = Diary(), Tally()
    with RawServer([BUSY, NOTHING, ok(b'{"secret": 1}'), SILENCE]) as server:
        wire = Transport(
            f"{server.url}/base",
            service="Example",
            session=new_session(server.url),
            auth=None,
            decode_error=lambda response: response.text,
            retry=calm(),
            timeout=(5.0, 0.2),
            observer=together(diary, tally),
        )
        hurried = wire.hurried()  # tells the same observer
        hurried.send("GET", "/things", params={"key": "s3cret"})
        with pytest.raises(ServiceDown):
            wire.send("POST", "/late?token=s3cret", body={"key": "s3cret"}, harmless=True)
        wire.close()
        host = server.url.removeprefix("http://")
    assert diary.told() == [(*("GET", "/base/things"), n) for n in (1, 2, 3)] + [("POST", "/base/late", 1)]
    assert {(call.service, call.host) for call in diary.calls} == {("Example", host)}
    assert diary.balanced()
    assert [each.status for _, each in diary.answers] == [503, None, 200, None]
    assert [each.request_id for _, each in diary.answers] == ["req-7", None, None, None]
    assert diary.answers[1][1].problem == "the connection broke before the answer was complete"
    assert diary.answers[3][1].problem == "no complete answer within 0.2 s"
    assert 0.2 <= diary.answers[3][1].seconds < 60
    assert tally.count == Count(sent=4, repeated=2, failed=3)
    assert "s3cret" not in repr(diary.answers)


def test_a_token_is_a_request_and_a_renewal_another_one() -> None:
    diary = Diary()
    with wired(token=False) as wire:
        wire.on("POST", TOKEN[1], answer(token_body("first")), answer(token_body("second")))
        wire.on("GET", ROLES[1], error(401), answer([]))
        idp = connect(ACCOUNT, CLIENT_ID, CLIENT_SECRET, cache_dir=None, observer=diary)
        idp.roles()
        idp.close()
        assert len(wire.sent) == 4
    assert diary.told() == [TOKEN, ROLES, TOKEN, (*ROLES[:2], 2)]
    assert diary.balanced()
    assert diary.came() == {200: 3, 401: 1}
    assert all(each.seconds >= 0 for _, each in diary.answers)


def test_a_call_that_gets_no_token_was_never_sent() -> None:
    diary = Diary()
    with wired(token=False) as wire:
        wire.on("POST", TOKEN[1], error(401))
        retry = Retry(sleep=Naps())
        idp = connect(ACCOUNT, CLIENT_ID, CLIENT_SECRET, cache_dir=None, observer=diary, retry=retry)
        with pytest.raises(SsoSyncError):
            idp.roles()
        idp.close()
        assert len(wire.sent) == 1
    assert diary.told() == [TOKEN]
    assert diary.came() == {401: 1}


def test_a_tally_counts_from_many_threads() -> None:
    tally = Tally()
    call, again = (Call("Example", "host", "GET", "/", attempt) for attempt in (1, 2))

    def work(number: int) -> None:
        tally.sent(again if number % 4 == 0 else call)
        tally.answered(call, Answer(500 if number % 2 == 0 else 200, 0.0))

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, range(4000)))
    assert tally.count == Count(sent=4000, repeated=1000, failed=2000)
