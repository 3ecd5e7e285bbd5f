"""GitHub's expressions, as far as this repository uses them. What it does not know is an error, never a guess."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

__all__ = ["Unknown", "evaluate", "filled"]

_TOKEN = re.compile(r"\s*(?:(?P<text>'[^']*')|(?P<sign>==|!=|&&|\|\||[!()])|(?P<name>[A-Za-z_][\w.-]*))")
_PLACE = re.compile(r"\$\{\{(.*?)\}\}", re.DOTALL)

Value = str | bool


class Unknown(AssertionError):
    """An expression that the tests do not understand, or one that names what is not there."""


def filled(text: Any, context: Mapping[str, Any], functions: Mapping[str, Callable[[], bool]] | None = None) -> str:
    """A value of a workflow with its expressions in it evaluated, as the text that a variable or an input gets."""
    return _PLACE.sub(lambda match: _text(evaluate(match[1], context, functions or {})), _text(text))


def evaluate(expression: str, context: Mapping[str, Any], functions: Mapping[str, Callable[[], bool]]) -> Value:
    parser = _Parser(_tokens(expression), context, functions)
    value = parser.either()
    if parser.rest:
        raise Unknown(f"{expression!r}: what is {parser.rest[0]!r} doing there?")
    return value


def _tokens(expression: str) -> list[str]:
    found, at = [], 0
    while expression[at:].strip():
        match = _TOKEN.match(expression, at)
        if match is None:
            raise Unknown(f"{expression!r} at {expression[at:]!r}")
        found.append(match[0].strip())
        at = match.end()
    return found


class _Parser:
    def __init__(
        self, tokens: list[str], context: Mapping[str, Any], functions: Mapping[str, Callable[[], bool]]
    ) -> None:
        self.rest = tokens
        self._context, self._functions = context, functions

    def either(self) -> Value:
        value = self._both()
        while self._took("||"):
            other = self._both()
            value = value or other
        return value

    def _both(self) -> Value:
        value = self._compared()
        while self._took("&&"):
            other = self._compared()
            value = value and other
        return value

    def _compared(self) -> Value:
        value = self._single()
        if self._took("=="):
            return _text(value).lower() == _text(self._single()).lower()
        if self._took("!="):
            return _text(value).lower() != _text(self._single()).lower()
        return value

    def _single(self) -> Value:
        if self._took("!"):
            return not self._single()
        if self._took("("):
            value = self.either()
            assert self._took(")")
            return value
        if not self.rest:
            raise Unknown("an expression that ends too early")
        word = self.rest.pop(0)
        if word.startswith("'"):
            return word[1:-1]
        if self._took("("):
            assert self._took(")"), f"{word} takes no arguments here"
            if word not in self._functions:
                raise Unknown(f"the function {word}")
            return self._functions[word]()
        return self._named(word)

    def _named(self, word: str) -> Value:
        found: Any = self._context
        for part in word.split("."):
            if not isinstance(found, Mapping) or part not in found:
                raise Unknown(f"{word}: there is no {part}")
            found = found[part]
        if not isinstance(found, str | bool):
            raise Unknown(f"{word} is no value")
        return found

    def _took(self, sign: str) -> bool:
        if self.rest and self.rest[0] == sign:
            del self.rest[0]
            return True
        return False


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
