"""Regular expressions as data: cut into tokens, written in one canonical way, weighed before anybody runs them."""

from __future__ import annotations

import re
import string
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache

__all__ = ["canonical", "effort", "has_special_group"]

_TOKEN = re.compile(
    r"""
      (?P<escape> \\ (?: x[0-9A-Fa-f]{2} | u[0-9A-Fa-f]{4} | [0-9]{1,3} | . ) )
    | (?P<set> \[ \^? \]? (?: \\. | [^\]\\] )* \] )
    | (?P<open> \( (?: \? (?: : | = | ! | P<[A-Za-z_]\w*> ) | (?!\?) ) )
    | (?P<verbatim> [\^$.] | \( \? [aims]+ \) )
    | (?P<special> \( \? )
    | (?P<close> \) )
    | (?P<repeat> (?: [*+?] | \{ (?=[0-9,]) [0-9]* (?: , [0-9]* )? \} ) [?+]? )
    | (?P<bar> \| )
    | (?P<broken> [\\\[] )
    | (?P<literal> . )
    """,
    re.VERBOSE | re.DOTALL,
)
_META = frozenset(r"\^$.|?*+()[]{}")
_META_IN_SET = frozenset(r"\^-[]&~|")
_PUNCTUATION = frozenset(string.punctuation)
_remembered = lru_cache(maxsize=256)  # a run asks for the same few patterns again and again


@_remembered
def canonical(pattern: str) -> str:
    r"""The pattern with needless escapes removed and needed ones added, so that `\/` and `/`, `[.]` and `\.` are equal.

    Means the same as `pattern` under Python's `re`; a pattern with special groups is returned as it is.
    """
    if has_special_group(pattern):
        return pattern
    return "".join(_rewrite(kind, text) for kind, text in _tokens(pattern))


@_remembered
def has_special_group(pattern: str) -> bool:
    """Whether the pattern uses a `(?…)` that is not understood here: look-behind, comments, the `x` flag and the like.

    Under the `x` flag even a space or `#` changes what the rest of the pattern means.
    """
    return any(kind == "special" for kind, _ in _tokens(pattern))


@_remembered
def effort(pattern: str, length: int, limit: int) -> int:
    """An upper bound for the ways a backtracking matcher may have to try on a text of `length` characters.

    Counts one choice per alternative and per possible number of repetitions, for every place the search may start
    from; a choice inside a repeated group counts again for every round. Never more than `limit`. The pattern need not
    be valid, but must not have special groups.
    """
    frames = [_Frame()]
    for kind, text in _tokens(pattern):
        frame = frames[-1]
        match kind:
            case "open":
                frames.append(_Frame())
            case "close" if len(frames) > 1:
                frames.pop()
                frames[-1].add(min(limit, frame.total()))
            case "repeat":
                frame.last = _repeated(frame.last, text, length, limit)
            case "bar":
                frame.branch()
            case _:
                frame.add(1)
        frames[-1].cap(limit)
    ways = 1
    for frame in frames:  # more than one only in a pattern that leaves groups open
        ways *= frame.total()
    return min(limit, ways * (length + 1))


@dataclass
class _Frame:
    """The ways through one group: finished alternatives are summed, what follows in a row is multiplied."""

    finished: int = 0
    row: int = 1
    last: int = field(default=1)

    def add(self, ways: int) -> None:
        self.row *= self.last
        self.last = ways

    def branch(self) -> None:
        self.finished = self.total()
        self.row = self.last = 1

    def total(self) -> int:
        return self.finished + self.row * self.last

    def cap(self, limit: int) -> None:
        self.finished, self.row, self.last = (min(limit, n) for n in (self.finished, self.row, self.last))


def _repeated(ways: int, repeat: str, length: int, limit: int) -> int:
    low, high = _bounds(repeat, length)
    if ways == 1:
        return max(1, high - low + 1)
    total = rounds = 1
    for _ in range(high):
        rounds *= ways
        total += rounds
        if total >= limit:
            return limit
    return total


def _bounds(repeat: str, length: int) -> tuple[int, int]:
    """Fewest and most rounds, neither above the length of the text."""
    if repeat[0] != "{":
        return (1 if repeat[0] == "+" else 0), (1 if repeat[0] == "?" else length)
    low, comma, high = repeat[1 : repeat.index("}")].partition(",")
    least = min(length, int(low[:9] or 0))
    return least, min(length, int(high[:9])) if high else (length if comma else least)


def _tokens(pattern: str) -> Iterator[tuple[str, str]]:
    for found in _TOKEN.finditer(pattern):
        yield found.lastgroup or "literal", found.group()


def _rewrite(kind: str, text: str) -> str:
    if kind == "literal" or (kind == "escape" and text[1:] in _PUNCTUATION):
        return _literal(text[-1])
    return _rewrite_set(text) if kind == "set" else text


def _literal(char: str) -> str:
    return "\\" + char if char in _META else char


def _rewrite_set(text: str) -> str:
    r"""`[\.\/]` as `[./]`; a set of one character, such as `[.]`, as that character."""
    head = "[^" if text.startswith("[^") else "["
    members = [found.group() for found in re.finditer(r"\\.|.", text[len(head) : -1], re.DOTALL)]
    if head == "[" and len(members) == 1 and (len(members[0]) == 1 or members[0][1] in _PUNCTUATION):
        return _literal(members[0][-1])
    return head + "".join(_rewrite_member(member) for member in members) + "]"


def _rewrite_member(member: str) -> str:
    char = member[-1]
    if len(member) == 1:
        return char if char in "-^" or char not in _META_IN_SET else "\\" + char
    return member if char in _META_IN_SET or char not in _PUNCTUATION else char
