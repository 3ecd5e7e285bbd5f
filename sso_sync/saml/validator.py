"""OneLogin's ACS URL Validator: a regular expression that decides where assertions may be sent.

The guide's recipe (`.` as `\\.`, `/` as `\\/`, no anchors) also lets `https://evil.example/?x=<acs>` pass when the
pattern is searched for (fact sheet §6.5), so the default here is anchored at both ends. Patterns are compared by
meaning, never by text: guides and people disagree about what needs a backslash.
"""

from __future__ import annotations

import re

from sso_sync.saml.pattern import canonical, effort, has_special_group
from sso_sync.saml.quiet import without_warnings

__all__ = ["accepts", "accepts_only", "accepts_whole", "anchored", "equivalent", "guide", "problem"]

_MAX_PATTERN = 4096  # characters
_MAX_URL = 2048  # characters
_MAX_EFFORT = 50_000_000  # an upper bound; even hostile patterns below it end within a second
_TYPICAL_URL = 64  # characters; what `problem` weighs a pattern against
_ESCAPED = frozenset(r"\^$.|?*+()[]{}/")


def anchored(url: str) -> str:
    r"""The pattern for this URL and nothing else: `^https:\/\/bifrost\.justcall\.io\/…$`."""
    return f"^{guide(url)}$"


def guide(url: str) -> str:
    r"""The guide's step 3: `.` as `\.` and `/` as `\/`, unanchored; other metacharacters are escaped too."""
    return "".join("\\" + char if char in _ESCAPED else char for char in url)


def equivalent(one: str, other: str) -> bool:
    r"""Whether both patterns mean the same apart from how they are escaped: `\/` = `/`, `\-` = `-`, `[.]` = `\.`.

    Anchors matter. True is always right; False may also mean that the patterns are the same in a way not seen here.
    """
    if max(len(one), len(other)) > _MAX_PATTERN:
        return one == other
    return one == other or canonical(one) == canonical(other)


def accepts(pattern: str, url: str) -> bool:
    """Whether the pattern is found in `url`, as an unanchored pattern behaves (Python's `re.search`).

    False also for a pattern that is no regular expression or cannot be tried safely (see `problem`), for a text above
    2048 characters, and for one with white space: that is no URL, and `$` would let a line break at the end pass.
    """
    if len(url) > _MAX_URL or any(char.isspace() for char in url):
        return False
    compiled = _compile(pattern, len(url))
    return not isinstance(compiled, str) and compiled.search(url) is not None


def accepts_whole(pattern: str, url: str) -> bool:
    """Whether the whole URL matches; where bracketing makes a pattern too hard to check, whether a search finds it.

    Whether OneLogin anchors a pattern by itself is unsure (fact sheet justcall §6.5), so end to end is what counts.
    """
    bracketed = f"^(?:{pattern})$"
    return accepts(pattern if problem(bracketed) is not None else bracketed, url)


def accepts_only(pattern: str, url: str) -> bool:
    """Whether the pattern lets this URL pass and nothing else: it is `anchored(url)`, however escaped."""
    return equivalent(pattern, anchored(url))


def problem(pattern: str) -> str | None:
    """Why this pattern cannot be checked: too long, no regular expression, or so ambiguous that a search may never end.

    One clause to follow "the validator", such as "is not a regular expression: …"; None when it can be checked.
    """
    compiled = _compile(pattern, _TYPICAL_URL)
    return compiled if isinstance(compiled, str) else None


def _compile(pattern: str, length: int) -> re.Pattern[str] | str:
    """The pattern ready to be tried on `length` characters, or why not."""
    if len(pattern) > _MAX_PATTERN:
        return f"is longer than {_MAX_PATTERN} characters"
    try:
        with without_warnings():
            compiled = re.compile(pattern)
    except (re.error, OverflowError, RecursionError) as error:
        return f"is not a regular expression: {error}"
    if has_special_group(pattern):
        return "uses a special group, (?…), whose meaning cannot be checked"
    if effort(pattern, length, _MAX_EFFORT) >= _MAX_EFFORT:
        return "repeats what is already repeated or leaves too many choices, so that trying it might never end"
    return compiled
