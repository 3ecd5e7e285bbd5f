"""Both services in memory: what they hold, what a reader would see of it, and what each write does to it.

Only the planner is on trial here, so the model is the simplest that keeps OneLogin's and JustCall's documented manners
(fact sheet onelogin-api §5 to §8): PUTs merge, a label is set once, rules have places, blanks read back in three ways.
"""

from __future__ import annotations

import copy
import html
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from sso_sync.justcall.port import ServiceProvider
from sso_sync.justcall.settings import Knowledge, Observed, SettingField, Settings, TestResult, Unknown
from sso_sync.onelogin.models import App, Person, Role, Rule
from sso_sync.onelogin.ownership import mark, owner
from sso_sync.onelogin.state import FoundBy, LiveIdp, Scope
from sso_sync.onelogin.writer import Writer
from sso_sync.plan.model import Plan
from sso_sync.plan.planner import Sides, draft, finish
from sso_sync.plan.scope import scope
from sso_sync.spec.connection import Connection
from sso_sync.values import Json, Permit
from tests.plan.build import ACS, ENTITY, NAME, NOW, PEMS, pem

__all__ = ["World", "WorldDriver", "WorldWriter", "fresh", "in_sync"]

Blank = Literal["as sent", "null", "absent"]

_CONFIGURATION: dict[str, Json] = {
    "relaystate": None,
    "audience": None,
    "recipient": None,
    "validator": None,
    "consumer_url": None,
    "logout_url": None,
    "login": None,
    "saml_notbefore": "3",
    "saml_notonorafter": "3",
    "saml_sessionnotonorafter": "1440",
    "saml_initiater_id": "0",
    "saml_nameid_format_id": "0",
    "saml_issuer_type": "0",
    "saml_sign_element": "0",
    "encrypt_assertion": "0",
    "signature_algorithm": "SHA-1",
    "sign_slo_request": "1",
}
_FRESH_PARAMETER: dict[str, Json] = {
    "user_attribute_mappings": None,
    "user_attribute_macros": None,
    "attributes_transformations": None,
    "default_values": None,
    "values": None,
    "skip_if_blank": False,
    "provisioned_entitlements": False,
    "include_in_saml_assertion": False,
    "safe_entitlements_enabled": False,
}


@dataclass
class World:
    """Everything that both services hold. `blank`, `escaped` and `numbers` say how OneLogin answers."""

    app: dict[str, Any] | None = None
    rules: list[dict[str, Any]] = field(default_factory=list)
    roles: dict[int, str] = field(default_factory=dict)
    members: dict[int, list[int]] = field(default_factory=dict)
    users: dict[int, dict[str, Any]] = field(default_factory=dict)
    groups: dict[str, list[int]] = field(default_factory=dict)
    policies: dict[str, int] = field(default_factory=lambda: {"Strict": 71, "Lax": 72})
    brands: dict[str, int] = field(default_factory=lambda: {"Acme": 81})
    direct: set[int] = field(default_factory=set)
    settings: dict[SettingField, Json] = field(default_factory=dict)
    unknown: dict[SettingField, Unknown] = field(default_factory=dict)
    by_hand: bool = False
    blank: Blank = "as sent"
    escaped: bool = False
    numbers: bool = False
    generic_issuer: bool = False
    test_ok: bool = True
    next_id: int = 9000

    def clone(self) -> World:
        return copy.deepcopy(self)

    def new_id(self) -> int:
        self.next_id += 1
        return self.next_id

    def role_id(self, name: str) -> int:
        return next(role_id for role_id, other in self.roles.items() if other == name)

    # What a reader sees.

    def sides(self, connection: Connection) -> Sides:
        return Sides(self.idp(scope(connection.spec)), self.sp(), by_hand=self.by_hand)

    def plan(self, connection: Connection, overrides: frozenset[str] = frozenset()) -> Plan:
        """What the planner makes of this world, with all the reading that it asks for."""
        made = draft(connection, self.sides(connection))
        members = {name: self.people(self.members[role_id]) for name, role_id in made.roles_to_read.items()}
        return finish(made, plan_id="plan-1", created_at=NOW, members=members, overrides=overrides)

    def sp(self) -> Settings:
        known: dict[SettingField, Knowledge] = {
            setting: Observed(value, NOW) for setting, value in self.settings.items()
        }
        return Settings(known | self.unknown)

    def idp(self, asked: Scope) -> LiveIdp:
        app = App.model_validate(self.shown()) if self.app else None
        roles = tuple(Role(id=role_id, name=name) for role_id, name in self.roles.items())
        return LiveIdp(
            app=app,
            found_by=self._found_by(app, asked),
            owner=owner(app.notes) if app else None,
            rules=self._rules() if asked.rules else None,
            roles=roles,
            members={
                role.name: self.people(self.members[role.id]) for role in roles if role.name in asked.member_roles
            },
            people={person.key: person for person in self.people(self.users) if person.key in asked.people},
            group_members={name: self.people(ids) for name, ids in self.groups.items() if name in asked.groups},
            connector_id=110016,
            policy_id=self.policies.get(asked.policy or ""),
            brand_id=self.brands.get(asked.brand or ""),
            certificate_id=next((100 + n for n, name in enumerate(PEMS) if name == asked.certificate), None),
            direct_grants=self.by_hand_only() if asked.direct_grants else None,
        )

    def _found_by(self, app: App | None, asked: Scope) -> FoundBy | None:
        if app is None:
            return None
        if asked.app_id == app.id:
            return FoundBy.ID
        if owner(app.notes) == asked.connection:
            return FoundBy.MARK
        return FoundBy.NAME if app.name == asked.app_name else FoundBy.PREVIOUS_NAME

    def people(self, ids: Iterable[int]) -> tuple[Person, ...]:
        return tuple(Person.model_validate(self.users[identity]) for identity in ids)

    def reached(self) -> set[int]:
        """Who has the app through a role."""
        ids = self.app["role_ids"] if self.app else []
        return {identity for role_id in ids for identity in self.members.get(role_id, ())}

    def by_hand_only(self) -> tuple[Person, ...]:
        return self.people(sorted(self.direct - self.reached())) if self.app else ()

    def shown(self) -> dict[str, Any]:
        """The app as OneLogin answers it."""
        app = copy.deepcopy(self.app or {})
        number = app["configuration"].pop("certificate_id")
        blank = {key: None if value in (None, "") else value for key, value in app["configuration"].items()}
        if self.blank == "absent":
            blank = {key: value for key, value in blank.items() if value is not None}
        if self.blank != "as sent":
            app["configuration"] = blank
        if self.numbers:
            app["configuration"] = {
                key: int(value) if isinstance(value, str) and value.isdigit() else value
                for key, value in app["configuration"].items()
            }
        if self.escaped:
            app |= {key: html.escape(app[key]) for key in ("name", "description", "notes") if app[key]}
        name = PEMS[number - 100]
        app["configuration"]["certificate_id"] = number
        app["sso"] = self._sso(app) | {"certificate": {"id": number, "name": name, "value": pem(name)}}
        return app

    def _sso(self, app: Mapping[str, Any]) -> dict[str, Any]:
        generic = self.generic_issuer and str(app["configuration"].get("saml_issuer_type")) == "1"
        return {
            "acs_url": f"https://acme.onelogin.com/trust/saml2/http-post/sso/{app['id']}",
            "issuer": f"https://app.onelogin.com/saml/metadata/{'acme' if generic else app['id']}",
            "metadata_url": f"https://app.onelogin.com/saml/metadata/{app['id']}",
        }

    def _rules(self) -> tuple[Rule, ...]:
        enabled = [rule for rule in self.rules if rule["enabled"]]
        places = {rule["id"]: place for place, rule in enumerate(enabled, start=1)}
        return tuple(Rule.model_validate({**rule, "position": places.get(rule["id"])}) for rule in self.rules)


class WorldWriter(Writer):
    """OneLogin's answers to writes. Rules that are on keep their order in the list; a place is counted among them."""

    def __init__(self, world: World) -> None:  # no client: the world is the other end
        self.world = world

    @property
    def _app(self) -> dict[str, Any]:
        assert self.world.app is not None
        return self.world.app

    def _seen(self) -> App:
        return App.model_validate(self.world.shown())

    def create_app(self, body: Mapping[str, Json]) -> App:
        assert self.world.app is None, "a second app of one connection"
        self.world.app = fresh(self.world.new_id(), str(body["name"]))
        return self.update_app(self._app["id"], {key: value for key, value in body.items() if key != "connector_id"})

    def update_app(self, app_id: int, body: Mapping[str, Json]) -> App:
        assert app_id == self._app["id"]
        configuration = body.get("configuration", {})
        assert isinstance(configuration, Mapping)
        for key, value in configuration.items():
            assert isinstance(value, int if key == "certificate_id" else str), f"{key} goes out as {value!r}"
            self._app["configuration"][key] = value
        for key, value in body.items():
            assert key in self._app, f"{key} is no key of an app"
            if key != "configuration":
                self._app[key] = value
        return self._seen()

    def put_parameters(
        self, app_id: int, changes: Mapping[str, Mapping[str, Json]], before: Mapping[str, Mapping[str, Json]]
    ) -> App:
        assert changes.keys() == before.keys()
        for name, fields in changes.items():
            known = self._app["parameters"].get(name)
            assert known is not None or not before[name], f"{name} is taken to be there"
            if known is None:
                known = {"id": self.world.new_id(), "label": fields.get("label") or name, **_FRESH_PARAMETER}
                self._app["parameters"][name] = known
            known |= {key: value for key, value in fields.items() if key != "label"}
        return self._seen()

    def delete_parameter(self, app_id: int, parameter_id: int) -> None:
        parameters = self._app["parameters"]
        (name,) = (name for name, held in parameters.items() if held["id"] == parameter_id)
        assert name != "saml_username", "not allowed to destroy Parameter"
        del parameters[name]

    def create_rule(self, app_id: int, body: Mapping[str, Json]) -> int:
        identity = self.world.new_id()
        self.world.rules.append({**body, "id": identity})
        return identity

    def update_rule(self, app_id: int, rule_id: int, body: Mapping[str, Json]) -> None:
        (index,) = (index for index, rule in enumerate(self.world.rules) if rule["id"] == rule_id)
        former = self.world.rules.pop(index)
        rule = {**body, "id": rule_id}
        place = body["position"] if body["enabled"] and former["enabled"] else None
        others = [rule for rule in self.world.rules if rule["enabled"]]
        if isinstance(place, int) and place <= len(others):
            self.world.rules.insert(self.world.rules.index(others[place - 1]), rule)
        else:
            self.world.rules.append(rule)

    def delete_rule(self, app_id: int, rule_id: int) -> None:
        self.world.rules = [rule for rule in self.world.rules if rule["id"] != rule_id]

    def sort_rules(self, app_id: int, names: Sequence[str]) -> None:
        order = {name: place for place, name in reversed(list(enumerate(names)))}
        self.world.rules.sort(key=lambda rule: order.get(rule["name"], len(names)))

    def create_role(self, name: str) -> int:
        assert name not in self.world.roles.values(), f"a second role {name!r}"
        identity = self.world.new_id()
        self.world.roles[identity], self.world.members[identity] = name, []
        return identity

    def delete_role(self, role_id: int) -> None:
        del self.world.roles[role_id], self.world.members[role_id]
        if self.world.app:
            self._app["role_ids"] = [other for other in self._app["role_ids"] if other != role_id]

    def add_members(self, role_id: int, user_ids: Sequence[int]) -> None:
        members = self.world.members[role_id]
        assert not set(members) & set(user_ids), "somebody is added who is a member"
        members.extend(user_ids)

    def remove_members(self, role_id: int, user_ids: Sequence[int]) -> None:
        assert set(user_ids) <= set(self.world.members[role_id]), "somebody is removed who is no member"
        self.world.members[role_id] = [user for user in self.world.members[role_id] if user not in user_ids]

    def set_app_roles(self, app_id: int, attach: Collection[int], detach: Collection[int]) -> App:
        assert set(attach) | set(detach) <= self.world.roles.keys()
        kept = [role for role in self._app["role_ids"] if role not in detach]
        self._app["role_ids"] = kept + [role for role in attach if role not in kept]
        return self._seen()

    def delete_app(self, app_id: int) -> None:
        assert app_id == self._app["id"]
        self.world.app, self.world.rules = None, []


class WorldDriver(ServiceProvider):
    """JustCall's answers. `enabled_at` keeps what was set when SSO was switched on."""

    label, how, evidence = "JustCall in memory", "http", None

    def __init__(self, world: World) -> None:
        self.world = world
        self.writes: list[dict[SettingField, Json]] = []

    @property
    def automatic(self) -> bool:
        return not self.world.by_hand

    def writable(self, evidence: Callable[[], Path], permit: Permit | None = None) -> WorldDriver:
        return self

    def hurried(self) -> WorldDriver:
        return self

    def close(self) -> None:
        """Nothing is open."""

    def read(self) -> Settings:
        return self.world.sp()

    def write(self, changes: Mapping[SettingField, Json]) -> Settings:
        assert changes, "an empty write"
        assert self.automatic, "only a person can write here"
        self.writes.append(dict(changes))
        self.world.settings |= changes
        for setting in changes:
            self.world.unknown.pop(setting, None)
        return self.read()

    def test(self) -> TestResult:
        return TestResult(self.world.test_ok, "OK" if self.world.test_ok else "Invalid audience")


def fresh(identity: int, name: str) -> dict[str, Any]:
    """An app as OneLogin makes it from a name and a connector (fact sheet §5.3)."""
    nameid: dict[str, Json] = {
        key: value
        for key, value in _FRESH_PARAMETER.items()
        if key not in ("include_in_saml_assertion", "safe_entitlements_enabled")
    }
    return {
        "id": identity,
        "name": name,
        "connector_id": 110016,
        "visible": False,
        "description": None,
        "notes": None,
        "policy_id": None,
        "brand_id": None,
        "tab_id": None,
        "role_ids": [],
        "configuration": {**_CONFIGURATION, "certificate_id": 100},
        "parameters": {"saml_username": {"id": 8000, "label": "NameID value", **nameid}},
    }


def _parameter(identity: int, name: str, source: str) -> dict[str, Any]:
    held: dict[str, Any] = {"id": identity, "label": name, **_FRESH_PARAMETER}
    return held | {"user_attribute_mappings": source, "include_in_saml_assertion": True}


def in_sync() -> World:
    """Both sides as the smallest spec wants them, with some things beside that nobody manages."""
    app = fresh(500, "JustCall") | {"notes": mark(NAME), "visible": True, "role_ids": [11]}
    app["configuration"] |= {
        "audience": ENTITY,
        "consumer_url": ACS,
        "recipient": ACS,
        "validator": r"^https:\/\/bifrost\.justcall\.io\/passport\/login\/callback$",
    }
    app["parameters"]["saml_username"]["user_attribute_mappings"] = "email"
    for number, (name, source) in enumerate(
        {"email": "email", "firstName": "firstname", "lastName": "lastname"}.items()
    ):
        app["parameters"][name] = _parameter(8001 + number, name, source)
    people = ("ann", "Bob", "cid", "dora", "eve", "fay")
    users = {
        number: {"id": number, "email": f"{name}@acme.example", "status": 1} for number, name in enumerate(people, 1)
    }
    users[7] = {"id": 7, "email": None, "status": 1}
    world = World(
        app=app,
        roles={11: "JustCall Users", 12: "Sales", 13: "Ops"},
        members={11: [1, 2], 12: [2, 3], 13: []},
        users=users,
        groups={"Team": [3, 4], "Odd": [5, 7], "None": []},
    )
    sso = world._sso(app)
    world.settings = {
        SettingField.ENABLED: True,
        SettingField.PROTOCOL: "SAML 2.0",
        SettingField.ACS_URL: ACS,
        SettingField.ENTITY_ID: ENTITY,
        SettingField.SSO_URL: sso["acs_url"],
        SettingField.ISSUER: sso["issuer"],
        SettingField.CERTIFICATE: pem(PEMS[0]),
        SettingField.DEFAULT_ROLE: "Team Member",
        SettingField.VERIFIED_DOMAINS: ["acme.example"],
    }
    return world
