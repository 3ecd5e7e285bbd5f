"""A Playwright trace made fit to be kept: e-mail addresses, cookies and tokens masked, what cannot be masked left out.

A trace is a zip of JSON lines (actions, DOM snapshots, requests with their headers) and of the resources that the page
loaded. Text is masked; pictures and fonts are dropped, because nobody can say what they show.
"""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Iterable, Mapping
from typing import Any

from sso_sync.justcall.browser.told import without_emails

__all__ = ["MASK", "masked_trace"]

MASK = "***"
_LINES = (".trace", ".network", ".stacks")
_HEADERS = frozenset({"cookie", "set-cookie", "authorization", "proxy-authorization", "x-csrf-token", "x-xsrf-token"})
_FIELDS = re.compile(
    r"""(name=["'](?:csrf|_csrf|csrfmiddlewaretoken|authenticity_token|samlresponse|samlrequest)["'][^>]*value=["'])[^"']*""",
    re.IGNORECASE,
)
_SHORTEST_SECRET = 8  # characters; masking shorter texts would eat words of the page


def masked_trace(raw: bytes, secrets: Iterable[str]) -> bytes:
    """The same trace without e-mail addresses, without cookies and without any of `secrets`, which are texts."""
    hide = _Hide(secrets)
    kept = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(raw)) as source,
        zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for name in source.namelist():
            content = _text(source.read(name))
            if content is None:
                continue
            target.writestr(name, hide.lines(content) if name.endswith(_LINES) else hide.text(content))
    return kept.getvalue()


def _text(content: bytes) -> str | None:
    try:
        text = content.decode()
    except UnicodeDecodeError:
        return None
    return None if "\0" in text else text


class _Hide:
    """Replaces what must not be kept, longest secrets first, so that no part of one is left over."""

    def __init__(self, secrets: Iterable[str]) -> None:
        known = sorted({secret for secret in secrets if len(secret) >= _SHORTEST_SECRET}, key=len, reverse=True)
        self._secrets = re.compile("|".join(map(re.escape, known))) if known else None

    def text(self, text: str) -> str:
        hidden = self._secrets.sub(MASK, text) if self._secrets else text
        return _FIELDS.sub(rf"\1{MASK}", without_emails(hidden))

    def lines(self, text: str) -> str:
        """JSON lines stay JSON lines; what is none of them is left out, for nobody could say what it holds."""
        kept = []
        for line in text.split("\n"):
            try:
                kept.append(json.dumps(self._value(json.loads(line)), separators=(",", ":")))
            except (ValueError, RecursionError):
                continue
        return "".join(f"{line}\n" for line in kept)

    def _value(self, value: Any) -> Any:
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, list):
            return [self._value(part) for part in value]
        if isinstance(value, Mapping):
            return self._mapping(value)
        return value

    def _mapping(self, value: Mapping[str, Any]) -> dict[str, Any]:
        name = value.get("name")
        if isinstance(name, str) and name.lower() in _HEADERS and "value" in value:
            return {**value, "value": MASK}
        return {key: [] if key == "cookies" else self._value(part) for key, part in value.items()}
