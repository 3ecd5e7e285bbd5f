"""Plugs a connection into a look at JustCall's public login page: a browser without a session, and which page it opens.

What a probe saw is kept in the folder that the run is in, for those who cannot see it themselves (`driver: attested`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path

from sso_sync.justcall.browser.install import find_browser, require_playwright
from sso_sync.justcall.page_map.model import PageMap
from sso_sync.justcall.probed import confirmed, document, fresh, from_document
from sso_sync.justcall.settings import Observed, SettingField
from sso_sync.saml.authn_request import Captured
from sso_sync.spec.connection import Connection
from sso_sync.store import probes
from sso_sync.wiring.page_map import app_url, page_map

__all__ = ["LoginProbe", "embedded_probe", "lately_probed", "login_probe"]

_SANDBOX = "sandbox"


@dataclass(frozen=True)
class LoginProbe:
    """What looks at the login page for an e-mail address. `site` names the page in the record of a probe.

    `run` raises what `probe` does, and SsoSyncError when Playwright or a browser is missing; `ready` raises that alone.
    """

    connection: str
    site: str
    run: Callable[[str], Captured]
    ready: Callable[[], None] = lambda: None

    def keep(self, captured: Captured, at: datetime) -> None:
        """Remembers what was seen. Raises SsoSyncError when it cannot be written."""
        probes.save(self.connection, document(confirmed(captured, site=self.site, at=at)))

    def forget(self) -> None:
        """Forgets what was seen before: it does not hold any more. Raises SsoSyncError when it cannot."""
        probes.forget(self.connection)


def login_probe(connection: Connection, environ: Mapping[str, str]) -> LoginProbe:
    """The probe of JustCall itself: of the page map's address, or of the spec's where that is the web app's.

    Raises SpecError for a page map that is none.
    """
    known = page_map(connection)
    url = app_url(connection, known)
    return LoginProbe(connection.name, url, partial(_probed, known, url, environ), partial(_ready, environ))


def embedded_probe(connection: Connection, environ: Mapping[str, str], url: str) -> LoginProbe:
    """The probe of the embedded sandbox, which has another address every time. Raises like `login_probe`."""
    run = partial(_probed, page_map(connection), url, environ)
    return LoginProbe(connection.name, _SANDBOX, run, partial(_ready, environ))


def lately_probed(connection: Connection, now: datetime) -> Mapping[SettingField, Observed]:
    """What a probe of this connection saw, as long as it is good. Raises SpecError for a page map that is none."""
    record = from_document(probes.load(connection.name))
    if record is None:
        return {}
    site = _SANDBOX if connection.spec.sandbox else app_url(connection, page_map(connection))
    return fresh(record, site=site, now=now)


def _ready(environ: Mapping[str, str]) -> None:
    require_playwright()
    find_browser(environ)


def _probed(known: PageMap, url: str, environ: Mapping[str, str], email: str) -> Captured:
    require_playwright()
    executable = find_browser(environ)
    from sso_sync.justcall.browser.loop import BrowserLoop

    loop = BrowserLoop()
    try:
        return loop.run(_visit(executable, known, url, environ, email))
    finally:
        loop.close()


async def _visit(executable: Path, known: PageMap, url: str, environ: Mapping[str, str], email: str) -> Captured:
    from sso_sync.justcall.browser.launch import opened
    from sso_sync.justcall.browser.probe import probe

    async with opened(executable, app_url=url, environ=environ) as context:
        return await probe(
            context,
            login_url=url + known.login.path,
            login=known.login,
            email=email,
            timeout=known.timeout_seconds,
            words=known.test.failure,
        )
