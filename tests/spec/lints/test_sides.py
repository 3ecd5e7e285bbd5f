from __future__ import annotations

from pathlib import Path

import pytest

from tests.spec.support import HEAD, connection, diagnostics, said, warnings

ACME = "onelogin: {subdomain: acme}\n"
BROWSER = "justcall: {driver: browser}\n"


# the sandbox


@pytest.mark.parametrize(
    ("text", "where", "key"),
    [
        ("onelogin: {subdomain: acme}", "4:23", "onelogin.subdomain"),
        ("onelogin: {url: https://acme.onelogin.com}", "4:17", "onelogin.url"),
        ("onelogin: {url: http://127.0.0.1:9}", "4:17", "onelogin.url"),
        ("justcall: {url: https://gw.example}", "4:17", "justcall.url"),
        ("justcall: {users_url: https://api.justcall.io}", "4:23", "justcall.users_url"),
    ],
)
def test_a_sandbox_names_nothing_outside(tmp_path: Path, text: str, where: str, key: str) -> None:
    (only,) = diagnostics(tmp_path, HEAD + "sandbox: true\n" + text + "\n")
    assert said((only,)) == [f"{where} `sandbox: true` and `{key}` contradict each other"]
    assert only.next_action == f"Remove `{key.split('.')[1]}` to rehearse, or `sandbox` for the real thing."


def test_a_sandbox_needs_nothing(tmp_path: Path) -> None:
    assert warnings(tmp_path, HEAD + "sandbox: true\n") == ()


@pytest.mark.parametrize("driver", ["browser", "http", "attested"])
def test_a_sandbox_may_rehearse_a_driver(tmp_path: Path, driver: str) -> None:
    assert warnings(tmp_path, HEAD + f"sandbox: true\njustcall: {{driver: {driver}}}\n") == ()


def test_a_base_may_be_undone_for_the_sandbox(tmp_path: Path) -> None:
    (tmp_path / "base.yaml").write_text(ACME + "justcall: {driver: http, url: https://gw.example}\n")
    text = HEAD + "extends: base.yaml\nsandbox: true\nonelogin: {subdomain: null}\njustcall: {url: null}\n"
    assert connection(tmp_path, text).spec.sandbox


# OneLogin's address


def test_onelogin_has_to_be_named(tmp_path: Path) -> None:
    (only,) = diagnostics(tmp_path, HEAD + "onelogin:\n  app: {name: X}\n" + BROWSER)
    assert said((only,)) == ["3:1 The spec does not say which OneLogin account"]


def test_onelogin_has_to_be_named_although_there_is_no_section(tmp_path: Path) -> None:
    (only,) = diagnostics(tmp_path, HEAD + BROWSER)
    assert said((only,)) == ["1:1 The spec does not say which OneLogin account"]


def test_onelogin_is_named_once(tmp_path: Path) -> None:
    text = HEAD + "onelogin:\n  subdomain: acme\n  url: https://acme.onelogin.com\n" + BROWSER
    (only,) = diagnostics(tmp_path, text)
    assert said((only,)) == ["5:8 `onelogin.url` and `onelogin.subdomain` exclude each other"]
    assert only.detail == f"`subdomain` is at {tmp_path}/spec.yaml:4:14."


@pytest.mark.parametrize(
    "url",
    [
        "https://acme.onelogin.com",
        "https://acme.onelogin.com/",
        "http://127.0.0.1:8000",
        "http://localhost",
        "'http://[::1]:8000'",
    ],
)
def test_addresses_that_are_fine(tmp_path: Path, url: str) -> None:
    assert warnings(tmp_path, HEAD + f"onelogin: {{url: {url} }}\n" + BROWSER) == ()


@pytest.mark.parametrize("key", ["onelogin.url", "justcall.url", "justcall.users_url"])
@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("http://acme.onelogin.com", "http is allowed only on loopback (127.0.0.1, ::1, localhost)."),
        ("https://user:hunter2@acme.onelogin.com", "A URL must not hold a user name or password"),
        ("https://acme.onelogin.com/?a=b", "must be a plain address, without query, fragment or spaces."),
        ("https://acme.onelogin.com:port", "This is not a URL"),
    ],
)
def test_addresses_that_are_refused(tmp_path: Path, key: str, url: str, why: str) -> None:
    side, name = key.split(".")
    other = BROWSER if side == "onelogin" else ACME
    rest = "" if side == "onelogin" else ", driver: browser"
    (only,) = diagnostics(tmp_path, HEAD + f"{side}: {{{name}: '{url}'{rest}}}\n" + other)
    assert only.summary == f"`{key}` cannot be used"
    assert why in (only.detail or "")
    assert "hunter2" not in str(only)


def test_onelogins_address_has_no_path(tmp_path: Path) -> None:
    (only,) = diagnostics(tmp_path, HEAD + "onelogin: {url: https://acme.onelogin.com/admin2}\n" + BROWSER)
    assert only.summary == "`onelogin.url` is the address of the account, without a path"


def test_a_gateway_may_have_a_path(tmp_path: Path) -> None:
    assert warnings(tmp_path, HEAD + ACME + "justcall: {driver: http, url: https://gw.example/justcall}\n") == ()


# the driver


def test_justcall_needs_a_way_in(tmp_path: Path) -> None:
    (only,) = diagnostics(tmp_path, HEAD + ACME + "justcall:\n  sso: {enabled: false}\n")
    assert said((only,)) == ["4:1 The spec does not say how JustCall is reached"]


def test_the_http_driver_needs_a_url(tmp_path: Path) -> None:
    (only,) = diagnostics(tmp_path, HEAD + ACME + "justcall: {driver: http}\n")
    assert said((only,)) == ["4:20 The http driver needs `justcall.url`"]


def test_the_attested_driver_needs_justcalls_values(tmp_path: Path) -> None:
    found = diagnostics(tmp_path, HEAD + ACME + "justcall: {driver: attested}\n")
    assert said(found) == [
        "4:11 The attested driver needs `justcall.service_provider.acs_url`",
        "4:11 The attested driver needs `justcall.service_provider.entity_id`",
    ]


def test_the_attested_driver_with_one_value(tmp_path: Path) -> None:
    text = HEAD + ACME + "justcall:\n  driver: attested\n  service_provider: {entity_id: JustCall}\n"
    assert said(diagnostics(tmp_path, text)) == [
        "6:21 The attested driver needs `justcall.service_provider.acs_url`",
    ]


def test_taking_down_needs_no_values_of_justcall(tmp_path: Path) -> None:
    assert warnings(tmp_path, HEAD + "state: absent\n" + ACME + "justcall: {driver: attested}\n") == ()


# the page map


def test_a_gateway_has_no_page(tmp_path: Path) -> None:
    text = HEAD + ACME + "justcall:\n  driver: http\n  url: https://gw.example\n  page_map: page.yaml\n"
    (only,) = warnings(tmp_path, text)
    assert said((only,)) == ["7:13 `justcall.page_map` is not used by the http driver"]
    assert warnings(tmp_path, text.replace("page.yaml", "null")) == ()


@pytest.mark.parametrize("driver", ["browser", "attested"])
def test_a_page_map_is_used_by_a_browser_and_by_a_person(tmp_path: Path, driver: str) -> None:
    assert warnings(tmp_path, HEAD + f"sandbox: true\njustcall: {{driver: {driver}, page_map: page.yaml}}\n") == ()
