"""One response before three service providers: the sandbox's JustCall, our own trials, and another vendor's."""

from __future__ import annotations

import base64
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import requests
from lxml import etree

from sso_sync.onelogin.assertion import TestUser, fetch
from sso_sync.onelogin.client import Client
from sso_sync.saml.response import ResponseError
from sso_sync.saml.trials import Expected, trials
from sso_sync.sandbox import Sandbox
from tests.contract.referee import Referee
from tests.saml.make import Made
from tests.saml.samples import EMAIL, Place, signed, tag

__all__ = ["Change", "World"]

Change = Callable[[etree._Element], None]


@dataclass(frozen=True)
class World:
    """The sandbox as the guide sets it up, and the two judges from outside."""

    sandbox: Sandbox
    idp: Client
    app_id: int
    expected: Expected
    referee: Referee
    key: Made
    metadata: bytes

    def configure(self, **keys: str) -> None:
        self.sandbox.onelogin.edit_configuration(self.app_id, **keys)

    def genuine(self) -> bytes:
        """A response that OneLogin made, and nobody has seen yet."""
        return fetch(self.idp, self.app_id, "acme", TestUser(EMAIL, "sandbox"))

    def altered(self, change: Change | None = None, *, sign: Place = "both", by: Made | None = None) -> bytes:
        """A genuine one, changed and signed anew: with OneLogin's own key unless `by` is another."""
        root = etree.fromstring(self.genuine())
        for old in list(root.iter(tag("ds:Signature"))):
            parent = old.getparent()
            assert parent is not None
            parent.remove(old)
        if change is not None:
            change(root)
        return etree.tostring(signed(root, sign=sign, by=by or self.key), encoding="utf-8")

    def failing(self, xml: bytes) -> set[str]:
        """The names of our own trials that do not pass."""
        made = trials(xml, self.expected, now=datetime.now(UTC), skew=timedelta(0))
        return {trial.name for trial in made if trial.status != "pass"}

    def refuses(self, xml: bytes) -> bool:
        """Whether our own reading ends at once, or the trial of the signature fails."""
        try:
            return "signature" in self.failing(xml)
        except ResponseError:
            return True

    def let_in(self, xml: bytes) -> bool:
        """Whether JustCall's ACS URL signs somebody in with it."""
        place = self.sandbox.justcall_url + urlsplit(self.sandbox.justcall.settings.acs_url).path
        with requests.Session() as browser:
            browser.trust_env = False
            answer = browser.post(place, data={"SAMLResponse": base64.b64encode(xml).decode()}, timeout=20)
        return answer.status_code == 200 and urlsplit(answer.url).path == "/apex/home"
