"""kill -9 at every write of a rotation, and on either side of it: the next rotation or apply brings both together."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from sso_sync.apply.result import ApplyResult, RotationState
from sso_sync.plan.model import Plan
from sso_sync.rotating import Request
from sso_sync.saml import certificate
from sso_sync.sandbox.by_hand import follow_guide
from sso_sync.sandbox.faults import Fault
from sso_sync.sandbox.server import Sandbox
from tests.e2e.conftest import document
from tests.faults.child import rotating
from tests.faults.killing import Hangs, Moment, killed
from tests.faults.world import TO_NEXT, World, rotated
from tests.stored import harm, lines

OLD, NEW = "Standard Strength Certificate (2048-bit)", "Next Certificate (2048-bit)"
FIRST = Fault("hang", service="onelogin", method="PUT")
SECOND = Fault("hang", service="justcall", method="PUT")
TEST = Fault("hang", service="justcall", method="POST")
READ_BACK = Fault("hang", service="justcall", method="GET", nth=2)


@dataclass(frozen=True)
class Point:
    """Where a rotation dies, and what each side holds then."""

    call: Fault
    moment: Moment
    onelogin: str
    justcall: str

    def __str__(self) -> str:
        return f"{self.moment} {self.call.service} {self.call.method}"


POINTS = (
    Point(FIRST, "before", OLD, OLD),
    Point(FIRST, "after", NEW, OLD),
    Point(FIRST, "late", NEW, OLD),
    Point(SECOND, "before", NEW, OLD),
    Point(SECOND, "after", NEW, NEW),
    Point(SECOND, "late", NEW, NEW),
    Point(TEST, "after", NEW, NEW),
    Point(READ_BACK, "before", NEW, NEW),
)


def world_of(sandbox: Sandbox, folder: Path) -> World:
    """A connection that works, set up by hand."""
    sandbox.reset()
    follow_guide(sandbox)
    return World.of(sandbox, folder, document(sandbox))


def held(sandbox: Sandbox) -> tuple[str, str]:
    """The names of the certificates that OneLogin signs with and that JustCall holds."""
    own, theirs = sandbox.onelogin.signing_certificate("JustCall"), sandbox.justcall.settings.certificate or ""
    names = {one.pem: one.name for one in sandbox.onelogin.certificates()}
    return tuple(next(name for pem, name in names.items() if certificate.same(pem, text)) for text in (own, theirs))  # type: ignore[return-value]


def by_the_same(world: World) -> ApplyResult | Plan:
    return rotated(world.path, world.environ)


def by_itself(world: World) -> ApplyResult | Plan:
    """Nobody says where to: the interrupted run knows."""
    return rotated(world.path, world.environ, Request())


def backwards(world: World) -> ApplyResult | Plan:
    return rotated(world.path, world.environ, Request(back=True))


def by_an_apply(world: World) -> ApplyResult | Plan:
    return world.apply()


@pytest.mark.parametrize("point", POINTS, ids=str)
def test_a_killed_rotation_is_finished_by_the_next_or_taken_back(
    sandbox: Sandbox, tmp_path: Path, point: Point, hangs: Hangs, monkeypatch: pytest.MonkeyPatch, no_waiting: None
) -> None:
    monkeypatch.chdir(tmp_path)
    world = world_of(sandbox, tmp_path)
    assert killed(rotating, world, hangs, point.call, point.moment)
    there = held(sandbox)
    assert there == (point.onelogin, point.justcall)
    apart = point.onelogin != point.justcall
    cures: list[tuple[Callable[[World], ApplyResult | Plan], str]] = [(by_the_same, NEW), (backwards, OLD)]
    if apart:
        cures += [(by_itself, NEW), (by_an_apply, NEW)]
    assert (sandbox.justcall.problem() is not None) == apart
    numbers = {one.name: one.id for one in sandbox.onelogin.certificates()}
    pems = {one.name: one.pem for one in sandbox.onelogin.certificates()}
    for cure, name in cures:
        # Every cure finds what the dead run left behind, the record included.
        sandbox.onelogin.edit_configuration("JustCall", certificate_id=numbers[point.onelogin])
        sandbox.justcall.edit(certificate=pems[point.justcall])
        kept = {line[0]["run_id"] for line in lines()}

        result = cure(world)

        assert held(sandbox) == (name, name), f"{point}, {cure.__name__}"
        assert sandbox.justcall.problem() is None
        if cure is not by_an_apply:
            _tells(result, apart=apart)
        for run_id in {line[0]["run_id"] for line in lines()} - kept:
            harm("DELETE FROM sso_sync_runs WHERE run_id = :run_id", run_id=run_id)


def _tells(result: ApplyResult | Plan, *, apart: bool) -> None:
    """The run says that another one was interrupted, and between what."""
    plan = result.plan if isinstance(result, ApplyResult) else result
    said = " ".join(finding.summary for finding in plan.findings)
    assert "was interrupted" in said
    assert ("hold different certificates" in said) == apart
    if isinstance(result, ApplyResult):
        assert result.rotation is not None
        assert result.rotation.state is RotationState.VERIFIED


def test_a_rotation_to_yet_another_certificate_goes_on_from_between_the_writes(
    sandbox: Sandbox, tmp_path: Path, hangs: Hangs, monkeypatch: pytest.MonkeyPatch, no_waiting: None
) -> None:
    monkeypatch.chdir(tmp_path)
    world = world_of(sandbox, tmp_path)
    third = sandbox.onelogin.add_certificate("Third")
    sandbox.onelogin.add_app("Test", configuration={"certificate_id": third.id})
    assert killed(rotating, world, hangs, SECOND, "before")

    result = rotated(world.path, world.environ, Request("Third"))

    assert isinstance(result, ApplyResult)
    assert result.verified
    assert held(sandbox) == ("Third", "Third")


def test_an_interrupted_rotation_goes_back_when_its_target_is_not_fit_any_more(
    sandbox: Sandbox, tmp_path: Path, hangs: Hangs, monkeypatch: pytest.MonkeyPatch, no_waiting: None
) -> None:
    monkeypatch.chdir(tmp_path)
    world = world_of(sandbox, tmp_path)
    assert killed(rotating, world, hangs, SECOND, "before")
    days = {"warn_days": 3650, "fail_days": 3650}
    world = World.of(sandbox, tmp_path, document(sandbox, guards={"certificate_expiry": days}))

    result = rotated(world.path, world.environ, TO_NEXT)

    assert isinstance(result, ApplyResult)
    assert held(sandbox) == (OLD, OLD)
    assert "goes back to the former certificate" in " ".join(one.summary for one in result.plan.findings)


def test_a_rotation_that_loses_its_answers_is_finished_all_the_same(
    sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, no_waiting: None
) -> None:
    monkeypatch.chdir(tmp_path)
    world = world_of(sandbox, tmp_path)
    for service in ("onelogin", "justcall"):
        sandbox.faults.add(Fault("drop", service=service, method="PUT", when="after"))

    result = rotated(world.path, world.environ)

    assert isinstance(result, ApplyResult)
    assert result.verified
    assert held(sandbox) == (NEW, NEW)
