"""A page as a browser would take it apart: elements, attributes, text, and tables by their caption."""

from __future__ import annotations

from html.parser import HTMLParser

__all__ = ["Dom", "parsed"]

_VOID = {"meta", "link", "br"}
_SIGNS = ("✗", "✓", "≠", "?", "!", "i", "\N{EN DASH}")


class Dom(HTMLParser):
    """Fails for a page that closes what it did not open."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[tuple[tuple[str, ...], str]] = []
        self.tables: list[tuple[str, str, list[list[str]]]] = []
        self.style = ""
        self._path: list[str] = []
        self._section = ""
        self.feed(html)
        self.close()
        assert not self._path

    @property
    def text(self) -> str:
        return " ".join(" ".join(text for _, text in self.texts).split())

    def within(self, tag: str) -> list[str]:
        """The pieces of text inside elements of this kind."""
        return [text for path, text in self.texts if tag in path]

    def table(self, caption: str, section: str = "") -> list[list[str]]:
        """The rows of the table of that caption, in the section whose place ends so."""
        (rows,) = [rows for place, name, rows in self.tables if name == caption and place.endswith(section)]
        return rows

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag == "section":
            self._section = dict(attrs).get("id") or ""
        if tag == "table":
            self.tables.append((self._section, "", []))
        if tag == "tr":
            self.tables[-1][2].append([])
        if tag in ("td", "th"):
            self.tables[-1][2][-1].append("")
        if tag not in _VOID:
            self._path.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self._path.pop() == tag

    def handle_data(self, data: str) -> None:
        if "style" in self._path:
            self.style += data
            return
        if not data.strip():
            return
        self.texts.append((tuple(self._path), data))
        if "caption" in self._path:
            place, name, rows = self.tables.pop()
            self.tables.append((place, name + data, rows))
        elif "td" in self._path or "th" in self._path:
            cells = self.tables[-1][2][-1]
            # A word behind its sign stands apart; the two halves of an address do not.
            glued = ("code" in self._path or "bdi" in self._path) and not cells[-1].endswith(_SIGNS)
            cells[-1] = (cells[-1] + ("" if glued else " ") + data.strip()).strip()

    def handle_comment(self, data: str) -> None:
        raise AssertionError(f"a comment: {data}")

    def handle_pi(self, data: str) -> None:
        raise AssertionError(f"an instruction: {data}")


def parsed(html: str) -> Dom:
    return Dom(html)
