"""Whatever the records hold and whatever is sent, a page is answered, never with a bug of the sandbox's own."""

from __future__ import annotations

from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sso_sync.sandbox import Sandbox
from sso_sync.sandbox.onelogin.configuration import SAML_ADVANCED_KEYS
from sso_sync.sandbox.onelogin.records import App
from tests.sandbox.support import Http

from .browser import ALICE, Browser

# Half of a surrogate pair is no text that a client could send.
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
words = st.sampled_from(["", "0", "1", "none", "_macro_", "email", "{", "459456", "SHA-256", "x" * 300])
values = st.one_of(st.none(), st.booleans(), st.integers(-9, 10**20), st.floats(-9, 9), texts, words)
deep = st.one_of(values, st.lists(values, max_size=2), st.dictionaries(texts, values, max_size=2))
parameters = st.dictionaries(
    st.one_of(texts, st.sampled_from(["saml_username", "email"])),
    st.dictionaries(
        st.sampled_from(["label", "user_attribute_mappings", "user_attribute_macros", "values", "default_values"]),
        deep,
        max_size=3,
    ),
    max_size=2,
)
bodies = st.fixed_dictionaries(
    {},
    optional={
        "name": texts,
        "description": values,
        "visible": st.booleans(),
        "configuration": st.dictionaries(st.sampled_from(sorted(SAML_ADVANCED_KEYS)), values, max_size=3),
        "parameters": parameters,
    },
)
FIELDS = [
    "name",
    "description",
    "source",
    "macro",
    "include",
    "role",
    "user",
    "certificate_id",
    "audience",
    "validator",
]
forms = st.dictionaries(st.sampled_from(FIELDS), st.one_of(texts, words), max_size=4)
TABS = ["info", "configuration", "parameters/new", "sso", "access"]
some = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


@some
@given(body=bodies)
def test_pages_show_whatever_the_api_stored(
    sandbox: Sandbox, admin: Browser, api: Http, app: App, body: dict[str, Any]
) -> None:
    api.put(f"/api/2/apps/{app.id}", body)
    stored = sandbox.onelogin.app(app.id).parameters.values()
    for tab in (*TABS, "parameters", *(f"parameters/{parameter.id}" for parameter in stored)):
        assert admin.open(f"/admin/apps/{app.id}/{tab}").status == 200
    with Browser(sandbox.onelogin_url) as alice:
        alice.sign_in(ALICE)
        assert alice.open("/portal").status == 200
        assert alice.open(f"/launch/{app.id}").status in (200, 400)
    assert sandbox.bugs == []


@some
@given(tab=st.sampled_from(TABS), form=forms)
def test_a_refused_form_changes_nothing(
    sandbox: Sandbox, admin: Browser, app: App, tab: str, form: dict[str, str]
) -> None:
    path = f"/admin/apps/{app.id}/{tab}"
    csrf = admin.open(path).document.xpath("//input[@name='csrf']")[0].get("value")
    before = sandbox.snapshot()
    sent = admin.call("POST", path, data={**form, "csrf": csrf})
    assert sent.status in (303, 422)
    assert sent.status == 303 or sandbox.snapshot() == before
    assert sandbox.bugs == []
