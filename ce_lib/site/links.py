"""Links that lead nowhere: within the site at every build, to other sites on request.

`ce-course site --check-links` asks each address on the web once. The build never does: a page must
be buildable without a network, and must not depend on somebody else's server.
"""

from __future__ import annotations

import html as html_entities
import re
import urllib.error
import urllib.request
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

from sphinx.application import Sphinx
from sphinx.util import logging

logger = logging.getLogger(__name__)

_LINK = re.compile(
    r"<(?:a|area|link|img|script|source|iframe)\b[^>]*?\s(?:href|src)=\"([^\"]*)\"", re.DOTALL
)
_ID = re.compile(r"<[a-zA-Z][^>]*?\s(?:id|name)=\"([^\"]*)\"")
_ON_THE_WEB = re.compile(r"https?://", re.IGNORECASE)
_NO_PLACE = re.compile(r"(?:data|mailto|tel|javascript|blob):|//", re.IGNORECASE)
_AGENT = "ce-course link check (one request for each address)"


@dataclass(frozen=True)
class Broken:
    """A link that leads nowhere."""

    page: str
    address: str
    why: str

    def __str__(self) -> str:
        return f"{self.page}: the link {self.address} leads nowhere: {self.why}"


def _links(text: str) -> list[str]:
    return [html_entities.unescape(address) for address in _LINK.findall(text)]


def _pages(site: Path) -> dict[Path, str]:
    return {
        path.resolve(): path.read_text(encoding="utf-8", errors="replace")
        for path in sorted(site.rglob("*.html"))
        if "_static" not in path.relative_to(site).parts
    }


def broken_links(site: Path) -> list[Broken]:
    """Return the links within the site below `site` whose file or place in a page is missing."""
    top = site.resolve()
    pages = _pages(site)
    ids = {path: {html_entities.unescape(one) for one in _ID.findall(text)}
           for path, text in pages.items()}  # fmt: skip
    found = []
    for path, text in pages.items():
        page = path.relative_to(top).as_posix()
        for address in dict.fromkeys(_links(text)):
            if _ON_THE_WEB.match(address) or _NO_PLACE.match(address):
                continue
            parts = urlsplit(address)
            target = path
            if parts.path:
                target = (path.parent / unquote(parts.path)).resolve()
                if target.is_dir():
                    target = target / "index.html"
                if not target.is_relative_to(top):
                    found.append(Broken(page, address, "it is outside of the site"))
                    continue
                if not target.is_file():
                    found.append(Broken(page, address, "there is no such file"))
                    continue
            # "#" alone is the top of a page.
            place = unquote(parts.fragment)
            if place and target in ids and place not in ids[target]:
                found.append(Broken(page, address, "the page has no such place"))
    return found


def web_links(site: Path) -> dict[str, str]:
    """Return each address on the web that the site links to, and a page that does."""
    top = site.resolve()
    found: dict[str, str] = {}
    for path, text in _pages(site).items():
        for address in _links(text):
            if _ON_THE_WEB.match(address):
                found.setdefault(address.partition("#")[0], path.relative_to(top).as_posix())
    return found


class Offline(Exception):
    """Not one address could be reached, so nothing is known of any."""


def ask(address: str, timeout: float = 20.0) -> str:
    """Return what is wrong with an address on the web, or an empty string.

    Raises
    ------
    Offline
        If its host cannot be reached at all.
    """
    request = urllib.request.Request(address, headers={"User-Agent": _AGENT})
    try:
        with urllib.request.urlopen(request, timeout=timeout):
            return ""
    except urllib.error.HTTPError as error:
        # They are there, and do not want to be asked by a program.
        return "" if error.code in {401, 403, 405, 429, 999} else f"it answers {error.code}"
    except (urllib.error.URLError, TimeoutError, OSError) as error:
        raise Offline(str(getattr(error, "reason", error))) from error


def broken_web_links(
    addresses: dict[str, str],
    *,
    ask: Callable[[str], str] = ask,
    progress: Callable[[Iterable[str]], Iterable[str]] = iter,
) -> list[Broken]:
    """Ask each address once, eight at a time, and return those that lead nowhere.

    Raises
    ------
    Offline
        If none of them could be reached.
    """

    def one(address: str) -> tuple[str, bool]:
        try:
            return ask(address), True
        except Offline as error:
            return f"its host cannot be reached ({error})", False

    with ThreadPoolExecutor(8) as pool:
        answers = pool.map(one, addresses)
        results = dict(zip(progress(addresses), answers, strict=True))
    if results and not any(reached for _, reached in results.values()):
        raise Offline(
            f"none of {len(results)} addresses could be reached: this machine seems to be "
            "offline, so nothing is known of them"
        )
    return [
        Broken(addresses[address], address, why) for address, (why, _) in results.items() if why
    ]


def _refuse(app: Sphinx, exception: Exception | None) -> None:
    if exception is not None or app.builder.name != "html":
        return
    for broken in broken_links(Path(app.outdir)):
        page = broken.page.removesuffix(".html")
        logger.warning(
            "%s",
            broken,
            location=page if page in app.env.found_docs else None,
            type="course",
            subtype="links",
        )


def setup(app: Sphinx) -> None:
    # After everything that writes or mends a page.
    app.connect("build-finished", _refuse, priority=960)
