"""A fleet of a thousand connections, one account in twenty of which is broken."""

from __future__ import annotations

import json
import logging
import re
from pathlib import Path

import pytest

from sso_sync.cli.main import run
from tests.bench.town import Size, Town, template
from tests.documents import conform

_BROKEN = {7: "error", 23: "unauthorized", 41: "malformed", 66: "throttled", 88: "refused"}
_SAID = {7: "-> 500", 23: "-> 401", 66: "3600 s", 88: "refused"}
_SLOW = 50


def test_a_thousand_connections_and_five_percent_of_the_tenants_broken(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.chdir(tmp_path)
    caplog.set_level(logging.WARNING, "sso_sync")  # a line for each of some thousand requests takes its time
    made, size = template(tmp_path), Size(accounts=100, connections=10, broken={**_BROKEN, _SLOW: "slow"})
    (tmp_path / "specs").mkdir()
    with Town(size, tmp_path / "specs", made) as town:
        for name, value in town.environ.items():
            monkeypatch.setenv(name, value)
        capfd.readouterr()
        code = run(["plan", "specs", "--detailed-exitcode", "--format", "json", "--output", "plan.json"])
        asked = town.asked()
    document = json.loads(Path("plan.json").read_text(encoding="utf-8"))
    found = document["connections"]

    # The worst by the documented order: an answer that is no answer (1) before sides out of reach (6).
    assert code == 1
    names = [name for account in range(100) for name in size.names(account)]
    assert len(found) == 1000
    unread = {one["spec"]["name"]: one for one in found if "error" not in one and one["summary"]["unknown"]}
    failed = {Path(one["error"]["file"]).stem for one in found if "error" in one}
    assert failed == set(size.names(41))
    assert unread.keys() == {name for account in _BROKEN.keys() - {41} for name in size.names(account)}
    for account, words in _SAID.items():
        for name in size.names(account):
            assert words in unread[name]["changes"][0]["reason"], name
    assert {one["exit_code"] for one in found if "error" in one} == {1}
    well = [one for one in found if "error" not in one and one["spec"]["name"] not in unread]
    assert all(not one["changes"] and not one["refusals"] for one in well)
    told = [one["spec"]["name"] if "error" not in one else Path(one["error"]["file"]).stem for one in found]
    assert told == names
    for one in (well[0], next(one for one in found if "error" in one)):
        conform(one)

    # What connections share is read once for each account; a broken one is not asked for each of its connections.
    assert asked["justcall"] == 1000
    assert asked["apps"] + asked["roles"] < 95 * (2 + 10) + 60
    assert asked["token"] < 99 + 10
    lines = capfd.readouterr().err.splitlines()
    assert [re.sub(r"\s*(\d+)/.*", r"\1", line.lstrip("[ "))[:4] for line in lines][-2:] == ["1000", "The "]
    assert len(lines) == 1001
