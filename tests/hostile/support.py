"""Running the command line in this process, and what must hold of every run whatever it was given."""

from __future__ import annotations

import io
import unicodedata
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sso_sync.cli.main import run
from tests.documents import parsed

__all__ = ["ATTACKS", "CONTRACT", "Ran", "assert_no_terminal_is_fooled", "assert_well_behaved", "sso_sync"]

CONTRACT = frozenset({0, 1, 2, 3, 4, 5, 6, 7, 64})

ATTACKS = (
    "\x1b[2J\x1b]0;title\x07",
    "a\nerror: forged\n\nPlan: 0 to create, 0 to change, 0 to delete.",
    "a\r\nNext: sso-sync apply evil.yaml",
    "a | b | c",
    "`code` ``` ~~~",
    "@everyone @acme/admins",
    "<script>alert(1)</script>",
    "</code></details><img src=x onerror=alert(1)>",
    "\u202etxt.exe\u2066",
    "[click](https://evil.example) ![x](https://evil.example/p.png)",
    "nul \x00 bell \x07 del \x7f",
    "x\u2028\u2029\x85y",
    "\U0001f600\u200d\U0001f525 ünïcödé",
    "{{7*7}} ${7*7} %s %n {0}",
    "'; DROP TABLE x; -- $(id) `id`",
    "../../../../etc/passwd",
)


@dataclass(frozen=True)
class Ran:
    """One finished command line."""

    code: int
    raw: bytes
    err: str
    command: str

    @property
    def out(self) -> str:
        return self.raw.decode("utf-8")

    @property
    def json(self) -> dict[str, Any]:
        return parsed(self.raw, self.command)


def sso_sync(*words: str | Path) -> Ran:
    """Runs one command line in this process."""
    out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True) for _ in range(2))
    with redirect_stdout(out), redirect_stderr(err):
        code = run([str(word) for word in words])
    raw, complaints = (stream.detach().getvalue() for stream in (out, err))
    return Ran(code, raw, complaints.decode("utf-8"), str(words[0]))


def assert_well_behaved(ran: Ran, *, document: bool = False) -> None:
    """No bug of ours came to light, the exit code is one of the contract, and JSON is JSON."""
    for text in (ran.out, ran.err):
        assert "internal error" not in text, text
        assert "inside sso-sync" not in text, text
        assert "Traceback" not in text, text
        assert_no_terminal_is_fooled(text)
    assert ran.code in CONTRACT
    if document:
        assert ran.json["schema_version"]


def assert_no_terminal_is_fooled(text: str) -> None:
    """No escape sequence, no other control character, nothing that turns the reading direction round."""
    for line in text.split("\n"):
        for character in line:
            assert unicodedata.category(character) not in ("Cc", "Cs", "Zl", "Zp"), (character, line)
            assert character not in "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069", line
