"""The wire to one service: every request of this tool goes through `Transport.send`, and nowhere else.

What holds for every call lives here: read-only runs cannot write, redirects are not followed, nothing waits for ever,
no answer is too large, and a failure names the call without its secrets.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from enum import Enum
from itertools import count
from typing import Any, Final
from urllib.parse import urlsplit

import requests
import urllib3
from requests.auth import AuthBase

from sso_sync.clock import utc_now
from sso_sync.errors import ReadOnlyViolation
from sso_sync.http import bodies
from sso_sync.http.bodies import bounded, decoded, encoded, whole
from sso_sync.http.failures import Failure, explain
from sso_sync.http.gate import OPEN, Passage
from sso_sync.http.problems import AnswerError, AuthRefused, HttpProblem, ServiceDown
from sso_sync.http.request_ids import request_id
from sso_sync.http.retry import IDEMPOTENT, STANDARD_RETRY, Retry, is_transient, retry_after
from sso_sync.http.service_clock import ServiceClock
from sso_sync.http.telling import Telling
from sso_sync.http.watching import UNOBSERVED, Answer, Call, Observer, together
from sso_sync.urls import check_url
from sso_sync.values import Json, Permit

__all__ = ["ABSENT", "Absent", "Transport", "standard_request_id"]

_READS = frozenset({"GET", "HEAD"})
_HURRIED = (5.0, 15.0)  # seconds to connect, and to wait for an answer
_SCHEME_WORDS = frozenset({"client_id", "client_secret"})  # OneLogin's form; these words are no secrets
_WIRE_ERRORS = (requests.RequestException, urllib3.exceptions.HTTPError, OSError)
_MAYBE_DONE = "The request may have been carried out all the same; it is not sent again blindly."


class Absent(Enum):
    """No body at all, which is not the same as the JSON value null."""

    ABSENT = "absent"


ABSENT: Final = Absent.ABSENT


class _NoAuth(AuthBase):
    """Given instead of None: without any auth object, requests would take credentials from ~/.netrc."""

    def __call__(self, r: requests.PreparedRequest) -> requests.PreparedRequest:
        return r


class _Sending(AuthBase):
    """Puts the credentials on one attempt and notes that it is on its way: only then, since a token may have to be
    fetched first, and may not be had.
    """

    def __init__(self, auth: AuthBase, sent: Callable[[], None]) -> None:
        self._auth = auth
        self._sent = sent
        self.began: float | None = None

    def __call__(self, r: requests.PreparedRequest) -> requests.PreparedRequest:
        r = self._auth(r)
        self.began = time.monotonic()
        self._sent()
        return r


def standard_request_id(response: requests.Response) -> str | None:
    """The id under which the service's support finds this call (`sso_sync.http.request_ids`)."""
    return request_id(response.headers)


class Transport:
    """One service as a place to send requests to; safe to use from several threads.

    `decode_error` turns a failing answer into the service's own words, `wait_hint` says how many seconds it asks to
    wait (default: `Retry-After`), `advice(method, status)` what the user should do about an error. `timeout` is
    (connect, read) in seconds, `service_clock` is told what the answers say of the time, `observer` of each request and
    its answer. Every attempt goes through `passage`. Raises ValueError for an address that must not be used (see
    `sso_sync.urls`).
    """

    def __init__(
        self,
        base_url: str,
        *,
        service: str,
        session: requests.Session,
        auth: AuthBase | None,
        decode_error: Callable[[requests.Response], str],
        wait_hint: Callable[[requests.Response], float | None] | None = None,
        request_id: Callable[[requests.Response], str | None] = standard_request_id,
        advice: Callable[[str, int], str | None] | None = None,
        retry: Retry = STANDARD_RETRY,
        timeout: tuple[float, float] = (10.0, 90.0),
        read_only: bool = True,
        service_clock: ServiceClock | None = None,
        permit: Permit | None = None,
        observer: Observer = UNOBSERVED,
        passage: Passage = OPEN,
    ) -> None:
        check_url(base_url)
        self.base_url = base_url.rstrip("/")
        self.service = service
        self.read_only = read_only
        self.retry = retry
        self._session = session
        self._auth = auth or _NoAuth()
        self._decode_error = decode_error
        self._wait_hint = wait_hint
        self._request_id = request_id
        self._advice = advice
        self._timeout = timeout
        self._permit = permit
        self.service_clock = service_clock or ServiceClock()
        self._observer = observer
        self._watchers = together(observer, Telling(urlsplit(self.base_url).path))
        self._passage = passage

    def __repr__(self) -> str:
        return f"Transport({self.base_url!r}, read_only={self.read_only})"

    def writable(self, permit: Permit | None = None) -> Transport:
        """The same wire (session, credentials, pool), allowed to write as long as `permit` raises nothing."""
        return self._again(read_only=False, exempt=True, permit=permit)

    def finishing(self) -> Transport:
        """The same wire for looking at what was done: no budget keeps a run from that."""
        return self._again(exempt=True)

    def afford(self, requests: int) -> None:
        """Raises BudgetSpent when the account does not allow the run that many more requests."""
        if self._passage.gate is not None:
            self._passage.gate.afford(requests)

    def hurried(self) -> Transport:
        """The same wire for a call that people wait for: it gives up within half a minute."""
        retry = replace(self.retry, attempts=min(self.retry.attempts, 3), cap=2.0, budget=6.0)
        return self._again(retry=retry, timeout=_HURRIED)

    def _again(
        self,
        *,
        read_only: bool | None = None,
        retry: Retry | None = None,
        timeout: tuple[float, float] | None = None,
        exempt: bool = False,
        permit: Permit | None = None,
    ) -> Transport:
        return Transport(
            self.base_url,
            service=self.service,
            session=self._session,
            auth=self._auth,
            decode_error=self._decode_error,
            wait_hint=self._wait_hint,
            request_id=self._request_id,
            advice=self._advice,
            retry=retry or self.retry,
            timeout=timeout or self._timeout,
            read_only=self.read_only if read_only is None else read_only,
            service_clock=self.service_clock,
            permit=permit or self._permit,
            observer=self._observer,
            passage=self._passage.exempted() if exempt else self._passage,
        )

    def close(self) -> None:
        """Closes the pooled connections; the transport can be used again and then opens new ones."""
        self._session.close()

    def send(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, str | int] | None = None,
        body: Json | Absent = ABSENT,
        allow: frozenset[int] = frozenset(),
        repeatable: bool | None = None,
        harmless: bool = False,
    ) -> requests.Response:
        """Sends one request and answers its response: a 2xx, or a status in `allow`.

        `path` starts with "/" and follows the base address. `body` is sent as JSON when given, null included.
        `repeatable` overrides whether the call may be sent twice; by default everything but POST may. `harmless` says
        of a POST that it changes nothing, so that a read-only run may send it.

        Raises ReadOnlyViolation before anything is sent, AuthRefused on 401 and 403, ServiceDown without an answer or
        when the retries are used up, AnswerError for everything else; and what the permit of a writable wire raises.
        """
        writes = method not in _READS and not (harmless and method == "POST")
        if self.read_only and writes:
            raise ReadOnlyViolation.because(
                f"{method} {path} was refused: this run only reads.",
                detail="A read-only run tried to write. Nothing was sent.",
                next_action="This is a bug in sso-sync; please report it.",
            )
        content = None if isinstance(body, Absent) else encoded(body)
        repeatable = method in IDEMPOTENT if repeatable is None else repeatable
        calls = self._calls(method, path)
        try:
            response = self.retry.run(
                lambda: self._watched(calls, params, content, path, writes=writes),
                again=lambda answer: answer.status_code not in allow and _worth_repeating(answer, repeatable),
                again_after=lambda error: self._passing(error, repeatable),
                asked=self._asked,
            )
        except _WIRE_ERRORS as error:
            failure = explain(error, self._timeout)
            raise self._unanswered(method, path, failure, repeatable) from (None if failure.leaks else error)
        if 200 <= response.status_code < 300 or response.status_code in allow:
            return response
        raise self._refusal(method, path, response)

    def json(self, response: requests.Response) -> Any:
        """The decoded body of `response`; AnswerError when it is not JSON (HTML, empty, not UTF-8, not finite)."""
        try:
            return decoded(response.content)
        except (ValueError, RecursionError):
            kind = (response.headers.get("Content-Type") or "no content type").partition(";")[0]
            size = len(response.content)
            what = "an empty body" if not size else f"{size} bytes of {kind} that are not valid JSON"
            raise self.unusable(response, f"{self.service} answered {what}") from None

    def unusable(self, response: requests.Response, message: str) -> AnswerError:
        """The error for an answer whose status is fine but whose content is not; for the caller to raise."""
        method, path = _call(response)
        return AnswerError.of(
            method,
            path,
            message,
            status=response.status_code,
            request_id=self._named(response),
            next_action=f"Check that {self.base_url} is the right address, and that no proxy answers in its place.",
        )

    def _calls(self, method: str, path: str) -> Iterator[Call]:
        place = urlsplit(self.base_url + path)
        return (Call(self.service, place.netloc, method, place.path, attempt) for attempt in count(1))

    def _watched(
        self,
        calls: Iterator[Call],
        params: Mapping[str, str | int] | None,
        content: bytes | None,
        path: str,
        *,
        writes: bool,
    ) -> requests.Response:
        """One attempt, of which the observer is told; two if a call is refused and sent again with a fresh token."""
        if writes and self._permit is not None:
            self._permit()
        call = next(calls)
        sending = _Sending(self._auth, lambda: self._watchers.sent(call))
        try:
            response = self._once(call.method, path, params, content, sending)
        except BaseException as error:
            if sending.began is not None:
                problem = explain(error, self._timeout).reason if isinstance(error, _WIRE_ERRORS) else None
                self._watchers.answered(call, Answer(None, time.monotonic() - sending.began, problem=problem))
            raise
        for refused in response.history:
            self._watchers.answered(call, self._answer(refused))
            call = next(calls)
            self._watchers.sent(call)
        self._watchers.answered(call, self._answer(response))
        return response

    def _answer(self, response: requests.Response) -> Answer:
        return Answer(response.status_code, response.elapsed.total_seconds(), self._named(response))

    def _once(
        self,
        method: str,
        path: str,
        params: Mapping[str, str | int] | None,
        content: bytes | None,
        auth: AuthBase,
    ) -> requests.Response:
        with self._passage.sending():
            response = self._session.request(
                method,
                self.base_url + path,
                params=params,
                data=content,
                headers=None if content is None else {"Content-Type": "application/json"},
                auth=auth,
                timeout=self._timeout,
                allow_redirects=False,
                stream=True,
            )
            self.service_clock.heard(response, utc_now())
            with response:
                body = bounded(response)
            self._passage.heard(response)
        if body is None:
            raise self.unusable(response, f"the answer is larger than {bodies.LARGEST // 1024**2} MiB")
        return whole(response, body)

    def _asked(self, response: requests.Response) -> float | None:
        if self._wait_hint is not None:
            return self._wait_hint(response)
        return retry_after(response.headers, self.retry.clock())

    def _passing(self, error: BaseException, repeatable: bool) -> bool:
        """Whether `error` is the wire's, may pass, and the call may be made again; errors of our own are final."""
        if not isinstance(error, _WIRE_ERRORS):
            return False
        failure = explain(error, self._timeout)
        return not failure.lasting and (repeatable or not failure.sent)

    def _unanswered(self, method: str, path: str, failure: Failure, repeatable: bool) -> ServiceDown:
        return ServiceDown.of(
            method,
            path,
            f"{failure.reason} ({self.service}, {urlsplit(self.base_url).netloc})",
            detail=_MAYBE_DONE if failure.sent and not repeatable else None,
            next_action=failure.next_action,
        )

    def _refusal(self, method: str, path: str, response: requests.Response) -> HttpProblem:
        status = response.status_code
        kind: type[HttpProblem] = AnswerError
        message, detail, next_action = self._words(response), None, None
        if status in {401, 403}:
            kind = AuthRefused
            next_action = f"Check the {self.service} credentials and what they are allowed to do."
        elif is_transient(status):
            kind = ServiceDown
            next_action = f"Wait until {self.service} is well again, then run the command again."
            detail = _MAYBE_DONE if method == "POST" and status != 429 else None
            asked = self._asked(response) or 0.0
            if asked > self.retry.cap:
                message += f"; it asks to wait {asked:.0f} s, and sso-sync waits {self.retry.cap:g} s at most"
                next_action = f"Run the command again in {asked:.0f} s."
        elif 300 <= status < 400:
            message = f"redirected to {_place(response)}; credentials are not sent there"
            next_action = "Check the address in the spec; use the one that the service redirects to if it is right."
        if self._advice is not None:
            next_action = self._advice(method, status) or next_action
        return kind.of(
            method,
            path,
            message,
            status=status,
            request_id=self._named(response),
            detail=detail,
            next_action=next_action,
        )

    def _words(self, response: requests.Response) -> str:
        """The service's own words, without anything that the request's Authorization header holds."""
        return _without_credentials(response, self._decode_error(response))

    def _named(self, response: requests.Response) -> str | None:
        """The service's own name for the call; that is a header, and may echo anything, too."""
        name = self._request_id(response)
        return None if name is None else _without_credentials(response, name)


def _without_credentials(response: requests.Response, words: str) -> str:
    header = response.request.headers.get("Authorization", "")
    for secret in header.replace(":", " ").replace(",", " ").split():
        if len(secret) >= 8 and secret not in _SCHEME_WORDS:
            words = words.replace(secret, "(secret)")
    return words


def _worth_repeating(response: requests.Response, repeatable: bool) -> bool:
    status = response.status_code
    return is_transient(status) and (repeatable or status == 429)


def _call(response: requests.Response) -> tuple[str, str]:
    return response.request.method or "?", urlsplit(response.request.url or "").path


def _place(response: requests.Response) -> str:
    """Where a redirect points, without the query, which may carry secrets."""
    try:
        parts = urlsplit(response.headers.get("Location", ""))
        place = f"{parts.scheme}://{parts.hostname}{parts.path}" if parts.hostname else parts.path
    except ValueError:
        place = ""
    return place or "nowhere"
