"""One PDF of the whole course, printed by Chromium from the built site; no LaTeX is needed.

The pages become one document (`ce_lib.site.volume`), which is printed twice: once to learn on
which page each chapter starts, and again with these numbers in the contents.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ce_lib.site.pages import PDF, offer_pdf
from ce_lib.site.volume import assemble

__all__ = ["PdfError", "make_pdf", "open_volume"]

# What is left of A4 between margins of 20 mm, in CSS pixels: 170 mm at 96 to the inch.
PAGE_WIDTH = 642
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]

# Paper does not scroll: what is wider than its box becomes as much smaller. More than once, as a
# table made smaller breaks its lines elsewhere. Returns the smallest scale that was needed.
FIT = """() => {
  const scales = new Map();
  const boxes = ".math-scroll, .derivation-left, .derivation-right, .figure-box, " +
    ".pst-scrollable-table-container";
  for (let round = 0; round < 4; round += 1) {
    for (const box of document.querySelectorAll(boxes)) {
      const inner = box.firstElementChild;
      const fits = box.clientWidth / box.scrollWidth;
      if (!inner || fits >= 1 || !Number.isFinite(fits)) continue;
      const scale = (scales.get(inner) || 1) * fits * 0.995;
      scales.set(inner, scale);
      inner.style.zoom = scale;
    }
  }
  return Math.min(1, ...scales.values());
}"""


class PdfError(Exception):
    """The PDF cannot be made; the message says what to do."""


def make_pdf(root: Path, html: Path, out: Path | None = None, *, progress: bool = True) -> Path:
    """Print the built site below `html` as one PDF and return where it is.

    Parameters
    ----------
    root
        The folder with `_config.yml` and `_toc.yml`.
    html
        The folder with the built pages.
    out
        The file to write; if not given, `cross-entropy.pdf` in `html`, to which every page then
        links.
    progress
        Show on stderr how far it is.

    Raises
    ------
    PdfError
        If there is no Chromium, or Playwright, which drives it, is not installed.
    FileNotFoundError
        If a page has not been built.
    """
    import io

    import pypdf
    from tqdm import tqdm

    out = out or html / PDF
    bar = tqdm(total=3, desc="pdf", unit=" steps", disable=not progress)
    with bar, open_volume(root, html) as page:
        bar.update()
        first = pypdf.PdfReader(io.BytesIO(_print(page)))
        bar.update()
        page.evaluate(
            """(numbers) => document.querySelectorAll(".volume-number").forEach(
              (e) => { e.textContent = numbers[e.dataset.for] ?? ""; })""",
            _page_numbers(first),
        )
        data = _print(page)
        bar.update()
    out.parent.mkdir(parents=True, exist_ok=True)
    # never half a file under the name that the site links to
    half = out.with_suffix(".part")
    half.write_bytes(data)
    half.replace(out)
    if out == html / PDF:
        offer_pdf(html, PDF)
    return out


@contextmanager
def open_volume(root: Path, html: Path) -> Iterator[Any]:
    """Yield a browser page with the whole course as laid out for paper.

    Raises
    ------
    PdfError
        If there is no Chromium, or Playwright, which drives it, is not installed, or a file that
        the pages show is missing.
    """
    # Beside the pages, so that it finds their style sheets, fonts and pictures.
    document = html / "volume.html"
    document.write_text(assemble(root, html), encoding="utf-8")
    try:
        with _browser() as browser:
            lost: list[str] = []
            page = browser.new_page(viewport={"width": PAGE_WIDTH, "height": 971}, offline=True)
            page.on("requestfailed", lambda request: lost.append(request.url))
            page.set_default_timeout(300_000)
            page.emulate_media(media="print", color_scheme="light")
            page.goto(document.as_uri())
            page.evaluate("document.fonts.ready.then(() => true)")
            page.evaluate(FIT)
            if lost:
                raise PdfError(
                    f"what the pages show cannot be loaded: {', '.join(lost)}; nothing is "
                    "fetched from another host"
                )
            yield page
            page.close()
    finally:
        document.unlink()


@contextmanager
def _browser() -> Iterator[Any]:
    from ce_lib.doctor import chromium

    browser_path = chromium()
    if not browser_path:
        raise PdfError(
            "a PDF is printed by Chromium, and there is none here: on Debian or Ubuntu, "
            "sudo apt-get install chromium"
        )
    try:
        from playwright.sync_api import sync_playwright
    except ImportError as error:
        raise PdfError("Playwright is missing: pip install -r requirements.txt") from error
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_path, args=FLAGS)
        try:
            yield browser
        finally:
            browser.close()


def _print(page: Any) -> bytes:
    data: bytes = page.pdf(
        prefer_css_page_size=True, print_background=True, outline=True, tagged=True
    )
    return data


def _page_numbers(reader: Any) -> dict[str, int]:
    """Return the page on which each named place of the document stands, counted from 1."""
    numbers = {}
    for name, place in reader.named_destinations.items():
        page = reader.get_destination_page_number(place)
        if page is not None:
            numbers[name.removeprefix("/")] = page + 1
    return numbers
