"""Every text colour can be read on every ground that it stands on, in light and in dark; axe cannot judge charts."""

from __future__ import annotations

import re
from importlib.resources import files
from itertools import product

import pytest

_STYLE = (files("sso_sync.report.html") / "templates" / "style.css").read_text(encoding="utf-8")
_TONES = ("bad", "warn", "open", "good", "quiet")


def colours(scheme: str) -> dict[str, str]:
    light, _, dark = _STYLE.partition("@media (prefers-color-scheme: dark)")
    found = dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6})", light))
    return found if scheme == "light" else found | dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6})", dark))


def luminance(colour: str) -> float:
    """WCAG's relative luminance."""
    parts = [int(colour[index : index + 2], 16) / 255 for index in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_can_be_read_and_shapes_can_be_seen(scheme: str) -> None:
    colour = colours(scheme)
    texts = [*product(("ink", "dim", "link", *_TONES), ("page", "card"))]
    texts += [(tone, f"{tone}-soft") for tone in _TONES] + [*product(("ink",), ("code", "bad-soft", "good-soft"))]
    assert {pair: contrast(colour[pair[0]], colour[pair[1]]) for pair in texts if _under(colour, pair, 4.5)} == {}
    shapes = [*product(("onelogin", "justcall", "focus", *_TONES), ("card",))]
    assert {pair: contrast(colour[pair[0]], colour[pair[1]]) for pair in shapes if _under(colour, pair, 3)} == {}


def _under(colour: dict[str, str], pair: tuple[str, str], least: float) -> bool:
    return contrast(colour[pair[0]], colour[pair[1]]) < least
