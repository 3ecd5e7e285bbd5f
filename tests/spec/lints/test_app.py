from __future__ import annotations

from pathlib import Path

import pytest

from sso_sync.spec.model import GUIDE_PARAMETERS
from tests.spec.support import HEAD, diagnostics, said, warnings

SANDBOX = HEAD + "sandbox: true\n"


def app(text: str) -> str:
    return SANDBOX + "onelogin:\n  app:\n" + "".join(f"    {line}\n" for line in text.splitlines())


def parameters(text: str) -> str:
    return app("parameters:\n" + "".join(f"  {line}\n" for line in text.splitlines()))


# the app


def test_a_pinned_app_has_no_former_names(tmp_path: Path) -> None:
    (only,) = warnings(tmp_path, app("id: 7\npreviously: [Old]"))
    assert said((only,)) == ["7:17 `previously` has no effect beside `id`"]
    assert warnings(tmp_path, app("id: 7\npreviously: []")) == ()
    assert warnings(tmp_path, app("previously: [Old]")) == ()


@pytest.mark.parametrize(
    ("value", "rest"),
    [("{}", ", and neither is given"), ("{id: null}", ", and neither is given"), ("{id: 7, name: x}", ", not by both")],
)
def test_a_certificate_is_named_in_one_way(tmp_path: Path, value: str, rest: str) -> None:
    (only,) = diagnostics(tmp_path, app(f"certificate: {value}"))
    assert said((only,)) == [f"6:18 A certificate is named by its `id` or by its `name`{rest}"]
    assert only.address == "onelogin.app.certificate"


@pytest.mark.parametrize("value", ["{id: 7}", "{name: x}", "{id: null, name: x}", "null", "!unmanaged"])
def test_certificates_that_are_fine(tmp_path: Path, value: str) -> None:
    assert warnings(tmp_path, app(f"certificate: {value}")) == ()


def test_rules_have_names_of_their_own(tmp_path: Path) -> None:
    rule = "{{name: {}, actions: [{{action: set_role, value: ['1']}}]}}"
    text = app("rules:\n" + "".join(f"  - {rule.format(name)}\n" for name in ("a", "b", "A", "a")))
    (only,) = diagnostics(tmp_path, text)
    assert said((only,)) == ["10:16 The rule `a` is listed twice"]
    assert only.detail == f"It is listed first at {tmp_path}/spec.yaml:7:16."


# parameters


def test_the_guides_parameters_are_fine(tmp_path: Path) -> None:
    assert warnings(tmp_path, parameters("\n".join(f"{k}: {v}" for k, v in GUIDE_PARAMETERS.items()))) == ()


def test_onelogins_name_of_the_nameid(tmp_path: Path) -> None:
    (only,) = diagnostics(tmp_path, parameters("saml_username: email"))
    assert said((only,)) == ["7:22 The parameter `saml_username` is called `nameid` here"]
    assert only.address == "onelogin.app.parameters.saml_username"


@pytest.mark.parametrize("key", ["include_in_assertion: true", "label: x"])
def test_the_nameid_belongs_to_the_connector(tmp_path: Path, key: str) -> None:
    (only,) = diagnostics(tmp_path, parameters(f"nameid: {{value: email, {key}}}"))
    assert only.summary == f"`{key.split(':', maxsplit=1)[0]}` cannot be set for the NameID"
    assert only.address == f"onelogin.app.parameters.nameid.{key.split(':', maxsplit=1)[0]}"


def test_the_nameid_in_full(tmp_path: Path) -> None:
    assert warnings(tmp_path, parameters("nameid: {value: email, skip_if_blank: false}")) == ()
    assert warnings(tmp_path, parameters("nameid: !unmanaged")) == ()


def test_without_a_nameid_nobody_gets_in(tmp_path: Path) -> None:
    (only,) = warnings(tmp_path, parameters("nameid: null"))
    assert said((only,)) == ["7:15 Without a NameID nobody can sign in"]


@pytest.mark.parametrize(("name", "right"), [("Email", "email"), ("firstname", "firstName"), ("NameID", "nameid")])
def test_names_that_differ_only_in_case(tmp_path: Path, name: str, right: str) -> None:
    (only,) = warnings(tmp_path, parameters(f"{name}: email"))
    assert only.summary == f"`{name}` differs from the guide's `{right}` only in case"


def test_a_value_or_a_macro(tmp_path: Path) -> None:
    (only,) = diagnostics(tmp_path, parameters("a: {value: email, macro: '{email}'}"))
    assert said((only,)) == ["7:32 A parameter takes its value from `value` or from `macro`, not from both"]
    assert warnings(tmp_path, parameters("a: {value: null, macro: '{email}'}")) == ()


@pytest.mark.parametrize("macro", ["email", "''", "'{}'", "'{email'"])
def test_a_macro_has_braces(tmp_path: Path, macro: str) -> None:
    (only,) = diagnostics(tmp_path, parameters(f"a: {{macro: {macro} }}"))
    assert only.summary == f"`{macro.strip(chr(39))}` contains no user field in braces"


@pytest.mark.parametrize("text", ["a: '{firstname} {lastname}'", "a: {value: '{email}'}", "a: _macro_"])
def test_a_macro_is_written_as_macro(tmp_path: Path, text: str) -> None:
    (only,) = diagnostics(tmp_path, parameters(text))
    assert only.summary == "A macro is written as `macro`"


@pytest.mark.parametrize("field", ["department", "custom_attribute_shoe_size", "none", "userprincipalname"])
def test_user_fields_that_are_known(tmp_path: Path, field: str) -> None:
    assert warnings(tmp_path, parameters(f"a: {field}\nb: {{value: {field}}}")) == ()


@pytest.mark.parametrize("text", ["a: first_name", "a: {value: first_name}"])
def test_user_fields_that_are_not_known_are_worth_a_warning(tmp_path: Path, text: str) -> None:
    (only,) = warnings(tmp_path, parameters(text))
    assert only.summary == "`first_name` is not a user field of OneLogin that is known here"
    assert "firstname" in (only.detail or "")
