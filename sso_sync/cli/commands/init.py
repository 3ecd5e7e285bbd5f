"""`sso-sync init`: a first spec, from flags or from a few questions. Asks neither side."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sso_sync.cli.command import writing_a_spec
from sso_sync.cli.options import Common, DriverName, Force

__all__ = ["init"]

Subdomain = Annotated[
    str | None, typer.Option("--subdomain", metavar="NAME", help="acme, for https://acme.onelogin.com.")
]
Url = Annotated[str | None, typer.Option("--url", metavar="URL", help="The OneLogin account, instead of --subdomain.")]
Name = Annotated[str | None, typer.Option("--name", metavar="NAME", help="Name of the connection.")]
Roles = Annotated[
    list[str] | None, typer.Option("--role", metavar="NAME", help="A OneLogin role that opens JustCall; repeatable.")
]
Driver = Annotated[DriverName | None, typer.Option("--driver", help="How JustCall is reached.")]
DefaultRole = Annotated[
    str | None, typer.Option("--default-role", metavar="NAME", help="JustCall's role for new SSO users.")
]
JustCallUrl = Annotated[
    str | None, typer.Option("--justcall-url", metavar="URL", help="The gateway (http) or the web app (browser).")
]
AcsUrl = Annotated[
    str | None, typer.Option("--acs-url", metavar="URL", help="The ACS URL that JustCall's page shows; for attested.")
]
EntityId = Annotated[
    str | None,
    typer.Option("--entity-id", metavar="TEXT", help="The Entity ID that JustCall's page shows; for attested."),
]


@writing_a_spec
def init(
    common: Common,
    output: Path | None,
    *,
    subdomain: Subdomain = None,
    url: Url = None,
    name: Name = None,
    role: Roles = None,
    driver: Driver = None,
    default_role: DefaultRole = None,
    justcall_url: JustCallUrl = None,
    acs_url: AcsUrl = None,
    entity_id: EntityId = None,
    force: Force = False,
) -> int:
    """Write a first spec.

    Asks on a terminal for what no flag says. Without --output the spec is printed. No side is asked anything: `plan`
    shows what the spec would do, and `import` writes one of a connection that exists already.

    \b
    Examples:
      sso-sync init --output specs/justcall.yaml
      sso-sync init --subdomain acme --role "JustCall Users" --driver browser --output specs/justcall.yaml
    """
    from sso_sync.cli import spec_file
    from sso_sync.cli.first_answers import Given, completed
    from sso_sync.plan.importing.first import first_spec
    from sso_sync.plan.importing.written import text

    spec_file.may_write(output, force=force)
    given = Given(
        name=name,
        roles=tuple(role or ()),
        driver=driver.value if driver is not None else None,
        default_role=default_role,
        subdomain=subdomain,
        url=url,
        justcall_url=justcall_url,
        acs_url=acs_url,
        entity_id=entity_id,
    )
    answers = completed(given)
    document = first_spec(answers)
    found = spec_file.judged(document.tree, output or Path(f"{answers.name}.yaml"))
    return spec_file.deliver(common, output, text(document), facts={"name": answers.name}, findings=found)
