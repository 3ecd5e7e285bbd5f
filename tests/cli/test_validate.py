"""`sso-sync validate` and `sso-sync schema`: everything that can be said without talking to anybody."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import yaml

from tests.cli.support import Cli, FakeEngine, spec


def broken(name: str = "broken") -> Path:
    path = Path(f"{name}.yaml")
    path.write_text(
        f"version: 1\nname: {name}\nsandbox: true\nonelogin:\n  acess: {{}}\njustcall:\n  sso: {{enabled: 7}}\n",
        encoding="utf-8",
    )
    return path


def test_a_good_spec(cli: Cli, fake: FakeEngine) -> None:
    ran = cli("validate", spec())
    assert (ran.code, ran.out, ran.err) == (0, "1 spec checked, no problems found.\n", "")
    assert fake.planned == []


def test_every_problem_of_every_spec_with_its_place(cli: Cli) -> None:
    ran = cli("validate", spec(), broken("one"), broken("two"))
    assert ran.code == 1
    assert ran.err == ""
    for name in ("one", "two"):
        assert f"error: {name}.yaml:5:3: " in ran.out
        assert f"error: {name}.yaml:7:18: " in ran.out
    assert ran.out.endswith("3 specs checked: 4 errors.\n")


def test_json(cli: Cli) -> None:
    ran = cli("validate", spec(), broken(), "--format", "json")
    assert ran.code == 1
    assert list(ran.json) == ["schema_version", "diagnostics"]
    assert [(found["file"], found["line"]) for found in ran.json["diagnostics"]] == [
        ("broken.yaml", 5),
        ("broken.yaml", 7),
    ]
    assert cli("validate", "prod.yaml", "--format", "json").json == {"schema_version": 1, "diagnostics": []}


def test_warnings_are_no_failure(cli: Cli) -> None:
    path = spec()
    path.write_text(path.read_text(encoding="utf-8") + "    users: [a@b.example, A@b.example]\n", encoding="utf-8")
    ran = cli("validate", path, "--format", "json")
    severities = {found["severity"] for found in ran.json["diagnostics"]}
    assert severities
    assert ran.code == int("error" in severities)


def test_a_spec_that_is_not_there(cli: Cli) -> None:
    ran = cli("validate", "nowhere.yaml", "--format", "json")
    assert (ran.code, ran.json["exit_code"]) == (1, 1)
    assert cli("validate", "nowhere.yaml").err.startswith("error: nowhere.yaml: ")


def test_two_specs_of_one_name(cli: Cli) -> None:
    spec("prod", "a")
    spec("prod", "b")
    ran = cli("validate", "a", "b")
    assert ran.code == 1
    assert ran.out.startswith("error: b/prod.yaml:2:")


def test_the_schema_is_json_in_every_format_and_accepts_a_spec(cli: Cli) -> None:
    plain = cli("schema")
    assert plain.code == 0
    assert cli("schema", "--format", "markdown").out == plain.out
    assert cli("schema", "--output", "spec.schema.json", "--quiet").out == ""
    assert Path("spec.schema.json").read_text(encoding="utf-8") == plain.out
    document = yaml.safe_load(spec().read_text(encoding="utf-8"))
    jsonschema.validate(document, json.loads(plain.out))
