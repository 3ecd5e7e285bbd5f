"""What a person vouches for: the record beside the spec that says who entered which values into JustCall, and when.

It is meant to be committed and read by people, and it expires: a vouch that nobody renews turns into "unknown"
(fact sheet §5.3). A certificate is kept as PEM together with its fingerprint; a value that came from `!env` is kept
as a seal (see `sealed`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import yaml
from yaml.nodes import MappingNode, Node

from sso_sync.clock import Clock, utc_now
from sso_sync.errors import SpecError, UsageError
from sso_sync.files import write_whole
from sso_sync.justcall.fields import protocol_name
from sso_sync.justcall.marked_yaml import MarkedFile
from sso_sync.justcall.sealed import is_seal
from sso_sync.justcall.settings import SettingField
from sso_sync.saml.certificate import CertificateError, parse
from sso_sync.values import Json

__all__ = ["DEFAULT_DAYS", "Attestation", "attest", "load", "location", "save"]

DEFAULT_DAYS = 90
_MOST_DAYS = 3650
_SKEW = timedelta(minutes=5)  # how far the writer's clock may be ahead of the reader's
_HEADER = """\
# What a person confirmed to hold in JustCall (Settings → Security → Single Sign-On), where no tool can read it.
# Written by `sso-sync attest`; commit it beside the spec. After `until` the values count as unknown: look again and
# attest again. Do not edit the values here: change them in JustCall, then attest.
"""
_REQUIRED = ("version", "connection", "by", "at", "until", "values")
_NEXT = "Run `sso-sync attest` again, or restore the file from version control."


@dataclass(frozen=True)
class Attestation:
    """`by` vouches that JustCall holds these values; good from `at` until `until` (both UTC).

    A field that is missing from `values` was not looked at; None means that it was seen empty.
    """

    connection: str
    by: str
    at: datetime
    until: datetime
    values: Mapping[SettingField, Json]
    note: str | None = None

    def expired(self, now: datetime) -> bool:
        """Whether nobody vouches any more."""
        return now >= self.until


def attest(
    connection: str,
    by: str,
    values: Mapping[SettingField, Json],
    *,
    now: datetime,
    days: int = DEFAULT_DAYS,
    note: str | None = None,
) -> Attestation:
    """A new record, good for `days` from `now`; certificates are made canonical.

    Raises UsageError for a blank name or a senseless number of days, SpecError for a certificate that is none.
    """
    if not by.strip() or not by.isprintable():
        raise UsageError.because(
            "An attestation needs the name of the person who looked.",
            next_action="Say who you are, for example by your e-mail address.",
        )
    if not 1 <= days <= _MOST_DAYS:
        raise UsageError.because(f"An attestation must be good for 1 to {_MOST_DAYS} days, not {days}.")
    at = now.astimezone(UTC).replace(microsecond=0)
    meant = {field: _canonical(field, value) for field, value in values.items()}
    return Attestation(connection, by.strip(), at, at + timedelta(days=days), meant, _clean(note))


def location(spec_path: Path, connection: str) -> Path:
    """Where the record of a connection lies: `attestations/<name>.yaml` beside its spec."""
    return spec_path.parent / "attestations" / f"{connection}.yaml"


def save(path: Path, attestation: Attestation) -> None:
    """Writes the record, wholly or not at all. Raises SsoSyncError when the file cannot be written."""
    values = {field.value: attestation.values[field] for field in SettingField if field in attestation.values}
    certificate = values.get(SettingField.CERTIFICATE.value)
    if isinstance(certificate, str):
        found = parse(_canonical_certificate(certificate))
        facts = found.describe()
        values[SettingField.CERTIFICATE.value] = {
            "fingerprint": facts["fingerprint"],
            "not_after": facts["not_after"],
            "pem": found.pem,
        }
    document = {
        "version": 1,
        "connection": attestation.connection,
        "by": attestation.by,
        "at": attestation.at,
        "until": attestation.until,
        "note": attestation.note,
        "values": values,
    }
    body = yaml.dump(document, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=10_000)
    write_whole(path, _HEADER + body)


def load(path: Path, connection: str, *, clock: Clock = utc_now) -> Attestation | None:
    """The record at `path`, or None when there is none. An expired record is loaded like any other.

    Raises SpecError with every fault found and its line: missing and unknown keys, bad dates, `until` before `at`, a
    date in the future, another connection's name, values of the wrong type, a fingerprint of another certificate.
    """
    file = MarkedFile(path, next_action=_NEXT)
    root = file.root()
    if root is None:
        return None
    entries = file.mapping(root, known=(*_REQUIRED, "note"), required=_REQUIRED, what="an attestation")
    file.finish()
    _check_head(file, entries, connection)
    by = file.text(entries["by"], "by")
    at, until = file.moment(entries["at"], "at"), file.moment(entries["until"], "until")
    if at is not None and at > clock() + _SKEW:
        file.complain(entries["at"], "at lies in the future; check the clocks")
    if at is not None and until is not None and until <= at:
        file.complain(entries["until"], "until must be later than at")
    note = entries.get("note")
    said = None if note is None or file.is_null(note) else file.text(note, "note")
    values = _values(file, entries["values"])
    file.finish()
    if by is None or at is None or until is None:  # not after `finish`; says so to the type checker
        return None
    return Attestation(connection, by, at, until, values, said)


def _check_head(file: MarkedFile, entries: Mapping[str, Node], connection: str) -> None:
    version = entries["version"]
    if version.value != "1":
        file.complain(version, "version must be 1; the file may be from a newer sso-sync")
    name = file.text(entries["connection"], "connection")
    if name is not None and name != connection:
        file.complain(entries["connection"], f"this is the record of another connection, {name!r}, not {connection!r}")


def _values(file: MarkedFile, node: Node) -> dict[SettingField, Json]:
    found = file.mapping(node, known=tuple(field.value for field in SettingField), what="values")
    return {SettingField(name): _value(file, SettingField(name), entry) for name, entry in found.items()}


def _value(file: MarkedFile, field: SettingField, node: Node) -> Json:
    if file.is_null(node):
        return None
    if isinstance(node, MappingNode):
        return _certificate(file, node) if _has_key(node, "pem") else _seal(file, field, node)
    match field:
        case SettingField.ENABLED:
            return file.switch(node, field.value)
        case SettingField.VERIFIED_DOMAINS:
            return file.texts(node, field.value)
        case SettingField.CERTIFICATE:
            return _readable(file, node, file.text(node, field.value))
        case SettingField.PROTOCOL:
            return protocol_name(file.text(node, field.value) or "")
        case _:
            return file.text(node, field.value)


def _has_key(node: MappingNode, name: str) -> bool:
    return any(key.value == name for key, _ in node.value)


def _seal(file: MarkedFile, field: SettingField, node: MappingNode) -> Json:
    entries = file.mapping(node, known=("sealed",), required=("sealed",), what=field.value)
    sealed: Json = {name: file.text(entry, name) for name, entry in entries.items()}
    if entries and not is_seal(sealed):
        file.complain(node, f"{field.value} is sealed, but the seal is damaged")
    return sealed


def _certificate(file: MarkedFile, node: MappingNode) -> Json:
    entries = file.mapping(node, known=("fingerprint", "not_after", "pem"), required=("pem",), what="certificate")
    pem = _readable(file, entries["pem"], file.text(entries["pem"], "pem"))
    stated = entries.get("fingerprint")
    if pem is not None and stated is not None and file.text(stated, "fingerprint") != parse(pem).fingerprint:
        file.complain(stated, "this is not the fingerprint of the certificate below it")
    return pem


def _readable(file: MarkedFile, node: Node, text: str | None) -> str | None:
    """The canonical PEM, or None after a complaint."""
    if text is None:
        return None
    try:
        return parse(text).pem
    except CertificateError as error:
        file.complain(node, f"the certificate cannot be read: {error}")
        return None


def _canonical(field: SettingField, value: Json) -> Json:
    if value is None or value == "":
        return None
    if field is SettingField.CERTIFICATE and isinstance(value, str):
        return _canonical_certificate(value)
    return protocol_name(value) if field is SettingField.PROTOCOL and isinstance(value, str) else value


def _canonical_certificate(text: str) -> str:
    try:
        return parse(text).pem
    except CertificateError as error:
        raise SpecError.because(
            f"The certificate cannot be attested: {error}.", address="justcall.sso.certificate"
        ) from None


def _clean(note: str | None) -> str | None:
    """A note that any editor can show; a blank one is none."""
    text = (note or "").strip().encode("utf-8", "replace").decode()
    return text or None


class _Dumper(yaml.SafeDumper):
    """Texts of several lines as blocks, and times the way people write them."""


def _represent_text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    plain = all(char.isprintable() or char == "\n" for char in text)
    # YAML folds the rarer line breaks of Unicode unless they are written as escapes.
    style = '"' if not plain else "|" if "\n" in text else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


def _represent_time(dumper: yaml.SafeDumper, moment: datetime) -> yaml.ScalarNode:
    text = moment.astimezone(UTC).isoformat().replace("+00:00", "Z")
    return dumper.represent_scalar("tag:yaml.org,2002:timestamp", text)


_Dumper.add_representer(str, _represent_text)
_Dumper.add_representer(datetime, _represent_time)
