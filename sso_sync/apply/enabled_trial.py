"""Where JustCall tests only what is enabled: test right after enabling, and put everything back unless that succeeds.

With SSO on and untested, nobody may be able to sign in. So whatever keeps the test from succeeding, an answer that does
not come included, ends with the settings that were there before this run (DESIGN §3, "Enable last").
"""

from __future__ import annotations

from collections.abc import Iterable

from sso_sync.apply.context import Context
from sso_sync.errors import Diagnostic, SsoSyncError, UnexpectedAnswer
from sso_sync.justcall.fields import describe
from sso_sync.justcall.settings import SettingField, Settings, TestResult, Unknown
from sso_sync.plan.meaning import Meaning, shown
from sso_sync.saml.certificate import is_fingerprint
from sso_sync.values import Json

__all__ = ["prove_enabled"]


def prove_enabled(context: Context) -> None:
    """Tests what was enabled a moment ago. Raises UnexpectedAnswer when the test fails, after putting things back."""
    try:
        result = context.sp.test()
    except SsoSyncError as problem:
        result = TestResult(ok=False, message=problem.diagnostics[0].summary)
    if result.ok:
        return
    failure = f"JustCall's Test Connection failed once SSO was enabled: {result.message or 'it does not say why'}"
    before = _before(context)
    try:
        context.sp.write(before)
    except SsoSyncError as problem:
        raise UnexpectedAnswer(_stranded(failure, before, problem)) from problem
    raise UnexpectedAnswer.because(
        failure,
        detail=_put_back(before, context.written - before.keys()),
        next_action="Correct what the message names and apply again.",
    )


def _put_back(before: Iterable[SettingField], others: Iterable[SettingField]) -> str:
    done = f"JustCall's previous settings were put back: {', '.join(describe(field).label for field in before)}."
    left = ", ".join(describe(field).label for field in sorted(others))
    return f"{done} What was there before is not known, and stays as this run wrote it: {left}." if left else done


def _before(context: Context) -> dict[SettingField, Json]:
    """What JustCall held before this run in the fields that the run wrote. SSO that nobody knew to be on was off."""
    held = context.settings or Settings({})
    known = {
        field: held.value(field)
        for field in sorted(context.written - {SettingField.ENABLED})
        if not isinstance(held.knowledge(field), Unknown) and not _only_seen(field, held.value(field))
    }
    return {SettingField.ENABLED: held.value(SettingField.ENABLED) is True, **known}


def _only_seen(field: SettingField, value: Json) -> bool:
    """Whether the page showed a fingerprint in place of the certificate: enough to compare, not to enter again."""
    return field is SettingField.CERTIFICATE and isinstance(value, str) and is_fingerprint(value)


def _stranded(failure: str, before: dict[SettingField, Json], problem: SsoSyncError) -> Diagnostic:
    lines = [f"{describe(field).label}: {_spoken(field, value)}" for field, value in before.items()]
    return Diagnostic(
        "error",
        f"{failure}; and the previous settings could not be put back: {problem.diagnostics[0].summary}",
        detail="\n".join(["SSO is on, and people may be unable to sign in. Before this run JustCall held:", *lines]),
        address="justcall.sso.enabled",
        next_action=f"Open JustCall → {describe(SettingField.ENABLED).where} as an owner and disable SSO now.",
    )


def _spoken(field: SettingField, value: Json) -> str:
    if field is SettingField.CERTIFICATE and isinstance(value, str):
        facts = shown(Meaning.CERTIFICATE, value)
        return str(facts.get("fingerprint", "unreadable")) if isinstance(facts, dict) else "(not set)"
    if isinstance(value, bool):
        return "on" if value else "off"
    return "(not set)" if value is None else str(value)
