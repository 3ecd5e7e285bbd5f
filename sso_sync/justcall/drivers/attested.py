"""Driver `attested`: a person enters the values in JustCall and vouches for them; the tool reads the vouch."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path

from sso_sync.clock import Clock, utc_now
from sso_sync.errors import SsoSyncError, UnexpectedAnswer
from sso_sync.justcall.attestation import Attestation
from sso_sync.justcall.port import ServiceProvider
from sso_sync.justcall.settings import Attested, Knowledge, Observed, SettingField, Settings, TestResult, Unknown
from sso_sync.safe import visible
from sso_sync.values import Json, Permit

__all__ = ["AttestedDriver"]

_FOREVER = datetime.max.replace(tzinfo=UTC)


class AttestedDriver(ServiceProvider):
    """What `attestation` says while it is good, and `service_provider`'s pins (ACS URL, Entity ID) from the spec.

    `probed` is what a probe saw lately. It is newer than nothing, and than an attestation that is older; beside a pin
    it says what JustCall has: the plan goes by the pin, and the guard `service_provider` sees whether they agree.
    """

    def __init__(
        self,
        attestation: Attestation | None,
        service_provider: Mapping[SettingField, str],
        *,
        probed: Mapping[SettingField, Observed] | None = None,
        clock: Clock = utc_now,
    ) -> None:
        self._attestation = attestation
        self._pins = service_provider
        self._probed = probed or {}
        self._clock = clock

    @property
    def label(self) -> str:
        return "JustCall's settings page"

    @property
    def how(self) -> str:
        return "attested"

    @property
    def automatic(self) -> bool:
        return False

    @property
    def evidence(self) -> None:
        return None

    def writable(self, evidence: Callable[[], Path], permit: Permit | None = None) -> AttestedDriver:
        """Itself: there is nothing that it could write."""
        del evidence, permit
        return self

    def hurried(self) -> AttestedDriver:
        """Itself: a person takes the time that a person takes."""
        return self

    def close(self) -> None:
        """Nothing is open."""

    def read(self) -> Settings:
        now = self._clock()
        return Settings({field: self._knowledge(field, now) for field in SettingField})

    def write(self, changes: Mapping[SettingField, Json]) -> Settings:
        """Raises UnexpectedAnswer: only a person can do this."""
        raise _by_hand(f"{len(changes)} values cannot be saved in JustCall by sso-sync")

    def test(self) -> TestResult:
        """Raises UnexpectedAnswer: only a person can do this."""
        raise _by_hand("Test Connection cannot be run by sso-sync")

    def _knowledge(self, field: SettingField, now: datetime) -> Knowledge:
        vouched, seen = self._vouched(field, now), self._probed.get(field)
        if seen is None:
            return vouched
        later = field not in self._pins and isinstance(vouched, Attested) and vouched.at >= seen.at
        return vouched if later else seen

    def _vouched(self, field: SettingField, now: datetime) -> Knowledge:
        if field in self._pins:
            return Attested(self._pins[field], by="the spec", at=now, until=_FOREVER)
        record = self._attestation
        if record is None or field not in record.values:
            return Unknown("nobody has attested it yet")
        if record.expired(now):
            by = visible(record.by)
            return Unknown(
                f"attested by {by} on {record.at:%Y-%m-%d}, expired on {record.until:%Y-%m-%d}", expired=True
            )
        return Attested(record.values[field], by=record.by, at=record.at, until=record.until)


def _by_hand(summary: str) -> SsoSyncError:
    return UnexpectedAnswer.because(
        f"{summary}: with the driver `attested` a person does it.",
        next_action="Follow the runbook in JustCall, then run `sso-sync attest`.",
    )
