"""Errors of the wire: one line, harmless, and of the right kind."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sso_sync.errors import CredentialsRefused, ExitCode, SideUnavailable, UnexpectedAnswer
from sso_sync.http import AnswerError, AuthRefused, HttpProblem, ServiceDown, one_line


def test_a_problem_names_the_call_the_status_and_the_request() -> None:
    problem = AnswerError.of("PUT", "/api/2/apps/1", "Name can't be blank", status=422, request_id="abc")
    assert str(problem) == "PUT /api/2/apps/1 -> 422: Name can't be blank (request id abc)"
    assert (problem.method, problem.path, problem.status) == ("PUT", "/api/2/apps/1", 422)
    assert (problem.message, problem.request_id) == ("Name can't be blank", "abc")


def test_a_problem_without_an_answer_says_so() -> None:
    problem = ServiceDown.of("GET", "/x", "the connection was refused")
    assert str(problem) == "GET /x -> no answer: the connection was refused"
    assert problem.status is None


def test_a_query_never_shows() -> None:
    assert "secret" not in str(AnswerError.of("GET", "/users?email=secret", "no", status=400))


def test_silence_is_put_into_words() -> None:
    assert "no explanation" in str(AnswerError.of("GET", "/x", "", status=400))


@pytest.mark.parametrize(
    ("kind", "base", "code"),
    [
        (AnswerError, UnexpectedAnswer, ExitCode.ERROR),
        (AuthRefused, CredentialsRefused, ExitCode.UNAVAILABLE),
        (ServiceDown, SideUnavailable, ExitCode.UNAVAILABLE),
    ],
)
def test_kinds_and_exit_codes(kind: type[HttpProblem], base: type[Exception], code: ExitCode) -> None:
    problem = kind.of("GET", "/x", "no", status=500)
    assert isinstance(problem, base)
    assert problem.exit_code is code


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("a\r\nb\tc", "a b c"),
        ("\x1b[31mred\x1b[0m", "[31mred [0m"),
        ("<html><head><title>502</title></head><body>Bad\nGateway</body></html>", "502 Bad Gateway"),
        ("<script>alert('x')</script>hello<!-- hidden -->", "hello"),
        ("1 < 2 > 0", "1 \u2039 2 \u203a 0"),
        ("safe\u202etxt.exe", "safe txt.exe"),
        ("half \ud800 pair", "half pair"),
    ],
)
def test_one_line_neutralises(text: str, line: str) -> None:
    assert one_line(text) == line


@given(st.text(), st.text(), st.one_of(st.none(), st.text()))
def test_whatever_a_server_says_the_text_is_one_harmless_line(path: str, message: str, request_id: str | None) -> None:
    text = str(AnswerError.of("GET", path, message, status=400, request_id=request_id))
    assert len(text) <= 500
    assert not {"<", ">"} & set(text.replace(" -> 400: ", ""))
    assert all(unicodedata.category(letter)[0] not in "CZ" or letter == " " for letter in text)


@given(st.text(min_size=1, max_size=60))
def test_long_messages_are_cut(part: str) -> None:
    message = part * 600
    assert len(one_line(message, 80)) <= 80
