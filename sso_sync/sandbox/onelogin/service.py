"""OneLogin's routes, and what every one of its answers carries (§0)."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from starlette.routing import compile_path

from sso_sync.sandbox.onelogin import apps, assertions, catalogue, role_lists, roles, rules, users
from sso_sync.sandbox.onelogin.account import Account
from sso_sync.sandbox.onelogin.auth import Quota, Scope, authorise, issue_token, rate_limit, revoke_token
from sso_sync.sandbox.onelogin.errors import shape_a, shape_b
from sso_sync.sandbox.onelogin.pages.routing import Pages
from sso_sync.sandbox.onelogin.pages.visit import Desk
from sso_sync.sandbox.pages.sessions import Sessions
from sso_sync.sandbox.pages.stand_ins import StandIns
from sso_sync.sandbox.wire import NO_BODY, Answer, Call, ServiceName

__all__ = ["ENDPOINTS", "Endpoint", "OneLoginService"]

Handler = Callable[[Account, Call], Answer]
_ROLES = "/api/2/roles"
_RULES = "/api/2/apps/{app_id}/rules"
_MAPPINGS = "/api/2/mappings"


@dataclass(frozen=True)
class Endpoint:
    """One route: what it needs and who answers it."""

    method: str
    path: str
    scope: Scope
    handler: Handler


def _rule_endpoints(base: str) -> tuple[Endpoint, ...]:
    read, write = Scope.READ_ALL, Scope.MANAGE_ALL
    return (
        Endpoint("GET", base, read, rules.list_rules),
        Endpoint("POST", base, write, rules.create_rule),
        Endpoint("PUT", f"{base}/sort", write, rules.sort_rules),
        Endpoint("GET", f"{base}/conditions", read, rules.list_conditions),
        Endpoint("GET", f"{base}/conditions/{{condition}}/operators", read, rules.condition_operators),
        Endpoint("GET", f"{base}/conditions/{{condition}}/values", read, rules.condition_values),
        Endpoint("GET", f"{base}/actions", read, rules.list_actions),
        Endpoint("GET", f"{base}/actions/{{action}}/values", read, rules.action_values),
        Endpoint("GET", f"{base}/{{rule_id}}", read, rules.get_rule),
        Endpoint("PUT", f"{base}/{{rule_id}}", write, rules.update_rule),
        Endpoint("DELETE", f"{base}/{{rule_id}}", write, rules.delete_rule),
    )


def _assertion_endpoints(base: str) -> tuple[Endpoint, ...]:
    return (
        Endpoint("POST", base, Scope.ASSERTIONS, assertions.generate),
        Endpoint("POST", f"{base}/verify_factor", Scope.ASSERTIONS, assertions.verify_factor),
    )


ENDPOINTS: tuple[Endpoint, ...] = (
    Endpoint("GET", "/api/2/connectors", Scope.READ_ALL, catalogue.list_connectors),
    Endpoint("GET", "/api/2/apps", Scope.READ_ALL, apps.list_apps),
    Endpoint("POST", "/api/2/apps", Scope.MANAGE_ALL, apps.create_app),
    Endpoint("GET", "/api/2/apps/{app_id}", Scope.READ_ALL, apps.get_app),
    Endpoint("PUT", "/api/2/apps/{app_id}", Scope.MANAGE_ALL, apps.update_app),
    Endpoint("DELETE", "/api/2/apps/{app_id}", Scope.MANAGE_ALL, apps.delete_app),
    Endpoint("DELETE", "/api/2/apps/{app_id}/parameters/{parameter_id}", Scope.MANAGE_ALL, apps.delete_parameter),
    Endpoint("GET", "/api/2/apps/{app_id}/users", Scope.READ_ALL, apps.app_users),
    *_rule_endpoints(_RULES),
    *_rule_endpoints(_MAPPINGS),
    Endpoint("GET", _ROLES, Scope.READ_USERS, roles.list_roles),
    Endpoint("POST", _ROLES, Scope.MANAGE_ALL, roles.create_role),
    Endpoint("GET", f"{_ROLES}/{{role_id}}", Scope.READ_USERS, roles.get_role),
    Endpoint("PUT", f"{_ROLES}/{{role_id}}", Scope.MANAGE_ALL, roles.update_role),
    Endpoint("DELETE", f"{_ROLES}/{{role_id}}", Scope.MANAGE_ALL, roles.delete_role),
    Endpoint("GET", f"{_ROLES}/{{role_id}}/apps", Scope.READ_USERS, role_lists.list_apps),
    Endpoint("PUT", f"{_ROLES}/{{role_id}}/apps", Scope.MANAGE_ALL, role_lists.put_apps),
    Endpoint("GET", f"{_ROLES}/{{role_id}}/users", Scope.READ_USERS, role_lists.list_users),
    Endpoint("POST", f"{_ROLES}/{{role_id}}/users", Scope.MANAGE_ALL, role_lists.add_users),
    Endpoint("DELETE", f"{_ROLES}/{{role_id}}/users", Scope.MANAGE_ALL, role_lists.remove_users),
    Endpoint("GET", f"{_ROLES}/{{role_id}}/admins", Scope.READ_USERS, role_lists.list_admins),
    Endpoint("POST", f"{_ROLES}/{{role_id}}/admins", Scope.MANAGE_ALL, role_lists.add_admins),
    Endpoint("DELETE", f"{_ROLES}/{{role_id}}/admins", Scope.MANAGE_ALL, role_lists.remove_admins),
    Endpoint("GET", "/api/2/users", Scope.READ_USERS, users.list_users),
    Endpoint("GET", "/api/2/users/{user_id}", Scope.READ_USERS, users.get_user),
    Endpoint("PUT", "/api/2/users/{user_id}", Scope.MANAGE_USERS, users.update_user),
    Endpoint("GET", "/api/2/users/{user_id}/apps", Scope.READ_USERS, users.user_apps),
    Endpoint("GET", "/api/1/groups", Scope.READ_USERS, catalogue.list_groups_v1),
    Endpoint("GET", "/api/1/groups/{group_id}", Scope.READ_USERS, catalogue.get_group_v1),
    Endpoint("GET", "/api/2/groups", Scope.READ_USERS, catalogue.list_groups),
    Endpoint("GET", "/api/2/groups/{group_id}", Scope.READ_USERS, catalogue.get_group),
    Endpoint("GET", "/api/2/policies", Scope.READ_ALL, catalogue.list_policies),
    Endpoint("GET", "/api/2/policies/{policy_id}", Scope.READ_ALL, catalogue.get_policy),
    Endpoint("GET", "/api/2/branding/brands", Scope.READ_ALL, catalogue.list_brands),
    Endpoint("GET", "/api/2/branding/brands/{brand_id}", Scope.READ_ALL, catalogue.get_brand),
    Endpoint("GET", "/api/2/branding/brands/{brand_id}/apps", Scope.READ_ALL, catalogue.brand_apps),
    *_assertion_endpoints("/api/2/saml_assertion"),
    *_assertion_endpoints("/api/1/saml_assertion"),
)
"""Absent on purpose, because no public API has them: certificates, and grants of an app to a user (§7, §9)."""


class OneLoginService:
    """OneLogin as a function from calls to answers."""

    name: ServiceName = "onelogin"

    def __init__(self, account: Account, stand_ins: StandIns) -> None:
        self.account = account
        self._pages = Pages(Desk(account, Sessions(account.database, self.name, account.clock), stand_ins))
        self.quota = Quota(account)
        self._routes = [(compile_path(endpoint.path)[0], endpoint) for endpoint in ENDPOINTS]

    def now(self) -> datetime:
        """OneLogin's clock."""
        return self.account.now()

    def handle(self, call: Call) -> Answer:
        """The answer; Refusal carries the unhappy ones."""
        if self._pages.own(call.path):
            return self._pages.handle(call)
        if call.path.startswith("/auth/"):
            return self._auth(call)
        quota = self.quota.count() if self._counts(call) else {}
        found = self._match(call)
        if found is None:
            raise self._unknown_route(call)
        endpoint, params = found
        authorise(self.account, call, endpoint.scope)
        return endpoint.handler(self.account, call.at(params)).with_headers(quota)

    def finish(self, call: Call, answer: Answer) -> Answer:
        """Headers as recorded: v1 with charset and cache rules, v2 plain, the roles with their cookie (§2, §5.6).

        Pages bring their own.
        """
        if self._pages.own(call.path):
            return answer
        headers = {"x-request-id": secrets.token_hex(16)}
        if answer.status == 429 and call.path.startswith("/auth/oauth2"):
            return answer
        if call.path.startswith(("/api/1/", "/auth/")):
            headers["cache-control"] = "max-age=0, private, must-revalidate"
            headers["x-runtime"] = "0.012345"
            if answer.body != NO_BODY:
                headers["content-type"] = "application/json; charset=utf-8"
        else:
            headers["cache-control"] = "private"
        if call.path.startswith(_ROLES):
            headers["x-correlation-id"] = headers["x-request-id"]
            headers["x-runtime"] = "0.012345"
            headers["set-cookie"] = "ol_roles_api_service_canary=false; path=/; secure; HttpOnly"
        return answer.with_headers(headers)

    def forget(self) -> None:
        """Drops what is not part of the account's records."""
        self.quota.reset()

    def _auth(self, call: Call) -> Answer:
        if (call.method, call.path) == ("POST", "/auth/oauth2/v2/token"):
            return issue_token(self.account, call)
        if (call.method, call.path) == ("POST", "/auth/oauth2/revoke"):
            return revoke_token(self.account, call)
        if (call.method, call.path) == ("GET", "/auth/rate_limit"):
            authorise(self.account, call, Scope.NONE)
            return rate_limit(self.quota)
        raise shape_b(404, "Not Found", "Not Found")

    def _match(self, call: Call) -> tuple[Endpoint, dict[str, str]] | None:
        if not self._exists(call.path):
            return None
        for pattern, endpoint in self._routes:
            if endpoint.method == call.method:
                found = pattern.match(call.path)
                if found:
                    return endpoint, found.groupdict()
        return None

    def _exists(self, path: str) -> bool:
        """Whether the tenant has this part of the API at all."""
        variants = self.account.variants
        if path.startswith("/api/2/groups"):
            return variants.groups_v2
        return variants.policies_api or not path.startswith("/api/2/policies")

    def _unknown_route(self, call: Call) -> Exception:
        status = self.account.variants.unknown_route_status
        message = "Unauthorized" if status == 401 else "Not Found"
        if call.path.startswith("/api/1/"):
            return shape_b(status, message, message)
        return shape_a(status, message)

    def _counts(self, call: Call) -> bool:
        return call.path.startswith("/api/1/") or self.account.variants.rate_limit_counts_v2
