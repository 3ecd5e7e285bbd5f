"""The sandbox's life: ports, start, stop, and bugs of its own."""

from __future__ import annotations

import socket
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from sso_sync.errors import SsoSyncError
from sso_sync.sandbox import Sandbox, Variants
from sso_sync.sandbox.listener import open_socket

from .support import Http, fresh_token


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def test_both_services_answer_when_start_returns() -> None:
    with Sandbox() as sandbox:
        for url in (sandbox.onelogin_url, sandbox.justcall_url):
            with Http(url) as http:
                assert http.get("/nothing").status_code == 401
        assert sandbox.onelogin_url != sandbox.justcall_url


def test_chosen_ports() -> None:
    ports = _free_port(), _free_port()
    with Sandbox(onelogin_port=ports[0], justcall_port=ports[1]) as sandbox:
        assert sandbox.onelogin_url == f"http://127.0.0.1:{ports[0]}"
        assert sandbox.justcall_url == f"http://127.0.0.1:{ports[1]}"


def test_a_port_that_is_taken() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        for ports in ((port, 0), (0, port)):
            with pytest.raises(SsoSyncError, match=f"cannot listen on port {port}"):
                Sandbox(onelogin_port=ports[0], justcall_port=ports[1]).start()


def test_answers_are_not_held_back_by_nagle() -> None:
    """asyncio sets TCP_NODELAY only on sockets that name their protocol; 40 ms per answer depend on it."""
    with open_socket(0) as opened:
        assert opened.proto == socket.IPPROTO_TCP


def test_nothing_is_left_after_stop() -> None:
    before = set(threading.enumerate())
    sandbox = Sandbox()
    sandbox.start()
    assert set(threading.enumerate()) > before
    with Http(sandbox.onelogin_url) as http:
        http.get("/")
        sandbox.stop()
        sandbox.stop()
        with pytest.raises(requests.ConnectionError):
            http.get("/")
    assert set(threading.enumerate()) == before


def test_a_sandbox_starts_once() -> None:
    with Sandbox() as sandbox, pytest.raises(RuntimeError, match="started before"):
        sandbox.start()


def test_stopping_what_never_started() -> None:
    Sandbox().stop()


def test_two_sandboxes_do_not_meet() -> None:
    with Sandbox() as one, Sandbox() as other:
        one.onelogin.add_app("JustCall")
        assert other.onelogin.apps("JustCall") == []
        with Http(other.onelogin_url, f"bearer {fresh_token(one)}") as http:
            assert http.get("/api/2/apps").status_code == 401


def test_variants_are_copied() -> None:
    mine = Variants(groups_v2=False)
    with Sandbox(variants=mine) as sandbox:
        sandbox.variants.groups_v2 = True
        assert mine.groups_v2 is False
        sandbox.reset()
        assert sandbox.variants.groups_v2 is False


def test_without_a_seed_there_is_only_the_account() -> None:
    with Sandbox(seed=False) as sandbox:
        assert (sandbox.onelogin.users(), sandbox.onelogin.roles(), sandbox.onelogin.apps()) == ([], [], [])
        assert len(sandbox.onelogin.certificates()) == 4
        assert [user.email for user in sandbox.justcall.users()] == ["olivia.owner@acme.example"]
        assert sandbox.onelogin.add_app("JustCall").connector_id == 110016


def test_a_bug_of_its_own_does_not_pass_for_a_500(monkeypatch: pytest.MonkeyPatch) -> None:
    def break_it() -> None:
        with Sandbox() as sandbox, Http(sandbox.onelogin_url) as http:
            monkeypatch.setattr(sandbox._services[0], "handle", lambda call: 1 / 0)
            assert http.get("/").status_code == 500

    with pytest.raises(RuntimeError, match="the sandbox itself broke") as broken:
        break_it()
    assert isinstance(broken.value.__cause__, ZeroDivisionError)


def test_many_clients_at_once(sandbox: Sandbox, api: Http) -> None:
    def add(number: int) -> int:
        with Http(sandbox.onelogin_url, str(api.session.headers["Authorization"])) as http:
            role: int = http.post("/api/2/roles", {"name": f"R{number}"}).json()["id"]
            http.post(f"/api/2/roles/{role}/users", [90210001])
            return role

    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(add, range(40)))
    assert len(set(made)) == 40
    assert sandbox.requests.count(method="POST") == 80
    assert all(len(sandbox.onelogin.members(role)) == 1 for role in made)


def test_parallel_read_modify_write_loses_roles(sandbox: Sandbox, api: Http) -> None:
    """The race that the clients must serialise themselves (fact sheet §5.3): the last whole list wins."""
    app = sandbox.onelogin.add_app("JustCall").id
    first = api.get(f"/api/2/apps/{app}").json()["role_ids"]
    api.put(f"/api/2/apps/{app}", {"role_ids": [*first, 459456]})
    api.put(f"/api/2/apps/{app}", {"role_ids": [*first, 459457]})
    assert sandbox.onelogin.app(app).role_ids == (459457,)
