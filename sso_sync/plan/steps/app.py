"""Steps that shape the app: create or update it, its parameters, and last its signing certificate."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sso_sync.onelogin.models import App
from sso_sync.onelogin.ownership import mark
from sso_sync.onelogin.state import LiveIdp
from sso_sync.onelogin.vocabulary import CONFIGURATION, PARAMETER_FIELDS, encode
from sso_sync.plan.cells import Absent, Item, Known
from sso_sync.plan.diff import Delta
from sso_sync.plan.masking import spoken
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
from sso_sync.spec.connection import Connection, SpecPath
from sso_sync.values import Json

__all__ = ["APP", "CERTIFICATE", "PARAMETERS", "app_steps", "certificate_step"]

APP, PARAMETERS, CERTIFICATE = "app", "parameters", "certificate"
_PATH: SpecPath = ("onelogin", "app")


# What a parameter can hold beyond the fields that have a name in the spec (fact sheet §5.5).
_REWRITTEN = frozenset({*PARAMETER_FIELDS.values(), "provisioned_entitlements", "safe_entitlements_enabled", "values"})
_Plain = AppField | ConfigurationField | RawField


def app_steps(
    builder: Builder, connection: Connection, idp: LiveIdp, items: Sequence[Item], deltas: Sequence[Delta]
) -> None:
    """Creates or updates the app, then deletes, then writes parameters."""
    if targeting(deltas, AppItself):
        _create(builder, connection, idp, items, deltas)
    else:
        _update(builder, deltas)
    _parameters(builder, idp.app, deltas)


def _wanted(item: Item) -> Json:
    """The value to write; only a known wish is ever written."""
    return item.desired.value if isinstance(item.desired, Known) else None


def _body(items: Iterable[Item]) -> dict[str, Json]:
    """Top-level and configuration keys in OneLogin's words."""
    body: dict[str, Json] = {}
    configuration: dict[str, Json] = {}
    for item in items:
        match item.target:
            case AppField(wire):
                body[wire] = _wanted(item)
            case ConfigurationField(key):
                configuration[CONFIGURATION[key].wire] = encode(key, _wanted(item))
            case RawField(key):
                configuration[key] = _wanted(item) or ""
            case SigningCertificate():
                configuration["certificate_id"] = _wanted(item)
            case _:
                pass
    return body | ({"configuration": configuration} if configuration else {})


def _create(
    builder: Builder, connection: Connection, idp: LiveIdp, items: Sequence[Item], deltas: Sequence[Delta]
) -> None:
    """Everything that the spec says of the app goes out with its creation, blanks included: they may have defaults."""
    wanted = connection.spec.onelogin.app
    # The mark does so too: a create whose answer got lost is then recognised as ours.
    identity: dict[str, Json] = {
        "connector_id": wanted.connector if isinstance(wanted.connector, int) else idp.connector_id,
        "name": wanted.name,
        "notes": mark(connection.name),
    }
    body = _body(item for item in items if isinstance(item.live, Absent) and isinstance(item.desired, Known))
    settled = [delta for delta in deltas if isinstance(delta.item.target, AppItself | _Plain | SigningCertificate)]
    summary = f"create the app {spoken(connection, wanted.name, (*_PATH, 'name'))}"
    builder.add(APP, Side.ONELOGIN, summary, CreateApp(identity | body), deltas=settled)


def _update(builder: Builder, deltas: Sequence[Delta]) -> None:
    settled = [delta for delta in deltas if isinstance(delta.item.target, _Plain)]
    if settled:
        count = len(settled)
        summary = f"update {count} value{'s' if count != 1 else ''} of the app"
        body = _body(delta.item for delta in settled)
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
    relabelled = {target.name for _, target in targeting(deltas, ParameterField) if target.field == "label"}
    batch = _Batch({}, {}, [])
    for delta, itself in targeting(deltas, ParameterItself):
        if delta.change.action is Action.DELETE:
            _delete(builder, itself.name, itself.id, delta)
        else:
            batch.put(itself.name, _wire_fields(_wanted(delta.item)), {}, delta)
    for delta, changed in targeting(deltas, ParameterField):
        if changed.name in relabelled:
            if changed.field == "label":
                _delete(builder, changed.name, changed.id, delta)
            # Deleted with its label, so everything it held has to be written again.
            kept = {key: value for key, value in live[changed.name].items() if key in _REWRITTEN}
            kept |= batch.changes.get(changed.name, {})
            batch.put(changed.name, kept | _wire_fields({changed.field: _wanted(delta.item)}), {}, delta)
        else:
            batch.put(changed.name, _wire_fields({changed.field: _wanted(delta.item)}), live[changed.name], delta)
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
        operation = UpdateApp(_body([delta.item]))
        summary = "switch the signing certificate"
        builder.add(CERTIFICATE, Side.ONELOGIN, summary, operation, needs=builder.ids(), deltas=[delta])
