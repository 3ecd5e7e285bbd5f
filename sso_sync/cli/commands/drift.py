"""`sso-sync drift`: what is not as the spec says any more, and who changed it. Never writes."""

from __future__ import annotations

import os
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from sso_sync.cli.command import with_common
from sso_sync.cli.options import (
    PARALLEL,
    Budget,
    ChangedSince,
    Common,
    Ignores,
    NoNotify,
    Only,
    Parallel,
    ShardOf,
    Specs,
)

if TYPE_CHECKING:
    from sso_sync.errors import ExitCode
    from sso_sync.plan.model import Plan
    from sso_sync.progress import Progress
    from sso_sync.spec.connection import Connection

__all__ = ["drift"]


@with_common
def drift(
    common: Common,
    specs: Specs,
    *,
    ignore: Ignores = None,
    only: Only = None,
    changed_since: ChangedSince = None,
    parallel: Parallel = PARALLEL,
    budget: Budget = None,
    no_notify: NoNotify = False,
    shard: ShardOf = None,
) -> int:
    """Say what is not as the spec says any more, and change nothing.

    Exits with 0 in sync and with 2 on drift, for a schedule to run. The records that apply keeps in the store tell
    whether OneLogin, JustCall or the spec was changed. How much differs is recorded there too, for `report`. Whoever
    SSO_SYNC_NOTIFY names is told of what is new.

    \b
    Examples:
      sso-sync drift specs/justcall.yaml
      sso-sync drift specs/ --format json --output drift.json
      sso-sync drift specs/justcall.yaml --ignore "onelogin.access.users.*"
    """
    from sso_sync import engine
    from sso_sync.cli import fleet, output
    from sso_sync.cli.codes import drift_code
    from sso_sync.cli.notices import Notices
    from sso_sync.cli.recorded import record
    from sso_sync.cli.selection import select
    from sso_sync.cli.sharding import share
    from sso_sync.wiring import Accounts

    shared = share(select(specs, only=only, since=changed_since), shard, os.environ)
    notices, ignores = Notices(common, "drift", silent=no_notify), frozenset(ignore or ())
    opened = notices.opening(shared.opener(fleet.Fleet().open))
    with closing(Accounts(budget=budget)) as accounts:

        def one(_path: Path, connection: Connection, progress: Progress) -> tuple[Plan, ExitCode]:
            found = engine.drift(connection, environ=os.environ, ignores=ignores, progress=progress, accounts=accounts)
            record(common, found)
            return found, drift_code(found)

        run = fleet.together(
            common,
            shared.selection,
            opened,
            notices.heard(one),
            accounts=accounts,
            pace=fleet.Pace(parallel, at_once=4),
        )
    return output.present(
        common,
        lambda form, style: form.plans(run.reports, replace(style, command="drift"), several=run.several),
        run.exit_code,
    )
