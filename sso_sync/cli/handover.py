"""What a person needs to go on by hand after an apply: the runbook, and the certificate as a file to upload."""

from __future__ import annotations

from pathlib import Path

from sso_sync.apply.result import ApplyResult
from sso_sync.cli import output
from sso_sync.cli.options import Common, Format
from sso_sync.errors import SsoSyncError
from sso_sync.justcall.certificate_file import write_certificate
from sso_sync.justcall.page_map.model import PageMap
from sso_sync.justcall.runbook import runbook
from sso_sync.justcall.settings import SettingField
from sso_sync.report.apply_text import by_hand_lines
from sso_sync.report.drawing import draw
from sso_sync.report.interface import Applied

__all__ = ["certificate_file", "completed"]


def certificate_file(connection: str) -> Path:
    """Where the certificate of a connection is put for uploading; among the tool's own files, never committed."""
    return Path(".sso-sync") / f"{connection}.certificate.pem"


def completed(common: Common, result: ApplyResult, page_map: PageMap) -> Applied:
    """The result with its runbook, if a person has to go on, in the words of `page_map`.

    What JSON has no key for goes to stderr.
    """
    if common.format is Format.JSON and result.findings:
        output.complain(common, result.findings)
    if result.handover is None:
        return Applied(result)
    values, name = result.handover.values, result.plan.spec.name
    written = None
    certificate = values.get(SettingField.CERTIFICATE)
    if isinstance(certificate, str) and certificate:
        try:
            written = write_certificate(certificate_file(name), certificate)
        except SsoSyncError as problem:
            output.complain(common, problem.diagnostics)  # the runbook holds the certificate, too
    applied = Applied(
        result,
        runbook(
            values,
            connection=name,
            certificate_file=written,
            spec=Path(result.plan.spec.path),
            page_map=page_map,
        ),
    )
    if common.format is Format.JSON:
        output.say(draw(by_hand_lines(applied), colour=output.stderr_style(common).colour))
    return applied
