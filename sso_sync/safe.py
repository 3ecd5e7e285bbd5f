"""Text from outside, made safe to show: what could fool a terminal or a reader's eye becomes a visible escape.

Names come from live sides where other people write them. An escape sequence could repaint the plan that somebody is
about to approve, a bidirectional override could swap its words, a newline could forge a line of it. Letters of any
script pass as they are.
"""

from __future__ import annotations

import re
import unicodedata

__all__ = ["looks", "visible"]

_MARKS_IN_A_ROW = 4  # more than any script needs; a pile of marks paints over the neighbouring lines
_JOINERS = "\u200c\u200d"
_UNSAFE_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp", "Zs"})
# Letters and marks that draw nothing, so that two different names can look alike.
_BLANK = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0") | {
    chr(code) for block in (range(0x180B, 0x1810), range(0xFE00, 0xFE0F), range(0xE0100, 0xE01F0)) for code in block
}
_EMOJI_STYLE = "\ufe0f"
_PLAIN = re.compile(r"[ -~]*")


def visible(text: str) -> str:
    """`text` on one line; what is invisible or active is shown as an escape such as `\\n`, `\\x1b` or `\\u202e`."""
    if _PLAIN.fullmatch(text):
        return text
    shown: list[str] = []
    marks = 0
    for index, character in enumerate(text):
        mark = unicodedata.category(character) in ("Mn", "Me")
        marks = marks + 1 if mark else 0
        hidden = (mark and (index == 0 or marks > _MARKS_IN_A_ROW)) or not _harmless(text, index)
        shown.append(_escape(character) if hidden else character)
    return "".join(shown)


def looks(text: str) -> str:
    """What a reader sees of visible text: equal for two that cannot be told apart, such as é in one part or in two."""
    return unicodedata.normalize("NFC", text)


def _escape(character: str) -> str:
    return character.encode("unicode_escape").decode("ascii")


def _harmless(text: str, index: int) -> bool:
    character = text[index]
    if character == " ":
        return True
    if character in _JOINERS:
        return _joins(text, index)
    if character == _EMOJI_STYLE:
        return index > 0 and unicodedata.category(text[index - 1]) == "So"
    return unicodedata.category(character) not in _UNSAFE_CATEGORIES and character not in _BLANK


def _joins(text: str, index: int) -> bool:
    """Whether a zero-width joiner does visible work: between Arabic letters, after an Indic virama, inside an emoji."""
    if not 0 < index < len(text) - 1:
        return False
    before, after = text[index - 1], text[index + 1]
    if unicodedata.bidirectional(before) == unicodedata.bidirectional(after) == "AL":
        return True
    if unicodedata.combining(before) == 9:  # the canonical combining class of viramas
        return unicodedata.category(after) == "Lo"
    emoji = unicodedata.category(before) in ("So", "Sk") or before == _EMOJI_STYLE
    return emoji and unicodedata.category(after) == "So"
