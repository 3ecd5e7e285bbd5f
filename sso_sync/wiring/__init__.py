"""Plugs a connection into its two services: addresses, credentials, drivers, and the embedded sandbox."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from sso_sync.clock import utc_now
from sso_sync.errors import SpecError
from sso_sync.http import Retry, ServiceClock
from sso_sync.justcall import attestation
from sso_sync.justcall.drivers import attested, http
from sso_sync.justcall.port import ServiceProvider
from sso_sync.justcall.settings import SettingField
from sso_sync.justcall.users import JustCallUser, list_users
from sso_sync.onelogin.client import Client
from sso_sync.onelogin.connect import connect
from sso_sync.spec.connection import Connection, SpecPath
from sso_sync.spec.model import given
from sso_sync.wiring.browser import browser_driver, embedded_access, saved_access
from sso_sync.wiring.login import assertion_for, is_named, metadata_at, no_metadata, test_user
from sso_sync.wiring.probe import LoginProbe, embedded_probe, lately_probed, login_probe

if TYPE_CHECKING:
    from sso_sync.sandbox.server import Sandbox

__all__ = ["SANDBOX_STATE", "UsersApi", "Wires", "embedded", "open_wires", "start_sandbox"]

# Matching people is a service to the reader: a plan does not wait long for it.
_PATIENCE = Retry(attempts=3, cap=10.0, budget=20.0)
SANDBOX_STATE = Path(".sso-sync") / "sandbox.sqlite"


@dataclass(frozen=True)
class UsersApi:
    """JustCall's public users API, only ever read; `read` is None when it cannot be used, and `missing` says why.

    `clock` knows JustCall's time once something was read.
    """

    read: Callable[[], tuple[JustCallUser, ...]] | None = None
    missing: str | None = None
    clock: ServiceClock = field(default_factory=ServiceClock, compare=False)


@dataclass(frozen=True)
class Wires:
    """Both services, read-only. `writable` answers the same wires, allowed to write: apply's privilege.

    `evidence` makes the folder for what a driver keeps of the run. `login` makes what looks at JustCall's public login
    page; it raises SpecError for a page map that is none.

    `assertion` answers the XML of the test user's SAML response for an app, by its id, and raises what
    `onelogin.assertion.fetch` does; None without a test user. `test_user` is that person's e-mail. `metadata` answers
    the XML behind a metadata URL; it raises SideUnavailable or UnexpectedAnswer.

    `proves`: somebody named the test user, so that apply tries a login, too. The sandbox's own test user is for verify
    alone: a spec need not give her access.
    """

    idp: Client
    sp: ServiceProvider
    users: UsersApi = field(default_factory=UsersApi)
    login: Callable[[], LoginProbe] | None = field(default=None, repr=False)  # it holds the whole environment
    assertion: Callable[[int], bytes] | None = field(default=None, repr=False)
    test_user: str | None = None
    metadata: Callable[[str], bytes] = field(default=no_metadata, repr=False)
    proves: bool = False

    def writable(self, evidence: Callable[[], Path]) -> Wires:
        return replace(self, idp=self.idp.writable(), sp=self.sp.writable(evidence))


@contextmanager
def open_wires(connection: Connection, environ: Mapping[str, str]) -> Iterator[Wires]:
    """Connects both sides of a connection, read-only; nothing is sent yet, but an embedded sandbox is started.

    Raises SpecError when credentials are missing or the driver cannot be had.
    """
    with ExitStack() as stack:
        if connection.spec.sandbox:
            yield _sandbox(connection, environ, stack)
        else:
            idp, sp = _onelogin(connection, environ, stack), _justcall(connection, environ, stack)
            wires = Wires(idp, sp, _users(connection, environ), partial(login_probe, connection, environ))
            yield _with_logins(wires, connection, environ, _onelogin_url(connection))


def _with_logins(wires: Wires, connection: Connection, environ: Mapping[str, str], url: str) -> Wires:
    """The same wires, with what tries a login at OneLogin, whose address is `url`."""
    user = test_user(connection, environ)
    return replace(
        wires,
        assertion=None if user is None else assertion_for(user, wires.idp),
        test_user=None if user is None else user.email,
        metadata=metadata_at(url),
        proves=user is not None and is_named(environ),
    )


def _sandbox(connection: Connection, environ: Mapping[str, str], stack: ExitStack) -> Wires:
    """Starts both services inside this process; their state outlives it in `.sso-sync/`."""
    return embedded(connection, environ, stack.enter_context(start_sandbox(connection)), stack)


def embedded(connection: Connection, environ: Mapping[str, str], sandbox: Sandbox, stack: ExitStack) -> Wires:
    """Wires into a running sandbox, closed with `stack`. Raises SsoSyncError where the driver cannot be had."""
    wires = _embedded(connection, environ, sandbox, stack)
    return _with_logins(wires, connection, environ, sandbox.onelogin_url)


def _embedded(connection: Connection, environ: Mapping[str, str], sandbox: Sandbox, stack: ExitStack) -> Wires:
    idp = connect(sandbox.onelogin_url, sandbox.client_id, sandbox.client_secret, cache_dir=None)
    stack.callback(idp.close)
    users = _reading(sandbox.justcall_url, sandbox.api_key, sandbox.api_secret)
    login = partial(embedded_probe, connection, environ, sandbox.justcall_url)
    if connection.spec.justcall.driver == "attested":
        return Wires(idp, _attested(connection), users, login)
    if connection.spec.justcall.driver == "browser":
        driven = browser_driver(embedded_access(connection, environ, sandbox))
        stack.callback(driven.close)
        return Wires(idp, driven, users, login)
    sp = http.connect(sandbox.justcall_url, sandbox.api_key, sandbox.api_secret, read_only=True)
    stack.callback(sp.close)
    return Wires(idp, sp, users, login)


def start_sandbox(connection: Connection, state: Path | None = SANDBOX_STATE) -> Sandbox:
    """The embedded sandbox of this folder, in memory without a `state`; SpecError where it is not installed."""
    try:
        from sso_sync.sandbox.server import Sandbox
    except ImportError as missing:
        raise SpecError(
            connection.diagnostic(
                "error",
                ("sandbox",),
                "The embedded sandbox is not installed",
                detail=str(missing),
                next_action="Install it with: pip install 'sso-sync[sandbox]'",
            )
        ) from missing
    if state is not None:
        state.parent.mkdir(mode=0o700, exist_ok=True)
    return Sandbox(state=state)


def _onelogin_url(connection: Connection) -> str:
    wanted = connection.spec.onelogin
    return wanted.url or f"https://{wanted.subdomain}.onelogin.com"


def _onelogin(connection: Connection, environ: Mapping[str, str], stack: ExitStack) -> Client:
    wanted = connection.spec.onelogin
    url = _onelogin_url(connection)
    client_id = _credential(
        connection,
        ("onelogin", "credentials", "client_id"),
        wanted.credentials.client_id,
        environ,
        "ONELOGIN_CLIENT_ID",
    )
    client_secret = _credential(
        connection,
        ("onelogin", "credentials", "client_secret"),
        wanted.credentials.client_secret,
        environ,
        "ONELOGIN_CLIENT_SECRET",
    )
    client = connect(url, client_id, client_secret, cache_dir=_cache_dir(environ))
    stack.callback(client.close)
    return client


def _justcall(connection: Connection, environ: Mapping[str, str], stack: ExitStack) -> ServiceProvider:
    wanted = connection.spec.justcall
    if wanted.driver == "browser":
        sp = browser_driver(saved_access(connection, environ))
        stack.callback(sp.close)
        return sp
    if wanted.driver == "attested":
        return _attested(connection)
    if wanted.driver != "http" or wanted.url is None:
        raise AssertionError("lint lets no spec pass without a driver and what the driver needs")
    key = _credential(
        connection, ("justcall", "credentials", "api_key"), wanted.credentials.api_key, environ, "JUSTCALL_API_KEY"
    )
    secret = _credential(
        connection,
        ("justcall", "credentials", "api_secret"),
        wanted.credentials.api_secret,
        environ,
        "JUSTCALL_API_SECRET",
    )
    driver = http.connect(wanted.url, key, secret, read_only=True)
    stack.callback(driver.close)
    return driver


def _users(connection: Connection, environ: Mapping[str, str]) -> UsersApi:
    """The users API with JustCall's own key. A gateway's key is none, unless the spec says where it is good."""
    wanted = connection.spec.justcall
    if wanted.driver == "http" and not given(wanted, "users_url"):
        return UsersApi(
            missing="The http driver's credentials are the gateway's. Name justcall.users_url in the spec if they are "
            "good for JustCall's public API too."
        )
    key = wanted.credentials.api_key or environ.get("JUSTCALL_API_KEY")
    secret = wanted.credentials.api_secret or environ.get("JUSTCALL_API_SECRET")
    if not key or not secret:
        return UsersApi(
            missing="There are no credentials for JustCall's public API: JUSTCALL_API_KEY and JUSTCALL_API_SECRET."
        )
    return _reading(wanted.users_url, key, secret)


def _reading(url: str, key: str, secret: str) -> UsersApi:
    clock = ServiceClock()
    return UsersApi(partial(list_users, url, key, secret, retry=_PATIENCE, service_clock=clock), clock=clock)


def _attested(connection: Connection) -> ServiceProvider:
    record = attestation.load(attestation.location(connection.path, connection.name), connection.name)
    pins = connection.spec.justcall.service_provider
    fields = {SettingField.ACS_URL: pins.acs_url, SettingField.ENTITY_ID: pins.entity_id}
    return attested.AttestedDriver(
        record,
        {field: pin for field, pin in fields.items() if pin is not None},
        probed=lately_probed(connection, utc_now()),
        clock=utc_now,
    )


def _credential(
    connection: Connection, path: SpecPath, value: str | None, environ: Mapping[str, str], variable: str
) -> str:
    found = value or environ.get(variable)
    if found:
        return found
    raise SpecError(
        connection.diagnostic(
            "error",
            path,
            f"There are no credentials: the environment variable {variable} is not set",
            next_action=f"Set {variable}, or name another variable in the spec: {path[-1]}: !env NAME",
        )
    )


def _cache_dir(environ: Mapping[str, str]) -> Path | None:
    """Where tokens are kept between runs; None (memory only) for an account without a home."""
    base = environ.get("XDG_CACHE_HOME") or (f"{environ['HOME']}/.cache" if environ.get("HOME") else None)
    return Path(base) / "sso-sync" if base else None
