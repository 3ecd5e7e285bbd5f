"""SARIF 2.1.0 for code scanning: each finding is a result that points at the line of the spec that asks for it.

A message in SARIF has a syntax of its own: brackets make links and braces make placeholders, so both are escaped.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from sso_sync import __version__
from sso_sync.errors import Severity
from sso_sync.marked.place import Mark
from sso_sync.report.findings import Finding, Group, Report
from sso_sync.report.json import dumps
from sso_sync.report.locations import uri
from sso_sync.report.machine import FindingsFormatter
from sso_sync.report.rules import Rule, rules
from sso_sync.safe import visible
from sso_sync.values import Json

__all__ = ["SarifFormatter"]

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_ROOT = "%SRCROOT%"
_LEVELS: Mapping[Severity, str] = {"error": "error", "warning": "warning", "info": "note"}
_FINGERPRINT = "ssoSync/v1"
_ESCAPES = str.maketrans({"[": "\\[", "]": "\\]", "{": "{{", "}": "}}"})


class SarifFormatter(FindingsFormatter):
    """One log with one run, whatever the number of connections."""

    is_json = True

    def written(self, report: Report) -> str:
        """The log. What is as it should be is no result."""
        told = [(group, one) for group in report.groups for one in group.findings if one.told]
        known = rules(one for _, one in told)
        index = {rule.id: number for number, rule in enumerate(known)}
        run: dict[str, Json] = {
            "tool": {
                "driver": {
                    "name": "sso-sync",
                    "version": __version__,
                    "semanticVersion": __version__,
                    "rules": [_rule(rule) for rule in known],
                }
            },
            "automationDetails": {"id": f"sso-sync/{report.command}/"},
            "originalUriBaseIds": {_ROOT: {"description": _message("The folder that sso-sync was run in")}},
            "columnKind": "unicodeCodePoints",
            "invocations": [_invocation(report)],
            "results": [_result(group, one, index[one.rule]) for group, one in told],
        }
        return dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]})


def _rule(rule: Rule) -> Json:
    return {
        "id": visible(rule.id),
        "name": visible(rule.id),
        "shortDescription": _message(rule.words),
        "fullDescription": _message(f"{rule.words}."),
        "defaultConfiguration": {"level": _LEVELS[rule.level]},
    }


def _invocation(report: Report) -> dict[str, Json]:
    """Whether the run did its work; what it found is another matter."""
    done: dict[str, Json] = {"executionSuccessful": not any(group.failed for group in report.groups)}
    return done if report.exit_code is None else done | {"exitCode": report.exit_code}


def _result(group: Group, one: Finding, index: int) -> Json:
    address = visible(one.address) if one.address else None
    logical: list[Json] = [{"fullyQualifiedName": f"{visible(group.connection)}/{address}"}] if address else []
    location: dict[str, Json] = {}
    if one.place is not None:
        location["physicalLocation"] = _physical(one.place)
    if logical:
        location["logicalLocations"] = logical
    return {
        "ruleId": visible(one.rule),
        "ruleIndex": index,
        "level": _LEVELS[one.level],
        "message": _message("\n".join(visible(line) for line in one.sentences)),
        "locations": [location] if location else [],
        "partialFingerprints": {_FINGERPRINT: _fingerprint(group, one)},
        "properties": {"connection": visible(group.connection), "address": address, "verdict": one.verdict.value},
    }


def _physical(place: Mark) -> Json:
    where, below = uri(place.file)
    artifact: dict[str, Json] = {"uri": where}
    return {
        "artifactLocation": artifact | {"uriBaseId": _ROOT} if below else artifact,
        "region": {"startLine": place.line, "startColumn": place.column},
    }


def _message(text: str) -> dict[str, Json]:
    return {"text": text.translate(_ESCAPES)}


def _fingerprint(group: Group, one: Finding) -> str:
    """The same for as long as it is about the same address of the same connection, however the words change."""
    about = one.address or f"{one.rule} {one.name}"
    return hashlib.sha256(f"{group.connection}\n{about}".encode("utf-8", "backslashreplace")).hexdigest()
