"""Certificates, policies, brands, credentials and tokens, as an administrator changes them in the console."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from sso_sync.sandbox.onelogin.account import steady_secret
from sso_sync.sandbox.onelogin.auth import expire_tokens
from sso_sync.sandbox.onelogin.certificates import self_signed
from sso_sync.sandbox.onelogin.records import Brand, Certificate, Credential, Policy
from sso_sync.sandbox.onelogin.state.base import StateBase, direct

__all__ = ["SecurityState"]

_AGE = timedelta(days=365)


class SecurityState(StateBase):
    """Everything under the console's Security tab that the API only shows, or not even that."""

    @direct
    def certificates(self) -> list[Certificate]:
        return list(self._account.certificates)

    @direct
    def certificate(self, certificate: int | str) -> Certificate:
        """A certificate by id or name."""
        return self._certificate(certificate)

    @direct
    def add_certificate(self, name: str, *, days_left: float = 1460.0, bits: int = 2048) -> Certificate:
        """A new certificate that ends in so many days (negative: has ended)."""
        number = self._account.next_id("certificate")
        now = self._account.now()
        end = now + timedelta(days=days_left)
        start = min(now, end) - _AGE
        pair = self_signed(name, serial=number, valid_from=start, valid_for=end - start, bits=bits)
        made = Certificate(number, name, pair.certificate, pair.private_key, pair.expires_at)
        return self._account.certificates.put(number, made)

    @direct
    def set_default_certificate(self, certificate: int | str) -> Certificate:
        """Makes this the certificate of new apps; existing apps keep theirs."""
        chosen = self._certificate(certificate)
        for other in list(self._account.certificates):
            self._account.certificates.put(other.id, replace(other, default=other.id == chosen.id))
        return self._account.certificates[chosen.id]

    @direct
    def policies(self) -> list[Policy]:
        return list(self._account.policies)

    @direct
    def add_policy(self, name: str, kind: str = "app") -> Policy:
        """A new policy; `kind` is "app" or "user"."""
        number = self._account.next_id("policy")
        return self._account.policies.put(number, Policy(number, name, kind))

    @direct
    def brands(self) -> list[Brand]:
        return list(self._account.brands)

    @direct
    def add_brand(self, name: str) -> Brand:
        number = self._account.next_id("brand")
        return self._account.brands.put(number, Brand(number, name))

    @direct
    def add_credential(self, level: str = "Manage All") -> Credential:
        """A new API credential pair with one of the console's levels ("Read All", "Manage Users", …)."""
        number = self._account.next_id("credential")
        made = Credential(number, steady_secret(f"client id {number}"), steady_secret(f"client secret {number}"), level)
        return self._account.credentials.put(number, made)

    @direct
    def edit_credential(
        self, client_id: str, *, level: str | None = None, owner_deleted: bool | None = None
    ) -> Credential:
        """Changes a pair's level, or deletes the administrator who made it, which breaks the pair."""
        found = next(one for one in self._account.credentials if one.client_id == client_id)
        changed = replace(
            found,
            level=found.level if level is None else level,
            owner_deleted=found.owner_deleted if owner_deleted is None else owner_deleted,
        )
        return self._account.credentials.put(found.id, changed)

    @direct
    def expire_tokens(self) -> None:
        """Ends the life of every token; the next call with one answers 401."""
        expire_tokens(self._account)
