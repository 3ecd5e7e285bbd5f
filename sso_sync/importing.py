"""Reading both live sides for an import: everything that a spec could name, and no write on either."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

from sso_sync.clock import utc_now
from sso_sync.errors import LiveStateError, SideUnavailable
from sso_sync.justcall.settings import Settings
from sso_sync.onelogin import reader
from sso_sync.onelogin.state import LiveIdp, Scope
from sso_sync.plan.importing.base import NAME, Account, slug
from sso_sync.plan.importing.imported import Imported, imported
from sso_sync.plan.link import Unread
from sso_sync.plan.planner import Sides
from sso_sync.progress import Progress, Silent
from sso_sync.safe import visible
from sso_sync.spec.connection import Connection
from sso_sync.spec.model import Spec
from sso_sync.tracing import carried
from sso_sync.wiring import Wires, open_wires

__all__ = ["NAME", "Account", "Imported", "import_spec"]

_WHICH = "Give --app the app's exact name, or its id: the number in the address bar of its page."
_NOBODY = ""  # no connection is called so: the app is found by its name or id, and not by anybody's mark


def import_spec(
    account: Account,
    app: str | int,
    *,
    path: Path,
    environ: Mapping[str, str],
    progress: Progress | None = None,
) -> Imported:
    """The smallest spec that plans to no changes for an app, by its name or id, and for JustCall as it is.

    `path` is the file that the spec will be: a session and an attestation are looked for beside it. Nothing is written,
    neither there nor on a side. A JustCall that cannot be read leaves its values out. Raises LiveStateError for an app
    that is not there, not the only one of its name, or that no spec can describe; SideUnavailable for a OneLogin out of
    reach; SpecError without credentials.
    """
    # JustCall's session and attestation go by the connection's name. The app's mark knows it better, once it is read.
    name = account.name or slug(str(app))
    with open_wires(_connection(account, name, path), environ) as wires:
        idp, sp = _both(wires, app, progress or Silent())
        by_hand = not wires.sp.automatic
        if idp.app is None:
            raise _no_app(app, wires.idp.label)
    if account.name is None and idp.owner not in (None, name) and re.fullmatch(NAME, idp.owner or ""):
        with open_wires(_connection(account, str(idp.owner), path), environ) as wires:
            sp = _settings(wires.sp.read)
    sides = Sides(idp=idp, sp=sp, by_hand=by_hand)
    return imported(account, sides, path=path, now=utc_now())


def _no_app(app: str | int, where: str) -> LiveStateError:
    called = f"named {visible(app)!r}" if isinstance(app, str) else f"with the id {app}"
    return LiveStateError.because(
        f"There is no SAML app {called} in {where}",
        address="onelogin.app",
        next_action=_WHICH,
    )


def _connection(account: Account, name: str, path: Path) -> Connection:
    """Just enough of a spec to reach both sides."""
    onelogin = {"url": account.url} if account.url is not None else {"subdomain": account.subdomain}
    justcall = {"driver": account.driver} | ({"url": account.justcall_url} if account.justcall_url is not None else {})
    spec = Spec.model_validate({"version": 1, "name": name, "onelogin": onelogin, "justcall": justcall})
    return Connection(spec, path, "import")


def _both(wires: Wires, app: str | int, progress: Progress) -> tuple[LiveIdp, Settings | Unread]:
    """Both sides at the same time; a JustCall that is out of reach does not hide OneLogin."""
    scope = Scope(
        connection=_NOBODY,
        app_name=app if isinstance(app, str) else "",
        app_id=app if isinstance(app, int) else None,
        rules=True,
        direct_grants=True,
        decommission=True,  # nothing will be created, so no connector is looked up
    )
    with ThreadPoolExecutor(max_workers=2, thread_name_prefix="read") as pool:
        idp = pool.submit(carried(reader.read), wires.idp, scope, progress)
        sp = pool.submit(carried(wires.sp.read))
        try:
            live = idp.result()
        except LiveStateError as problem:  # there are several, or none
            problem.retell(lambda found: replace(found, next_action=_WHICH))
            raise
        return live, _settings(sp.result)


def _settings(answer: Callable[[], Settings]) -> Settings | Unread:
    try:
        return answer()
    except SideUnavailable as problem:
        return Unread(problem.diagnostics[0].summary)
