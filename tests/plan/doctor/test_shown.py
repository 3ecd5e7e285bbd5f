"""What a captured response shows: every check that a service provider fails is some case."""

from __future__ import annotations

from types import MappingProxyType
from typing import Any

import pytest

from sso_sync.justcall.settings import SettingField
from sso_sync.plan.doctor.cases import by_id
from sso_sync.plan.doctor.evidence import Evidence, ResponseFacts
from sso_sync.plan.doctor.examine import examined
from sso_sync.plan.doctor.model import Certainty
from sso_sync.plan.doctor.shown import shown_by
from sso_sync.saml.response import SamlResponse, Signature
from sso_sync.saml.trials import NAMES, Trial
from tests.plan.build import NOW, pem
from tests.plan.doctor.make import accounts, cases, evidence, healthy, people


def response(**over: Any) -> SamlResponse:
    known = {"id": "r", "status": None, "status_message": None, "issue_instant": NOW, "destination": None}
    return SamlResponse(**{**known, "in_response_to": None, "issuer": None, **over})


def facts(*failed: str, **over: Any) -> ResponseFacts:
    trials = tuple(
        Trial(name, "fail" if name in failed else "pass", f"{name}.", "wanted", "found" if name in failed else "wanted")
        for name in NAMES
    )
    return ResponseFacts(response(**over), trials, NOW)


def shown(*failed: str, **over: Any) -> list[str]:
    """Cases that a message alone shows."""
    return list(shown_by(Evidence(now=NOW, response=facts(*failed, **over))))


@pytest.mark.parametrize(
    ("trial", "over", "case"),
    [
        ("encryption", {}, "assertion_encrypted"),
        ("issuer", {}, "issuer_mismatch"),
        ("audience", {"audiences": ("justcall",)}, "audience_mismatch"),
        ("audience", {"audiences": ("{audience}",)}, "blank_audience"),
        ("recipient", {"recipient": "x"}, "recipient_mismatch"),
        ("recipient", {"recipient": "{recipient}"}, "blank_recipient"),
        ("destination", {}, "acs_url_mismatch"),
        ("times", {}, "clock_skew"),
        ("nameid", {}, "nameid_not_email"),
        ("nameid_format", {}, "nameid_not_email"),
        ("attributes", {"attributes": MappingProxyType({"email": ("x",)})}, "attributes_not_sent"),
        ("attributes", {"attributes": MappingProxyType({"FIRSTNAME": ("x",)})}, "attribute_name_case"),
        ("signature", {"signed": (Signature("response", "SHA-256", pem("one")),)}, "certificate_mismatch"),
    ],
)
def test_a_failed_check_and_its_case(trial: str, over: dict[str, Any], case: str) -> None:
    assert shown(trial, **over) == [case]
    assert by_id(case).id == case


def test_blank_fields_and_sha1_are_seen_without_any_check() -> None:
    signed = (Signature("response", "SHA-1", None),)
    assert shown(audiences=("{audience}",), recipient="{recipient}", signed=signed) == [
        "blank_audience",
        "blank_recipient",
        "sha1_signature",
    ]
    assert shown() == []
    assert shown_by(Evidence(now=NOW)) == {}


def test_a_signature_by_the_very_certificate_that_is_held_was_tampered_with() -> None:
    world = healthy()
    signed = (Signature("response", "SHA-256", pem("one")),)
    assert cases(world, response=facts("signature", signed=signed)) == []


def test_a_certificate_of_before_the_rotation() -> None:
    world = healthy()
    assert world.app is not None
    world.app["configuration"]["certificate_id"] = 101
    signed = (Signature("response", "SHA-256", pem("two")),)
    held = evidence(world).setting(SettingField.CERTIFICATE)
    assert held == pem("one")
    found, _ = examined(evidence(world, response=facts("signature", signed=signed)))
    assert [one.case for one in found] == ["certificate_mismatch"]
    assert found[0].shown
    assert any(line.startswith("The response: signature.") for line in found[0].evidence)


def test_a_message_that_is_older_than_the_repair() -> None:
    found, _ = examined(evidence(healthy(), response=facts("audience", audiences=("x",))))
    assert [(one.case, one.certainty) for one in found] == [("audience_mismatch", Certainty.POSSIBLE)]
    assert "older than the repair" in found[0].evidence[0]


def test_the_spelling_that_counts_is_justcalls() -> None:
    world = healthy()
    spelt = people(world, user=world.people([1])[0], justcall=accounts("Ann@acme.example", "Bob@acme.example"))
    nameid = Trial("nameid", "pass", "but for its case.", "Ann@acme.example", "ann@acme.example")
    captured = ResponseFacts(response(), (nameid,), NOW)
    found, _ = examined(evidence(world, people=spelt, user="ann@acme.example", response=captured))
    assert [(one.case, one.shown) for one in found] == [("email_case", True)]
    alone, _ = examined(Evidence(now=NOW, user="ann@acme.example", response=captured))
    assert alone == ()
