"""What a person needs to go on by hand after an apply: the runbook, and the certificate as a file to upload."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from sso_sync.apply.result import ApplyResult
from sso_sync.cli import output
from sso_sync.cli.options import Common, Format
from sso_sync.errors import SsoSyncError
from sso_sync.justcall.certificate_file import write_certificate
from sso_sync.justcall.page_map.model import PageMap
from sso_sync.justcall.runbook import runbook
from sso_sync.justcall.settings import SettingField
from sso_sync.plan.model import Plan
from sso_sync.report.apply_text import by_hand_lines
from sso_sync.report.drawing import draw
from sso_sync.report.interface import Applied
from sso_sync.values import Json

__all__ = ["certificate_file", "completed", "instructions"]


def certificate_file(connection: str) -> Path:
    """Where the certificate of a connection is put for uploading; among the tool's own files, never committed."""
    return Path(".sso-sync") / f"{connection}.certificate.pem"


def completed(common: Common, result: ApplyResult, page_map: PageMap) -> Applied:
    """The result with its runbook, if a person has to go on, in the words of `page_map`.

    What the format of the report has no place for goes to stderr.
    """
    if common.format in (Format.JSON, Format.PROMETHEUS) and result.findings:
        output.complain(common, result.findings)
    if result.handover is None:
        return Applied(result)
    applied = Applied(result, instructions(common, result.plan, result.handover.values, page_map))
    if not common.format.for_people:
        output.say(draw(by_hand_lines(applied), colour=output.stderr_style(common).colour))
    return applied


def instructions(common: Common, plan: Plan, values: Mapping[SettingField, Json], page_map: PageMap) -> tuple[str, ...]:
    """The runbook for `values`, with the certificate written to its file if there is one."""
    written = None
    certificate = values.get(SettingField.CERTIFICATE)
    if isinstance(certificate, str) and certificate:
        try:
            written = write_certificate(certificate_file(plan.spec.name), certificate)
        except SsoSyncError as problem:
            output.complain(common, problem.diagnostics)  # the runbook holds the certificate, too
    return runbook(
        values,
        connection=plan.spec.name,
        certificate_file=written,
        spec=Path(plan.spec.path),
        page_map=page_map,
    )
