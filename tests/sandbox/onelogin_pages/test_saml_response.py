"""The response says what the app's configuration says, right or wrong."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from lxml import etree

from sso_sync.sandbox import Sandbox
from sso_sync.sandbox.onelogin.records import App
from sso_sync.sandbox.onelogin.saml.response import Login, saml_response
from sso_sync.sandbox.saml_wire import EMAIL_FORMAT, NS, parse_xml
from sso_sync.sandbox.seed import ACS_URL, ENTITY_ID

from .browser import ALICE

ASSERTION = "/samlp:Response/saml:Assertion"
SUBJECT = f"{ASSERTION}/saml:Subject"


class Made:
    """A response as its receiver reads it."""

    def __init__(self, sandbox: Sandbox, app: App, user: str | int = ALICE) -> None:
        login = Login(sandbox.onelogin.user(user), ACS_URL, "_request")
        made = saml_response(sandbox._onelogin, sandbox.onelogin.app(app.id), login)
        self.root = parse_xml(etree.tostring(made, encoding="utf-8"))

    def all(self, path: str) -> Any:
        return self.root.xpath(path, namespaces=NS)

    def one(self, path: str) -> Any:
        (found,) = self.all(path)
        return found

    def attributes(self) -> dict[str, list[str]]:
        found = self.all(f"{ASSERTION}/saml:AttributeStatement/saml:Attribute")
        return {one.get("Name"): [value.text or "" for value in one] for one in found}

    def moment(self, path: str) -> datetime:
        return datetime.fromisoformat(self.one(path))


def test_the_guides_app_makes_the_whole_response(sandbox: Sandbox, app: App) -> None:
    made = Made(sandbox, app)
    assert made.root.get("Version") == "2.0"
    assert made.root.get("Destination") == ACS_URL
    assert made.root.get("InResponseTo") == "_request"
    assert [etree.QName(child).localname for child in made.root] == ["Issuer", "Status", "Assertion"]
    assert [etree.QName(child).localname for child in made.one(ASSERTION)] == [
        "Issuer",
        "Subject",
        "Conditions",
        "AuthnStatement",
        "AttributeStatement",
    ]
    assert {one.text for one in made.all("//saml:Issuer")} == {sandbox.onelogin.issuer(app.id)}
    assert made.one("//samlp:StatusCode/@Value") == "urn:oasis:names:tc:SAML:2.0:status:Success"
    nameid = made.one(f"{SUBJECT}/saml:NameID")
    assert (nameid.text, nameid.get("Format")) == (ALICE, EMAIL_FORMAT)
    assert made.one(f"{SUBJECT}/saml:SubjectConfirmation/@Method") == "urn:oasis:names:tc:SAML:2.0:cm:bearer"
    confirmation = made.one(f"{SUBJECT}/saml:SubjectConfirmation/saml:SubjectConfirmationData")
    assert (confirmation.get("Recipient"), confirmation.get("InResponseTo")) == (ACS_URL, "_request")
    assert made.one(f"{ASSERTION}/saml:Conditions/saml:AudienceRestriction/saml:Audience").text == ENTITY_ID
    assert made.attributes() == {"email": [ALICE], "firstName": ["Alice"], "lastName": ["Adams"]}


def test_ids_are_fresh_and_no_number_first(sandbox: Sandbox, app: App) -> None:
    ids = [value for _ in range(3) for value in Made(sandbox, app).all("//@ID")]
    assert len(set(ids)) == 6
    assert not any(value[0].isdigit() for value in ids)


def test_minutes_are_counted_from_now(sandbox: Sandbox, app: App) -> None:
    sandbox.onelogin.edit_configuration(
        app.id, saml_notbefore="1", saml_notonorafter="5", saml_sessionnotonorafter="60"
    )
    made = Made(sandbox, app)
    now = made.moment("/samlp:Response/@IssueInstant")
    assert made.moment("//saml:Conditions/@NotBefore") == now - timedelta(minutes=1)
    assert made.moment("//saml:Conditions/@NotOnOrAfter") == now + timedelta(minutes=5)
    assert made.moment("//saml:SubjectConfirmationData/@NotOnOrAfter") == now + timedelta(minutes=5)
    assert made.moment("//@SessionNotOnOrAfter") == now + timedelta(minutes=60)


@pytest.mark.parametrize("minutes", ["", "soon", "-5", "9" * 18, None])
def test_minutes_that_are_none_break_nothing(sandbox: Sandbox, app: App, minutes: str | None) -> None:
    sandbox.onelogin.edit_configuration(app.id, saml_notbefore=minutes, saml_notonorafter=minutes)
    made = Made(sandbox, app)
    now = made.moment("/samlp:Response/@IssueInstant")
    assert made.moment("//saml:Conditions/@NotBefore") < now < made.moment("//saml:Conditions/@NotOnOrAfter")


@pytest.mark.parametrize("blank", ["", None])
def test_blank_fields_leave_their_placeholders(sandbox: Sandbox, app: App, blank: str | None) -> None:
    sandbox.onelogin.edit_configuration(app.id, audience=blank, recipient=blank)
    made = Made(sandbox, app)
    assert made.one("//saml:Audience").text == "{audience}"
    assert made.one("//saml:SubjectConfirmationData/@Recipient") == "{recipient}"
    assert made.root.get("Destination") == ACS_URL


@pytest.mark.parametrize(
    ("number", "name"),
    [
        ("0", "1.1:nameid-format:emailAddress"),
        ("1", "2.0:nameid-format:transient"),
        ("2", "2.0:nameid-format:persistent"),
        ("3", "1.1:nameid-format:unspecified"),
        ("9", "1.1:nameid-format:unspecified"),
    ],
)
def test_nameid_formats(sandbox: Sandbox, app: App, number: str, name: str) -> None:
    sandbox.onelogin.edit_configuration(app.id, saml_nameid_format_id=number)
    assert Made(sandbox, app).one("//saml:NameID/@Format") == f"urn:oasis:names:tc:SAML:{name}"


@pytest.mark.parametrize(
    ("fields", "value"),
    [
        ({"user_attribute_mappings": "username"}, "judy.user"),
        ({"user_attribute_mappings": "email"}, "Judy.Jones@Acme.Example"),
        (
            {"user_attribute_mappings": "_macro_", "user_attribute_macros": "{firstname}-{nothing}.{lastname}"},
            "Judy-.Jones",
        ),
        ({"user_attribute_mappings": "none"}, None),
        ({"user_attribute_mappings": "created_at"}, None),
        ({"user_attribute_mappings": "department"}, None),
        ({"user_attribute_mappings": "custom_attribute_shift"}, "night"),
    ],
)
def test_the_nameid_comes_from_its_source(
    sandbox: Sandbox, app: App, fields: dict[str, Any], value: str | None
) -> None:
    judy = sandbox.onelogin.edit_user(
        "judy.jones@acme.example", username="judy.user", custom_attributes={"shift": "night"}
    )
    sandbox.onelogin.edit_parameter(app.id, "saml_username", **fields)
    assert Made(sandbox, app, judy.id).one("//saml:NameID").text == value


def test_only_included_parameters_are_attributes(sandbox: Sandbox, app: App) -> None:
    sandbox.onelogin.edit_parameter(app.id, "firstName", include_in_saml_assertion=False)
    sandbox.onelogin.edit_parameter(
        app.id, "dept", user_attribute_mappings="department", include_in_saml_assertion=True
    )
    sandbox.onelogin.edit_parameter(
        app.id, "title", user_attribute_mappings="title", include_in_saml_assertion=True, skip_if_blank=True
    )
    sandbox.onelogin.edit_parameter(app.id, "fixed", default_values="x", include_in_saml_assertion=True)
    assert Made(sandbox, app).attributes() == {"email": [ALICE], "lastName": ["Adams"], "dept": [""], "fixed": ["x"]}


def test_several_values_are_one_text_or_one_tag_each(sandbox: Sandbox, app: App) -> None:
    sandbox.onelogin.edit_user(ALICE, member_of="a;b")
    sandbox.onelogin.edit_parameter(
        app.id, "groups", user_attribute_mappings="member_of", include_in_saml_assertion=True
    )
    assert Made(sandbox, app).attributes()["groups"] == ["a;b"]
    sandbox.onelogin.edit_configuration(app.id, generate_attribute_value_tags="1")
    assert Made(sandbox, app).attributes()["groups"] == ["a", "b"]


def test_without_attributes_there_is_no_statement(sandbox: Sandbox, app: App) -> None:
    for name in ("email", "firstName", "lastName"):
        sandbox.onelogin.remove_parameter(app.id, name)
    assert not Made(sandbox, app).all("//saml:AttributeStatement")


HOSTILE = "</saml:NameID><saml:NameID>admin@acme.example</saml:NameID><!-- ]]> & \"' \x00\x0b\ufffe ä \U0001f600"
READ = HOSTILE.replace("\x00", "\ufffd").replace("\x0b", "\ufffd").replace("\ufffe", "\ufffd")


def test_hostile_names_stay_text(sandbox: Sandbox, app: App) -> None:
    onelogin = sandbox.onelogin
    onelogin.edit_user(ALICE, firstname=HOSTILE)
    onelogin.edit_parameter(app.id, "saml_username", user_attribute_mappings="firstname")
    onelogin.edit_parameter(app.id, HOSTILE, user_attribute_mappings="firstname", include_in_saml_assertion=True)
    onelogin.edit_configuration(app.id, audience=HOSTILE, recipient=HOSTILE)
    made = Made(sandbox, app)
    assert made.one("//saml:NameID").text == READ
    assert made.one("//saml:Audience").text == READ
    assert made.one("//saml:SubjectConfirmationData/@Recipient") == READ
    assert made.attributes()[READ] == made.attributes()["firstName"] == [READ]
