"""The kinds of values that the models are made of: constraints, what a message calls them, and which are secret."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BeforeValidator, Field, WithJsonSchema

from sso_sync.marked.annotations import Noun, Secret

__all__ = [
    "AppName",
    "BrandName",
    "ConnectionName",
    "ConnectorName",
    "Day",
    "Days",
    "Email",
    "FileName",
    "GroupName",
    "Id",
    "Minutes",
    "PolicyName",
    "RefPattern",
    "RoleName",
    "SecretText",
    "Subdomain",
    "Text",
    "Url",
    "UserField",
    "Word",
]


def _scalar_text(value: Any) -> Any:
    """YAML reads `90` and `true` as number and boolean where OneLogin wants the words; both spellings are meant."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, int | float) else value


Text = Annotated[str, Field(min_length=1)]
Email = Annotated[
    str,
    Field(pattern=r"^[^@\s]+@[^@\s]+$", description="An e-mail address; case does not matter."),
    Noun("an e-mail address", "e-mail addresses"),
]
Minutes = Annotated[int, Field(ge=0, le=525600), Noun("a number of minutes", "numbers of minutes")]
Days = Annotated[int, Field(ge=0), Noun("a number of days", "numbers of days")]
Day = Annotated[str, Field(pattern=r"^\d{4}-\d{2}-\d{2}$"), Noun("a date (2026-12-31)", "dates")]
Word = Annotated[str, BeforeValidator(_scalar_text), WithJsonSchema({"type": ["string", "number", "boolean"]})]
Url = Annotated[str, Field(pattern=r"^https?://\S+$"), Noun("a URL (https://…)", "URLs")]
# OneLogin answers 422 to an id of 0 (fact sheet §5.3); null is what unassigns.
Id = Annotated[int, Field(ge=1), Noun("an id", "ids")]
FileName = Annotated[Text, Noun("the name of a file", "names of files")]
RefPattern = Annotated[
    str, Field(pattern=r"^refs/\S+$"), Noun("a ref (refs/heads/main, refs/heads/release/*)", "refs (refs/heads/main)")
]
RoleName = Annotated[Text, Noun("a role name", "role names")]
GroupName = Annotated[Text, Noun("a group name", "group names")]
AppName = Annotated[Text, Noun("an app name", "app names")]
PolicyName = Annotated[Text, Noun("a policy name", "policy names")]
BrandName = Annotated[Text, Noun("a brand name", "brand names")]
ConnectorName = Annotated[Text, Noun("a connector name", "connector names")]
UserField = Annotated[Text, Noun("a OneLogin user field (such as email)", "OneLogin user fields")]
Subdomain = Annotated[
    str, Field(pattern=r"^[a-z0-9][a-z0-9-]*$"), Noun("a subdomain (acme for https://acme.onelogin.com)", "subdomains")
]
ConnectionName = Annotated[
    str,
    Field(pattern=r"^[a-z0-9]([a-z0-9-]*[a-z0-9])?$", max_length=63),
    Noun("a name of lower-case letters, digits and inner hyphens", "names"),
]
SecretText = Annotated[str, Secret(), Noun("!env NAME", "!env NAME")]
