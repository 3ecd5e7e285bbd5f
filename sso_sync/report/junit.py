"""JUnit XML: one test suite for each connection, one test case for everything that was looked at.

What is as it should be passed; what differs, fails or is refused failed; what nobody looked at or could tell was
skipped; what could not be reached is an error. Remarks are the suite's output.
"""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Mapping, Sequence

from sso_sync.report.findings import Finding, Group, Report, Verdict
from sso_sync.report.machine import FindingsFormatter
from sso_sync.safe import visible

__all__ = ["JunitFormatter"]

_ELEMENTS: Mapping[Verdict, str] = {
    Verdict.FAILED: "failure",
    Verdict.NOT_MADE: "skipped",
    Verdict.ERROR: "error",
}
_COUNTED: Mapping[str, Verdict] = {
    "failures": Verdict.FAILED,
    "errors": Verdict.ERROR,
    "skipped": Verdict.NOT_MADE,
}


class JunitFormatter(FindingsFormatter):
    """One document. It is ASCII, with references for all else, so that no encoding can spoil it."""

    def written(self, report: Report) -> str:
        """The suites of all connections."""
        everything = [one for group in report.groups for one in group.findings]
        root = ET.Element("testsuites", {"name": f"sso-sync {_text(report.command)}", **_counts(everything)})
        for group in report.groups:
            _suite(root, report.command, group)
        ET.indent(root)
        body: bytes = ET.tostring(root, encoding="us-ascii")
        return f'<?xml version="1.0" encoding="UTF-8"?>\n{body.decode("ascii")}\n'


def _suite(root: ET.Element, command: str, group: Group) -> None:
    suite = ET.SubElement(root, "testsuite", {"name": _text(group.connection), **_counts(group.findings)})
    for one in group.findings:
        if one.verdict is not Verdict.REMARK:
            _case(suite, command, group, one)
    remarks = [line for one in group.findings if one.verdict is Verdict.REMARK for line in one.sentences]
    ET.SubElement(suite, "system-out").text = "\n".join(map(_text, (group.headline, *remarks)))


def _case(suite: ET.Element, command: str, group: Group, one: Finding) -> None:
    place = {} if one.place is None else {"file": _text(one.place.file), "line": str(one.place.line)}
    # A passed step and a failed one are the same test.
    kind = one.rule.partition(".")[0]
    name = _text(one.name if one.name.startswith(kind) else f"{kind} {one.name}")
    case = ET.SubElement(
        suite, "testcase", {"classname": f"sso-sync.{_text(command)}.{_text(group.connection)}", "name": name, **place}
    )
    element = _ELEMENTS.get(one.verdict)
    if element is None:
        return
    told = {"message": _text(one.summary)}
    if element != "skipped":
        told["type"] = _text(one.rule)
    where = [] if one.place is None else [f"{one.place.file}:{one.place.line}:{one.place.column}"]
    ET.SubElement(case, element, told).text = "\n".join(map(_text, (*one.sentences, *where)))


def _counts(findings: Sequence[Finding]) -> dict[str, str]:
    tested = [one for one in findings if one.verdict is not Verdict.REMARK]
    return {
        "tests": str(len(tested)),
        **{name: str(sum(one.verdict is verdict for one in tested)) for name, verdict in _COUNTED.items()},
    }


def _text(text: str) -> str:
    """On one line, and without what XML cannot hold: neither control characters nor half of a surrogate pair."""
    return visible(text)
