"""A saved plan: the plan's JSON document, and under `saved` what it takes to tell later whether it still fits.

The text has one form only, in ASCII, and a checksum over all of it: a file that was edited or cut is told from one that
was not, whatever was done to it. The checksum is no signature: who may write the file may write another plan.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from sso_sync.errors import Diagnostic, PlanFileError
from sso_sync.plan.document import SCHEMA_VERSION, plain, plan_document
from sso_sync.plan.model import Plan, Side
from sso_sync.plan.premise import Half, Kind, Premise
from sso_sync.plan.seal import sealed
from sso_sync.values import Json

__all__ = [
    "FORMAT",
    "GitRef",
    "SavedFile",
    "SavedHalf",
    "SavedPlan",
    "SavedPremise",
    "Unplanned",
    "is_saved_plan",
    "parse",
    "render",
]

FORMAT = 1
"""Of the `saved` object and of the text as a whole; another number is another format."""

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{0,99}")
_AGAIN = "Make the plan again: sso-sync plan SPEC --out FILE"


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")


class GitRef(_Part):
    """What was checked out when the plan was made; `dirty`: with changes that are not committed. None: not known."""

    commit: str | None
    ref: str | None
    dirty: bool | None


class SavedHalf(_Part):
    """What was wanted or found at an address: a form to show, and a digest to compare by."""

    kind: Kind
    value: Any = None
    digest: str


class SavedPremise(_Part):
    """One thing that the plan took for granted; `side` is None for a value that the spec takes from the environment."""

    address: str
    about: str
    side: str | None
    sensitive: bool
    wanted: SavedHalf
    found: SavedHalf


class _SavedConnection(_Part):
    exit_code: Literal[0, 1, 3, 6]
    premises: tuple[SavedPremise, ...]


class _SavedFailure(_Part):
    path: str


class _Saved(_Part):
    format: int
    tool_version: str
    overrides: tuple[str, ...]
    rewrites: tuple[str, ...] = ()
    ignores: tuple[str, ...] = ()
    git: GitRef | None
    connections: tuple[_SavedConnection | _SavedFailure, ...]
    checksum: str


class _Spec(BaseModel):
    path: str
    name: str
    digest: str


class _Planned(BaseModel):
    plan_id: str
    created_at: str
    spec: _Spec
    fingerprint: str


@dataclass(frozen=True)
class SavedPlan:
    """One connection's plan as it was saved. `path` is the spec's as it was given, `exit_code` what the plan led to."""

    plan_id: str
    created_at: str
    path: str
    name: str
    digest: str
    fingerprint: str
    exit_code: int
    premises: tuple[SavedPremise, ...]


@dataclass(frozen=True)
class Unplanned:
    """One connection that there was no plan for, and the error document that says why."""

    path: str
    document: Mapping[str, Json]


@dataclass(frozen=True)
class SavedFile:
    """A whole file. `overrides` are the guards that were passed when it was made, `rewrites` what is written again,
    `ignores` what was ignored for that run.
    """

    tool_version: str
    overrides: frozenset[str]
    git: GitRef | None
    connections: tuple[SavedPlan | Unplanned, ...]
    rewrites: frozenset[str] = frozenset()
    ignores: frozenset[str] = frozenset()


def render(
    plans: Sequence[tuple[Plan, int] | Unplanned],
    *,
    several: bool,
    tool_version: str,
    overrides: frozenset[str],
    git: GitRef | None,
    rewrites: frozenset[str] = frozenset(),
    ignores: frozenset[str] = frozenset(),
) -> str:
    """The file's text. `plans` holds each plan with the exit code that it leads to; without `several` exactly one."""
    documents: list[Mapping[str, Json]] = []
    kept: list[Json] = []
    for one in plans:
        documents.append(one.document if isinstance(one, Unplanned) else plan_document(one[0]))
        kept.append({"path": plain(one.path)} if isinstance(one, Unplanned) else _kept(*one))
    fleet: Mapping[str, Json] = {"schema_version": SCHEMA_VERSION, "connections": documents}
    whole = fleet if several else documents[0]
    saved: dict[str, Json] = {
        "format": FORMAT,
        "tool_version": tool_version,
        "overrides": sorted(overrides),
        # Left out where there are none, so that a version that knows nothing of them refuses only what it must.
        **({"rewrites": sorted(rewrites)} if rewrites else {}),
        **({"ignores": sorted(ignores)} if ignores else {}),
        "git": None if git is None else git.model_dump(),
        "connections": kept,
    }
    return _dumps({**whole, "saved": {**saved, "checksum": _checksum({**whole, "saved": saved})}})


def _kept(plan: Plan, exit_code: int) -> dict[str, Json]:
    return {"exit_code": int(exit_code), "premises": [_premise(one, plan.plan_id) for one in plan.premises]}


def _premise(premise: Premise, salt: str) -> dict[str, Json]:
    return {
        "address": plain(premise.address),
        "about": premise.about,
        "side": premise.side.value if isinstance(premise.side, Side) else None,
        "sensitive": premise.sensitive,
        "wanted": _half(premise.wanted, salt, secret=premise.sensitive),
        "found": _half(premise.found, salt, secret=premise.sensitive),
    }


def _half(half: Half, salt: str, *, secret: bool) -> dict[str, Json]:
    hidden = secret and half.kind == "value"
    return {"kind": half.kind, "value": plain(half.shown), "digest": sealed(half.exact, salt=salt, secret=hidden)}


def is_saved_plan(text: str, *, named_json: bool) -> bool:
    """Whether a file is a saved plan, or what is left of one; a spec is not. `named_json`: its name ends in .json.

    Raises PlanFileError for a JSON file that is neither.
    """
    ours = text.lstrip().startswith("{") and '"schema_version"' in text
    if not ours and not named_json:
        return False
    document = _loads(text)
    if document is None:
        raise _wrong(
            "This is neither a saved plan nor a spec: it is no complete JSON document",
            "A plan file that was edited or cut short cannot be applied.",
        )
    if "saved" in document:
        return True
    if not ours and "schema_version" not in document:
        return False
    raise _wrong(
        "This is no saved plan: it has no `saved` part",
        "The report of `plan --format json` cannot be applied; `plan --out FILE` writes what can.",
    )


def parse(text: str) -> SavedFile:
    """The file behind the text. Raises PlanFileError when it was edited or cut, or is another version's."""
    document = _loads(text)
    saved = document.get("saved") if document is not None else None
    if document is None or not isinstance(saved, dict):
        raise _wrong("This is no saved plan", None)
    _check_version(document, saved)
    rest = {**document, "saved": {key: value for key, value in saved.items() if key != "checksum"}}
    if _dumps(document) != text or saved.get("checksum") != _checksum(rest):
        raise _wrong(
            "The saved plan was edited or damaged: its checksum does not fit",
            "A saved plan is applied exactly as it was made and reviewed.",
        )
    try:
        return _file(document, _Saved.model_validate_json(json.dumps(saved)))
    except (ValueError, TypeError):  # pydantic's ValidationError is a ValueError
        raise _wrong("The saved plan has parts that make no sense", "It was not written by sso-sync.") from None


def _check_version(document: Mapping[str, Any], saved: Mapping[str, Any]) -> None:
    found = (document.get("schema_version"), saved.get("format"))
    if found == (SCHEMA_VERSION, FORMAT) and not any(isinstance(number, bool | float) for number in found):
        return
    version = saved.get("tool_version")
    by = f" by sso-sync {version}" if isinstance(version, str) else ""
    raise _wrong(
        f"The saved plan was written{by} in another format than this version of sso-sync reads",
        f"Found: schema_version {json.dumps(found[0])}, format {json.dumps(found[1])}. "
        f"Expected: {SCHEMA_VERSION} and {FORMAT}.",
    )


def _file(document: Mapping[str, Any], saved: _Saved) -> SavedFile:
    documents = document.get("connections", [document])
    return SavedFile(
        tool_version=saved.tool_version,
        overrides=frozenset(saved.overrides),
        rewrites=frozenset(saved.rewrites),
        ignores=frozenset(saved.ignores),
        git=saved.git,
        connections=tuple(_one(one, kept) for one, kept in zip(documents, saved.connections, strict=True)),
    )


def _one(document: Mapping[str, Json], kept: _SavedConnection | _SavedFailure) -> SavedPlan | Unplanned:
    if isinstance(kept, _SavedFailure):
        return Unplanned(kept.path, document)
    made = _Planned.model_validate(document)
    if not _ID.fullmatch(made.plan_id):
        raise ValueError("a plan_id that is none")
    return SavedPlan(
        plan_id=made.plan_id,
        created_at=made.created_at,
        path=made.spec.path,
        name=made.spec.name,
        digest=made.spec.digest,
        fingerprint=made.fingerprint,
        exit_code=kept.exit_code,
        premises=kept.premises,
    )


def _wrong(summary: str, detail: str | None) -> PlanFileError:
    return PlanFileError(Diagnostic("error", summary, detail=detail, next_action=_AGAIN))


def _loads(text: str) -> dict[str, Any] | None:
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return document if isinstance(document, dict) else None


def _dumps(document: Json) -> str:
    """ASCII, so that no version of anything can see it otherwise; the one control character left is escaped as well."""
    return json.dumps(document, ensure_ascii=True, indent=2).replace("\x7f", "\\u007f") + "\n"


def _checksum(document: Json) -> str:
    return hashlib.sha256(_dumps(document).encode("ascii")).hexdigest()
