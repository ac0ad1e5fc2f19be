"""One style sheet for all pages, with only the rules that some page can use.

The theme's sheets are made for any site: nine tenths of their rules, and hundreds of custom
properties, fit no element of this one. What is kept is found by words, not by rendering: a rule
stays if each class, id and tag in its selector occurs in a page or in a script, so what a script
will add one day is styled, too.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

import tinycss2

_NAME = r"-?[A-Za-z_][\w-]*"
_CLASS = re.compile(rf"\.({_NAME})")
_ID = re.compile(rf"#({_NAME})")
_TAG = re.compile(r"(?:^|[\s>+~])([a-zA-Z][a-zA-Z0-9-]*)")
_BRACKETS = re.compile(r"\[[^\]]*\]")
_INNER = re.compile(r"\([^()]*\)")
_PSEUDO = re.compile(r"::?[-\w]+")
_ESCAPED = re.compile(r"\\(.)")
_USED_PROPERTY = re.compile(r"--[\w-]+")
_URL = re.compile(r"""url\(\s*(["']?)(?!data:|#|/|https?:)([^"')]+)\1\s*\)""")
_IMPORT = re.compile(r"""@import\s+(?:url\(\s*)?["']?([^"')\s;]+)["']?\s*\)?\s*;""")
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_SPACE = re.compile(r"\s+")

_HTML_WORDS = re.compile(r"""\b(?:class|id)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""")
_HTML_TAG = re.compile(r"<([a-zA-Z][a-zA-Z0-9-]*)")
# A script names classes and tags in its strings; words of its comments and its own names are none.
_STRING = re.compile(r""""(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\.)*`""", re.DOTALL)
_LINE_COMMENT = re.compile(r"(?m)^\s*//.*$")
_FACE = re.compile(r"@font-face\{[^}]*\}")
_FAMILY = re.compile(r"font-family:\s*[\"']?([^\"';}]+)")
_KEYFRAMES = re.compile(r"@(?:-webkit-)?keyframes\s+([\w-]+)\{(?:[^{}]*\{[^{}]*\})*[^{}]*\}")
_WORD = re.compile(r"[A-Za-z_][\w-]*")


@dataclass
class Words:
    """The names that a selector may hold: classes and ids, and tags, of pages and scripts."""

    names: set[str] = field(default_factory=set)
    tags: set[str] = field(default_factory=lambda: {"html", "body"})
    properties: set[str] = field(default_factory=set)

    def add_page(self, html: str) -> None:
        for groups in _HTML_WORDS.findall(html):
            self.names.update("".join(groups).split())
        self.tags.update(tag.lower() for tag in _HTML_TAG.findall(html))
        self.properties.update(_USED_PROPERTY.findall(html))

    def add_script(self, script: str) -> None:
        strings = _STRING.findall(_LINE_COMMENT.sub("", _COMMENT.sub("", script)))
        words = set(_WORD.findall(" ".join(strings)))
        self.names |= words
        self.tags |= words
        self.properties.update(_USED_PROPERTY.findall(script))

    def fit(self, selector: str) -> bool:
        """Return whether some element may match the one `selector`, which has no comma."""
        plain = _ESCAPED.sub(r"\1", _BRACKETS.sub("", selector))
        while _INNER.search(plain):  # what stands in :not(...) or :is(...) need not occur
            plain = _INNER.sub("", plain)
        plain = _PSEUDO.sub("", plain)
        if not all(name in self.names for name in _CLASS.findall(plain) + _ID.findall(plain)):
            return False
        return all(tag.lower() in self.tags for tag in _TAG.findall(_ID.sub("", plain)))


def read_sheet(path: Path, base: Path) -> str:
    """Return the sheet at `path` with its imports in place and its addresses relative to `base`."""
    text = _COMMENT.sub("", path.read_text(encoding="utf-8"))
    text = _IMPORT.sub(lambda found: read_sheet((path.parent / found[1]).resolve(), base), text)
    folder = PurePosixPath(path.resolve().parent.relative_to(base.resolve()).as_posix())

    def moved(found: re.Match[str]) -> str:
        # What came by an import is relative to `base` already.
        if (base / found[2].split("#")[0].split("?")[0]).is_file():
            return found[0]
        parts: list[str] = []
        for part in (folder / found[2]).parts:
            if part == ".." and parts:
                parts.pop()
            else:
                parts.append(part)
        return f"url({found[1]}{'/'.join(parts)}{found[1]})"

    return _URL.sub(moved, text)


def purge(css: str, words: Words) -> str:
    """Return `css` without comments, needless space, and the rules that fit nothing in `words`."""
    kept = _rules(tinycss2.parse_stylesheet(css, skip_comments=True, skip_whitespace=True), words)
    while True:
        used = words.properties | set(re.findall(r"var\(\s*(--[\w-]+)", kept))
        smaller = _rules(
            tinycss2.parse_stylesheet(kept, skip_comments=True, skip_whitespace=True), words, used
        )
        if smaller == kept:
            return kept
        kept = smaller


def drop_unasked(css: str) -> str:
    """Return `css` without the fonts that no rule asks for and the motions that none starts."""
    rest = _KEYFRAMES.sub("", _FACE.sub("", css))
    css = _KEYFRAMES.sub(lambda found: found[0] if found[1] in rest else "", css)

    def asked(face: re.Match[str]) -> str:
        family = _FAMILY.search(face[0])
        return face[0] if family and family[1].replace("\\", "") in rest else ""

    return _FACE.sub(asked, css)


def _rules(rules: Iterable[object], words: Words, used: set[str] | None = None) -> str:
    out = []
    for rule in rules:
        kind = getattr(rule, "type", "")
        if kind == "qualified-rule":
            selectors = _selectors(tinycss2.serialize(rule.prelude))  # type: ignore[attr-defined]
            fitting = [selector for selector in selectors if words.fit(selector)]
            body = _declarations(rule.content, used) if fitting else ""  # type: ignore[attr-defined]
            if body:
                out.append(f"{','.join(fitting)}{{{body}}}")
        elif kind == "at-rule":
            out.append(_at_rule(rule, words, used))
    return "".join(out)


def _at_rule(rule: object, words: Words, used: set[str] | None) -> str:
    name = rule.lower_at_keyword  # type: ignore[attr-defined]
    prelude = _SPACE.sub(" ", tinycss2.serialize(rule.prelude)).strip()  # type: ignore[attr-defined]
    content = rule.content  # type: ignore[attr-defined]
    if content is None:
        return "" if name == "charset" else f"@{name} {prelude};"
    if name in {"media", "supports", "layer", "container"}:
        inner = tinycss2.parse_rule_list(content, skip_comments=True, skip_whitespace=True)
        body = _rules(inner, words, used)
    elif name in {"font-face", "page"}:
        body = _declarations(content, None)
    else:
        body = _SPACE.sub(" ", tinycss2.serialize(content)).strip()
    return f"@{name} {prelude}{{{body}}}".replace(" {", "{", 1) if body else ""


def _selectors(prelude: str) -> list[str]:
    """Return the selectors of a list, commas inside brackets apart."""
    parts, depth, start = [], 0, 0
    for place, sign in enumerate(prelude):
        depth += (sign in "([") - (sign in ")]")
        if sign == "," and depth == 0:
            parts.append(prelude[start:place])
            start = place + 1
    parts.append(prelude[start:])
    return [re.sub(r"\s*([>~])\s*", r"\1", _SPACE.sub(" ", part)).strip() for part in parts]


def _declarations(content: list[object], used: set[str] | None) -> str:
    found = tinycss2.parse_declaration_list(content, skip_comments=True, skip_whitespace=True)
    if any(one.type != "declaration" for one in found):
        # a nested rule, or something newer than the parser: as it is
        return _SPACE.sub(" ", tinycss2.serialize(content)).strip()
    out = []
    for one in found:
        if used is not None and one.name.startswith("--") and one.name not in used:
            continue
        value = _SPACE.sub(" ", tinycss2.serialize(one.value)).strip()
        value = re.sub(r"\s*,\s*", ",", value) if '"' not in value and "'" not in value else value
        out.append(f"{one.name}:{value}{'!important' if one.important else ''}")
    return ";".join(out)
