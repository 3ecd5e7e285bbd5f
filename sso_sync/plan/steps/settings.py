"""Steps on JustCall's side: values, then a test, and the switch as the very last thing of the whole run (DESIGN §3)."""

from __future__ import annotations

from collections.abc import Sequence

from sso_sync.justcall.settings import SettingField, Settings
from sso_sync.plan.cells import Known, Later
from sso_sync.plan.diff import Delta
from sso_sync.plan.model import Action, Side
from sso_sync.plan.operations import HandOver, Pending, ProveLogin, SettingValue, TestConnection, UpdateSettings
from sso_sync.plan.steps.access import ROLE_LIST
from sso_sync.plan.steps.app import APP, CERTIFICATE, PARAMETERS
from sso_sync.plan.steps.builder import Builder, targeting
from sso_sync.plan.targets import Setting

__all__ = ["DISABLE", "HAND_OVER", "PROVE", "hand_over_step", "setting_steps", "switch_off_step"]

VALUES, TEST, ENABLE, DISABLE = "justcall.values", "justcall.test", "justcall.enable", "justcall.disable"
HAND_OVER, PROVE = "justcall.by-hand", "justcall.prove"


def setting_steps(
    builder: Builder, live: Settings | None, deltas: Sequence[Delta], *, proof: bool, provable: bool = False
) -> None:
    """Disables if asked to, saves values, tests, enables.

    `proof`: SSO is enabled only after a successful test (`guards.require_login_proof`). `provable`: there is a test
    user, whose login is tried too.
    """
    settings = [(delta, target.field) for delta, target in targeting(deltas, Setting) if delta.automatic]
    switch = next((delta for delta, field in settings if field is SettingField.ENABLED), None)
    enabling = switch is not None and _value(switch) is True
    if switch is not None and not enabling:
        switch_off_step(builder, switch)
    values = [(delta, field) for delta, field in settings if field is not SettingField.ENABLED]
    if values:
        count = len(values)
        builder.add(
            VALUES,
            Side.JUSTCALL,
            f"save {count} setting{'s' if count != 1 else ''}",
            UpdateSettings({field: _value(delta) for delta, field in values}),
            # While SSO is on, JustCall must not follow to an app that lets nobody in yet.
            needs={APP, PARAMETERS, ROLE_LIST, CERTIFICATE, DISABLE},
            deltas=[delta for delta, _ in values],
        )
    stays_on = switch is None and live is not None and live.value(SettingField.ENABLED) is True
    if enabling or (stays_on and values):
        needs = {APP, PARAMETERS, ROLE_LIST, CERTIFICATE, VALUES}
        builder.add(TEST, Side.JUSTCALL, "test the connection", TestConnection(), needs=needs)
        if provable:
            # By then the test user has to have access, and JustCall what is to be proven.
            builder.add(PROVE, Side.JUSTCALL, "prove a login", ProveLogin(), needs=builder.ids())
    if switch is not None and enabling:
        # Enabling may force everybody onto SSO (fact sheet justcall §3): nothing may be half done by then.
        needs = builder.ids() if proof else builder.ids() - {TEST, PROVE}
        operation = UpdateSettings({SettingField.ENABLED: True})
        builder.add(ENABLE, Side.JUSTCALL, "enable SSO", operation, needs=needs, deltas=[switch])


def switch_off_step(builder: Builder, switch: Delta) -> None:
    """Turns SSO off; nothing comes before it."""
    builder.add(DISABLE, Side.JUSTCALL, "disable SSO", UpdateSettings({SettingField.ENABLED: False}), deltas=[switch])


def hand_over_step(builder: Builder, deltas: Sequence[Delta], *, first: bool = False) -> None:
    """What a person has to enter: everything that differs, and everything whose attestation ran out."""
    pairs = [
        (delta, target.field)
        for delta, target in targeting(deltas, Setting)
        if delta.item.by_hand and delta.change.action in (Action.MANUAL, Action.UNKNOWN)
        if isinstance(delta.item.desired, Known | Later)
    ]
    if pairs:
        builder.add(
            HAND_OVER,
            Side.JUSTCALL,
            "hand JustCall's settings over to a person",
            HandOver({field: _value(delta) for delta, field in pairs}),
            needs=() if first else builder.ids(),
            deltas=[delta for delta, _ in pairs],
        )


def _value(delta: Delta) -> SettingValue:
    desired = delta.item.desired
    if isinstance(desired, Later):
        return Pending(desired.output)
    return desired.value if isinstance(desired, Known) else None
