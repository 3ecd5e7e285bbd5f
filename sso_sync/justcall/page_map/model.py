"""The page map, version 1, as frozen models: where JustCall's settings are and by which names its elements are known.

No official source confirms a single label (fact sheet justcall §0), so nothing here has a default in code: the built-in
values stand in `default.yaml`, and a user's file is laid over them. Names are candidates in order: the first one that
matches anything decides.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from sso_sync.justcall.page_map.roles import Role
from sso_sync.justcall.settings import SettingField
from sso_sync.marked.annotations import Noun
from sso_sync.marked.base import Model

__all__ = [
    "Action",
    "App",
    "CertificateTarget",
    "ChoiceTarget",
    "FieldTarget",
    "Fields",
    "Login",
    "MaybeTarget",
    "Messages",
    "PageMap",
    "Reading",
    "SaveAction",
    "SettingsPage",
    "SwitchTarget",
    "Target",
]

Text = Annotated[str, Field(min_length=1), Noun("a text", "texts")]
Name = Annotated[str, Field(pattern=r"[^\s*:]"), Noun("a name", "names")]
Phrase = Annotated[str, Field(pattern=r"\w"), Noun("words", "phrases")]
Path = Annotated[str, Field(pattern=r"^/[^\s?#]*$"), Noun("a path (/apex/settings)", "paths")]
PathPattern = Annotated[str, Field(pattern=r"^[/*]\S*$"), Noun("a path pattern (/api/*/query)", "path patterns")]
Domain = Annotated[str, Field(pattern=r"^[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?$"), Noun("a domain", "domains")]
Seconds = Annotated[int, Field(ge=1, le=300), Noun("a number of seconds", "numbers of seconds")]
ReadBack = Annotated[
    Literal["value", "fingerprint"], Noun("a way to read back (value, fingerprint)", "ways (value, fingerprint)")
]


class MaybeTarget(Model):
    """An element that need not exist: without names there is none."""

    roles: list[Role] = Field(min_length=1, description="ARIA roles that it may have.")
    names: list[Name] = Field(description="Accessible names, in order; [] if there is no such element.")


class Target(MaybeTarget):
    """An element of a page, found by its role and its accessible name."""

    names: list[Name] = Field(
        min_length=1,
        description="Accessible names, in order: the first that matches anything decides. Whole names; case, white "
        "space and a `*` or `:` at the end do not matter.",
    )
    label: Text = Field(description="What a person is told to look for. Default: the first of `names`.")

    @model_validator(mode="before")
    @classmethod
    def _label_is_the_first_name(cls, data: Any) -> Any:
        """The person is told of the name that the browser tries first, unless the map says otherwise."""
        if isinstance(data, Mapping) and "label" not in data:
            names = data.get("names")
            first = names[0] if isinstance(names, list) and names else None
            # Without a usable name the names are complained about, and nothing need be said about the label.
            return {**data, "label": first if isinstance(first, str) and first else "?"}
        return data


class FieldTarget(Target):
    """A field of the settings page."""

    required: bool = Field(
        True, description="Whether a page without it is a page that the map does not fit. false: it is then unknown."
    )


class SwitchTarget(FieldTarget):
    """The switch that enables SSO."""

    reveals: bool = Field(
        False, description="Whether the other fields show only while the switch is on, saved or not yet saved."
    )


class ChoiceTarget(FieldTarget):
    """A field with options to choose from."""

    options: dict[Name, list[Name]] = Field(
        default_factory=dict,
        description="For a value as the spec writes it, the names that its option may have on the page, in order. A "
        "value that is not listed is its option's name.",
    )
    blank: list[Name] = Field(
        default_factory=list, description="What the field shows while nothing is chosen, if it shows anything."
    )

    def option_names(self, value: str) -> tuple[str, ...]:
        """The names that the option for `value` may have, in order."""
        return tuple(self.options.get(value) or (value,))


class CertificateTarget(FieldTarget):
    """The field that takes the X.509 certificate."""

    read_back: list[ReadBack] = Field(
        description="How a saved certificate can be told from the page: by the field's own value, by a SHA-256 "
        "fingerprint that the page shows; [] if the page never shows it: it is then unknown.",
    )
    kept: list[Phrase] = Field(
        description="Words beside an empty field that mean: a certificate is saved, and not shown. It is then unknown."
    )
    upload: Target | None = Field(
        None,
        description="The button that takes the certificate as a file, used where there is no field to paste it into; "
        "null: none.",
    )


class Fields(Model):
    """The fields of the settings page, by the names that `justcall.sso` and the reports use."""

    enabled: SwitchTarget = Field(description="Enable SSO.")
    protocol: ChoiceTarget = Field(description="SAML 2.0, among the protocols.")
    acs_url: FieldTarget = Field(description="ACS URL; JustCall's own, only read.")
    entity_id: FieldTarget = Field(description="Entity ID; JustCall's own, only read.")
    sso_url: FieldTarget = Field(description="SSO URL: OneLogin's SAML 2.0 Endpoint (HTTP).")
    issuer: FieldTarget = Field(description="Issuer / Entity ID: OneLogin's Issuer URL.")
    certificate: CertificateTarget = Field(description="Certificate: the app's X.509 certificate.")
    default_role: ChoiceTarget = Field(description="Default Role of new SSO users.")
    verified_domains: FieldTarget = Field(description="Verified e-mail domains, only read.")

    def of(self, field: SettingField) -> FieldTarget:
        """The element of one field."""
        target: FieldTarget = getattr(self, field.value)
        return target


class App(Model):
    """JustCall's web app."""

    url: Text = Field(description="Its address; `justcall.url` of a spec wins over it. http only on loopback.")
    cookie_domains: list[Domain] = Field(
        min_length=1, description="The domains, with all below them, whose cookies make up a session."
    )


class Login(Model):
    """The login page."""

    path: Path = Field(description="Where it is.")
    signed_out_paths: list[Path] = Field(
        min_length=1, description="A page whose path begins so means that nobody is signed in."
    )
    sso: Target = Field(description="What leads to the login with SSO.")
    email: Target = Field(description="The field for the e-mail address.")
    submit: Target = Field(description="What sends the e-mail address.")

    def signed_out(self, path: str) -> bool:
        """Whether a page at this path means that nobody is signed in."""
        return path.startswith((self.path, *self.signed_out_paths))


class SettingsPage(Model):
    """The settings page and the way there."""

    label: Text = Field(description="How the page is called when a person is sent there.")
    path: Path = Field(description="Where a signed-in browser starts.")
    navigation: list[Target] = Field(description="What is clicked there, one after the other; [] if it is the page.")
    ready: Target = Field(description="What can be seen once the page is there.")
    no_permission: list[Phrase] = Field(description="Words on a page that mean: this user may not see it.")


class Action(Model):
    """Something that the page does after a click, and how it says what came of it."""

    button: Target = Field(description="What is clicked.")
    success: list[Phrase] = Field(min_length=1, description="Words of a message that mean that it worked.")
    failure: list[Phrase] = Field(
        min_length=1, description="Words of a message that mean that it did not; looked for before those of success."
    )


class SaveAction(Action):
    """Saving the settings."""

    confirm: MaybeTarget = Field(description="The button of a dialog that asks back; names: [] if none does.")


class Messages(Model):
    """Where the page says what came of a click."""

    roles: list[Role] = Field(min_length=1, description="ARIA roles of the elements that hold messages.")


class Reading(Model):
    """What a browser may do that only looks."""

    allow_posts: list[PathPattern] = Field(
        description="Paths of POST requests that the page needs to show itself (`*` stands for anything). All other "
        "requests that could change something are blocked while the page is only read."
    )


class PageMap(Model):
    """JustCall's settings page, as a browser and a person find it."""

    version: Literal[1] = Field(description="Version of this format: 1.")
    app: App = Field(description="JustCall's web app.")
    timeout_seconds: Seconds = Field(description="How long to wait for anything that the page has to show or do.")
    login: Login = Field(description="The login page.")
    settings: SettingsPage = Field(description="The settings page and the way there.")
    fields: Fields = Field(description="The fields of the settings page.")
    save: SaveAction = Field(description="Saving the settings.")
    test: Action = Field(description="Testing the connection.")
    messages: Messages = Field(description="Where the page says what came of a click.")
    dismiss: list[Target] = Field(
        description="What closes things that stand in the way, such as a cookie banner; clicked when it is there."
    )
    reading: Reading = Field(description="What a browser may do that only looks.")
