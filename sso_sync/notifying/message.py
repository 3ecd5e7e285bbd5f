"""One message for a whole run: what became of which connections, short enough for any channel."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sso_sync.notifying.facts import Fact, Gravity, Subject
from sso_sync.notifying.wording import code
from sso_sync.report.counting import count

__all__ = ["Message", "compose"]

_LONGEST = 3500  # characters; Slack, Teams and Discord cut at four thousand or fold what is longer
_LONGEST_LINE = 400
_MOST_NAMES = 20


@dataclass(frozen=True, slots=True)
class Message:
    """A title on one line, and a body in Markdown that reads well as plain text, too."""

    title: str
    body: str
    gravity: Gravity


def compose(changed: Sequence[Subject]) -> Message:
    """The message about what changed; each subject holds nothing but its news, and there is at least one."""
    ordered = sorted(changed, key=lambda subject: -_gravest(subject).gravity)
    return Message(f"sso-sync: {_title(ordered)}", _body(ordered), _gravest(ordered[0]).gravity)


def _gravest(subject: Subject) -> Fact:
    return max(subject.facts, key=lambda fact: fact.gravity)


def _headlines(subject: Subject) -> tuple[str, ...]:
    """The gravest first, each once: both sides have the same certificate, as a rule."""
    ordered = sorted(subject.facts, key=lambda fact: -fact.gravity)
    return tuple(dict.fromkeys(fact.headline for fact in ordered))


def _title(subjects: Sequence[Subject]) -> str:
    if len(subjects) == 1:
        first, *others = _headlines(subjects[0])
        return first + (f", and {len(others)} more" if others else "")
    words = Counter(_gravest(subject).word for subject in subjects)
    return f"{count(len(subjects), 'connection')}: {', '.join(f'{number} {word}' for word, number in words.items())}"


def _body(subjects: Sequence[Subject]) -> str:
    """As many connections as there is room for, one at least, and the names of the others."""
    parts: list[str] = []
    for number, subject in enumerate(subjects):
        part = _section(subject)
        if parts and sum(map(len, parts)) + len(part) > _LONGEST:
            parts.append(_others(subjects[number:]))
            break
        parts.append(part)
    return "\n\n".join(parts)


def _section(subject: Subject) -> str:
    return "\n\n".join(_paragraphs(subject))


def _paragraphs(subject: Subject) -> Iterator[str]:
    for headline in _headlines(subject):
        lines = [line for fact in subject.facts if fact.headline == headline for line in fact.lines]
        yield "\n".join([f"**{headline}** ({code(subject.path)})", "", *map(_cut, dict.fromkeys(lines))]).rstrip()


def _cut(line: str) -> str:
    return line if len(line) <= _LONGEST_LINE else line[: _LONGEST_LINE - 1].rstrip("`") + "…"


def _others(subjects: Sequence[Subject]) -> str:
    names = ", ".join(code(subject.name) for subject in subjects[:_MOST_NAMES])
    more = f" and {len(subjects) - _MOST_NAMES} more" if len(subjects) > _MOST_NAMES else ""
    return f"Also: {names}{more}"
