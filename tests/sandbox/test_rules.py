"""App rules and mappings: hidden when disabled, replaced as a whole, sorted all at once (fact sheet §8)."""

from __future__ import annotations

from typing import Any

import pytest

from sso_sync.sandbox import Sandbox

from .support import NOT_FOUND, Http

CONDITION = {"source": "last_login", "operator": ">", "value": "90"}
ACTION = {"action": "set_nameidvalue", "value": ["member_of"]}
RULE = {"name": "R", "match": "all", "enabled": True, "conditions": [CONDITION], "actions": [ACTION]}


@pytest.fixture
def app_id(sandbox: Sandbox) -> int:
    return sandbox.onelogin.add_app("JustCall").id


@pytest.fixture
def base(app_id: int) -> str:
    return f"/api/2/apps/{app_id}/rules"


def _shape_c(*fields: tuple[str, str]) -> dict[str, Any]:
    errors = [{"field": field, "message": [message]} for field, message in fields]
    return {"code": 422, "message": "Validation Failed", "errors": errors}


def _names(api: Http, base: str, **query: str) -> list[str]:
    return [rule["name"] for rule in api.get(base, **query).json()]


def _add(api: Http, base: str, *names: str, **fields: Any) -> list[int]:
    return [api.post(base, {**RULE, "name": name, **fields}).json()["id"] for name in names]


def test_create_and_read(api: Http, base: str) -> None:
    created = api.post(base, RULE)
    assert created.status_code == 201
    number = created.json()["id"]
    assert created.json() == {"id": number}
    expected = {"id": number, **RULE, "position": 1}
    assert api.get(f"{base}/{number}").json() == expected
    assert api.get(base).json() == [expected]


def test_regex_and_macro_are_kept(api: Http, base: str) -> None:
    action = {**ACTION, "expression": ".*", "scriplet": "s", "macro": "{email}"}
    (number,) = _add(api, base, "R", actions=[action])
    assert api.get(f"{base}/{number}").json()["actions"] == [action]


def test_disabled_rules_are_not_listed_unless_asked_for(api: Http, base: str) -> None:
    _add(api, base, "on")
    _add(api, base, "off", enabled=False)
    assert _names(api, base) == _names(api, base, enabled="true") == ["on"]
    assert _names(api, base, enabled="false") == ["off"]


def test_put_replaces_the_whole_rule(api: Http, base: str) -> None:
    (number,) = _add(api, base, "R")
    changed = {**RULE, "name": "S", "match": "any", "conditions": [], "actions": [{"action": "set_role", "value": []}]}
    answer = api.put(f"{base}/{number}", changed)
    assert (answer.status_code, answer.json()) == (200, {"id": number})
    assert api.get(f"{base}/{number}").json() == {"id": number, **changed, "position": 1}


@pytest.mark.parametrize("missing", sorted(RULE))
def test_partial_put_is_refused(api: Http, base: str, missing: str) -> None:
    (number,) = _add(api, base, "R")
    refused = api.put(f"{base}/{number}", {key: value for key, value in RULE.items() if key != missing})
    assert (refused.status_code, refused.json()) == (422, _shape_c((missing, "Missing data for required field")))


def test_put_may_require_the_position(sandbox: Sandbox, api: Http, base: str) -> None:
    (number,) = _add(api, base, "R")
    assert api.put(f"{base}/{number}", RULE).status_code == 200
    sandbox.variants.rule_put_requires_position = True
    assert api.put(f"{base}/{number}", RULE).status_code == 422
    assert api.put(f"{base}/{number}", {**RULE, "position": None}).status_code == 200


@pytest.mark.parametrize("field", ["id", "app_id"])
def test_ids_in_a_body_are_refused(api: Http, base: str, field: str) -> None:
    (number,) = _add(api, base, "R")
    expected = _shape_c((field, "Field is not allowed"))
    assert api.put(f"{base}/{number}", {**RULE, field: number}).json() == expected
    assert api.post(base, {**RULE, field: number}).json() == expected


@pytest.mark.parametrize(
    "change",
    [
        {"name": ""},
        {"name": None},
        {"match": "some"},
        {"enabled": "yes"},
        {"position": "first"},
        {"conditions": {}},
        {"conditions": ["x"]},
        {"conditions": [{**CONDITION, "value": 90}]},
        {"conditions": [{**CONDITION, "source": None}]},
        {"actions": None},
        {"actions": [{"action": 5, "value": []}]},
        {"actions": [{**ACTION, "value": "member_of"}]},
        {"actions": [{**ACTION, "value": [5]}]},
    ],
)
def test_bad_rules(sandbox: Sandbox, api: Http, base: str, app_id: int, change: dict[str, Any]) -> None:
    refused = api.post(base, {**RULE, **change})
    assert (refused.status_code, refused.json()["message"]) == (422, "Validation Failed")
    assert sandbox.onelogin.rules(app_id) == []


def test_unknown_role_in_an_action_is_a_bare_422(sandbox: Sandbox, api: Http, base: str) -> None:
    good = str(sandbox.onelogin.role("Everyone").id)
    assert api.post(base, {**RULE, "actions": [{"action": "set_role", "value": [good]}]}).status_code == 201
    refused = api.post(base, {**RULE, "actions": [{"action": "set_role", "value": ["1"]}]})
    assert (refused.status_code, refused.json()) == (422, {"code": 422, "message": "Validation Failed"})


def test_vocabulary_may_be_checked(sandbox: Sandbox, api: Http, base: str) -> None:
    strange = [
        {**RULE, "actions": [{"action": "set_moonphase", "value": []}]},
        {**RULE, "conditions": [{**CONDITION, "source": "moon"}]},
        {**RULE, "conditions": [{**CONDITION, "operator": "is like"}]},
    ]
    assert [api.post(base, rule).status_code for rule in strange] == [201, 201, 201]
    sandbox.variants.rules_check_vocabulary = True
    assert [api.post(base, rule).status_code for rule in strange] == [422, 422, 422]
    assert api.post(base, RULE).status_code == 201


def test_positions(api: Http, base: str) -> None:
    _add(api, base, "a", "b", "c")
    assert _names(api, base) == ["a", "b", "c"]
    _add(api, base, "first", position=1)
    _add(api, base, "last", position=None)
    assert _names(api, base) == ["first", "a", "b", "c", "last"]
    assert [rule["position"] for rule in api.get(base).json()] == [1, 2, 3, 4, 5]


def test_put_moves_a_rule(api: Http, base: str) -> None:
    ids = _add(api, base, "a", "b", "c")
    api.put(f"{base}/{ids[0]}", {**RULE, "name": "a", "position": None})
    assert _names(api, base) == ["b", "c", "a"]
    api.put(f"{base}/{ids[2]}", {**RULE, "name": "c", "position": 1})
    assert _names(api, base) == ["c", "b", "a"]
    api.put(f"{base}/{ids[2]}", {**RULE, "name": "c"})
    assert _names(api, base) == ["c", "b", "a"]


def test_delete_closes_the_gap(api: Http, base: str) -> None:
    ids = _add(api, base, "a", "b", "c")
    assert api.delete(f"{base}/{ids[1]}").status_code == 204
    assert [(rule["name"], rule["position"]) for rule in api.get(base).json()] == [("a", 1), ("c", 2)]
    assert api.delete(f"{base}/{ids[1]}").json() == NOT_FOUND


def test_sort(api: Http, base: str) -> None:
    ids = _add(api, base, "a", "b", "c")
    order = [ids[2], ids[0], ids[1]]
    answer = api.put(f"{base}/sort", order)
    assert (answer.status_code, answer.json()) == (200, order)
    assert _names(api, base) == ["c", "a", "b"]


def test_sort_needs_all_rules_disabled_ones_included(api: Http, base: str) -> None:
    ids = _add(api, base, "a", "b") + _add(api, base, "off", enabled=False)
    for bad in (ids[:2], [*ids, 1], [*ids, ids[0]], {"ids": ids}, [str(number) for number in ids]):
        assert api.put(f"{base}/sort", bad).status_code == 422
    assert api.put(f"{base}/sort", ids[::-1]).status_code == 200
    assert _names(api, base) == ["b", "a"]


def test_sort_may_refuse_disabled_rules(sandbox: Sandbox, api: Http, base: str) -> None:
    sandbox.variants.rules_sort = "enabled_only"
    ids = _add(api, base, "a", "b") + _add(api, base, "off", enabled=False)
    assert api.get(f"{base}/{ids[2]}").json()["position"] is None
    refused = api.put(f"{base}/sort", ids)
    assert refused.json() == _shape_c(("position", "Position cannot be set while the mapping is not enabled"))
    assert api.put(f"{base}/sort", ids[1::-1]).status_code == 200
    assert _names(api, base) == ["b", "a"]
    assert api.put(f"{base}/{ids[2]}", {**RULE, "enabled": False, "position": 1}).status_code == 422
    assert api.put(f"{base}/{ids[0]}", {**RULE, "name": "a", "enabled": False}).status_code == 200
    assert [rule["position"] for rule in sandbox.onelogin.rules("JustCall")] == [1, None, None]


def test_filters_by_condition_and_action(api: Http, base: str) -> None:
    _add(api, base, "login")
    _add(api, base, "role", conditions=[{"source": "has_role", "operator": "ri", "value": "5"}], actions=[])
    assert _names(api, base, has_condition="has_role:5") == _names(api, base, has_condition="*:5") == ["role"]
    assert _names(api, base, has_condition="has_role:*") == ["role"]
    assert _names(api, base, has_condition="has_role:6") == []
    assert _names(api, base, has_action="set_nameidvalue:member_of") == ["login"]
    assert _names(api, base, has_condition="last_login:90,has_role:5") == []


def test_vocabulary_endpoints(sandbox: Sandbox, api: Http, base: str, app_id: int) -> None:
    sandbox.onelogin.edit_parameter(app_id, "dept", label="Cost Centre")
    actions = {row["value"] for row in api.get(f"{base}/actions").json()}
    assert {"set_role", "set_nameidvalue", "set_costcentre"} <= actions
    assert {"last_login", "has_role"} <= {row["value"] for row in api.get(f"{base}/conditions").json()}
    assert {">", "ri"} <= {row["value"] for row in api.get(f"{base}/conditions/has_role/operators").json()}
    everyone = {"name": "Everyone", "value": str(sandbox.onelogin.role("Everyone").id)}
    assert everyone in api.get(f"{base}/conditions/has_role/values").json()
    assert everyone in api.get(f"{base}/actions/set_role/values").json()
    assert len(api.get(f"{base}/conditions/group/values").json()) == 2
    assert api.get(f"{base}/conditions/last_login/values").json() == []
    assert api.get(f"{base}/actions/set_nameidvalue/values").json() == []
    for path in ("conditions/moon/operators", "conditions/moon/values", "actions/moon/values"):
        assert api.get(f"{base}/{path}").json() == NOT_FOUND


def test_rules_of_other_apps_are_out_of_reach(sandbox: Sandbox, api: Http, base: str) -> None:
    other = sandbox.onelogin.add_rule("Wiki", "theirs")
    for method in ("GET", "PUT", "DELETE"):
        assert api.call(method, f"{base}/{other}", json=RULE).status_code == 404
    assert _names(api, base) == []
    assert api.get(f"{base}/x").status_code == 404
    assert api.get("/api/2/apps/1/rules").json() == NOT_FOUND


def test_mappings_are_the_same_engine(api: Http) -> None:
    base = "/api/2/mappings"
    ids = _add(api, base, "a", "b")
    assert api.put(f"{base}/sort", ids[::-1]).status_code == 200
    assert _names(api, base) == ["b", "a"]
    assert api.delete(f"{base}/{ids[0]}").status_code == 204
    assert _names(api, base) == ["b"]
    assert "add_role" in {row["value"] for row in api.get(f"{base}/actions").json()}


def test_sort_body_that_is_no_json(api: Http, base: str) -> None:
    assert api.call("PUT", f"{base}/sort", data=b"[1,").headers["content-type"] == "text/html"
