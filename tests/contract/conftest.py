"""The vendor's own SDK, pointed at the sandbox: if OneLogin's client takes the answers for OneLogin's, ours may too."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import onelogin
import pytest

from sso_sync.sandbox import Sandbox, follow_guide


@dataclass(frozen=True)
class Vendor:
    """The SDK's parts, sharing one client, and the sandbox behind them. `app_id` is a JustCall app made by hand."""

    sandbox: Sandbox
    client: onelogin.ApiClient
    app_id: int

    @property
    def oauth(self) -> onelogin.OAuth2Api:
        return onelogin.OAuth2Api(self.client)

    @property
    def apps(self) -> onelogin.AppsApi:
        return onelogin.AppsApi(self.client)

    @property
    def rules(self) -> onelogin.AppRulesApi:
        return onelogin.AppRulesApi(self.client)

    @property
    def roles(self) -> onelogin.RolesApi:
        return onelogin.RolesApi(self.client)

    @property
    def users(self) -> onelogin.UsersV2Api:
        return onelogin.UsersV2Api(self.client)

    @property
    def groups(self) -> onelogin.GroupsApi:
        return onelogin.GroupsApi(self.client)

    def role_id(self, name: str) -> str:
        """The id of a role, as the SDK wants it."""
        return str(self.sandbox.onelogin.role(name).id)

    def user_id(self, name: str) -> int:
        return self.sandbox.onelogin.user(f"{name}@acme.example").id


@pytest.fixture(scope="session")
def running() -> Iterator[Sandbox]:
    with Sandbox() as sandbox:
        yield sandbox


@pytest.fixture
def vendor(running: Sandbox) -> Iterator[Vendor]:
    running.reset()
    app = follow_guide(running)
    configuration = onelogin.Configuration(
        host=running.onelogin_url, username=running.client_id, password=running.client_secret
    )
    with onelogin.ApiClient(configuration) as client:
        request = onelogin.GenerateTokenRequest(grant_type="client_credentials")
        configuration.access_token = onelogin.OAuth2Api(client).generate_token(request).access_token
        running.requests.clear()
        yield Vendor(running, client, app.id)
        client.rest_client.pool_manager.clear()
    assert running.bugs == []
