"""The console's words for where a parameter takes its value from (§5.5)."""

from __future__ import annotations

from collections.abc import Iterable

from sso_sync.sandbox.onelogin.records import Parameter, User

__all__ = ["MACRO", "source_options", "source_word"]

MACRO = "_macro_"
_CUSTOM = "custom_attribute_"
_WORDS = {
    "email": "Email",
    "firstname": "First Name",
    "lastname": "Last Name",
    "username": "Username",
    "title": "Title",
    "department": "Department",
    "company": "Company",
    "phone": "Phone",
    "samaccountname": "SAM Account Name",
    "userprincipalname": "User Principal Name",
    "distinguished_name": "Distinguished Name",
    "member_of": "MemberOf",
    "external_id": "External ID",
    "none": "- No default -",
    MACRO: "- Macro -",
}


def source_options(parameter: Parameter | None, users: Iterable[User]) -> dict[str, str]:
    """Every source that can be chosen, with its word; the one that `parameter` has now is always among them."""
    custom = sorted({name for user in users for name in user.custom_attributes})
    options = {**_WORDS, **{f"{_CUSTOM}{name}": f"{name} (Custom)" for name in custom}}
    now = parameter.user_attribute_mappings if parameter is not None else None
    return options if now is None or now in options else {now: now, **options}


def source_word(parameter: Parameter) -> str:
    """What the table shows as the parameter's value."""
    source = parameter.user_attribute_mappings
    if source == MACRO:
        return f"Macro: {parameter.user_attribute_macros or ''}"
    if not source:
        return _WORDS["none"]
    return _WORDS.get(source, source.removeprefix(_CUSTOM))
