"""Each operation as exactly the call it stands for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from sso_sync.apply.perform import perform
from sso_sync.errors import UnexpectedAnswer
from sso_sync.http.problems import AnswerError
from sso_sync.justcall.settings import SettingField, Settings, TestResult, Unknown
from sso_sync.plan import operations as op
from tests.apply.fakes import FakeDriver, FakeWriter, app, context, settings
from tests.plan.build import pem

_SALES = op.RoleRef("Sales", 12)


@pytest.mark.parametrize(
    ("operation", "call"),
    [
        (op.CreateApp({"name": "JustCall"}), ("create_app", {"name": "JustCall"})),
        (op.UpdateApp({"visible": True}), ("update_app", 50, {"visible": True})),
        (
            op.PutParameters({"email": {"label": "x"}}, {"email": {}}),
            ("put_parameters", 50, {"email": {"label": "x"}}, {"email": {}}),
        ),
        (op.DeleteParameter("email", 8), ("delete_parameter", 50, 8)),
        (op.CreateRule({"name": "a"}), ("create_rule", 50, {"name": "a"})),
        (op.UpdateRule(7, {"name": "a"}), ("update_rule", 50, 7, {"name": "a"})),
        (op.DeleteRule("a", 7), ("delete_rule", 50, 7)),
        (op.SortRules(("a", "b")), ("sort_rules", 50, ("a", "b"))),
        (op.CreateRole("Sales"), ("create_role", "Sales")),
        (op.DeleteRole(_SALES), ("delete_role", 12)),
        (op.AddMembers(_SALES, (1, 2)), ("add_members", 12, (1, 2))),
        (op.RemoveMembers(_SALES, (1, 2)), ("remove_members", 12, (1, 2))),
        (op.SetAppRoles((_SALES,), (op.RoleRef("Ops", 13),)), ("set_app_roles", 50, [12], [13])),
        (op.DeleteApp(50), ("delete_app", 50)),
    ],
)
def test_an_operation_is_one_call(operation: op.Operation, call: tuple[Any, ...]) -> None:
    writer, driver = FakeWriter(), FakeDriver()
    perform(operation, context(writer, driver))
    assert writer.calls == [call]
    assert driver.calls == []


def test_every_operation_but_a_hand_over_is_performed() -> None:
    for kind in op.Operation.__args__:
        known = perform.dispatch(kind) is not perform.dispatch(object)
        assert known is (kind is not op.HandOver)
    with pytest.raises(TypeError, match="HandOver"):
        perform(op.HandOver({}), context())


def test_later_steps_use_what_earlier_ones_made() -> None:
    writer = FakeWriter()
    shared = context(writer, live={})
    new = op.RoleRef("New")
    for operation in (
        op.CreateApp({"name": "JustCall"}),
        op.CreateRole("New"),
        op.AddMembers(new, (1,)),
        op.SetAppRoles((new, _SALES), ()),
        op.UpdateApp({"visible": True}),
    ):
        perform(operation, shared)
    assert writer.calls[2:] == [
        ("add_members", 900, (1,)),
        ("set_app_roles", 77, [900, 12], []),
        ("update_app", 77, {"visible": True}),
    ]


@pytest.mark.parametrize(
    ("operation", "words"),
    [(op.UpdateApp({}), "no app was found"), (op.AddMembers(op.RoleRef("New"), (1,)), "'New'")],
)
def test_a_step_that_lacks_what_it_needs_says_so(operation: op.Operation, words: str) -> None:
    writer = FakeWriter()
    with pytest.raises(UnexpectedAnswer, match=words):
        perform(operation, context(writer, live={}))
    assert writer.calls == []


# The signature algorithm that OneLogin may spell in another way (fact sheet onelogin-api §5.4).


def _refusal(status: int) -> Callable[[], Any]:
    def refuse() -> None:
        raise AnswerError.of("PUT", "/api/2/apps/50", "no", status=status)

    return refuse


def _algorithm(word: str) -> dict[str, Any]:
    return {"visible": True, "configuration": {"signature_algorithm": word, "audience": "x"}}


@pytest.mark.parametrize("status", [400, 422])
@pytest.mark.parametrize(("method", "operation"), [("create_app", op.CreateApp), ("update_app", op.UpdateApp)])
def test_a_refused_algorithm_is_sent_in_its_other_spelling(
    method: str, operation: Callable[[Any], op.Operation], status: int
) -> None:
    writer = FakeWriter(**{method: [_refusal(status), lambda: app(50)]})
    perform(operation(_algorithm("SHA-384")), context(writer))
    assert [call[-1] for call in writer.calls] == [_algorithm("SHA-384"), _algorithm("SHA-348")]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (_algorithm("SHA-384"), 404),
        (_algorithm("SHA-384"), 409),
        (_algorithm("SHA-256"), 422),
        ({"configuration": {"audience": "x"}}, 422),
        ({"visible": True}, 400),
    ],
)
@pytest.mark.parametrize(("method", "operation"), [("create_app", op.CreateApp), ("update_app", op.UpdateApp)])
def test_any_other_refusal_stands(
    method: str, operation: Callable[[Any], op.Operation], body: dict[str, Any], status: int
) -> None:
    writer = FakeWriter(**{method: _refusal(status)})
    with pytest.raises(AnswerError) as caught:
        perform(operation(body), context(writer))
    assert caught.value.status == status
    assert len(writer.calls) == 1


def test_a_second_refusal_stands_too() -> None:
    writer = FakeWriter(update_app=[_refusal(422), _refusal(400)])
    with pytest.raises(AnswerError) as caught:
        perform(op.UpdateApp(_algorithm("SHA-384")), context(writer))
    assert caught.value.status == 400


# The signing certificate.


def test_a_certificate_that_onelogin_does_not_switch_to_fails_the_step() -> None:
    writer = FakeWriter(update_app=lambda: app(50, signed_by=5))
    shared = context(writer)
    with pytest.raises(UnexpectedAnswer, match="still signs with certificate 5"):
        perform(op.UpdateApp({"configuration": {"certificate_id": 6}}), shared)


@pytest.mark.parametrize("answered", [6, None])
def test_a_certificate_that_is_switched_is_what_justcall_gets(answered: int | None) -> None:
    writer, driver = FakeWriter(update_app=lambda: app(50, signed_by=answered)), FakeDriver()
    shared = context(writer, driver)
    perform(op.UpdateApp({"configuration": {"certificate_id": 6}}), shared)
    perform(op.UpdateSettings({SettingField.CERTIFICATE: op.Pending(op.Output.CERTIFICATE)}), shared)
    assert driver.calls == [("write", {SettingField.CERTIFICATE: f"PEM {answered}"})]


# JustCall's settings.


_PENDING = {
    SettingField.SSO_URL: op.Pending(op.Output.SAML_ENDPOINT),
    SettingField.ISSUER: op.Pending(op.Output.ISSUER),
    SettingField.CERTIFICATE: op.Pending(op.Output.CERTIFICATE),
}


def test_settings_are_saved_as_they_are_and_pending_ones_as_onelogin_answers_them() -> None:
    driver = FakeDriver()
    shared = context(driver=driver, live={})
    perform(op.CreateApp({"name": "JustCall"}), shared)
    perform(op.UpdateSettings({**_PENDING, SettingField.DEFAULT_ROLE: None}), shared)
    assert driver.calls == [
        (
            "write",
            {
                SettingField.SSO_URL: "https://acme/sso/77",
                SettingField.ISSUER: "https://acme/issuer/77",
                SettingField.CERTIFICATE: "PEM 5",
                SettingField.DEFAULT_ROLE: None,
            },
        )
    ]


def test_what_was_pending_and_is_held_already_is_not_sent() -> None:
    driver = FakeDriver()
    live = app(50, certificate={"id": 5, "value": pem("one")})
    held = settings(
        {
            SettingField.ISSUER: "https://acme/issuer/50",
            SettingField.CERTIFICATE: pem("one").replace("\n", "\r\n"),
            SettingField.DEFAULT_ROLE: "Admin",
        }
    )
    wanted: dict[SettingField, op.SettingValue] = {**_PENDING, SettingField.DEFAULT_ROLE: "Admin"}
    perform(op.UpdateSettings(wanted), context(driver=driver, live=live, held=held))
    # What the plan knew to differ is written whatever was read before.
    assert driver.calls == [
        ("write", {SettingField.SSO_URL: "https://acme/sso/50", SettingField.DEFAULT_ROLE: "Admin"})
    ]


def test_nothing_left_to_send_is_no_write() -> None:
    driver = FakeDriver()
    held = settings({SettingField.ISSUER: "https://acme/issuer/50"})
    perform(op.UpdateSettings({SettingField.ISSUER: _PENDING[SettingField.ISSUER]}), context(driver=driver, held=held))
    assert driver.calls == []


def test_what_nobody_knows_is_not_held() -> None:
    driver = FakeDriver()
    held = Settings({SettingField.ISSUER: Unknown("not on the page")})
    perform(op.UpdateSettings({SettingField.ISSUER: _PENDING[SettingField.ISSUER]}), context(driver=driver, held=held))
    assert driver.calls == [("write", {SettingField.ISSUER: "https://acme/issuer/50"})]


@pytest.mark.parametrize(
    ("field", "missing", "words"),
    [
        (SettingField.SSO_URL, {"acs_url": None}, "saml endpoint"),
        (SettingField.ISSUER, {"issuer": ""}, "issuer"),
        (SettingField.CERTIFICATE, {"certificate": {}}, "certificate"),
    ],
)
def test_what_onelogin_does_not_say_is_an_error_and_nothing_is_saved(
    field: SettingField, missing: dict[str, Any], words: str
) -> None:
    driver = FakeDriver()
    shared = context(driver=driver, live=app(50, **missing))
    with pytest.raises(UnexpectedAnswer, match=words):
        perform(op.UpdateSettings({field: _PENDING[field], SettingField.ENABLED: True}), shared)
    assert driver.calls == []


def test_a_successful_test_is_a_step_done() -> None:
    driver = FakeDriver()
    perform(op.TestConnection(), context(driver=driver))
    assert driver.calls == [("test",)]


@pytest.mark.parametrize(("message", "words"), [("Invalid audience", "Invalid audience"), ("", "does not say why")])
def test_a_failing_test_is_a_failed_step_that_says_why(message: str, words: str) -> None:
    with pytest.raises(UnexpectedAnswer, match=words) as caught:
        perform(op.TestConnection(), context(driver=FakeDriver(TestResult(ok=False, message=message))))
    (diagnostic,) = caught.value.diagnostics
    assert diagnostic.next_action


def test_a_login_is_proven_with_a_test_user_or_not_at_all() -> None:
    with pytest.raises(UnexpectedAnswer, match="there is no test user"):
        perform(op.ProveLogin(), context())
