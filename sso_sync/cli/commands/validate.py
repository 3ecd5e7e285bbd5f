"""`sso-sync validate`: reads specs and talks to nobody."""

from __future__ import annotations

from sso_sync.cli.command import with_common
from sso_sync.cli.options import ChangedSince, Common, Only, Specs

__all__ = ["validate"]


@with_common
def validate(common: Common, specs: Specs, *, only: Only = None, changed_since: ChangedSince = None) -> int:
    """Check specs, offline.

    Every problem at once, with file, line and column.

    \b
    Example:
      sso-sync validate specs/
    """
    from sso_sync.cli import fleet, output
    from sso_sync.cli.selection import select
    from sso_sync.errors import Diagnostic, ExitCode, SpecError
    from sso_sync.spec.lint import lint

    opened = fleet.Fleet()
    found: list[Diagnostic] = []
    chosen = select(specs, only=only, since=changed_since)
    for remark in chosen.remarks:
        output.note(common, remark)
    for path in chosen.paths:
        try:
            found += lint(opened.open(path))
        except SpecError as problem:
            found += problem.diagnostics
    wrong = any(diagnostic.severity == "error" for diagnostic in found)
    code = ExitCode.ERROR if wrong else ExitCode.OK
    return output.present(common, lambda form, style: form.validation(found, len(chosen.paths), style), code)
