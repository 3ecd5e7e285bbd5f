"""Messages by somebody who wants to be somebody else: hostile XML, signature wrapping, comments, replays."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from datetime import UTC, datetime, timedelta

import pytest
from lxml import etree

from sso_sync.sandbox import Sandbox, follow_guide
from sso_sync.sandbox.saml_wire import tag

from .responses import ALICE, WELCOME, Parts, part, posted, response, signed, signed_parts
from .signing_in import sign_in

OLIVIA = "olivia.owner@acme.example"
NAME = "saml:Subject/saml:NameID"
ONE = "The response cannot be read: the response must hold exactly one assertion"
TWICE = "The response cannot be read: an ID is used twice"
MISPLACED = "The response cannot be read: a signature stands where none belongs"
Wrap = Callable[[etree._Element], etree._Element]


def _prefixed(root: etree._Element, prefix: str) -> bytes:
    return prefix.encode() + etree.tostring(root)


HOSTILE = {
    "external entity": '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/hostname">]>',
    "external DTD": '<!DOCTYPE x SYSTEM "http://192.0.2.1/x.dtd">',
    "parameter entity": '<!DOCTYPE x [<!ENTITY % e SYSTEM "http://192.0.2.1/x"> %e;]>',
    "billion laughs": '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">'
    '<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;"><!ENTITY d "&c;&c;&c;&c;&c;&c;&c;&c;&c;&c;">]>',
    "empty DTD": "<!DOCTYPE x>",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_no_document_type_is_read(sandbox: Sandbox, name: str) -> None:
    follow_guide(sandbox)
    root = signed(response(sandbox), sandbox)
    said = posted(sandbox, _prefixed(root, HOSTILE[name]))
    assert said == "The response cannot be read: the XML has a document type declaration"


def test_no_document_type_hides_in_another_encoding(sandbox: Sandbox) -> None:
    follow_guide(sandbox)
    text = f'<?xml version="1.0" encoding="utf-16"?><!DOCTYPE x>{etree.tostring(response(sandbox)).decode()}'
    assert posted(sandbox, text.encode("utf-16")) == "The response cannot be read: the XML is not UTF-8"


def test_too_much_is_not_read(sandbox: Sandbox) -> None:
    follow_guide(sandbox)
    root = response(sandbox)
    part(root, ".//saml:AttributeValue").text = "x" * 300_000
    assert posted(sandbox, signed(root, sandbox)).startswith("The response cannot be read: the XML is too large")


def _evil(original: etree._Element, number: str = "_evil") -> etree._Element:
    """The assertion again, unsigned, about the owner."""
    forged = deepcopy(original)
    for signature in forged.findall(tag("ds:Signature")):
        forged.remove(signature)
    forged.set("ID", number)
    part(forged, NAME).text = OLIVIA
    return forged


def _assertion(root: etree._Element) -> etree._Element:
    return part(root, "saml:Assertion")


def _forged_before(root: etree._Element) -> etree._Element:
    _assertion(root).addprevious(_evil(_assertion(root)))
    return root


def _forged_after(root: etree._Element) -> etree._Element:
    root.append(_evil(_assertion(root)))
    return root


def _forged_around(root: etree._Element) -> etree._Element:
    original = _assertion(root)
    forged = _evil(original)
    root.replace(original, forged)
    forged.append(original)
    return root


def _forged_around_in_the_same_name(root: etree._Element) -> etree._Element:
    original = _assertion(root)
    forged = _evil(original, original.get("ID", ""))
    root.replace(original, forged)
    forged.append(original)
    return root


def _original_in_extensions(root: etree._Element) -> etree._Element:
    original = _assertion(root)
    root.replace(original, _evil(original))
    extensions = etree.Element(tag("samlp:Extensions"))
    root.insert(1, extensions)
    extensions.append(original)
    return root


def _original_in_an_object(root: etree._Element) -> etree._Element:
    """The forged assertion carries the signature, which carries the original: the shape that fooled most readers."""
    original = _assertion(root)
    forged = _evil(original)
    root.replace(original, forged)
    signature = part(original, "ds:Signature")
    forged.insert(1, signature)
    etree.SubElement(signature, tag("ds:Object")).append(original)
    return root


def _original_in_key_info(root: etree._Element) -> etree._Element:
    original = _assertion(root)
    forged = _evil(original)
    root.replace(original, forged)
    signature = part(original, "ds:Signature")
    forged.insert(1, signature)
    part(signature, "ds:KeyInfo").append(original)
    return root


def _signature_moved_to_the_forged(root: etree._Element) -> etree._Element:
    original = _assertion(root)
    forged = _evil(original)
    forged.insert(1, part(original, "ds:Signature"))
    root.replace(original, forged)
    return root


def _signature_moved_and_id_taken_over(root: etree._Element) -> etree._Element:
    original = _assertion(root)
    forged = _evil(original, original.get("ID", ""))
    forged.insert(1, part(original, "ds:Signature"))
    root.replace(original, forged)
    return root


def _id_under_another_name(root: etree._Element) -> etree._Element:
    """Readers look for Id, ID and id in different orders."""
    part(root, "samlp:Status").set("Id", _assertion(root).get("ID", ""))
    return root


def _response_around(root: etree._Element) -> etree._Element:
    """A response of one's own around the whole signed one."""
    outer = deepcopy(root)
    outer.set("ID", "_outer")
    original = _assertion(outer)
    outer.replace(original, _evil(original))
    extensions = etree.Element(tag("samlp:Extensions"))
    outer.insert(1, extensions)
    extensions.append(root)
    return outer


def _signature_beside_the_assertion(root: etree._Element) -> etree._Element:
    original = _assertion(root)
    root.replace(original, _evil(original))
    part(root, "samlp:Status").append(part(original, "ds:Signature"))
    return root


WRAPPED: dict[str, tuple[Wrap, str]] = {
    "forged before": (_forged_before, ONE),
    "forged after": (_forged_after, ONE),
    "forged around": (_forged_around, MISPLACED),
    "forged around, same ID": (_forged_around_in_the_same_name, TWICE),
    "original in Extensions": (_original_in_extensions, MISPLACED),
    "original in Object": (
        _original_in_an_object,
        "The response cannot be read: a signature holds more than a signature",
    ),
    "original in KeyInfo": (_original_in_key_info, ONE),
    "signature moved": (
        _signature_moved_to_the_forged,
        "Invalid signature: it does not sign the element that holds it",
    ),
    "signature moved, ID taken over": (
        _signature_moved_and_id_taken_over,
        "Invalid signature: the content was changed after it was signed",
    ),
    "ID under another name": (_id_under_another_name, TWICE),
    "response around": (_response_around, MISPLACED),
    "signature beside": (_signature_beside_the_assertion, MISPLACED),
}


@pytest.mark.parametrize("name", WRAPPED)
def test_signature_wrapping(sandbox: Sandbox, name: str) -> None:
    follow_guide(sandbox)
    wrap, problem = WRAPPED[name]
    root = signed_parts(response(sandbox), sandbox, "assertion")
    assert posted(sandbox, wrap(root)) == problem


@pytest.mark.parametrize("name", ["forged before", "forged after", "forged around", "response around"])
def test_wrapping_around_a_signed_response(sandbox: Sandbox, name: str) -> None:
    follow_guide(sandbox)
    root = signed_parts(response(sandbox), sandbox, "both")
    assert OLIVIA not in posted(sandbox, WRAPPED[name][0](root))
    assert posted(sandbox, signed_parts(response(sandbox), sandbox, "both")) == WELCOME


def test_two_signed_assertions(sandbox: Sandbox) -> None:
    follow_guide(sandbox)
    root = signed_parts(response(sandbox), sandbox, "assertion")
    second = part(response(sandbox, "bob.brown@acme.example"), "saml:Assertion")
    second.set("ID", "_b")
    root.append(signed(second, sandbox))
    assert posted(sandbox, root) == ONE
    assert posted(sandbox, signed(root, sandbox)) == ONE


def test_two_signatures_in_one_place(sandbox: Sandbox) -> None:
    follow_guide(sandbox)
    root = signed(response(sandbox), sandbox)
    root.insert(1, deepcopy(part(root, "ds:Signature")))
    assert posted(sandbox, root) == "The response cannot be read: Signature stands there more than once"


EVIL_NAME = f"{ALICE}.evil"


@pytest.mark.parametrize("parts", [None, "response", "assertion", "both"])
def test_a_comment_does_not_cut_a_name_short(sandbox: Sandbox, parts: Parts | None) -> None:
    follow_guide(sandbox)
    root = response(sandbox, EVIL_NAME)
    signed_root = root if parts is None else signed_parts(root, sandbox, parts)
    # The signature does not see the comment: canonical XML has none.
    name = part(signed_root, f"saml:Assertion/{NAME}")
    name.text = ALICE
    comment = etree.Comment("")
    comment.tail = ".evil"
    name.append(comment)
    said = posted(sandbox, signed_root)
    assert f"{ALICE}<!---->.evil".encode() in etree.tostring(signed_root)
    unsigned = "The response is not signed"
    assert said == (unsigned if parts is None else f"No user of this account has the email {EVIL_NAME}")


def test_a_comment_inside_ones_own_name_is_no_other_name(sandbox: Sandbox) -> None:
    follow_guide(sandbox)
    root = signed(response(sandbox, EVIL_NAME), sandbox)
    sandbox.justcall.add_user(EVIL_NAME, "Evil Twin")
    name = part(root, f"saml:Assertion/{NAME}")
    name.text = ALICE
    comment = etree.Comment(" ")
    comment.tail = ".evil"
    name.append(comment)
    assert posted(sandbox, root) == "Welcome, Evil Twin"


@pytest.mark.parametrize("start", ["justcall", "onelogin"])
def test_a_response_is_taken_once(sandbox: Sandbox, start: str) -> None:
    follow_guide(sandbox)
    done = sign_in(sandbox, ALICE, start="justcall" if start == "justcall" else "onelogin")
    assert done.ok
    assert done.saml_response is not None
    again = "The response answers no request of ours" if start == "justcall" else "The response was used before"
    assert posted(sandbox, done.saml_response) == again
    assert sign_in(sandbox, ALICE).ok


def test_a_used_assertion_is_forgotten_only_when_it_has_ended() -> None:
    now = [datetime.now(UTC)]
    with Sandbox(clock=lambda: now[0]) as sandbox:
        follow_guide(sandbox)
        first = signed(response(sandbox, now=now[0]), sandbox)
        assert posted(sandbox, first) == WELCOME
        now[0] += timedelta(minutes=2)
        assert posted(sandbox, first) == "The response was used before"
        now[0] += timedelta(minutes=2)
        assert posted(sandbox, first) == "The response has expired"
        assert sign_in(sandbox, ALICE).ok
        assert len(sandbox._justcall.seen_assertions) == 1
