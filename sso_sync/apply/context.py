"""What the steps of one run share: the two sides, and what earlier steps found out that later ones need."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping

from sso_sync.apply.prover import Prover
from sso_sync.errors import UnexpectedAnswer
from sso_sync.justcall.port import ServiceProvider
from sso_sync.justcall.settings import SettingField, Settings
from sso_sync.onelogin.models import App
from sso_sync.onelogin.writer import Writer
from sso_sync.plan.operations import Output, Pending, RoleRef, SettingValue
from sso_sync.values import Json, Permit

__all__ = ["Context"]


class Context:
    """Safe to use from several threads; steps that depend on each other never run at the same time.

    `prover` tries a login; None where there is no test user. `accept` looks at the app that OneLogin answered to a new
    certificate, before JustCall is given that; it raises SsoSyncError for one that must not be used. `permit` is asked
    before each step; it raises LockLost when this run must not write any more.
    """

    def __init__(
        self,
        idp: Writer,
        sp: ServiceProvider,
        *,
        app: App | None,
        settings: Settings | None,
        prover: Prover | None = None,
        permit: Permit = lambda: None,
    ) -> None:
        self.idp = idp
        self.sp = sp
        self.settings = settings
        self.prover = prover
        self.permit = permit
        self.accept: Callable[[App], None] = lambda _app: None
        self._app = app
        self._roles: dict[str, int] = {}
        self._written: set[SettingField] = set()
        self._untested = False
        self._lock = threading.Lock()

    @property
    def app_id(self) -> int:
        """The app's id, known from the plan or from the step that created the app."""
        with self._lock:
            if self._app is None:
                raise UnexpectedAnswer.because("a step needs the app, but no app was found or created")
            return self._app.id

    def saw_app(self, app: App) -> None:
        """Remembers the app as OneLogin last answered it."""
        with self._lock:
            self._app = app

    def made_role(self, name: str, role_id: int) -> None:
        with self._lock:
            self._roles[name] = role_id

    def role_id(self, role: RoleRef) -> int:
        """The role's id, known from the plan or from the step that created the role."""
        if role.id is not None:
            return role.id
        with self._lock:
            if role.name not in self._roles:
                raise UnexpectedAnswer.because(f"a step needs the role {role.name!r}, but it was not created")
            return self._roles[role.name]

    def wrote(self, fields: Iterable[SettingField]) -> None:
        """Remembers which of JustCall's settings this run has written."""
        with self._lock:
            self._written.update(fields)

    @property
    def written(self) -> frozenset[SettingField]:
        """JustCall's settings that this run has written so far."""
        with self._lock:
            return frozenset(self._written)

    def put_test_off(self) -> None:
        """JustCall tests only what is enabled: whoever enables SSO has to test it."""
        with self._lock:
            self._untested = True

    @property
    def test_put_off(self) -> bool:
        """Whether the test is still to be made, once SSO is enabled."""
        with self._lock:
            return self._untested

    def resolve(self, values: Mapping[SettingField, SettingValue]) -> dict[SettingField, Json]:
        """Known values as they are, pending ones from what OneLogin answers now.

        Raises UnexpectedAnswer when OneLogin still does not say.
        """
        return {
            field: self._output(value.output) if isinstance(value, Pending) else value
            for field, value in values.items()
        }

    def _output(self, output: Output) -> str:
        with self._lock:
            sso = self._app.sso if self._app else None
        value = None
        if sso is not None:
            match output:
                case Output.SAML_ENDPOINT:
                    value = sso.acs_url
                case Output.ISSUER:
                    value = sso.issuer
                case Output.CERTIFICATE:
                    value = sso.certificate.value
        if not value:
            raise UnexpectedAnswer.because(
                f"OneLogin did not answer the app's {output.value.replace('_', ' ')}, so JustCall cannot be given it",
                next_action="Open the app's SSO tab in OneLogin: a certificate may be missing. Then apply again.",
            )
        return value
