"""Whatever is changed in what a signature covers, nobody gets in: every text, every attribute, every element."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from typing import Literal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from sso_sync.sandbox import Sandbox, follow_guide
from sso_sync.sandbox.justcall.login.judging import judged
from sso_sync.sandbox.justcall.login.refused import Refused
from sso_sync.sandbox.saml_wire import tag

from .responses import ALICE, part, response, signed_parts

PATHS = {"response": ".", "assertion": "saml:Assertion"}


def _name(sandbox: Sandbox, xml: bytes) -> str | None:
    """Whom a message would sign in."""
    try:
        return judged(xml, sandbox._justcall.terms(), asked=lambda _: True).name_id
    except Refused:
        return None


def _covered(root: etree._Element, path: str) -> Iterator[etree._Element]:
    """Every element that the signature at `path` covers, and those of the signature itself but for its KeyInfo."""
    for element in part(root, path).iter(etree.Element):
        if not any(one.tag == tag("ds:KeyInfo") for one in (element, *element.iterancestors())):
            yield element


def _changes(root: etree._Element, path: str) -> Iterator[etree._Element]:
    """A copy for every single change."""
    for place, element in enumerate(_covered(root, path)):
        for name in element.attrib:
            changed = deepcopy(root)
            list(_covered(changed, path))[place].set(name, f"{element.get(name)}x")
            yield changed
        changed = deepcopy(root)
        other = list(_covered(changed, path))[place]
        other.text = f"{other.text or ''}x"
        yield changed
        removed = deepcopy(root)
        gone = list(_covered(removed, path))[place]
        parent = gone.getparent()
        if parent is not None:
            parent.remove(gone)
            yield removed


@pytest.mark.parametrize("parts", ["response", "assertion"])
def test_every_single_change_is_noticed(sandbox: Sandbox, parts: Literal["response", "assertion"]) -> None:
    follow_guide(sandbox)
    root = signed_parts(response(sandbox), sandbox, parts)
    assert _name(sandbox, etree.tostring(root)) == ALICE
    changes = list(_changes(root, PATHS[parts]))
    assert len(changes) > 70
    assert [etree.tostring(one) for one in changes if _name(sandbox, etree.tostring(one)) is not None] == []


@settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(data=st.data(), parts=st.sampled_from(["response", "assertion", "both"]))
def test_no_change_of_bytes_makes_somebody_else(
    sandbox: Sandbox, data: st.DataObject, parts: Literal["response", "assertion", "both"]
) -> None:
    if not sandbox.onelogin.apps("JustCall"):
        follow_guide(sandbox)
    xml = bytearray(etree.tostring(signed_parts(response(sandbox), sandbox, parts)))
    start = data.draw(st.integers(0, len(xml) - 1))
    xml[start : start + data.draw(st.integers(0, 40))] = data.draw(st.binary(max_size=40))
    assert _name(sandbox, bytes(xml)) in (None, ALICE)
