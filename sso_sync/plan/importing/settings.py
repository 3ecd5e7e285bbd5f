"""JustCall's settings as wishes: what does not come from OneLogin, and what is only managed when it is named."""

from __future__ import annotations

from sso_sync.justcall.sealed import is_seal
from sso_sync.justcall.settings import SettingField, Settings, Unknown
from sso_sync.plan.importing.secrets import hidden
from sso_sync.plan.importing.trial import Wish
from sso_sync.plan.link import Unread
from sso_sync.spec.connection import SpecPath

__all__ = ["from_onelogin", "named", "unseen"]

_PATH: SpecPath = ("justcall", "sso")
_FED = (SettingField.SSO_URL, SettingField.ISSUER, SettingField.CERTIFICATE)


def from_onelogin(sp: Settings | Unread, connection: str) -> list[Wish]:
    """What JustCall takes from OneLogin, should it hold something else. What nobody can read has no value."""
    wishes = []
    for field in _FED:
        path = (*_PATH, field.value)
        knowledge = Unknown(sp.reason) if isinstance(sp, Unread) else sp.knowledge(field)
        if isinstance(knowledge, Unknown):
            wishes.append(Wish(path, (), f"justcall.sso.{field.value}", knowledge.reason))
        elif is_seal(knowledge.value):
            about = "attested in a form that can be compared, and not read"
            wishes.append(Wish(path, (), f"justcall.sso.{field.value}", about))
        else:
            value = hidden(knowledge.value or None, path, connection)
            wishes.append(Wish(path, (value,), f"justcall.sso.{field.value}"))
    return wishes


def named(sp: Settings | Unread) -> list[Wish]:
    """The switch, if it is on, and the default role: unmanaged until somebody names them."""
    if isinstance(sp, Unread):
        return []
    wishes = []
    if sp.value(SettingField.ENABLED) is True:
        wishes.append(Wish((*_PATH, "enabled"), (True,), about="SSO is on"))
    role = sp.value(SettingField.DEFAULT_ROLE)
    if isinstance(role, str) and role:
        wishes.append(Wish((*_PATH, "default_role"), (role,), about=f"the default role is {role!r}"))
    return wishes


def unseen(sp: Settings | Unread) -> list[str]:
    """The settings that nobody knows."""
    return [field.value for field in SettingField if isinstance(sp, Unread) or isinstance(sp.knowledge(field), Unknown)]
