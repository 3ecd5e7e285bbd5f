"""Specs that the tool itself writes: what may be overwritten, and what is said about the result."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from sso_sync.cli import output
from sso_sync.cli.options import Common, Format
from sso_sync.errors import Diagnostic, ExitCode, SpecError, SsoSyncError, UsageError
from sso_sync.files import write_whole
from sso_sync.plan.document import SCHEMA_VERSION, diagnostic_document
from sso_sync.report.json import dumps
from sso_sync.spec.connection import Connection
from sso_sync.spec.lint import lint
from sso_sync.spec.model import Spec
from sso_sync.urls import check_url
from sso_sync.values import Json

__all__ = ["checked_url", "deliver", "judged", "may_write", "one_account"]


def may_write(path: Path | None, *, force: bool) -> None:
    """Finds out before anything is read whether the spec may be written. Raises SsoSyncError when it must not be."""
    if path is None:
        return
    if not force and (path.exists() or path.is_symlink()):
        raise SsoSyncError.because(
            f"{path} exists, and is not overwritten",
            next_action="Name another file with --output, or overwrite this one with --force.",
        )
    output.check_writable(path)


def one_account(subdomain: str | None, url: str | None) -> None:
    """Raises UsageError unless exactly one of the two says which OneLogin account is meant, in a usable form."""
    if (subdomain is None) == (url is None):
        raise UsageError.because(
            "Name the OneLogin account by --subdomain or by --url" + (", not by both" if url is not None else ""),
            next_action="For example: --subdomain acme, for https://acme.onelogin.com",
        )
    checked_url("--url", url)
    if url is not None and urlsplit(url).path not in ("", "/"):
        raise UsageError.because("--url is the address of the account, without a path")


def checked_url(option: str, url: str | None) -> None:
    """Raises UsageError for an address that carries credentials over an open line, or is none."""
    if url is None:
        return
    try:
        check_url(url)
    except ValueError as problem:
        raise UsageError.because(f"{option} cannot be used: {problem}") from None


def judged(tree: Mapping[str, Any], path: Path) -> tuple[Diagnostic, ...]:
    """What `validate` will say of a spec that is yet to be written. Raises SpecError for one that it would refuse."""
    found = lint(Connection(Spec.model_validate(tree), path, "new"))
    if any(one.severity == "error" for one in found):
        raise SpecError(*found)
    return found


def deliver(
    common: Common,
    path: Path | None,
    text: str,
    *,
    facts: Mapping[str, Json],
    findings: tuple[Diagnostic, ...] = (),
    exit_code: ExitCode = ExitCode.OK,
) -> int:
    """Writes the spec to its file, or to stdout, and answers the exit code.

    With `--format json` the result on stdout is a document: the file, the spec as text, `facts` and `findings`.
    """
    if path is not None:
        write_whole(path.resolve(), text)
    if common.format is Format.JSON:
        document: dict[str, Json] = {
            "schema_version": SCHEMA_VERSION,
            "file": None if path is None else str(path),
            "spec": text,
            **facts,
            "findings": [diagnostic_document(found) for found in findings],
        }
        return output.deliver(common, dumps(document), exit_code)
    if findings and not common.quiet:
        output.complain(common, findings)
    if path is not None:
        output.note(common, f"The spec was written to {path}.")
        return int(exit_code)
    return output.deliver(replace(common, format=Format.TEXT), text, exit_code)
