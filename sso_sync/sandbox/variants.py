"""What nobody could settle without a live tenant, as switches.

Every quirk of the two services that the fact sheets mark *unsure*, or that sources contradict each other about, is one
field here; its default is what the documentation says. A client that works with every setting works with the real
services. The section behind each description is the fact sheet's ("OL" = OneLogin, "JC" = JustCall).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Literal

from pydantic import TypeAdapter

__all__ = ["Variants"]


@dataclass
class Variants:
    """The switches of a running sandbox; may be changed at any time and count from the next request on."""

    # -- who calls, and how often ---------------------------------------------------------------------------------

    token_expires_in: int = 36000
    """Seconds that a fresh access token lives (OL §1: 36000)."""

    expiry_on_repeat: Literal["from_creation", "remaining"] = "from_creation"
    """What a second token call says of the same token: its first `expires_in`, or what is left of it (OL §1)."""

    wrong_scope_status: Literal[401, 403] = 403
    """How a credential without the needed scope is refused (OL §1, §14 a)."""

    unknown_route_status: Literal[401, 404] = 401
    """How a route that does not exist answers: 401 was seen (OL §1, quirk 19)."""

    rate_limit: int = 5000
    """Calls per hour and account (OL §2)."""

    rate_limit_counts_v2: bool = False
    """Whether v2 calls count too, and carry the x-ratelimit headers (OL §2: staff say no)."""

    # -- lists ----------------------------------------------------------------------------------------------------

    over_limit: Literal["clamp", "refuse"] = "clamp"
    """A `limit` above the maximum: lowered in silence, or 400 (OL §3, §14 i)."""

    last_page_cursor: Literal["absent", "empty"] = "absent"
    """After-Cursor on the last page (OL §3)."""

    name_filter: Literal["exact", "contains"] = "exact"
    """What `name=` matches in lists of apps, connectors and roles (OL §5.1, §6, §14 n)."""

    email_filter_case_sensitive: bool = False
    """Whether `GET /users?email=` tells upper from lower case (OL §7)."""

    ids_as_text: bool = False
    """Whether ids in the rows of lists come as text (OL quirk 40)."""

    list_rows_with_notes: bool = False
    """Whether rows of `GET /apps` carry notes, icon_url, tab_id, policy_id, allow_assumed_signin (OL §5.1)."""

    # -- apps -----------------------------------------------------------------------------------------------------

    create_status: Literal[200, 201] = 200
    """Status of a successful `POST /apps` (OL §5.3, §14 b)."""

    create_answer: Literal["full", "id"] = "full"
    """Body of a successful `POST /apps`: the whole app, or its id alone (OL §14 b)."""

    create_error_shape: Literal["A", "A'"] = "A"
    """Error shape of a refused `POST /apps`; A' is the older specification's (OL §5.6)."""

    timestamps: Literal["milliseconds", "seconds"] = "milliseconds"
    """Format of timestamps (OL §5.2, quirk 38)."""

    html_escaping: bool = False
    """Whether name, description and notes come back HTML-escaped (OL §5.3, quirk 23)."""

    role_ids_order: Literal["stored", "shuffled"] = "stored"
    """Order of `role_ids` on read; nothing promises one (OL §5.3, quirk 36)."""

    unknown_role_ids: Literal["refused", "dropped"] = "refused"
    """An unknown id in an app's `role_ids`: 422 and nothing changed, or left out in silence (OL §14 o)."""

    generic_issuer: Literal["same", "tenant"] = "same"
    """What `saml_issuer_type` "1" does to `sso.issuer` (OL §5.4, §14 l)."""

    app_users_status: Literal[402, 403, 404] | None = None
    """Set: `GET /apps/{id}/users` is refused this way, for want of an add-on (OL §7, quirk 28)."""

    app_404_after_create: int = 0
    """So many reads of a fresh app answer 404 (OL §5.3, quirk 16)."""

    stale_app_reads: int = 0
    """So many reads of an app after each change still show the state before it (OL §5.3)."""

    empty_configuration_reads: int = 0
    """The next so many reads of an app show an empty `configuration`; counts down (OL §5.4, quirk 24)."""

    # -- configuration and parameters -----------------------------------------------------------------------------

    blank_configuration: Literal["stored", "null", "empty", "absent"] = "stored"
    """How blank text in `configuration` is read back (OL §5.4, §14 d). `stored`: as sent, never set is null."""

    configuration_enums: Literal["strings", "numbers"] = "strings"
    """How enumerations and minutes are read back: "0" or 0 (OL §5.4)."""

    configuration_values: Literal["coerced", "as_sent"] = "coerced"
    """Numbers and booleans sent in `configuration`: stored as text, or in the type sent (OL §5.4, §13)."""

    sha384_spelling: Literal["both", "SHA-384", "SHA-348"] = "both"
    """Which word `signature_algorithm` takes for SHA-384; the documentation prints a typo (OL §5.4, §14 f)."""

    unknown_certificate: Literal["refused", "ignored"] = "refused"
    """A `certificate_id` that does not exist: 422, or left as it was (OL §9, §14 g)."""

    parameter_put: Literal["merge", "replace"] = "merge"
    """Fields left out of a parameter in a PUT: kept, or back to their defaults (OL §5.5)."""

    label_change: Literal["ignored", "refused"] = "ignored"
    """A changed parameter label in a PUT: ignored, or 422 (OL §5.5, §14 e)."""

    # -- roles, groups, policies, rules ---------------------------------------------------------------------------

    role_create_body: Literal["object", "array"] = "object"
    """Body of a successful `POST /roles`: {"id":1} was measured, [{"id":1}] is documented (OL §6)."""

    role_names_unique: bool = True
    """Whether a second role of one name is refused with 422 (OL quirk 27, §14 q)."""

    role_detail: Literal["short", "full"] = "short"
    """`GET /roles/{id}`: id and name, or with the arrays users, apps, admins (OL §6, §14 h)."""

    role_put_arrays: Literal["replace", "refuse_empty"] = "replace"
    """Membership arrays in `PUT /roles/{id}`: replace what is there; an empty one may be refused (OL §6)."""

    stale_role_reads: int = 0
    """So many reads of a role's lists, and of the list of roles, after a change show the state before (OL quirk 15)."""

    groups_v2: bool = True
    """Whether `/api/2/groups` exists on this tenant (OL §7: new in 2026)."""

    policies_api: bool = True
    """Whether `/api/2/policies` exists on this tenant (OL §10)."""

    rules_sort: Literal["all", "enabled_only"] = "all"
    """What `PUT …/rules/sort` takes: the ids of all rules, or 422 for a disabled one among them (OL §8)."""

    rule_put_requires_position: bool = False
    """Whether a rule's PUT without `position` counts as partial and is refused (OL §8)."""

    rules_check_vocabulary: bool = False
    """Whether conditions and actions outside the vocabulary endpoints are refused (OL §8)."""

    # -- JustCall -------------------------------------------------------------------------------------------------

    certificate_whitespace: Literal["tolerated", "refused"] = "tolerated"
    """Stray blanks in a pasted certificate (JC §4, guide's troubleshooting table)."""

    certificate_stored: Literal["verbatim", "normalised"] = "verbatim"
    """Whether the saved certificate is read back as it was pasted, or as canonical PEM (JC §6)."""

    write_lies: bool = False
    """A save that answers 200 and changes nothing (lesson A16)."""

    test_needs_enabled: bool = False
    """Whether Test Connection works only while SSO is enabled (DESIGN §3)."""

    users_paging: Literal["next_page_link", "total_pages"] = "next_page_link"
    """Envelope of JustCall's list of users: documented links, or the vendor's own `meta.total_pages` (JC §2)."""

    limits_enforced: bool = False
    """Whether JustCall's 90 calls per minute and 5400 per hour end in 429 (JC §2); the headers count either way."""

    # -- logins ---------------------------------------------------------------------------------------------------

    validator_matching: Literal["search", "whole"] = "search"
    """Whether OneLogin looks for its ACS URL Validator anywhere in a URL, or wants it to match the whole (JC §6.5)."""

    assertion_envelope: Literal["flat", "v1"] = "flat"
    """Shape of the assertion API's answers: v2's flat object, or v1's envelope (OL §15)."""

    assertion_refusal: Literal[400, 401, 404] = 401
    """How the assertion API refuses a wrong password and a person without the app (OL §15)."""

    wanted_signature: Literal["either", "response", "assertion", "both"] = "either"
    """Which signatures JustCall insists on; node-saml's default is both (JC §4, §8.5)."""

    sha1_signature: Literal["accepted", "refused"] = "accepted"
    """What JustCall makes of a response signed with SHA-1 (JC §4)."""

    expired_certificate: Literal["ignored", "refused"] = "ignored"
    """Whether JustCall looks at its certificate's dates; many service providers pin the key only (JC §6.1)."""

    wanted_attributes: Literal["required", "ignored"] = "required"
    """Whether a login without email, firstName and lastName fails (guide's troubleshooting table; JC §6.7)."""

    email_match: Literal["insensitive", "exact"] = "insensitive"
    """How JustCall finds the person of a NameID (JC §6.6)."""

    justcall_clock: float = 0.0
    """Seconds by which JustCall's clock is ahead of OneLogin's; its Date headers show it (JC §6.8)."""

    decryption_key: bool = False
    """Whether JustCall has a key for encrypted assertions; nothing published speaks of one (JC §4)."""

    # -- JustCall's pages -----------------------------------------------------------------------------------------

    page: Literal["native", "spa"] = "native"
    """How the settings pages are built: native controls and form posts, or a single-page form that loads late, with
    ARIA widgets, toasts, a Save that waits for changes, a cookie banner and an unsaved-changes dialog (JC §8.1)."""

    page_certificate: Literal["shown", "fingerprint", "hidden"] = "shown"
    """What the settings page shows of a saved certificate: the PEM, its SHA-256 fingerprint, or only that one is saved;
    in the last two a blank field on save keeps it (JC §8.1)."""

    page_labels: Literal["guide", "renamed", "twice"] = "guide"
    """The page's words: the guide's, others (JC §0: no label is confirmed), or "SSO URL" on two fields."""

    page_save: Literal["works", "lies", "errors"] = "works"
    """What Save Configuration does: saves, says so and changes nothing, or fails (JC §7: Save pressed ≠ saved)."""

    page_access: Literal["granted", "no_permission", "expired"] = "granted"
    """How far a signed-in owner gets: to the SSO settings, to a refusal, or back to the login page (JC §3, Who)."""

    page_delay: float = 0.0
    """Seconds until the settings page shows its form, and until a save is answered (JC §8.1)."""

    page_fields: Literal["always", "when_enabled"] = "always"
    """Whether the other fields show only while the switch is on, saved or not (JC §8.1; guide, step 1)."""

    def update(self, values: Mapping[str, Any]) -> None:
        """Sets the named switches; ValueError (pydantic's) for an unknown switch or value, and then nothing is set."""
        unknown = sorted(set(values) - {field.name for field in fields(self)})
        if unknown:
            raise ValueError(f"no such variant: {', '.join(unknown)}")
        checked = TypeAdapter(Variants).validate_python({**self.as_dict(), **values})
        self.assign(checked)

    def assign(self, other: Variants) -> None:
        """Takes over every switch of `other`."""
        for field in fields(self):
            setattr(self, field.name, getattr(other, field.name))

    def as_dict(self) -> dict[str, str | int | float | bool | None]:
        """All switches by name."""
        return {field.name: getattr(self, field.name) for field in fields(self)}
