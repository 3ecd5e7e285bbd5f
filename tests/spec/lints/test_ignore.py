from __future__ import annotations

from pathlib import Path

import pytest

from tests.spec.support import HEAD, diagnostics, said, warnings

SANDBOX = HEAD + "sandbox: true\n"


def rule(address: str, until: str = "2026-12-31", reason: str = "a migration") -> str:
    return f"{SANDBOX}ignore:\n  - address: {address}\n    reason: {reason}\n    until: {until}\n"


def test_a_rule_that_is_fine(tmp_path: Path) -> None:
    assert warnings(tmp_path, rule('"onelogin.access.roles.*.members.*"')) == ()


@pytest.mark.parametrize("key", ["address", "reason", "until"])
def test_a_rule_needs_all_three(tmp_path: Path, key: str) -> None:
    text = "\n".join(line for line in rule("justcall.sso.issuer").splitlines() if f"{key}:" not in line)
    if key == "address":
        text = text.replace("    reason", "  - reason")
    (only,) = diagnostics(tmp_path, text + "\n")
    assert key in only.summary
    assert only.line is not None


@pytest.mark.parametrize("address", ["onelogin.app", "onelogin.app.rules.first"])
def test_what_other_things_need_is_an_error(tmp_path: Path, address: str) -> None:
    (only,) = diagnostics(tmp_path, rule(address))
    assert said((only,))[0].startswith(f"5:14 `{address}` cannot be ignored")
    assert "onelogin.access.users.<email>" in (only.detail or "")


def test_an_address_that_there_cannot_be_is_a_warning(tmp_path: Path) -> None:
    (only,) = warnings(tmp_path, rule("onelogin.app.configuration.audiense"))
    assert said((only,)) == ["5:14 `onelogin.app.configuration.audiense` ignores nothing: no address looks like this"]


@pytest.mark.parametrize("until", ["2026-02-30", "0000-01-01"])
def test_a_day_has_to_exist(tmp_path: Path, until: str) -> None:
    (only,) = diagnostics(tmp_path, rule("justcall.sso.issuer", until))
    assert said((only,)) == [f"7:12 There is no day `{until}`"]


@pytest.mark.parametrize("until", ["tomorrow", "31.12.2026", "2026-12-31T00:00:00Z"])
def test_a_day_is_written_as_a_date(tmp_path: Path, until: str) -> None:
    (only,) = diagnostics(tmp_path, rule("justcall.sso.issuer", until))
    assert "a date (2026-12-31)" in only.summary + (only.detail or "") + (only.next_action or "")


def test_nothing_of_a_rule_is_a_secret(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (only,) = diagnostics(tmp_path, rule("justcall.sso.issuer", reason="!env WHY"), {"WHY": "hush"})
    assert "cannot come from the environment" in only.summary
    assert "hush" not in repr(only)


def test_one_address_has_one_rule(tmp_path: Path) -> None:
    twice = rule("justcall.sso.issuer") + "  - {address: justcall.sso.issuer, reason: x, until: 2026-12-30}\n"
    (only,) = diagnostics(tmp_path, twice)
    assert "is listed twice" in only.summary
