"""The sandbox's own HTTP interface, under /_sandbox/ on both ports: for tests and people in another process.

    GET    /_sandbox/health                  {"ready": true, "run": 3}
    GET    /_sandbox/snapshot                everything, for comparisons
    GET    /_sandbox/requests                the log; ?writes=true, ?service=, ?history=true narrow or widen it
    DELETE /_sandbox/requests                forgets it
    GET    /_sandbox/variants                all switches; PUT {name: value} sets some
    GET    /_sandbox/faults                  {"rules": […], "fired": […]}
    POST   /_sandbox/faults                  arms one (the fields of Fault); DELETE disarms and releases all
    POST   /_sandbox/faults/random           {"rate": 0.2, "seed": 7}
    POST   /_sandbox/faults/release          lets hanging calls go on
    POST   /_sandbox/reset                   back to the seed
    POST   /_sandbox/onelogin/<method>       calls a method of the direct handle with a JSON object of arguments,
    POST   /_sandbox/justcall/<method>       such as onelogin/grant_directly {"app": "JustCall", "user": "a@b.c"}

Answers only to loopback clients that call it by a loopback name, so that no web page can reach it. Never logged and
never struck by faults.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Protocol

from pydantic import JsonValue, TypeAdapter, ValidationError, validate_call
from pydantic_core import to_jsonable_python
from starlette.types import Scope

from sso_sync.sandbox.faults import Fault, Faults
from sso_sync.sandbox.justcall.state import JustCallState
from sso_sync.sandbox.log import LoggedRequest, RequestLog, as_json
from sso_sync.sandbox.loopback import is_loopback
from sso_sync.sandbox.onelogin.state import OneLoginState
from sso_sync.sandbox.variants import Variants
from sso_sync.sandbox.wire import Answer, BadJson, Call

__all__ = ["PREFIX", "Control", "Controlled"]

PREFIX = "/_sandbox/"
_SECRET_FIELDS = frozenset({"client_secret", "otp", "private_key"})
_Body = Mapping[str, JsonValue]


@dataclass(frozen=True)
class _Random:
    """The body of faults/random."""

    rate: float
    seed: int = 0


class Controlled(Protocol):
    """What of a sandbox the interface reaches."""

    onelogin: OneLoginState
    justcall: JustCallState
    requests: RequestLog
    faults: Faults
    variants: Variants

    @property
    def run(self) -> int: ...

    def snapshot(self) -> dict[str, JsonValue]: ...

    def reset(self) -> None: ...


class Control:
    """Answers the paths under /_sandbox/; None for all others."""

    def __init__(self, sandbox: Controlled) -> None:
        self._sandbox = sandbox
        self._routes: dict[tuple[str, str], Callable[[Call], JsonValue]] = {
            ("GET", "health"): self._health,
            ("GET", "snapshot"): lambda _: sandbox.snapshot(),
            ("GET", "requests"): self._requests,
            ("DELETE", "requests"): self._forget_requests,
            ("GET", "variants"): self._variants,
            ("PUT", "variants"): self._set_variants,
            ("GET", "faults"): self._faults,
            ("POST", "faults"): self._add_fault,
            ("DELETE", "faults"): self._clear_faults,
            ("POST", "faults/random"): self._random_faults,
            ("POST", "faults/release"): self._release,
            ("POST", "reset"): self._reset,
        }

    def __call__(self, call: Call, scope: Scope) -> Answer | None:
        if not call.path.startswith(PREFIX):
            return None
        if not (is_loopback((scope.get("client") or ("",))[0]) and is_loopback(_host(call))):
            return Answer(403, {"error": "the sandbox is controlled from this machine only"})
        try:
            return Answer(200, self._controlled(call, call.path.removeprefix(PREFIX)))
        except (BadJson, ValidationError, ValueError, TypeError) as error:
            return Answer(422, {"error": str(error)})
        except LookupError as error:
            return Answer(404, {"error": str(error)})

    def _controlled(self, call: Call, path: str) -> JsonValue:
        route = self._routes.get((call.method, path))
        if route is not None:
            return route(call)
        side, _, method = path.partition("/")
        if call.method == "POST" and side == "onelogin":
            return _called(self._sandbox.onelogin, method, _arguments(call))
        if call.method == "POST" and side == "justcall":
            return _called(self._sandbox.justcall, method, _arguments(call))
        raise LookupError(f"no {call.method} {call.path}")

    def _health(self, _call: Call) -> JsonValue:
        return {"ready": True, "run": self._sandbox.run}

    def _requests(self, call: Call) -> JsonValue:
        log = self._sandbox.requests
        found: list[LoggedRequest] = log.history() if call.query.get("history") == "true" else list(log)
        return [
            as_json(request)
            for request in found
            if call.query.get("service") in (None, request.service)
            and (call.query.get("writes") != "true" or request.is_write)
        ]

    def _forget_requests(self, call: Call) -> JsonValue:
        self._sandbox.requests.clear(history=call.query.get("history") == "true")
        return None

    def _variants(self, _call: Call) -> JsonValue:
        return {**self._sandbox.variants.as_dict()}

    def _set_variants(self, call: Call) -> JsonValue:
        self._sandbox.variants.update(_arguments(call))
        return self._variants(call)

    def _faults(self, _call: Call) -> JsonValue:
        faults = self._sandbox.faults
        return {
            "rules": [asdict(fault) for fault in faults.rules()],
            "fired": [asdict(fired) for fired in faults.fired],
        }

    def _add_fault(self, call: Call) -> JsonValue:
        self._sandbox.faults.add(TypeAdapter(Fault).validate_python(_arguments(call)))
        return None

    def _clear_faults(self, _call: Call) -> JsonValue:
        self._sandbox.faults.clear()
        return None

    def _random_faults(self, call: Call) -> JsonValue:
        wanted = TypeAdapter(_Random).validate_python(_arguments(call))
        self._sandbox.faults.random(wanted.rate, seed=wanted.seed)
        return None

    def _release(self, _call: Call) -> JsonValue:
        self._sandbox.faults.release()
        return None

    def _reset(self, _call: Call) -> JsonValue:
        self._sandbox.reset()
        return None


def _called(handle: OneLoginState | JustCallState, name: str, arguments: _Body) -> JsonValue:
    """Calls a public method of a handle; arguments are checked against its annotations."""
    method = getattr(type(handle), name, None) if name and not name.startswith("_") else None
    if method is None or not callable(method):
        raise LookupError(f"no such method: {name}")
    result = validate_call(getattr(handle, name))(**arguments)
    return _without_secrets(to_jsonable_python(result))


def _without_secrets(value: JsonValue) -> JsonValue:
    if isinstance(value, list):
        return [_without_secrets(part) for part in value]
    if isinstance(value, dict):
        return {key: _without_secrets(part) for key, part in value.items() if key not in _SECRET_FIELDS}
    return value


def _arguments(call: Call) -> _Body:
    body = call.json() if call.body else {}
    if not isinstance(body, dict):
        raise TypeError("the body must be a JSON object")
    return body


def _host(call: Call) -> str:
    """The name the client called, without the port."""
    host = call.headers.get("host", "")
    return host.rpartition("]")[0].lstrip("[") if host.startswith("[") else host.partition(":")[0]
