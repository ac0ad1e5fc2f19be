"""Refuse a page that makes a browser fetch anything from another host."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

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
_TAG = re.compile(
    r"""<style\b.*?</style>|<[a-z](?:[^>"']|"[^"]*"|'[^']*')*>""", re.IGNORECASE | re.DOTALL
)
_OUTSIDE = re.compile(r"(?:https?:|wss?:|ftp:)?//", re.IGNORECASE)
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
    # A chapter is some ten thousand tags, and a handful of them names an address.
    parser = _Fetches()
    tags = (tag for tag in _TAG.findall(html) if "//" in tag and not tag.startswith("<a "))
    parser.feed("\n".join(tags))
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


def setup(app: Sphinx) -> None:
    # After everything that writes or mends a page.
    app.connect("build-finished", _refuse_other_hosts, priority=950)
