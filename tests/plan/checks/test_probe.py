"""What a captured request proves, and what nobody could look at."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from sso_sync.errors import Diagnostic, ExitCode
from sso_sync.justcall.settings import Attested, Knowledge, Observed, SettingField, Settings
from sso_sync.onelogin.models import App
from sso_sync.onelogin.state import LiveIdp
from sso_sync.plan.checks.model import Check, Status, Verification
from sso_sync.plan.checks.probe import Refused, Unprobed, probe_checks, probe_findings
from sso_sync.plan.link import Unread
from sso_sync.saml.authn_request import PASSWORD_PROTECTED_TRANSPORT, AuthnRequest, Captured
from sso_sync.saml.validator import anchored
from sso_sync.spec.connection import Connection
from tests.plan.build import ACS, ENTITY, NOW, connection, settings
from tests.saml.requests import IDP

EMAIL = "olivia@acme.example"
REQUEST = AuthnRequest(ENTITY, ACS, IDP, "_1", NOW)
CAPTURED = Captured(REQUEST, None, IDP)
CONFIGURATION = {"audience": ENTITY, "consumer_url": ACS, "recipient": ACS, "validator": anchored(ACS)}
PINS = {"justcall": {"service_provider": {"acs_url": ACS, "entity_id": ENTITY}}}
DOWN = Unread("acme.onelogin.com does not answer")


def idp(**configuration: Any) -> LiveIdp:
    app = App.model_validate(
        {"id": 1, "name": "JustCall", "configuration": {**CONFIGURATION, **configuration}, "sso": {"acs_url": IDP}}
    )
    return LiveIdp(app=app)


def checks(
    seen: Captured | Refused | Unprobed = CAPTURED,
    spec: Connection | None = None,
    live: LiveIdp | Unread | None = None,
    sp: Settings | Unread | None = None,
) -> dict[str, Check]:
    made = probe_checks(spec or connection(), seen, email=EMAIL, idp=live or idp(), sp=sp or Unread("no session"))
    assert [check.name for check in made] == ["sso_starts", "entity_id", "acs_url", "destination"]
    return {check.name: check for check in made}


def statuses(found: dict[str, Check]) -> list[str]:
    return [check.status.value for check in found.values()]


def code(found: dict[str, Check]) -> ExitCode:
    return Verification("a", "a.yaml", {}, tuple(found.values())).exit_code


def test_both_sides_agree() -> None:
    found = checks(spec=connection(PINS), sp=settings({SettingField.ENTITY_ID: ENTITY, SettingField.ACS_URL: ACS}))

    assert statuses(found) == ["pass"] * 4
    assert code(found) is ExitCode.OK
    assert found["sso_starts"].summary == f"JustCall redirects {EMAIL} to acme.onelogin.com"
    assert (found["acs_url"].detail or "").startswith(
        "Compared with the spec's pin acs_url, JustCall's settings, OneLogin's"
    )
    assert {check.known for check in found.values()} == {"observed (probe)"}


@pytest.mark.parametrize(
    ("change", "name", "said"),
    [
        ({"audience": "Other"}, "entity_id", "OneLogin's audience is Other."),
        ({"audience": ""}, "entity_id", "OneLogin's audience is not set."),
        ({"consumer_url": "https://x.example"}, "acs_url", "OneLogin's acs_url is https://x.example."),
        ({"recipient": None}, "acs_url", "OneLogin's recipient is not set."),
        ({"validator": "https:"}, "acs_url", "OneLogin's acs_url_validator does not accept it: https:."),
        ({"validator": ""}, "acs_url", "OneLogin's acs_url_validator does not accept it: not set."),
    ],
)
def test_onelogin_is_configured_otherwise(change: dict[str, Any], name: str, said: str) -> None:
    found = checks(live=idp(**change))

    assert [check.name for check in found.values() if check.status is Status.FAIL] == [name]
    assert found[name].detail == said
    assert found[name].next_action
    assert code(found) is ExitCode.ERROR


def test_another_entity_id_than_the_pin_and_than_what_is_known() -> None:
    other = replace(CAPTURED, request=replace(REQUEST, issuer="Other"))
    found = checks(other, connection(PINS))["entity_id"]
    assert (found.status, found.expected, found.found) == (Status.FAIL, ENTITY, "Other")
    assert found.detail == f"The spec's pin entity_id is {ENTITY}.\nOneLogin's audience is {ENTITY}."


@pytest.mark.parametrize(
    ("knowledge", "status"),
    [
        (Observed("Other", NOW), Status.FAIL),
        (Attested("Other", "eve", NOW, NOW), Status.FAIL),
        (Observed("Other", NOW, by="probe"), Status.PASS),  # an earlier probe is no second opinion
    ],
)
def test_what_justcall_is_known_to_have(knowledge: Knowledge, status: Status) -> None:
    assert checks(sp=Settings({SettingField.ENTITY_ID: knowledge}))["entity_id"].status is status


def test_justcall_sends_people_elsewhere() -> None:
    other = replace(CAPTURED, request=replace(REQUEST, destination="https://old.example/sso"))
    found = checks(other)["destination"]
    assert (found.status, found.expected, found.found) == (Status.FAIL, IDP, "https://old.example/sso")
    override = connection(sso={"sso_url": "https://old.example/sso"})
    assert checks(other, override, DOWN)["destination"].status is Status.PASS


def test_the_redirect_itself_counts_where_no_destination_is_named() -> None:
    assert checks(replace(CAPTURED, request=replace(REQUEST, destination=None)))["destination"].status is Status.PASS


def test_a_request_without_an_acs_url_proves_nothing_about_it() -> None:
    found = checks(replace(CAPTURED, request=replace(REQUEST, acs_url=None)))
    assert (found["acs_url"].status, found["acs_url"].found) == (Status.NOT_MADE, None)
    assert found["acs_url"].detail == "JustCall's request names no ACS URL."
    assert code(found) is ExitCode.ERROR


def test_onelogin_out_of_reach_leaves_its_comparisons_unmade() -> None:
    found = checks(spec=connection(PINS), live=DOWN)
    assert statuses(found) == ["pass", "not_made", "not_made", "not_made"]
    assert found["entity_id"].detail == f"OneLogin could not be read: {DOWN.reason}."
    assert code(found) is ExitCode.UNAVAILABLE


def test_a_pin_that_is_contradicted_fails_whether_onelogin_answers_or_not() -> None:
    other = replace(CAPTURED, request=replace(REQUEST, issuer="Other"))
    found = checks(other, connection(PINS), DOWN)
    assert found["entity_id"].status is Status.FAIL
    assert code(found) is ExitCode.ERROR


def test_without_an_app_there_is_nothing_to_compare_with() -> None:
    found = checks(live=LiveIdp())
    assert statuses(found) == ["pass", "not_made", "not_made", "not_made"]
    assert code(found) is ExitCode.ERROR


def test_a_validator_that_cannot_be_checked() -> None:
    found = checks(live=idp(validator="("))["acs_url"]
    assert found.status is Status.NOT_MADE
    assert "acs_url_validator is not a regular expression" in (found.detail or "")


NO = Diagnostic("error", "JustCall did not redirect: it said 'no'", next_action="Look.")


@pytest.mark.parametrize(
    ("seen", "first", "exit_code"),
    [
        (Refused(NO), "fail", ExitCode.ERROR),
        (Unprobed(NO, unreachable=True), "not_made", ExitCode.UNAVAILABLE),
        (Unprobed(NO, unreachable=False), "not_made", ExitCode.ERROR),
    ],
)
def test_without_a_request_nothing_is_passed(seen: Refused | Unprobed, first: str, exit_code: ExitCode) -> None:
    found = checks(seen)
    assert statuses(found) == [first, "not_made", "not_made", "not_made"]
    assert (found["sso_starts"].summary, found["sso_starts"].next_action) == (NO.summary, "Look.")
    assert code(found) is exit_code


def test_what_came_from_the_environment_is_not_shown() -> None:
    secret = "https://hidden.example/sso"
    spec = replace(connection(sso={"sso_url": secret}), sensitive=frozenset({("justcall", "sso", "sso_url")}))
    for destination in (secret, IDP):
        found = checks(replace(CAPTURED, request=replace(REQUEST, destination=destination)), spec)["destination"]
        assert "hidden" not in repr(found)
        assert found.expected == "(sensitive)"


def test_findings() -> None:
    assert probe_findings(CAPTURED) == ()
    odd = replace(
        REQUEST,
        authn_contexts=(PASSWORD_PROTECTED_TRANSPORT,),
        nameid_format="urn:oasis:names:tc:SAML:2.0:nameid-format:persistent",
    )
    found = probe_findings(Captured(odd, None, "https://elsewhere.example"))
    assert [one.severity for one in found] == ["info", "info", "warning"]
    assert "PasswordProtectedTransport" in found[0].summary
    assert probe_findings(Captured(REQUEST, None, "http://127.0.0.1:1/sso")) == ()
