"""When JustCall's people can be asked for, and with whose key."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from sso_sync.http import AnswerError
from sso_sync.wiring import open_wires
from tests.http.wire import RawServer, ok
from tests.plan.build import connection

_ENVIRON = {
    "ONELOGIN_CLIENT_ID": "id",
    "ONELOGIN_CLIENT_SECRET": "secret",
    "JUSTCALL_API_KEY": "key",
    "JUSTCALL_API_SECRET": "secret",
}
_ATTESTED = {
    "justcall": {
        "driver": "attested",
        "url": None,
        "service_provider": {"acs_url": "https://acs.example", "entity_id": "JustCall"},
    }
}
_NAMED = {"justcall": {"users_url": "https://api.justcall.example"}}


@pytest.mark.parametrize(
    ("over", "missing", "usable", "said"),
    [
        ({}, (), False, "justcall.users_url"),  # the key is the gateway's
        (_NAMED, (), True, None),
        (_ATTESTED, (), True, None),
        (_ATTESTED, ("JUSTCALL_API_KEY",), False, "JUSTCALL_API_KEY"),
        (_ATTESTED, ("JUSTCALL_API_KEY", "JUSTCALL_API_SECRET"), False, "JUSTCALL_API_SECRET"),
    ],
)
def test_people_are_read_only_with_a_key_that_is_justcalls(
    over: dict[str, Any], missing: tuple[str, ...], usable: bool, said: str | None, tmp_path: Path
) -> None:
    environ = {name: value for name, value in _ENVIRON.items() if name not in missing}
    with open_wires(connection(over), environ) as wires:
        assert (wires.users.read is not None) is usable
        assert (said or "") in (wires.users.missing or "")
        assert wires.writable(tmp_path.absolute).users is wires.users


def test_each_side_has_its_own_tally() -> None:
    with RawServer([ok(b"[]", close=True), ok(b'{"enabled": false}', close=True)]) as server:
        over = {"onelogin": {"subdomain": None, "url": server.url}, "justcall": {"url": server.url}}
        with open_wires(connection(over), {**_ENVIRON, "XDG_CACHE_HOME": "/nowhere"}) as wires:
            with pytest.raises(AnswerError):  # a list is no token
                wires.idp.roles()
            wires.sp.read()
            assert (wires.tallies.onelogin.count.sent, wires.tallies.justcall.count.sent) == (1, 1)
            assert wires.writable(Path.cwd).tallies is wires.tallies
