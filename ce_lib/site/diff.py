"""Which pages differ between two built sites, and how they read then and now.

`ce-course diff-site OLD NEW` is for a reviewer: it compares what a reader meets, line by line, and
leaves out what changes with every build (the names of files kept in the browser's cache, the
table of contents beside the text, the boxes that a formula is made of).
"""

from __future__ import annotations

import difflib
import hashlib
import re
from dataclasses import dataclass
from html import escape
from html.parser import HTMLParser
from pathlib import Path

__all__ = ["Change", "DiffError", "compare_sites", "lines_of", "write_report"]

_BLOCKS = {
    "article", "aside", "blockquote", "caption", "dd", "details", "div", "dl", "dt", "figcaption",
    "figure", "h1", "h2", "h3", "h4", "h5", "h6", "li", "ol", "p", "pre", "section", "summary",
    "table", "td", "th", "tr", "ul",
}  # fmt: skip
_EMPTY = {"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"}
_PREFIX = {"h1": "# ", "h2": "## ", "h3": "### ", "h4": "#### ", "li": "- "}
_VERSION = re.compile(r"\?v=\w+|\?digest=\w+")


class DiffError(Exception):
    """The folders cannot be compared; the message says why."""


@dataclass(frozen=True)
class Change:
    """A page that differs: `diff` has the lines of a unified diff, without its two first."""

    page: str
    kind: str  # "changed", "new" or "gone"
    diff: tuple[str, ...]


class _Reader(HTMLParser):
    """Collect the lines of the article: its words, formulas as LaTeX, links, figures."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []
        self._words = ""
        self._stack: list[str] = []
        self._skip = 0  # depth of the element whose inside is no text
        self._in_article = 0
        self._svg = ""
        self._pre = False

    def _flush(self) -> None:
        text = self._words if self._pre else " ".join(self._words.split())
        self.lines += [line for line in text.split("\n") if line.strip() and line.strip("#- ")]
        self._words = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {key: value or "" for key, value in attrs}
        if self._svg and tag != "svg":
            self._svg += _VERSION.sub("", self.get_starttag_text() or "")
        if tag not in _EMPTY:
            self._stack.append(tag)
        self._in_article += tag == "article"
        if self._skip or not self._in_article:
            return
        if tag == "annotation":
            self._words += " $"
        elif tag == "svg":
            self._svg = f"[figure: {given.get('aria-label', '')}] "
        elif (
            tag in {"script", "style"}
            or self._stack[-2:-1] == ["semantics"]  # MathML, beside its LaTeX
            or given.get("class") in {"katex-html", "headerlink"}
        ):
            self._skip = len(self._stack)
        elif tag == "img":
            self._words += f"[image {_VERSION.sub('', given.get('src', ''))}: {given.get('alt')}]"
        elif tag in _BLOCKS:
            self._flush()
            self._pre = self._pre or tag == "pre"
            self._words = _PREFIX.get(tag, "")
        elif tag == "a" and given.get("href"):
            self._words += f"<{_VERSION.sub('', given['href'])}> "

    def handle_endtag(self, tag: str) -> None:
        while self._stack and tag in self._stack:
            ended = self._stack.pop()
            if self._skip > len(self._stack):
                self._skip = 0
            elif ended == "annotation":
                self._words = self._words.rstrip() + "$ "
            elif ended == "svg" and self._svg and "svg" not in self._stack:
                mark = hashlib.sha256(self._svg.encode()).hexdigest()[:8]
                self._words += f"{self._svg.split(']')[0]}] drawing {mark}"
                self._svg = ""
            elif ended in _BLOCKS and self._in_article:
                self._flush()
                self._pre = self._pre and ended != "pre"
            self._in_article -= ended == "article"
            if ended == tag:
                break

    def handle_data(self, data: str) -> None:
        if self._svg:
            self._svg += data
        elif self._in_article and not self._skip:
            self._words += data


def lines_of(html: str) -> list[str]:
    """Return what a reader meets in the article of the page `html`, a line for each block."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.lines


def compare_sites(old: Path, new: Path) -> list[Change]:
    """Return the pages that differ between the built sites in the folders `old` and `new`.

    Raises
    ------
    DiffError
        If one of the folders has no pages.
    """
    pages = {}
    for folder in (old, new):
        pages[folder] = {
            path.relative_to(folder).as_posix(): path
            for path in folder.rglob("*.html")
            if "_static" not in path.relative_to(folder).parts
        }
        if not pages[folder]:
            raise DiffError(f"{folder} holds no built site: give the folder with index.html")
    changes = []
    for name in sorted(pages[old].keys() | pages[new].keys()):
        before, after = (
            lines_of(pages[folder][name].read_text(encoding="utf-8"))
            if name in pages[folder]
            else []
            for folder in (old, new)
        )
        if before == after:
            continue
        kind = "new" if name not in pages[old] else "gone" if name not in pages[new] else "changed"
        diff = list(difflib.unified_diff(before, after, lineterm="", n=1))[2:]
        changes.append(Change(name, kind, tuple(diff)))
    return changes


def write_report(changes: list[Change], target: Path) -> None:
    """Write the changes as one page that needs no other file."""
    parts = [
        '<!doctype html><html lang="en"><meta charset="utf-8"><title>Changed pages</title>',
        '<meta name="viewport" content="width=device-width">',
        "<style>body{font:16px/1.5 sans-serif;margin:2rem auto;max-width:60rem;padding:0 1rem}"
        "pre{white-space:pre-wrap}ins{background:#d7f5dc;text-decoration:none}"
        "del{background:#fbdcdc}ins,del{display:block}</style>",
        f"<h1>{len(changes)} changed page{'' if len(changes) == 1 else 's'}</h1>",
    ]
    for change in changes:
        lines = []
        for line in change.diff:
            tag = {"+": "ins", "-": "del"}.get(line[:1])
            text = escape(line)
            lines.append(f"<{tag}>{text}</{tag}>" if tag else f"{text}\n")
        parts.append(f"<h2>{escape(change.page)} ({change.kind})</h2><pre>{''.join(lines)}</pre>")
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text("\n".join(parts) + "\n", encoding="utf-8")
