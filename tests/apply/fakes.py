"""Both services as fakes that write down what they are asked, and fail when they are told to."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sso_sync.apply.context import Context
from sso_sync.justcall.port import ServiceProvider
from sso_sync.justcall.settings import Observed, SettingField, Settings, TestResult
from sso_sync.onelogin.models import App
from sso_sync.onelogin.writer import Writer
from sso_sync.plan.model import Side, Step
from sso_sync.plan.operations import CreateRole, Operation
from sso_sync.values import Json, Permit

__all__ = ["NOW", "FakeDriver", "FakeWriter", "Notes", "app", "context", "settings", "step"]

NOW = datetime(2026, 3, 1, tzinfo=UTC)
Answer = Callable[[], Any]


class FakeWriter(Writer):
    """`calls` is what was asked, in order; `answers` maps a method to what it does instead of answering the usual."""

    def __init__(self, **answers: Answer | Iterable[Answer]) -> None:  # nothing to write through
        self.calls: list[tuple[Any, ...]] = []
        self._answers = {name: answer if callable(answer) else iter(answer) for name, answer in answers.items()}

    def _asked(self, name: str, *arguments: Any, usual: Any = None) -> Any:
        self.calls.append((name, *arguments))
        answer = self._answers.get(name, lambda: usual)
        return answer() if callable(answer) else next(answer)()

    def create_app(self, body: Mapping[str, Json]) -> App:
        return App.model_validate(self._asked("create_app", body, usual=app(77)))

    def update_app(self, app_id: int, body: Mapping[str, Json]) -> App:
        return App.model_validate(self._asked("update_app", app_id, body, usual=app(app_id)))

    def put_parameters(
        self, app_id: int, changes: Mapping[str, Mapping[str, Json]], before: Mapping[str, Mapping[str, Json]]
    ) -> App:
        return App.model_validate(self._asked("put_parameters", app_id, changes, before, usual=app(app_id)))

    def delete_parameter(self, app_id: int, parameter_id: int) -> None:
        self._asked("delete_parameter", app_id, parameter_id)

    def create_rule(self, app_id: int, body: Mapping[str, Json]) -> int:
        return int(self._asked("create_rule", app_id, body, usual=1))

    def update_rule(self, app_id: int, rule_id: int, body: Mapping[str, Json]) -> None:
        self._asked("update_rule", app_id, rule_id, body)

    def delete_rule(self, app_id: int, rule_id: int) -> None:
        self._asked("delete_rule", app_id, rule_id)

    def sort_rules(self, app_id: int, names: Sequence[str]) -> None:
        self._asked("sort_rules", app_id, names)

    def create_role(self, name: str) -> int:
        return int(self._asked("create_role", name, usual=900))

    def delete_role(self, role_id: int) -> None:
        self._asked("delete_role", role_id)

    def add_members(self, role_id: int, user_ids: Sequence[int]) -> None:
        self._asked("add_members", role_id, user_ids)

    def remove_members(self, role_id: int, user_ids: Sequence[int]) -> None:
        self._asked("remove_members", role_id, user_ids)

    def set_app_roles(self, app_id: int, attach: Collection[int], detach: Collection[int]) -> App:
        return App.model_validate(self._asked("set_app_roles", app_id, attach, detach, usual=app(app_id)))

    def delete_app(self, app_id: int) -> None:
        self._asked("delete_app", app_id)


class FakeDriver(ServiceProvider):
    label, how, automatic, evidence = "JustCall", "http", True, None

    def __init__(self, result: TestResult | None = None) -> None:
        self.calls: list[tuple[Any, ...]] = []
        self._result = result or TestResult(ok=True, message="OK")

    def writable(self, evidence: Callable[[], Path], permit: Permit | None = None) -> FakeDriver:
        return self

    def hurried(self) -> FakeDriver:
        return self

    def close(self) -> None:
        raise AssertionError("a step closes nothing")

    def read(self) -> Settings:
        raise AssertionError("a step reads nothing")

    def write(self, changes: Mapping[SettingField, Json]) -> Settings:
        self.calls.append(("write", dict(changes)))
        return settings(changes)

    def test(self) -> TestResult:
        self.calls.append(("test",))
        return self._result


class Notes:
    """Keeps what was noted; `react` may do something about it, as an impatient watcher does."""

    def __init__(self, react: Callable[[str], None] = lambda _: None) -> None:
        self.lines: list[str] = []
        self._react = react

    def note(self, message: str) -> None:
        self.lines.append(message)
        self._react(message)


def app(identity: int, *, signed_by: int | None = 5, **sso: Any) -> dict[str, Any]:
    """An app as OneLogin answers it, signing with the certificate of the id `signed_by`."""
    values = {"acs_url": f"https://acme/sso/{identity}", "issuer": f"https://acme/issuer/{identity}"}
    held = {"certificate": {"id": signed_by, "value": f"PEM {signed_by}"}}
    return {"id": identity, "name": "JustCall", "sso": values | held | sso}


def settings(values: Mapping[SettingField, Json]) -> Settings:
    return Settings({field: Observed(value, NOW) for field, value in values.items()})


def context(
    writer: Writer | None = None,
    driver: ServiceProvider | None = None,
    *,
    live: dict[str, Any] | None = None,
    held: Settings | None = None,
) -> Context:
    """What steps share; by default an app with the id 50."""
    live = app(50) if live is None else live
    return Context(
        writer or FakeWriter(), driver or FakeDriver(), app=App.model_validate(live) if live else None, settings=held
    )


def step(identity: str, *needs: str, operation: Operation | None = None) -> Step:
    """A step that creates a role of its own name, unless it is to do something else."""
    return Step(identity, Side.ONELOGIN, f"do {identity}", operation or CreateRole(identity), frozenset(needs))
