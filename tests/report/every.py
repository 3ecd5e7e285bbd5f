"""Every document that a format can write, with a name of the test's choice wherever one can stand."""

from __future__ import annotations

from sso_sync.errors import Diagnostic, ExitCode
from sso_sync.plan.checks.model import Check, Group, Status, Verification
from sso_sync.plan.doctor.model import Certainty, Diagnosis, Examination, Fix, FixKind, Harm, Place
from sso_sync.plan.model import Side
from sso_sync.report.formats import FORMATS
from sso_sync.report.interface import Failure, Style
from tests.report.test_hostile import documents

__all__ = ["every", "examination", "verification"]


def verification(name: str = "name") -> Verification:
    """One check of each kind."""
    return Verification(
        name,
        name,
        {Group.PROBE: name},
        (
            Check("passed", Status.PASS, name, "justcall.sso.enabled", found=name),
            Check("differs", Status.FAIL, name, name, name, name, f"{name}x", next_action=name),
            Check("unmade", Status.NOT_MADE, name, name, optional=True),
            Check("unreachable", Status.NOT_MADE, name, name, unreachable=True),
        ),
        (Diagnostic("warning", name, detail=name, address=name, next_action=name),),
    )


def examination(name: str = "name") -> Examination:
    """One diagnosis, whose place is known, and one whose is not."""
    fix = Fix(FixKind.EDIT, name, (name,), name, obstacles=(name,))
    made = [
        Diagnosis(
            "audience_mismatch", name, Side.ONELOGIN, Harm.LOGINS_FAIL, Certainty.LIKELY, name, place, fix, (name,)
        )
        for place in (Place(name, name, name, 3, 5), Place(name))
    ]
    return Examination(tuple(made), (name,), (Diagnostic("info", name, detail=name),), name, name)


def every(form: str, name: str = "name") -> list[str]:
    """Plans, applies, a validation, a failure, verifications and an examination."""
    formatter, style = FORMATS[form], Style(exit_code=1)
    failure = Failure((Diagnostic("error", name, detail=name),), ExitCode.ERROR, name)
    return [
        *documents(form, name),
        formatter.verifications([verification(name), failure], style, several=True),
        formatter.verifications([verification(name)], style, several=False),
        formatter.examination(examination(name), style),
        formatter.examination(Examination((), (name,), (), None, None), style),
        formatter.validation([], 1, style),
    ]
