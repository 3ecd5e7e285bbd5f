"""What all pages have in common: which paths they have, what they may load, and what is kept of a visit."""

from __future__ import annotations

from importlib.resources import files

import pytest

from sso_sync.sandbox import Sandbox, follow_guide
from tests.sandbox.support import Http

from .support import ACS, API, OWNER, SSO, Browser

PATHS = ("/login", "/login/sso", "/apex/home", "/apex/settings", "/apex/settings/security", SSO)
STATIC = files("sso_sync.sandbox") / "pages" / "static" / "justcall"


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("rendering", ["native", "spa"])
def test_a_page_needs_nothing_but_its_own_service(sandbox: Sandbox, owner: Browser, path: str, rendering: str) -> None:
    sandbox.variants.update({"page": rendering})
    page = owner.open(path)
    assert (page.status, page.path) == (200, path)
    assert page.tree.xpath("//*[@style] | //style | //script[not(@src)] | //@*[starts-with(name(), 'on')]") == []
    assert all(str(link).startswith("/") for link in page.tree.xpath("//@src | //link/@href | //form/@action"))
    assert page.headers["content-security-policy"].startswith("default-src 'self'")
    assert page.headers["cache-control"] == "no-store"
    assert page.tree.get("lang") == "en"


@pytest.mark.parametrize("path", PATHS)
def test_what_a_page_loads_is_there(sandbox: Sandbox, owner: Browser, path: str) -> None:
    sandbox.variants.page = "spa"
    for link in owner.open(path).tree.xpath("//@src | //link/@href"):
        assert owner.call("GET", str(link)).status_code == 200, link


def test_static_files(browser: Browser) -> None:
    for file in STATIC.iterdir():
        answer = browser.call("GET", f"/static/{file.name}")
        assert (answer.status_code, answer.content) == (200, file.read_bytes())
        assert answer.headers["content-type"].split(";")[0] in {"text/css", "text/javascript", "image/svg+xml"}
        assert b"http://" not in answer.content.replace(b"http://www.w3.org/", b"")


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/apex/other"),
        ("POST", "/apex/home"),
        ("GET", "/static/other.css"),
        ("GET", "/static/..%2Fbase.css"),
        ("DELETE", SSO),
        ("GET", ACS),
        ("GET", "/login/"),
    ],
)
def test_other_paths_answer_as_an_api(sandbox: Sandbox, owner: Browser, method: str, path: str) -> None:
    assert owner.call(method, path).json() == {"status": "failed", "message": "Unauthorized"}
    with Http(sandbox.justcall_url, f"{sandbox.api_key}:{sandbox.api_secret}") as http:
        assert http.call(method, path).json() == {"status": "failed", "message": "Not found"}


@pytest.mark.parametrize("path", ["/apex/home", "/apex/settings", "/apex/settings/security", SSO])
def test_strangers_come_to_the_login_page(browser: Browser, path: str) -> None:
    answer = browser.call("GET", path)
    assert (answer.status_code, answer.headers["location"]) == (303, f"/login?next={path}")


@pytest.mark.parametrize("email", ["alice.adams@acme.example", "grace.green@acme.example"])
@pytest.mark.parametrize("rendering", ["native", "spa"])
def test_only_the_owner_sees_the_sso_settings(sandbox: Sandbox, email: str, rendering: str) -> None:
    sandbox.variants.update({"page": rendering})
    before = sandbox.snapshot()
    with Browser(sandbox, email) as other:
        assert other.open("/apex/settings/security").status == 200
        page = other.open(SSO)
        assert (page.status, page.heading) == (403, "You do not have permission to view this page")
        for method, path in (("POST", SSO), ("POST", f"{SSO}/test"), ("GET", API), ("PUT", API)):
            assert other.call(method, path).status_code == 403
    assert sandbox.snapshot() == before


@pytest.mark.parametrize("rendering", ["native", "spa"])
def test_no_permission(sandbox: Sandbox, owner: Browser, rendering: str) -> None:
    sandbox.variants.update({"page": rendering})
    sandbox.variants.page_access = "no_permission"
    assert owner.open("/apex/settings").status == 200
    page = owner.open(SSO)
    assert (page.status, page.heading) == (403, "You do not have permission to view this page")
    assert owner.call("GET", API).json()["message"] == "You do not have permission to view this page"


@pytest.mark.parametrize("rendering", ["native", "spa"])
def test_expired(sandbox: Sandbox, owner: Browser, rendering: str) -> None:
    sandbox.variants.update({"page": rendering})
    sandbox.variants.page_access = "expired"
    for path in ("/apex/settings", "/apex/settings/security", SSO):
        assert owner.open(path).path == f"/login?next={path}"
    assert owner.call("POST", SSO).headers["location"] == "/login?next=/apex/settings"
    assert owner.call("GET", API).status_code == 401
    assert owner.open("/apex/home").status == 200


def test_the_way_to_the_settings(owner: Browser) -> None:
    (security,) = owner.open("/apex/settings").tree.xpath("//a[normalize-space()='Security']/@href")
    (sso,) = owner.open(str(security)).tree.xpath("//a[normalize-space()='Single Sign-On']/@href")
    assert owner.open(str(sso)).heading == "Single Sign-On"


def test_security_says_what_is_on(sandbox: Sandbox, owner: Browser) -> None:
    badges = "//span[contains(@class, 'badge')]"
    assert owner.open("/apex/settings/security").words(badges) == ["Off", "On"]
    follow_guide(sandbox)
    assert owner.open("/apex/settings/security").words(badges) == ["On", "Owner only"]


def test_names_are_text_and_never_markup(sandbox: Sandbox) -> None:
    sandbox.justcall.add_user("x@acme.example", "<script>alert(1)</script>")
    with Browser(sandbox, "x@acme.example") as other:
        page = other.open("/apex/home")
    assert page.tree.xpath("//script") == []
    assert page.heading == "Welcome, <script>alert(1)</script>"


def test_no_secret_is_kept(sandbox: Sandbox, browser: Browser) -> None:
    follow_guide(sandbox)
    browser.sign_in()
    csrf = browser.open(SSO).csrf
    browser.save()
    browser.send(f"{SSO}/test", {"csrf": csrf})
    browser.call("POST", "/login/sso", data={"email": OWNER})
    browser.call("POST", ACS, data={"SAMLResponse": "c2VjcmV0", "RelayState": "/apex/home"})
    browser.call("GET", "/login?SAMLRequest=c2VjcmV0")
    browser.call("PUT", API, json={}, headers={"X-CSRF-Token": csrf})
    kept = repr(list(sandbox.requests))
    for secret in (csrf, browser.session.cookies["justcall_session"], "c2VjcmV0", "'sandbox'"):
        assert secret not in kept
    (saved,) = [request for request in sandbox.requests if request.path == SSO and request.method == "POST"]
    assert isinstance(saved.body, dict)
    assert (saved.body["csrf"], saved.body["enabled"], saved.is_write) == ("***", "on", True)


def test_a_session_outlives_the_process(tmp_path_factory: pytest.TempPathFactory) -> None:
    state = tmp_path_factory.mktemp("state") / "sandbox.db"
    with Sandbox(state=state) as first, Browser(first, OWNER) as owner:
        cookie = owner.session.cookies["justcall_session"]
    with Sandbox(state=state) as second, Browser(second) as again:
        again.session.cookies.set("justcall_session", cookie, domain="127.0.0.1")
        assert again.open("/apex/home").heading == "Welcome, Olivia Owner"
