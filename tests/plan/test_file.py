"""A saved plan is read as it was written, or not at all; and what must not be read is not in it."""

from __future__ import annotations

import contextlib
import hashlib
import json
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sso_sync.errors import ExitCode, PlanFileError
from sso_sync.onelogin.state import LiveIdp
from sso_sync.plan import seal
from sso_sync.plan.document import plan_document
from sso_sync.plan.file import GitRef, SavedPlan, Unplanned, is_saved_plan, parse, render
from sso_sync.plan.model import Plan, SpecRef
from sso_sync.plan.stale import fits
from tests.plan import test_sensitive as secrets
from tests.plan.full import full_connection, full_world, the_app
from tests.plan.strategies import AREAS, cases

_GIT = GitRef(commit="c0ffee", ref="refs/heads/main", dirty=False)


@cache
def made() -> Plan:
    world = full_world()
    the_app(world)["description"] = "\u202e<script>\x1b[2J\x7f\N{SNOWMAN}\U0001f600"
    return replace(world.plan(full_connection()), plan_id="20260301T120400Z-0a1b2c3d")


def text_of(*plans: Plan | Unplanned, several: bool = False, overrides: tuple[str, ...] = ()) -> str:
    kept = [one if isinstance(one, Unplanned) else (one, 0) for one in plans or (made(),)]
    return render(kept, several=several, tool_version="1.2.3", overrides=frozenset(overrides), git=_GIT)


def signed(document: dict[str, Any]) -> str:
    """A file with the right checksum, whatever it says."""
    document = json.loads(json.dumps(document))
    document["saved"].pop("checksum", None)
    bare = json.dumps(document, indent=2) + "\n"
    document["saved"]["checksum"] = hashlib.sha256(bare.encode()).hexdigest()
    return json.dumps(document, indent=2) + "\n"


def test_there_and_back() -> None:
    read = parse(text_of(overrides=("ownership", "max_removals")))
    (saved,) = read.connections
    assert isinstance(saved, SavedPlan)
    assert (read.tool_version, read.git) == ("1.2.3", _GIT)
    assert read.overrides == {"ownership", "max_removals"}
    assert (saved.plan_id, saved.fingerprint, saved.digest) == (made().plan_id, made().fingerprint, "digest")
    assert (saved.path, saved.name, saved.exit_code) == ("specs/justcall.yaml", "justcall-prod", ExitCode.OK)
    assert [one.address for one in saved.premises] == [one.address for one in made().premises]
    assert fits(saved, made())


@pytest.mark.parametrize("area", AREAS)
@given(data=st.data())
def test_every_plan_fits_what_was_saved_of_it(area: str, data: st.DataObject) -> None:
    world, wanted = data.draw(cases(area))
    plan = replace(world.plan(wanted), plan_id="p1")
    (saved,) = parse(text_of(plan)).connections
    assert isinstance(saved, SavedPlan)
    assert fits(saved, plan)


def test_it_is_the_plan_document_and_one_key_more() -> None:
    document = json.loads(text_of())
    del document["saved"]
    assert document == plan_document(made())


def test_several_keep_their_order_and_their_errors() -> None:
    other = replace(made(), plan_id="p2", spec=SpecRef("b.yaml", "b", "d2"))
    failed = Unplanned("c.yaml", {"schema_version": 1, "error": {"summary": "no"}, "exit_code": 1})
    text = text_of(made(), failed, other, several=True)
    assert list(json.loads(text)) == ["schema_version", "connections", "saved"]
    one, two, three = parse(text).connections
    assert isinstance(one, SavedPlan)
    assert isinstance(three, SavedPlan)
    assert two == failed
    assert (one.plan_id, three.plan_id, three.path) == (made().plan_id, "p2", "b.yaml")


def test_the_text_is_ascii_and_acts_on_no_terminal() -> None:
    assert set(text_of().encode()) <= {*range(0x20, 0x7F), 0x0A}


@given(st.data())
def test_any_single_edit_is_told(data: st.DataObject) -> None:
    raw = text_of().encode()
    place = data.draw(st.integers(0, len(raw) - 1))
    byte = data.draw(st.integers(0, 255).filter(lambda byte: byte != raw[place]))
    edited = (raw[:place] + bytes([byte]) + raw[place + 1 :]).decode("utf-8", "replace")
    with pytest.raises(PlanFileError):
        parse(edited)
    if '"schema_version"' in edited and edited.startswith("{"):
        _is_ours(edited, named_json=False)
    _is_ours(edited, named_json=True)


@given(st.integers(0, 10**6))
def test_any_cut_is_told(length: int) -> None:
    text = text_of()
    cut = text[: length % len(text)]
    with pytest.raises(PlanFileError):
        parse(cut)
    _is_ours(cut, named_json=True)


def _is_ours(text: str, *, named_json: bool) -> None:
    """It is never taken for a spec: either it is a plan, which `parse` refuses, or it is refused right here."""
    with contextlib.suppress(PlanFileError):
        assert is_saved_plan(text, named_json=named_json)


@pytest.mark.parametrize(
    "edit",
    [
        lambda text: text.replace("\n", "\r\n"),
        lambda text: json.dumps(json.loads(text)),
        lambda text: text.replace('"format": 1', '"format": 1, "format": 1'),
        lambda text: text + "\n",
        lambda text: "\ufeff" + text,
    ],
    ids=["line ends", "another lay-out", "a key twice", "a blank line", "a byte order mark"],
)
def test_what_means_the_same_is_an_edit_as_well(edit: Any) -> None:
    with pytest.raises(PlanFileError):
        parse(edit(text_of()))


@pytest.mark.parametrize(("key", "number"), [("schema_version", 2), ("format", 2), ("format", True), ("format", None)])
def test_another_format_is_named_with_its_version(key: str, number: Any) -> None:
    document = json.loads(text_of())
    (document if key in document else document["saved"])[key] = number
    with pytest.raises(PlanFileError, match=r"by sso-sync 1\.2\.3 in another format") as raised:
        parse(signed(document))
    assert f"{key} {json.dumps(number)}" in (raised.value.diagnostics[0].detail or "")


_CRAFTED: dict[str, Any] = {
    "no fingerprint": lambda document: document.pop("fingerprint"),
    "no spec": lambda document: document.update(spec=None),
    "an id that leaves its folder": lambda document: document.update(plan_id="../../etc/passwd"),
    "an empty id": lambda document: document.update(plan_id=""),
    "no such exit code": lambda document: document["saved"]["connections"][0].update(exit_code=9),
    "a key too many": lambda document: document["saved"].update(surprise=1),
    "too many connections": lambda document: document["saved"]["connections"].append({"path": "x"}),
    "connections that are none": lambda document: document.update(connections=7),
    "a connection that is none": lambda document: document.update(connections=[7]),
    "premises that are none": lambda document: document["saved"]["connections"][0].update(premises="x"),
    "a kind that is none": lambda document: document["saved"]["connections"][0]["premises"][0]["found"].update(
        kind="maybe"
    ),
}


@pytest.mark.parametrize("craft", _CRAFTED.values(), ids=_CRAFTED)
def test_a_file_that_somebody_else_made_up_is_an_error_and_no_crash(craft: Any) -> None:
    document = json.loads(text_of())
    craft(document)
    with pytest.raises(PlanFileError, match="make no sense"):
        parse(signed(document))


def test_the_crafting_above_would_otherwise_pass() -> None:
    assert parse(signed(json.loads(text_of()))) == parse(text_of())


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "1", "null", "[" * 100_000, '{"saved": 1}', "9" * 5000, '{"saved": {}}']
)
def test_no_plan_at_all(text: str) -> None:
    with pytest.raises(PlanFileError):
        parse(text)


@pytest.mark.parametrize(
    ("text", "named_json", "ours"),
    [
        ("version: 1\nname: x\n", False, False),
        ('{"version": 1, "name": "x"}', True, False),
        ('{version: 1, name: "x"}', False, False),
        ('{"schema_version": 1, "saved": {}}', False, True),
        ('{"saved": {}}', True, True),
    ],
)
def test_a_plan_is_told_from_a_spec_by_what_it_holds(text: str, named_json: bool, ours: bool) -> None:
    assert is_saved_plan(text, named_json=named_json) is ours


@pytest.mark.parametrize(
    ("text", "named_json", "says"),
    [
        ('{"schema_version": 1, "plan_id": "x"}', False, "no `saved` part"),
        ('{"schema_version": 1, "conn', False, "neither a saved plan nor a spec"),
        ("hello", True, "neither a saved plan nor a spec"),
        ("", True, "neither a saved plan nor a spec"),
    ],
)
def test_neither(text: str, named_json: bool, says: str) -> None:
    with pytest.raises(PlanFileError, match=says):
        is_saved_plan(text, named_json=named_json)


@pytest.fixture
def cheap_seals(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The digests of the tests below have dozens of secrets to seal."""

    def cheap(password: bytes, *, salt: bytes, n: int, r: int, p: int, dklen: int) -> bytes:
        assert (n >= 2**14, r, p) == (True, 8, 1)
        return hashlib.pbkdf2_hmac("sha256", password, salt, 1, dklen)

    monkeypatch.setattr("sso_sync.plan.seal.hashlib.scrypt", cheap)
    seal._slow.cache_clear()
    yield
    seal._slow.cache_clear()


def _read(text: str) -> str:
    return text.replace("\\\\", "\\")


@pytest.mark.usefixtures("cheap_seals")
@pytest.mark.parametrize("world", secrets._WORLDS)
@pytest.mark.parametrize("state", ["present", "absent"])
def test_no_secret_is_in_the_file(world: str, state: str) -> None:
    text = _read(text_of(secrets._WORLDS[world]().plan(secrets._with(secrets._ALL, state))))
    assert "ZQX" not in text.upper()
    for secret in secrets._secret(("justcall", "sso", "certificate")):
        assert secret not in text


@pytest.mark.usefixtures("cheap_seals")
@pytest.mark.parametrize("path", secrets._ALL, ids=lambda path: ".".join(map(str, path)))
@pytest.mark.parametrize("world", secrets._WORLDS)
def test_one_secret_is_hidden_wherever_it_stands(world: str, path: tuple[str | int, ...]) -> None:
    text = _read(text_of(secrets._WORLDS[world]().plan(secrets._with((path,), "present"))))
    for secret in secrets._secret(path):
        assert secret not in text


def test_a_secret_is_not_guessed_from_its_digest() -> None:
    """Two plans of one value share no digest, and none is a plain hash."""
    path = ("onelogin", "app", "description")
    wanted = secrets._with((path,), "present")
    plan = full_world().plan(wanted)
    digests = {
        one.wanted.digest
        for identity in ("p1", "p2")
        for saved in parse(text_of(replace(plan, plan_id=identity))).connections
        if isinstance(saved, SavedPlan)
        for one in saved.premises
        if one.address in ("onelogin.app.description", "spec.onelogin.app.description")
    }
    exact = {one.wanted.exact for one in plan.premises if "description" in one.address}
    assert len(digests) == 4
    assert not digests & {hashlib.sha256(one.encode()).hexdigest() for one in exact}


def test_the_worlds_above_are_read() -> None:
    assert all(isinstance(make().sides(secrets._with((), "present")).idp, LiveIdp) for make in secrets._WORLDS.values())
