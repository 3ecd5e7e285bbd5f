"""`sso-sync report` over real HTTP: what it shows of both sides, what it keeps, and that it writes nothing there."""

from __future__ import annotations

from pathlib import Path

import pytest

from sso_sync.sandbox.server import Sandbox
from sso_sync.store.drifts import drifts
from tests.e2e.conftest import Cli, document, write
from tests.report.html.dom import Dom, parsed

PAGE = Path("out/sso.html")


def shown(cli: Cli, *words: str | Path, code: int) -> Dom:
    ran = cli("report", *words, "--output", PAGE)
    assert (ran.code, ran.out) == (code, "")
    return parsed(PAGE.read_text(encoding="utf-8"))


def test_a_connection_from_nothing_to_drift_and_back(cli: Cli, sandbox: Sandbox, spec: Path) -> None:
    access = {"roles": ["JustCall Users"], "users": ["carol.clark@acme.example", "dave.diaz@acme.example"]}
    write(spec, document(sandbox, onelogin={"access": access}))
    before = shown(cli, spec, code=2)
    assert "justcall-test drifted." in before.within("h1")
    assert cli("apply", spec, "--auto-approve").code == 0

    sandbox.requests.clear()
    calm = shown(cli, spec, code=0)
    assert {one.method for one in sandbox.requests} <= {"GET", "POST"}
    assert not [one for one in sandbox.requests if one.method == "POST" and "/auth/" not in one.path]
    assert calm.table("All connections, the worst first")[1][1:4] == ["✓ in sync"] * 3
    assert "4 people get in today, through 2 roles." in calm.text
    assert "owned by this connection, for its users and groups" in calm.text
    assert {"dave.diaz@acme.example", "alice.adams@acme.example"} <= set(calm.within("li"))

    sandbox.onelogin.edit_configuration("JustCall", audience="<b>wrong</b>")
    assert cli("drift", spec).code == 2
    drifted = shown(cli, spec, code=2)
    rows = drifted.table("OneLogin: what differs")
    assert rows[1][:4] == ["~ change", "onelogin.app.configuration.audience", "<b>wrong</b>", "JustCall"]
    assert rows[1][4].startswith("changed in OneLogin")
    assert [one[1] for one in drifted.table("Runs, newest first")[1:]] == ["✓ done"]
    looks = [one[1:4] for one in drifted.table("Looks for drift, newest first")[1:]]
    assert looks[:3] == [["1", "0", "0"], ["1", "0", "0"], ["0", "0", "0"]]
    assert "Something has differed since" in drifted.text
    assert [one.onelogin for one in drifts("justcall-test")][1:] == [0, 1, 1]
    assert "Runs, newest first" not in cli("report", spec, "--since", "0d").out


def test_a_side_that_is_away_and_a_spec_that_is_wrong_hide_nobody_else(
    cli: Cli, sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "fleet"
    folder.mkdir()
    write(folder / "a.yaml", document(sandbox, name="away"))
    (folder / "b.yaml").write_text("version: 1\nname: b\nonelogon: {}\n", encoding="utf-8")
    monkeypatch.setenv("ONELOGIN_CLIENT_SECRET", "another")  # refused at once, where silence would be asked again
    found = shown(cli, folder, "--quiet", code=1)
    rows = found.table("All connections, the worst first")
    assert rows[1][1] == "✗ failed"
    assert rows[2][:3] == ["away", "✗ unreachable", "✗ unreachable"]
    assert shown(cli, folder / "a.yaml", code=6).within("h1") == ["away could not be read."]
    assert [one.onelogin for one in drifts("away")] == [None, None]
