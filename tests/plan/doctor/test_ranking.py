"""What breaks a login most surely comes first; hints raise a case, causes come before consequences."""

from __future__ import annotations

from dataclasses import replace

from sso_sync.plan.doctor.model import Certainty, Diagnosis, Fix, FixKind, Harm, Place
from sso_sync.plan.doctor.ranking import ranked
from sso_sync.plan.model import Side

ORDER = ["cause", "middle", "consequence"]


def one(case: str, harm: Harm = Harm.LOGINS_FAIL, certainty: Certainty = Certainty.CERTAIN) -> Diagnosis:
    return Diagnosis(case, case, Side.ONELOGIN, harm, certainty, "x", Place(), Fix(FixKind.BY_HAND, "do it"))


def order(*found: Diagnosis) -> list[str]:
    return [diagnosis.case for diagnosis in ranked(found, ORDER)]


def test_causes_before_consequences() -> None:
    assert order(one("consequence"), one("cause")) == ["cause", "consequence"]


def test_the_graver_harm_and_the_surer_one_first() -> None:
    assert order(one("cause", Harm.AT_RISK), one("middle", Harm.INSECURE), one("consequence", Harm.SOME_CANNOT)) == [
        "consequence",
        "middle",
        "cause",
    ]
    assert order(one("cause", certainty=Certainty.POSSIBLE), one("middle", certainty=Certainty.LIKELY)) == [
        "middle",
        "cause",
    ]


def test_a_symptom_raises_a_case_above_a_graver_one() -> None:
    heard = replace(one("consequence", Harm.SOME_CANNOT), heard=True)
    assert order(one("cause"), heard) == ["consequence", "cause"]


def test_the_person_who_is_asked_about_comes_first() -> None:
    own = replace(one("consequence", Harm.SOME_CANNOT, Certainty.CERTAIN), personal=True)
    assert order(one("cause", Harm.LOGINS_FAIL, Certainty.LIKELY), own) == ["consequence", "cause"]


def test_a_response_raises_what_breaks_logins_and_no_mere_risk() -> None:
    shown = replace(one("consequence", Harm.SOME_CANNOT), shown=True)
    risk = replace(one("cause", Harm.AT_RISK), shown=True)
    assert order(risk, one("middle"), shown) == ["consequence", "middle", "cause"]
