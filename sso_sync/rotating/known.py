"""The certificates that somebody could mean: those that the account's apps show, and those of recorded rotations."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from sso_sync.apply.history import Told
from sso_sync.errors import LiveStateError, UsageError
from sso_sync.onelogin.certificates import visible_certificates
from sso_sync.onelogin.models import App, Certificate
from sso_sync.onelogin.texts import same_text
from sso_sync.plan.masking import without_secrets
from sso_sync.plan.signing import Signing, signing_from
from sso_sync.saml import certificate
from sso_sync.saml.certificate import CertificateError, parse
from sso_sync.spec.model import CertificateRef
from sso_sync.survey import Survey
from sso_sync.values import Json

__all__ = ["Known", "Request", "differ", "own_certificate", "short"]


@dataclass(frozen=True)
class Request:
    """What somebody asks for.

    `to` is an id or a name, None for the spec's own; `back` goes to the former certificate of the last rotation;
    `unchecked` accepts one that no app shows; `remember_as` is the connection that a rehearsal is for.
    """

    to: str | None = None
    back: bool = False
    unchecked: bool = False
    remember_as: str | None = None


def own_certificate(app: App) -> Signing:
    """The certificate that the app signs with."""
    return _signing(app.sso.certificate)


def _signing(found: Certificate) -> Signing:
    return Signing(found.id, found.name, _pem(found.value))


def _pem(text: str | None) -> str | None:
    try:
        return parse(text).pem if text else None
    except CertificateError:
        return None


class Known:
    """The certificates that somebody could mean: those that apps show, and those of recorded rotations."""

    def __init__(self, survey: Survey, app: App, past: Sequence[Told]) -> None:
        self._survey = survey
        self._app = app
        self._past = past
        self._recorded = tuple(_recorded(past))
        self._shown: dict[int, Signing] = {}

    def target(self, request: Request, stalled: Signing | None) -> Signing:
        """The certificate to rotate to; where nobody says, the one that a stalled rotation was on its way to.

        Raises UsageError and LiveStateError.
        """
        if request.back:
            return self._former_of_the_last()
        if request.to is not None:
            return self._meant(request.to.strip())
        reference = self._survey.connection.spec.onelogin.app.certificate
        if isinstance(reference, CertificateRef) and reference.id is not None:
            return self._of_id(reference.id)
        if isinstance(reference, CertificateRef) and reference.name is not None:
            return self._of_name(reference.name)
        if stalled is not None and stalled.id is not None:
            return self._of_id(stalled.id)
        self._look()
        raise UsageError.because(
            "Nothing says which certificate to rotate to",
            detail=self._listed(),
            next_action="Name it with --to ID or --to NAME, or in the spec under onelogin.app.certificate.",
        )

    def former(self, held: str | None) -> Signing:
        """What to go back to: what JustCall trusts now, where its id is known; else what OneLogin signs with now."""
        own = own_certificate(self._app)
        if held is None or own.pem is None or certificate.same(own.pem, held):
            return own
        if self._like(held) is None:
            self._look()
        return self._like(held) or own

    def _like(self, held: str) -> Signing | None:
        return next((one for one in self._everything() if one.id and one.pem and certificate.same(one.pem, held)), None)

    def in_full(self, held: str | None) -> str | None:
        """What JustCall holds, so that it could be entered again: some pages show no more than its fingerprint."""
        if held is None or not certificate.is_fingerprint(held):
            return held
        return next((one.pem for one in self._everything() if one.pem and certificate.same(one.pem, held)), held)

    def _everything(self) -> Iterable[Signing]:
        return (own_certificate(self._app), *self._shown.values(), *self._recorded)

    def _former_of_the_last(self) -> Signing:
        """Where the last rotation came from; where it went to, if it was on its way back itself."""
        for run in self._past:
            record: Mapping[str, Json] = run.rotation or {}
            found = signing_from(record.get("to" if record.get("back") is True else "from"))
            if found is not None and found.id is not None:
                return found
        raise LiveStateError.because(
            "There is no rotation on record that could be taken back",
            next_action="Name the certificate to go to with --to ID.",
        )

    def _meant(self, words: str) -> Signing:
        if words.isascii() and words.isdigit() and len(words) < 19:
            found = self._look(lambda one: one.id == int(words)).get(int(words)) or self._record_of(int(words))
            return found or (self._of_name(words) if self._named(words) else Signing(int(words)))
        return self._of_name(words)

    def _of_id(self, identity: int) -> Signing:
        found = self._look(lambda one: one.id == identity).get(identity)
        return found or self._record_of(identity) or Signing(identity)

    def _of_name(self, name: str) -> Signing:
        self._look()
        found = self._named(name)
        if len(found) == 1:
            return found[0]
        what = "Several certificates have" if found else "No SAML app of the account signs with a certificate of"
        raise LiveStateError.because(
            f"{what} the name {name!r}",
            detail=self._listed(),
            address="onelogin.app.certificate",
            next_action="Name it by its id: the number in the address bar of Security → Certificates.",
        )

    def _named(self, name: str) -> list[Signing]:
        found = {one.id: one for one in (*self._recorded, *self._shown.values()) if same_text(one.name or "", name)}
        return list(found.values())

    def _record_of(self, identity: int) -> Signing | None:
        return next((one for one in self._recorded if one.id == identity), None)

    def _look(self, enough: Callable[[Certificate], bool] = lambda _found: False) -> Mapping[int, Signing]:
        self._survey.progress.note("looking for certificates on the account's apps")
        found = visible_certificates(self._survey.wires.idp, self._app, enough)
        self._shown = {one.id: _signing(one) for one in found if one.id is not None}
        return self._shown

    def _listed(self) -> str:
        lines = [f"  {one}" for one in self._shown.values()]
        head = "OneLogin has no API for certificates. Those that its apps sign with:"
        return "\n".join([head, *(lines or ["  none"])])

    def discreet(self, found: Signing) -> Signing:
        """The certificate without a name that came from the environment."""
        name = found.name and without_secrets(self._survey.connection, found.name)
        return replace(found, name=name)


def _recorded(past: Iterable[Told]) -> Iterable[Signing]:
    """The certificates of recorded rotations whose content is known, each run's former one first."""
    for run in past:
        record: Mapping[str, Json] = run.rotation or {}
        for key in ("from", "to"):
            found = signing_from(record.get(key))
            if found is not None and found.id is not None and found.pem is not None:
                yield found


def differ(own: Signing, held: str | None) -> bool:
    """Whether the two sides are known to hold different certificates."""
    return own.pem is not None and held is not None and not certificate.same(own.pem, held)


def short(text: str | None) -> str:
    """A certificate by the beginning of its fingerprint."""
    try:
        return certificate.fingerprint(text or "")[:23] + "…"
    except CertificateError:
        return "something that is no certificate" if text else "none"
