"""Each check of a service provider, by itself: what passes, what fails, and what could not be made."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from lxml import etree

from sso_sync.saml.response import ResponseError
from sso_sync.saml.trials import NAMES, Expected, Trial, trials
from tests.saml.samples import (
    ACS_URL,
    EMAIL,
    ISSUER,
    NOW,
    Place,
    certificate_of,
    expected,
    key,
    response,
    signed,
    signed_response,
    tag,
    xml_of,
)

BLANK = "The field {field} is blank in OneLogin, which then sends the word {word} itself."
NO_SKEW = timedelta(0)
ASSERTION_TRIALS = {"encryption", "audience", "recipient", "times", "nameid", "nameid_format", "attributes"}


def _made(xml: bytes, wanted: Expected | None = None, *, skew: timedelta = NO_SKEW) -> dict[str, Trial]:
    return {one.name: one for one in trials(xml, wanted or expected(), now=NOW, skew=skew)}


def _one(name: str, *, skew: timedelta = NO_SKEW, **overrides: Any) -> Trial:
    """The trial `name` of a response that is signed with its flaw; no other trial may mind."""
    made = _made(signed_response(**overrides), skew=skew)
    assert {one.name for one in made.values() if one.status != "pass"} <= {name}
    return made[name]


@pytest.mark.parametrize("sign", ["response", "assertion", "both"])
def test_a_good_response_passes_every_trial_in_their_order(sign: Place) -> None:
    made = trials(signed_response(sign=sign), expected(), now=NOW, skew=NO_SKEW)
    assert tuple(one.name for one in made) == NAMES
    assert {one.status for one in made} == {"pass"}


def test_what_nobody_knows_is_not_tried_and_says_so() -> None:
    made = _made(signed_response(), Expected(attributes=None))
    unmade = {name for name, one in made.items() if one.status == "not_made"}
    assert unmade == {"signature", "issuer", "audience", "recipient", "destination", "nameid", "attributes"}
    assert "ACS URL is not known" in made["recipient"].summary
    assert "certificate" in made["signature"].summary


def test_without_an_assertion_nothing_about_one_passes() -> None:
    root = response(status="urn:oasis:names:tc:SAML:2.0:status:Responder")
    assertion = root.find(tag("saml:Assertion"))
    assert assertion is not None
    root.remove(assertion)
    made = _made(xml_of(signed(root, sign="response")))
    assert made["status"].status == "fail"
    assert {made[name].status for name in ASSERTION_TRIALS} == {"not_made"}
    assert {made[name].status for name in ("signature", "issuer", "destination")} == {"pass"}
    assert "no assertion" in made["nameid"].summary


def test_an_encrypted_assertion_fails_and_hides_the_rest() -> None:
    root = response()
    assertion = root.find(tag("saml:Assertion"))
    assert assertion is not None
    root.replace(assertion, etree.Element(tag("saml:EncryptedAssertion")))
    made = _made(xml_of(signed(root, sign="response")))
    assert (made["encryption"].status, made["encryption"].found) == ("fail", "encrypted")
    assert {made[name].status for name in ASSERTION_TRIALS - {"encryption"}} == {"not_made"}
    assert "encrypted" in made["audience"].summary


@pytest.mark.parametrize(
    ("found", "detail"),
    [
        ("SomebodyElse", None),
        (
            "{audience}",
            "The field Audience (EntityID) is blank in OneLogin, which then sends the word {audience} itself.",
        ),
        ("justcall", "They differ in upper and lower case."),
        ("JustCall/", "They differ in a slash at the end."),
        (None, None),
    ],
)
def test_another_audience(found: str | None, detail: str | None) -> None:
    trial = _one("audience", audience=found)
    assert (trial.status, trial.expected, trial.found, trial.detail) == ("fail", "JustCall", found, detail)


@pytest.mark.parametrize(
    ("found", "detail"),
    [
        ("https://elsewhere.example/", None),
        ("{recipient}", BLANK.format(field="Recipient", word="{recipient}")),
        (ACS_URL + "/", "They differ in a slash at the end."),
        (None, None),
    ],
)
def test_another_recipient(found: str | None, detail: str | None) -> None:
    trial = _one("recipient", recipient=found)
    assert (trial.status, trial.expected, trial.found, trial.detail) == ("fail", ACS_URL, found, detail)


@pytest.mark.parametrize("found", ["https://elsewhere.example/", None])
def test_another_destination(found: str | None) -> None:
    trial = _one("destination", destination=found)
    assert (trial.status, trial.found) == ("fail", found)


def test_the_issuer_of_the_response_and_of_the_assertion_both_count() -> None:
    flaws: tuple[dict[str, Any], ...] = ({"issuer": "other"}, {"assertion_issuer": "other"})
    for overrides in flaws:
        trial = _one("issuer", **overrides)
        assert trial.status == "fail"
        assert "other" in (trial.found or "")
    assert _one("issuer", issuer="other", assertion_issuer="other").found == "other"
    assert _one("issuer", sign="assertion", issuer=None).status == "pass"  # it may be left out there, and there alone
    assert _one("issuer", sign="response", assertion_issuer=None).status == "fail"
    assert (
        _one("issuer", issuer=ISSUER + "/", assertion_issuer=ISSUER + "/").detail
        == "They differ in a slash at the end."
    )


@pytest.mark.parametrize(
    ("overrides", "summary", "detail"),
    [
        ({"not_before": timedelta(minutes=2)}, "not valid yet", "in 2 min"),
        ({"until": timedelta(minutes=-1)}, "The assertion has expired", "1 min ago"),
        ({"until": timedelta(0)}, "The assertion has expired", "0 s ago"),
        ({"confirmed_until": timedelta(days=-1, seconds=-5)}, "confirmation of the person has expired", "1 d 5 s ago"),
        ({"not_before": timedelta(milliseconds=300)}, "not valid yet", "in less than a second"),
        ({"confirmed_until": None}, "does not say until when", ""),
    ],
)
def test_times_say_how_far_off_they_are(overrides: dict[str, Any], summary: str, detail: str) -> None:
    trial = _one("times", **overrides)
    assert trial.status == "fail"
    assert summary in trial.summary
    assert detail in (trial.detail or "")


def test_skew_forgives_clocks_that_differ_by_no_more() -> None:
    flaws: tuple[dict[str, Any], ...] = ({"not_before": timedelta(seconds=60)}, {"until": timedelta(seconds=-59)})
    for flaw in flaws:
        assert _one("times", skew=timedelta(seconds=60), **flaw).status == "pass"
        assert _one("times", skew=timedelta(seconds=58), **flaw).status == "fail"


def test_the_nameid_is_compared_as_an_address() -> None:
    assert _one("nameid", name_id="brian.brooks@acme.example").status == "fail"
    assert _one("nameid", name_id="").summary == "The NameID is empty."
    alike = _one("nameid", name_id="Alice.Adams@acme.example")
    assert alike.status == "pass"
    assert "upper and lower case" in alike.summary
    assert alike.detail is not None


@pytest.mark.parametrize("found", ["urn:oasis:names:tc:SAML:2.0:nameid-format:transient", None])
def test_a_nameid_of_another_format(found: str | None) -> None:
    trial = _one("nameid_format", name_id_format=found)
    assert (trial.status, trial.found) == ("fail", found)


def test_attributes_are_wanted_by_their_exact_names() -> None:
    trial = _one("attributes", attributes={"Email": EMAIL, "firstName": "Alice", "lastname": "Adams", "lastName": " "})
    assert trial.status == "fail"
    assert trial.summary == "Not in the response: email."
    assert "Email is there, but names are compared letter by letter: it must be email." in (trial.detail or "")
    assert "Empty: lastName." in (trial.detail or "")
    assert trial.found == "Email, firstName, lastname, lastName"
    assert EMAIL not in f"{trial}"


def test_no_attributes_at_all_are_told_as_that() -> None:
    trial = _one("attributes", attributes={})
    assert trial.summary == "Not in the response: email, firstName, lastName."
    assert "none of the app's parameters is included" in (trial.detail or "")


def test_empty_attributes_are_missing() -> None:
    trial = _one("attributes", attributes={"email": EMAIL, "firstName": "", "lastName": "Adams"})
    assert (trial.status, trial.summary) == ("fail", "Empty in the response: firstName.")


def test_sha1_is_told_and_is_no_failure() -> None:
    trial = _one("signature_algorithm", algorithm="SHA-1")
    assert (trial.status, trial.found, trial.expected) == ("pass", "SHA-1", "SHA-256")
    assert "forged" in (trial.detail or "")


def test_another_key_is_told_with_both_fingerprints_and_what_became_of_it() -> None:
    trial = _one("signature", by=key("another"))
    assert trial.status == "fail"
    assert trial.expected != trial.found
    assert "OneLogin signs with another certificate than JustCall has" in (trial.detail or "")


def test_a_changed_message_is_not_taken_for_another_key() -> None:
    xml = signed_response().replace(EMAIL.encode(), b"mallory@acme.example")
    trial = _made(xml)["signature"]
    assert (trial.status, trial.detail) == ("fail", None)
    assert trial.expected == trial.found


def test_without_a_signature_the_other_trials_are_made_all_the_same() -> None:
    made = _made(signed_response(sign="none", audience="SomebodyElse"))
    assert {name for name, one in made.items() if one.status == "fail"} == {"signature", "audience"}
    assert made["signature_algorithm"].status == "not_made"


def test_a_certificate_that_is_known_by_its_fingerprint_is_enough_if_the_message_brings_it() -> None:
    fingerprint = _made(signed_response())["signature"].expected
    wanted = replace(expected(), certificate=fingerprint)
    assert _made(signed_response(), wanted)["signature"].status == "pass"
    assert _made(signed_response(by=key("another")), wanted)["signature"].status == "fail"
    assert _made(signed_response(sign="none"), wanted)["signature"].status == "fail"
    root = signed(response(), sign="response")
    for brought in list(root.iter(tag("ds:KeyInfo"))):
        brought.getparent().remove(brought)  # type: ignore[union-attr]
    assert _made(xml_of(root), wanted)["signature"].status == "not_made"
    assert _made(xml_of(root))["signature"].status == "pass"  # KeyInfo itself is not signed, and not needed


def test_a_certificate_that_cannot_be_read_lets_no_signature_hold() -> None:
    trial = _made(signed_response(), replace(expected(), certificate="-----BEGIN CERTIFICATE-----"))["signature"]
    assert trial.status == "fail"
    assert "cannot be read" in (trial.detail or "")


def test_values_come_from_the_signed_element_alone() -> None:
    """The forged response around a signed assertion decides nothing about the person, and what it says is read."""
    root = signed(response(name_id="brian.brooks@acme.example"), sign="assertion")
    name = root.find(f"{tag('saml:Assertion')}/{tag('saml:Subject')}/{tag('saml:NameID')}")
    assert name is not None
    name.text = "brian"
    name.append(etree.Comment("x"))
    name[0].tail = ".brooks@acme.example"
    made = _made(xml_of(root))
    assert (made["signature"].status, made["nameid"].found) == ("pass", "brian.brooks@acme.example")


def test_a_hidden_assertion_fails_the_signature() -> None:
    root = signed(response(), sign="assertion")
    forged = response(assertion_id="_forged").find(tag("saml:Assertion"))
    genuine = root.find(tag("saml:Assertion"))
    assert genuine is not None
    assert forged is not None
    root.replace(genuine, forged)
    etree.SubElement(root, tag("samlp:Extensions")).append(genuine)
    assert (
        _made(xml_of(root))["signature"].summary
        == "The signature does not hold: the response hides a second assertion."
    )


def test_what_is_no_response_is_told_as_that() -> None:
    with pytest.raises(ResponseError):
        trials(b"<a/>", expected(), now=NOW, skew=NO_SKEW)


def test_the_certificate_may_come_in_any_wrapping() -> None:
    bare = "".join(certificate_of().split("-----")[2].split())
    assert _made(signed_response(), replace(expected(), certificate=bare))["signature"].status == "pass"
