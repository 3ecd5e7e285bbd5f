from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from sso_sync.justcall.probed import Probed, confirmed, document, fresh, from_document
from sso_sync.justcall.settings import Observed, SettingField
from sso_sync.saml.authn_request import AuthnRequest, Captured
from sso_sync.values import Json
from tests.justcall.support import NOW
from tests.saml.requests import ACS, IDP

SITE = "https://app.justcall.io"
REQUEST = AuthnRequest("JustCall", ACS, IDP, "_1", NOW)
CAPTURED = Captured(REQUEST, "secret relay state", "https://elsewhere.example/sso")


def test_what_a_request_tells() -> None:
    probed = confirmed(CAPTURED, site=SITE, at=NOW)

    assert probed == Probed(
        SITE,
        NOW,
        {
            SettingField.ENABLED: True,
            SettingField.PROTOCOL: "SAML 2.0",
            SettingField.ENTITY_ID: "JustCall",
            SettingField.ACS_URL: ACS,
            SettingField.SSO_URL: IDP,
        },
    )


def test_without_a_destination_the_redirect_itself_tells_it_and_without_an_acs_url_nothing_does() -> None:
    bare = replace(CAPTURED, request=replace(REQUEST, acs_url=None, destination=None))

    values = confirmed(bare, site=SITE, at=NOW).values

    assert values[SettingField.SSO_URL] == "https://elsewhere.example/sso"
    assert SettingField.ACS_URL not in values


@pytest.mark.parametrize(
    ("age", "good"),
    [
        (timedelta(0), True),
        (timedelta(hours=24) - timedelta(seconds=1), True),
        (timedelta(hours=24), False),
        (timedelta(minutes=-5), True),
        (timedelta(minutes=-6), False),
    ],
)
def test_a_look_is_good_for_a_day(age: timedelta, good: bool) -> None:
    probed = confirmed(CAPTURED, site=SITE, at=NOW)

    found = fresh(probed, site=SITE, now=NOW + age)

    assert found == (
        {field: Observed(value, NOW, by="probe") for field, value in probed.values.items()} if good else {}
    )


def test_a_look_at_another_site_says_nothing() -> None:
    assert fresh(confirmed(CAPTURED, site=SITE, at=NOW), site="sandbox", now=NOW) == {}
    assert fresh(None, site=SITE, now=NOW) == {}


def test_the_record_comes_back_and_holds_no_more_than_it_must() -> None:
    probed = confirmed(CAPTURED, site=SITE, at=datetime(2026, 6, 1, 12, 0, 0, 999, tzinfo=UTC))
    text = json.dumps(document(probed))
    assert from_document(json.loads(text)) == probed
    assert "relay" not in text


@pytest.mark.parametrize(
    "damage",
    [
        {"version": 2},
        {"site": None},
        {"at": "yesterday"},
        {"at": "2026-06-01T12:00:00"},
        {"at": 7},
        {"values": []},
        {"values": {"enabled": "yes"}},
        {"values": {}},
    ],
)
def test_a_damaged_record_is_none(damage: dict[str, Any]) -> None:
    good = document(confirmed(CAPTURED, site=SITE, at=NOW))
    assert from_document({**good, **damage}) is None
    assert from_document([good]) is None


def test_only_what_a_probe_can_see_is_taken_from_a_record() -> None:
    good = document(confirmed(CAPTURED, site=SITE, at=NOW))
    values: Json = {"enabled": True, "certificate": "x", "entity_id": 7, "acs_url": "", "sso_url": "y" * 5000}
    found = from_document({**good, "values": values})
    assert found is not None
    assert found.values == {SettingField.ENABLED: True, SettingField.PROTOCOL: "SAML 2.0"}
