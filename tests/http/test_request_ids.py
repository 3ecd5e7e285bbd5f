"""The id that an answer names is found in whichever header it stands, and told so that support finds the call."""

from __future__ import annotations

import pytest
from requests.structures import CaseInsensitiveDict

from sso_sync.http.problems import AnswerError
from sso_sync.http.request_ids import HEADERS, request_id


def test_a_service_s_own_id_comes_before_that_of_the_edge() -> None:
    answer = CaseInsensitiveDict({name.lower(): f" id-{number} " for number, (name, _) in enumerate(HEADERS)})
    assert request_id(answer) == "id-0"
    del answer["x-request-id"]
    assert request_id(answer) == "id-1"
    answer["X-Request-Id"] = "  "
    assert request_id(answer) == "id-1"


@pytest.mark.parametrize("header", [name for name, _ in HEADERS[2:]])
def test_an_edge_s_id_is_told_with_its_header(header: str) -> None:
    assert request_id(CaseInsensitiveDict({header.lower(): "8f2-FRA"})) == f"{header} 8f2-FRA"


def test_no_id_is_none() -> None:
    assert request_id({}) is None
    assert "request id" not in str(AnswerError.of("GET", "/a", "no", status=400, request_id=request_id({})))


def test_an_id_is_bounded_and_harmless() -> None:
    told = str(
        AnswerError.of("GET", "/a", "no", status=400, request_id=request_id({"CF-Ray": "\x1b[2J\n" + "x" * 999}))
    )
    assert "(request id CF-Ray [2J xxx" in told
    assert len(told) < 140
