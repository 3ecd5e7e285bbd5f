"""The app itself: which one it is, its certificate, its rules."""

from __future__ import annotations

from collections.abc import Iterator

from sso_sync.errors import Diagnostic
from sso_sync.spec.connection import SpecPath
from sso_sync.spec.lints.look import Look
from sso_sync.spec.model import CertificateRef

__all__ = ["certificate", "identity", "rules"]

_PATH: SpecPath = ("onelogin", "app")


def identity(look: Look) -> Iterator[Diagnostic]:
    """A pinned app is found by its id alone."""
    app = look.spec.onelogin.app
    if app.id is not None and app.previously:
        yield look.warning(
            (*_PATH, "previously"),
            "`previously` has no effect beside `id`",
            detail="The app is found by its id, whatever it is called.",
            next_action="Remove `previously`, or `id`.",
        )


def certificate(look: Look) -> Iterator[Diagnostic]:
    """A certificate is named in exactly one way."""
    wanted = look.spec.onelogin.app.certificate
    if isinstance(wanted, CertificateRef) and (wanted.id is None) == (wanted.name is None):
        yield look.error(
            (*_PATH, "certificate"),
            "A certificate is named by its `id` or by its `name`"
            + (", not by both" if wanted.id is not None else ", and neither is given"),
            next_action="Write {id: 123456} or {name: …}; leave `certificate` out to have it unmanaged.",
        )


def rules(look: Look) -> Iterator[Diagnostic]:
    """Rules are told apart by their names."""
    wanted = look.spec.onelogin.app.rules or []
    yield from look.repeated((*_PATH, "rules"), (rule.name for rule in wanted), "rule", lambda _: ("name",))
