"""Mend what Sphinx' extensions and the theme leave in a page: needless scripts, false labels."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx

from ce_lib.site import icons
from ce_lib.site.bundle import CSS

_SHARED_ID = re.compile(r' id="(?:proof|(?:exercise|solution|proof)-content)"(?=[ >])')
_SOLUTION = re.compile(r'(<p class="admonition-title">Solution to)(<a [^>]*>) ')
_PROOF = re.compile(r'(<div class="proof admonition"[^>]*>\s*<p>)Proof\.')
_EMPTY_HEAD = re.compile(r'<th class="head[^"]*">\s*(?:<p></p>)?\s*</th>')
_ICON_SCRIPT = re.compile(r"\s*<script[^>]*/fontawesome\.js[^>]*></script>")
_DOUBLE_NAME = re.compile(
    r'(<summary|<button class="btn search-button-field[^"]*"(?: title="[^"]*")?)'
    r' aria-label="[^"]*"'
)
_WORDS = {
    '"Color mode"': '"Colour mode"',
    '<span class="btn__text-container">.md</span>': (
        '<span class="btn__text-container">Source (.md)</span>'
    ),
    '<span class="btn__text-container">.pdf</span>': (
        '<span class="btn__text-container">Print or PDF</span>'
    ),
}
_VIEWPORT = re.compile(r'\s*<meta name="viewport"[^>]*>')
_VERBATIM = re.compile(r"(<(?P<tag>pre|script|style|textarea)\b.*?</(?P=tag)>)", re.DOTALL)
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_BREAK = re.compile(r"[ \t]*\n\s*")
PDF = "cross-entropy.pdf"  # if it has been printed
_DOWNLOADS = re.compile(
    r'<details class="dropdown dropdown-download-buttons">.*?'
    r'<ul class="dropdown-menu">.*?(?=</ul>)',
    re.DOTALL,
)
_MENU = re.compile(
    r'<div class="dropdown dropdown-download-buttons">\s*<button class="btn dropdown-toggle"[^>]*?'
    r' aria-label="([^"]*)">(.*?)</button>(\s*<ul class="dropdown-menu">.*?</ul>)\s*</div>',
    re.DOTALL,
)
_TOOLTIP = re.compile(r'\s+data-bs-(?:placement|toggle)="[^"]*"')
_BRAND = re.compile(
    r'<div class="sidebar-primary-item">(\s*<a class="navbar-brand[^>]*>.*?</a>\s*)</div>',
    re.DOTALL,
)


def _drop_thebe(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: object
) -> None:
    """Leave out sphinx-thebe, which Jupyter Book always loads.

    It would fetch a script from another host, and declares a constant twice: an error in every
    page.
    """

    def wanted(asset: Any) -> bool:
        body = str((getattr(asset, "attributes", None) or {}).get("body", ""))
        return "THEBE" not in body and "thebe" not in str(getattr(asset, "filename", asset))

    for key in ("script_files", "css_files"):
        context[key] = [asset for asset in context[key] if wanted(asset)]


def mend_body(body: str) -> str:
    """Return the HTML of a page's body without the marks that mislead assistive technology.

    docutils gives citations roles from an obsolete draft, announced as a list without items;
    sphinx-exercise and sphinx-proof give all their boxes the same id. The corner of a table is
    the heading of nothing.
    """
    body = re.sub(r' role="doc-(?:backlink|biblioentry)"', "", body)
    body = _SHARED_ID.sub("", body)
    body = _EMPTY_HEAD.sub("<td></td>", body)
    body = _PROOF.sub(r"\1<em>Proof.</em>", body)
    body = _SOLUTION.sub(r"\1 \2", body)
    return body.replace('<div role="list" class="citation-list">', '<div class="citation-list">')


def _mend(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: object
) -> None:
    if "body" in context:
        context["body"] = mend_body(context["body"])


def mend_page(html: str) -> str:
    """Return a finished page without the theme's icon script and with labels that agree.

    The script weighs more than all else in the page together, and draws a dozen icons. A button
    with words on it needs no second name, and a voice user says the words. The name of the
    course stands in no landmark. A menu that opens needs no script. Mending a page twice changes
    nothing.
    """
    html = _ICON_SCRIPT.sub("", html)
    html = icons.draw(html)
    _first, *others = _VIEWPORT.findall(html) or [""]
    for other in others:
        html = html[: html.rindex(other)] + html[html.rindex(other) + len(other) :]
    html = _DOUBLE_NAME.sub(r"\1", html)
    html = _TOOLTIP.sub("", html).replace(' data-bs-title="', ' title="')
    html = _MENU.sub(
        r'<details class="dropdown dropdown-download-buttons"><summary class="btn" title="\1"'
        r' aria-label="\1">\2</summary>\3</details>',
        html,
    )
    html = _BRAND.sub(r'<nav class="sidebar-primary-item" aria-label="Course">\1</nav>', html)
    for theirs, ours in _WORDS.items():
        html = html.replace(theirs, ours)
    return squeeze(html)


def squeeze(html: str) -> str:
    """Return `html` without comments and the templates' empty lines and indents.

    Between words a line break stays one; what stands in `pre`, `script` and `textarea` stays as
    it is.
    """
    parts = _VERBATIM.split(html)
    del parts[2::3]  # the group that names the tag
    for place in range(0, len(parts), 2):
        parts[place] = _BREAK.sub("\n", _COMMENT.sub("", parts[place]))
    return "".join(parts)


def offer_pdf(site: Path, name: str) -> None:
    """Put the PDF `name` of the whole course into the download menu of every page of `site`.

    A page that has it already is left as it is.
    """
    for path in sorted(site.rglob("*.html")):
        html = path.read_text(encoding="utf-8")
        if 'class="course-pdf' in html or not (menu := _DOWNLOADS.search(html)):
            continue
        address = "../" * (len(path.relative_to(site).parts) - 1) + name
        item = (
            f'<li><a class="course-pdf btn btn-sm dropdown-item" href="{address}">'
            '<span class="btn__text-container">The whole course (.pdf)</span></a></li>\n'
        )
        path.write_text(html[: menu.end()] + item + html[menu.end() :], encoding="utf-8")


def _mend_pages(app: Sphinx, exception: Exception | None) -> None:
    if exception is not None or app.builder.name != "html":
        return
    for path in Path(app.outdir).rglob("*.html"):
        html = path.read_text(encoding="utf-8")
        if CSS in html:
            continue  # left from an earlier build
        mended = mend_page(html)
        if mended != html:
            path.write_text(mended, encoding="utf-8")
    if Path(app.outdir, PDF).is_file():
        offer_pdf(Path(app.outdir), PDF)


def _write_front_door(app: Sphinx, exception: Exception | None) -> None:
    """Give the address of the site itself a proper page that leads on to the first one.

    Jupyter Book's has neither language nor title, and no link for a browser that does not
    follow a refresh.
    """
    root = app.config.root_doc
    if exception is not None or app.builder.name != "html" or root == "index":
        return
    first = f"{root}.html"
    icon = f"_static/{Path(app.config.html_favicon or '').name}"
    Path(app.outdir, "index.html").write_text(
        "<!doctype html>\n"
        f'<html lang="{app.config.language}">\n<meta charset="utf-8">\n'
        f"<title>{app.config.html_title}</title>\n"
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f'<meta name="description" content="{app.config.html_title}">\n'
        f'<link rel="icon" href="{icon}">\n'
        f'<meta http-equiv="refresh" content="0; url={first}">\n'
        f'<main><h1><a href="{first}">{app.config.html_title}</a></h1></main>\n</html>\n',
        encoding="utf-8",
    )


def setup(app: Sphinx) -> None:
    # Late: after the extensions that add what is removed here.
    app.connect("html-page-context", _drop_thebe, priority=900)
    app.connect("html-page-context", _mend, priority=900)
    app.connect("build-finished", _write_front_door, priority=900)
    app.connect("build-finished", _mend_pages, priority=920)
