"""Mend what the theme leaves in the finished page, and refuse a page that needs another host."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx
from sphinx.util import logging

logger = logging.getLogger(__name__)

# What makes a browser fetch something by itself; a link that a reader may click is no matter.
_FETCHED = {
    "audio": ("src",),
    "embed": ("src",),
    "iframe": ("src",),
    "image": ("href", "xlink:href"),
    "img": ("src", "srcset"),
    "input": ("src",),
    "object": ("data",),
    "script": ("src",),
    "source": ("src", "srcset"),
    "track": ("src",),
    "use": ("href", "xlink:href"),
    "video": ("src", "poster"),
}
_FETCHED_LINKS = {
    "dns-prefetch",
    "icon",
    "manifest",
    "modulepreload",
    "preconnect",
    "prefetch",
    "preload",
    "stylesheet",
}
_OUTSIDE = re.compile(r"(?:https?:|wss?:|ftp:)?//", re.IGNORECASE)
_SHARED_ID = re.compile(r' id="(?:proof|(?:exercise|solution|proof)-content)"(?=[ >])')
_PROOF = re.compile(r'(<div class="proof admonition"[^>]*>\s*<p>)Proof\.')
_CSS_URL = re.compile(r"""(?:url\(\s*|@import\s+)["']?((?:https?:)?//[^"')\s]+)""", re.IGNORECASE)


class _Fetches(HTMLParser):
    """Collect the addresses on other hosts that a page would fetch when opened."""

    def __init__(self) -> None:
        super().__init__()
        self.outside: list[str] = []
        self._in_style = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {key: value or "" for key, value in attrs}
        self._in_style = tag == "style"
        addresses = [
            part.strip()
            for key in _FETCHED.get(tag, ())
            for part in (given.get(key, "").split(",") if key == "srcset" else [given.get(key, "")])
        ]
        if tag == "link" and _FETCHED_LINKS & set(given.get("rel", "").lower().split()):
            addresses.append(given.get("href", ""))
        self.outside += [address for address in addresses if _OUTSIDE.match(address)]
        self.outside += _CSS_URL.findall(given.get("style", ""))

    def handle_data(self, data: str) -> None:
        if self._in_style:
            self.outside += _CSS_URL.findall(data)


def outside_addresses(html: str) -> list[str]:
    """Return the addresses on other hosts that the page `html` makes a browser fetch."""
    parser = _Fetches()
    parser.feed(html)
    parser.close()
    return parser.outside


def _outside_of_site(html_dir: Path) -> Iterator[tuple[str, str]]:
    for path in sorted(html_dir.rglob("*.html")):
        name = path.relative_to(html_dir).with_suffix("").as_posix()
        for address in outside_addresses(path.read_text(encoding="utf-8")):
            yield name, address
    for path in sorted(html_dir.rglob("*.css")):
        name = path.relative_to(html_dir).as_posix()
        for address in _CSS_URL.findall(path.read_text(encoding="utf-8")):
            yield name, address


def _refuse_other_hosts(app: Sphinx, exception: Exception | None) -> None:
    if exception is not None or app.builder.name != "html":
        return
    for name, address in _outside_of_site(Path(app.outdir)):
        location = name if name in app.env.found_docs else None
        logger.warning(
            "%s fetches %s from another host: keep a copy in the book",
            name,
            address,
            location=location,
            type="course",
            subtype="outside",
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
    sphinx-exercise and sphinx-proof give all their boxes the same id.
    """
    body = re.sub(r' role="doc-(?:backlink|biblioentry)"', "", body)
    body = _SHARED_ID.sub("", body)
    body = _PROOF.sub(r"\1<em>Proof.</em>", body)
    return re.sub(r'(<div[^>]*\bcitation-list\b[^>]*?) role="list"', r"\1", body)


def _mend(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: object
) -> None:
    if "body" in context:
        context["body"] = mend_body(context["body"])


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
    app.connect("build-finished", _refuse_other_hosts, priority=950)
