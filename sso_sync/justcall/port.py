"""The port through which the service provider is reached; `drivers/` holds one implementation per way in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Protocol, Self

from sso_sync.justcall.settings import SettingField, Settings, TestResult
from sso_sync.values import Json, Permit

__all__ = ["ServiceProvider"]


class ServiceProvider(Protocol):
    """JustCall's SSO settings, however they are reached (DESIGN §5).

    Every method may raise SideUnavailable (or CredentialsRefused) when JustCall cannot be reached, and UnexpectedAnswer
    when it answers something unusable.
    """

    @property
    def label(self) -> str:
        """Where JustCall is, for a heading: "gateway.example/justcall"."""

    @property
    def how(self) -> str:
        """The driver's name: "http", "attested", "browser"."""

    @property
    def automatic(self) -> bool:
        """Whether the tool itself can change the settings; False means that a person does."""

    @property
    def evidence(self) -> Path | None:
        """The folder with what was kept of this run, such as screenshots; None where nothing is."""

    @property
    def clock_ahead(self) -> timedelta | None:
        """How far JustCall's clock is ahead of ours, by the latest answer that says; None where nobody can tell."""
        return None

    def writable(self, evidence: Callable[[], Path], permit: Permit | None = None) -> Self:
        """The same connection, allowed to write: apply's privilege. `evidence` makes the run's folder, if needed;
        `permit` is asked before each write, and raises what forbids it.
        """

    def hurried(self) -> Self:
        """The same connection, whose writes give up early: for one that logins fail without."""

    def close(self) -> None:
        """Gives back what the driver holds open. Nothing may be asked of it afterwards."""

    def read(self) -> Settings:
        """All settings, each with how it is known. Never changes anything."""

    def write(self, changes: Mapping[SettingField, Json]) -> Settings:
        """Saves exactly these fields and answers what JustCall holds afterwards. `None` clears a field."""

    def test(self) -> TestResult:
        """Runs JustCall's Test Connection on the saved settings."""
