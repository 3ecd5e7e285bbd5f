"""`sso-sync validate`: reads specs and talks to nobody."""

from __future__ import annotations

from sso_sync.cli.command import with_common
from sso_sync.cli.options import Common, Specs

__all__ = ["validate"]


@with_common
def validate(common: Common, specs: Specs) -> int:
    """Check specs, offline.

    Every problem at once, with file, line and column.

    \b
    Example:
      sso-sync validate specs/
    """
    from sso_sync.cli import fleet, output
    from sso_sync.errors import Diagnostic, ExitCode, SpecError
    from sso_sync.spec.lint import lint

    opened = fleet.Fleet()
    found: list[Diagnostic] = []
    paths = fleet.find(specs)
    for path in paths:
        try:
            found += lint(opened.open(path))
        except SpecError as problem:
            found += problem.diagnostics
    wrong = any(diagnostic.severity == "error" for diagnostic in found)
    code = ExitCode.ERROR if wrong else ExitCode.OK
    report = output.formatter(common).validation(found, len(paths), output.stdout_style(common, code))
    return output.deliver(common, report, code)
