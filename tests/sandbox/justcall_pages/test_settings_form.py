"""The SSO settings with native controls: the guide's words, what Save does, and every switch of the page."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import astuple, replace
from itertools import product
from typing import Any, get_args, get_type_hints

import pytest

from sso_sync.saml import certificate
from sso_sync.sandbox import Sandbox, Variants, follow_guide
from sso_sync.sandbox.justcall.pages.labels import GUIDE, RENAMED

from .support import OWNER, SSO, Browser

SAVED = ["Configuration saved."]
FAILED = "Configuration could not be saved: "
SWITCHES = ("page", "page_certificate", "page_labels", "page_save", "page_fields")
COMBINATIONS = [
    dict(zip(SWITCHES, chosen, strict=True))
    for chosen in product(*(get_args(get_type_hints(Variants)[name]) for name in SWITCHES))
]


def test_the_guides_words(sandbox: Sandbox, owner: Browser, pem: str) -> None:
    app = follow_guide(sandbox)
    page = owner.open(SSO)
    assert page.heading == "Single Sign-On"
    assert page.control("Enable SSO").get("type") == "checkbox"
    assert page.control("Enable SSO").checked
    assert page.value("Protocol") == "SAML 2.0"
    assert page.value("ACS URL") == "https://bifrost.justcall.io/passport/login/callback"
    assert page.value("Entity ID") == "JustCall"
    assert page.value("SSO URL") == sandbox.onelogin.sso_url(app.id)
    assert page.value("Issuer / Entity ID") == sandbox.onelogin.issuer(app.id)
    assert page.value("Certificate").strip() == pem.strip()
    assert page.value("Default Role") == "Team Member"
    assert page.words("//ul[@aria-labelledby=//*[.='Verified email domains']/@id]/li") == ["acme.example"]
    assert page.words("//main//button") == ["Copy ACS URL", "Copy Entity ID", "Save Configuration", "Test Connection"]


def test_what_is_read_only_and_which_roles_there_are(owner: Browser) -> None:
    page = owner.open(SSO)
    assert page.tree.xpath("//input[@readonly]/@id") == ["sso-acs-url", "sso-entity-id"]
    assert page.control("Default Role").value_options == ["", "Admin", "Team Member"]
    assert page.control("Protocol").value_options == ["", "SAML 2.0"]


def test_every_control_has_one_label_of_its_own(sandbox: Sandbox, owner: Browser) -> None:
    page = owner.open(SSO)
    ids = page.tree.xpath("//main//*[self::input[not(@type='hidden')] or self::select or self::textarea]/@id")
    assert sorted(page.tree.xpath("//main//label/@for")) == sorted(ids)
    assert len(set(page.tree.xpath("//@id"))) == len(page.tree.xpath("//@id"))


def test_save(sandbox: Sandbox, owner: Browser, pem: str) -> None:
    page = owner.save(
        enabled="on",
        protocol="SAML 2.0",
        sso_url="  https://idp.example/sso ",
        issuer="https://idp.example/issuer",
        certificate=pem.replace("\n", "\r\n"),
        default_role="Team Member",
    )
    assert (page.path, page.says("status"), page.says("alert")) == (SSO, SAVED, [])
    settings = sandbox.justcall.settings
    assert (settings.enabled, settings.protocol, settings.default_role) == (True, "SAML 2.0", "Team Member")
    assert (settings.sso_url, settings.issuer) == ("https://idp.example/sso", "https://idp.example/issuer")
    assert settings.certificate == pem
    assert owner.open(SSO).says("status") == []


def test_saving_what_is_shown_changes_nothing(sandbox: Sandbox, owner: Browser) -> None:
    for follow in (lambda _: None, follow_guide):
        follow(sandbox)
        before = sandbox.snapshot()
        assert owner.save().says("status") == SAVED
        assert sandbox.snapshot() == before


def test_blank_clears(sandbox: Sandbox, owner: Browser) -> None:
    follow_guide(sandbox)
    owner.save(enabled=None, protocol="", sso_url="", issuer=" ", certificate="\r\n", default_role="")
    settings = sandbox.justcall.settings
    assert (settings.enabled, settings.protocol, settings.sso_url) == (False, None, None)
    assert (settings.issuer, settings.certificate, settings.default_role) == (None, None, None)


def test_a_file_goes_before_the_pasted_text(sandbox: Sandbox, owner: Browser, pem: str) -> None:
    owner.save(files={"certificate_file": pem}, certificate="garbage")
    assert sandbox.justcall.settings.certificate == pem


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"sso_url": "idp.example"}, "sso_url must be a URL"),
        ({"protocol": "OIDC"}, "protocol must be SAML 2.0"),
        ({"default_role": "Owner"}, "The owner's role cannot be the default role"),
        ({"default_role": "Pilot"}, "Unknown role: Pilot"),
        ({"certificate": "garbage!"}, "Certificate validation failure: "),
    ],
)
def test_a_refusal_keeps_the_input_once(sandbox: Sandbox, owner: Browser, changes: dict[str, Any], reason: str) -> None:
    before = sandbox.snapshot()
    page = owner.save(issuer="https://typed.example", enabled="on", **changes)
    (said,) = page.says("alert")
    assert said.startswith(FAILED + reason)
    assert page.value("Issuer / Entity ID") == "https://typed.example"
    assert page.control("Enable SSO").checked
    assert sandbox.snapshot() == before
    assert owner.open(SSO).value("Issuer / Entity ID") == ""


def test_stray_whitespace_in_a_certificate(sandbox: Sandbox, owner: Browser, pem: str) -> None:
    sandbox.variants.certificate_whitespace = "refused"
    assert owner.save(certificate=pem.replace("\n", "\r\n")).says("status") == SAVED
    (said,) = owner.save(certificate=pem.replace("\n", "\n ")).says("alert")
    assert said == f"{FAILED}Certificate validation failure: extra whitespace"


def test_a_certificate_may_be_normalised(sandbox: Sandbox, owner: Browser, pem: str) -> None:
    sandbox.variants.certificate_stored = "normalised"
    page = owner.save(certificate="".join(line for line in pem.splitlines() if "-----" not in line))
    assert page.value("Certificate").strip() == pem.strip()


@pytest.mark.parametrize("csrf", ["", "wrong", None, "é"])
def test_forms_from_elsewhere_change_nothing(sandbox: Sandbox, owner: Browser, csrf: str | None) -> None:
    before = sandbox.snapshot()
    page = owner.save(csrf=csrf, issuer="https://evil.example")
    assert (page.status, page.heading) == (403, "This page has expired")
    assert page.says("alert") == ["This page is out of date. Reload it and try again."]
    assert sandbox.snapshot() == before
    assert owner.send(f"{SSO}/test", {"csrf": csrf or ""}).status == 403


def test_test_connection(sandbox: Sandbox, owner: Browser) -> None:
    follow_guide(sandbox, enabled=False)
    csrf = owner.open(SSO).csrf
    page = owner.send(f"{SSO}/test", {"csrf": csrf})
    assert (page.path, page.says("status"), page.says("alert")) == (SSO, ["Connection successful"], [])
    sandbox.onelogin.edit_configuration("JustCall", audience="https://x.example")
    page = owner.send(f"{SSO}/test", {"csrf": csrf})
    assert (page.says("status"), page.says("alert")) == ([], ["Connection failed: Invalid audience"])


def test_a_test_that_needs_sso_on(sandbox: Sandbox, owner: Browser) -> None:
    follow_guide(sandbox, enabled=False)
    sandbox.variants.test_needs_enabled = True
    page = owner.open(SSO)
    (button,) = page.tree.xpath("//button[.='Test Connection']")
    assert button.get("disabled") is not None
    assert page.words(f"//*[@id='{button.get('aria-describedby')}']") == ["Enable SSO before testing the connection"]
    (said,) = owner.send(f"{SSO}/test", {"csrf": page.csrf}).says("alert")
    assert said == "Connection failed: Enable SSO before testing the connection"
    sandbox.justcall.edit(enabled=True)
    assert owner.open(SSO).tree.xpath("//button[.='Test Connection']/@disabled") == []


def test_only_a_fingerprint_of_the_certificate(sandbox: Sandbox, owner: Browser, pem: str) -> None:
    sandbox.variants.page_certificate = "fingerprint"
    assert "fingerprint" not in owner.open(SSO).text
    page = owner.save(certificate=pem)
    said = f"Certificate saved. SHA-256 fingerprint: {certificate.parse(pem).fingerprint}"
    assert page.words("//*[@id='sso-certificate-hint']") == [said]
    assert page.value("Certificate").strip() == ""
    assert page.control("Certificate").get("placeholder") == "Paste a new certificate to replace it"


def test_nothing_of_the_certificate(sandbox: Sandbox, owner: Browser, pem: str) -> None:
    follow_guide(sandbox)
    sandbox.variants.page_certificate = "hidden"
    page = owner.open(SSO)
    assert page.words("//*[@id='sso-certificate-hint']") == ["A certificate is saved."]
    assert certificate.parse(pem).fingerprint not in page.text
    assert pem.splitlines()[1] not in page.text


@pytest.mark.parametrize("shown", ["fingerprint", "hidden"])
def test_a_blank_field_keeps_a_certificate_that_is_not_shown(
    sandbox: Sandbox, owner: Browser, pem: str, shown: str
) -> None:
    follow_guide(sandbox)
    sandbox.variants.update({"page_certificate": shown})
    owner.save(issuer="https://new.example")
    assert (sandbox.justcall.settings.certificate, sandbox.justcall.settings.issuer) == (pem, "https://new.example")
    other = sandbox.onelogin.certificate("Next Certificate (2048-bit)").pem
    owner.save(certificate=other)
    assert sandbox.justcall.settings.certificate == other


def test_a_saved_text_that_is_no_certificate(sandbox: Sandbox, owner: Browser) -> None:
    sandbox.justcall.edit(certificate="garbage")
    sandbox.variants.page_certificate = "fingerprint"
    hint = owner.open(SSO).words("//*[@id='sso-certificate-hint']")
    assert hint == ["A certificate is saved, but it cannot be read."]


def test_other_words(sandbox: Sandbox, owner: Browser) -> None:
    sandbox.variants.page_labels = "renamed"
    shown = set(owner.open(SSO).words("//h1 | //nav//a | //label | //option | //main//button | //span[@class='label']"))
    shown |= {owner.open("/apex/settings/security").words("//main//a")[0]}
    assert set(astuple(RENAMED)) <= shown
    assert {word.lower() for word in shown} & {word.lower() for word in astuple(GUIDE)} == set()
    assert len(set(astuple(RENAMED))) == len(astuple(RENAMED))
    assert owner.save(issuer="https://new.example").says("status") == SAVED


def test_one_label_twice(sandbox: Sandbox, owner: Browser) -> None:
    assert owner.open(SSO).words("//label").count("SSO URL") == 1
    sandbox.variants.page_labels = "twice"
    page = owner.open(SSO)
    assert page.words("//label").count("SSO URL") == 2
    assert owner.save(sso_url="https://new.example").says("status") == SAVED
    assert sandbox.justcall.settings.sso_url == "https://new.example"


def test_a_save_that_lies(sandbox: Sandbox, owner: Browser) -> None:
    sandbox.variants.page_save = "lies"
    before = sandbox.snapshot()
    page = owner.save(issuer="https://new.example", enabled="on")
    assert (page.says("status"), page.value("Issuer / Entity ID")) == (SAVED, "")
    assert sandbox.snapshot() == before


def test_a_save_that_errors(sandbox: Sandbox, owner: Browser) -> None:
    sandbox.variants.page_save = "errors"
    before = sandbox.snapshot()
    page = owner.save(issuer="https://new.example")
    assert (page.says("status"), page.says("alert")) == ([], [f"{FAILED}an error occurred on our side"])
    assert page.value("Issuer / Entity ID") == "https://new.example"
    assert sandbox.snapshot() == before


def test_fields_that_wait_for_the_switch(sandbox: Sandbox, owner: Browser) -> None:
    hidden = "//*[@id='sso-fields']/@hidden"
    assert owner.open(SSO).tree.xpath(hidden) == []
    sandbox.variants.page_fields = "when_enabled"
    page = owner.open(SSO)
    assert len(page.tree.xpath(hidden)) == 1
    assert page.control("Enable SSO").get("data-reveals") == "sso-fields"
    assert owner.save(page, issuer="https://new.example", default_role="Admin").says("status") == SAVED
    settings = sandbox.justcall.settings
    assert (settings.enabled, settings.issuer, settings.default_role) == (False, "https://new.example", "Admin")
    assert owner.save(enabled="on").tree.xpath(hidden) == []


def test_a_slow_page(sandbox: Sandbox, owner: Browser) -> None:
    page = owner.open(SSO)
    sandbox.variants.page_delay = 0.4
    for method in ("GET", "POST"):
        began = time.monotonic()
        owner.call(method, SSO, data={"csrf": page.csrf})
        assert time.monotonic() - began >= 0.4
    began = time.monotonic()
    owner.call("GET", "/apex/settings")
    assert time.monotonic() - began < 0.4


def test_a_slow_page_does_not_keep_the_sandbox_from_stopping() -> None:
    slow = Sandbox(variants=Variants(page_delay=600), seed=False)
    with slow, Browser(slow, OWNER) as owner, ThreadPoolExecutor(1) as pool:
        answer = pool.submit(owner.call, "GET", SSO)
        while slow.requests.count(path=SSO) == 0:
            time.sleep(0.01)
        slow.stop()
        assert answer.result(timeout=30).status_code == 200


@pytest.mark.parametrize("switches", COMBINATIONS, ids=lambda switches: "-".join(map(str, switches.values())))
def test_any_combination_shows_and_saves(sandbox: Sandbox, owner: Browser, switches: dict[str, str]) -> None:
    follow_guide(sandbox)
    sandbox.variants.update(switches)
    before = sandbox.justcall.settings
    if switches["page"] == "spa":
        assert owner.api("GET").status_code == 200
        good = owner.api("PUT", body={"issuer": "https://new.example"}).status_code == 200
    else:
        good = owner.save(issuer="https://new.example").says("status") == SAVED
    assert good == (switches["page_save"] != "errors")
    issuer = "https://new.example" if switches["page_save"] == "works" else before.issuer
    assert sandbox.justcall.settings == replace(before, issuer=issuer)
