"""What crosses over from one side to the other, and from where."""

from __future__ import annotations

from typing import Any

import pytest

from sso_sync.justcall.settings import Attested, Observed, SettingField, Settings, Unknown
from sso_sync.onelogin.models import App
from sso_sync.onelogin.state import LiveIdp
from sso_sync.plan.cells import Known, Later, Undetermined
from sso_sync.plan.link import Feed, Link, Unread, link
from sso_sync.plan.operations import Output
from sso_sync.spec.model import ServiceProvider
from sso_sync.values import Json
from tests.plan.build import ACS, ENTITY, NOW, settings

_SSO = {"acs_url": "https://acme/sso", "issuer": "https://acme/issuer", "certificate": {"id": 1, "value": "PEM"}}
_SEEN = settings({SettingField.ACS_URL: ACS, SettingField.ENTITY_ID: ENTITY})
_PIN = ("justcall", "service_provider", "acs_url")


def _idp(**sso: Any) -> LiveIdp:
    return LiveIdp(app=App.model_validate({"id": 1, "name": "JustCall", "sso": _SSO | sso}))


def _link(
    pins: ServiceProvider | None = None,
    idp: LiveIdp | Unread | None = None,
    sp: Settings | Unread = _SEEN,
    *,
    certificate: bool = False,
    issuer: bool = False,
) -> Link:
    idp = _idp() if idp is None else idp
    return link(pins or ServiceProvider(), idp, sp, certificate_changes=certificate, issuer_changes=issuer)


def test_both_sides_give_what_they_have() -> None:
    assert _link() == Link(
        Feed(Known(ACS)),
        Feed(Known(ENTITY)),
        Feed(Known("https://acme/sso")),
        Feed(Known("https://acme/issuer")),
        Feed(Known("PEM")),
    )


def test_a_pin_wins_over_what_justcall_shows_and_says_where_it_stands() -> None:
    found = _link(ServiceProvider(acs_url="https://pinned.example"))
    assert found.acs_url == Feed(Known("https://pinned.example"), _PIN)
    assert found.entity_id == Feed(Known(ENTITY))


def test_a_pin_is_known_although_justcall_was_not_read() -> None:
    found = _link(ServiceProvider(acs_url=ACS), sp=Unread("down"))
    assert found.acs_url == Feed(Known(ACS), _PIN)
    assert found.entity_id == Feed(Undetermined("JustCall was not read"))
    assert found.sso_url == Feed(Known("https://acme/sso"))


def test_an_attested_value_is_as_good_as_a_seen_one() -> None:
    sp = Settings({SettingField.ACS_URL: Attested(ACS, "Eve", NOW, NOW)})
    assert _link(sp=sp).acs_url == Feed(Known(ACS))


@pytest.mark.parametrize("blank", [None, "", 0, False, []])
def test_a_blank_is_nothing_to_copy(blank: Json) -> None:
    found = _link(sp=settings({SettingField.ACS_URL: blank}))
    assert found.acs_url == Feed(Undetermined("JustCall shows no value yet"))


@pytest.mark.parametrize("odd", [5, ["x"], {"x": "y"}])
def test_something_that_is_no_text_is_not_copied_either(odd: Json) -> None:
    sp = Settings({SettingField.ENTITY_ID: Observed(odd, NOW)})
    assert isinstance(_link(sp=sp).entity_id.cell, Undetermined)


def test_what_justcall_does_not_say_stays_unknown_for_its_own_reason() -> None:
    sp = Settings({SettingField.ACS_URL: Unknown("not on the page")})
    found = _link(sp=sp)
    assert found.acs_url == Feed(Undetermined("not on the page"))
    assert isinstance(found.entity_id.cell, Undetermined)


def test_without_an_app_onelogins_values_come_later() -> None:
    found = _link(idp=LiveIdp())
    assert (found.sso_url, found.issuer, found.certificate) == tuple(
        Feed(Later(output)) for output in (Output.SAML_ENDPOINT, Output.ISSUER, Output.CERTIFICATE)
    )


def test_an_unread_onelogin_is_unknown_and_not_later() -> None:
    found = _link(idp=Unread("down"))
    assert {found.sso_url, found.issuer, found.certificate} == {Feed(Undetermined("OneLogin was not read"))}
    assert found.acs_url == Feed(Known(ACS))


def test_what_this_plan_changes_in_onelogin_comes_later_and_the_rest_is_known() -> None:
    changed = _link(certificate=True)
    assert (changed.certificate, changed.issuer) == (
        Feed(Later(Output.CERTIFICATE)),
        Feed(Known("https://acme/issuer")),
    )
    changed = _link(issuer=True)
    assert (changed.certificate, changed.issuer) == (Feed(Known("PEM")), Feed(Later(Output.ISSUER)))


@pytest.mark.parametrize("missing", [{"acs_url": None}, {"acs_url": ""}])
def test_a_gap_in_onelogins_answer_is_unknown(missing: dict[str, Any]) -> None:
    found = _link(idp=_idp(**missing))
    assert isinstance(found.sso_url.cell, Undetermined)
    assert found.issuer == Feed(Known("https://acme/issuer"))


def test_an_app_without_a_certificate_has_none_to_give() -> None:
    assert isinstance(_link(idp=_idp(certificate=None)).certificate.cell, Undetermined)
