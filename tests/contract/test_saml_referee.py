"""What the sandbox's OneLogin sends is good for three service providers, and what is wrong in one thing for none.

The three share no code: the sandbox's JustCall, our own trials, and pysaml2, which is another vendor's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import pytest
import requests
from lxml import etree

from sso_sync.onelogin.connect import connect
from sso_sync.saml import capture, metadata
from sso_sync.saml.response import read
from sso_sync.saml.trials import Expected
from sso_sync.sandbox import Sandbox, follow_guide
from tests.contract.judges import Change, World
from tests.contract.referee import Referee
from tests.saml.make import Made
from tests.saml.samples import EMAIL, Place, key, tag
from tests.sandbox.signing_in import sign_in

pytestmark = [pytest.mark.contract, pytest.mark.referee]

ELEMENTS: dict[Place, str] = {"response": "0", "assertion": "1", "both": "2"}
ALGORITHMS = ("SHA-1", "SHA-256", "SHA-384", "SHA-512")
ATTRIBUTES = {"email": [EMAIL], "firstName": ["Alice"], "lastName": ["Adams"]}
Attack = Callable[[World, Place], bytes]
ELSEWHERE = "https://elsewhere.example/acs"


@pytest.fixture
def world(running: Sandbox) -> Iterator[World]:
    running.reset()
    app = follow_guide(running)
    settings = running.justcall.settings
    document = requests.get(running.onelogin_url + urlsplit(settings.issuer or "").path, timeout=20).content
    own = next(one for one in running.onelogin.certificates() if one.pem == settings.certificate)
    idp = connect(running.onelogin_url, running.client_id, running.client_secret, cache_dir=None)
    yield World(
        running,
        idp,
        app.id,
        Expected(settings.acs_url, settings.entity_id, settings.issuer, settings.certificate, EMAIL),
        Referee(entity_id=settings.entity_id, acs_url=settings.acs_url, metadata=document),
        Made(own.pem, b"", own.private_key),
        document,
    )
    idp.close()
    assert running.bugs == []


@pytest.mark.parametrize("algorithm", ALGORITHMS)
@pytest.mark.parametrize("element", ELEMENTS)
def test_good_responses_are_good_for_all_three(world: World, element: Place, algorithm: str) -> None:
    world.configure(saml_sign_element=ELEMENTS[element], signature_algorithm=algorithm)
    for start in ("justcall", "onelogin"):
        done = sign_in(world.sandbox, EMAIL, start=start)
        assert done.ok, done.text
        (xml,) = capture.responses_in((done.saml_response or "").encode(), name="the page")
        said = read(xml)
        assert {one.element for one in said.signed} == ({"response", "assertion"} if element == "both" else {element})
        assert {one.algorithm for one in said.signed} == {algorithm}
        assert (said.in_response_to is not None) is (start == "justcall")
        verdict = world.referee.judge(xml, asked=(said.in_response_to,) if said.in_response_to else None)
        assert verdict.accepted, verdict.reason
        assert (verdict.name_id, verdict.attributes) == (EMAIL, ATTRIBUTES)
        assert world.failing(xml) == set()


def test_all_three_refuse_a_response_to_a_request_that_was_answered(world: World) -> None:
    done = sign_in(world.sandbox, EMAIL)
    (xml,) = capture.responses_in((done.saml_response or "").encode(), name="the page")
    assert not world.let_in(xml)
    assert world.referee.judge(xml, asked=(read(xml).in_response_to or "",)).accepted
    assert not world.referee.judge(xml, asked=()).accepted


def test_the_metadata_is_what_justcall_was_given(world: World) -> None:
    settings = world.sandbox.justcall.settings
    published = metadata.read(world.metadata)
    assert published.entity_id == settings.issuer
    assert settings.sso_url in published.sso_urls.values()
    assert [one.pem for one in published.certificates] == [settings.certificate]


def _set(path: str, name: str, value: str) -> Change:
    def change(root: etree._Element) -> None:
        for element in root.iter(tag(path)):
            element.set(name, value)

    return change


def _say(path: str, text: str) -> Change:
    def change(root: etree._Element) -> None:
        for element in root.iter(tag(path)):
            element.text = text

    return change


def _from_now(**away: float) -> str:
    return (datetime.now(UTC) + timedelta(**away)).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _expired(root: etree._Element) -> None:
    for path in ("saml:Conditions", "saml:SubjectConfirmationData"):
        _set(path, "NotOnOrAfter", _from_now(minutes=-1))(root)


def _not_yet(root: etree._Element) -> None:
    _set("saml:Conditions", "NotBefore", _from_now(minutes=2))(root)


SPOILED: dict[str, tuple[Change, set[str]]] = {
    "audience": (_say("saml:Audience", "SomebodyElse"), {"audience"}),
    "recipient": (_set("saml:SubjectConfirmationData", "Recipient", ELSEWHERE), {"recipient"}),
    "destination": (_set("samlp:Response", "Destination", ELSEWHERE), {"destination"}),
    "expired": (_expired, {"times"}),
    "not yet valid": (_not_yet, {"times"}),
    "issuer": (_say("saml:Issuer", "https://app.onelogin.com/saml/metadata/another"), {"issuer"}),
    "status": (_set("samlp:StatusCode", "Value", "urn:oasis:names:tc:SAML:2.0:status:Responder"), {"status"}),
}


@pytest.mark.parametrize("name", SPOILED)
def test_one_wrong_thing_is_refused_by_all_three_for_the_same_reason(world: World, name: str) -> None:
    change, failing = SPOILED[name]
    xml = world.altered(change)
    assert world.failing(xml) == failing
    assert not world.let_in(xml)
    assert not world.referee.judge(xml).accepted


def test_what_is_signed_anew_without_a_change_is_still_good(world: World) -> None:
    xml = world.altered()
    assert world.failing(xml) == set()
    assert world.referee.judge(xml).accepted
    assert world.let_in(xml)


def _tampered(world: World, element: Place) -> bytes:
    root = etree.fromstring(world.altered(sign=element))
    _say("saml:NameID", "brian.brooks@acme.example")(root)
    return etree.tostring(root)


def _hidden(world: World, element: Place) -> bytes:
    """The signed element is hidden where nobody looks, and another one stands in its place."""
    root = etree.fromstring(world.altered(sign=element))
    forged = etree.fromstring(etree.tostring(root))
    for signature in list(forged.iter(tag("ds:Signature"))):
        _remove(signature)
    _say("saml:NameID", "brian.brooks@acme.example")(forged)
    if element == "response":
        forged.set("ID", "_forged")
        extensions = etree.Element(tag("samlp:Extensions"))
        extensions.append(root)
        forged.insert(1, extensions)
        return etree.tostring(forged)
    genuine, mine = root.find(tag("saml:Assertion")), forged.find(tag("saml:Assertion"))
    assert genuine is not None
    assert mine is not None
    mine.set("ID", "_forged")
    extensions = etree.Element(tag("samlp:Extensions"))
    extensions.append(genuine)
    forged.insert(1, extensions)
    return etree.tostring(forged)


def _beside(world: World, element: Place) -> bytes:
    """Another assertion stands before the signed one, with the signature moved into it."""
    root = etree.fromstring(world.altered(sign="assertion"))
    genuine = root.find(tag("saml:Assertion"))
    assert genuine is not None
    forged = etree.fromstring(etree.tostring(genuine))
    forged.set("ID", "_forged")
    _say("saml:NameID", "brian.brooks@acme.example")(forged)
    root.insert(root.index(genuine), forged)
    if element == "assertion":
        return etree.tostring(root)
    # The signature, which covers the genuine assertion by its ID, carries it as an object.
    signature = forged.find(tag("ds:Signature"))
    assert signature is not None
    _remove(genuine)
    for inner in list(genuine.iter(tag("ds:Signature"))):
        _remove(inner)
    etree.SubElement(signature, tag("ds:Object")).append(genuine)
    return etree.tostring(root)


def _remove(element: etree._Element) -> None:
    parent = element.getparent()
    assert parent is not None
    parent.remove(element)


@pytest.mark.parametrize("element", ["response", "assertion"])
@pytest.mark.parametrize("attack", [_tampered, _hidden, _beside], ids=["tampered", "hidden", "beside"])
def test_all_three_refuse_what_was_not_signed(world: World, attack: Attack, element: Place) -> None:
    xml = attack(world, element)
    assert world.refuses(xml)
    assert not world.let_in(xml)
    assert not world.referee.judge(xml).accepted


def test_all_three_refuse_a_response_without_a_signature(world: World) -> None:
    xml = world.altered(sign="none")
    assert "signature" in world.failing(xml)
    assert not world.let_in(xml)
    assert not world.referee.judge(xml).accepted


@pytest.mark.parametrize("element", ELEMENTS)
def test_all_three_refuse_a_response_that_somebody_else_signed(world: World, element: Place) -> None:
    xml = world.altered(sign=element, by=key("somebody else"))
    assert world.failing(xml) == {"signature"}
    assert not world.let_in(xml)
    assert not world.referee.judge(xml).accepted
