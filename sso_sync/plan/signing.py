"""A certificate rotation as it was prepared: from which certificate to which, and what is known of both beforehand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sso_sync.errors import Diagnostic
from sso_sync.saml.certificate import Certificate, CertificateError, parse
from sso_sync.store.rotations import Rotation
from sso_sync.values import Json

if TYPE_CHECKING:
    from sso_sync.plan.refusal import Refusal

__all__ = ["Signing", "Turn", "signing_from"]


@dataclass(frozen=True, slots=True)
class Signing:
    """A signing certificate of the OneLogin account; None is what nobody knows of it. `pem` is canonical."""

    id: int | None = None
    name: str | None = None
    pem: str | None = None

    @property
    def certificate(self) -> Certificate | None:
        """Its content; None when that is not known, or cannot be read."""
        try:
            return parse(self.pem) if self.pem else None
        except CertificateError:
            return None

    @property
    def facts(self) -> dict[str, Json]:
        """What a report says of it; every key always there."""
        found = self.certificate
        return {
            "id": self.id,
            "name": self.name,
            "fingerprint": found.fingerprint if found else None,
            "not_after": found.describe()["not_after"] if found else None,
        }

    @property
    def record(self) -> dict[str, Json]:
        """What the record of a run keeps of it; a certificate is public."""
        return {"id": self.id, "name": self.name, "pem": self.pem}

    def __str__(self) -> str:
        found = self.certificate
        words = [f"id {self.id}" if self.id is not None else "", repr(self.name) if self.name else ""]
        words += [f"until {found.not_after:%Y-%m-%d}", f"SHA-256 {found.fingerprint[:11]}…"] if found else []
        return ", ".join(word for word in words if word) or "a certificate that nobody can name"


def signing_from(record: Json) -> Signing | None:
    """A certificate back from a record; None for anything else."""
    if not isinstance(record, Mapping):
        return None
    number, name, pem = record.get("id"), record.get("name"), record.get("pem")
    return Signing(
        number if isinstance(number, int) and not isinstance(number, bool) else None,
        name if isinstance(name, str) else None,
        pem if isinstance(pem, str) else None,
    )


@dataclass(frozen=True)
class Turn:
    """What a rotation is going to do.

    `target`: both sides will hold it; its `pem` is None when no app shows it beforehand. Cannot the rotation be
    finished, then OneLogin goes back to `former`, and JustCall to `held`, which is what it holds now. `last`: the last
    measured window. `back`: this is the way back to a former certificate, which no check keeps anybody from.
    `unchecked`: the target may be looked at after the first write. `pins`: places in the spec that name another
    certificate. `notes`: what is to be said of a former run. `rehearsal`: on a throwaway sandbox.
    """

    target: Signing
    former: Signing
    held: str | None = None
    last: Rotation | None = None
    back: bool = False
    unchecked: bool = False
    pins: tuple[Refusal, ...] = ()
    notes: tuple[Diagnostic, ...] = ()
    rehearsal: bool = False

    @property
    def record(self) -> dict[str, Json]:
        """What the record of a run keeps of it, so that the next run can finish it or go back."""
        return {"from": self.former.record, "to": self.target.record, "back": self.back}
