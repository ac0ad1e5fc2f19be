"""Say of each page what it is, when it changed, where to mend it and how to cite it.

What needs an address is left out where none is given: `COURSE_URL`, where the site will stand,
adds canonical links and `sitemap.xml`; `COURSE_REPOSITORY` (and `COURSE_BRANCH`, `main` if not
given), a repository with GitHub's addresses, adds a link to edit the page.
"""

from __future__ import annotations

import datetime
import os
import re
import subprocess
from html import escape
from pathlib import Path
from typing import Any

import yaml
from docutils import nodes
from sphinx.application import Sphinx

VARIABLES = ("COURSE_URL", "COURSE_REPOSITORY", "COURSE_BRANCH")
_LONGEST = 180
_UNSAFE = re.compile(r"[^a-z0-9]+")


def describe(doctree: nodes.document) -> str:
    """Return the first paragraph of the page that stands outside of boxes, cut to two lines.

    A paragraph without formulas is preferred: a line of LaTeX describes nothing.
    """
    found = [
        one
        for one in doctree.findall(nodes.paragraph)
        if isinstance(one.parent, nodes.section | nodes.document) and len(one.astext()) > 40
    ]
    plain = [one for one in found if not any(True for _ in one.findall(nodes.math))]
    text = " ".join((plain or found)[0].astext().split()) if found else ""
    if len(text) <= _LONGEST:
        return text
    return text[:_LONGEST].rsplit(" ", 1)[0].rstrip(",;:") + " …"


def dates(root: Path) -> dict[str, str]:
    """Return for each file of the book the day of its last commit, as git tells it.

    Empty without git, and in a clone that holds only the last commit, where every file would seem
    to have changed that day.
    """

    def git(*arguments: str) -> str:
        command = ["git", "-C", str(root), *arguments]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout

    try:
        if git("rev-parse", "--is-shallow-repository").strip() != "false":
            return {}
        log = git("log", "--format=%x00%cs", "--name-only", "--relative", "--", "book")
    except (OSError, subprocess.CalledProcessError):
        return {}
    found: dict[str, str] = {}
    for commit in log.split("\0")[1:]:
        day, *files = commit.split("\n")
        for name in filter(None, files):
            found.setdefault(name, day)
    return found


def bibtex(cff: dict[str, Any], page: str, title: str, day: str, url: str) -> str:
    """Return the entry that cites one page, of what `CITATION.cff` says of the course."""
    authors = " and ".join(
        f"{{{one['name']}}}" if "name" in one else f"{one['family-names']}, {one['given-names']}"
        for one in cff["authors"]
    )
    released = str(cff["date-released"])
    lines = [
        f"@incollection{{{_UNSAFE.sub('-', page.rsplit('/', 1)[-1].lower())}-{released[:4]},",
        f"  title = {{{title}}},",
        f"  booktitle = {{{cff['title']}}},",
        f"  author = {{{authors}}},",
        f"  year = {{{(day or released)[:4]}}},",
        f"  note = {{version {cff['version']}}},",
    ]
    if url:
        lines.append(f"  url = {{{url}}},")
    return "\n".join([*lines, "}"])


def _base() -> str:
    url = os.environ.get("COURSE_URL", "").strip()
    return f"{url.rstrip('/')}/" if url else ""


def _in_words(day: str) -> str:
    date = datetime.date.fromisoformat(day)
    return f"{date.day} {date:%B %Y}"


def _add(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any
) -> None:
    # The theme would say when the site was built, which tells a reader nothing.
    context["last_updated"] = None
    title = nodes.Text(str(context.get("title", ""))).astext()
    title = re.sub(r"<[^>]*>", "", title)
    page = f"{pagename}{app.builder.out_suffix}"  # type: ignore[attr-defined]
    url = f"{_base()}{page}" if _base() else ""
    text = describe(doctree) if doctree is not None else ""
    tags = [("og:type", "article"), ("og:title", title), ("og:site_name", app.config.html_title)]
    if text:
        tags.append(("og:description", text))
    if url:
        tags.append(("og:url", url))
        context["pageurl"] = None
    meta = [f'<meta property="{name}" content="{escape(value)}">' for name, value in tags]
    meta.append(f'<meta name="description" content="{escape(text or f"{title}. {tags[2][1]}")}">')
    if url:
        meta.append(f'<link rel="canonical" href="{escape(url)}">')
    context["metatags"] = context.get("metatags", "") + "\n".join(meta)
    if doctree is not None:
        context["body"] += _foot(app, pagename, title, url)


def _foot(app: Sphinx, pagename: str, title: str, url: str) -> str:
    kept = vars(app)
    root = Path(app.srcdir)
    if "course_dates" not in kept:
        kept["course_dates"] = dates(root)
        citation = root / "CITATION.cff"
        kept["course_citation"] = (
            yaml.safe_load(citation.read_text(encoding="utf-8")) if citation.is_file() else None
        )
    source = Path(app.env.doc2path(pagename)).resolve().relative_to(root.resolve()).as_posix()
    day = kept["course_dates"].get(source, "")
    parts = []
    if day:
        parts.append(f'<p>Last changed on <time datetime="{day}">{_in_words(day)}</time>.</p>')
    repository = os.environ.get("COURSE_REPOSITORY", "").strip().rstrip("/")
    if repository:
        branch = os.environ.get("COURSE_BRANCH", "").strip() or "main"
        address = escape(f"{repository}/edit/{branch}/{source}")
        parts.append(f'<p><a href="{address}">Suggest a change to this page</a></p>')
    if kept["course_citation"]:
        entry = escape(bibtex(kept["course_citation"], pagename, title, day, url), quote=False)
        parts.append(f"<details><summary>Cite this page</summary><pre>{entry}</pre></details>")
    if not parts:
        return ""
    inner = "".join(parts)
    return f'\n<aside class="about-page" aria-label="About this page">{inner}</aside>\n'


def _write_sitemap(app: Sphinx, exception: Exception | None) -> None:
    if exception is not None or app.builder.name != "html" or not _base():
        return
    days = vars(app).get("course_dates") or dates(Path(app.srcdir))
    lines = []
    for page in sorted(app.env.found_docs):
        source = Path(app.env.doc2path(page)).resolve()
        day = days.get(source.relative_to(Path(app.srcdir).resolve()).as_posix())
        changed = f"<lastmod>{day}</lastmod>" if day else ""
        lines.append(f"<url><loc>{escape(_base() + page)}.html</loc>{changed}</url>")
    Path(app.outdir, "sitemap.xml").write_text(
        '<?xml version="1.0" encoding="utf-8"?>\n'
        '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n'
        + "\n".join(lines)
        + "\n</urlset>\n",
        encoding="utf-8",
    )


def setup(app: Sphinx) -> None:
    # After the title has become plain words and the body was mended.
    app.connect("html-page-context", _add, priority=950)
    app.connect("build-finished", _write_sitemap)
