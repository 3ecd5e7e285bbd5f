"""A throwaway sandbox, set up as the guide says, to rehearse on: in memory, and gone with the end of the rehearsal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from typing import TYPE_CHECKING

from sso_sync.errors import SsoSyncError
from sso_sync.spec.connection import Connection
from sso_sync.spec.model import Spec
from sso_sync.wiring import Wires, embedded, start_sandbox

if TYPE_CHECKING:
    from sso_sync.sandbox.server import Sandbox

__all__ = ["NEXT_CERTIFICATE", "rehearsal"]

NEXT_CERTIFICATE = "Next Certificate (2048-bit)"
"""What the sandbox's account has to rotate to."""
_SUFFIX, _LONGEST = "-rehearsal", 63


@contextmanager
def rehearsal(connection: Connection, environ: Mapping[str, str]) -> Iterator[tuple[Connection, Wires]]:
    """A stand-in for the connection on a sandbox of its own, with SSO on and a login that works.

    It has the same driver where that can be: a person's work (`attested`) is done through the gateway instead, and so
    is the browser's where there is none. Raises SpecError where the sandbox is not installed.
    """
    # A real test user's password is no business of a sandbox.
    environ = {name: value for name, value in environ.items() if not name.startswith("ONELOGIN_TEST_")}
    with ExitStack() as stack:
        sandbox = stack.enter_context(start_sandbox(connection, state=None))
        from sso_sync.sandbox.by_hand import follow_guide

        app = follow_guide(sandbox)
        stand_in, wires = _wired(connection, app.name, environ, sandbox, stack)
        yield stand_in, wires


def _wired(
    connection: Connection, app: str, environ: Mapping[str, str], sandbox: Sandbox, stack: ExitStack
) -> tuple[Connection, Wires]:
    if connection.spec.justcall.driver == "browser":
        driven = _stand_in(connection, app, "browser")
        with suppress(SsoSyncError):  # no Playwright, or no browser
            return driven, embedded(driven, environ, sandbox, stack)
    plain = _stand_in(connection, app, "http")
    return plain, embedded(plain, environ, sandbox, stack)


def _stand_in(connection: Connection, app: str, driver: str) -> Connection:
    """A connection with a spec of its own, so that nothing of the real one can be meant by mistake."""
    spec = Spec.model_validate(
        {
            "version": 1,
            "name": connection.name[: _LONGEST - len(_SUFFIX)] + _SUFFIX,
            "sandbox": True,
            "onelogin": {"app": {"name": app}},
            "justcall": {"driver": driver, "sso": {"enabled": True}},
            "guards": {"match_users": "off"},
        }
    )
    return Connection(spec, connection.path, connection.digest)
