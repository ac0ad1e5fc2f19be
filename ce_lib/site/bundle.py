"""One style sheet and one script for all pages, fetched once and kept by the browser.

Sphinx, the theme and every extension bring files of their own: thirty requests before a page
shows. Here they become `course-bundle.css` (see `ce_lib.site.stylesheets`) and `course-bundle.js`,
which waits until the page is read. What only some pages need (a figure, the search) stays apart.
"""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx
from sphinx.util import logging

from ce_lib.site.stylesheets import Words, drop_unasked, purge, read_sheet

logger = logging.getLogger(__name__)

CSS, JS = "course-bundle.css", "course-bundle.js"
OURS = "_static/course.js"

_SHEET = re.compile(
    r'\s*<link\b(?=[^>]*\brel="stylesheet")[^>]*\bhref="(?:\.\./)*_static/([^"?]+)[^>]*/?>'
)
_PRELOAD = re.compile(r'\s*<link\b(?=[^>]*\brel="preload")(?=[^>]*\bas="script")[^>]*/?>')
_SCRIPT = re.compile(r"\s*<script\b([^>]*)>(.*?)</script>", re.DOTALL)
_SOURCE = re.compile(r'\bsrc="((?:\.\./)*)([^"?]+)[^"]*"')
_BUNDLED = re.compile(rf"({re.escape(CSS)}|{re.escape(JS)})\?v=\w+")
_HEAD_END = "</head>"

# Loaded by the page of results alone; together they weigh more than any chapter's text.
_SEARCH = {"_static/searchtools.js", "_static/language_data.js", "searchindex.js"}
# Made for a kernel on another host, and for tabs, which no page has.
# Bootstrap's script is larger than all others together, for one menu and for tooltips, which a
# browser has itself (see `ce_lib.site.pages`).
_UNUSED = ("thebe", "kernelName", "THEBE", "DOCUMENTATION_OPTIONS.pagename", "design-tabs.js",
           "bootstrap.js")  # fmt: skip
# The theme's scripts name hundreds of classes of parts that no page has. They set these.
_THEME = ("sphinx-book-theme.js", "pydata-sphinx-theme.js")
_SET_BY_THEME = {"active", "hide", "scrolled", "dropdown-menu-dark"}
# The theme asks every listing and table for its width as soon as the page is loaded, and again
# whenever something changes: the browser then has to lay out the whole chapter at once. What
# scrolls is made reachable by course.js, section by section.
_ASKS_ALL = re.compile(
    r',"complete"===document\.readyState\?(\w+)\(\):window\.addEventListener\("load",\1\)'
)
# The font of the text is fetched beside the sheet: were it to come later, every line would move.
# From the disk there is nothing to win, and Chromium refuses to load a font ahead.
_PRELOAD_FONT = """<script>location.protocol === "file:" || document.head.append(
Object.assign(document.createElement("link"), { rel: "preload", as: "font", type: "font/woff2",
crossOrigin: "", href: "%s_static/core/source-serif-4.woff2" }))</script>"""
# In the theme's place: what the reader chose is set before anything is drawn. From the disk, a page
# that looks into its storage before Chromium's main process has heard of the page gets (one in ten,
# if it is short) a storage apart, and what it writes there is forgotten. To ask for cookies, of
# which there are none, is to wait for that process.
_SET_THEME = """<script>(() => {
const set = (name, value) => { document.documentElement.dataset[name] = value || "auto"; };
try {
if (location.protocol === "file:") document.cookie;
for (const name of ["mode", "theme"]) set(name, localStorage.getItem(name));
} catch { set("mode"); set("theme"); }
})()</script>"""
# Sources for a debugger, and what `_mend_pages` has put into the pages as drawings.
_LITTER = (
    "*.map",
    "scripts/fontawesome*",
    "scripts/bootstrap*",
    "sphinx-thebe*",
    "vendor/*",
    "*webpack-macros.html",
)


def split_page(html: str, *, search: bool = False) -> tuple[str, list[str], list[str]]:
    """Return a page on the two bundles, and the sheets and scripts that it had before.

    A script is its path below the site's root, or its text after `inline:`.
    """
    up = (re.search(r'data-content_root="([^"]*)"', html) or ["", "./"])[1].removeprefix("./")
    sheets = _SHEET.findall(html)
    if not sheets or CSS in sheets:
        return html, [], []
    html = _PRELOAD.sub("", html)
    head = html.index(_HEAD_END)
    scripts: list[str] = []
    own: list[str] = []

    def take(found: re.Match[str]) -> str:
        attributes, text = found[1], found[2]
        if 'type="module"' in attributes or "application/" in attributes:
            return found[0]
        if any(word in attributes + text for word in _UNUSED):
            return ""
        source = _SOURCE.search(attributes)
        if source is None:
            if "data-cfasync" in attributes:
                return f"\n  {_SET_THEME}"
            if found.start() > head:
                return found[0]
            scripts.append(f"inline:{text.strip()}")
        elif source[2] in _SEARCH:
            if search:
                own.append(f'<script defer src="{up}{source[2]}"></script>')
                if source[2] == "_static/searchtools.js":
                    own.append(f'<script defer src="{up}_static/search.js"></script>')
        elif 'defer="defer"' in attributes and source[2] != OURS:
            own.append(f"<script defer {source[0]}></script>")
        else:
            scripts.append(source[2])
        return ""

    html = _SCRIPT.sub(take, html)
    link = f'\n{_PRELOAD_FONT % up}\n<link rel="stylesheet" href="{up}_static/{CSS}?v=0">'
    html = _SHEET.sub("", html).replace(_HEAD_END, f"{link}\n  {_HEAD_END}", 1)
    # At the end, so that on a slow line text and style come before what makes things move.
    start, end, rest = html.rpartition("</body>")
    load = "\n".join([f'<script defer src="{up}_static/{JS}?v=0"></script>', *own])
    return f"{start}{load}\n{end}{rest}", sheets, scripts


def merge(known: list[str], more: list[str]) -> list[str]:
    """Return `known` with what is new in `more`, each after what stands before it there."""
    merged = list(known)
    place = 0
    for one in more:
        if one in merged:
            place = merged.index(one) + 1
        else:
            merged.insert(place, one)
            place += 1
    return merged


def _write_bundles(app: Sphinx, exception: Exception | None) -> None:
    if exception is not None or app.builder.name != "html":
        return
    site, record = Path(app.outdir), Path(app.doctreedir, "bundle.json")
    known: dict[str, Any] = {"sheets": [], "scripts": [], "css": "", "from": ""}
    if record.is_file():
        known |= json.loads(record.read_text(encoding="utf-8"))
    pages: dict[Path, str] = {}
    words = Words(set(_SET_BY_THEME))
    for path in sorted(site.rglob("*.html")):
        if "_static" in path.parts:
            continue
        was = path.read_text(encoding="utf-8")
        html, sheets, scripts = split_page(was, search=path.name == "search.html")
        known["sheets"] = merge(known["sheets"], sheets)
        known["scripts"] = merge(known["scripts"], scripts)
        words.add_page(html)
        pages[path] = html
        if html != was:
            path.write_text(html, encoding="utf-8")
    known["scripts"] = [one for one in known["scripts"] if not any(w in one for w in _UNUSED)]
    script = _script(site, known["scripts"])
    for path in (site / "_static").rglob("*.js"):
        if path.name not in {JS, "bootstrap.js", *_THEME}:
            words.add_script(path.read_text(encoding="utf-8"))
    sheet = _sheet(site, known, words)
    versions = {}
    for name, text in ((CSS, sheet), (JS, script)):
        (site / "_static" / name).write_text(text, encoding="utf-8")
        versions[name] = f"{name}?v={hashlib.sha256(text.encode()).hexdigest()[:8]}"
    for path, html in pages.items():
        versioned = _BUNDLED.sub(lambda found: versions[found[1]], html)
        if versioned != html:
            path.write_text(versioned, encoding="utf-8")
    record.write_text(json.dumps(known), encoding="utf-8")
    for pattern in _LITTER:
        for path in (site / "_static").rglob(pattern):
            if path.is_file():
                path.unlink()


def _script(site: Path, scripts: list[str]) -> str:
    parts = []
    # Settings first: a deferred script finds the page read, and does its work at once. Then ours:
    # the theme's fail where the browser lets no page remember anything.
    settings = ("inline:let ", "inline:var ", "inline:const ")
    for one in sorted(scripts, key=lambda one: (not one.startswith(settings), one != OURS)):
        if one.startswith("inline:"):
            parts.append(one.removeprefix("inline:"))
        else:
            text = (site / one).read_text(encoding="utf-8")
            if one.endswith(_THEME[1]):
                text, found = _ASKS_ALL.subn("", text)
                if found != 1:
                    logger.warning("%s has changed: it lays out whole pages again", one)
            parts.append(re.sub(r"\n//# sourceMappingURL=.*", "", text).strip())
    # The first semicolon: a "use strict" on top of the first file would hold for all of them.
    return ";\n" + "\n;\n".join(parts) + "\n"


def _sheet(site: Path, known: dict[str, Any], words: Words) -> str:
    """Return the sheet for all pages; reading the theme's takes a second, so it is kept."""
    static = site / "_static"
    css = "".join(read_sheet(static / name, static) for name in known["sheets"])
    named = set(re.findall(r"[A-Za-z_-][\w-]*", css))
    names = [sorted(each & named) for each in (words.names, words.tags, words.properties)]
    digest = hashlib.sha256(json.dumps([css, names]).encode()).hexdigest()
    if known["from"] != digest:
        known["css"], known["from"] = drop_unasked(purge(css, words)), digest
    return str(known["css"])


def setup(app: Sphinx) -> None:
    # After `pages` has mended what the templates wrote, before `outside` reads it.
    app.connect("build-finished", _write_bundles, priority=930)
