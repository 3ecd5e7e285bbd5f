"""What somebody else's reader makes of a document: each fails for one that its format does not allow."""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ET
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import unquote, urlsplit

from prometheus_client.parser import text_string_to_metric_families
from pydantic_sarif.model import StaticAnalysisResultsFormatSarifVersion210JsonSchema as OfficialSarif

__all__ = ["JUDGES", "Annotation", "notes", "samples", "sarif", "suites"]

Annotation = tuple[str, dict[str, str], str]

_COMMAND = re.compile(r"::(error|warning|notice) ([^\r\n]*?)::([^\r\n]*)")
_ENDS = {"failure": "failures", "error": "errors", "skipped": "skipped"}


def sarif(text: str) -> dict[str, Any]:
    """The one run, judged by models that are generated from the official schema, and by what code scanning asks for."""
    log = json.loads(text)
    OfficialSarif.model_validate(log)
    (run,) = log["runs"]
    rules = run["tool"]["driver"]["rules"]
    identities = [rule["id"] for rule in rules]
    assert len(set(identities)) == len(identities)
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        assert result["message"]["text"].strip()
        assert not re.search(r"(?<!\\)\[", result["message"]["text"]), "a bracket that could begin a link"
        assert result["partialFingerprints"]
        for location in result["locations"]:
            _physical(location.get("physicalLocation"), run)
    return dict(run)


def _physical(place: dict[str, Any] | None, run: dict[str, Any]) -> None:
    if place is None:
        return
    artifact = place["artifactLocation"]
    parts = urlsplit(artifact["uri"])
    if "uriBaseId" in artifact:
        assert artifact["uriBaseId"] in run["originalUriBaseIds"]
        assert not parts.scheme
        assert not parts.netloc
        assert not parts.path.startswith("/")
        assert ".." not in unquote(parts.path).split("/")
    else:
        assert parts.scheme == "file"
    assert place["region"]["startLine"] >= 1
    assert place["region"]["startColumn"] >= 1


def suites(text: str) -> dict[str, list[tuple[str, str]]]:
    """Connection → its cases, each with `passed`, `failure`, `error` or `skipped`; the counts agree with them."""
    root = ET.fromstring(text.encode("ascii"))
    assert root.tag == "testsuites"
    found: dict[str, list[tuple[str, str]]] = {}
    for suite in root:
        assert suite.tag == "testsuite"
        cases = [(case.attrib["name"], _end(case)) for case in suite.iter("testcase")]
        assert int(suite.attrib["tests"]) == len(cases)
        for end, counted in _ENDS.items():
            assert int(suite.attrib[counted]) == sum(one == end for _, one in cases)
        found.setdefault(suite.attrib["name"], []).extend(cases)
    assert int(root.attrib["tests"]) == sum(map(len, found.values()))
    return found


def _end(case: ET.Element) -> str:
    assert case.attrib["classname"]
    ends = [child.tag for child in case if child.tag in _ENDS]
    assert len(ends) <= 1
    assert all(child.attrib.get("message") for child in case)
    return ends[0] if ends else "passed"


def notes(text: str) -> list[Annotation]:
    """Each line as a runner takes it: command, properties, message. Every line is one command, and none is another."""
    found = []
    for line in text.split("\n")[:-1]:
        match = _COMMAND.fullmatch(line)
        assert match, line
        properties = dict(pair.split("=", 1) for pair in match[2].split(","))
        assert set(properties) <= {"file", "line", "col", "title"}
        assert len(properties) == match[2].count(",") + 1
        found.append((match[1], {key: _unescaped(value) for key, value in properties.items()}, _unescaped(match[3])))
    return found


def _unescaped(text: str) -> str:
    """As the runner does it: the per cent sign last."""
    for code, character in (("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%")):
        text = text.replace(code, character)
    return text


def samples(text: str) -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
    """Name and sorted labels → value; each metric has help and type, and no sample comes twice."""
    found: dict[tuple[str, tuple[tuple[str, str], ...]], float] = {}
    for family in text_string_to_metric_families(text):
        assert family.documentation, family.name
        assert family.type == "gauge", family.name
        for sample in family.samples:
            key = (sample.name, tuple(sorted(sample.labels.items())))
            assert key not in found
            found[key] = sample.value
    return found


JUDGES: Mapping[str, Callable[[str], object]] = {
    "sarif": sarif,
    "junit": suites,
    "github": notes,
    "prometheus": samples,
}
