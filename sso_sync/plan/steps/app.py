"""Steps that shape the app: create or update it, its parameters, and last its signing certificate."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sso_sync.onelogin.models import App
from sso_sync.onelogin.ownership import mark
from sso_sync.onelogin.state import LiveIdp
from sso_sync.onelogin.vocabulary import CONFIGURATION, PARAMETER_FIELDS, encode
from sso_sync.plan.cells import Known
from sso_sync.plan.diff import Delta
from sso_sync.plan.model import Action, Side
from sso_sync.plan.operations import CreateApp, DeleteParameter, PutParameters, UpdateApp
from sso_sync.plan.steps.builder import Builder, targeting
from sso_sync.plan.targets import (
    AppField,
    AppItself,
    ConfigurationField,
    ParameterField,
    ParameterItself,
    RawField,
    SigningCertificate,
)
from sso_sync.spec.connection import Connection
from sso_sync.values import Json

__all__ = ["APP", "CERTIFICATE", "PARAMETERS", "app_steps", "certificate_step"]

APP, PARAMETERS, CERTIFICATE = "app", "parameters", "certificate"


def app_steps(builder: Builder, connection: Connection, idp: LiveIdp, deltas: Sequence[Delta]) -> None:
    """Creates or updates the app, then deletes, then writes parameters."""
    if targeting(deltas, AppItself):
        _create(builder, connection, idp, deltas)
    else:
        _update(builder, deltas)
    _parameters(builder, idp.app, deltas)


def _wanted(delta: Delta) -> Json:
    """The value to write; only differences with a known wish become steps."""
    return delta.item.desired.value if isinstance(delta.item.desired, Known) else None


def _body(deltas: Sequence[Delta], *, certificate: bool) -> tuple[dict[str, Json], list[Delta]]:
    """The changed top-level and configuration keys in OneLogin's words, and the differences that they settle."""
    body: dict[str, Json] = {}
    configuration: dict[str, Json] = {}
    settled: list[Delta] = []
    for delta in deltas:
        match delta.item.target:
            case AppField(wire):
                body[wire] = _wanted(delta)
            case ConfigurationField(key):
                configuration[CONFIGURATION[key].wire] = encode(key, _wanted(delta))
            case RawField(key):
                configuration[key] = _wanted(delta) or ""
            case SigningCertificate() if certificate:
                configuration["certificate_id"] = _wanted(delta)
            case _:
                continue
        settled.append(delta)
    if configuration:
        body["configuration"] = configuration
    return body, settled


def _create(builder: Builder, connection: Connection, idp: LiveIdp, deltas: Sequence[Delta]) -> None:
    (itself, _), *_rest = targeting(deltas, AppItself)
    body, settled = _body(deltas, certificate=True)
    wanted = connection.spec.onelogin.app
    # The mark goes out with the creation itself: a create whose answer got lost is then recognised as ours.
    identity: dict[str, Json] = {
        "connector_id": idp.connector_id,
        "name": wanted.name,
        "notes": mark(connection.name),
    }
    summary = f"create the app {wanted.name!r}"
    builder.add(APP, Side.ONELOGIN, summary, CreateApp(identity | body), deltas=[itself, *settled])


def _update(builder: Builder, deltas: Sequence[Delta]) -> None:
    body, settled = _body(deltas, certificate=False)
    if body:
        count = len(settled)
        summary = f"update {count} value{'s' if count != 1 else ''} of the app"
        builder.add(APP, Side.ONELOGIN, summary, UpdateApp(body), deltas=settled)


@dataclass
class _Batch:
    """What one PUT writes: changed fields by parameter, what was there before, and the differences it settles."""

    changes: dict[str, dict[str, Json]]
    before: dict[str, Mapping[str, Json]]
    deltas: list[Delta]

    def put(self, name: str, fields: Mapping[str, Json], before: Mapping[str, Json], delta: Delta) -> None:
        self.changes.setdefault(name, {}).update(fields)
        self.before[name] = before
        self.deltas.append(delta)


def _parameters(builder: Builder, app: App | None, deltas: Sequence[Delta]) -> None:
    live: Mapping[str, Mapping[str, Json]] = app.parameters if app else {}
    relabelled = {target.name: delta for delta, target in targeting(deltas, ParameterField) if target.field == "label"}
    batch = _Batch({}, {}, [])
    for delta, itself in targeting(deltas, ParameterItself):
        if delta.change.action is Action.DELETE:
            _delete(builder, itself.name, itself.id, delta)
        else:
            batch.put(itself.name, _wire_fields(_wanted(delta)), {}, delta)
    for delta, changed in targeting(deltas, ParameterField):
        if changed.name in relabelled:
            if changed.field == "label":
                _delete(builder, changed.name, changed.id, delta)
            # Deleted with its label, so everything it held has to be written again.
            kept = {key: value for key, value in live[changed.name].items() if key in PARAMETER_FIELDS.values()}
            kept |= batch.changes.get(changed.name, {})
            batch.put(changed.name, kept | _wire_fields({changed.field: _wanted(delta)}), {}, delta)
        else:
            batch.put(changed.name, _wire_fields({changed.field: _wanted(delta)}), live[changed.name], delta)
    if batch.changes:
        names = ", ".join(sorted(batch.changes))
        operation = PutParameters(batch.changes, batch.before)
        needs = {APP} | builder.ids("parameter.")
        builder.add(PARAMETERS, Side.ONELOGIN, f"write parameters {names}", operation, needs=needs, deltas=batch.deltas)


def _delete(builder: Builder, name: str, identity: int | None, delta: Delta) -> None:
    if identity is None:
        raise ValueError(f"parameter {name!r} cannot be deleted without its id")
    builder.add(
        f"parameter.{name}.delete",
        Side.ONELOGIN,
        f"delete the parameter {name!r}",
        DeleteParameter(name, identity),
        needs={APP},
        deltas=[delta],
    )


def _wire_fields(fields: Json) -> dict[str, Json]:
    if not isinstance(fields, Mapping):
        return {}
    return {PARAMETER_FIELDS[key]: value for key, value in fields.items()}


def certificate_step(builder: Builder, deltas: Sequence[Delta]) -> None:
    """Switches the signing certificate after everything else in OneLogin, so that JustCall's follows at once.

    Logins fail between the two writes: JustCall holds one certificate (fact sheet justcall §6.1).
    """
    if builder.ids(APP) and targeting(deltas, AppItself):
        return
    for delta, _ in targeting(deltas, SigningCertificate):
        operation = UpdateApp({"configuration": {"certificate_id": _wanted(delta)}})
        summary = "switch the signing certificate"
        builder.add(CERTIFICATE, Side.ONELOGIN, summary, operation, needs=builder.ids(), deltas=[delta])
