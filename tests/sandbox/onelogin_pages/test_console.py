"""The console: what is changed by hand there is what the API and the handle show then."""

from __future__ import annotations

from typing import Any

import pytest

from sso_sync.saml import certificate
from sso_sync.sandbox import Sandbox
from sso_sync.sandbox.onelogin.records import App
from tests.sandbox.support import Http

from .browser import Browser

FLASH = "//*[@role='status']"
ALERT = "//*[@role='alert']"


class Console:
    """One app's tabs."""

    def __init__(self, browser: Browser, api: Http, app: App) -> None:
        self.browser = browser
        self.api = api
        self.app = app

    def path(self, tab: str) -> str:
        return f"/admin/apps/{self.app.id}/{tab}"

    def save(self, tab: str, **changes: Any) -> Any:
        """Changes the tab's form, saves, and answers what is shown then."""
        sent = self.browser.send(self.browser.open(self.path(tab)), self.path(tab), **changes)
        return self.browser.open(sent.location) if sent.status == 303 else sent

    def seen(self) -> Any:
        """The app as the API shows it."""
        return self.api.get(f"/api/2/apps/{self.app.id}").json()


@pytest.fixture
def console(admin: Browser, api: Http, app: App) -> Console:
    return Console(admin, api, app)


def test_the_list_of_applications(admin: Browser, app: App) -> None:
    shown = admin.open("/admin/apps")
    rows = [row.xpath("./*") for row in shown.document.xpath("//tbody/tr")]
    found = {row[0].xpath(".//a")[0].text: [cell.text_content() for cell in row[1:]] for row in rows}
    assert list(found) == ["Intranet", "JustCall", "Payroll", "Wiki"]
    assert found["JustCall"] == ["SAML Custom Connector (Advanced)", "Visible", "3"]
    assert admin.open(f"/admin/apps/{app.id}").location == f"/admin/apps/{app.id}/info"
    assert shown.document.xpath("//a[text()='JustCall']/@href") == [f"/admin/apps/{app.id}/info"]


def test_info(console: Console) -> None:
    after = console.save("info", name="JustCall EU", description="Calls\r\nand texts", visible=None)
    assert after.text(FLASH) == "Saved."
    seen = console.seen()
    assert (seen["name"], seen["description"], seen["visible"]) == ("JustCall EU", "Calls\nand texts", False)
    assert after.heading == "JustCall EU"
    assert after.control("Visible in portal").get("checked") is None
    assert console.browser.open(console.path("info")).text(FLASH) == ""


def test_an_empty_description_stays_what_it_was(sandbox: Sandbox, console: Console) -> None:
    console.save("info")
    assert console.seen()["description"] is None
    console.save("info", description="x")
    console.save("info", description="")
    assert console.seen()["description"] == ""


def test_what_the_api_refuses_is_refused_with_what_was_typed(console: Console) -> None:
    refused = console.save("info", name=" ", description="kept")
    assert (refused.status, refused.text(ALERT)) == (422, "Name can't be blank")
    assert refused.control("Description").text.strip() == "kept"
    assert console.seen()["name"] == "JustCall"


def test_configuration_has_the_guides_words(console: Console, app: App) -> None:
    shown = console.browser.open(console.path("configuration"))
    for label, key in (
        ("Audience (EntityID)", "audience"),
        ("Recipient", "recipient"),
        ("ACS (Consumer) URL Validator", "validator"),
        ("ACS (Consumer) URL", "consumer_url"),
        ("RelayState", "relaystate"),
    ):
        assert shown.control(label).get("value") == (app.configuration[key] or "")
    chosen = shown.control("SAML nameID format").xpath("./option[@selected]")
    assert [one.text for one in chosen] == ["Email"]
    named = {control.get("name") for control in shown.document.xpath("//main//input | //main//select")}
    assert named - {"csrf"} == set(app.configuration) - {"certificate_id", "signature_algorithm"}


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("audience", "https://tampered.example"),
        ("recipient", ""),
        ("validator", ".*"),
        ("consumer_url", "https://evil.example/acs"),
        ("relaystate", "ä&<b>"),
        ("saml_nameid_format_id", "2"),
        ("saml_sign_element", "1"),
        ("encrypt_assertion", "1"),
        ("saml_notbefore", "60"),
        ("logout_url", "https://justcall.io/out"),
    ],
)
def test_one_key_is_changed_and_no_other(console: Console, key: str, value: str) -> None:
    before = console.seen()["configuration"]
    assert console.save("configuration", **{key: value}).text(FLASH) == "Saved."
    assert console.seen()["configuration"] == {**before, key: value}


def test_the_key_to_encrypt_for_is_pasted_and_taken_away(sandbox: Sandbox, console: Console, app: App) -> None:
    label, name = "SAML encryption public key", "encryption_certificate"
    pem = sandbox.onelogin.certificate("Next Certificate (2048-bit)").pem
    assert console.save("configuration", **{name: pem.replace("\n", "\r\n")}).text(FLASH) == "Saved."
    assert sandbox.onelogin.app(app.id).encryption_certificate == pem.strip()
    assert console.browser.open(console.path("configuration")).control(label).text.strip() == pem.strip()
    refused = console.save("configuration", **{name: "garbage", "audience": "kept"})
    assert (refused.status, "must be a certificate" in refused.text(ALERT)) == (422, True)
    assert (refused.control(label).text.strip(), refused.control("Audience (EntityID)").get("value")) == (
        "garbage",
        "kept",
    )
    assert sandbox.onelogin.app(app.id).encryption_certificate == pem.strip()
    console.save("configuration", **{name: ""})
    assert sandbox.onelogin.app(app.id).encryption_certificate is None


def test_saving_without_a_change_sets_nothing_that_was_not_set(console: Console) -> None:
    before = console.seen()
    for tab in ("configuration", "info", "sso", "access"):
        console.save(tab)
    parameters = before["parameters"]
    for name in parameters:
        path = f"parameters/{parameters[name]['id']}"
        assert console.save(path).text(FLASH) == "The parameter was saved."
    after = console.seen()
    assert {**after, "updated_at": None} == {**before, "updated_at": None}


def test_keys_that_a_connector_lacks_cannot_be_sent(sandbox: Sandbox, console: Console) -> None:
    console.save("configuration", provider_arn="x", certificate_id="1")
    assert "provider_arn" not in console.seen()["configuration"]
    assert console.seen()["configuration"]["certificate_id"] != 1


@pytest.mark.parametrize("name", ["Payroll", "Intranet"])
def test_apps_of_other_connectors_have_their_tabs_too(sandbox: Sandbox, admin: Browser, api: Http, name: str) -> None:
    console = Console(admin, api, sandbox.onelogin.app(name))
    before = console.seen()
    for tab in ("info", "configuration", "access"):
        assert console.save(tab).text(FLASH) == "Saved."
    assert {**console.seen(), "updated_at": None} == {**before, "updated_at": None}
    assert console.browser.open(console.path("sso")).status == 200
    if name == "Intranet":
        console.save("configuration", access_token_expiration_minutes="5", redirect_uri="https://x.example")
        configuration = console.seen()["configuration"]
        assert configuration["access_token_expiration_minutes"] == 5
        assert configuration["redirect_uri"] == "https://x.example"


def test_parameters_are_listed(console: Console) -> None:
    shown = console.browser.open(console.path("parameters"))
    assert shown.texts("//thead//th") == ["Field Name", "Value", "Include in SAML assertion"]
    assert [
        [cell.text_content().strip() for cell in row.xpath("./*")] for row in shown.document.xpath("//tbody/tr")
    ] == [
        ["NameID value", "Email", "As the NameID"],
        ["email", "Email", "Yes"],
        ["firstName", "First Name", "Yes"],
        ["lastName", "Last Name", "Yes"],
    ]


def test_a_parameter_is_edited(sandbox: Sandbox, console: Console, app: App) -> None:
    sandbox.onelogin.edit_parameter(app.id, "email", values="v", attributes_transformations="none")
    sandbox.variants.parameter_put = "replace"
    path = f"parameters/{app.parameters['email'].id}"
    before = console.seen()["parameters"]
    after = console.save(path, include=None, source="_macro_", macro="{firstname}@x")
    assert after.text(FLASH) == "The parameter was saved."
    changes = {
        "include_in_saml_assertion": False,
        "user_attribute_mappings": "_macro_",
        "user_attribute_macros": "{firstname}@x",
    }
    assert console.seen()["parameters"] == {**before, "email": {**before["email"], **changes}}
    assert "Macro: {firstname}@x" in after.texts("//tbody//td")


def test_the_nameid_is_edited_but_not_deleted(console: Console, app: App) -> None:
    path = console.path(f"parameters/{app.parameters['saml_username'].id}")
    shown = console.browser.open(path)
    assert "Include in SAML assertion" not in shown.texts("//label")
    assert "Delete parameter" not in shown.texts("//button")
    console.browser.send(shown, path, source="username")
    assert console.seen()["parameters"]["saml_username"]["user_attribute_mappings"] == "username"
    forged = console.browser.call("POST", f"{path}/delete", data=dict(shown.form(path).form_values()))
    assert (forged.status, "not allowed to destroy" in forged.text(ALERT)) == (422, True)


def test_a_parameter_is_added_and_deleted(console: Console) -> None:
    before = console.seen()["parameters"]
    shown = console.browser.open(console.path("parameters"))
    (plus,) = shown.document.xpath("//a[text()='+']")
    assert plus.get("href") == console.path("parameters/new")
    name = "https://saml.example/Attributes/Role"
    console.save("parameters/new", name=f" {name} ", source="title", include="yes")
    added = console.seen()["parameters"][name]
    assert (added["label"], added["user_attribute_mappings"]) == (name, "title")
    assert added["include_in_saml_assertion"] is True
    path = console.path(f"parameters/{added['id']}")
    deleted = console.browser.send(console.browser.open(path), f"{path}/delete")
    assert console.browser.open(deleted.location).text(FLASH) == "The parameter was deleted."
    assert console.seen()["parameters"] == before
    assert console.browser.open(path).status == 404


@pytest.mark.parametrize("name", ["", "  ", "email"])
def test_a_new_parameter_needs_a_new_name(console: Console, name: str) -> None:
    before = console.seen()["parameters"]
    refused = console.save("parameters/new", name=name, source="title")
    assert refused.status == 422
    assert refused.text(ALERT)
    assert refused.control("Value").xpath("./option[@selected]")[0].get("value") == "title"
    assert console.seen()["parameters"] == before


def test_a_connector_without_new_parameters_has_no_plus(sandbox: Sandbox, admin: Browser) -> None:
    payroll = sandbox.onelogin.app("Payroll")
    path = f"/admin/apps/{payroll.id}/parameters"
    assert "+" not in admin.open(path).texts("//a")
    new = admin.open(f"{path}/new")
    refused = admin.send(new, f"{path}/new", name="x")
    assert (refused.status, "not allowed by the connector" in refused.text(ALERT)) == (422, True)


def test_sso_shows_what_the_guide_copies(sandbox: Sandbox, console: Console, app: App) -> None:
    shown = console.browser.open(console.path("sso"))
    sso = console.seen()["sso"]
    for label, value in (
        ("Issuer URL", sso["issuer"]),
        ("SAML 2.0 Endpoint (HTTP)", sso["acs_url"]),
        ("SLO Endpoint (HTTP)", sso["sls_url"]),
    ):
        assert shown.control(label).get("value") == value
        assert shown.control(label).get("readonly") is not None
    pem = sandbox.onelogin.signing_certificate(app.id)
    assert shown.control("Certificate (PEM)").text.strip() == pem.strip()
    assert shown.text("//summary") == "View Details"
    assert certificate.parse(pem).fingerprint in shown.text("//dl")


def test_certificate_and_algorithm_are_chosen(sandbox: Sandbox, console: Console, app: App) -> None:
    following = sandbox.onelogin.certificate("Next Certificate (2048-bit)")
    after = console.save("sso", certificate_id=str(following.id), signature_algorithm="SHA-256")
    assert after.text(FLASH) == "Saved."
    seen = console.seen()
    assert seen["sso"]["certificate"]["id"] == seen["configuration"]["certificate_id"] == following.id
    assert seen["configuration"]["signature_algorithm"] == "SHA-256"
    assert sandbox.onelogin.signing_certificate(app.id) == following.pem
    assert console.save("sso", certificate_id="1").status == 422
    assert console.save("sso", signature_algorithm="MD5").text(ALERT) == "Signature algorithm is invalid"


@pytest.mark.parametrize("word", ["SHA-384", "SHA-348"])
def test_the_tenants_own_word_for_sha_384(sandbox: Sandbox, console: Console, word: str) -> None:
    sandbox.variants.update({"sha384_spelling": word})
    assert console.save("sso", signature_algorithm=word).status == 200
    assert console.seen()["configuration"]["signature_algorithm"] == word


def test_access_shows_who_gets_in_and_how(sandbox: Sandbox, console: Console, app: App) -> None:
    sandbox.onelogin.attach_role(app.id, "Contractors")
    sandbox.onelogin.grant_directly(app.id, "dave.diaz@acme.example")
    shown = console.browser.open(console.path("access"))
    assert shown.control("Contractors").get("checked") is not None
    assert shown.control("Empty Role").get("checked") is None
    assert shown.control("Dave Diaz").get("checked") is not None
    rows = {row[0].text_content(): row[2].text for row in (r.xpath("./*") for r in shown.document.xpath("//tbody/tr"))}
    assert rows == {
        "Alice Adams": "JustCall Users",
        "Bob Brown": "JustCall Users",
        "Carol Clark": "JustCall Users",
        "Dave Diaz": "Contractors, direct",
        "Erin Evans": "Contractors",
    }


def test_access_is_given_and_taken(sandbox: Sandbox, console: Console, app: App) -> None:
    onelogin = sandbox.onelogin
    contractors, grace = onelogin.role("Contractors").id, onelogin.user("grace.green@acme.example").id
    kept = onelogin.role("JustCall Users").id
    console.save("access", role=[str(contractors), str(kept)], user=[str(grace), ""])
    assert console.seen()["role_ids"] == [kept, contractors]
    assert onelogin.effective_access(app.id)["grace.green@acme.example"] == ("direct",)
    assert onelogin.effective_access(app.id)["erin.evans@acme.example"] == ("Contractors",)
    console.save("access", role=None, user=None)
    assert console.seen()["role_ids"] == []
    assert onelogin.effective_access(app.id) == {}


@pytest.mark.parametrize("changes", [{"role": "1"}, {"role": "x"}, {"user": "7"}, {"user": "x"}])
def test_access_for_nobody_known_is_refused(sandbox: Sandbox, console: Console, changes: dict[str, str]) -> None:
    before = sandbox.snapshot()
    refused = console.save("access", **changes)
    assert refused.status == 422
    assert refused.text(ALERT)
    assert sandbox.snapshot() == before
