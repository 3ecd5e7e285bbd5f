"""Each operation as the call it stands for. What it means is decided in the plan; here it is only carried out."""

from __future__ import annotations

from collections.abc import Mapping
from functools import singledispatch

from sso_sync.apply.context import Context
from sso_sync.apply.enabled_trial import prove_enabled
from sso_sync.apply.login_trial import prove_login
from sso_sync.errors import Diagnostic, UnexpectedAnswer
from sso_sync.http.problems import AnswerError
from sso_sync.justcall.settings import SettingField, Settings
from sso_sync.onelogin.models import App
from sso_sync.onelogin.vocabulary import ALTERNATIVE_WORDS, CONFIGURATION
from sso_sync.plan import operations as op
from sso_sync.plan.meaning import Meaning, same
from sso_sync.values import Json

__all__ = ["perform"]

_ALGORITHM = CONFIGURATION["signature_algorithm"].wire


@singledispatch
def perform(operation: op.Operation, _context: Context) -> Diagnostic | None:
    """Carries out one operation and returns when the service has confirmed it; with a remark, if there is one.

    Raises the problems of `sso_sync.http` (as SsoSyncError) when the service does not.
    """
    raise TypeError(f"nobody knows how to perform {type(operation).__name__}")


@perform.register
def _(operation: op.CreateApp, context: Context) -> None:
    try:
        app = context.idp.create_app(operation.body)
    except AnswerError as problem:
        other = _respelled(operation.body, problem)
        if other is None:
            raise
        app = context.idp.create_app(other)
    context.saw_app(app)


@perform.register
def _(operation: op.UpdateApp, context: Context) -> None:
    app = _update(context, operation.body)
    if _certificate_followed(operation.body, app):
        context.accept(app)
    context.saw_app(app)


def _update(context: Context, body: Mapping[str, Json]) -> App:
    try:
        return context.idp.update_app(context.app_id, body)
    except AnswerError as problem:
        other = _respelled(body, problem)
        if other is None:
            raise
        return context.idp.update_app(context.app_id, other)


def _certificate_followed(body: Mapping[str, Json], app: App) -> bool:
    """Whether a certificate was switched. JustCall is given what OneLogin answers next, so a certificate that is still
    the former one must stop the run.
    """
    configuration = body.get("configuration")
    wanted = configuration.get("certificate_id") if isinstance(configuration, Mapping) else None
    if wanted is not None and app.sso.certificate.id not in (None, wanted):
        raise UnexpectedAnswer.because(
            f"OneLogin took certificate_id {wanted}, but still signs with certificate {app.sso.certificate.id}",
            next_action="Apply again in a minute; JustCall was not given a certificate.",
        )
    return wanted is not None


def _respelled(body: Mapping[str, Json], problem: AnswerError) -> dict[str, Json] | None:
    """The body with the signature algorithm's other spelling, if that may be why OneLogin refused it (§5.4)."""
    configuration = body.get("configuration")
    if problem.status not in (400, 422) or not isinstance(configuration, Mapping):
        return None
    other = ALTERNATIVE_WORDS.get(str(configuration.get(_ALGORITHM)))
    return None if other is None else {**body, "configuration": {**configuration, _ALGORITHM: other}}


@perform.register
def _(operation: op.PutParameters, context: Context) -> None:
    context.saw_app(context.idp.put_parameters(context.app_id, operation.changes, operation.before))


@perform.register
def _(operation: op.DeleteParameter, context: Context) -> None:
    context.idp.delete_parameter(context.app_id, operation.parameter_id)


@perform.register
def _(operation: op.CreateRule, context: Context) -> None:
    context.idp.create_rule(context.app_id, operation.body)


@perform.register
def _(operation: op.UpdateRule, context: Context) -> None:
    context.idp.update_rule(context.app_id, operation.rule_id, operation.body)


@perform.register
def _(operation: op.DeleteRule, context: Context) -> None:
    context.idp.delete_rule(context.app_id, operation.rule_id)


@perform.register
def _(operation: op.SortRules, context: Context) -> None:
    context.idp.sort_rules(context.app_id, operation.names)


@perform.register
def _(operation: op.CreateRole, context: Context) -> None:
    context.made_role(operation.name, context.idp.create_role(operation.name))


@perform.register
def _(operation: op.DeleteRole, context: Context) -> None:
    context.idp.delete_role(context.role_id(operation.role))


@perform.register
def _(operation: op.AddMembers, context: Context) -> None:
    context.idp.add_members(context.role_id(operation.role), operation.user_ids)


@perform.register
def _(operation: op.RemoveMembers, context: Context) -> None:
    context.idp.remove_members(context.role_id(operation.role), operation.user_ids)


@perform.register
def _(operation: op.SetAppRoles, context: Context) -> None:
    attach = [context.role_id(role) for role in operation.attach]
    detach = [context.role_id(role) for role in operation.detach]
    context.idp.set_app_roles(context.app_id, attach, detach)


@perform.register
def _(operation: op.DeleteApp, context: Context) -> None:
    context.idp.delete_app(operation.app_id)


@perform.register
def _(operation: op.UpdateSettings, context: Context) -> None:
    pending = {field for field, value in operation.values.items() if isinstance(value, op.Pending)}
    values = {
        field: value
        for field, value in context.resolve(operation.values).items()
        # What was pending may turn out to be what JustCall holds already: then there is nothing to send.
        if field not in pending or not _holds(context.settings, field, value)
    }
    if values:
        context.wrote(values)
        context.sp.write(values)
    if context.test_put_off and values.get(SettingField.ENABLED) is True:
        prove_enabled(context)


def _holds(settings: Settings | None, field: SettingField, value: Json) -> bool:
    meaning = Meaning.CERTIFICATE if field is SettingField.CERTIFICATE else Meaning.BLANK_IS_ONE
    return settings is not None and same(meaning, value, settings.value(field))


@perform.register
def _(_operation: op.TestConnection, context: Context) -> Diagnostic | None:
    result = context.sp.test()
    if result.needs_enabled and not _on(context.settings):
        context.put_test_off()
        return Diagnostic(
            "info",
            "JustCall tests only what is enabled: the test is made as soon as SSO is on, and takes it back if it fails",
        )
    if not result.ok:
        raise UnexpectedAnswer.because(
            f"JustCall's Test Connection failed: {result.message or 'it does not say why'}",
            detail="The values are saved. SSO was not enabled by this run.",
            next_action="Correct what the message names and apply again.",
        )
    return None


@perform.register
def _(_operation: op.ProveLogin, context: Context) -> Diagnostic | None:
    if context.prover is None:
        raise UnexpectedAnswer.because(
            "a login is to be proven, but there is no test user",
            next_action="Set ONELOGIN_TEST_USER and ONELOGIN_TEST_PASSWORD and apply again.",
        )
    return prove_login(context, context.prover)


def _on(settings: Settings | None) -> bool:
    return settings is not None and settings.value(SettingField.ENABLED) is True
