"""Live states and specs drawn from small vocabularies, so that they meet: what one has, the other often wants."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from sso_sync.justcall.settings import SettingField, Unknown
from sso_sync.onelogin.ownership import mark
from sso_sync.spec.connection import Connection
from sso_sync.spec.model import UNMANAGED
from sso_sync.values import Json
from tests.plan.build import ACS, ENTITY, NAME, PEMS, connection, pem
from tests.plan.world import World, fresh, in_sync

__all__ = ["AREAS", "cases"]

AREAS = ("everything", "configuration", "parameters", "rules", "access", "justcall", "absent")

_OTHER_ACS = "https://other.example/acs?x=1"
_TEXTS = st.sampled_from(["", "a", "A & B", "Ünïcode", "https://x.example/login"])
_CUSTOM = ["email", "firstName", "lastName", "dept", "https://x.example/role"]
_SOURCES = st.sampled_from(["email", "firstname", "lastname", "department", "username"])
_RULES = ["one", "two", "three", "four"]
_EMAILS = ["ann@acme.example", "bob@acme.example", "CID@acme.example", "dora@acme.example", "eve@acme.example"]
_ROLES = ["JustCall Users", "Sales", "Ops"]


def _some(choices: list[str], most: int = 3) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(choices), unique=True, max_size=most)


def _or_unmanaged(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.one_of(strategy, strategy, st.just(UNMANAGED))


# Specs.

_CONFIGURATION = st.fixed_dictionaries(
    {},
    optional={
        "audience": _or_unmanaged(st.sampled_from([None, "JustCall", "other"])),
        "acs_url": _or_unmanaged(st.sampled_from([None, ACS, _OTHER_ACS])),
        "acs_url_validator": _or_unmanaged(st.sampled_from([None, "anchored", "guide", ".*", "^https://x/$"])),
        "recipient": _or_unmanaged(st.sampled_from([None, "", ACS])),
        "relay_state": _or_unmanaged(st.one_of(st.none(), _TEXTS)),
        "nameid_format": _or_unmanaged(st.sampled_from(["email", "transient", "persistent", "unspecified"])),
        "signature_algorithm": _or_unmanaged(st.sampled_from(["SHA-1", "SHA-256", "SHA-384"])),
        "signature_element": _or_unmanaged(st.sampled_from(["response", "assertion", "both"])),
        "encrypt_assertion": _or_unmanaged(st.booleans()),
        "not_before_minutes": _or_unmanaged(st.sampled_from([0, 3, 10])),
        "session_minutes": _or_unmanaged(st.sampled_from([0, 1440])),
        "initiator": _or_unmanaged(st.sampled_from(["onelogin", "service_provider"])),
        "login_url": _or_unmanaged(st.one_of(st.none(), _TEXTS)),
        "raw": st.dictionaries(
            st.sampled_from(["saml_issuer_type", "sign_slo_request", "new_key"]),
            st.sampled_from([None, "", "x", 0, 1, True, False, "1"]),
            max_size=2,
        ),
    },
)
_LONG_PARAMETER = st.fixed_dictionaries(
    {},
    optional={
        "include_in_assertion": st.booleans(),
        "skip_if_blank": st.booleans(),
        "label": st.sampled_from([None, "email", "Label & Co"]),
        "transformation": st.sampled_from([None, "", "none"]),
        "default_values": st.sampled_from([None, "", "x", ["x"], []]),
    },
).flatmap(
    lambda rest: st.sampled_from(["value", "macro", "neither"]).flatmap(
        lambda kind: {
            "value": st.one_of(st.none(), _SOURCES).map(lambda value: rest | {"value": value}),
            "macro": st.sampled_from([None, "{firstname}.{lastname}"]).map(lambda macro: rest | {"macro": macro}),
            "neither": st.just(rest),
        }[kind]
    )
)
_NAMEID = _or_unmanaged(st.one_of(st.none(), _SOURCES, st.just({"value": "username", "skip_if_blank": True})))
_PARAMETERS = st.tuples(
    st.dictionaries(
        st.sampled_from(_CUSTOM), _or_unmanaged(st.one_of(st.none(), _SOURCES, _LONG_PARAMETER)), max_size=4
    ),
    st.one_of(st.just({}), _NAMEID.map(lambda wish: {"nameid": wish})),
).map(lambda both: both[0] | both[1])
_RULE = st.fixed_dictionaries(
    {
        "actions": st.lists(
            st.sampled_from(
                [
                    {"action": "set_nameidvalue", "value": ["email"]},
                    {"action": "set_role", "value": [1, "2"], "expression": ".*"},
                    {"action": "set_groups"},
                ]
            ),
            min_size=1,
            max_size=2,
        )
    },
    optional={
        "match": st.sampled_from(["all", "any"]),
        "enabled": st.booleans(),
        "conditions": st.lists(
            st.sampled_from(
                [
                    {"source": "last_login", "operator": ">", "value": 90},
                    {"source": "has_role", "operator": "ri", "value": "12"},
                ]
            ),
            max_size=2,
        ),
    },
)


@st.composite
def _rules(draw: st.DrawFn) -> list[dict[str, Any]]:
    return [draw(_RULE) | {"name": name} for name in draw(_some(_RULES, 4))]


def _focused(about: str) -> st.SearchStrategy[dict[str, Any]]:
    """The app's part of a spec that speaks of one area only."""
    mode = st.sampled_from(["additive", "authoritative"])
    areas: dict[str, st.SearchStrategy[dict[str, Any]]] = {
        "configuration": st.fixed_dictionaries({"configuration": _CONFIGURATION}),
        "parameters": st.fixed_dictionaries({"parameters": _PARAMETERS, "parameters_mode": mode}),
        "rules": st.fixed_dictionaries({"rules": _rules()}),
    }
    return areas.get(about, st.just({}))


@st.composite
def _access(draw: st.DrawFn) -> dict[str, Any]:
    access: dict[str, Any] = {}
    if draw(st.booleans()):
        access["mode"] = draw(st.sampled_from(["authoritative", "additive"]))
    if draw(st.booleans()):
        access["roles"] = [draw(_role(name)) for name in draw(_some([*_ROLES, "Brand new"], 3))]
    for key, choices in (("users", _EMAILS), ("groups", ["Team", "Odd", "None"])):
        if draw(st.booleans()):
            access[key] = draw(st.one_of(st.none(), _some(choices)))
    if draw(st.booleans()):
        access["direct_role"] = draw(st.sampled_from(["Owned", "JustCall - direct access"]))
    return access


def _role(name: str) -> st.SearchStrategy[Any]:
    """A role in one of its forms; one that nobody has yet has to be created."""
    new = name == "Brand new"
    long = st.fixed_dictionaries(
        {"name": st.just(name), **({"create": st.just(True)} if new else {})},
        optional={**({} if new else {"create": st.just(True)}), "members": st.one_of(st.none(), _some(_EMAILS))},
    )
    return long if new else st.one_of(st.just(name), long)


_SSO = st.fixed_dictionaries(
    {},
    optional={
        "enabled": _or_unmanaged(st.booleans()),
        "default_role": _or_unmanaged(st.sampled_from([None, "Team Member", "Admin"])),
        "sso_url": _or_unmanaged(st.sampled_from([None, "https://own.example/sso"])),
        "issuer": _or_unmanaged(st.sampled_from([None, "own issuer"])),
        "certificate": _or_unmanaged(st.sampled_from([None, *map(pem, PEMS)])),
    },
)
_APP = st.fixed_dictionaries(
    {},
    optional={
        "name": st.sampled_from(["JustCall", "Calls & Co"]),
        "description": _or_unmanaged(st.one_of(st.none(), _TEXTS)),
        "visible": _or_unmanaged(st.booleans()),
        "policy": _or_unmanaged(st.sampled_from([None, "Strict", 72])),
        "brand": _or_unmanaged(st.sampled_from([None, "Acme", 82])),
        "tab": _or_unmanaged(st.sampled_from([None, 5])),
        "configuration": _CONFIGURATION,
        "parameters": _PARAMETERS,
        "parameters_mode": st.sampled_from(["additive", "authoritative"]),
        "rules": st.one_of(st.none(), _rules()),
        "certificate": _or_unmanaged(st.sampled_from([None, {"id": 101}, {"name": "one"}, {"name": "three"}])),
    },
)


@st.composite
def connections(draw: st.DrawFn) -> Connection:
    """A valid spec with any number of its keys, `state: present`."""
    over: dict[str, Any] = {}
    if draw(st.booleans()):
        over["justcall"] = {"service_provider": draw(st.sampled_from([{"acs_url": ACS}, {"entity_id": ENTITY}]))}
    if draw(st.booleans()):
        over["guards"] = {"require_login_proof": draw(st.booleans())}
    app = draw(_APP)
    if app.get("name", "JustCall") != "JustCall":
        app["previously"] = ["JustCall"]
    return connection(over, app=app, access=draw(_access()), sso=draw(_SSO))


def absent() -> st.SearchStrategy[Connection]:
    """A spec that takes everything away."""
    return st.builds(lambda access: connection({"state": "absent"}, access=access), _access())


def cases(about: str) -> st.SearchStrategy[tuple[World, Connection]]:
    """A live state and a spec about one area of AREAS; the fewer other things vary, the more often the two meet."""
    match about:
        case "everything":
            return st.tuples(worlds(), connections())
        case "absent":
            return st.tuples(worlds(), absent())
        case "access":
            return st.tuples(worlds("access"), st.builds(lambda access: connection(access=access), _access()))
        case "justcall":
            return st.tuples(worlds("justcall"), st.builds(lambda sso: connection(sso=sso), _SSO))
        case _:
            return st.tuples(worlds("app"), st.builds(lambda app: connection(app=app), _focused(about)))


# Live states.


@st.composite
def worlds(draw: st.DrawFn, about: str | None = None) -> World:
    """Anything from an account without the app to one that is nearly as it should be.

    `about`: only "app", "access" or "justcall" is not as the smallest spec wants it.
    """
    world = in_sync()
    for area, strategy in (("app", _app), ("access", _people), ("justcall", _justcall)):
        if area == about:
            draw(strategy(world))
    if about is not None:
        return world
    world.blank = draw(st.sampled_from(["as sent", "null", "absent"]))
    world.escaped, world.numbers, world.generic_issuer = (draw(st.booleans()) for _ in range(3))
    kind = draw(st.sampled_from(["as wanted", "adopted", "missing", "any", "any"]))
    if kind == "missing":
        world.app = None
    if kind == "any":
        draw(_app(world))
    if kind == "adopted" and world.app:
        world.app["notes"] = draw(st.sampled_from([None, "", "bought in 2019\nask Eve"]))
    draw(_people(world))
    draw(_justcall(world))
    return world


@st.composite
def _app(draw: st.DrawFn, world: World) -> None:
    app = fresh(500, "JustCall")
    world.app = app | {
        "notes": draw(st.sampled_from([None, "", mark(NAME), f"a note\n{mark(NAME)}"])),
        "visible": draw(st.booleans()),
        "description": draw(st.one_of(st.none(), _TEXTS)),
        "policy_id": draw(st.sampled_from([None, 71, 72])),
        "brand_id": draw(st.sampled_from([None, 81])),
        "tab_id": draw(st.sampled_from([None, 5, 6])),
    }
    app["configuration"] |= draw(
        st.fixed_dictionaries(
            {},
            optional={
                "audience": st.sampled_from([ENTITY, "other", "", None]),
                "consumer_url": st.sampled_from([ACS, _OTHER_ACS, "", None]),
                "recipient": st.sampled_from([ACS, "", None]),
                "validator": st.sampled_from([".*", r"^https:\/\/x\/$", "", "^https://x/$"]),
                "relaystate": _TEXTS,
                "saml_nameid_format_id": st.sampled_from(["0", "2", "9", None]),
                "signature_algorithm": st.sampled_from(["SHA-1", "SHA-348", "SHA-384"]),
                "saml_sign_element": st.sampled_from(["0", "1", None]),
                "encrypt_assertion": st.sampled_from(["0", "1", "", None]),
                "saml_notbefore": st.sampled_from(["3", "0", "", "soon"]),
                "saml_initiater_id": st.sampled_from(["0", "1", None]),
                "saml_issuer_type": st.sampled_from(["0", "1"]),
                "certificate_id": st.sampled_from([100, 101, 102]),
                "new_key": st.sampled_from(["x", "", None]),
            },
        )
    )
    names = draw(_some([*_CUSTOM, "surplus"], 5))
    for number, name in enumerate(names):
        held = draw(
            st.fixed_dictionaries(
                {
                    "label": st.sampled_from([name, "Label & Co"]),
                    "user_attribute_mappings": st.one_of(st.none(), st.just("_macro_"), _SOURCES),
                    "include_in_saml_assertion": st.booleans(),
                    "skip_if_blank": st.booleans(),
                    "default_values": st.sampled_from([None, "", "x", ["x"]]),
                },
                optional={
                    "user_attribute_macros": st.sampled_from([None, "", "{email}"]),
                    "attributes_transformations": st.sampled_from([None, "", "none"]),
                    "values": st.sampled_from([None, "v"]),
                    "provisioned_entitlements": st.booleans(),
                },
            )
        )
        app["parameters"][name] = held | {"id": 8100 + number}
    app["parameters"]["saml_username"]["user_attribute_mappings"] = draw(st.sampled_from([None, "email", "username"]))
    for number, name in enumerate(draw(st.lists(st.sampled_from([*_RULES, "surplus"]), max_size=5))):
        rule: dict[str, Json] = {"match": "all", "enabled": True, "conditions": []}
        world.rules.append(rule | draw(_RULE) | {"id": 700 + number, "name": name})


@st.composite
def _people(draw: st.DrawFn, world: World) -> None:
    people = st.lists(st.sampled_from(sorted(world.users)), unique=True, max_size=4)
    world.members = {role_id: draw(people) for role_id in world.roles}
    for role_id, name in ((14, "JustCall - direct access"), (15, "Surplus"), (16, "Owned")):
        if draw(st.booleans()):
            world.roles[role_id], world.members[role_id] = name, draw(people)
    if world.app:
        world.app["role_ids"] = draw(st.lists(st.sampled_from(sorted(world.roles)), unique=True))
        world.direct = set(draw(people))
    if draw(st.booleans()):
        world.users[draw(st.sampled_from(sorted(world.users)))]["status"] = 2


@st.composite
def _justcall(draw: st.DrawFn, world: World) -> None:
    world.settings |= draw(
        st.fixed_dictionaries(
            {},
            optional={
                SettingField.ENABLED: st.sampled_from([True, False, None]),
                SettingField.PROTOCOL: st.sampled_from(["SAML 2.0", None]),
                SettingField.SSO_URL: st.sampled_from([None, "", "https://own.example/sso"]),
                SettingField.ISSUER: st.sampled_from([None, "own issuer"]),
                SettingField.CERTIFICATE: st.sampled_from([None, *map(pem, PEMS), "no certificate"]),
                SettingField.DEFAULT_ROLE: st.sampled_from([None, "Team Member"]),
            },
        )
    )
    for setting in draw(st.lists(st.sampled_from(sorted(world.settings)), unique=True, max_size=2)):
        world.unknown[setting] = Unknown("not on the page")
        if draw(st.booleans()):
            del world.settings[setting]
