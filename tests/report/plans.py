"""Plans for report tests, built by hand."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st

from sso_sync.apply.result import ApplyResult, Handover, Outcome, StepResult
from sso_sync.errors import Diagnostic, ExitCode
from sso_sync.plan.model import (
    Action,
    Certainty,
    CertificateFact,
    Change,
    Expiry,
    Impact,
    ImpactKind,
    Plan,
    Refusal,
    Side,
    SideInfo,
    SpecRef,
    Step,
)
from sso_sync.plan.operations import CreateApp, HandOver, Operation
from sso_sync.values import Json

ACS_URL = "https://bifrost.justcall.io/passport/saml/acs/0b9d2c7e4f1a"
ACCESS = Diagnostic("info", "3 people gain access, nobody loses it", address="onelogin.access")
SIDES = (SideInfo(Side.ONELOGIN, "acme.onelogin.com"), SideInfo(Side.JUSTCALL, "", "browser, observed 12:04"))

JSON: st.SearchStrategy[Json] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=40) | st.text(min_size=80, max_size=200),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


def change(
    address: str,
    action: Action,
    before: Json = None,
    after: Json = None,
    reason: str | None = None,
    *,
    sensitive: bool = False,
    known_after_apply: bool = False,
) -> Change:
    """A change on the side that its address begins with."""
    side = Side(address.partition(".")[0])
    return Change(address, side, action, before, after, reason, sensitive, known_after_apply)


def plan(
    changes: Sequence[Change] = (),
    *,
    steps: Sequence[Step] = (),
    findings: Sequence[Diagnostic] = (),
    refusals: Sequence[Refusal] = (),
    sides: Sequence[SideInfo] = SIDES,
    impacts: Sequence[Impact] = (),
    certificates: Sequence[CertificateFact] = (),
    name: str = "justcall-prod",
    path: str = "specs/justcall.yaml",
) -> Plan:
    """A plan with everything that is not given filled in."""
    return Plan(
        plan_id="20260301T120455Z-0a1b2c3d",
        created_at=datetime(2026, 3, 1, 12, 4, 55, tzinfo=UTC),
        spec=SpecRef(path, name, "d" * 64),
        fingerprint="f" * 64,
        changes=tuple(changes),
        steps=tuple(steps),
        findings=tuple(findings),
        refusals=tuple(refusals),
        sides=tuple(sides),
        impacts=tuple(impacts),
        certificates=tuple(certificates),
    )


def impact(summary: str, lasts: str = "about 0.4 s last time (rehearsal, 2026-03-01)", *names: str) -> Impact:
    """An interruption of everybody's logins."""
    address, sure = ("onelogin.app.certificate",), Certainty.OBSERVED
    return Impact(ImpactKind.INTERRUPTION, summary, address, len(names), names, True, lasts, 0.4, sure)


def signed_with(side: Side, fingerprint: str, days: int, expiry: Expiry = Expiry.GOOD) -> CertificateFact:
    """A certificate with so many days to go."""
    until = datetime(2026, 3, 1, 13, tzinfo=UTC) + timedelta(days=days)
    return CertificateFact(side, fingerprint, until, days, "RSA 2048", "CN=acme", expiry)


def parameter(name: str, field: str) -> Change:
    """A guide parameter that is added."""
    value: Json = {"value": field, "include_in_assertion": True, "label": name}
    return change(f"onelogin.app.parameters.{name}", Action.CREATE, None, value)


def example() -> Plan:
    """The plan that DESIGN §2 shows to say how a plan should feel."""
    certificate: Json = {"fingerprint": "9F:3A:11:C0:5E:77", "not_after": "2027-01-02T00:00:00Z", "subject": "CN=old"}
    configuration = "onelogin.app.configuration"
    return plan(
        (
            change(
                "onelogin.app",
                Action.CREATE,
                None,
                {"name": "JustCall", "connector": "SAML Custom Connector (Advanced)"},
            ),
            change(f"{configuration}.audience", Action.CREATE, None, "JustCall", "from JustCall's Entity ID"),
            change(f"{configuration}.acs_url", Action.CREATE, None, ACS_URL, "from JustCall's ACS URL"),
            parameter("email", "email"),
            parameter("firstName", "firstname"),
            parameter("lastName", "lastname"),
            change("onelogin.access.roles.JustCall Users", Action.CREATE, None, True),
            change(
                "justcall.sso.sso_url",
                Action.UPDATE,
                "https://old.example/sso",
                None,
                "from OneLogin's SAML endpoint",
                known_after_apply=True,
            ),
            change("justcall.sso.certificate", Action.UPDATE, certificate, None, known_after_apply=True),
            change("justcall.sso.enabled", Action.UPDATE, False, True, "as the last step, after a successful test"),
        ),
        findings=(ACCESS,),
    )


def step(
    identity: str, summary: str, *, needs: Sequence[str] = (), addresses: Sequence[str] = (), by_hand: bool = False
) -> Step:
    """A step; what its operation does is no matter for a report, only whether a person does it."""
    operation: Operation = HandOver({}) if by_hand else CreateApp({})
    return Step(identity, Side.ONELOGIN, summary, operation, frozenset(needs), tuple(addresses))


def applied(
    made: Plan,
    results: Sequence[tuple[Outcome, Diagnostic | None]],
    *,
    after: Plan | None = None,
    exit_code: ExitCode = ExitCode.OK,
    handover: Handover | None = None,
    findings: Sequence[Diagnostic] = (),
) -> ApplyResult:
    """An apply of `made` whose steps had these outcomes."""
    return ApplyResult(
        run_id="run-1",
        plan=made,
        steps=tuple(StepResult(one, outcome, why) for one, (outcome, why) in zip(made.steps, results, strict=True)),
        after=after,
        verified=after is not None and after.empty,
        exit_code=exit_code,
        handover=handover,
        findings=tuple(findings),
    )
