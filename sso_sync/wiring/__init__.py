"""Plugs a connection into its two services: addresses, credentials, drivers, and the embedded sandbox."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from sso_sync.clock import utc_now
from sso_sync.errors import SpecError
from sso_sync.http import STANDARD_RETRY, UNOBSERVED, Observer, Retry, ServiceClock
from sso_sync.justcall import attestation
from sso_sync.justcall.drivers import attested, http
from sso_sync.justcall.port import ServiceProvider
from sso_sync.justcall.settings import SettingField
from sso_sync.justcall.users import JustCallUser, list_users
from sso_sync.onelogin.client import Client
from sso_sync.onelogin.connect import connect
from sso_sync.spec.connection import Connection, SpecPath
from sso_sync.spec.model import given
from sso_sync.values import Permit
from sso_sync.wiring.accounts import Accounts, onelogin_key
from sso_sync.wiring.browser import browser_driver, embedded_access, saved_access
from sso_sync.wiring.login import assertion_for, is_named, metadata_at, no_metadata, test_user
from sso_sync.wiring.probe import LoginProbe, embedded_probe, lately_probed, login_probe
from sso_sync.wiring.tallies import Tallies

if TYPE_CHECKING:
    from sso_sync.sandbox.server import Sandbox

__all__ = [
    "SANDBOX_STATE",
    "Accounts",
    "UsersApi",
    "Wires",
    "account_of",
    "embedded",
    "open_wires",
    "start_sandbox",
]

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

    `tallies` count every request of these wires.
    """

    idp: Client
    sp: ServiceProvider
    users: UsersApi = field(default_factory=UsersApi)
    login: Callable[[], LoginProbe] | None = field(default=None, repr=False)  # it holds the whole environment
    assertion: Callable[[int], bytes] | None = field(default=None, repr=False)
    test_user: str | None = None
    metadata: Callable[[str], bytes] = field(default=no_metadata, repr=False)
    proves: bool = False
    tallies: Tallies = field(default_factory=Tallies, compare=False)

    def writable(self, evidence: Callable[[], Path], permit: Permit | None = None) -> Wires:
        """The same wires, allowed to write as long as `permit` raises nothing. `evidence` makes the run's folder."""
        return replace(self, idp=self.idp.writable(permit), sp=self.sp.writable(evidence, permit))

    def finishing(self) -> Wires:
        """The same wires for looking at what was done: read anew, and beyond the run's budget if need be."""
        return replace(self, idp=self.idp.finishing())


@contextmanager
def open_wires(
    connection: Connection,
    environ: Mapping[str, str],
    *,
    observer: Observer = UNOBSERVED,
    accounts: Accounts | None = None,
) -> Iterator[Wires]:
    """Connects both sides of a connection, read-only; nothing is sent yet, but an embedded sandbox is started.

    `observer` is told of every request to either side. `accounts` are shared with other connections and stay open.
    Raises SpecError when credentials are missing or the driver cannot be had.
    """
    tallies = Tallies(also=observer)
    with ExitStack() as stack:
        if connection.spec.sandbox:
            yield embedded(connection, environ, stack.enter_context(start_sandbox(connection)), stack, tallies)
        else:
            shared = accounts or stack.enter_context(closing(Accounts(shares=False)))
            idp = _onelogin(connection, environ, shared, tallies)
            sp = _justcall(connection, environ, stack, shared, tallies)
            users, login = _users(connection, environ, shared, tallies), partial(login_probe, connection, environ)
            wires = Wires(idp, sp, users, login, tallies=tallies)
            yield _with_logins(wires, connection, environ, _onelogin_url(connection))


def _with_logins(wires: Wires, connection: Connection, environ: Mapping[str, str], url: str) -> Wires:
    """The same wires, with what tries a login at OneLogin, whose address is `url`."""
    user = test_user(connection, environ)
    return replace(
        wires,
        assertion=None if user is None else assertion_for(user, wires.idp),
        test_user=None if user is None else user.email,
        metadata=metadata_at(url, wires.tallies.at_onelogin),
        proves=user is not None and is_named(environ),
    )


def embedded(
    connection: Connection,
    environ: Mapping[str, str],
    sandbox: Sandbox,
    stack: ExitStack,
    tallies: Tallies | None = None,
) -> Wires:
    """Wires into a running sandbox, closed with `stack`. Raises SsoSyncError where the driver cannot be had."""
    wires = _embedded(connection, environ, sandbox, stack, tallies or Tallies())
    return _with_logins(wires, connection, environ, sandbox.onelogin_url)


def _embedded(
    connection: Connection, environ: Mapping[str, str], sandbox: Sandbox, stack: ExitStack, tallies: Tallies
) -> Wires:
    idp = connect(
        sandbox.onelogin_url,
        sandbox.client_id,
        sandbox.client_secret,
        cache_dir=None,
        observer=tallies.at_onelogin,
    )
    stack.callback(idp.close)
    key, secret, watching = sandbox.api_key, sandbox.api_secret, tallies.at_justcall
    users = _reading(sandbox.justcall_url, key, secret, watching)
    login = partial(embedded_probe, connection, environ, sandbox.justcall_url)
    sp: ServiceProvider
    if connection.spec.justcall.driver == "attested":
        sp = _attested(connection)
    elif connection.spec.justcall.driver == "browser":
        sp = browser_driver(embedded_access(connection, environ, sandbox))
    else:
        sp = http.connect(sandbox.justcall_url, key, secret, read_only=True, observer=watching)
    stack.callback(sp.close)
    return Wires(idp, sp, users, login, tallies=tallies)


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


def account_of(connection: Connection) -> Hashable:
    """What connections share that have the same OneLogin account; all that are in the embedded sandbox share it."""
    return "sandbox" if connection.spec.sandbox else onelogin_key(_onelogin_url(connection))


def _onelogin_url(connection: Connection) -> str:
    wanted = connection.spec.onelogin
    return wanted.url or f"https://{wanted.subdomain}.onelogin.com"


def _onelogin(connection: Connection, environ: Mapping[str, str], accounts: Accounts, tallies: Tallies) -> Client:
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
    return accounts.onelogin(url, client_id, client_secret, cache_dir=_cache_dir(environ), observer=tallies.at_onelogin)


def _justcall(
    connection: Connection, environ: Mapping[str, str], stack: ExitStack, accounts: Accounts, tallies: Tallies
) -> ServiceProvider:
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
    retry = accounts.patient(STANDARD_RETRY)
    driver = http.connect(wanted.url, key, secret, read_only=True, retry=retry, observer=tallies.at_justcall)
    stack.callback(driver.close)
    return driver


def _users(connection: Connection, environ: Mapping[str, str], accounts: Accounts, tallies: Tallies) -> UsersApi:
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
    account = (wanted.users_url, key, secret)
    api = accounts.once(account, lambda: _reading(*account, tallies.at_justcall, accounts.patient(_PATIENCE)))
    read = api.read
    # Read once for all that have the same key: JustCall counts requests by the key, too.
    return api if read is None else replace(api, read=lambda: accounts.once(("people", *account), read))


def _reading(url: str, key: str, secret: str, observer: Observer, retry: Retry = _PATIENCE) -> UsersApi:
    clock = ServiceClock()
    read = partial(list_users, url, key, secret, retry=retry, service_clock=clock, observer=observer)
    return UsersApi(read, clock=clock)


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
