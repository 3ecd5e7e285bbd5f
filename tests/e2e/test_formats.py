"""The formats for machines, from the real command line: a change points at the line of the spec that asks for it."""

from __future__ import annotations

from pathlib import Path

import pytest

from sso_sync.sandbox.server import Sandbox
from tests.e2e.conftest import Cli, document, write
from tests.report.judges import JUDGES, samples, sarif, suites


@pytest.fixture
def described(cli: Cli, sandbox: Sandbox, tmp_path: Path) -> Path:
    """A spec in a base file and one that extends it; both ask for something that is not there yet."""
    base = document(sandbox, onelogin={"app": {"description": "Phones"}})
    del base["name"]
    write(tmp_path / "base.yaml", base)
    path = tmp_path / "prod.yaml"
    path.write_text(
        "version: 1\nname: prod\nextends: base.yaml\nonelogin:\n  app:\n    configuration:\n      relay_state: home\n",
        encoding="utf-8",
    )
    return path


def _line(path: Path, text: str) -> int:
    return next(n for n, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1) if text in line)


def test_each_change_has_the_place_that_asks_for_it(cli: Cli, described: Path) -> None:
    changes = {one["address"]: one["place"] for one in cli("plan", described, "--format", "json").json["changes"]}
    relay = changes["onelogin.app.configuration.relay_state"]
    assert (Path(relay["file"]).name, relay["line"]) == ("prod.yaml", _line(described, "relay_state"))
    description = changes["onelogin.app.description"]
    assert Path(description["file"]).name == "base.yaml"
    assert description["line"] == _line(described.with_name("base.yaml"), "description")
    assert all(place is not None for place in changes.values())

    results = sarif(cli("plan", described, "--format", "sarif").out)["results"]
    seen = {
        one["properties"]["address"]: one["locations"][0]["physicalLocation"]
        for one in results
        if one["ruleId"].startswith("change.")
    }
    assert set(seen) == set(changes)
    assert seen["onelogin.app.description"]["artifactLocation"] == {"uri": "base.yaml", "uriBaseId": "%SRCROOT%"}
    assert seen["onelogin.app.configuration.relay_state"]["region"]["startLine"] == relay["line"]


@pytest.mark.parametrize("form", JUDGES)
def test_every_command_writes_every_format(cli: Cli, spec: Path, form: str) -> None:
    for words in (
        ("validate", spec),
        ("plan", spec, "--detailed-exitcode"),
        ("apply", spec, "--auto-approve"),
        ("verify", spec, "--no-probe"),
        ("doctor", spec),
        ("drift", spec),
    ):
        ran = cli(*words, "--format", form)
        JUDGES[form](ran.out)


def test_metrics_and_cases_before_and_after_an_apply(cli: Cli, spec: Path) -> None:
    key = ("sso_sync_drift", (("connection", "justcall-test"), ("side", "onelogin")))
    assert samples(cli("plan", spec, "--format", "prometheus").out)[key] > 0
    applied = suites(cli("apply", spec, "--auto-approve", "--format", "junit").out)["justcall-test"]
    assert {end for _, end in applied} == {"passed"}
    assert samples(cli("plan", spec, "--format", "prometheus").out)[key] == 0
    days = ("sso_sync_certificate_days_left", key[1])
    assert samples(cli("plan", spec, "--format", "prometheus").out)[days] > 0
