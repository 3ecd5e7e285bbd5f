"""What is wrong with onelogin 4.0.1, as expected failures: a release that fixes one of them announces itself here.

Each test says how the SDK ought to behave. These are the reasons why the client of this project is its own (facts:
official-sdk).
"""

from __future__ import annotations

import inspect
from typing import Any

import onelogin
import pytest
from pydantic import JsonValue, ValidationError

from sso_sync.sandbox import Fault

from .conftest import Vendor

pytestmark = [
    pytest.mark.contract,
    # The SDK's models were generated for pydantic 1.
    pytest.mark.filterwarnings("ignore:The `construct` method is deprecated:pydantic.PydanticDeprecatedSince20"),
]


@pytest.mark.xfail(strict=True, raises=ValueError, reason="oneOf with several matches, after the app was created")
def test_create_app_answers_the_app(vendor: Vendor) -> None:
    body = onelogin.CreateAppRequest(onelogin.SamlApp(name="New", connector_id=110016))
    try:
        made = vendor.apps.create_app(create_app_request=body)
    finally:
        assert len(vendor.sandbox.onelogin.apps("New")) == 1
    assert made.actual_instance.name == "New"


@pytest.mark.xfail(strict=True, raises=ValidationError, reason="expects one object where the API answers an array")
def test_list_connectors_answers_connectors(vendor: Vendor) -> None:
    assert vendor.apps.list_connectors(name="SAML Custom Connector (Advanced)")[0].id == 110016


@pytest.mark.xfail(strict=True, raises=ValidationError, reason="cannot decode the success, after revoking")
def test_revoke_tokens_succeeds(vendor: Vendor) -> None:
    body = onelogin.RevokeTokensRequest(access_token=vendor.client.configuration.access_token)
    try:
        vendor.oauth.revoke_tokens(revoke_tokens_request=body)
    finally:
        with pytest.raises(onelogin.exceptions.UnauthorizedException):
            vendor.apps.list_apps()


@pytest.mark.xfail(strict=True, raises=ValidationError, reason="expects one object where the API answers an array")
def test_condition_values_answers_values(vendor: Vendor) -> None:
    assert len(vendor.rules.list_condition_values(vendor.app_id, "has_role")) == 4


@pytest.mark.parametrize("operation", ["list_apps", "get_app_users"])
@pytest.mark.xfail(strict=True, raises=AssertionError, reason="no paging arguments: the first page, in silence")
def test_lists_can_be_paged(operation: str) -> None:
    parameters = inspect.signature(getattr(onelogin.AppsApi, operation)).parameters
    assert {"limit", "cursor"} <= set(parameters)


@pytest.mark.xfail(strict=True, raises=AssertionError, reason="only the first hundred users of an app, in silence")
def test_all_users_of_an_app_are_listed(vendor: Vendor) -> None:
    onelogin_state = vendor.sandbox.onelogin
    for number in range(50):
        onelogin_state.add_members("Everyone", [onelogin_state.add_user(f"new.{number}@acme.example").id])
    onelogin_state.attach_role(vendor.app_id, "Everyone")
    assert len(vendor.apps.get_app_users(vendor.app_id)) == 107


@pytest.mark.parametrize("field", ["expression", "scriplet", "macro"])
@pytest.mark.xfail(strict=True, raises=KeyError, reason="dropped when reading a rule")
def test_rule_actions_are_read_in_full(vendor: Vendor, field: str) -> None:
    action: JsonValue = {"action": "set_nameidvalue", "value": ["x"], field: ".*"}
    vendor.sandbox.onelogin.add_rule(vendor.app_id, "R", actions=[action])
    (rule,) = vendor.rules.list_app_rules(vendor.app_id)
    assert rule.actions[0].to_dict()[field] == ".*"


@pytest.mark.parametrize("field", ["expression", "scriplet", "macro"])
@pytest.mark.xfail(strict=True, raises=KeyError, reason="dropped when writing a rule")
def test_rule_actions_are_written_in_full(vendor: Vendor, field: str) -> None:
    action = onelogin.ActionObj.from_dict({"action": "set_nameidvalue", "value": ["x"], field: ".*"})
    rule = onelogin.AppRule(name="R", match="all", enabled=True, conditions=[], actions=[action])
    vendor.rules.create_app_rule(vendor.app_id, rule)
    (written,) = vendor.sandbox.requests.writes()
    assert _first_action(written.body)[field] == ".*"


@pytest.mark.xfail(strict=True, raises=ValidationError, reason="one id as text fails the whole list")
def test_ids_may_be_text(vendor: Vendor) -> None:
    vendor.sandbox.variants.ids_as_text = True
    assert len(vendor.users.list_users2()) == 50


@pytest.mark.xfail(strict=True, raises=onelogin.exceptions.UnauthorizedException, reason="no token refresh")
def test_an_expired_token_is_refreshed(vendor: Vendor) -> None:
    vendor.sandbox.onelogin.expire_tokens()
    assert vendor.apps.list_apps()


@pytest.mark.xfail(strict=True, raises=AssertionError, reason="the argument is discarded")
def test_configuration_takes_a_token() -> None:
    assert onelogin.Configuration(host="http://127.0.0.1:1", access_token="token").access_token == "token"


@pytest.mark.xfail(strict=True, raises=AssertionError, reason="hidden retries: a lost connection is asked again")
def test_a_lost_connection_is_not_hidden(vendor: Vendor) -> None:
    vendor.sandbox.faults.add(Fault("drop", method="PUT", when="after"))
    vendor.apps.update_app(vendor.app_id, {"description": "once"})
    assert vendor.sandbox.requests.count(method="PUT") == 1


@pytest.mark.xfail(strict=True, raises=AssertionError, reason="a read may wait for ever")
def test_there_is_a_default_timeout(vendor: Vendor, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[Any] = []
    pool = vendor.client.rest_client.pool_manager
    real = pool.request

    def request(*arguments: Any, **options: Any) -> Any:
        seen.append(options["timeout"])
        return real(*arguments, **options)

    monkeypatch.setattr(pool, "request", request)
    vendor.apps.list_apps()
    assert seen != [None]


@pytest.mark.xfail(strict=True, raises=AssertionError, reason="errors do not say what was asked")
def test_errors_name_method_and_path(vendor: Vendor) -> None:
    with pytest.raises(onelogin.exceptions.NotFoundException) as refused:
        vendor.apps.get_app(1)
    assert "/api/2/apps/1" in str(refused.value)


def _first_action(body: Any) -> dict[str, Any]:
    action: dict[str, Any] = body["actions"][0]
    return action
